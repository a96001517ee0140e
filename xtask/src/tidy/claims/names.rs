//! Names with their owners, as `Model::encode`, `Penalty::L1` or `affine::gradient`: each is defined in the sources.

use super::items::Items;

/// Names of other crates, by their first word.
const OTHERS: [(&str, &str); 1] = [("std", "the standard library")];

/// A message about the first name in `span` that no source defines.
pub(super) fn fault(items: &Items, span: &str) -> Option<String> {
    let is_path = |character: char| character.is_alphanumeric() || matches!(character, '_' | ':');
    let paths = span.split(|character| !is_path(character)).filter(|word| word.contains("::"));
    paths.map(|path| path.trim_matches(':')).find_map(|path| {
        let names: Vec<&str> = path.split("::").collect();
        if OTHERS.iter().any(|(first, _)| names[0] == *first) {
            return None;
        }
        let missing = names.windows(2).find(|pair| !items.holds(pair[0], pair[1]))?;
        Some(format!("`{path}`: no source defines {} in {}", missing[1], missing[0]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::Tree;
    use crate::tidy::claims::items;

    fn faults(spans: &[&str]) -> Vec<String> {
        let mut tree = Tree::default();
        let text =
            "enum Penalty { L1 { weight: f32 } }\nimpl Model { fn encode() {} }\nmod inner { fn f() {} }\n";
        tree.texts.insert("crates/a/src/affine.rs".to_owned(), text.to_owned());
        let items = items::of(&tree);
        spans.iter().filter_map(|span| fault(&items, span)).collect()
    }

    #[test]
    fn names_that_are_defined_are_left_alone() {
        let spans = [
            "Penalty::L1 { weight }",
            "Model::encode(samples)?",
            "affine::Penalty::L1",
            "affine::inner::f",
            "std::array::from_fn",
            "a: b",
            "http://x",
        ];
        assert!(faults(&spans).is_empty(), "{:?}", faults(&spans));
    }

    #[test]
    fn names_that_are_not_are_found() {
        assert_eq!(
            faults(&["Model::decode", "use Penalty::L2;", "block::Penalty", "affine::Penalty::encode"]),
            [
                "`Model::decode`: no source defines decode in Model",
                "`Penalty::L2`: no source defines L2 in Penalty",
                "`block::Penalty`: no source defines Penalty in block",
                "`affine::Penalty::encode`: no source defines encode in Penalty",
            ]
        );
    }
}
