//! The arrays `X` and `y` of a benchmark's .npz file.

use std::error::Error;
use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::DeflateDecoder;

/// A labelled table: its rows, and which of them are odd.
pub(super) struct Labelled {
    pub(super) rows: Vec<Vec<f64>>,
    pub(super) is_odd: Vec<bool>,
}

impl Labelled {
    pub(super) fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        let file = fs::read(path)?;
        let array = |name: &str| -> Result<(Vec<usize>, Vec<f64>), Box<dyn Error>> {
            let bytes = member(&file, name)?.ok_or_else(|| format!("{}: no array {name}", path.display()))?;
            numbers(&bytes).map_err(|error| format!("{}: {name}: {error}", path.display()).into())
        };
        let (shape, values) = array("X")?;
        let [_, width] = shape[..] else {
            return Err(format!("{}: X has another shape", path.display()).into());
        };
        let rows = values.chunks(width).map(<[f64]>::to_vec).collect();
        let is_odd = array("y")?.1.into_iter().map(|label| label != 0.0).collect();
        Ok(Self { rows, is_odd })
    }
}

/// The bytes of the array of this name in a zip archive.
fn member(file: &[u8], name: &str) -> Result<Option<Vec<u8>>, Box<dyn Error>> {
    let number = |at: usize, width: usize| -> Result<usize, Box<dyn Error>> {
        let bytes = file.get(at..at + width).ok_or("the archive is cut off")?;
        Ok(bytes.iter().rev().fold(0, |number, &byte| number << 8 | usize::from(byte)))
    };
    let end = file.windows(4).rposition(|bytes| bytes == b"PK\x05\x06").ok_or("no zip archive")?;
    let (count, mut at) = (number(end + 10, 2)?, number(end + 16, 4)?);
    for _ in 0..count {
        let length = number(at + 28, 2)?;
        let found = file.get(at + 46..at + 46 + length).ok_or("the archive is cut off")?;
        if found == format!("{name}.npy").as_bytes() {
            let (method, packed, local) = (number(at + 10, 2)?, number(at + 20, 4)?, number(at + 42, 4)?);
            let begin = local + 30 + number(local + 26, 2)? + number(local + 28, 2)?;
            let bytes = file.get(begin..begin + packed).ok_or("the archive is cut off")?;
            let mut unpacked = Vec::new();
            match method {
                0 => unpacked.extend_from_slice(bytes),
                8 => _ = DeflateDecoder::new(bytes).read_to_end(&mut unpacked)?,
                other => return Err(format!("an archive of method {other}").into()),
            }
            return Ok(Some(unpacked));
        }
        at += 46 + length + number(at + 30, 2)? + number(at + 32, 2)?;
    }
    Ok(None)
}

/// The shape of an array, and its numbers row by row.
fn numbers(bytes: &[u8]) -> Result<(Vec<usize>, Vec<f64>), Box<dyn Error>> {
    let length = usize::from(u16::from_le_bytes(bytes.get(8..10).ok_or("no header")?.try_into()?));
    let header = std::str::from_utf8(bytes.get(10..10 + length).ok_or("no header")?)?;
    let data = &bytes[10 + length..];
    let field =
        |name: &str| header.split_once(name).map(|(_, rest)| rest.trim_start_matches([' ', ':', '\'']));
    let shape =
        field("'shape'").and_then(|rest| rest.split_once('(')?.1.split_once(')')).ok_or("no shape")?.0;
    let shape: Vec<usize> = shape
        .split(',')
        .map(str::trim)
        .filter(|side| !side.is_empty())
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    let kind = field("'descr'").and_then(|rest| rest.split('\'').next()).ok_or("no type")?;
    let values: Vec<f64> = match kind {
        "<f8" => data
            .chunks_exact(8)
            .map(|bytes| f64::from_le_bytes(bytes.try_into().unwrap_or_default()))
            .collect(),
        "<f4" => {
            let number = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().unwrap_or_default());
            data.chunks_exact(4).map(|bytes| f64::from(number(bytes))).collect()
        }
        "<i8" => {
            let number = |bytes: &[u8]| i64::from_le_bytes(bytes.try_into().unwrap_or_default());
            data.chunks_exact(8).map(|bytes| number(bytes) as f64).collect()
        }
        "<i4" => {
            let number = |bytes: &[u8]| i32::from_le_bytes(bytes.try_into().unwrap_or_default());
            data.chunks_exact(4).map(|bytes| f64::from(number(bytes))).collect()
        }
        "<i2" => {
            let number = |bytes: &[u8]| i16::from_le_bytes(bytes.try_into().unwrap_or_default());
            data.chunks_exact(2).map(|bytes| f64::from(number(bytes))).collect()
        }
        "|u1" | "|b1" => data.iter().map(|&byte| f64::from(byte)).collect(),
        other => return Err(format!("an array of {other}").into()),
    };
    let by_column = header.contains("'fortran_order': True");
    if values.len() != shape.iter().product::<usize>() {
        return Err("an array of another length".into());
    }
    Ok(match shape[..] {
        [rows, columns] if by_column => {
            let places = (0..rows).flat_map(|row| (0..columns).map(move |column| column * rows + row));
            let values = places.map(|place| values[place]).collect();
            (shape, values)
        }
        _ => (shape, values),
    })
}
