//! WebP files: chunks are changed, and every length holds afterwards.

use super::bytes;
use crate::attacks::random::Random;

/// Names of chunks that a reader knows.
const NAMES: [&[u8; 4]; 9] =
    [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP", b"EXIF", b"XMP "];

/// Bytes of sizes at the edges.
const SIZES: [u8; 6] = [0, 1, 2, 0x3F, 0x7F, 0xFF];

/// A chunk: four bytes of name, then the contents.
type Chunk = Vec<u8>;

/// Changes chunks of a file, or its bytes where it has no chunks.
pub(crate) fn webp(file: &mut Vec<u8>, random: &mut Random) {
    let mut chunks = chunks(file);
    if chunks.is_empty() {
        return bytes::few(file, random);
    }
    for _ in 0..=random.below(3) {
        change(&mut chunks, random);
    }
    let mut body = b"WEBP".to_vec();
    for chunk in &chunks {
        let (name, contents) = chunk.split_at(4);
        body.extend(name);
        body.extend(length(contents));
        body.extend(contents);
        body.extend(&[0][..contents.len() % 2]);
    }
    *file = [b"RIFF", &length(&body)[..], &body].concat();
    if random.chance(10) {
        bytes::one(file, random);
    }
}

fn length(contents: &[u8]) -> [u8; 4] {
    u32::try_from(contents.len()).expect("a small file").to_le_bytes()
}

fn chunks(file: &[u8]) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut rest = file.get(12..).unwrap_or_default();
    while let [a, b, c, d, e, f, g, h, after @ ..] = rest {
        let length = u32::from_le_bytes([*e, *f, *g, *h]) as usize;
        let Some(contents) = after.get(..length) else { break };
        chunks.push([&[*a, *b, *c, *d], contents].concat());
        rest = after.get(length + length % 2..).unwrap_or_default();
    }
    chunks
}

fn change(chunks: &mut Vec<Chunk>, random: &mut Random) {
    if chunks.is_empty() {
        return;
    }
    let [one, other] = [random.below(chunks.len()), random.below(chunks.len())];
    match random.below(8) {
        0 => chunks.insert(other, chunks[one].clone()),
        1 => drop(chunks.remove(one)),
        2 => chunks.swap(one, other),
        3 => chunks[one][..4].copy_from_slice(random.pick(&NAMES).as_slice()),
        4 | 5 => {
            // All three kinds have their sizes among the first bytes.
            let place = 4 + random.below(12);
            if let Some(byte) = chunks[one].get_mut(place) {
                *byte = *random.pick(&SIZES);
            }
        }
        _ => {
            let mut contents = chunks[one].split_off(4);
            bytes::one(&mut contents, random);
            chunks[one].append(&mut contents);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attacks::seeds;

    #[test]
    fn files_come_apart() {
        let names =
            |file: &[u8]| -> Vec<u8> { chunks(file).iter().flat_map(|chunk| chunk[..4].to_vec()).collect() };
        let found: Vec<Vec<u8>> = seeds::webp().iter().map(|seed| names(seed)).collect();
        assert_eq!(found, [&b"VP8 "[..], b"VP8XALPHVP8 ", b"VP8L", b"VP8L", b"VP8XVP8LEXIF"]);
    }
}
