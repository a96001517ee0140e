//! The header of a `.npy` file, read by hand: every claim of a header is checked before it is believed.
//!
//! A header is `93 "NUMPY"`, a version, a length, and a Python dictionary of exactly three keys, such as `{'descr':
//! '<f4', 'fortran_order': False, 'shape': (3, 28, 20), }`.

use std::fmt;
use std::io::{self, Read};
use std::path::Path;

use super::array::{self, Layout, product};
use super::element::{ElementKind, RECORD};
use crate::failure::Outcome;

/// The first bytes of a file.
pub(super) const MAGIC: &[u8; 6] = b"\x93NUMPY";

/// The length in bytes of the longest header that is read; `NumPy` itself stops at 10,000.
const LONGEST: u32 = 1 << 16;

/// The contents of a header, whose sizes can be multiplied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NpyHeader {
    /// The element type as the file writes it, such as `<f4`.
    pub descr: String,
    /// Whether the first index varies fastest.
    pub fortran_order: bool,
    /// The size along each axis, outermost first.
    pub shape: Vec<usize>,
    /// The byte at which the elements begin.
    pub data_offset: u64,
}

/// An element type that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NpyElement {
    pub(crate) kind: ElementKind,
    pub(crate) big_endian: bool,
}

/// Every kind with its name in a header.
const NAMES: [(&str, ElementKind); 12] = [
    ("b1", ElementKind::Bool),
    ("u1", ElementKind::U8),
    ("i1", ElementKind::I8),
    ("u2", ElementKind::U16),
    ("i2", ElementKind::I16),
    ("u4", ElementKind::U32),
    ("i4", ElementKind::I32),
    ("u8", ElementKind::U64),
    ("i8", ElementKind::I64),
    ("f2", ElementKind::F16),
    ("f4", ElementKind::F32),
    ("f8", ElementKind::F64),
];

/// The reasons why a file is not read.
#[derive(Debug)]
pub(crate) enum NpyError {
    /// The input failed.
    Read(io::Error),
    /// The first bytes are not those of an npy file.
    NotNpy,
    /// The input ends inside the header.
    TruncatedHeader,
    /// A version from the future.
    Version { found: u8 },
    /// A header longer than any real one.
    LongHeader { found: u32 },
    /// The dictionary is malformed at this byte of the file.
    Dictionary { offset: usize, expected: &'static str },
    /// More elements than the machine can count in bytes.
    Overflow { shape: Vec<usize> },
    /// An element type that is not read.
    Type { found: String },
}

impl fmt::Display for NpyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => write!(f, "reading failed: {error}"),
            Self::NotNpy => write!(f, "not an npy file: expected it to begin with 93 \"NUMPY\""),
            Self::TruncatedHeader => write!(f, "truncated: the file ends inside the npy header"),
            Self::Version { found } => write!(f, "npy version: expected 1, 2 or 3, found {found}"),
            Self::LongHeader { found } => {
                write!(f, "npy header: expected at most {LONGEST} bytes, found {found}")
            }
            Self::Dictionary { offset, expected } => {
                write!(f, "npy header at byte {offset}: expected {expected}")
            }
            Self::Overflow { shape } => write!(f, "npy header: the shape {shape:?} cannot be multiplied"),
            Self::Type { found } => {
                write!(
                    f,
                    "element type: expected bool, integers or floating-point numbers of up to 8 bytes, found {found}"
                )
            }
        }
    }
}

impl std::error::Error for NpyError {}

impl NpyHeader {
    /// Reads a header, and not one byte more.
    pub(crate) fn read_from(mut input: impl Read) -> Result<Self, NpyError> {
        let mut fixed = [0; 8];
        fill(&mut input, &mut fixed[..6], NpyError::NotNpy)?;
        if &fixed[..6] != MAGIC {
            return Err(NpyError::NotNpy);
        }
        fill(&mut input, &mut fixed[6..], NpyError::TruncatedHeader)?;
        let mut length = [0; 4];
        let length_bytes = match fixed[6] {
            1 => 2,
            2 | 3 => 4,
            found => return Err(NpyError::Version { found }),
        };
        fill(&mut input, &mut length[..length_bytes], NpyError::TruncatedHeader)?;
        let length = u32::from_le_bytes(length);
        if length > LONGEST {
            return Err(NpyError::LongHeader { found: length });
        }
        let start = 8 + length_bytes;
        let mut text = vec![0; length as usize];
        fill(&mut input, &mut text, NpyError::TruncatedHeader)?;
        let mut dictionary = Dictionary { text: &text, at: 0, start };
        let (descr, fortran_order, shape) = dictionary.parse()?;
        let header = Self { descr, fortran_order, shape, data_offset: (start + text.len()) as u64 };
        // Eight bytes are the longest element that is read.
        if product(&header.shape).and_then(|count| count.checked_mul(8)).is_none() {
            return Err(NpyError::Overflow { shape: header.shape });
        }
        Ok(header)
    }

    /// The number of elements.
    pub(crate) fn count(&self) -> usize {
        product(&self.shape).expect("reading a header checks that its sizes can be multiplied")
    }

    /// The form of the array, if its element type is one that is read.
    pub(super) fn layout(&self) -> Result<Layout, NpyError> {
        let NpyElement { kind, big_endian } = self.element()?;
        Ok(Layout { shape: self.shape.clone(), kind, big_endian, fortran_order: self.fortran_order })
    }

    /// The number of samples and the shape of a sample.
    pub(super) fn samples(&self, path: &Path) -> Outcome<(usize, Vec<usize>)> {
        array::samples(&self.shape, path)
    }

    /// The element type, if it is one that is read.
    pub(crate) fn element(&self) -> Result<NpyElement, NpyError> {
        let name = self.descr.trim_start_matches(['<', '>', '|', '=']);
        let kind = NAMES.into_iter().find(|&(known, _)| known == name);
        // One sign says the order; files are written with an order of their own, not that of this machine.
        let signs = self.descr.len() - name.len();
        match kind {
            Some((_, kind)) if signs == 1 || kind.size() == 1 && signs == 0 => {
                Ok(NpyElement { kind, big_endian: self.descr.starts_with('>') })
            }
            Some(_) | None => Err(NpyError::Type { found: self.descr.clone() }),
        }
    }
}

fn fill(input: &mut impl Read, buffer: &mut [u8], short: NpyError) -> Result<(), NpyError> {
    input.read_exact(buffer).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => short,
        _ => NpyError::Read(error),
    })
}

/// The text of a dictionary that is being read.
struct Dictionary<'a> {
    text: &'a [u8],
    at: usize,
    /// The place in the file where the text begins, for messages.
    start: usize,
}

impl Dictionary<'_> {
    fn parse(&mut self) -> Result<(String, bool, Vec<usize>), NpyError> {
        let (mut descr, mut fortran_order, mut shape) = (None, None, None);
        self.expect(b'{', "a dictionary in braces")?;
        while !self.take(b'}') {
            let key = self.string("a key in quotes")?;
            self.expect(b':', "a colon")?;
            let new = match key.as_str() {
                "descr" if self.peek() == Some(b'[') => {
                    return Err(NpyError::Type { found: RECORD.into() });
                }
                "descr" => descr.replace(self.string("an element type in quotes")?).is_none(),
                "fortran_order" => fortran_order.replace(self.truth()?).is_none(),
                "shape" => shape.replace(self.sizes()?).is_none(),
                _ => false,
            };
            if !new {
                return Err(self.expected("the keys descr, fortran_order and shape, once each"));
            }
            if !self.take(b',') && self.peek() != Some(b'}') {
                return Err(self.expected("a comma or the closing brace"));
            }
        }
        if self.peek().is_some() {
            return Err(self.expected("nothing but blanks behind the closing brace"));
        }
        match (descr, fortran_order, shape) {
            (Some(descr), Some(fortran_order), Some(shape)) => Ok((descr, fortran_order, shape)),
            _ => Err(self.expected("the keys descr, fortran_order and shape, once each")),
        }
    }

    fn expected(&self, expected: &'static str) -> NpyError {
        NpyError::Dictionary { offset: self.start + self.at, expected }
    }

    /// Skips blanks, and returns the next byte without reading it.
    fn peek(&mut self) -> Option<u8> {
        let blanks = self.text[self.at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.at += blanks;
        self.text.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), NpyError> {
        if self.take(byte) { Ok(()) } else { Err(self.expected(expected)) }
    }

    fn string(&mut self, expected: &'static str) -> Result<String, NpyError> {
        let quote = self.peek().filter(|byte| matches!(byte, b'\'' | b'"'));
        let quote = quote.ok_or_else(|| self.expected(expected))?;
        let content = &self.text[self.at + 1..];
        let length = content.iter().take_while(|&&byte| byte != quote && matches!(byte, b' '..=b'~')).count();
        if content.get(length) != Some(&quote) || content[..length].contains(&b'\\') {
            return Err(self.expected(expected));
        }
        self.at += length + 2;
        Ok(String::from_utf8_lossy(&content[..length]).into_owned())
    }

    fn truth(&mut self) -> Result<bool, NpyError> {
        self.peek();
        for (word, value) in [(&b"True"[..], true), (b"False", false)] {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.expected("True or False"))
    }

    fn sizes(&mut self) -> Result<Vec<usize>, NpyError> {
        self.expect(b'(', "sizes in parentheses")?;
        let mut sizes = Vec::new();
        while !self.take(b')') {
            self.peek();
            let digits = self.text[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            let size = std::str::from_utf8(&self.text[self.at..self.at + digits]).ok();
            let size = size.and_then(|digits| digits.parse().ok());
            sizes.push(size.ok_or_else(|| self.expected("a size that this machine can count to"))?);
            self.at += digits;
            // The letter follows a number as Python 2 wrote long numbers.
            self.take(b'L');
            if !self.take(b',') && self.peek() != Some(b')') {
                return Err(self.expected("a comma or the closing parenthesis"));
            }
        }
        Ok(sizes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(dictionary: &str) -> Result<NpyHeader, NpyError> {
        let mut file = b"\x93NUMPY\x01\x00".to_vec();
        file.extend(u16::try_from(dictionary.len()).unwrap().to_le_bytes());
        file.extend(dictionary.as_bytes());
        NpyHeader::read_from(&file[..])
    }

    #[test]
    fn headers_as_several_programs_write_them() {
        for (dictionary, shape) in [
            (
                "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 28, 20), }          \n",
                &[3, 28, 20][..],
            ),
            ("{\"shape\":(3,),\"fortran_order\":False,\"descr\":\"<f4\"}", &[3]),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (3L, 2L)}", &[3, 2]),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': ()}\n", &[]),
        ] {
            let header = parse(dictionary).unwrap();
            assert_eq!(header.shape, shape);
            assert_eq!(header.element().unwrap(), NpyElement { kind: ElementKind::F32, big_endian: false });
            assert_eq!(header.data_offset, 10 + dictionary.len() as u64);
        }
    }

    #[test]
    fn malformed_dictionaries_are_refused_at_their_byte() {
        for (dictionary, offset, expected) in [
            ("", 10, "a dictionary"),
            ("{", 11, "a key in quotes"),
            ("{'descr' '<f4'}", 19, "a colon"),
            ("{'descr': '<f4' 'shape': (1,)}", 26, "a comma or the closing brace"),
            ("{'descr': '<f4}", 20, "an element type in quotes"),
            ("{'descr': '<f\\'4'}", 20, "an element type in quotes"),
            ("{'shape': (1 2)}", 23, "a comma or the closing parenthesis"),
            ("{'shape': (-1,)}", 21, "a size"),
            ("{'shape': (99999999999999999999,)}", 21, "a size"),
            ("{'fortran_order': 1}", 28, "True or False"),
            ("{'shape': (1,), 'shape': (1,)}", 39, "once each"),
            ("{'shape': (1,)}", 25, "once each"),
            ("{'colour': 'red'}", 20, "a"),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", 66, "nothing but blanks"),
        ] {
            let error = parse(dictionary).unwrap_err().to_string();
            let beginning = format!("npy header at byte {offset}: expected ");
            let place = if dictionary.contains("colour") { "npy header at byte ".into() } else { beginning };
            assert!(error.starts_with(&place) && error.contains(expected), "{dictionary}: {error}");
        }
    }

    #[test]
    fn claims_beyond_the_machine_are_refused() {
        let shape = format!("({}, 8)", usize::MAX / 16);
        let error =
            parse(&format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}}}")).unwrap_err();
        assert!(matches!(error, NpyError::Overflow { .. }), "{error}");
        let mut long = b"\x93NUMPY\x02\x00".to_vec();
        long.extend([0xFF; 4]);
        assert!(matches!(NpyHeader::read_from(&long[..]), Err(NpyError::LongHeader { .. })));
        assert!(matches!(
            NpyHeader::read_from(&b"\x93NUMPY\x09\x00"[..]),
            Err(NpyError::Version { found: 9 })
        ));
        assert!(matches!(NpyHeader::read_from(&b"\x93NUMP"[..]), Err(NpyError::NotNpy)));
        assert!(matches!(NpyHeader::read_from(&b"\x93NUMPY\x01"[..]), Err(NpyError::TruncatedHeader)));
    }

    #[test]
    fn types_that_are_not_read_are_named_with_those_that_are() {
        for descr in ["'<c8'", "'|S1'", "'<f16'", "'<U5'", "'f8'", "'<M8[s]'", "[('a', '<f4')]"] {
            let parsed = parse(&format!("{{'descr': {descr}, 'fortran_order': False, 'shape': (1,)}}"));
            let error = parsed.and_then(|header| header.element()).unwrap_err().to_string();
            assert!(
                error.contains("expected bool, integers or floating-point numbers of up to 8 bytes, found "),
                "{error}"
            );
        }
    }

    #[test]
    fn a_size_of_zero_makes_any_product_zero() {
        assert_eq!(product(&[]), Some(1));
        assert_eq!(product(&[3, 5, 7]), Some(105));
        assert_eq!(product(&[usize::MAX, usize::MAX, 0]), Some(0));
        assert_eq!(product(&[usize::MAX, 2]), None);
    }
}
