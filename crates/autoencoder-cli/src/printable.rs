//! Text from elsewhere as a terminal may show it: what moves the cursor, hides or turns around text is written out.
//!
//! Names of files, cells of a table and the heads of models come from others, and may hold any character.
//! [`Failure`](crate::failure::Failure), notes and results escape what they print, so that no caller has to.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::path::Path;

/// Returns whether a character is no sign to read but an order to the terminal: control characters, marks that change
/// the direction of text, separators of lines and paragraphs, and the byte order mark.
fn is_order(letter: char) -> bool {
    let turns = matches!(letter, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    letter.is_control() || turns || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{FEFF}')
}

/// One line of text, with everything that is no sign to read as an escape such as `\u{1b}`.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false)
}

/// Text of several lines, which are kept; everything else that is no sign to read becomes an escape.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |letter| letter == '\n')
}

fn escaped(text: &str, is_kept: impl Fn(char) -> bool) -> Cow<'_, str> {
    let is_foreign = |letter: char| is_order(letter) && !is_kept(letter);
    if !text.contains(is_foreign) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if is_foreign(letter) {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

/// The number of bytes from which on a sentence is shortened: names that others gave may be of any length.
const LONGEST: usize = 4000;

/// Text in one line: line ends and tabs, with the blanks around them, become single blanks, and everything else is as in [`line`].
/// Text that is very long is cut: its beginning and its end are left.
pub(crate) fn sentence(text: &str) -> String {
    let lines: Vec<&str> =
        text.split(['\n', '\r', '\t']).map(str::trim).filter(|line| !line.is_empty()).collect();
    let text = lines.join(" ");
    if text.len() <= LONGEST {
        return line(&text).into_owned();
    }
    let head: String = text.chars().take(LONGEST / 2).collect();
    let mut tail: Vec<char> = text.chars().rev().take(LONGEST / 4).collect();
    tail.reverse();
    format!("{} [...] {}", line(&head), line(&tail.into_iter().collect::<String>()))
}

/// A path as a shell takes it for one word that stands for this path.
pub(crate) fn word(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = |letter: char| letter.is_alphanumeric() || "_./@%+=:,-".contains(letter);
    if !path.is_empty() && path.chars().all(is_plain) {
        path
    } else if path.contains(is_order) {
        let letter = |letter: char| {
            if letter == '\'' { "\\'".to_owned() } else { line(&letter.to_string()).into_owned() }
        };
        format!("$'{}'", path.chars().map(letter).collect::<String>())
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

/// JSON that stands for the same value and holds nothing but signs to read. Beside line ends, such characters occur in
/// strings only, where JSON has an escape for each.
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    let is_foreign = |letter: char| is_order(letter) && letter != '\n';
    if !text.contains(is_foreign) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if is_foreign(letter) {
            // All of them lie in the first plane of Unicode, and need one escape.
            write!(shown, "\\u{:04x}", u32::from(letter))
                .unwrap_or_else(|fmt::Error| unreachable!("a string takes all"));
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn orders_to_the_terminal_are_written_out() {
        let text = "a\u{1b}]0;x\u{7}\u{0}\u{7f}\u{9b}8m\u{202e}\u{2066}\u{61c}\u{200f}\u{2028}\u{feff}z";
        let shown =
            "a\\u{1b}]0;x\\u{7}\\u{0}\\u{7f}\\u{9b}8m\\u{202e}\\u{2066}\\u{61c}\\u{200f}\\u{2028}\\u{feff}z";
        assert_eq!((line(text), lines(text), sentence(text)), (shown.into(), shown.into(), shown.to_owned()));
        assert_eq!((line("a\nb\tc"), lines("a\nb\tc")), ("a\\nb\\tc".into(), "a\nb\\tc".into()));
        assert_eq!(sentence(" a\r\n  b\tc\n"), "a b c");
        assert_eq!(line("Kirschblüten, 夜 \"x\" 🦀"), "Kirschblüten, 夜 \"x\" 🦀");
    }

    proptest! {
        #[test]
        fn json_keeps_its_value(texts in prop::collection::vec(any::<String>(), 0..4)) {
            let value = serde_json::json!({"texts": texts, "\u{202e}\u{9b}": "\u{2028}\u{7f}"});
            for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
                let shown = json(&text);
                prop_assert!(!shown.contains(|letter| is_order(letter) && letter != '\n'));
                prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(&shown).unwrap(), &value);
            }
        }

        #[test]
        fn nothing_but_signs_is_left(text in any::<String>()) {
            prop_assert!(!line(&text).contains(is_order));
            prop_assert!(!sentence(&text).contains(is_order));
        }
    }
}
