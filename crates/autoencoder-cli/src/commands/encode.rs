//! `autoencoder encode`: the codes of samples, as a file.

use std::path::Path;

use autoencoder::{Inference, Samples};
use ndarray::{Array2, Axis, concatenate};

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
    let seen = typed_data::read(&typed.samples, &loaded, &outs, notes)?;
    let rows = match &typed.rows {
        Some(path) => Some((path, row_table::bytes(path, &seen)?)),
        None => None,
    };
    let layers = typed.layer.as_deref().map(|asked| layers(asked, &inference)).transpose()?;
    let (codes, names) = notes.during("encoding samples", || match &layers {
        Some(layers) => outputs(&inference, layers, &seen.samples),
        None => Ok((inference.encode(&seen.samples)?, Vec::new())),
    })?;
    expect_finite(loaded.path(), if layers.is_some() { "output" } else { "code" }, codes.view())?;
    let beside = seen.beside();
    let shown = notes.working(format!("writing {}", typed.out.display()));
    let rows_of = match names.len() {
        0 => Rows::Codes(&beside),
        count => Rows::Samples { shape: &[count], names: &names, beside: &beside },
    };
    output::write_matrix(&typed.out, format, codes.view(), rows_of, &shown)?;
    drop(shown);
    let (count, numbers) = codes.dim();
    let (count, numbers) = (
        numerals::counted(count, if layers.is_some() { "row" } else { "code" }),
        numerals::counted(numbers, "number"),
    );
    let of_layers =
        layers.map(|layers| format!(", the outputs of {}", layers.join(", "))).unwrap_or_default();
    notes.wrote(&typed.out, format_args!("{count} of {numbers}{of_layers} ({})", seen.origin));
    if let Some((path, bytes)) = rows {
        output::write_file(path, &bytes)?;
        notes.wrote(path, format_args!("the rows of the codes ({})", seen.origin));
    }
    Ok(())
}

/// The name that stands for all layers.
const ALL: &str = "all";

/// The names of the layers that are asked for.
fn layers(asked: &str, inference: &Inference) -> Outcome<Vec<String>> {
    let all = inference.layer_names();
    if asked == ALL {
        return Ok(all.to_vec());
    }
    if all.iter().any(|name| name == asked) {
        return Ok(vec![asked.to_owned()]);
    }
    let what =
        format_args!("--layer: no layer is called {asked}; the layers are {}, or {ALL}", all.join(", "));
    Err(Failure::usage(what))
}

/// The outputs of some layers side by side, (samples, units of all of them), and a name for each unit.
fn outputs(
    inference: &Inference,
    layers: &[String],
    samples: &Samples,
) -> Outcome<(Array2<f32>, Vec<String>)> {
    let (mut parts, mut names) = (Vec::new(), Vec::new());
    for layer in layers {
        let outputs = inference.layer_outputs(samples, layer).map_err(Failure::new)?;
        names.extend((0..outputs.ncols()).map(|unit| format!("{layer}.{unit}")));
        parts.push(outputs);
    }
    let views: Vec<_> = parts.iter().map(|part| part.view()).collect();
    Ok((concatenate(Axis(1), &views).map_err(Failure::new)?, names))
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
