//! Changes of text: numbers at the edges, signs with a meaning, lines, deep nesting.

use super::bytes;
use crate::attacks::random::Random;

/// Numbers at the edges, and what is nearly a number.
const NUMBERS: [&str; 36] = [
    "0",
    "-0",
    "-1",
    "1",
    "2",
    "255",
    "256",
    "65536",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740992",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e308",
    "-1e308",
    "1e309",
    "1e-400",
    "5e-324",
    "1e39",
    "3.4e38",
    "1e-45",
    "0.9999999",
    "1.0000001",
    "nan",
    "inf",
    "-inf",
    "1000000000000",
    "0x10",
    "1_000",
    "+1",
    "",
    "null",
];

/// Signs and words with a meaning in some form of text, and some that a terminal or a figure must not see.
const SIGNS: [&str; 40] = [
    "\0",
    "\u{feff}",
    "\x1b[2J",
    "\u{202e}",
    "\u{7f}",
    "\u{85}",
    "\u{fffe}",
    "\"",
    "'",
    "\"\"",
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "[[",
    "]]",
    ":",
    "=",
    "#",
    "\\",
    "\\u0000",
    "<",
    "&",
    "]]>",
    "é",
    "\u{1F600}",
    "true",
    "'descr'",
    "'<f4'",
    "True",
    "epoch",
    "layers",
];

/// Texts that are written many times to nest deeply.
const NESTS: [&str; 8] = ["[", "{", "(", "a.", "\"", "{a=", "[1,", ","];

/// Changes a few places of a text.
pub(crate) fn text(text: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(3) {
        one(text, random);
    }
}

/// Changes one place of a text.
pub(super) fn one(text: &mut Vec<u8>, random: &mut Random) {
    match random.below(10) {
        0..=4 => number(text, random),
        5 | 6 => insert(text, random.pick(&SIGNS).as_bytes(), random),
        7 => lines(text, random),
        8 => insert(text, random.pick(&NESTS).repeat(*random.pick(&[2, 20, 200, 2000])).as_bytes(), random),
        _ => bytes::one(text, random),
    }
}

fn insert(text: &mut Vec<u8>, what: &[u8], random: &mut Random) {
    let place = random.below(text.len() + 1);
    text.splice(place..place, what.iter().copied());
}

/// Puts another number in the place of one.
fn number(text: &mut Vec<u8>, random: &mut Random) {
    let is_digit = |place: usize| text.get(place).is_some_and(u8::is_ascii_digit);
    let begins = |place: &usize| is_digit(*place) && (*place == 0 || !is_digit(place - 1));
    let places: Vec<usize> = (0..text.len()).filter(begins).collect();
    if places.is_empty() {
        return insert(text, random.pick(&NUMBERS).as_bytes(), random);
    }
    let start = *random.pick(&places);
    let is_part = |byte: &&u8| byte.is_ascii_digit() || b".eE".contains(byte);
    let end = start + text[start..].iter().take_while(is_part).count();
    text.splice(start..end, random.pick(&NUMBERS).bytes());
}

fn lines(text: &mut Vec<u8>, random: &mut Random) {
    let mut lines: Vec<Vec<u8>> = text.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    if lines.is_empty() {
        return;
    }
    let [one, other] = [random.below(lines.len()), random.below(lines.len())];
    match random.below(4) {
        0 => lines.insert(other, lines[one].clone()),
        1 => drop(lines.remove(one)),
        2 => lines.swap(one, other),
        _ => lines.extend(vec![lines[one].clone(); *random.pick(&[2, 50, 500])]),
    }
    *text = lines.concat();
}
