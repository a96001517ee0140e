//! Where whole records end in text that comes piece by piece: behind a line end that stands within no quotes.

/// A place in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// The beginning of a field.
    Begin,
    Within,
    Quoted,
    /// Behind a quote within quotes, which closes them if no second one follows.
    Closing,
}

impl Place {
    /// The place behind one more byte, as the reader of all tables sees it.
    fn behind(self, byte: u8, separator: u8) -> Self {
        match (self, byte) {
            (Self::Quoted, b'"') => Self::Closing,
            (Self::Quoted, _) | (Self::Begin | Self::Closing, b'"') => Self::Quoted,
            (_, b'\n' | b'\r') => Self::Begin,
            (_, byte) if byte == separator => Self::Begin,
            (Self::Begin | Self::Within | Self::Closing, _) => Self::Within,
        }
    }
}

/// The search for whole records in text to which more is added.
#[derive(Debug)]
pub(crate) struct RecordEnds {
    separator: u8,
    /// The number of bytes that were looked at, and the place behind them.
    seen: usize,
    place: Place,
    /// The number of bytes of whole records.
    whole: usize,
}

impl RecordEnds {
    pub(crate) fn new(separator: u8) -> Self {
        Self { separator, seen: 0, place: Place::Begin, whole: 0 }
    }

    /// The number of bytes of whole records at the beginning of a text, which has grown since it was looked at last.
    pub(crate) fn whole(&mut self, text: &[u8]) -> usize {
        let new = &text[self.seen..];
        match (self.place, new.contains(&b'"')) {
            (Place::Quoted, false) => {}
            (Place::Begin | Place::Within, false) => {
                if let Some(end) = new.iter().rposition(|&byte| byte == b'\n') {
                    self.whole = self.seen + end + 1;
                }
                self.place =
                    new.last().map_or(self.place, |&last| Place::Within.behind(last, self.separator));
            }
            (Place::Closing, _) | (_, true) => {
                for (at, &byte) in new.iter().enumerate() {
                    self.place = self.place.behind(byte, self.separator);
                    if byte == b'\n' && self.place == Place::Begin {
                        self.whole = self.seen + at + 1;
                    }
                }
            }
        }
        self.seen = text.len();
        self.whole
    }

    /// Whether the text ends within quotes.
    pub(crate) fn is_quoted(&self) -> bool {
        self.place == Place::Quoted
    }

    /// Forgets the whole records, which are taken away from the text.
    pub(crate) fn take(&mut self) {
        self.seen -= self.whole;
        self.whole = 0;
    }

    /// The end of the line that ends the first record which is not empty, if it is whole.
    pub(crate) fn first(text: &[u8], separator: u8) -> Option<usize> {
        let (mut place, mut is_empty) = (Place::Begin, true);
        let mut is_end = |&byte: &u8| {
            place = place.behind(byte, separator);
            is_empty &= matches!(byte, b'\n' | b'\r');
            byte == b'\n' && place == Place::Begin && !is_empty
        };
        text.iter().position(&mut is_end).map(|end| end + 1)
    }
}

#[cfg(test)]
mod tests {
    use csv::StringRecord;
    use proptest::prelude::*;

    use super::*;
    use crate::dialect::Dialect;

    #[test]
    fn records_end_behind_lines_outside_of_quotes() {
        let whole = |text: &str| text[..RecordEnds::new(b',').whole(text.as_bytes())].to_owned();
        for (text, expected) in [
            ("", ""),
            ("1,2", ""),
            ("1,2\n3", "1,2\n"),
            ("1,\"2\n3\"\n4", "1,\"2\n3\"\n"),
            ("1,\"2\n3", ""),
            ("1,\"a \"\"\n\"\n2", "1,\"a \"\"\n\"\n"),
            ("1,5\" pipe\n2", "1,5\" pipe\n"),
            ("1, \"2\n3\"\n", "1, \"2\n3\"\n"),
            ("\"1\"x\"\n", "\"1\"x\"\n"),
        ] {
            assert_eq!(whole(text), expected, "{text:?}");
        }
        assert_eq!(RecordEnds::first(b"\r\n\n1,\"\n\"\n2\n", b','), Some(9));
        assert_eq!(RecordEnds::first(b"\n1,2", b','), None);
        assert_eq!(RecordEnds::first(b"a;\"b\nc\"\n", b','), Some(5));
        assert_eq!(RecordEnds::first(b"a;\"b\nc\"\n", b';'), Some(8));
    }

    fn records(text: &[u8]) -> Vec<StringRecord> {
        Dialect::USUAL.reader(text).records().map(Result::unwrap).collect()
    }

    proptest! {
        #[test]
        fn text_that_is_cut_where_records_end_has_the_same_records(
            text in "[1a\", \n\r]{0,40}",
            pieces in prop::collection::vec(0..9_usize, 0..20),
        ) {
            let (mut ends, mut held, mut found) = (RecordEnds::new(b','), Vec::new(), Vec::new());
            let mut rest = text.as_bytes();
            for piece in pieces {
                let (next, behind) = rest.split_at(piece.min(rest.len()));
                held.extend_from_slice(next);
                rest = behind;
                let whole = ends.whole(&held);
                found.extend(records(&held[..whole]));
                held.drain(..whole);
                ends.take();
            }
            held.extend_from_slice(rest);
            found.extend(records(&held));
            prop_assert_eq!(found, records(text.as_bytes()));
        }
    }
}
