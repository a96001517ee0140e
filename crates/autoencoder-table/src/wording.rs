//! Counts and names as sentences have them.

/// A count with the name of what is counted: `1 column`, `10,000 columns`.
pub(crate) fn counted(number: usize, one: &str) -> String {
    format!("{} {one}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// A number with a comma between thousands: 60,000.
fn grouped(number: usize) -> String {
    if number < 1000 {
        number.to_string()
    } else {
        format!("{},{:03}", grouped(number / 1000), number % 1000)
    }
}

/// A column as options take it: by its name, or by its index if it has none.
pub(crate) fn option(names: Option<&[String]>, column: usize) -> String {
    let name = names.and_then(|names| names.get(column)).filter(|name| !name.is_empty());
    name.map_or_else(|| column.to_string(), Clone::clone)
}

/// A column as notes call it: by its name, or by its index.
pub(crate) fn called(names: Option<&[String]>, column: usize) -> String {
    match names.and_then(|names| names.get(column)) {
        Some(name) if name.is_empty() => format!("column of index {column}, without a name"),
        Some(name) => name.clone(),
        None => column.to_string(),
    }
}

/// A column in words, counted from 1 as an editor counts lines, with its name or the index that options take.
pub(crate) fn place(names: Option<&[String]>, column: usize) -> String {
    let name = names.and_then(|names| names.get(column)).filter(|name| !name.is_empty());
    match name {
        Some(name) => format!("column {} ({name})", column + 1),
        None => format!("column {} (index {column})", column + 1),
    }
}

/// Names in words, at most `shown` of them: `a, b and 3 more`.
pub(crate) fn listed(names: &[&str], shown: usize) -> String {
    match names.split_at_checked(shown) {
        Some((first, more @ [_, ..])) => format!("{} and {} more", first.join(", "), more.len()),
        Some((_, [])) | None => names.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_commas_between_thousands() {
        let texts = [0, 1, 999, 1000, 1_020_003].map(|number| counted(number, "column"));
        assert_eq!(texts, ["0 columns", "1 column", "999 columns", "1,000 columns", "1,020,003 columns"]);
    }

    #[test]
    fn a_list_has_its_first_names() {
        let texts = [1, 2, 3, 4].map(|shown| listed(&["a", "b", "c"], shown));
        assert_eq!(texts, ["a and 2 more", "a, b and 1 more", "a, b, c", "a, b, c"]);
    }
}
