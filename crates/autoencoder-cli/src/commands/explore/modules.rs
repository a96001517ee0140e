//! The modules of the page as one script that needs no loader: browsers load no modules from files that lie on a disk.
//!
//! Each module is a function that returns what the module exports, and an import takes names out of what an earlier function
//! returned. So the files stay ordinary modules, with names of their own.

use std::fmt::Write;

/// A module: its file's name, and its text.
pub(super) type Module = (&'static str, &'static str);

macro_rules! modules {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../assets/explore/", $name)))),*]
    };
}

/// The modules of the page, each behind those that it imports.
pub(super) const MODULES: &[Module] = modules![
    "bytes.js",
    "network.js",
    "scaling.js",
    "score.js",
    "numbers.js",
    "colours.js",
    "elements.js",
    "plane.js",
    "nearest.js",
    "dots.js",
    "map.js",
    "times.js",
    "draw.js",
    "pictures.js",
    "lines.js",
    "rows.js",
    "samples.js",
    "model.js",
    "colouring.js",
    "here.js",
    "sliders.js",
    "path.js",
    "select.js",
    "made.js",
    "state.js",
    "marks.js",
    "about.js",
    "main.js",
];

/// One script of all modules.
pub(super) fn script(modules: &[Module]) -> String {
    let mut script = String::from("\"use strict\";\n");
    for (name, text) in modules {
        let mut exports = Vec::new();
        let mut body = String::with_capacity(text.len());
        for line in text.lines() {
            if let Some(import) = line.strip_prefix("import ") {
                let (names, from) = import.split_once(" from ").expect("an import takes names from a module");
                let from = from.trim_matches([';', '"', '.', '/']);
                let _ = writeln!(body, "const {names} = {};", variable(from));
            } else if let Some(exported) = line.strip_prefix("export ") {
                exports.push(exported_name(exported));
                let _ = writeln!(body, "{exported}");
            } else if !is_comment(line) {
                let _ = writeln!(body, "{}", line.trim_start());
            }
        }
        let _ = write!(
            script,
            "const {} = (() => {{\n{body}return {{ {} }};\n}})();\n",
            variable(name),
            exports.join(", ")
        );
    }
    script
}

/// The name of a function, a class or a constant that is exported.
fn exported_name(exported: &str) -> &str {
    let mut words =
        exported.split(|character: char| !character.is_alphanumeric()).filter(|word| *word != "async");
    words.nth(1).expect("an export has a name")
}

/// Whether a line is nothing but a comment, which a page need not carry.
fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//")
        || line.starts_with("/**")
        || line.starts_with("* ")
        || line == "*/"
        || line.is_empty()
}

/// The variable of a module.
fn variable(name: &str) -> String {
    name.replace('.', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_become_functions_that_return_their_exports() {
        let one = "// A comment.\nexport const two = 2;\n\nexport function three() {\n  return two + 1;\n}\n";
        let other = "import { two, three } from \"./one.js\";\nthree(two);\n";
        let expected = "\"use strict\";\nconst one_js = (() => {\nconst two = 2;\nfunction three() {\nreturn two + 1;\n}\n\
                        return { two, three };\n})();\nconst other_js = (() => {\nconst { two, three } = one_js;\n\
                        three(two);\nreturn {  };\n})();\n";
        assert_eq!(script(&[("one.js", one), ("other.js", other)]), expected);
    }

    #[test]
    fn each_module_stands_behind_those_that_it_imports() {
        for (place, (name, text)) in MODULES.iter().enumerate() {
            assert!(text.starts_with("// "), "{name}: the first line says what it is for");
            for line in text.lines().filter(|line| line.contains("import ") || line.contains("export ")) {
                let is_first = line.starts_with("import {") || line.starts_with("export ");
                assert!(is_first, "{name}: imports and exports are lines of their own: {line}");
            }
            for import in text.lines().filter_map(|line| line.strip_prefix("import ")) {
                let (names, from) = import.split_once(" from ").unwrap();
                let from = from.strip_prefix("\"./").and_then(|from| from.strip_suffix("\";")).unwrap();
                let (_, imported) = MODULES[..place]
                    .iter()
                    .find(|(other, _)| *other == from)
                    .unwrap_or_else(|| panic!("{name} imports {from}, which is no module before it"));
                for wanted in names.trim_matches(['{', '}', ' ']).split(", ") {
                    let exports = imported.lines().filter_map(|line| line.strip_prefix("export "));
                    assert!(
                        exports.map(exported_name).any(|exported| exported == wanted),
                        "{name}: {from} does not export {wanted}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_page_in_the_documents_has_this_script() {
        let page =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/explore.html")).unwrap();
        assert!(page.contains(&script(MODULES)), "make docs/explore.html again, as docs/exploring.md says");
    }

    #[test]
    fn the_script_ends_where_the_page_says_so() {
        let script = script(MODULES);
        for end in ["</script", "<script", "<!--", "{{"] {
            assert!(!script.contains(end), "{end} in the script");
        }
    }
}
