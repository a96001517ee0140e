//! Numbers as most tables have them, read eight digits at a time: a sign, up to seven digits, a point and more digits.
//!
//! Whatever is not like that (an exponent, more than 19 digits, a number close to the middle between two `f64`) is left to
//! a reader of all numbers.

/// The number of bytes that are looked at: those of the longest number, and of the words that begin in it.
const LOOKED_AT: usize = 40;

/// The number of bytes in which a number has to end.
const FARTHEST: usize = 24;

/// The largest number of digits with which every number fits into a `u64`.
const MOST_DIGITS: usize = 19;

/// The number at the beginning of a text, with this mark before its decimals, and its length, if this separator follows at
/// once, and if there are [`LOOKED_AT`] bytes. The number is the `f64` nearest to its text, which `str::parse` finds too.
#[inline]
pub(crate) fn decimal(text: &[u8], mark: u8, separator: u8) -> Option<(f64, usize)> {
    let text = text.first_chunk()?;
    // A bit for each of the first 24 bytes that is no digit. The end of the number is found from them alone, so that a
    // processor begins the next number while it still works on this one.
    let [first, second, third] = [0, 8, 16].map(|at| Word::at(text, at).others() << at);
    let others = first | second | third;
    let sign = usize::from(text[0] == b'-');
    let others = others & !(sign as u64);
    let point = others.trailing_zeros() as usize;
    let digits = point.wrapping_sub(sign);
    if !(1..8).contains(&digits) {
        return None;
    }
    let whole = Word::at(text, sign).first(digits);
    let (magnitude, end) = if text[point] == mark {
        let end = (others & (others - 1)).trailing_zeros() as usize;
        (with_decimals(whole, digits, text, point + 1, end)?, end)
    } else {
        (whole.value() as f64, point)
    };
    if text[end] != separator {
        return None;
    }
    // The sign is set as a bit: a branch on it would be guessed wrong half of the time.
    Some((f64::from_bits(magnitude.to_bits() | (sign as u64) << 63), end))
}

/// The number with these digits before its point and decimals from `at` to `end`, unless `end` is too far.
#[inline]
fn with_decimals(whole: Word, digits: usize, text: &[u8; LOOKED_AT], at: usize, end: usize) -> Option<f64> {
    let decimals = end - at;
    let first = Word::at(text, at);
    if decimals < 8 {
        let first = first.first(decimals);
        let number = if digits + decimals <= 8 {
            first.behind(whole, decimals).value()
        } else {
            whole.value() * TENS[decimals] + first.value()
        };
        // Both are exact, so that their quotient is rounded once.
        return Some(number as f64 / TENS[decimals] as f64);
    }
    let whole = whole.value();
    let digits = if whole == 0 { decimals } else { digits + decimals };
    if end >= FARTHEST || digits > MOST_DIGITS {
        return None;
    }
    let number = whole * TENS[8] + first.value();
    let second = Word::at(text, at + 8);
    let number = if decimals < 16 {
        number * TENS[decimals - 8] + second.first(decimals - 8).value()
    } else {
        let third = Word::at(text, at + 16).first(decimals - 16);
        (number * TENS[8] + second.value()) * TENS[decimals - 16] + third.value()
    };
    quotient(number, decimals)
}

/// A number over a power of ten, unless it is close to the middle between two `f64`.
#[inline]
fn quotient(number: u64, decimals: usize) -> Option<f64> {
    if number == 0 {
        return Some(0.0);
    }
    let Reciprocal { of_five, exponent } = RECIPROCALS[decimals];
    let zeros = number.leading_zeros();
    let product = u128::from(number << zeros) * u128::from(of_five);
    // The quotient's highest 63 bits. Both factors are below 2^64, and `of_five` is too small by less than one: the quotient
    // lies between this number and the one 2 above. Where both are rounded to one f64, so is the quotient.
    let highest = (product >> 65) as i64;
    let (least, most) = (highest as f64, (highest + 2) as f64);
    let scale = f64::from_bits(u64::from(exponent - zeros) << 52);
    (least.to_bits() == most.to_bits()).then_some(least * scale)
}

/// One over a power of ten.
#[derive(Clone, Copy)]
struct Reciprocal {
    /// 2^127 over the power of five, which is shifted to the highest bit of 64, without its fraction.
    of_five: u64,
    /// The exponent, as the bits of an `f64` hold it, of what the highest bits of a product are to be multiplied by.
    exponent: u32,
}

/// One over each power of ten, by the power.
const RECIPROCALS: [Reciprocal; MOST_DIGITS + 1] = {
    let mut reciprocals = [Reciprocal { of_five: 0, exponent: 0 }; MOST_DIGITS + 1];
    let mut power: u32 = 1;
    while power as usize <= MOST_DIGITS {
        let five = 5_u64.pow(power);
        let zeros = five.leading_zeros();
        #[allow(clippy::cast_possible_truncation, reason = "five's power is above 2^63 there")]
        let of_five = ((1_u128 << 127) / ((five as u128) << zeros)) as u64;
        reciprocals[power as usize] = Reciprocal { of_five, exponent: 1023 - 62 - power + zeros };
        power += 1;
    }
    reciprocals
};

/// The powers of ten that eight digits can ask for.
const TENS: [u64; 9] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// Eight bytes of a text, the first of them in the lowest place; those that are digits hold their values.
#[derive(Clone, Copy)]
struct Word(u64);

impl Word {
    #[inline]
    fn at(text: &[u8; LOOKED_AT], at: usize) -> Self {
        let bytes = text[at..].first_chunk().expect("a word begins before the last eight bytes");
        Self(u64::from_le_bytes(*bytes) ^ all(b'0'))
    }

    /// A bit for each byte that is no digit, the first in the lowest place; right up to the first byte that is not ASCII.
    #[inline]
    fn others(self) -> u64 {
        // The highest bit of each byte is set where it is 10 or more. The product puts these bits beside each other.
        let others = (self.0.wrapping_add(all(0x80 - 10)) | self.0) & all(0x80);
        others.wrapping_mul(0x0002_0408_1020_4081) >> 56
    }

    /// The first digits, at most seven, behind as many zeros as there is room for.
    #[inline]
    fn first(self, count: usize) -> Self {
        Self(self.0 << 8 << (56 - 8 * count))
    }

    /// The last `count` digits, with other digits before them.
    #[inline]
    fn behind(self, before: Self, count: usize) -> Self {
        Self(self.0 | before.0 >> (8 * count))
    }

    /// The number with these eight digits.
    #[inline]
    fn value(self) -> u64 {
        // Neighbours are put together: two digits, then four, then eight.
        let two = self.0.wrapping_mul(1 + (10 << 8)) >> 8 & 0x00FF_00FF_00FF_00FF;
        let four = two.wrapping_mul(1 + (100 << 16)) >> 16 & 0x0000_FFFF_0000_FFFF;
        four.wrapping_mul(1 + (10_000 << 32)) >> 32
    }
}

/// A word of one byte.
const fn all(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The number in a field, with fields behind it, which hold digits too.
    fn read(field: &str, separator: char) -> Option<f64> {
        let line = format!("{field}{separator}9.876543210987654,12.34567890123456789,1234567");
        decimal(line.as_bytes(), b'.', u8::try_from(separator).unwrap()).map(|(number, length)| {
            assert_eq!(length, field.len(), "{field}");
            number
        })
    }

    fn is_exact(field: &str) {
        for separator in [',', '\n'] {
            let expected: f64 = field.parse().unwrap();
            assert_eq!(read(field, separator).map(f64::to_bits), Some(expected.to_bits()), "{field}");
        }
    }

    #[test]
    fn numbers_are_those_of_the_standard_library() {
        for field in [
            "0",
            "-0",
            "-0.0",
            "0.00000000",
            "7",
            "007",
            "5.",
            "-12.25",
            "0.1",
            "0.3",
            "0.5000000000",
            "1234567",
            "1234567.1234567",
            "1234567.12345678",
            "1234567.123456789012",
            "0.9999999999999999999",
            "0.0000000000000000001",
            "0.000000000000000001",
        ] {
            is_exact(field);
        }
    }

    #[test]
    fn other_numbers_are_left_to_others() {
        for field in [
            "12345678",
            ".5",
            "+1",
            "1e5",
            "1.5e5",
            "1234567.1234567890123",
            "0.99999999999999999999",
            "0.0000000000000000000001",
            // Close to the middle between two numbers.
            "1.000000000000000111",
            "",
            "-",
            ".",
            "-.",
            "--1",
            "1.2.3",
            " 1",
            "1 ",
            "1-2",
            "1/2",
            "1:2",
            "1.2\u{e9}",
            "1.2;",
            "1.2\"",
            "1.2\r",
        ] {
            for separator in [',', '\n'] {
                assert_eq!(read(field, separator), None, "{field}");
            }
        }
        assert_eq!(decimal(b"1,2", b'.', b','), None);
        let [comma, line] = [",", "\n"].map(|end| format!("1.5{end}{}", "7,".repeat(20)));
        assert_eq!(
            (decimal(comma.as_bytes(), b'.', b'\n'), decimal(line.as_bytes(), b'.', b',')),
            (None, None)
        );
    }

    #[test]
    fn decimals_may_have_a_comma() {
        let line = format!("-12,5;{}", "7,25;".repeat(20));
        assert_eq!(decimal(line.as_bytes(), b',', b';'), Some((-12.5, 5)));
        assert_eq!(decimal(line.as_bytes(), b'.', b';'), None);
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_the_standard_library_reads(field in "[+-]?[0-9]{0,18}\\.?[0-9]{0,20}(e-?[0-9]{1,2})?") {
            if let Some(number) = read(&field, ',') {
                prop_assert_eq!(number.to_bits(), field.parse::<f64>().unwrap().to_bits());
            }
        }

        #[test]
        fn numbers_of_up_to_fifteen_digits_are_read(field in "-?[0-9]{1,7}\\.[0-9]{0,7}") {
            is_exact(&field);
        }

        #[test]
        fn numbers_come_back_from_their_shortest_text(number in -1e6..1e6_f64) {
            if let Some(read) = read(&number.to_string(), ',') {
                prop_assert_eq!(read.to_bits(), number.to_bits());
            }
        }
    }

    #[test]
    fn nearly_all_numbers_are_read() {
        let fields =
            (1..10_000).map(|index| (f64::from(index) * 0.7).sin() * 100.0).map(|number| number.to_string());
        let missed = fields.filter(|field| read(field, ',').is_none()).count();
        assert!(missed < 100, "{missed}");
    }
}
