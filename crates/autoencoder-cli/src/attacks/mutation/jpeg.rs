//! JPEG files: segments are changed, and their lengths hold afterwards.

use super::bytes;
use crate::attacks::random::Random;

/// Widths and heights at the edges.
const SIZES: [u16; 8] = [0, 1, 2, 8, 9, 255, 16_384, 65_535];

/// A part of a file: a marker with its contents, or the bits of pixels.
#[derive(Clone)]
enum Part {
    Segment { marker: u8, contents: Vec<u8> },
    Bits(Vec<u8>),
}

/// Changes segments of a file, or its bytes where it has no segments.
pub(crate) fn jpeg(file: &mut Vec<u8>, random: &mut Random) {
    let mut parts = parts(file);
    if parts.is_empty() {
        return bytes::few(file, random);
    }
    for _ in 0..=random.below(3) {
        change(&mut parts, random);
    }
    *file = vec![0xFF, 0xD8];
    for part in &parts {
        match part {
            Part::Segment { marker, contents } => {
                let length = u16::try_from(contents.len() + 2).unwrap_or(u16::MAX);
                file.extend([0xFF, *marker]);
                file.extend(length.to_be_bytes());
                file.extend(contents);
            }
            Part::Bits(bits) => file.extend(bits),
        }
    }
    if random.chance(90) {
        file.extend([0xFF, 0xD9]);
    }
    if random.chance(10) {
        bytes::one(file, random);
    }
}

fn parts(file: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = file.strip_prefix(&[0xFF, 0xD8]).unwrap_or_default();
    while let [0xFF, marker, high, low, after @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low])).saturating_sub(2).min(after.len());
        let (contents, after) = after.split_at(length);
        parts.push(Part::Segment { marker: *marker, contents: contents.to_vec() });
        rest = after;
        if *marker == 0xDA {
            let is_marker = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xD0..=0xD7);
            let end = rest.windows(2).position(is_marker).unwrap_or(rest.len());
            let (bits, after) = rest.split_at(end);
            parts.push(Part::Bits(bits.to_vec()));
            rest = after;
        }
    }
    parts
}

fn change(parts: &mut Vec<Part>, random: &mut Random) {
    if parts.is_empty() {
        return;
    }
    let [one, other] = [random.below(parts.len()), random.below(parts.len())];
    match random.below(8) {
        0 => parts.insert(other, parts[one].clone()),
        1 => drop(parts.remove(one)),
        2 => parts.swap(one, other),
        3 | 4 => frame(parts, random),
        _ => match &mut parts[one] {
            Part::Segment { contents, .. } => bytes::one(contents, random),
            Part::Bits(bits) => bytes::few(bits, random),
        },
    }
}

/// Changes the size, the depth or the components of an image, or the way in which it is coded.
fn frame(parts: &mut [Part], random: &mut Random) {
    let frame = parts.iter_mut().find_map(|part| match part {
        Part::Segment { marker, contents } if (0xC0..=0xC2).contains(marker) && contents.len() > 6 => {
            Some((marker, contents))
        }
        Part::Segment { .. } | Part::Bits(_) => None,
    });
    let Some((marker, contents)) = frame else { return };
    match random.below(5) {
        0 | 1 => {
            let place = 1 + 2 * random.below(2);
            contents[place..place + 2].copy_from_slice(&random.pick(&SIZES).to_be_bytes());
        }
        2 => contents[0] = *random.pick(&[0, 8, 12, 16]),
        3 => {
            let place = 5 + random.below(contents.len() - 5);
            contents[place] = *random.pick(&[0, 1, 2, 3, 4, 0x11, 0x12, 0x21, 0x22, 0x41, 0x44, 0xFF]);
        }
        _ => *marker = *random.pick(&[0xC0, 0xC1, 0xC2, 0xC3, 0xC9]),
    }
}
