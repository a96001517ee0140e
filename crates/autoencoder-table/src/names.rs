//! The names of columns as the first line has them.

use csv::StringRecord;

use crate::options::Expected;
use crate::wording::listed;

/// What stands before names that were written as a comment.
const COMMENT: &str = "# ";

/// Whether a line begins as a comment, in which numpy writes the names of columns.
pub(crate) fn is_commented(line: &StringRecord) -> bool {
    line.get(0).is_some_and(|first| first.starts_with(COMMENT))
}

/// The names in a line. The sign of a comment is no part of the first, with a note, unless the expected columns have it.
pub(crate) fn of(line: &StringRecord, expected: Option<&Expected>, notes: &mut Vec<String>) -> Vec<String> {
    let mut names: Vec<String> = line.iter().map(str::to_owned).collect();
    let is_known = |name: &String| expected.is_some_and(|expected| expected.columns.names.contains(name));
    if let Some(first) = names.first_mut()
        && let Some(name) = first.strip_prefix(COMMENT).map(str::trim)
        && !name.is_empty()
        && !is_known(first)
    {
        notes.push(format!("line 1 begins with #, which is no part of the name {name}"));
        *first = name.to_owned();
    }
    names
}

/// The first few fields of a line.
pub(crate) fn beginning(line: &StringRecord) -> String {
    const FEW: usize = 4;
    let fields: Vec<&str> = line.iter().take(FEW).collect();
    format!("{}{}", fields.join(", "), if line.len() > FEW { ", ..." } else { "" })
}

/// The first name that several columns have.
pub(crate) fn doubled(names: &[String]) -> Option<&str> {
    let mut sorted: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    sorted.sort_unstable();
    sorted.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

/// The columns without a name in words, if there are any.
pub(crate) fn nameless(names: &[String]) -> Option<String> {
    const SHOWN: usize = 5;
    let indices = (0..names.len()).filter(|&index| names[index].is_empty());
    let indices: Vec<String> = indices.map(|index| index.to_string()).collect();
    let listed = listed(&indices.iter().map(String::as_str).collect::<Vec<_>>(), SHOWN);
    match indices.len() {
        0 => None,
        1 => Some(format!("the one of index {listed}")),
        _ => Some(format!("those of index {listed}")),
    }
}
