//! Paths of the repository between backticks, and file names that links show: each is there, and is the one that is meant.

use super::{Findings, Tree};

/// Folders at the root whose files are the repository's: a path below one of them must be there. What a user's commands write
/// lies below others, such as `runs`, `data` or `target`.
const OURS: [&str; 6] = ["crates", "docs", "xtask", "bench", ".ci", ".github"];

/// Folders that a user's commands write or read.
const THEIRS: [&str; 3] = ["runs", "data", "target"];

/// A message about the first path in `span` that leads nowhere.
pub(super) fn fault(tree: &Tree, file: &str, span: &str) -> Option<String> {
    let is_end = |character: char| character.is_whitespace() || matches!(character, '(' | ')' | '"' | ';');
    let words = span.split(is_end).map(|word| word.trim_end_matches(['.', ':', ',']));
    words.flat_map(spellings).find_map(|path| {
        (is_claim(&path) && !leads_somewhere(tree, file, &path))
            .then(|| format!("`{path}` is no file or folder of the repository"))
    })
}

/// `a/{b,c}.rs` is two paths.
fn spellings(word: &str) -> Vec<String> {
    let parts = word.split_once('{').and_then(|(before, rest)| {
        let (within, after) = rest.split_once('}')?;
        Some((before, within, after))
    });
    match parts {
        Some((before, within, after)) => {
            within.split(',').map(|part| format!("{before}{}{after}", part.trim())).collect()
        }
        None => vec![word.to_owned()],
    }
}

/// Whether a word names a file or folder of the repository.
fn is_claim(word: &str) -> bool {
    let is_plain =
        |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | '/');
    if word.is_empty() || word.starts_with(['-', '/']) || !word.chars().all(is_plain) {
        return false;
    }
    let first = word.split('/').next().unwrap_or_default();
    let names_source =
        [".rs", ".md"].iter().any(|ending| word.len() > ending.len() && word.ends_with(ending));
    let is_lower = !word.chars().any(char::is_uppercase);
    let is_room = is_lower && word.ends_with('/') && !THEIRS.contains(&first) && !first.contains('.');
    names_source || is_room || (OURS.contains(&first) && word.contains('/'))
}

/// Whether a path leads somewhere from the root, or from the folder of the page, or is how some path ends.
fn leads_somewhere(tree: &Tree, file: &str, path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let beside = file.rsplit_once('/').map(|(folder, _)| format!("{folder}/{path}"));
    if tree.holds(path) || beside.is_some_and(|beside| tree.holds(&beside)) {
        return true;
    }
    let (end, within) = (format!("/{path}"), format!("/{path}/"));
    tree.sizes.keys().any(|file| file.ends_with(&end) || file.contains(&within))
}

/// Links whose text is the name of a Rust file lead to that file.
pub(super) fn check_links(file: &str, text: &str, findings: &mut Findings) {
    for (number, line) in (1..).zip(text.lines()) {
        for (index, _) in line.match_indices("](") {
            let shown = line[..index].rsplit('[').next().unwrap_or_default().trim_matches('`');
            let target = line[index + 2..].split([')', '#', ' ']).next().unwrap_or_default();
            let name = shown.split(' ').next_back().unwrap_or_default();
            if super::super::has_extension(name, "rs") && !format!("/{target}").ends_with(&format!("/{name}"))
            {
                findings.violation(file, number, format!("the link says {name} and leads to {target}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let mut tree = Tree::default();
        for file in
            ["README.md", "docs/math.md", "crates/a/src/stages/list.rs", "crates/a/tests/golden/x.json"]
        {
            tree.sizes.insert(file.to_owned(), 1);
        }
        tree
    }

    #[test]
    fn paths_that_lead_somewhere_and_words_that_are_no_paths_are_left_alone() {
        for span in [
            "list.rs",
            "stages/list.rs",
            "stages/",
            "crates/a",
            "crates/a/src/",
            "math.md",
            "docs/math.md",
            "README.md",
            "tests/golden/",
            "crates/a/{src,tests}/",
            "runs/tutorial/model.safetensors",
            "data/mnist",
            "target/x.json",
            "loss/training",
            "a / b",
            "--out FILE/",
            "/",
            "1 / (1 + e)",
            "x.toml",
            "rows/columns",
            "crates",
        ] {
            assert_eq!(fault(&tree(), "docs/tutorial.md", span), None, "{span}");
        }
    }

    #[test]
    fn paths_that_lead_nowhere_are_found() {
        for span in [
            "block.rs",
            "stages/block.rs",
            "rooms/",
            "crates/b",
            "docs/none.md",
            "crates/a/{src,lib}/",
            "see ist.rs",
        ] {
            assert!(fault(&tree(), "docs/tutorial.md", span).is_some(), "{span}");
        }
    }

    #[test]
    fn a_link_leads_to_the_file_that_it_names() {
        let reasons = |text: &str| {
            let mut findings = Findings::default();
            check_links("docs/math.md", text, &mut findings);
            findings.violations.len()
        };
        for text in [
            "[list.rs](../crates/a/src/stages/list.rs)",
            "[the kernels' list.rs](../list.rs#L3)",
            "[`stages/list.rs`](../crates/a/src/stages/list.rs)",
            "[stages](../crates/a/src/stages/mod.rs) and [math](math.md)",
        ] {
            assert_eq!(reasons(text), 0, "{text}");
        }
        assert_eq!(reasons("[a.rs](a/mod.rs) and [step.rs](../engine/workspace.rs)"), 2);
    }
}
