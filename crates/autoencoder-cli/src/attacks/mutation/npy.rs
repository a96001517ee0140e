//! npy files: the text of the header is changed and its length corrected.

use super::{bytes, text};
use crate::attacks::random::Random;

/// Changes a file, its header more often than its numbers.
pub(crate) fn npy(file: &mut Vec<u8>, random: &mut Random) {
    let width = if file.get(6) == Some(&1) { 2 } else { 4 };
    let start = 8 + width;
    let length = file
        .get(8..start)
        .map_or(0, |length| length.iter().rev().fold(0, |length, &byte| length << 8 | usize::from(byte)));
    if random.chance(20) || file.len() < start + length {
        return bytes::few(file, random);
    }
    let mut header = file[start..start + length].to_vec();
    let mut data = file[start + length..].to_vec();
    for _ in 0..random.below(3) {
        text::one(&mut header, random);
    }
    if random.chance(20) {
        bytes::one(&mut data, random);
    }
    header.truncate(usize::from(u16::MAX));
    let written = (header.len() as u64).to_le_bytes();
    *file = [&file[..8], &written[..width], &header, &data].concat();
}
