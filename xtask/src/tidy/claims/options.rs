//! Options between backticks, as `--batch-size 64`: each is one of the program's or of `cargo xtask`'s.

use std::collections::BTreeSet;

use super::super::source::code_only;
use super::Tree;

/// Options that clap gives every command.
const OF_ALL: [&str; 2] = ["help", "version"];

/// The options of the program and of `cargo xtask`, without their dashes.
pub(super) fn of(tree: &Tree) -> BTreeSet<String> {
    let mut options: BTreeSet<String> = OF_ALL.map(str::to_owned).into();
    for (file, text) in &tree.texts {
        let is_theirs = ["crates/", "xtask/"].iter().any(|folder| file.starts_with(folder));
        if is_theirs && super::super::has_extension(file, "rs") {
            collect(text, &mut options);
        }
    }
    options
}

/// The fields that are marked `#[arg(long)]`, by their names or by the one that is given, as in `#[arg(long = "name")]`.
fn collect(text: &str, options: &mut BTreeSet<String>) {
    let code = code_only(text);
    for (start, _) in code.match_indices("#[arg(") {
        let Some(length) = attribute(&code[start..]) else { continue };
        let (within, after) = (&code[start + 6..start + length], &code[start + length..]);
        let is_long =
            |word: &str| word.split(['=', ',', ')']).next().is_some_and(|word| word.trim() == "long");
        let Some(at) = arguments(within).into_iter().find(|&at| is_long(&within[at..])) else { continue };
        let long = &within[at..];
        let given = long.find(['=', ',', ')']).filter(|&end| long[end..].starts_with('='));
        let name = match given {
            Some(_) => text[start + 6 + at..].split('"').nth(1).map(str::to_owned),
            None => field(after).map(|field| field.replace('_', "-")),
        };
        options.extend(name);
    }
}

/// The length of the attribute that `code` begins with.
fn attribute(code: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, character) in code.char_indices() {
        match character {
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 && character == ']' {
            return Some(at + 1);
        }
    }
    None
}

/// The offsets in `within` at which the arguments of an attribute begin.
fn arguments(within: &str) -> Vec<usize> {
    let (mut begins, mut depth) = (vec![0], 0_usize);
    for (at, character) in within.char_indices() {
        match character {
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => begins.push(at + 1),
            _ => {}
        }
    }
    begins
}

/// The name of the field behind an attribute, and behind those that follow it.
fn field(after: &str) -> Option<&str> {
    let mut rest = after.trim_start();
    while rest.starts_with('#') {
        rest = rest[attribute(&rest[1..])? + 1..].trim_start();
    }
    let rest = match rest.strip_prefix("pub") {
        Some(rest) => rest
            .trim_start()
            .strip_prefix('(')
            .map_or(rest, |rest| rest.split_once(')').map_or("", |(_, rest)| rest)),
        None => rest,
    };
    rest.split(':').next().map(str::trim)
}

/// Programs that have options of their own, by how a command begins.
const OTHERS: [&str; 4] = ["cargo ", "tensorboard ", "git ", "perf "];

/// A message about the first option in `span` that neither the program nor `cargo xtask` has.
pub(super) fn fault(options: &BTreeSet<String>, span: &str) -> Option<String> {
    let is_other = OTHERS.iter().any(|other| span.starts_with(other));
    // What cargo runs are ours, behind the two dashes or as a task.
    let ours = match (span.strip_prefix("cargo xtask "), span.split_once(" -- ")) {
        (Some(task), _) => task,
        (None, Some((before, arguments))) if before.starts_with("cargo run") => arguments,
        (None, _) if is_other => return None,
        (None, _) => span,
    };
    let words = ours.split(|character: char| {
        character.is_whitespace() || matches!(character, '=' | ',' | ')' | '.' | ';')
    });
    let typed = words.filter_map(|word| word.trim_start_matches(['(', '[']).strip_prefix("--"));
    let mut typed = typed.filter(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()));
    typed.find(|name| !options.contains(*name)).map(|name| format!("`--{name}` is an option of no command"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARGUMENTS: &str = r#"
struct Train {
    /// Size of a batch: not `#[arg(long)] comment: u8`.
    #[arg(long, help_heading = "Model, or (long)", value_parser = counts(1, 2))]
    pub(crate) batch_size: Option<usize>,
    #[arg(value_name = "LONG")]
    data: String,
    #[arg(short, long = "quiet-please")]
    #[expect(clippy::option_option, reason = "so, or so")]
    pub quiet: bool,
    #[arg(long, num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "not typed, typed")]
    pub(crate) against: Option<Option<String>>,
    #[arg(skip)]
    shuffle: bool,
}
"#;

    fn options() -> BTreeSet<String> {
        let mut tree = Tree::default();
        tree.texts.insert("crates/a/src/arguments.rs".to_owned(), ARGUMENTS.to_owned());
        of(&tree)
    }

    #[test]
    fn options_are_the_fields_that_say_so() {
        let expected = ["against", "batch-size", "help", "quiet-please", "version"];
        assert_eq!(options().into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn options_that_exist_and_those_of_other_programs_are_left_alone() {
        for span in [
            "--batch-size",
            "train data --batch-size=64 --quiet-please",
            "--help",
            "-q",
            "a -- b",
            "--",
            "no --- line",
            "cargo build --release",
            "cargo run --release -- train --batch-size 3",
            "tensorboard --logdir runs",
            "cargo bench -- --images FILE",
            "cargo xtask e2e --against",
            "evaluate [--against DATA]",
        ] {
            assert_eq!(fault(&options(), span), None, "{span}");
        }
    }

    #[test]
    fn options_that_do_not_exist_are_found() {
        for span in [
            "--batch",
            "train --batch-sizes 3",
            "--shuffle",
            "--data",
            "cargo xtask e2e --longer",
            "cargo run --release -- train --comment",
            "(--batch)",
        ] {
            assert!(fault(&options(), span).is_some(), "{span}");
        }
    }
}
