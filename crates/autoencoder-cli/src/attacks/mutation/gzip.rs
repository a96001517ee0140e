//! IDX arrays, plain or inside gzip: what is inside is changed and packed again.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::bytes;
use crate::attacks::random::Random;
use crate::attacks::seeds::gzip;

/// The largest number of bytes that are unpacked.
const MOST: u64 = 1 << 16;

/// Changes an array, and packs what came packed.
pub(crate) fn gzip_or_plain(file: &mut Vec<u8>, random: &mut Random) {
    let mut inner = Vec::new();
    let is_packed = file.starts_with(&[0x1F, 0x8B])
        && MultiGzDecoder::new(&file[..]).take(MOST).read_to_end(&mut inner).is_ok();
    if !is_packed {
        inner.clone_from(file);
    }
    bytes::few(&mut inner, random);
    if !is_packed && random.chance(90) {
        *file = inner;
        return;
    }
    // Members of any number follow each other in a file.
    let (first, second) = inner.split_at(random.below(inner.len() + 1));
    *file = if random.chance(30) { [gzip(first), gzip(second)].concat() } else { gzip(&inner) };
    if random.chance(30) {
        bytes::few(file, random);
    }
}
