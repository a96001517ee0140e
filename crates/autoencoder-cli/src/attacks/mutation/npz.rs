//! Archives of npy files: a member is changed, and the archive written with lengths and checksums that hold.

use std::io::Read;

use flate2::bufread::DeflateDecoder;
use rawzip::{CompressionMethod, ZipArchive};

use super::{bytes, npy, text};
use crate::attacks::random::Random;
use crate::attacks::seeds::{ZipMember, zip};

/// The largest number of bytes of a member that are unpacked.
const MOST: u64 = 1 << 16;

/// Changes an archive: a member more often than the archive around it.
pub(crate) fn npz(file: &mut Vec<u8>, random: &mut Random) {
    let Some(mut members) = members(file).filter(|members| !members.is_empty()) else {
        return bytes::few(file, random);
    };
    if random.chance(20) {
        return bytes::few(file, random);
    }
    let index = random.below(members.len());
    match random.below(6) {
        0 => {
            let mut name = members[index].0.clone().into_bytes();
            text::one(&mut name, random);
            members[index].0 = String::from_utf8_lossy(&name).into_owned();
        }
        1 => {
            let member = members[index].clone();
            members.push(member);
        }
        2 => members[index].2 ^= true,
        _ => npy(&mut members[index].1, random),
    }
    *file = zip(&members);
    if random.chance(10) {
        bytes::one(file, random);
    }
}

/// The members of an archive, unpacked.
fn members(file: &[u8]) -> Option<Vec<ZipMember>> {
    let archive = ZipArchive::from_slice(file).ok()?;
    let (mut members, mut entries) = (Vec::new(), archive.entries());
    while let Some(entry) = entries.next_entry().ok()? {
        let name = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
        let is_deflated = entry.compression_method() == CompressionMethod::DEFLATE;
        let packed = archive.get_entry(entry.wayfinder()).ok()?.data();
        let mut bytes = Vec::new();
        let unpacked = if is_deflated {
            DeflateDecoder::new(packed).take(MOST).read_to_end(&mut bytes)
        } else {
            packed.take(MOST).read_to_end(&mut bytes)
        };
        unpacked.ok()?;
        members.push((name, bytes, is_deflated));
    }
    Some(members)
}
