//! Two safetensors files held against each other: all bytes, or the tensors where only the metadata differ.

use std::collections::BTreeMap;

use serde_json::Value;

/// The result of comparing two files.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    /// All bytes are the same.
    Bytes,
    /// All tensors have the same names, types, shapes and bytes; the metadata differ.
    Tensors,
    /// The tensors differ; the text names the first that does, or says that a file has none.
    Different(String),
}

/// Compares two files.
pub(super) fn compare(one: &[u8], other: &[u8]) -> Comparison {
    if one == other {
        return Comparison::Bytes;
    }
    match (tensors(one), tensors(other)) {
        (Some(one), Some(other)) => compare_tensors(&one, &other),
        _ => Comparison::Different("one of them is no safetensors file".to_owned()),
    }
}

type Tensors<'a> = BTreeMap<String, (Value, Value, &'a [u8])>;

fn compare_tensors(one: &Tensors<'_>, other: &Tensors<'_>) -> Comparison {
    for name in one.keys().chain(other.keys()) {
        if one.get(name) != other.get(name) {
            return Comparison::Different(name.clone());
        }
    }
    Comparison::Tensors
}

/// Type, shape and bytes of every tensor.
fn tensors(file: &[u8]) -> Option<Tensors<'_>> {
    let (length, rest) = file.split_first_chunk()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (head, numbers) = rest.split_at_checked(length)?;
    let head: BTreeMap<String, Value> = serde_json::from_slice(head).ok()?;
    let tensor = |(name, entry): (String, Value)| {
        let offset = |index: usize| usize::try_from(entry["data_offsets"][index].as_u64()?).ok();
        let bytes = numbers.get(offset(0)?..offset(1)?)?;
        Some((name, (entry["dtype"].clone(), entry["shape"].clone(), bytes)))
    };
    head.into_iter().filter(|(name, _)| name != "__metadata__").map(tensor).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(metadata: &str, name: &str, numbers: &[u8]) -> Vec<u8> {
        let head = format!(
            r#"{{"__metadata__":{{"a":"{metadata}"}},"{name}":{{"dtype":"U8","shape":[{}],"data_offsets":[0,{}]}}}}"#,
            numbers.len(),
            numbers.len(),
        );
        [&(head.len() as u64).to_le_bytes(), head.as_bytes(), numbers].concat()
    }

    #[test]
    fn bytes_then_tensors_then_names_are_compared() {
        let one = file("1", "w", &[1, 2]);
        assert_eq!(compare(&one, &one), Comparison::Bytes);
        assert_eq!(compare(&one, &file("2", "w", &[1, 2])), Comparison::Tensors);
        assert_eq!(compare(&one, &file("1", "w", &[1, 3])), Comparison::Different("w".to_owned()));
        assert_eq!(compare(&one, &file("1", "w", &[1, 2, 3])), Comparison::Different("w".to_owned()));
        assert_eq!(compare(&one, &file("1", "v", &[1, 2])), Comparison::Different("w".to_owned()));
        assert!(matches!(compare(&one, &one[..12]), Comparison::Different(_)));
    }
}
