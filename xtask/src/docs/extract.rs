//! Reads what a Markdown page asks its reader to do and what it says comes out: commands, files, outputs, numbers in prose.
//!
//! Readers see none of the notation, which is comments of HTML:
//! `<!-- file: NAME -->` before a fenced block makes it a file; `<!-- long -->` before a block of commands has `--quick` leave it
//! out, with what is said of it; `<!-- check: SOURCE = NUMBER -->` ties a number of the paragraph above to where it comes from.

use super::source::Source;

/// Something on a page, and the line where it begins.
#[derive(Debug, PartialEq)]
pub(super) struct Item {
    pub(super) line: usize,
    pub(super) content: Content,
}

#[derive(Debug, PartialEq)]
pub(super) enum Content {
    /// A fenced `sh` block: each command with its line.
    Commands { commands: Vec<(usize, String)>, long: bool },
    /// A fenced block that is to be a file.
    File { name: String, text: String },
    /// A fenced `text` block: what the commands before it print.
    Output { lines: Vec<String> },
    /// A number in prose.
    Number { source: Source, printed: String },
}

/// A mistake of a page.
#[derive(Debug, PartialEq)]
pub(super) struct Problem {
    pub(super) line: usize,
    pub(super) what: String,
}

/// Everything on a page, from top to bottom, or what makes no sense.
pub(super) fn items(page: &str) -> Result<Vec<Item>, Problem> {
    let mut items = Vec::new();
    let (mut paragraph, mut file, mut long) = (String::new(), None, false);
    let mut lines = (1..).zip(page.lines());
    while let Some((line, text)) = lines.next() {
        if let Some(language) = text.strip_prefix("```") {
            let block: Vec<(usize, String)> = lines
                .by_ref()
                .take_while(|(_, text)| !text.starts_with("```"))
                .map(|(line, text)| (line, text.to_owned()))
                .collect();
            let content = match (file.take(), language) {
                (Some(name), _) => {
                    let text = block.into_iter().map(|(_, text)| text + "\n").collect();
                    Some(Content::File { name, text })
                }
                (None, "sh") => Some(Content::Commands { commands: commands(block), long }),
                (None, "text") => {
                    Some(Content::Output { lines: block.into_iter().map(|(_, text)| text).collect() })
                }
                (None, _) => None,
            };
            long = false;
            items.extend(content.map(|content| Item { line, content }));
            paragraph.clear();
        } else if let Some(comment) = text.strip_prefix("<!-- ").and_then(|text| text.strip_suffix(" -->")) {
            match comment.split_once(": ") {
                Some(("file", name)) => file = Some(name.to_owned()),
                Some(("check", check)) => {
                    items.push(Item { line, content: number(line, check, &paragraph)? });
                }
                None if comment == "long" => long = true,
                _ => {
                    let what = format!(
                        "expected <!-- long -->, <!-- file: NAME --> or <!-- check: SOURCE = NUMBER -->, found {comment}"
                    );
                    return Err(Problem { line, what });
                }
            }
        } else if text.trim().is_empty() {
            paragraph.clear();
        } else {
            paragraph.push_str(text);
            paragraph.push('\n');
        }
    }
    Ok(items)
}

/// The commands of a block, without comments; a backslash at its end joins a line with the next.
fn commands(block: Vec<(usize, String)>) -> Vec<(usize, String)> {
    let mut commands: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (line, text) in block {
        let text = text.split(" #").next().unwrap_or_default().trim_end();
        let (text, more) = text.strip_suffix('\\').map_or((text, false), |text| (text, true));
        match commands.last_mut().filter(|_| goes_on) {
            Some((_, command)) => *command += text,
            None if text.trim().is_empty() || text.starts_with('#') => {}
            None => commands.push((line, text.to_owned())),
        }
        goes_on = more;
    }
    commands
}

fn number(line: usize, check: &str, paragraph: &str) -> Result<Content, Problem> {
    let problem = |what: String| Problem { line, what };
    let (source, printed) = check
        .rsplit_once(" = ")
        .ok_or_else(|| problem(format!("expected SOURCE = NUMBER, found {check}")))?;
    let source = Source::parse(source).map_err(problem)?;
    let stands = paragraph
        .split(|character: char| !(character.is_ascii_digit() || character == '.' || character == '-'))
        .any(|word| word.trim_end_matches('.') == printed);
    if stands {
        Ok(Content::Number { source, printed: printed.to_owned() })
    } else {
        Err(problem(format!("the number {printed} does not stand in the paragraph above")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
# Title

```sh
# a comment
autoencoder train --force   # into runs/tutorial
autoencoder \\
  evaluate runs/tutorial
```

```text
mse 0.5
```

That ends at 0.25,
below 0.5.
<!-- check: runs/a/metrics.csv validation_mse = 0.25 -->

<!-- file: grid.toml -->
```toml
a = 1
```

<!-- long -->
```sh
autoencoder sweep grid.toml
```
";

    #[test]
    fn a_page_is_commands_outputs_files_and_numbers() {
        let items = items(PAGE).unwrap();
        let contents: Vec<&Content> = items.iter().map(|item| &item.content).collect();
        let Content::Commands { commands, long: false } = contents[0] else { panic!("{contents:?}") };
        assert_eq!(
            commands[..],
            [
                (5, "autoencoder train --force".to_owned()),
                (6, "autoencoder   evaluate runs/tutorial".to_owned())
            ]
        );
        assert_eq!(contents[1], &Content::Output { lines: vec!["mse 0.5".to_owned()] });
        let Content::Number { printed, .. } = contents[2] else { panic!("{contents:?}") };
        assert_eq!((printed.as_str(), items[2].line), ("0.25", 16));
        assert_eq!(contents[3], &Content::File { name: "grid.toml".to_owned(), text: "a = 1\n".to_owned() });
        assert!(matches!(contents[4], Content::Commands { long: true, .. }));
        assert_eq!(contents.len(), 5);
    }

    #[test]
    fn a_comment_that_names_nothing_is_an_error_with_its_line() {
        for (comment, part) in [
            ("<!-- check: runs/a/metrics.csv validation_mse = 0.26 -->", "0.26 does not stand"),
            ("<!-- check: runs/a/metrics.csv = 0.25 -->", "expected"),
            ("<!-- check: 0.25 -->", "SOURCE = NUMBER"),
            ("<!-- lang -->", "found lang"),
        ] {
            let problem = items(&format!("It is 0.25.\n{comment}\n")).unwrap_err();
            assert!(problem.line == 2 && problem.what.contains(part), "{problem:?}");
        }
    }
}
