//! `cargo xtask tidy`: the house rules that no compiler checks, each violation with its file, line and reason.

mod circles;
mod claims;
mod imports;
mod manifest;
mod markdown;
mod rust;
mod source;
mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use crate::workspace;

/// The largest file that belongs in the repository.
const MOST_BYTES: u64 = 900 * 1024;

/// A rule broken at a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Violation {
    file: String,
    /// The line's number, counted from 1.
    line: usize,
    reason: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

/// The places that the rules found.
#[derive(Debug, Default)]
struct Findings {
    violations: Vec<Violation>,
    /// Places that are worth a look, but no failure.
    remarks: Vec<Violation>,
}

impl Findings {
    fn violation(&mut self, file: &str, line: usize, reason: impl Into<String>) {
        self.violations.push(Violation { file: file.to_owned(), line, reason: reason.into() });
    }

    fn remark(&mut self, file: &str, line: usize, reason: impl Into<String>) {
        self.remarks.push(Violation { file: file.to_owned(), line, reason: reason.into() });
    }
}

/// The repository's files: paths from its root with forward slashes, and the contents of those that are text.
#[derive(Debug, Default)]
struct Tree {
    sizes: BTreeMap<String, u64>,
    texts: BTreeMap<String, String>,
}

impl Tree {
    /// Reads the files that git tracks, and the new ones that it does not ignore.
    fn of_workspace(root: &Path) -> Result<Self, TidyError> {
        let output = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .map_err(TidyError::NoGit)?;
        if !output.status.success() {
            return Err(TidyError::Git(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        let mut tree = Self::default();
        for name in String::from_utf8_lossy(&output.stdout).split('\0').filter(|name| !name.is_empty()) {
            let path = root.join(name);
            // A file that was deleted is listed until that is committed.
            let Ok(metadata) = fs::metadata(&path) else { continue };
            tree.sizes.insert(name.to_owned(), metadata.len());
            if text::is_text(name) {
                let bytes =
                    fs::read(&path).map_err(|error| TidyError::Read { file: name.to_owned(), error })?;
                tree.texts.insert(name.to_owned(), String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        Ok(tree)
    }

    /// Whether a file or folder of this path is there.
    fn holds(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        path.is_empty()
            || self.sizes.contains_key(path)
            || self.sizes.range(folder.clone()..).next().is_some_and(|(file, _)| file.starts_with(&folder))
    }
}

#[derive(Debug)]
enum TidyError {
    NoGit(io::Error),
    Git(String),
    Read { file: String, error: io::Error },
    Untidy { count: usize },
}

impl fmt::Display for TidyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoGit(error) => write!(f, "tidy asks git for the list of files, but: {error}"),
            Self::Git(message) => write!(f, "git ls-files: {message}"),
            Self::Read { file, error } => write!(f, "{file}: {error}"),
            Self::Untidy { count } => write!(f, "{count} house rules are broken; see the lines above"),
        }
    }
}

impl std::error::Error for TidyError {}

/// Checks the whole workspace.
pub(crate) fn run() -> Result<(), Box<dyn std::error::Error>> {
    let tree = Tree::of_workspace(&workspace::root())?;
    let mut findings = check(&tree);
    findings.remarks.sort();
    findings.violations.sort();
    for remark in &findings.remarks {
        println!("note  {remark}");
    }
    for violation in &findings.violations {
        println!("FAIL  {violation}");
    }
    let count = findings.violations.len();
    if count > 0 {
        return Err(TidyError::Untidy { count }.into());
    }
    println!("ok    {} files keep the house rules", tree.sizes.len());
    Ok(())
}

fn check(tree: &Tree) -> Findings {
    let mut findings = Findings::default();
    for (file, &bytes) in &tree.sizes {
        if bytes > MOST_BYTES {
            let reason =
                format!("{} KiB; files beyond {} KiB do not belong here", bytes / 1024, MOST_BYTES / 1024);
            findings.violation(file, 1, reason);
        }
    }
    for (file, text) in &tree.texts {
        text::check(file, text, &mut findings);
        if has_extension(file, "rs") {
            rust::check(file, text, &mut findings);
        }
        if has_extension(file, "md") {
            markdown::check(tree, file, text, &mut findings);
        }
    }
    manifest::check(tree, &mut findings);
    circles::check(tree, &mut findings);
    claims::check(tree, &mut findings);
    findings
}

fn has_extension(file: &str, extension: &str) -> bool {
    Path::new(file).extension().is_some_and(|found| found == extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_files_are_found() {
        let mut tree = Tree::default();
        tree.sizes.insert("picture.png".to_owned(), MOST_BYTES);
        assert!(check(&tree).violations.is_empty());
        tree.sizes.insert("picture.png".to_owned(), MOST_BYTES + 1);
        assert_eq!(check(&tree).violations.len(), 1);
    }

    #[test]
    fn folders_are_held_by_their_files() {
        let mut tree = Tree::default();
        tree.sizes.insert("docs/math.md".to_owned(), 1);
        assert!(tree.holds("docs/math.md") && tree.holds("docs") && tree.holds(""));
        assert!(!tree.holds("doc") && !tree.holds("docs/mat"));
    }

    #[test]
    fn a_violation_can_be_clicked() {
        let mut findings = Findings::default();
        findings.violation("src/lib.rs", 3, "because");
        assert_eq!(findings.violations[0].to_string(), "src/lib.rs:3: because");
    }
}
