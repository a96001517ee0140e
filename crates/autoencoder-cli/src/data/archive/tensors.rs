//! `.safetensors` as data: tensors by name, of any program but this one, whose models are no data.

use std::fmt;
use std::io::{Read, Seek, SeekFrom, Take};
use std::path::Path;

use autoencoder::{FileError, FileHead};
use safetensors::Dtype;
use safetensors::tensor::Metadata;

use super::member::{Body, MOST_ARRAYS, Member};
use crate::data::array::Layout;
use crate::data::element::ElementKind;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::Reading;

/// The number of bytes in front of the head, which hold the head's length.
const LENGTH: u64 = 8;

/// Whether the first bytes of a file are those of a safetensors file: a length of less than 2^32, and a brace.
pub(crate) fn is_tensors(first: &[u8]) -> bool {
    matches!(first, [_, _, _, _, 0, 0, 0, 0, b'{', ..])
}

/// Refuses models and checkpoints of this program.
pub(super) fn refuse_models(path: &Path) -> Outcome {
    let (json, _) = head(path)?;
    let found = match FileHead::parse(&json) {
        Err(FileError::Foreign | FileError::Safetensors(_)) => return Ok(()),
        Ok(head) => format!("a {} of autoencoder", head.kind.name()),
        Err(_) => "a damaged or newer model of autoencoder".to_owned(),
    };
    let what = format_args!("expected data, found {found}");
    Err(Failure::at(path, what).advise("give the model as MODEL, and the data as DATA"))
}

/// Whether a file holds tensors of another program than this one.
pub(crate) fn are_foreign_tensors(path: &Path) -> bool {
    head(path).is_ok_and(|(json, _)| matches!(FileHead::parse(&json), Err(FileError::Foreign)))
}

/// Reads the head: the JSON, and the offset of the first tensor.
fn head(path: &Path) -> Outcome<(Vec<u8>, u64)> {
    let failed = |error: &dyn fmt::Display| damaged(path, error);
    let mut file = input::open(path).map_err(|error| Failure::at(path, error))?;
    let whole = file.metadata().map_err(|error| Failure::at(path, error))?.len();
    let mut first = [0; 8];
    file.read_exact(&mut first).map_err(|_| failed(&format_args!("the file has only {whole} bytes")))?;
    let length = FileHead::length(first).map_err(|error| failed(&error))?;
    if length > whole - LENGTH {
        return Err(failed(&format_args!("its head claims {length} bytes, and the file has {whole}")));
    }
    let mut json = Vec::new();
    file.take(length).read_to_end(&mut json).map_err(|error| Failure::at(path, error))?;
    Ok((json, LENGTH + length))
}

/// Reads the heads of all tensors.
pub(super) fn members(path: &Path) -> Outcome<Vec<Member>> {
    let (json, start) = head(path)?;
    let failed = |error: &dyn fmt::Display| damaged(path, error);
    let metadata: Metadata = serde_json::from_slice(&json).map_err(|error| failed(&error))?;
    let whole = std::fs::metadata(path).map_err(|error| Failure::at(path, error))?.len();
    let expected = start.saturating_add(metadata.data_len() as u64);
    if expected != whole {
        return Err(failed(&format_args!(
            "the tensors end at byte {expected}, and the file at byte {whole}"
        )));
    }
    let names = metadata.offset_keys();
    if names.len() > MOST_ARRAYS {
        return Err(Failure::at(
            path,
            format_args!("expected at most {MOST_ARRAYS} arrays, found {}", names.len()),
        ));
    }
    let member = |name: String| {
        let info = metadata.info(&name)?;
        let kind = kind(info.dtype);
        let shape = info.shape.clone();
        let element_type =
            kind.map_or_else(|| format!("{:?}", info.dtype).to_lowercase(), |kind| kind.name().to_owned());
        let layout =
            kind.map(|kind| Layout { shape: shape.clone(), kind, big_endian: false, fortran_order: false });
        let body = Body::Bytes { offset: start + info.data_offsets.0 as u64 };
        Some(Member { name, shape, element_type, layout, body })
    };
    Ok(names.into_iter().filter_map(member).collect())
}

fn damaged(path: &Path, error: &dyn fmt::Display) -> Failure {
    let what = format_args!("expected a .safetensors file: {error}");
    Failure::at(path, what).advise("write or copy the file again")
}

/// The kind of elements, if it is one that is read.
fn kind(dtype: Dtype) -> Option<ElementKind> {
    Some(match dtype {
        Dtype::BOOL => ElementKind::Bool,
        Dtype::U8 => ElementKind::U8,
        Dtype::I8 => ElementKind::I8,
        Dtype::U16 => ElementKind::U16,
        Dtype::I16 => ElementKind::I16,
        Dtype::F16 => ElementKind::F16,
        Dtype::BF16 => ElementKind::Bf16,
        Dtype::U32 => ElementKind::U32,
        Dtype::I32 => ElementKind::I32,
        Dtype::F32 => ElementKind::F32,
        Dtype::U64 => ElementKind::U64,
        Dtype::I64 => ElementKind::I64,
        Dtype::F64 => ElementKind::F64,
        // Complex numbers, and numbers of less than a byte.
        _ => return None,
    })
}

/// The bytes of a tensor, which the head has found in the file.
pub(super) fn contents<'f, 'w>(
    path: &Path,
    file: &'f Reading<'w>,
    offset: u64,
    layout: &Layout,
) -> Outcome<Take<&'f Reading<'w>>> {
    let bytes = layout.bytes().map_err(|error| error.at(path))?;
    file.file().seek(SeekFrom::Start(offset)).map_err(|error| Failure::at(path, error))?;
    Ok(file.take(bytes))
}
