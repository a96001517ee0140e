//! C, compiled by gcc without a word of warning.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use autoencoder::Model;
use autoencoder_convert::{SourceOptions, Weights, c_source, rounded_to_int8};

use crate::cases::{self, Case, choose_exact_instructions};
use crate::compiled::{compare, compile, is_there, run};

const MAIN: &str = r#"
#include <stdio.h>
#include "NAME.h"

int main(void)
{
    static float in[UPPER_INPUTS], code[UPPER_CODE], out[UPPER_INPUTS], decoded[UPPER_INPUTS];
    while (fread(in, sizeof in[0], UPPER_INPUTS, stdin) == UPPER_INPUTS) {
        int i;
        NAME_encode(in, code);
        NAME_reconstruct(in, out);
        NAME_decode(code, decoded);
        for (i = 0; i < UPPER_INPUTS; i++)
            if (out[i] != decoded[i])
                return 1;
        fwrite(code, sizeof code[0], UPPER_CODE, stdout);
        fwrite(out, sizeof out[0], UPPER_INPUTS, stdout);
#ifdef UPPER_THRESHOLD
        {
            const double score = NAME_score(in);
            fwrite(&score, sizeof score, 1, stdout);
        }
#endif
    }
    return 0;
}
"#;

fn program(folder: &Path, case: &Case, model: &Model, weights: Weights) -> PathBuf {
    let name = "net";
    let source = c_source(model, name, SourceOptions::default().with_weights(weights));
    fs::write(folder.join("net.h"), &source.header).unwrap();
    fs::write(folder.join("net.c"), &source.code).unwrap();
    fs::write(folder.join("main.c"), MAIN.replace("NAME", name).replace("UPPER", "NET")).unwrap();
    let program = folder.join("program");
    let mut gcc = Command::new("gcc");
    gcc.current_dir(folder)
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O2", "main.c", "net.c", "-lm", "-o"])
        .arg(&program);
    compile(&mut gcc, case.name);
    program
}

#[test]
fn models_in_c_give_the_bits_of_the_library() {
    if !is_there("gcc") {
        return;
    }
    let exact = choose_exact_instructions();
    for case in cases::all() {
        let folder = tempfile::tempdir().unwrap();
        let program = program(folder.path(), &case, &case.model, Weights::Float);
        let expected = case.expected(&case.model);
        let found = run(&program, &[], &case, !expected.scores.is_empty());
        compare(case.name, &found, &expected, exact && case.is_exact);
    }
}

#[test]
fn weights_of_eight_bits_are_those_of_the_rounded_model() {
    if !is_there("gcc") {
        return;
    }
    choose_exact_instructions();
    for case in cases::all().into_iter().filter(|case| ["bytes", "tied", "table"].contains(&case.name)) {
        let folder = tempfile::tempdir().unwrap();
        let program = program(folder.path(), &case, &case.model, Weights::Int8);
        let rounded = rounded_to_int8(&case.model);
        let expected = case.expected(&rounded);
        let found = run(&program, &[], &case, !expected.scores.is_empty());
        assert_ne!(found, case.expected(&case.model), "{}: nothing was rounded", case.name);
        compare(case.name, &found, &expected, false);
    }
}

#[test]
fn a_model_without_a_score_says_why() {
    let case = cases::all().remove(0);
    let mut model = case.model;
    model.scorer = None;
    let source = c_source(&model, "net", SourceOptions::default());
    assert!(!source.code.contains("net_score"));
    assert!(
        source.header.contains("There is no score: the model keeps nothing to score with."),
        "{}",
        source.header
    );
    let again = c_source(&model, "net", SourceOptions::default());
    assert_eq!(again, source, "the same model gives the same bytes");
}
