//! Text within pages of HTML: names and labels come from data, and are never markup.

use crate::printable;

/// `text` as it stands in a page or in an attribute between quotes: no character of it begins a tag, ends an attribute or names another
/// character. What is no sign to read, such as a mark that turns the direction of text around, is written out as for a terminal.
pub(crate) fn escaped(text: &str) -> String {
    let shown = printable::line(text);
    let mut safe = String::with_capacity(shown.len() + shown.len() / 8);
    for letter in shown.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_label_is_text_and_never_markup() {
        assert_eq!(escaped("<script>alert('1')</script>"), "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;");
        assert_eq!(escaped("\" onload=\"x & y"), "&quot; onload=&quot;x &amp; y");
        assert_eq!(escaped("a\u{202e}b\u{1b}"), "a\\u{202e}b\\u{1b}");
        assert_eq!(escaped("Kirschblüten, 夜"), "Kirschblüten, 夜");
    }

    proptest! {
        #[test]
        fn nothing_of_markup_is_left_and_nothing_is_lost(text in any::<String>()) {
            let safe = escaped(&text);
            prop_assert!(!safe.contains(['<', '>', '"', '\'']));
            let back = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
                .iter()
                .fold(safe, |safe, (name, letter)| safe.replace(name, letter));
            prop_assert_eq!(back, printable::line(&text));
        }
    }
}
