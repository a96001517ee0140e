//! Links in Markdown that lead to files must lead to files.

use super::{Findings, Tree};

pub(super) fn check(tree: &Tree, file: &str, text: &str, findings: &mut Findings) {
    let mut fenced = false;
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            fenced = !fenced;
        } else if !fenced {
            for target in targets(&without_code(line)) {
                if let Some(path) = local(file, target).filter(|path| !tree.holds(path)) {
                    findings.violation(file, number, format!("the link leads nowhere: {target} ({path})"));
                }
            }
        }
    }
}

/// A line without the text between backticks.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

/// The targets of the links and pictures in a line: `[text](target)` and `[name]: target`.
fn targets(line: &str) -> Vec<&str> {
    let mut found: Vec<&str> =
        line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next()).collect();
    if let Some((_, rest)) = line.split_once("]: ").filter(|(name, _)| name.starts_with('[')) {
        found.extend(rest.split_whitespace().next());
    }
    found.iter().map(|target| target.trim_matches(['<', '>'])).collect()
}

/// The path from the repository's root that a link in `file` means; nothing where it leads out to the web or within the page.
fn local(file: &str, target: &str) -> Option<String> {
    let path = target.split('#').next().filter(|path| !path.is_empty())?;
    if path.contains(':') {
        return None;
    }
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { file.split('/').collect() };
    parts.pop();
    for part in path.split('/') {
        match part {
            // Above the root nothing is ours.
            ".." if parts.pop().is_none() => return Some(path.to_owned()),
            "" | "." | ".." => {}
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(file: &str, text: &str) -> usize {
        let mut tree = Tree::default();
        for path in ["README.md", "docs/math.md", "docs/images/loss.svg"] {
            tree.sizes.insert(path.to_owned(), 1);
        }
        let mut findings = Findings::default();
        check(&tree, file, text, &mut findings);
        findings.violations.len()
    }

    #[test]
    fn good_links_are_left_alone() {
        for text in [
            "[maths](math.md), [a section](math.md#adam) and [up](../README.md)",
            "![loss](images/loss.svg \"the loss\") [pictures](images/) [root](/README.md)",
            "[web](https://example.org/a.md) [mail](mailto:a@example.org) [here](#below)",
            "`[code](nowhere.md)`",
            "```\n[code](nowhere.md)\n```",
            "[name]: math.md",
        ] {
            assert_eq!(broken("docs/tutorial.md", text), 0, "{text}");
        }
    }

    #[test]
    fn links_that_lead_nowhere_are_found() {
        for text in
            ["[a](maths.md)", "[a](../../README.md)", "![a](loss.svg)", "[name]: nowhere.md", "[a](<no.md>)"]
        {
            assert_eq!(broken("docs/tutorial.md", text), 1, "{text}");
        }
        assert_eq!(broken("docs/tutorial.md", "[a](no.md) and [b](none.md)"), 2);
    }
}
