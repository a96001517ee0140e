//! Documents must be right about the sources: the names, paths and options that stand between backticks exist.

mod items;
mod names;
mod options;
mod paths;
mod reader;
mod spans;

use super::{Findings, Tree};

pub(super) fn check(tree: &Tree, findings: &mut Findings) {
    let (items, options) = (items::of(tree), options::of(tree));
    for (file, text) in &tree.texts {
        if !super::has_extension(file, "md") {
            continue;
        }
        let spans = spans::of(text);
        let speaks_of_today = is_page(file);
        for span in &spans {
            let mut says = |what: Option<String>| {
                if let Some(what) = what {
                    findings.violation(file, span.line, what);
                }
            };
            says(paths::fault(tree, file, &span.text));
            if speaks_of_today {
                says(names::fault(&items, &span.text));
                says(options::fault(&options, &span.text));
            }
        }
        paths::check_links(file, text, findings);
    }
}

/// Whether a page is about the present alone. Decisions and the changelog are also about the past: names and options in
/// them may be gone.
fn is_page(file: &str) -> bool {
    let parts: Vec<&str> = file.split('/').collect();
    matches!(parts[..], ["README.md" | "CONTRIBUTING.md"] | ["docs", _] | ["crates", _, "README.md"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(page: &str, text: &str) -> Vec<String> {
        let mut tree = Tree::default();
        for (file, text) in [
            ("crates/a/src/model.rs", "//! A.\npub struct Model;\nimpl Model { pub fn encode(&self) {} }\n"),
            (
                "crates/a-cli/src/arguments.rs",
                "//! A.\nstruct Train {\n    #[arg(long)]\n    batch_size: u8,\n}\n",
            ),
            (page, text),
        ] {
            tree.sizes.insert(file.to_owned(), 1);
            tree.texts.insert(file.to_owned(), text.to_owned());
        }
        let mut findings = Findings::default();
        check(&tree, &mut findings);
        findings.violations.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_page_that_tells_the_truth_is_left_alone() {
        let text = "`Model::encode` is in `model.rs`, in `crates/a/src/`; see `--batch-size 3`.\n";
        assert!(reasons("README.md", text).is_empty(), "{:?}", reasons("README.md", text));
    }

    #[test]
    fn a_page_that_does_not_is_found_out_with_its_line() {
        let text = "\n`Model::decode` is in\n`block.rs`; see `--batch-sizes`.\n";
        let found = reasons("docs/math.md", text);
        let begins = [
            "docs/math.md:2: `Model::decode`",
            "docs/math.md:3: `block.rs`",
            "docs/math.md:3: `--batch-sizes`",
        ];
        assert_eq!(found.len(), begins.len(), "{found:?}");
        assert!(found.iter().zip(begins).all(|(found, begin)| found.starts_with(begin)), "{found:?}");
    }

    #[test]
    fn the_past_has_other_names_but_the_same_paths() {
        for page in ["CHANGELOG.md", "docs/decisions/0001-a.md"] {
            assert!(reasons(page, "`Model::decode` and `--batch-sizes` were.\n").is_empty());
            assert_eq!(reasons(page, "See `crates/b`.\n").len(), 1);
        }
    }
}
