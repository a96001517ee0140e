//! Changes of compressed codes, whose checksum holds again.

use autoencoder::Digest;

use super::bytes;
use crate::attacks::random::Random;

/// The bytes of the checksum at the end.
const CHECKSUM: usize = 16;

/// Changes a few places, and mostly makes the checksum that of the changed bytes.
pub(crate) fn compressed(file: &mut Vec<u8>, random: &mut Random) {
    file.truncate(file.len().saturating_sub(CHECKSUM));
    bytes::few(file, random);
    let checksum = Digest::of(file).to_bytes();
    file.extend(checksum);
    if random.chance(10) {
        bytes::one(file, random);
    }
}
