//! Rules for every text file: line ends, blanks, and paths of one machine.

use std::path::Path;

use super::Findings;

/// Paths that only exist on somebody's machine. Written in two pieces, so that this file keeps its own rule.
const MACHINE_PATHS: [&str; 5] = [
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("/tmp/", "bash"),
];

/// Whether the rules for text apply to a file of this name. Generated and binary formats are left out.
pub(super) fn is_text(file: &str) -> bool {
    let path = Path::new(file);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
    matches!(extension, "rs" | "toml" | "md" | "yml" | "yaml" | "sh")
        || name.starts_with("LICENSE")
        || name == ".gitignore"
        || file == ".ci/run"
}

pub(super) fn check(file: &str, text: &str, findings: &mut Findings) {
    let tabs_matter = ["rs", "toml", "md"].iter().any(|extension| super::has_extension(file, extension));
    for (number, line) in (1..).zip(text.split('\n')) {
        if line.ends_with('\r') {
            findings.violation(file, number, "the line ends with CR LF; here lines end with LF");
        } else if line.ends_with([' ', '\t']) {
            findings.violation(file, number, "blanks at the end of the line");
        }
        if tabs_matter && line.contains('\t') {
            findings.violation(file, number, "a tab; spaces here");
        }
        if let Some(path) = MACHINE_PATHS.iter().find(|path| line.contains(*path)) {
            findings.violation(file, number, format!("{path} is a path of one machine"));
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        findings.violation(file, text.lines().count(), "no newline at the end of the file");
    }
    if text.ends_with("\n\n") {
        findings.violation(file, text.lines().count(), "empty lines at the end of the file");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(file: &str, text: &str) -> Vec<String> {
        let mut findings = Findings::default();
        check(file, text, &mut findings);
        findings.violations.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn good_text_is_left_alone() {
        assert!(reasons("a.md", "").is_empty());
        assert!(reasons("a.md", "# Title\n\nText.\n").is_empty());
        assert!(reasons(".ci/run", "if\n\ttrue\n").is_empty(), "tabs are free in a script");
    }

    #[test]
    fn each_rule_names_its_line() {
        assert_eq!(reasons("a.md", "one\ntwo \n"), ["a.md:2: blanks at the end of the line"]);
        assert_eq!(reasons("a.rs", "\tone\n"), ["a.rs:1: a tab; spaces here"]);
        assert_eq!(reasons("a.rs", "one\r\n"), ["a.rs:1: the line ends with CR LF; here lines end with LF"]);
        assert_eq!(reasons("a.toml", "one\ntwo"), ["a.toml:2: no newline at the end of the file"]);
        assert_eq!(reasons("a.toml", "one\n\n"), ["a.toml:2: empty lines at the end of the file"]);
        let path = format!("see {}somebody", MACHINE_PATHS[0]);
        assert_eq!(reasons("a.md", &format!("{path}\n")).len(), 1);
    }

    #[test]
    fn text_is_known_by_its_name() {
        assert!(["a/b.rs", "LICENSE-MIT", ".gitignore", ".ci/run", "a.yml"].into_iter().all(is_text));
        assert!(!["a.png", "Cargo.lock", "a.svg", "run"].into_iter().any(is_text));
    }
}
