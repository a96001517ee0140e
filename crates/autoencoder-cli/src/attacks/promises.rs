//! Promises that every reader keeps, whatever its input holds. A broken promise is a panic.

use std::fmt::Display;
use std::path::Path;

use autoencoder::Values;

use crate::data::Data;
use crate::failure::Failure;

/// A refusal is one line that a terminal shows as it is.
pub(super) fn is_one_line(refusal: &dyn Display) {
    let text = refusal.to_string();
    assert!(!text.trim().is_empty(), "a refusal without a word");
    assert!(!text.chars().any(char::is_control), "a control character in the refusal {text:?}");
}

/// Text of many lines that a terminal shows as it is.
pub(super) fn is_plain_text(text: &str) {
    assert!(!text.is_empty(), "nothing was written");
    let is_control = |character: char| character.is_control() && character != '\n';
    assert!(!text.chars().any(is_control), "a control character in {text:?}");
}

/// Returns what was read, or nothing where the input was refused in one line, as a command shows it.
pub(super) fn taken<T, E: Display>(result: Result<T, E>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(refusal) => {
            is_one_line(&Failure::new(refusal));
            None
        }
    }
}

/// Data has samples of its shape, finite numbers, and a label for every sample or none at all.
pub(super) fn is_whole(data: &Data) {
    let (count, features) = data.values.dim();
    assert!(count > 0 && features > 0, "no numbers: {count} samples of {features}");
    assert_eq!(data.sample_shape.iter().product::<usize>(), features, "the sizes of a sample");
    let are_finite = match &data.values {
        Values::Bytes(_) => true,
        Values::Floats(floats) => floats.iter().all(|number| number.is_finite()),
        Values::Doubles(doubles) => doubles.iter().all(|number| number.is_finite()),
        Values::Table(table) => table.numbers().iter().all(|number| !number.is_infinite()),
    };
    assert!(are_finite, "a number that is not finite");
    if let Some(labels) = &data.labels {
        assert_eq!(labels.of_sample.len(), count, "labels");
        assert!(labels.of_sample.iter().all(|&label| label < labels.names.len()), "a label without a name");
    }
}

/// A figure is a whole XML document, and every place in it is a number.
pub(super) fn is_svg(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).expect("a figure is UTF-8");
    let document = match roxmltree::Document::parse(text) {
        Ok(document) => document,
        Err(error) => panic!("a figure that is no XML: {error}"),
    };
    for attribute in document.descendants().flat_map(|node| node.attributes()) {
        let value = attribute.value();
        assert!(!value.contains("NaN") && !value.contains("inf"), "{} is {value:?}", attribute.name());
    }
}

/// A fresh folder with one file of these bytes, given to `read`.
pub(super) fn with_file<T>(name: &str, bytes: &[u8], read: impl FnOnce(&Path) -> T) -> T {
    let folder = tempfile::tempdir().expect("the system has room for temporary files");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("the system has room for temporary files");
    read(&path)
}
