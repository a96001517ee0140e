//! PNG files: chunks are changed, and every checksum holds afterwards.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

use super::bytes;
use crate::attacks::random::Random;

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// Names of chunks that a reader knows.
const NAMES: [&[u8; 4]; 11] =
    [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"acTL", b"fcTL", b"fdAT", b"gAMA", b"iCCP", b"zTXt"];

/// Widths and heights at the edges.
const SIZES: [u32; 9] = [0, 1, 2, 7, 255, 65_535, 1 << 30, 0x7FFF_FFFF, 0xFFFF_FFFF];

/// The largest number of bytes of pixels that are unpacked.
const MOST: u64 = 1 << 16;

/// A chunk: four bytes of name, then the contents.
type Chunk = Vec<u8>;

/// Changes chunks of a file, or its bytes where it has no chunks.
pub(crate) fn png(file: &mut Vec<u8>, random: &mut Random) {
    let mut chunks = chunks(file);
    if chunks.is_empty() {
        return bytes::few(file, random);
    }
    for _ in 0..=random.below(3) {
        change(&mut chunks, random);
    }
    *file = SIGNATURE.to_vec();
    for chunk in &chunks {
        let length = u32::try_from(chunk.len() - 4).expect("a chunk of a small file");
        file.extend(length.to_be_bytes());
        file.extend(chunk);
        file.extend(checksum(chunk).to_be_bytes());
    }
    if random.chance(10) {
        bytes::one(file, random);
    }
}

fn chunks(file: &[u8]) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut rest = file.strip_prefix(SIGNATURE).unwrap_or_default();
    while let Some((length, after)) = rest.split_first_chunk() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some(chunk) = after.get(..length.saturating_add(4)) else { break };
        chunks.push(chunk.to_vec());
        rest = after.get(length + 8..).unwrap_or_default();
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
        4 => pixels(chunks, random),
        5 => {
            let mut contents = chunks[one].split_off(4);
            bytes::one(&mut contents, random);
            chunks[one].append(&mut contents);
        }
        _ => header(chunks, random),
    }
}

/// Changes the size, the colours or the depth of an image.
fn header(chunks: &mut [Chunk], random: &mut Random) {
    let Some(header) = chunks.iter_mut().find(|chunk| chunk.starts_with(b"IHDR") && chunk.len() == 17) else {
        return;
    };
    match random.below(5) {
        0 | 1 => {
            let place = 4 + 4 * random.below(2);
            header[place..place + 4].copy_from_slice(&random.pick(&SIZES).to_be_bytes());
        }
        2 => header[12] = *random.pick(&[0, 1, 2, 4, 8, 16, 32]),
        3 => header[13] = *random.pick(&[0, 2, 3, 4, 6, 7]),
        _ => header[16] = *random.pick(&[0, 1, 2]),
    }
}

/// Changes the rows of pixels inside their compression.
fn pixels(chunks: &mut [Chunk], random: &mut Random) {
    let Some(chunk) = chunks.iter_mut().find(|chunk| chunk.starts_with(b"IDAT")) else { return };
    let mut rows = Vec::new();
    // What comes before an error is changed too.
    let _ = ZlibDecoder::new(&chunk[4..]).take(MOST).read_to_end(&mut rows);
    bytes::few(&mut rows, random);
    let mut encoder = ZlibEncoder::new(b"IDAT".to_vec(), Compression::fast());
    *chunk = encoder.write_all(&rows).and_then(|()| encoder.finish()).expect("a Vec takes everything");
}

/// The CRC-32 of a chunk, bit by bit.
fn checksum(chunk: &[u8]) -> u32 {
    let bit = |sum: u32| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
    let byte = |sum: u32, &byte: &u8| (0..8).fold(sum ^ u32::from(byte), |sum, _| bit(sum));
    !chunk.iter().fold(u32::MAX, byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attacks::seeds;

    #[test]
    fn the_checksum_is_the_published_one() {
        assert_eq!(checksum(b"123456789"), 0xCBF4_3926);
        assert_eq!(checksum(b"IEND"), 0xAE42_6082);
    }

    #[test]
    fn files_come_apart() {
        for seed in seeds::png() {
            let names: Vec<Vec<u8>> = chunks(&seed).into_iter().map(|chunk| chunk[..4].to_vec()).collect();
            assert_eq!((&names[0][..], &names[names.len() - 1][..]), (&b"IHDR"[..], &b"IEND"[..]));
        }
    }
}
