//! The order of names, as people count: img2 comes before img10.

use std::cmp::Ordering;
use std::ffi::OsStr;

/// Compares names; runs of digits count as numbers. Names with the same numbers and other zeros are in the order of their
/// bytes, so that only a name itself is equal to it.
pub(super) fn natural(one: &OsStr, other: &OsStr) -> Ordering {
    let [one, other] = [one, other].map(OsStr::as_encoded_bytes);
    by_numbers(one, other).then_with(|| one.cmp(other))
}

fn by_numbers<'a>(mut one: &'a [u8], mut other: &'a [u8]) -> Ordering {
    while let ([first, rest @ ..], [second, others @ ..]) = (one, other) {
        let order = if first.is_ascii_digit() && second.is_ascii_digit() {
            let [(number, rest), (second, others)] = [number(one), number(other)];
            (one, other) = (rest, others);
            number.len().cmp(&second.len()).then_with(|| number.cmp(second))
        } else {
            (one, other) = (rest, others);
            first.cmp(second)
        };
        if order.is_ne() {
            return order;
        }
    }
    one.len().cmp(&other.len())
}

/// The digits that a name begins with, without zeros before them, and the rest of the name.
fn number(name: &[u8]) -> (&[u8], &[u8]) {
    let count = |name: &[u8], is: fn(&u8) -> bool| name.iter().take_while(|&byte| is(byte)).count();
    let (digits, rest) = name.split_at(count(name, u8::is_ascii_digit));
    (&digits[count(digits, |&digit| digit == b'0')..], rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn compare(one: &str, other: &str) -> Ordering {
        natural(OsStr::new(one), OsStr::new(other))
    }

    #[test]
    fn numbers_count() {
        let sorted = [
            "",
            "0",
            "00",
            "001",
            "01",
            "1",
            "2",
            "10",
            "10a",
            "10b",
            "100000000000000000000000",
            "IMG10",
            "a",
            "a-1",
            "a1b2",
            "a01b10",
            "a1b10",
            "a1c",
            "a2",
            "a10",
            "a10.png",
            "aa1",
            "img2.png",
            "img10.png",
        ];
        let mut names = sorted;
        names.reverse();
        names.sort_by(|one, other| compare(one, other));
        assert_eq!(names, sorted);
    }

    proptest! {
        #[test]
        fn the_order_is_total(names in prop::collection::vec("[a0129.-]{0,6}", 3)) {
            let [a, b, c] = [&names[0], &names[1], &names[2]].map(String::as_str);
            prop_assert_eq!(compare(a, b), compare(b, a).reverse());
            prop_assert_eq!(compare(a, b).is_eq(), a == b);
            if compare(a, b).is_le() && compare(b, c).is_le() {
                prop_assert!(compare(a, c).is_le(), "{} {} {}", a, b, c);
            }
        }
    }
}
