//! Every member of the workspace takes the shared lints, all but the kernels forbid `unsafe` at their root, and the pages that a
//! newcomer reads name the oldest Rust that will do.

use toml::{Table, Value};

use super::{Findings, Tree};

/// The only member that may do without `#![forbid(unsafe_code)]`.
const KERNELS: &str = "crates/autoencoder-kernels";

pub(super) fn check(tree: &Tree, findings: &mut Findings) {
    let Some(root) = tree.texts.get("Cargo.toml") else { return };
    if let Some(oldest) = oldest_rust(root) {
        for page in WELCOMING {
            let names_it = |text: &String| text.contains(&format!("Rust {oldest} or newer"));
            if tree.texts.get(page).is_some_and(|text| !names_it(text)) {
                findings.violation(
                    page,
                    1,
                    format!("does not say \"Rust {oldest} or newer\", as Cargo.toml has it"),
                );
            }
        }
    }
    for member in members(tree, root) {
        let manifest = format!("{member}/Cargo.toml");
        let shared = tree.texts[&manifest].parse::<Table>().ok().and_then(|table| {
            table.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool)
        });
        if shared != Some(true) {
            findings.violation(&manifest, 1, "does not take the shared lints: `lints.workspace = true`");
        }
        for file in ["lib.rs", "main.rs"].map(|name| format!("{member}/src/{name}")) {
            let forbids = |text: &String| text.lines().any(|line| line.trim() == "#![forbid(unsafe_code)]");
            if member != KERNELS && tree.texts.get(&file).is_some_and(|text| !forbids(text)) {
                findings.violation(&file, 1, "does not say `#![forbid(unsafe_code)]`");
            }
        }
    }
}

/// The pages that somebody reads before the first build.
const WELCOMING: [&str; 3] = ["README.md", "CONTRIBUTING.md", "docs/tutorial.md"];

/// The `rust-version` that all members share.
fn oldest_rust(root: &str) -> Option<String> {
    let table = root.parse::<Table>().ok()?;
    let version = table.get("workspace")?.get("package")?.get("rust-version")?;
    version.as_str().map(str::to_owned)
}

/// The folders that the root manifest's `members` name, where `folder/*` is everything in it.
fn members(tree: &Tree, root: &str) -> Vec<String> {
    let table = root.parse::<Table>().unwrap_or_default();
    let listed = table.get("workspace").and_then(|workspace| workspace.get("members"));
    let patterns: Vec<&str> =
        listed.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let folders = tree.texts.keys().filter_map(|file| file.strip_suffix("/Cargo.toml"));
    let matches = |folder: &str| {
        patterns.iter().any(|pattern| match pattern.strip_suffix("/*") {
            Some(parent) => folder.rsplit_once('/').is_some_and(|(above, _)| above == parent),
            None => folder == *pattern,
        })
    };
    folders.filter(|folder| matches(folder)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(files: &[(&str, &str)]) -> Vec<String> {
        let mut tree = Tree::default();
        let root = ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\", \"xtask\"]\n");
        for (file, text) in files.iter().chain([&root]) {
            tree.texts.insert((*file).to_owned(), (*text).to_owned());
        }
        let mut findings = Findings::default();
        check(&tree, &mut findings);
        findings.violations.iter().map(ToString::to_string).collect()
    }

    const SHARED: &str = "[lints]\nworkspace = true\n";
    const FORBIDS: &str = "//! A.\n#![forbid(unsafe_code)]\n";

    #[test]
    fn good_members_are_left_alone() {
        let files = [
            ("crates/a/Cargo.toml", SHARED),
            ("crates/a/src/lib.rs", FORBIDS),
            ("xtask/Cargo.toml", "lints.workspace = true\n"),
            ("xtask/src/main.rs", FORBIDS),
            ("crates/autoencoder-kernels/Cargo.toml", SHARED),
            ("crates/autoencoder-kernels/src/lib.rs", "//! A.\n"),
            ("fuzz/Cargo.toml", "a workspace of its own"),
            ("crates/a/fuzz/Cargo.toml", ""),
        ];
        assert!(reasons(&files).is_empty(), "{:?}", reasons(&files));
    }

    #[test]
    fn pages_name_the_oldest_rust() {
        let root = "[workspace]\nmembers = []\n[workspace.package]\nrust-version = \"1.89\"\n";
        let reasons = |page: &str| {
            let mut tree = Tree::default();
            tree.texts.insert("Cargo.toml".to_owned(), root.to_owned());
            tree.texts.insert("README.md".to_owned(), page.to_owned());
            let mut findings = Findings::default();
            check(&tree, &mut findings);
            findings.violations.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert!(reasons("You need Rust 1.89 or newer.").is_empty());
        let expected = "README.md:1: does not say \"Rust 1.89 or newer\", as Cargo.toml has it";
        assert_eq!(reasons("You need Rust 1.95 or newer."), [expected]);
    }

    #[test]
    fn members_without_lints_or_without_forbid_are_found() {
        for text in ["", "[lints]\nworkspace = false\n", "[lints.rust]\n", "not toml"] {
            let expected = "crates/a/Cargo.toml:1: does not take the shared lints: `lints.workspace = true`";
            assert_eq!(reasons(&[("crates/a/Cargo.toml", text)]), [expected]);
        }
        let files =
            [("xtask/Cargo.toml", SHARED), ("xtask/src/main.rs", "//! A.\n// #![forbid(unsafe_code)]\n")];
        assert_eq!(reasons(&files), ["xtask/src/main.rs:1: does not say `#![forbid(unsafe_code)]`"]);
    }
}
