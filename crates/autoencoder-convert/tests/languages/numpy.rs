//! The file of numpy, read by the few lines of the documentation, where Python with numpy is at hand.

use std::fs;
use std::process::Command;

use autoencoder_convert::npz;

use crate::cases::{self, Case, choose_exact_instructions};

/// The reader in the documentation.
const DOCUMENTATION: &str = include_str!("../../../../docs/formats.md");

/// What is run behind the reader.
const MAIN: &str = r#"
import sys
samples = np.fromfile(sys.argv[1], "<f4").reshape(-1, len(file["scaling.offset"]))
reconstruct(samples.astype("f8")).astype("<f4").tofile(sys.argv[2])
"#;

fn reader() -> &'static str {
    let begin = DOCUMENTATION.find("import json, numpy as np\n").expect("the page has the reader");
    let reader = &DOCUMENTATION[begin..];
    &reader[..reader.find("```").expect("a block of code ends")]
}

/// A Python with numpy, if there is one: `AUTOENCODER_PYTHON`, or that of the path.
fn python() -> Option<String> {
    let python = std::env::var("AUTOENCODER_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found = Command::new(&python).args(["-c", "import numpy"]).output();
    let is_there = found.is_ok_and(|output| output.status.success());
    if !is_there {
        println!("there is no Python with numpy here: nothing was read");
    }
    is_there.then_some(python)
}

#[test]
fn numpy_restores_samples_by_the_lines_of_the_documentation() {
    assert!(reader().lines().count() <= 16, "a reader of a few lines");
    let Some(python) = python() else { return };
    choose_exact_instructions();
    let is_plain = |case: &Case| {
        [
            "linear",
            "relu",
            "sigmoid",
            "tanh",
            "bytes",
            "deep",
            "tied",
            "normalized",
            "variational",
            "constant",
        ]
        .contains(&case.name)
    };
    for case in cases::all().into_iter().filter(is_plain) {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("model.npz"), npz(&case.model)).unwrap();
        fs::write(at("read.py"), [reader(), MAIN].concat()).unwrap();
        let bytes: Vec<u8> = case.inputs.iter().flat_map(|number| number.to_le_bytes()).collect();
        fs::write(at("samples"), bytes).unwrap();
        let output = Command::new(&python)
            .current_dir(folder.path())
            .args(["read.py", "samples", "restored"])
            .output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}: {}", case.name, String::from_utf8_lossy(&output.stderr));
        let restored = fs::read(at("restored")).unwrap();
        let found = restored.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
        let expected = case.expected(&case.model).outputs;
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.zip(&expected) {
            assert!(
                (found - expected).abs() <= 1e-5 * expected.abs().max(1.0),
                "{}: {found} {expected}",
                case.name
            );
        }
    }
}
