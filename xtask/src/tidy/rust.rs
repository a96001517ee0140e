//! Rules for Rust files: one concept each, no loose ends, `unsafe` in one crate only.

use std::path::Path;

use super::{Findings, source};

/// A file with more lines than this gets a remark, since it may hold a second concept.
const LONG: usize = 450;
const TOO_LONG: usize = 600;

/// The only folder where `unsafe` may stand.
const UNSAFE_HOME: &str = "crates/autoencoder-kernels/";

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 5] = ["utils", "common", "helpers", "misc", "types"];

/// Marks of unfinished work. Written in two pieces, so that this file keeps its own rule.
const LOOSE_ENDS: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

pub(super) fn check(file: &str, text: &str, findings: &mut Findings) {
    length(file, text, findings);
    name(file, findings);
    // A crate may also begin with its README.
    if !text.starts_with("//!") && !text.starts_with("#![doc = include_str!(") {
        findings.violation(file, 1, "the first line says what the module is for: `//! ...`");
    }
    let code = source::code_only(text);
    for (number, (line, code)) in (1..).zip(text.lines().zip(code.lines())) {
        if !file.starts_with(UNSAFE_HOME) && words(code).any(|word| word == "unsafe") {
            findings.violation(file, number, format!("`unsafe` outside {UNSAFE_HOME}"));
        }
        if code.contains("dbg!") {
            findings.violation(file, number, "a debugging aid: `dbg!`");
        }
        if let Some(mark) = words(line).find(|word| LOOSE_ENDS.contains(word)) {
            findings.violation(file, number, format!("a loose end: {mark}; do it, or open an issue"));
        }
        if is_commented_out(line) {
            findings.violation(file, number, "code that was commented out; the history keeps it");
        }
    }
}

fn length(file: &str, text: &str, findings: &mut Findings) {
    let lines = text.lines().count();
    if lines > TOO_LONG {
        let reason =
            format!("{lines} lines; no file is longer than {TOO_LONG}: give the second concept its own");
        findings.violation(file, TOO_LONG + 1, reason);
    } else if lines > LONG {
        findings.remark(file, LONG + 1, format!("{lines} lines; what is the second concept?"));
    }
}

fn name(file: &str, findings: &mut Findings) {
    for part in Path::new(file).with_extension("").iter().filter_map(|part| part.to_str()) {
        if EMPTY_NAMES.contains(&part) {
            findings.violation(file, 1, format!("{part:?} says nothing about what is inside"));
        }
    }
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|character: char| !character.is_alphanumeric() && character != '_')
}

/// Whether a `//` line holds a statement rather than a sentence: begins as one, ends as one, and has its punctuation.
fn is_commented_out(line: &str) -> bool {
    const BEGINNINGS: [&str; 19] = [
        "let ", "fn ", "pub ", "use ", "mod ", "impl ", "struct ", "enum ", "const ", "static ", "for ",
        "if ", "while ", "match ", "return ", "assert", "self.", "#[", "println!",
    ];
    let Some(comment) = line.trim_start().strip_prefix("//") else { return false };
    if comment.starts_with(['/', '!']) {
        return false;
    }
    let comment = comment.trim();
    let begins = BEGINNINGS.iter().any(|beginning| comment.starts_with(beginning));
    let ends = comment.ends_with([';', '{', '}', ']']);
    let punctuated = ["(", "=", "::", "{", "#["].iter().any(|sign| comment.contains(sign));
    let import = comment.starts_with("use ") && comment.ends_with(';') && comment.split(' ').count() == 2;
    import || (begins && ends && punctuated)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(file: &str, text: &str) -> Findings {
        let mut findings = Findings::default();
        check(file, text, &mut findings);
        findings
    }

    fn reasons(file: &str, text: &str) -> Vec<String> {
        findings(file, text).violations.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_good_module_is_left_alone() {
        let text = "//! Adds.\n\n#![forbid(unsafe_code)]\n// Never unsafe; see \"dbg!\".\nfn add() {}\n";
        assert!(reasons("crates/a/src/lib.rs", text).is_empty());
    }

    #[test]
    fn long_files_are_noted_and_longer_ones_refused() {
        let lines = |count: usize| format!("//! Long.\n{}", "\n".repeat(count - 1));
        assert!(findings("a.rs", &lines(LONG)).remarks.is_empty());
        assert_eq!(findings("a.rs", &lines(LONG + 1)).remarks.len(), 1);
        assert!(findings("a.rs", &lines(TOO_LONG)).violations.is_empty());
        assert_eq!(findings("a.rs", &lines(TOO_LONG + 1)).violations.len(), 1);
    }

    #[test]
    fn empty_names_are_refused() {
        for file in ["src/utils.rs", "src/common/mod.rs", "tests/helpers/a.rs"] {
            assert_eq!(reasons(file, "//! A.\n").len(), 1, "{file}");
        }
        assert!(reasons("src/element_types.rs", "//! A.\n").is_empty());
    }

    #[test]
    fn a_module_says_what_it_is_for() {
        assert_eq!(
            reasons("a.rs", "fn f() {}\n"),
            ["a.rs:1: the first line says what the module is for: `//! ...`"]
        );
    }

    #[test]
    fn unsafe_code_lives_in_one_crate() {
        let text = format!("//! A.\nfn f() {{ {} {{}} }}\n", concat!("un", "safe"));
        assert_eq!(
            reasons("crates/a/src/lib.rs", &text),
            [format!("crates/a/src/lib.rs:2: `unsafe` outside {UNSAFE_HOME}")]
        );
        assert!(reasons("crates/autoencoder-kernels/src/lib.rs", &text).is_empty());
    }

    #[test]
    fn loose_ends_are_found() {
        for mark in LOOSE_ENDS {
            assert_eq!(reasons("a.rs", &format!("//! A.\n\n// {mark}: later\n")).len(), 1);
        }
        assert_eq!(reasons("a.rs", "//! A.\nfn f() { dbg!(1); }\n").len(), 1);
    }

    #[test]
    fn statements_in_comments_are_found_and_sentences_are_not() {
        for line in [
            "// let x = 1;",
            "    // fn f() {",
            "//for i in 0..10 {",
            "// use std::fmt;",
            "// #[test]",
            "// self.rows.push(row);",
            "// if x == 1 { return; }",
        ] {
            assert!(is_commented_out(line), "{line}");
        }
        for line in [
            "// let us not do that;",
            "// use the other one;",
            "// for all n: the sum is the same",
            "// if x = 0, nothing may divide by it",
            "// returns [a, b]",
            "/// let x = 1;",
            "//! let x = 1;",
            "let x = 1; // let it be;",
        ] {
            assert!(!is_commented_out(line), "{line}");
        }
    }
}
