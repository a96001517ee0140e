//! The inline code of a Markdown page: the text between backticks, outside of fenced blocks.

/// Inline code.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// The line where it begins, from 1.
    pub(super) line: usize,
    /// Its text; where it runs over the end of a line, in one line.
    pub(super) text: String,
}

/// All inline code of a page. A paragraph ends all that is open.
pub(super) fn of(page: &str) -> Vec<Span> {
    let (mut spans, mut fenced) = (Vec::new(), false);
    // How many backticks opened what is read, and what it is so far.
    let mut open: Option<(usize, Span)> = None;
    for (line, text) in (1..).zip(page.lines()) {
        let begins = text.trim_start();
        if begins.starts_with("```") || begins.starts_with("~~~") {
            fenced = !fenced;
            open = None;
            continue;
        }
        if fenced || begins.is_empty() {
            open = None;
            continue;
        }
        if let Some((_, span)) = &mut open {
            span.text.push(' ');
        }
        let mut rest = text;
        while let Some(at) = rest.find('`') {
            let (before, from) = rest.split_at(at);
            let count = from.len() - from.trim_start_matches('`').len();
            rest = &from[count..];
            open = match open.take() {
                None => Some((count, Span { line, text: String::new() })),
                Some((opened, mut span)) => {
                    span.text.push_str(before);
                    if opened == count {
                        spans.push(span);
                        None
                    } else {
                        span.text.push_str(&from[..count]);
                        Some((opened, span))
                    }
                }
            };
        }
        if let Some((_, span)) = &mut open {
            span.text.push_str(rest);
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_found_with_its_line_and_fenced_blocks_are_not() {
        let page = "`a` and ``b ` c``\n\n```sh\n`d`\n```\n| `e` | f |\nover the `end\nof` a line, `g`\n\nopen `h\n\n`i`\n";
        let found = of(page);
        let found: Vec<(usize, &str)> = found.iter().map(|span| (span.line, span.text.as_str())).collect();
        assert_eq!(found, [(1, "a"), (1, "b ` c"), (6, "e"), (7, "end of"), (8, "g"), (12, "i")]);
    }
}
