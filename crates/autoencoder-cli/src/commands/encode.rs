//! `autoencoder encode`: the codes of samples, as a file.

use std::path::Path;

use super::{row_table, typed_data};
use crate::arguments::Encode;
use crate::data::Format;
use crate::failure::{Failure, Outcome};
use crate::output::{self, Rows};
use crate::run::{Loaded, expect_finite};
use crate::terminal::{Notes, numerals};

pub(crate) fn run(typed: &Encode, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &[Format::Npy, Format::Csv])?;
    typed_data::refuse_model(&typed.model, &typed.out)?;
    typed_data::check_output(&typed.samples, &typed.out)?;
    if let Some(rows) = &typed.rows {
        row_table::check(rows)?;
        typed_data::refuse_model(&typed.model, rows)?;
        typed_data::check_output(&typed.samples, rows)
            .map_err(|failure| failure.advise("give --rows another name"))?;
        if is_same_file(rows, &typed.out) {
            return Err(
                Failure::usage("--rows and --out name the same file").advise("give --rows another name")
            );
        }
    }
    let loaded = Loaded::open(&typed.model, notes)?;
    let inference = loaded.inference(typed.products.precision, notes)?;
    let outs: Vec<&Path> =
        [Some(&typed.out), typed.rows.as_ref()].into_iter().flatten().map(AsRef::as_ref).collect();
    let source = typed_data::source(&typed.samples, &loaded, &outs, notes)?;
    let seen = loaded.read(&source, typed.samples.split, notes)?;
    let rows = match &typed.rows {
        Some(path) => Some((path, row_table::bytes(path, &seen)?)),
        None => None,
    };
    let codes = notes.during("encoding samples", || inference.encode(&seen.samples))?;
    expect_finite(loaded.path(), "code", codes.view())?;
    let beside = seen.beside();
    let shown = notes.working(format!("writing {}", typed.out.display()));
    output::write_matrix(&typed.out, format, codes.view(), Rows::Codes(&beside), &shown)?;
    drop(shown);
    let (count, numbers) = codes.dim();
    let (count, numbers) = (numerals::counted(count, "code"), numerals::counted(numbers, "number"));
    notes.wrote(&typed.out, format_args!("{count} of {numbers} ({})", seen.origin));
    if let Some((path, bytes)) = rows {
        output::write_file(path, &bytes)?;
        notes.wrote(path, format_args!("the rows of the codes ({})", seen.origin));
    }
    Ok(())
}

/// Whether two paths, of which neither file need be there, name the same file.
fn is_same_file(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let named = || Some(folder.canonicalize().ok()?.join(path.file_name()?));
        path.canonicalize().ok().or_else(named)
    };
    one == other || whole(one).is_some_and(|one| Some(one) == whole(other))
}
