//! The column that was meant by a mistyped name.

use strsim::damerau_levenshtein;

/// The largest number of letters that are compared: what is longer is no name that was mistyped.
const MOST: usize = 100;

/// The name that differs least from what was typed, upper and lower case being alike, if at least half of what was typed is
/// right.
pub(crate) fn similar<'a>(names: impl IntoIterator<Item = &'a str>, typed: &str) -> Option<&'a str> {
    let letters = typed.chars().count();
    if letters > MOST {
        return None;
    }
    let typed = typed.to_lowercase();
    let distances = names.into_iter().map(|name| (damerau_levenshtein(&name.to_lowercase(), &typed), name));
    let (distance, nearest) = distances.min_by_key(|&(distance, _)| distance)?;
    (2 * distance <= letters).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_name_is_found_and_another_is_not() {
        let names = ["sepal_length", "target", "TARGETS"];
        assert_eq!(similar(names, "TRAGET"), Some("target"));
        assert_eq!(similar(names, "zzz"), None);
        assert_eq!(similar(["a", "b"], "c"), None);
        assert_eq!(similar([], "c"), None);
        assert_eq!(similar(names, &"target".repeat(17)), None);
    }
}
