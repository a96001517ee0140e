//! The imports of a source file: every path of this crate that its code names, in `use` or elsewhere, tests left out.

use std::collections::BTreeMap;

/// A module's path from the root of its crate, without `crate` itself: nothing for the root, `["panel", "right"]` for `crate::panel::right`.
pub(super) type ModulePath<'a> = Vec<&'a str>;

/// A path that code names.
#[derive(Debug)]
pub(super) struct Import<'a> {
    pub(super) path: ModulePath<'a>,
    /// The line's number, counted from 1.
    pub(super) line: usize,
}

/// All imports of one file.
#[derive(Debug, Default)]
pub(super) struct Imports<'a> {
    pub(super) paths: Vec<Import<'a>>,
    /// The names of child modules that are compiled for tests alone.
    pub(super) tests: Vec<&'a str>,
}

/// Reads the code of a file ([`code_only`](super::source::code_only)), which is the module `module`. A first word that is neither `crate`, `self` nor
/// `super` counts where it is a child of that module or a module that the file imported.
pub(super) fn read<'a>(
    code: &'a str,
    module: &[&'a str],
    is_module: &dyn Fn(&[&str]) -> bool,
) -> Imports<'a> {
    let (tokens, tests) = without_tests(&tokens(code));
    let mut reader = Reader {
        tokens,
        here: module.to_vec(),
        inline: Vec::new(),
        is_module,
        imported: BTreeMap::new(),
        found: Imports { paths: Vec::new(), tests },
    };
    reader.read();
    reader.found
}

#[derive(Clone, Copy, Debug)]
struct Token<'a> {
    text: &'a str,
    line: usize,
}

fn is_word(text: &str) -> bool {
    text.starts_with(|character: char| character.is_alphanumeric() || character == '_')
}

/// Words, `::`, and all other signs one by one.
fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    for (line, mut rest) in (1..).zip(code.lines()) {
        while let Some(first) = rest.chars().next() {
            let word = rest.find(|character: char| !character.is_alphanumeric() && character != '_');
            let length = match word.unwrap_or(rest.len()) {
                0 if rest.starts_with("::") => 2,
                0 => first.len_utf8(),
                length => length,
            };
            let (text, after) = rest.split_at(length);
            if !first.is_whitespace() {
                tokens.push(Token { text, line });
            }
            rest = after;
        }
    }
    tokens
}

/// The tokens without the items under `#[cfg(test)]`, and the names of modules in files of their own among those items.
fn without_tests<'a>(tokens: &[Token<'a>]) -> (Vec<Token<'a>>, Vec<&'a str>) {
    let (mut kept, mut modules, mut at) = (Vec::new(), Vec::new(), 0);
    while at < tokens.len() {
        let attribute = test_attribute(&tokens[at..]);
        if attribute == 0 {
            kept.push(tokens[at]);
            at += 1;
        } else {
            let item = &tokens[at + attribute..];
            let item = &item[..item_length(item)];
            let named = item.windows(3).find(|three| three[0].text == "mod" && three[2].text == ";");
            modules.extend(named.map(|three| three[1].text));
            at += attribute + item.len();
        }
    }
    (kept, modules)
}

/// The length of the attribute that the tokens begin with, if it is one of tests; else 0.
fn test_attribute(tokens: &[Token<'_>]) -> usize {
    let begins = tokens.iter().map(|token| token.text).take(3).eq(["#", "[", "cfg"]);
    let length = 1 + tokens.iter().position(|token| token.text == "]").unwrap_or(tokens.len());
    let says = |word: &str| tokens.iter().take(length).any(|token| token.text == word);
    if begins && says("test") && !says("not") { length } else { 0 }
}

/// The length of the item that the tokens begin with: up to its `;` or its closing brace.
fn item_length(tokens: &[Token<'_>]) -> usize {
    let (mut depth, mut is_use) = (0, false);
    for (index, token) in tokens.iter().enumerate() {
        match token.text {
            "use" if depth == 0 => is_use = true,
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" if depth == 0 => return index,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 && (token.text == ";" || (token.text == "}" && !is_use)) {
            return index + 1;
        }
    }
    tokens.len()
}

struct Reader<'a, 'm> {
    tokens: Vec<Token<'a>>,
    here: ModulePath<'a>,
    /// The depth of braces at which each module within this file began; their names are in `here`.
    inline: Vec<usize>,
    is_module: &'m dyn Fn(&[&str]) -> bool,
    /// Modules by the names that the file imported them under.
    imported: BTreeMap<&'a str, ModulePath<'a>>,
    found: Imports<'a>,
}

impl<'a> Reader<'a, '_> {
    fn text(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.text)
    }

    fn read(&mut self) {
        let (mut at, mut depth) = (0, 0);
        while at < self.tokens.len() {
            let text = self.text(at);
            match text {
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    if self.inline.pop_if(|began| *began == depth).is_some() {
                        self.here.pop();
                    }
                }
                "mod" if self.text(at + 2) == "{" => {
                    self.here.push(self.text(at + 1));
                    self.inline.push(depth);
                }
                // `use<'a>` says what an opaque type captures.
                "use" if self.text(at + 1) != "<" => at = self.tree(at + 1, &[]),
                _ if is_word(text) && self.text(at + 1) == "::" => {
                    let mut path = vec![text];
                    while self.text(at + 1) == "::" && is_word(self.text(at + 2)) {
                        path.push(self.text(at + 2));
                        at += 2;
                    }
                    self.name(&path, at);
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Reads a tree of `use` from token `at` on, and says where it ends: at the `;`, `,` or `}` behind it.
    fn tree(&mut self, mut at: usize, prefix: &[&'a str]) -> usize {
        let (mut path, first) = (prefix.to_vec(), at);
        let mut name = None;
        loop {
            match self.text(at) {
                "{" => {
                    while !matches!(self.text(at), "}" | "") {
                        at = self.tree(at + 1, &path);
                    }
                    return at + 1;
                }
                // A path that begins so is another crate's.
                "::" if at == first && prefix.is_empty() => path.push("::"),
                "::" | "*" => {}
                "as" => {
                    name = Some(self.text(at + 1));
                    at += 1;
                }
                "self" if !path.is_empty() => {}
                text if is_word(text) => path.push(text),
                _ => break,
            }
            at += 1;
        }
        // Nothing is left behind a last comma.
        if at > first
            && let Some(module) = self.name(&path, at - 1)
            && (self.is_module)(&module)
        {
            self.imported.extend(name.or(path.last().copied()).map(|name| (name, module)));
        }
        at
    }

    /// Notes a path as it is written, if it is one of this crate; token `at` gives its line.
    fn name(&mut self, written: &[&'a str], at: usize) -> Option<ModulePath<'a>> {
        let (first, rest) = written.split_first()?;
        let mut path = match *first {
            "crate" => Vec::new(),
            "self" => self.here.clone(),
            "super" => {
                let up = written.iter().take_while(|word| **word == "super").count();
                self.here[..self.here.len().checked_sub(up)?].to_vec()
            }
            word => {
                let child = [&self.here[..], &[word]].concat();
                if (self.is_module)(&child) { child } else { self.imported.get(word)?.clone() }
            }
        };
        path.extend(rest.iter().filter(|word| **word != "super"));
        self.found.paths.push(Import { path: path.clone(), line: self.tokens.get(at)?.line });
        Some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::code_only;
    use super::*;

    /// The paths that module `room::file` names, each with its line.
    fn paths(text: &str) -> Vec<String> {
        let modules = [&["room"][..], &["room", "file"], &["room", "file", "child"], &["other"]];
        let code = code_only(text);
        let imports = read(&code, &["room", "file"], &|path| modules.contains(&path));
        imports.paths.iter().map(|import| format!("{}:{}", import.path.join("::"), import.line)).collect()
    }

    #[test]
    fn trees_are_taken_apart() {
        let text = "use crate::{a::{B, c::*},\n d as E,};\npub(crate) use super::{self, f::{self, G}};\n";
        assert_eq!(paths(text), ["a::B:1", "a::c:1", "d:2", "room:3", "room::f:3", "room::f::G:3"]);
    }

    #[test]
    fn paths_in_code_count_as_imports() {
        let text = "fn f() -> crate::a::B { super::c::<u8>(self::d()); $crate::e!(super::super::g::H) }\n";
        assert_eq!(paths(text), ["a::B:1", "room::c:1", "room::file::d:1", "e:1", "g::H:1"]);
    }

    #[test]
    fn modules_are_known_by_their_names() {
        let text = "pub use child::A;\nuse crate::other as o;\nfn f() { child::b(); o::c(); unknown::d() }\n";
        let expected = ["room::file::child::A:1", "other:2", "room::file::child::b:3", "other::c:3"];
        assert_eq!(paths(text), expected);
    }

    #[test]
    fn modules_within_a_file_are_one_further_down() {
        let text = "mod inner { use super::A; fn f() { super::super::b() } }\nuse super::C;\n";
        assert_eq!(paths(text), ["room::file::A:1", "room::b:1", "room::C:2"]);
    }

    #[test]
    fn other_crates_visibility_comments_and_strings_are_no_imports() {
        let text = "use std::fmt; use ::crates::A; pub(crate) fn f<'a>() -> impl Fn() + use<'a> {}\n\
                    // crate::a::B\nconst A: &str = \"crate::a::B\"; pub(super) struct C;\n";
        assert!(paths(text).is_empty(), "{:?}", paths(text));
    }

    #[test]
    fn tests_are_left_out() {
        let text = "#[cfg(test)]\nuse crate::{a::B};\n#[cfg(test)]\nmod golden;\n\
                    #[cfg(all(test, unix))]\n#[allow(missing_docs)]\nmod tests {\n use super::*; fn f() {}\n}\n\
                    #[cfg(not(test))]\nuse crate::c::D;\n";
        assert_eq!(paths(text), ["c::D:11"]);
        let code = code_only(text);
        assert_eq!(read(&code, &[], &|_| false).tests, ["golden"]);
    }
}
