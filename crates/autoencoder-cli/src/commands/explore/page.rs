//! The page as one file: its style, its modules as one script, and its data, none of which can be taken for another.

use std::fmt::Write;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::modules::{self, MODULES};
use crate::failure::{Failure, Outcome};

const TEMPLATE: &str = include_str!("../../../assets/explore/index.html");
const STYLE: &str = concat!(
    include_str!("../../../assets/explore/style.css"),
    include_str!("../../../assets/explore/panels.css"),
    include_str!("../../../assets/explore/windows.css")
);

/// The parts of a page that differ from one to another.
pub(super) struct Page<'a, Data> {
    pub(super) title: &'a str,
    /// A picture for readers without scripts: the text of an SVG file.
    pub(super) picture: &'a str,
    pub(super) data: &'a Data,
}

impl<Data: Serialize> Page<'_, Data> {
    /// The bytes of the page.
    pub(super) fn html(&self) -> Outcome<String> {
        let script = modules::script(MODULES);
        // Only this script and this style are followed, whatever the data holds, and nothing is loaded.
        let policy = format!(
            "default-src 'none'; script-src '{}'; style-src '{}'; img-src data: blob:; base-uri 'none'; form-action 'none'",
            digest(&script),
            digest(STYLE)
        );
        let data = in_markup(&serde_json::to_string(self.data).map_err(Failure::new)?);
        let mut html =
            String::with_capacity(TEMPLATE.len() + script.len() + data.len() + 2 * self.picture.len());
        let mut rest = TEMPLATE;
        while let Some((before, behind)) = rest.split_once("{{") {
            let (name, behind) = behind.split_once("}}").expect("what the template opens it closes");
            html.push_str(before);
            match name {
                "title" => html.push_str(&as_text(self.title)),
                "policy" => html.push_str(&policy),
                "style" => html.push_str(STYLE),
                "picture" => html.push_str(&BASE64_STANDARD.encode(self.picture)),
                "data" => html.push_str(&data),
                "script" => html.push_str(&script),
                other => unreachable!("the template asks for {other}"),
            }
            rest = behind;
        }
        html.push_str(rest);
        Ok(html)
    }
}

/// The digest of a script or a style, as a policy names it.
fn digest(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// JSON whose strings hold nothing that ends a script, or a line of one.
fn in_markup(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        if matches!(character, '<' | '>' | '&' | '\u{2028}' | '\u{2029}') {
            // A string can always be written to.
            let _ = write!(safe, "\\u{:04x}", u32::from(character));
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Text as markup has it.
fn as_text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn page(title: &str, data: &Value) -> String {
        Page { title, picture: "<svg/>", data }.html().unwrap()
    }

    #[test]
    fn data_is_never_markup() {
        let hostile = "</script><script>alert(1)</script><!-- \u{2028}\u{2029} {{script}} & \" '";
        let data = json!({ "names": [hostile] });
        let html = page(hostile, &data);
        // The page's own two: its data and its script.
        assert_eq!((html.matches("<script").count(), html.matches("</script>").count()), (2, 2));
        assert!(!html.contains("alert(1)</script>"));
        assert!(html.contains("<title>&lt;/script&gt;&lt;script&gt;alert(1)"), "{html:.300}");
        let (_, behind) = html.split_once("type=\"application/json\">").unwrap();
        let (json, _) = behind.split_once("</script>").unwrap();
        assert!(!json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']));
        assert_eq!(serde_json::from_str::<Value>(json).unwrap(), data);
    }

    #[test]
    fn the_policy_allows_the_own_script_and_style_alone() {
        let html = page("a", &json!({}));
        let policy = html.split("Content-Security-Policy\" content=\"").nth(1).unwrap();
        let policy = policy.split('"').next().unwrap();
        let script = html.rsplit_once("<script>").unwrap().1.split_once("</script>").unwrap().0;
        let style = html.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(policy.contains(&digest(script)) && policy.contains(&digest(style)), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
        assert!(!html.contains("http://") && !html.contains("https://"), "nothing is loaded");
    }

    #[test]
    fn the_digest_is_that_of_a_policy() {
        // The example of the recommendation "Content Security Policy Level 2".
        assert_eq!(digest("alert('Hello, world.');"), "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
    }
}
