//! The table of the rows of codes: which sample each row is.

use std::path::Path;

use crate::failure::{Failure, Outcome};
use crate::run::Seen;

/// The separator of the columns that the name of a file asks for.
fn separator(path: &Path) -> Option<u8> {
    let extension = path.extension()?;
    if extension.eq_ignore_ascii_case("tsv") {
        Some(b'\t')
    } else if extension.eq_ignore_ascii_case("csv") {
        Some(b',')
    } else {
        None
    }
}

/// Checks that the name of a file asks for a table.
pub(super) fn check(path: &Path) -> Outcome {
    if separator(path).is_some() {
        return Ok(());
    }
    Err(Failure::usage(format_args!(
        "--rows: expected a name that ends in .tsv or .csv, found {}",
        path.display()
    )))
}

/// The table of the samples' names and labels. A .tsv of one column has no header, as TensorBoard's projector asks for.
pub(super) fn bytes(path: &Path, seen: &Seen) -> Outcome<Vec<u8>> {
    let separator = separator(path).unwrap_or(b',');
    let names =
        seen.names.as_ref().map(|names| ("name", names.iter().map(String::as_str).collect::<Vec<_>>()));
    let labels = seen.labels.as_ref().map(|labels| ("label", labels.each().collect::<Vec<_>>()));
    let columns: Vec<(&str, Vec<&str>)> = names.into_iter().chain(labels).collect();
    if columns.is_empty() {
        let what = format_args!("--rows: the samples of {} have neither names nor labels", seen.origin);
        return Err(
            Failure::usage(what).advise("leave --rows out; rows of codes are in the order of the samples")
        );
    }
    let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
    let mut write = |fields: Vec<&str>| writer.write_record(fields).map_err(Failure::new);
    if columns.len() > 1 || separator == b',' {
        write(columns.iter().map(|(name, _)| *name).collect())?;
    }
    for row in 0..seen.samples.len() {
        write(columns.iter().map(|(_, fields)| fields[row]).collect())?;
    }
    writer.into_inner().map_err(Failure::new)
}
