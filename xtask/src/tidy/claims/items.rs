//! The names that the sources define, each with what it is defined in: a type, an enum, a trait or a module.

use std::collections::BTreeSet;

use super::super::source::code_only;
use super::Tree;
use super::reader::Reader;

/// Pairs of an owner and a name: (`Model`, `encode`), (`Penalty`, `L1`), (`affine`, `gradient`).
#[derive(Debug, Default)]
pub(super) struct Items {
    pairs: BTreeSet<(String, String)>,
    owners: BTreeSet<String>,
}

impl Items {
    /// Whether `name` is defined in some `owner`.
    pub(super) fn holds(&self, owner: &str, name: &str) -> bool {
        // What is derived stands nowhere.
        let is_derived = matches!(name, "default" | "clone") && self.owners.contains(owner);
        is_derived || self.pairs.contains(&(owner.to_owned(), name.to_owned()))
    }

    fn add(&mut self, owner: &str, name: &str) {
        self.pairs.insert((owner.to_owned(), name.to_owned()));
        self.owners.insert(owner.to_owned());
    }

    /// Adds all that one file defines.
    fn add_file(&mut self, module: &str, text: &str) {
        let code = code_only(text);
        let mut add = |owner: &str, name: &str| self.add(owner, name);
        Reader::new(&code, &mut add).module(module);
    }
}

/// The names in all Rust files.
pub(super) fn of(tree: &Tree) -> Items {
    let mut items = Items::default();
    for (file, text) in &tree.texts {
        if let Some(module) = module(file) {
            items.add_file(&module, text);
        }
    }
    items
}

/// The module that a file is: that of its name, its folder's or its crate's.
fn module(file: &str) -> Option<String> {
    let path = file.strip_suffix(".rs")?;
    let mut parts = path.rsplit('/');
    let name = match (parts.next()?, parts.next()) {
        ("mod", Some(folder)) => folder,
        ("lib" | "main", Some("src")) => parts.next()?,
        (name, _) => name,
    };
    Some(name.replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
//! A module.
pub use other::{One, deep::Two as Second};
use private::Three;
#[derive(Debug, Default)]
pub enum Penalty<T: Into<u8>> {
    /// A comment with a Word.
    #[serde(alias = "Old")]
    L1 { weight: f32, target: f32 },
    Tuple(Vec<u8>, T), Unit = 3,
}
pub(crate) struct Options { pub epochs: usize, map: Map<String, u8>, noise: [u8; 3] }
struct Pair(usize, usize);
impl<T: Fn() -> u8> fmt::Display for Penalty<T> where T: Into<Wrong> {
    const ALL: [Self; 2] = [Self::A { x: 1 }, Self::B];
    pub const fn weight(&self) -> f32 { let wrong = || 1.0; fn inner() {} wrong() }
    fn fmt(&self) {}
}
impl Options { pub async fn run(self) -> Result<(), Error> { mod inside {} } }
pub trait Engine: Send { type Batch<'a>; fn begin(&mut self); fn end(&self) { self.begin() } }
mod tests { fn helper() {} }
macro_rules! each { () => { fn made() {} } }
pub fn gradient<const N: usize>(x: [f32; N]) -> [f32; N] where [(); N]: Sized { x }
static mut COUNT: u8 = { 3 };
"#;

    #[test]
    fn items_are_found_with_their_owners_and_nothing_else() {
        let mut items = Items::default();
        items.add_file("affine", FILE);
        let pairs: Vec<String> = items.pairs.iter().map(|(owner, name)| format!("{owner}::{name}")).collect();
        let mut expected = [
            "affine::One",
            "affine::Second",
            "affine::Penalty",
            "Penalty::L1",
            "Penalty::Tuple",
            "Penalty::Unit",
            "affine::Options",
            "Options::epochs",
            "Options::map",
            "Options::noise",
            "affine::Pair",
            "Penalty::ALL",
            "Penalty::weight",
            "Penalty::fmt",
            "Options::run",
            "affine::Engine",
            "Engine::Batch",
            "Engine::begin",
            "Engine::end",
            "affine::tests",
            "tests::helper",
            "affine::each",
            "affine::gradient",
            "affine::COUNT",
        ];
        expected.sort_unstable();
        assert_eq!(pairs, expected);
        assert!(items.holds("Options", "default") && !items.holds("Nothing", "default"));
    }

    #[test]
    fn a_file_is_a_module_by_its_name_its_folder_or_its_crate() {
        for (file, expected) in [
            ("crates/a/src/stages/list.rs", Some("list")),
            ("crates/a/src/stages/mod.rs", Some("stages")),
            ("crates/idx-format/src/lib.rs", Some("idx_format")),
            ("xtask/src/main.rs", Some("xtask")),
            ("docs/math.md", None),
        ] {
            assert_eq!(module(file).as_deref(), expected, "{file}");
        }
    }
}
