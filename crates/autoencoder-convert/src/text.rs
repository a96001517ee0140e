//! Source code as text: lines, numbers, tables of numbers, and comments that end where they should.

use std::fmt::Display;

/// The width of lines of numbers.
const WIDTH: usize = 110;

/// Source code, line by line.
#[derive(Debug, Default)]
pub(crate) struct Text(String);

impl Text {
    /// Adds a line.
    pub(crate) fn line(&mut self, line: impl Display) {
        self.0.push_str(&line.to_string());
        self.0.push('\n');
    }

    /// Adds lines that are written out: without the line break that they begin with.
    pub(crate) fn lines(&mut self, lines: &str) {
        self.0.push_str(lines.strip_prefix('\n').unwrap_or(lines));
    }

    /// Adds the items of a table, indented, with a comma behind each.
    pub(crate) fn items(&mut self, items: impl Iterator<Item = String>) {
        let mut width = 0;
        for item in items {
            if width > 0 && width + item.len() + 2 > WIDTH {
                self.0.push('\n');
                width = 0;
            }
            self.0.push_str(if width == 0 { "    " } else { " " });
            width += item.len() + if width == 0 { 5 } else { 2 };
            self.0.push_str(&item);
            self.0.push(',');
        }
        if width > 0 {
            self.0.push('\n');
        }
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

/// A number with the fewest digits that are read back as the same f32, with a point or an exponent.
pub(crate) fn single(number: f32) -> String {
    format!("{number:?}")
}

/// A number with the fewest digits that are read back as the same f64, with a point or an exponent.
pub(crate) fn double(number: f64) -> String {
    format!("{number:?}")
}

/// The name of a layer as part of a name in source code: `encoder_0`.
pub(crate) fn identifier(name: &str) -> String {
    name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
}

/// Text from elsewhere for a comment: no line break, no end of a comment, and no letters that change the direction of the text.
pub(crate) fn for_comment(text: &str) -> String {
    let is_harmless = |letter: char| {
        let turns = matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}');
        !letter.is_control() && !turns && letter != '\\'
    };
    let plain: String = text.chars().map(|letter| if is_harmless(letter) { letter } else { '?' }).collect();
    plain.replace("*/", "* /").replace("/*", "/ *").replace("??", "? ?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_lines_of_a_bounded_width() {
        let mut text = Text::default();
        text.items((0..100).map(|number| single(number as f32 / 7.0)));
        let text = text.into_string();
        assert!(text.lines().all(|line| line.len() <= WIDTH && line.starts_with("    ")));
        assert_eq!(text.matches(',').count(), 100);
        assert!(text.starts_with("    0.0, 0.14285715,"), "{text}");
    }

    #[test]
    fn numbers_are_read_back() {
        for number in [0.1_f32, -0.0, 1.0, 1e-45, f32::MIN_POSITIVE, f32::MAX] {
            assert_eq!(single(number).parse::<f32>().unwrap().to_bits(), number.to_bits());
            assert!(single(number).contains(['.', 'e']));
        }
    }

    #[test]
    fn comments_cannot_be_ended_from_within() {
        for text in ["a */ int x; /*", "a\nb", "tail\\", "??/", "\u{202e}x", "**//"] {
            let comment = for_comment(text);
            assert!(
                !comment.contains("*/")
                    && !comment.contains("/*")
                    && !comment.contains(['\n', '\\', '\u{202e}']),
                "{comment}"
            );
        }
    }
}
