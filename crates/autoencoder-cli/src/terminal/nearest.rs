//! The known name that was meant by a mistyped one.

/// The largest number of letters that are compared: what is longer is no name that was mistyped.
const MOST: usize = 100;

/// The name that differs least from what was typed; none is near to what is very long.
pub(crate) fn nearest<'a>(names: impl IntoIterator<Item = &'a str>, typed: &str) -> Option<&'a str> {
    if typed.chars().count() > MOST {
        return None;
    }
    names.into_iter().min_by_key(|name| distance(name, typed))
}

/// The nearest name, if at least half of what was typed is right.
pub(crate) fn similar<'a>(names: impl IntoIterator<Item = &'a str>, typed: &str) -> Option<&'a str> {
    nearest(names, typed).filter(|name| 2 * distance(name, typed) <= typed.chars().count())
}

/// The number of letters that differ; upper and lower case are alike.
fn distance(name: &str, typed: &str) -> usize {
    strsim::damerau_levenshtein(&name.to_lowercase(), &typed.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found_and_similar_only_if_it_is() {
        let names = ["sepal_length", "target", "TARGETS"];
        assert_eq!(nearest(names, "Target"), Some("target"));
        assert_eq!(similar(names, "TRAGET"), Some("target"));
        assert_eq!(nearest(names, "zzz").is_some(), similar(names, "zzz").is_none());
        assert_eq!(similar(["a", "b"], "c"), None);
        assert_eq!(nearest([], "c"), None);
    }
}
