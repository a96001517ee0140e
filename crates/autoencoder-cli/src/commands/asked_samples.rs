//! The samples that are asked for by their rows or ids.

use std::path::Path;

use crate::failure::{Failure, Outcome};
use crate::run::Seen;
use crate::terminal::numerals::counted;

/// What stands before an id that could be the number of a row.
const ID: &str = "id=";

/// The place among the samples of the one that is called `name`, by its row or its id, for an option.
pub(super) fn place(option: &str, name: &str, seen: &Seen) -> Outcome<usize> {
    let refuse = |what: &str| {
        let what = format!("{option} {name}: {what}");
        Err(Failure::at(Path::new(&seen.origin), what))
    };
    if let Ok(row) = name.parse::<usize>() {
        let rows = seen.scored().samples.len();
        return match seen.sample_of(row) {
            Some(sample) => Ok(sample),
            None if row < rows => refuse("no window begins with this row")
                .map_err(|failure| failure.advise("name the first row of a window")),
            None => refuse(&format!("there are {}, counted from 0", counted(rows, "row")))
                .map_err(|failure| failure.advise("for an id of digits, write id=ID")),
        };
    }
    let id = name.strip_prefix(ID).unwrap_or(name);
    let Some(names) = &seen.names else {
        return refuse("the samples have no ids")
            .map_err(|failure| failure.advise("name a sample by its row, counted from 0"));
    };
    let mut found = names.iter().enumerate().filter(|(_, found)| *found == id).map(|(place, _)| place);
    match (found.next(), found.next()) {
        (Some(place), None) => Ok(place),
        (Some(place), Some(other)) => {
            let rows = [place, other].map(|place| seen.row_of(place));
            refuse(&format!("rows {} and {} have this id", rows[0], rows[1]))
                .map_err(|failure| failure.advise("name the sample by its row, counted from 0"))
        }
        (None, _) => refuse("no sample has this id"),
    }
}
