//! Imports run one way: neither the files of a crate nor its rooms import each other in a circle, and a room imports only rooms that
//! the crate's root names before it.
//!
//! A room is a module right below the root of its crate, with all files in it. A file imports the file that a path of its code leads to:
//! the longest part of the path that is a module with a file of its own. `pub use child::Name` in the file of a room is an import as
//! every other, so a child that took its sibling from there would close a circle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::imports::{self, Import, ModulePath};
use super::{Findings, Tree, source};

/// The folders of the crates that are held to it, one a line.
const ONE_WAY: &[&str] = &[
    "crates/autoencoder-kernels",
    "crates/autoencoder",
    "crates/autoencoder-table",
    "crates/autoencoder-convert",
    "crates/autoencoder-cli",
];

pub(super) fn check(tree: &Tree, findings: &mut Findings) {
    for folder in ONE_WAY {
        check_crate(tree, folder, findings);
    }
}

/// The imports among files or rooms: by the one that imports, then by the one that is imported, the first that was found.
type Edges<'a> = BTreeMap<&'a str, BTreeMap<&'a str, Edge<'a>>>;

/// An import of one file by another, and the line where it stands.
#[derive(Clone, Copy, Debug)]
struct Edge<'a> {
    from: &'a str,
    to: &'a str,
    line: usize,
}

fn check_crate(tree: &Tree, folder: &str, findings: &mut Findings) {
    let source = format!("{folder}/src/");
    let codes: BTreeMap<&str, String> = tree
        .texts
        .iter()
        .filter_map(|(file, text)| Some((file.strip_prefix(&source)?, text)))
        .filter(|(file, _)| super::has_extension(file, "rs"))
        .map(|(file, text)| (file, source::code_only(text)))
        .collect();
    let (files, rooms) = edges(&codes);
    for circle in circles(files) {
        let names: Vec<&str> = circle.iter().map(|edge| edge.from).collect();
        let reason = format!("files import each other in a circle: {} -> {}", names.join(" -> "), names[0]);
        findings.violation(&format!("{source}{}", names[0]), circle[0].line, reason);
    }
    let order: Vec<&str> = ["lib.rs", "main.rs"]
        .iter()
        .filter_map(|root| codes.get(root))
        .flat_map(|code| named(code))
        .collect();
    let position = |room: &str| order.iter().position(|name| *name == room);
    for (from, to, edge) in
        rooms.iter().flat_map(|(from, tos)| tos.iter().map(move |(to, edge)| (from, to, edge)))
    {
        if position(from) < position(to) && position(from).is_some() {
            let reason = format!("{from} imports {to}, which the root of the crate names after it");
            findings.violation(&format!("{source}{}", edge.from), edge.line, reason);
        }
    }
    for circle in circles(rooms) {
        let imports: Vec<String> =
            circle.iter().map(|edge| format!("{} imports {}", edge.from, edge.to)).collect();
        let names: Vec<&str> = circle.iter().map(|edge| room(edge.from)).collect();
        let reason = format!(
            "rooms import each other in a circle: {} -> {} ({})",
            names.join(" -> "),
            names[0],
            imports.join(", ")
        );
        findings.violation(&format!("{source}{}", circle[0].from), circle[0].line, reason);
    }
}

/// The modules that the code of a root names, in its order.
fn named(code: &str) -> impl Iterator<Item = &str> {
    code.lines().filter_map(|line| {
        let line = line.trim_start();
        let line = line.strip_prefix("pub ").unwrap_or(line);
        line.strip_prefix("mod ")?.split(';').next()
    })
}

/// The imports from file to file, and from room to room.
fn edges<'a>(codes: &'a BTreeMap<&'a str, String>) -> (Edges<'a>, Edges<'a>) {
    let modules: BTreeMap<ModulePath<'_>, &str> =
        codes.keys().map(|file| (module_path(file), *file)).collect();
    let is_module = |path: &[&str]| modules.contains_key(path);
    let read: Vec<(&ModulePath<'_>, &str, imports::Imports<'_>)> = modules
        .iter()
        .map(|(module, file)| (module, *file, imports::read(&codes[file], module, &is_module)))
        .collect();
    let tests: Vec<ModulePath<'_>> = read
        .iter()
        .flat_map(|(module, _, imports)| imports.tests.iter().map(|name| [&module[..], &[name]].concat()))
        .collect();
    let (mut files, mut rooms) = (Edges::new(), Edges::new());
    for (module, from, imports) in read {
        if tests.iter().any(|test| module.starts_with(test)) {
            continue;
        }
        for Import { path, line } in imports.paths {
            // The longest part of the path that has a file; in the end that is the root's.
            let Some(to) = (0..=path.len()).rev().find_map(|length| modules.get(&path[..length])) else {
                continue;
            };
            let edge = Edge { from, to, line };
            if from != *to {
                files.entry(from).or_default().entry(to).or_insert(edge);
            }
            if room(from) != room(to) && !room(from).is_empty() && !room(to).is_empty() {
                rooms.entry(room(from)).or_default().entry(room(to)).or_insert(edge);
            }
        }
    }
    (files, rooms)
}

/// The module that a file below `src/` is.
fn module_path(file: &str) -> ModulePath<'_> {
    let path = file.strip_suffix(".rs").unwrap_or(file);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if matches!(path, "lib" | "main") { Vec::new() } else { path.split('/').collect() }
}

/// The room that a file below `src/` is in; nothing for the crate's root.
fn room(file: &str) -> &str {
    match file.split_once('/') {
        Some((folder, _)) => folder,
        None => module_path(file).first().copied().unwrap_or(""),
    }
}

/// Circles that share no import, the shortest first, until there is none.
fn circles(mut edges: Edges<'_>) -> Vec<Vec<Edge<'_>>> {
    let mut found = Vec::new();
    while let Some(nodes) = shortest_circle(&edges) {
        let after = nodes.iter().cycle().skip(1);
        let circle = nodes.iter().zip(after).filter_map(|(node, next)| edges.get_mut(node)?.remove(next));
        found.push(circle.collect());
    }
    found
}

fn shortest_circle<'a>(edges: &Edges<'a>) -> Option<Vec<&'a str>> {
    let circles = edges.keys().filter_map(|start| circle_through(edges, start));
    circles.min_by_key(Vec::len)
}

/// The shortest circle that begins at `start`.
fn circle_through<'a>(edges: &Edges<'a>, start: &'a str) -> Option<Vec<&'a str>> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut next: VecDeque<&str> = VecDeque::from([start]);
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    while let Some(node) = next.pop_front() {
        for &to in edges.get(node).into_iter().flat_map(BTreeMap::keys) {
            if to == start {
                let mut circle = vec![node];
                while let Some(&node) = before.get(circle[circle.len() - 1]) {
                    circle.push(node);
                }
                circle.reverse();
                return Some(circle);
            }
            if seen.insert(to) {
                before.insert(to, node);
                next.push_back(to);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The violations in a crate that has these files.
    fn reasons(files: &[(&str, &str)]) -> Vec<String> {
        let mut tree = Tree::default();
        for (file, text) in files {
            tree.texts.insert(format!("crates/a/src/{file}"), (*text).to_owned());
        }
        let mut findings = Findings::default();
        check_crate(&tree, "crates/a", &mut findings);
        findings.violations.iter().map(ToString::to_string).collect()
    }

    const ROOT: (&str, &str) = ("lib.rs", "//! A.\nmod line;\nmod panel;\npub use panel::Panels;\n");

    #[test]
    fn a_straight_line_passes() {
        let files = [
            ROOT,
            ("line.rs", "//! A.\npub struct Line;\n"),
            ("panel/mod.rs", "//! A.\nmod right;\npub use right::Right;\nuse crate::line::Line;\n"),
            ("panel/right.rs", "//! A.\nuse super::left::Left;\nuse crate::line::Line;\n"),
            ("panel/left.rs", "//! A.\nfn f(line: crate::line::Line) {}\n"),
        ];
        assert!(reasons(&files).is_empty(), "{:?}", reasons(&files));
    }

    #[test]
    fn two_files_that_import_each_other_are_found() {
        let files = [
            ("a/mod.rs", "mod b;\nmod c;\n"),
            ("a/b.rs", "//! A.\n\nuse super::c::C;\n"),
            ("a/c.rs", "fn f() -> crate::a::b::B {}\n"),
        ];
        let expected =
            "crates/a/src/a/b.rs:3: files import each other in a circle: a/b.rs -> a/c.rs -> a/b.rs";
        assert_eq!(reasons(&files), [expected]);
    }

    #[test]
    fn a_circle_through_a_facade_is_found() {
        for facade in ["panel/mod.rs", "panel.rs"] {
            let files = [
                (facade, "mod left;\nmod right;\npub use right::{self, Right};\npub use left::Left;\n"),
                ("panel/left.rs", "use crate::{panel::{Right}};\n"),
                ("panel/right.rs", ""),
            ];
            let found = reasons(&files);
            let circle = if facade == "panel.rs" {
                "panel.rs:4: files import each other in a circle: panel.rs -> panel/left.rs -> panel.rs"
            } else {
                "panel/left.rs:1: files import each other in a circle: panel/left.rs -> panel/mod.rs -> panel/left.rs"
            };
            assert_eq!(found, [format!("crates/a/src/{circle}")]);
        }
    }

    #[test]
    fn a_circle_through_the_root_is_found() {
        let files =
            [ROOT, ("panel/mod.rs", "mod a;\npub use a::Panels;\n"), ("panel/a.rs", "use crate::Line;\n")];
        let expected = "crates/a/src/lib.rs:4: files import each other in a circle: lib.rs -> panel/mod.rs -> panel/a.rs -> lib.rs";
        assert_eq!(reasons(&files), [expected]);
    }

    #[test]
    fn a_circle_of_rooms_alone_is_found() {
        let files = [
            ("a/mod.rs", "mod first;\nmod last;\n"),
            ("a/first.rs", ""),
            ("a/last.rs", "use crate::b::{between::{B, C}};\n"),
            ("b/mod.rs", "mod between;\n"),
            ("b/between.rs", "use crate::a::first::A;\n"),
        ];
        let expected = "crates/a/src/a/last.rs:1: rooms import each other in a circle: a -> b -> a \
                        (a/last.rs imports b/between.rs, b/between.rs imports a/first.rs)";
        assert_eq!(reasons(&files), [expected]);
    }

    #[test]
    fn an_import_against_the_order_of_the_root_is_found() {
        let files = [
            ROOT,
            ("line/mod.rs", ""),
            ("line/words.rs", "use crate::panel::Panels;\n"),
            ("panel/mod.rs", ""),
        ];
        let expected =
            "crates/a/src/line/words.rs:1: line imports panel, which the root of the crate names after it";
        assert_eq!(reasons(&files), [expected]);
    }

    #[test]
    fn every_circle_is_named_until_none_is_left() {
        let files =
            [("a.rs", "use crate::b; use crate::c;"), ("b.rs", "use crate::a;"), ("c.rs", "use crate::b;")];
        let found = reasons(&files);
        assert_eq!(found.iter().filter(|reason| reason.contains("files")).count(), 1, "{found:?}");
        let more = [("a.rs", "use crate::b;"), ("b.rs", "use crate::{a, c};"), ("c.rs", "use crate::b;")];
        assert_eq!(reasons(&more).iter().filter(|reason| reason.contains("files")).count(), 2);
    }

    #[test]
    fn tests_may_import_what_they_like() {
        let files = [
            ("lib.rs", "#[cfg(test)]\nmod golden;\nmod a;\nmod b;\n"),
            ("golden.rs", "mod parts;\nuse parts::A;\n"),
            ("golden/parts.rs", "use super::B;\n"),
            ("a.rs", "#[cfg(test)]\nuse crate::golden::A;\n"),
            ("b.rs", "use crate::a::A;\n#[cfg(test)]\nmod tests { use crate::c::C; }\n"),
            ("c.rs", "use crate::b::B;\n"),
        ];
        assert!(reasons(&files).is_empty(), "{:?}", reasons(&files));
    }

    #[test]
    fn the_crates_are_there() {
        let root = crate::workspace::root();
        assert!(ONE_WAY.iter().all(|folder| root.join(folder).join("src").is_dir()));
    }
}
