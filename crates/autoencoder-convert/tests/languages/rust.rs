//! Rust, compiled by rustc without a word of warning, and without the standard library.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use autoencoder_convert::{SourceOptions, Weights, rounded_to_int8, rust_source};

use crate::cases::{self, Case, choose_exact_instructions};
use crate::compiled::{compare, compile, is_there, run};

const MAIN: &str = r#"
use std::io::{Read, Write};

macro_rules! run {
    ($net:ident, $($score:ident)?) => {{
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).unwrap();
        let numbers = bytes.chunks(4).map(|bytes| f32::from_ne_bytes(bytes.try_into().unwrap()));
        let mut output = std::io::stdout().lock();
        for sample in numbers.collect::<Vec<f32>>().chunks(nets::$net::INPUTS) {
            let sample = sample.try_into().unwrap();
            let (code, restored) = (nets::$net::encode(sample), nets::$net::reconstruct(sample));
            assert_eq!(nets::$net::decode(&code), restored);
            for number in code.iter().chain(&restored) {
                output.write_all(&number.to_ne_bytes()).unwrap();
            }
            $(
                assert!(nets::$net::THRESHOLD.is_finite());
                output.write_all(&nets::$net::$score(sample).to_ne_bytes()).unwrap();
            )?
        }
    }};
}

fn main() {
    match std::env::args().nth(1).unwrap().as_str() {
        CASES
        other => panic!("{other}"),
    }
}
"#;

/// Compiles the modules of all cases, once as a library without the standard library, and once into a program that takes the index of
/// a case.
fn program(folder: &Path, cases: &[Case], weights: Weights) -> PathBuf {
    let (mut library, mut arms) = ("#![no_std]\n".to_owned(), String::new());
    for (index, case) in cases.iter().enumerate() {
        fs::write(
            folder.join(format!("net_{index}.rs")),
            rust_source(&case.model, SourceOptions::default().with_weights(weights)),
        )
        .unwrap();
        writeln!(library, "pub mod net_{index};").unwrap();
        let score = if case.model.scorer.is_some() { "score" } else { "" };
        writeln!(arms, "\"{index}\" => run!(net_{index}, {score}),").unwrap();
    }
    fs::write(folder.join("nets.rs"), library).unwrap();
    fs::write(folder.join("main.rs"), MAIN.replace("CASES", &arms)).unwrap();
    let rustc = |arguments: &[&str]| {
        let mut rustc = Command::new("rustc");
        rustc.current_dir(folder).args(["--edition", "2024", "-D", "warnings"]).args(arguments);
        compile(&mut rustc, "modules of Rust");
    };
    rustc(&["--crate-type", "rlib", "nets.rs"]);
    rustc(&["main.rs", "--extern", "nets=libnets.rlib"]);
    folder.join("main")
}

fn check(cases: &[Case], weights: Weights, is_exact: bool) {
    let folder = tempfile::tempdir().unwrap();
    let program = program(folder.path(), cases, weights);
    for (index, case) in cases.iter().enumerate() {
        let expected = case.expected(&match weights {
            Weights::Float => case.model.clone(),
            Weights::Int8 => rounded_to_int8(&case.model),
        });
        let found = run(&program, &[index.to_string()], case, !expected.scores.is_empty());
        compare(case.name, &found, &expected, is_exact && case.is_exact);
    }
}

#[test]
fn models_in_rust_give_the_bits_of_the_library() {
    if is_there("rustc") {
        let is_exact = choose_exact_instructions();
        check(&cases::all(), Weights::Float, is_exact);
    }
}

#[test]
fn weights_of_eight_bits_are_those_of_the_rounded_model() {
    if is_there("rustc") {
        choose_exact_instructions();
        let mut cases = cases::all();
        cases.retain(|case| ["bytes", "table"].contains(&case.name));
        check(&cases, Weights::Int8, false);
    }
}
