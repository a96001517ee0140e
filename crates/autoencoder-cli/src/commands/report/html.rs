//! The parts that pages are made of: sections, facts, tables and figures. Everything that comes from data is escaped here.

use base64::prelude::{BASE64_STANDARD, Engine as _};

use crate::output::html::escaped;

const PAGE: &str = include_str!("../../../assets/report/page.html");
const STYLE: &str = include_str!("../../../assets/report/style.css");

/// The whole page.
pub(super) fn page(title: &str, lead: &str, sections: &[String]) -> String {
    filled(
        PAGE,
        &[("title", &escaped(title)), ("style", STYLE), ("lead", lead), ("sections", &sections.concat())],
    )
}

/// A template with `{{name}}` replaced. What is put in is not looked at again, so that text from data names no place.
fn filled(template: &str, parts: &[(&str, &str)]) -> String {
    let mut text =
        String::with_capacity(template.len() + parts.iter().map(|(_, part)| part.len()).sum::<usize>());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").expect("every place of the template is closed");
        let part =
            parts.iter().find(|(known, _)| *known == name).expect("every place of the template is filled");
        text.push_str(before);
        text.push_str(part.1);
        rest = after;
    }
    text + rest
}

/// A section with its heading; `contents` are markup.
pub(super) fn section(heading: &str, contents: &str) -> String {
    format!("<section>\n<h2>{}</h2>\n{contents}</section>\n", escaped(heading))
}

pub(super) fn heading(text: &str) -> String {
    format!("<h3>{}</h3>\n", escaped(text))
}

pub(super) fn paragraph(text: &str) -> String {
    format!("<p>{}</p>\n", escaped(text))
}

pub(super) fn quiet(text: &str) -> String {
    format!("<p class=\"quiet\">{}</p>\n", escaped(text))
}

/// Text as it was typed or printed.
pub(super) fn preformatted(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(escaped).collect();
    format!("<pre>{}</pre>\n", lines.join("\n"))
}

/// Names, each with what is told of it, below each other.
pub(super) fn facts(facts: &[(String, String)]) -> String {
    list("facts", facts, |name, text| format!("<dt>{name}</dt><dd>{text}</dd>\n"))
}

/// Numbers that matter, each with its name, side by side.
pub(super) fn numbers(numbers: &[(String, String)]) -> String {
    list("numbers", numbers, |name, text| format!("<div><dt>{name}</dt><dd>{text}</dd></div>\n"))
}

fn list(class: &str, pairs: &[(String, String)], pair: impl Fn(String, String) -> String) -> String {
    let pairs: String = pairs.iter().map(|(name, text)| pair(escaped(name), escaped(text))).collect();
    format!("<dl class=\"{class}\">\n{pairs}</dl>\n")
}

/// A table of fields, which may be any text.
pub(super) fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    rows_of("fields", heads, rows, false)
}

/// A table of measures, of which no number is broken; the first row stands out if `is_first_strong`.
pub(super) fn measures(heads: &[&str], rows: &[Vec<String>], is_first_strong: bool) -> String {
    rows_of("measured", heads, rows, is_first_strong)
}

fn rows_of(class: &str, heads: &[&str], rows: &[Vec<String>], is_first_strong: bool) -> String {
    let head = |head: &&str| format!("<th scope=\"col\">{}</th>", escaped(head));
    let heads = heads.iter().map(head).collect::<Vec<_>>().concat();
    let cell = |cell: &String| format!("<td>{}</td>", escaped(cell));
    let row = |(index, cells): (usize, &Vec<String>)| {
        let class = if is_first_strong && index == 0 { " class=\"model\"" } else { "" };
        let cells = cells.iter().map(cell).collect::<Vec<_>>().concat();
        format!("<tr{class}>{cells}</tr>\n")
    };
    let rows: String = rows.iter().enumerate().map(row).collect();
    format!("<table class=\"{class}\">\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n")
}

/// A figure of our own on its white paper, with what it shows for those who do not see it.
pub(super) fn card(svg: &str, shows: &str) -> String {
    format!("<figure class=\"card\">\n{}</figure>\n", labelled(svg, shows))
}

/// An SVG of our own with a name.
pub(super) fn labelled(svg: &str, shows: &str) -> String {
    svg.replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{}\" ", escaped(shows)), 1)
}

/// A PNG file within the page.
pub(super) fn image(png: &[u8], shows: &str) -> String {
    format!("<img src=\"data:image/png;base64,{}\" alt=\"{}\">", BASE64_STANDARD.encode(png), escaped(shows))
}

/// Samples side by side; `samples` are markup, and wide ones stand in fewer columns.
pub(super) fn samples(samples: &[String], is_wide: bool) -> String {
    let class = if is_wide { "samples wide" } else { "samples" };
    format!("<div class=\"{class}\">\n{}</div>\n", samples.concat())
}

/// A sample with what is told of it; `contents` are markup.
pub(super) fn sample(contents: &str, caption: &str) -> String {
    format!("<figure class=\"sample\">{contents}<figcaption>{}</figcaption></figure>\n", escaped(caption))
}

/// A sample below what is told of it; `contents` are markup.
pub(super) fn told_sample(caption: &str, contents: &str) -> String {
    format!("<figure class=\"sample\"><figcaption>{}</figcaption>{contents}</figure>\n", escaped(caption))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_data_names_no_place_of_the_template() {
        assert_eq!(filled("a {{x}} b {{y}}", &[("x", "{{y}}"), ("y", "1")]), "a {{y}} b 1");
        let page = page("<script>{{style}}", "", &[paragraph("</p><script>")]);
        assert!(
            page.contains("<title>&lt;script&gt;{{style}}</title>") && !page.contains("<script"),
            "{page}"
        );
    }

    #[test]
    fn every_part_escapes() {
        let bad = "<b>&\"'";
        let pair = [(bad.to_owned(), bad.to_owned())];
        let parts = [
            section(bad, ""),
            heading(bad),
            quiet(bad),
            preformatted(bad),
            facts(&pair),
            numbers(&pair),
            table(&[bad], &[vec![bad.to_owned()]]),
            measures(&[bad], &[vec![bad.to_owned()]], true),
            card("<svg ></svg>", bad),
            image(&[], bad),
            sample("", bad),
            told_sample(bad, ""),
        ];
        for part in parts {
            assert!(!part.contains("<b>") && part.contains("&lt;b&gt;&amp;&quot;&#39;"), "{part}");
        }
    }
}
