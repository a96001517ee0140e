//! `.npz`: a zip archive of npy files, stored or deflated.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use flate2::read::DeflateDecoder;
use rawzip::{
    CompressionMethod, FileReader, RECOMMENDED_BUFFER_SIZE, ZipArchive, ZipArchiveEntryWayfinder, ZipEntry,
    ZipFileHeaderRecord,
};

use super::member::{Body, MOST_ARRAYS, Member};
use crate::data::array::ArrayError;
use crate::data::element::conversion;
use crate::data::npy;
use crate::data::npy_header::{NpyError, NpyHeader};
use crate::failure::{Failure, Outcome};
use crate::input;

/// The largest number of bytes that deflate packs into one: what claims more is no honest archive.
const DEFLATES: u64 = 1032;

/// The ending of a member's name, which is no part of the array's name.
const ENDING: &str = ".npy";

/// Reads the heads of all arrays; other members of the archive are left alone.
pub(super) fn members(path: &Path) -> Outcome<Vec<Member>> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let archive = archive(path, &mut buffer)?;
    let length = std::fs::metadata(path).map_err(|error| Failure::at(path, error))?.len();
    let mut members: Vec<Member> = Vec::new();
    let mut entries = archive.entries(&mut buffer);
    while let Some(entry) = entries.next_entry().map_err(|error| damaged(path, &error))? {
        let file = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
        let Some(name) = file.strip_suffix(ENDING) else { continue };
        let failed = |what: &dyn std::fmt::Display| Failure::at(path, format_args!("{file}: {what}"));
        if members.len() == MOST_ARRAYS {
            return Err(Failure::at(path, format_args!("expected at most {MOST_ARRAYS} arrays, found more")));
        }
        if members.iter().any(|member| member.name == name) {
            return Err(failed(&"expected names that differ, found two arrays of this name"));
        }
        let is_deflated = is_deflated(&entry).map_err(|what| {
            failed(&what).advise("write the file again, with numpy.savez or numpy.savez_compressed")
        })?;
        members.push(
            member(&archive, name, entry.wayfinder(), is_deflated, length).map_err(|what| failed(&what))?,
        );
    }
    Ok(members)
}

/// Opens an array behind its header, and gives `read` its elements. Memory is known to be there only for what is stored.
pub(super) fn open<T>(
    path: &Path,
    entry: ZipArchiveEntryWayfinder,
    is_deflated: bool,
    read: impl FnOnce(&mut dyn Read, bool) -> Outcome<T>,
) -> Outcome<T> {
    let archive = archive(path, &mut vec![0; RECOMMENDED_BUFFER_SIZE])?;
    let entry = archive.get_entry(entry).map_err(|error| damaged(path, &error))?;
    let mut input = contents(&entry, is_deflated);
    NpyHeader::read_from(&mut input).map_err(|error| npy::explain(path, &error))?;
    read(&mut input, !is_deflated)
}

fn archive(path: &Path, buffer: &mut [u8]) -> Outcome<ZipArchive<FileReader>> {
    let file: File = input::open(path).map_err(|error| Failure::at(path, error))?;
    ZipArchive::from_file(file, buffer).map_err(|error| damaged(path, &error))
}

fn damaged(path: &Path, error: &rawzip::Error) -> Failure {
    let what = format_args!("expected an .npz file, which is a zip archive: {error}");
    Failure::at(path, what).advise("write or copy the file again")
}

/// Whether a member is deflated, or else stored.
fn is_deflated(entry: &ZipFileHeaderRecord<'_>) -> Result<bool, String> {
    if entry.flags().is_encrypted() {
        return Err("expected an array in the clear, found an encrypted one".into());
    }
    match entry.compression_method() {
        CompressionMethod::STORE => Ok(false),
        CompressionMethod::DEFLATE => Ok(true),
        other => {
            let found = other.name().map_or_else(|| format!("method {}", other.as_u16()), str::to_owned);
            Err(format!("expected an array that is stored or deflated, found {found}"))
        }
    }
}

/// Reads the head of an array, and checks all claims about its length against the length of the file.
fn member(
    archive: &ZipArchive<FileReader>,
    name: &str,
    entry: ZipArchiveEntryWayfinder,
    is_deflated: bool,
    length: u64,
) -> Result<Member, String> {
    let (packed, claimed) = (entry.compressed_size_hint(), entry.uncompressed_size_hint());
    let opened = archive.get_entry(entry).map_err(|error| error.to_string())?;
    let (_, end) = opened.compressed_data_range();
    if end > length {
        return Err(format!("expected the array to end within the {length} bytes of the file, found {end}"));
    }
    let most = if is_deflated { packed.saturating_mul(DEFLATES) } else { packed };
    if claimed > most {
        return Err(format!("{packed} bytes cannot hold the {claimed} bytes that are claimed"));
    }
    let header = NpyHeader::read_from(contents(&opened, is_deflated)).map_err(|error| match &error {
        NpyError::Type { found } => format!("{error}; {}", conversion(found)),
        NpyError::Read(_)
        | NpyError::NotNpy
        | NpyError::TruncatedHeader
        | NpyError::Version { .. }
        | NpyError::LongHeader { .. }
        | NpyError::Dictionary { .. }
        | NpyError::Overflow { .. } => error.to_string(),
    })?;
    let layout = match header.layout() {
        Ok(layout) => Some(layout),
        Err(NpyError::Type { .. }) => None,
        Err(error) => return Err(error.to_string()),
    };
    if let Some(layout) = &layout {
        let expected = layout.bytes().map_err(|error| error.to_string())?;
        let found = claimed.saturating_sub(header.data_offset);
        if found != expected {
            return Err(ArrayError::Length { expected, found }.to_string());
        }
    }
    let element_type = layout.as_ref().map_or(header.descr, |layout| layout.kind.name().to_owned());
    let body = Body::Zip { entry, is_deflated };
    Ok(Member { name: name.to_owned(), shape: header.shape, element_type, layout, body })
}

/// The bytes of a member, unpacked; the end is reached only where their length and checksum are right.
fn contents<'a>(entry: &ZipEntry<'a, FileReader>, is_deflated: bool) -> impl Read + use<'a> {
    let packed = BufReader::with_capacity(1 << 18, entry.reader());
    let unpacked: Box<dyn Read + 'a> =
        if is_deflated { Box::new(DeflateDecoder::new(packed)) } else { Box::new(packed) };
    entry.verifying_reader(unpacked)
}
