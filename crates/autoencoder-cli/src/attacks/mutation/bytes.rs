//! Changes of bytes that know no form.

use crate::attacks::random::Random;

/// Numbers at the edges of their types, of which as many bytes are written as a place takes.
const EDGES: [u64; 14] = [
    0,
    1,
    2,
    3,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x7FFF_FFFF,
    0x8000_0000,
    0xFFFF_FFFF,
    0x7FFF_FFFF_FFFF_FFFF,
];

/// Numbers of floating point at the edges: not a number, infinite, the largest, the smallest, minus zero.
const FLOATS: [u32; 6] = [0x7FC0_0000, 0x7F80_0000, 0xFF80_0000, 0x7F7F_FFFF, 1, 0x8000_0000];

/// The longest piece that is copied or taken out.
const PIECE: usize = 48;

/// Changes a few places of `bytes`.
pub(super) fn few(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(4) {
        one(bytes, random);
    }
}

/// Changes one place of `bytes`.
pub(super) fn one(bytes: &mut Vec<u8>, random: &mut Random) {
    if bytes.is_empty() {
        bytes.push(random.byte());
        return;
    }
    let place = random.below(bytes.len());
    let piece = place..place + 1 + random.below((bytes.len() - place).min(PIECE));
    match random.below(8) {
        0 => bytes[place] ^= 1 << random.below(8),
        1 => bytes[place] = random.byte(),
        2 => bytes.truncate(place),
        3 => drop(bytes.drain(piece)),
        4 => {
            let copied = bytes[piece].repeat(*random.pick(&[1, 1, 2, 30]));
            bytes.splice(place..place, copied);
        }
        5 => bytes[piece].fill(*random.pick(&[0, 0xFF, b' ', b'\n'])),
        6 => {
            let number = *random.pick(&EDGES);
            let width = *random.pick(&[1, 2, 4, 8]);
            let written = if random.chance(50) {
                number.to_le_bytes()
            } else {
                (number << (64 - 8 * width)).to_be_bytes()
            };
            write_at(bytes, place, &written[..width]);
        }
        _ => float(bytes, place, random),
    }
}

/// Puts a number at the edge of f32 at a place.
pub(super) fn float(bytes: &mut [u8], place: usize, random: &mut Random) {
    write_at(bytes, place, &random.pick(&FLOATS).to_le_bytes());
}

fn write_at(bytes: &mut [u8], place: usize, written: &[u8]) {
    let end = bytes.len().min(place + written.len());
    bytes[place..end].copy_from_slice(&written[..end - place]);
}
