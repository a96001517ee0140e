//! Checksums of a file's description and tensors, by which a changed bit is noticed.

use std::collections::BTreeMap;

use safetensors::tensor::TensorView;
use serde::{Deserialize, Serialize};

use super::error::FileError;
use crate::digest::{Digest, Digester};

/// The checksums of a file, the last field of its description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Checksums {
    /// The digest of the description's text up to the checksums.
    pub description: Digest,
    /// The digest of all tensors, in the order of their names: name, shape and bytes.
    pub tensors: Digest,
}

impl Checksums {
    /// Returns the description with its checksums added, from the JSON object without them.
    pub(super) fn sign(description: &str, tensors: Digest) -> String {
        let text = description.strip_suffix('}').expect("a description is a JSON object");
        let checksums = Self { description: Digest::of(text.as_bytes()), tensors };
        format!("{text}{}", checksums.ending())
    }

    /// The end of a description that has these checksums.
    fn ending(self) -> String {
        let Self { description, tensors } = self;
        format!(",\"checksum\":{{\"description\":\"{description}\",\"tensors\":\"{tensors}\"}}}}")
    }

    /// Checks a description that contains these checksums.
    pub(super) fn check_description(self, description: &str) -> Result<(), FileError> {
        let signed = description.strip_suffix(&self.ending());
        let is_same = signed.is_some_and(|text| Digest::of(text.as_bytes()) == self.description);
        if is_same { Ok(()) } else { Err(FileError::Checksum { part: "description" }) }
    }

    /// Checks the digest of the tensors.
    pub(super) fn check_tensors(self, found: Digest) -> Result<(), FileError> {
        if found == self.tensors { Ok(()) } else { Err(FileError::Checksum { part: "tensors" }) }
    }
}

/// The digest of tensors in the order of their names.
pub(super) fn of_tensors(tensors: &BTreeMap<String, TensorView<'_>>) -> Digest {
    let mut digester = Digester::default();
    for (name, tensor) in tensors {
        digester.add_number(name.len());
        digester.add(name.as_bytes());
        digester.add_number(tensor.shape().len());
        tensor.shape().iter().for_each(|&side| digester.add_number(side));
        digester.add(tensor.data());
    }
    digester.finish()
}
