//! Compiled programs, and what they make of samples.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use ndarray::Array2;

use crate::cases::{Case, Results};

/// Whether a compiler is at hand; without it, a line says so.
pub(crate) fn is_there(compiler: &str) -> bool {
    let found = Command::new(compiler).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let is_there = found.is_ok_and(|status| status.success());
    if !is_there {
        println!("there is no {compiler} here: nothing was compiled");
    }
    is_there
}

/// Runs a compiler, which must have nothing to say.
pub(crate) fn compile(command: &mut Command, name: &str) {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.is_empty(), "{name}: {said}");
}

/// Gives the samples of a case to a program: floats in; for each sample its code, what is restored, and its score out.
pub(crate) fn run(program: &Path, arguments: &[String], case: &Case, has_score: bool) -> Results {
    let mut child =
        Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let bytes: Vec<u8> = case.inputs.iter().flat_map(|number| number.to_ne_bytes()).collect();
    child.stdin.take().unwrap().write_all(&bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}: {:?}", case.name, output.status);
    let code = case.model.architecture().code();
    let (rows, columns) = case.inputs.dim();
    let length = 4 * (code + columns) + if has_score { 8 } else { 0 };
    assert_eq!(output.stdout.len(), rows * length, "{}", case.name);
    let (mut codes, mut outputs, mut scores) = (Vec::new(), Vec::new(), Vec::new());
    for row in output.stdout.chunks(length) {
        let floats = row[..4 * (code + columns)].as_chunks().0.iter().map(|bytes| f32::from_ne_bytes(*bytes));
        let floats: Vec<f32> = floats.collect();
        codes.extend_from_slice(&floats[..code]);
        outputs.extend_from_slice(&floats[code..]);
        scores
            .extend(row[4 * (code + columns)..].as_chunks().0.iter().map(|bytes| f64::from_ne_bytes(*bytes)));
    }
    Results {
        codes: Array2::from_shape_vec((rows, code), codes).unwrap(),
        outputs: Array2::from_shape_vec((rows, columns), outputs).unwrap(),
        scores,
    }
}

/// Holds what came out of a program against the library, bit for bit if that is `exact`, and else to 1e-5. Scores are sums in f64, whose
/// order is not the same.
pub(crate) fn compare(name: &str, found: &Results, expected: &Results, exact: bool) {
    for (found, expected, what) in
        [(&found.codes, &expected.codes, "codes"), (&found.outputs, &expected.outputs, "outputs")]
    {
        assert_eq!(found.dim(), expected.dim(), "{name} {what}");
        for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
            let is_close = (found - expected).abs() <= 1e-5 * expected.abs().max(1.0);
            let is_same = found.to_bits() == expected.to_bits();
            assert!(
                if exact { is_same } else { is_close },
                "{name} {what} {place}: {found}, expected {expected}"
            );
        }
    }
    assert_eq!(found.scores.len(), expected.scores.len(), "{name} scores");
    for (found, expected) in found.scores.iter().zip(&expected.scores) {
        let tolerance = if exact { 1e-12 } else { 1e-4 };
        assert!(
            (found - expected).abs() <= tolerance * expected.abs().max(1.0),
            "{name}: {found}, expected {expected}"
        );
    }
}
