//! `autoencoder inspect`: the contents of a file or folder, told from its header alone unless all numbers are asked
//! for.

mod arrays;
mod folders;
mod model_file;
mod models;
mod report;
mod schema;
mod training;
mod values;
mod written;

use std::fs;
use std::io::Write;
use std::path::Path;

use self::model_file::model_file;
use self::report::Report;
use crate::arguments::Inspect;
use crate::config;
use crate::data::{Archive, Place, SourceKind, Split};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::Notes;

/// Writes the contents of a file to `out`: aligned lines, or one JSON object. Numbers are read only with `--values`.
pub(crate) fn run(typed: &Inspect, notes: Notes, out: &mut dyn Write) -> Outcome {
    if typed.schema {
        let text = config::schema_text(&schema::of(typed, notes)?)?;
        return out
            .write_all(text.as_bytes())
            .map_err(|error| Failure::new(format_args!("writing the result failed: {error}")));
    }
    let report = inspect(typed, notes)?;
    let written = if typed.json { report.write_json(out) } else { report.write_text(out) };
    written.map_err(|error| Failure::new(format_args!("writing the result failed: {error}")))
}

fn inspect(typed: &Inspect, notes: Notes) -> Outcome<Report> {
    let (path, values) = (typed.file.as_path(), typed.values);
    if let Some(file) = model_file(path)? {
        return inspect_model(&file, values);
    }
    let place = Place::of(path);
    let is_file = place.path.is_file();
    refuse_pipe(&place.path)?;
    if is_file
        && !values
        && let Some(archive) = Archive::find(&place.path)?
    {
        return arrays::inspect_archive(path, &place, &archive);
    }
    let options = schema::read_options(typed);
    let kind = SourceKind::of_path(path, &options)?;
    let mut report = match &kind {
        SourceKind::IdxFile(path) => arrays::inspect_idx(path)?,
        SourceKind::Npy(path) => arrays::inspect_npy(path)?,
        SourceKind::Arrays(read) => arrays::inspect_read(path, &place, read)?,
        SourceKind::IdxFolder(folder) => folders::inspect_idx(path, folder)?,
        SourceKind::Images(folder) => folders::inspect_images(path, folder)?,
        SourceKind::Cifar(batches) => folders::inspect_cifar(path, batches)?,
        SourceKind::Csv { path, .. } => arrays::inspect_csv(path, &options)?,
        SourceKind::Synthetic { .. } => return Err(Failure::at(path, "expected a file or a folder")),
    };
    if let SourceKind::Images(folder) = &kind {
        let passed = folder.passed().filter(|_| !values);
        for note in folder.notes().iter().cloned().chain(passed) {
            notes.say(format_args!("{}: {note}", path.display()));
        }
    }
    if values {
        let several = match &kind {
            SourceKind::IdxFolder(_) | SourceKind::Cifar(_) if path.is_dir() => {
                Some(("one file, found a folder of several", "give one of its files"))
            }
            SourceKind::Images(folder) if folder.splits() => {
                Some(("one folder of pictures, found splits", "give the folder of one of them"))
            }
            SourceKind::Images(_)
            | SourceKind::IdxFolder(_)
            | SourceKind::Cifar(_)
            | SourceKind::Arrays(_)
            | SourceKind::IdxFile(_)
            | SourceKind::Npy(_)
            | SourceKind::Csv { .. }
            | SourceKind::Synthetic { .. } => None,
        };
        if let Some((what, advice)) = several {
            let what = format_args!("{}: --values reads {what}", path.display());
            return Err(Failure::usage(what).advise(advice));
        }
        let shown = notes.working(format!("reading {}", path.display()));
        let data = kind.read(Split::Test, None, &shown)?;
        drop(shown);
        data.tell(notes, None);
        if let Some(table) = &data.schema {
            schema::add(&mut report, table);
        }
        values::add(&mut report, data.values);
    }
    Ok(report)
}

/// Refuses a pipe, as a table is read more than once. A pipe is not opened, as that may wait for ever.
fn refuse_pipe(path: &Path) -> Outcome {
    if fs::metadata(path).is_ok_and(|metadata| input::is_pipe(&metadata)) {
        let what = "found a pipe, and inspect reads a table more than once";
        return Err(Failure::at(path, what).advise("save the data in a file, and give that file"));
    }
    Ok(())
}

fn inspect_model(path: &Path, values: bool) -> Outcome<Report> {
    if values {
        let what = format_args!("{}: --values is for data, found a model", path.display());
        return Err(Failure::usage(what).advise("leave --values out"));
    }
    models::inspect(path)
}

#[cfg(test)]
mod tests {
    use std::io;

    use serde_json::Value;

    use super::*;

    /// The arguments of inspecting a path.
    pub(super) fn typed(path: &Path, json: bool) -> Inspect {
        Inspect { file: path.to_owned(), json, ..Inspect::default() }
    }

    /// The output for a path: the text, and the JSON object.
    pub(super) fn outputs(path: &Path) -> (String, Value) {
        let (mut text, mut json) = (Vec::new(), Vec::new());
        run(&typed(path, false), Notes::new(true), &mut text).unwrap();
        run(&typed(path, true), Notes::new(true), &mut json).unwrap();
        let json: Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(json["path"].as_str(), text_field(&text, "path").as_deref());
        (String::from_utf8(text).unwrap(), json)
    }

    fn text_field(text: &[u8], name: &str) -> Option<String> {
        let text = std::str::from_utf8(text).unwrap();
        text.lines().find_map(|line| line.strip_prefix(name)).map(|rest| rest.trim().to_owned())
    }

    #[test]
    fn what_cannot_be_read_is_said_in_one_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.md");
        for (bytes, part) in
            [(&b"hello"[..], "expected IDX, npy or CSV"), (b"<!DOCTYPE html>", "an HTML or XML page")]
        {
            fs::write(&path, bytes).unwrap();
            let failure =
                run(&typed(&path, true), Notes::new(true), &mut io::sink()).unwrap_err().to_string();
            assert!(failure.contains(part), "{failure}");
        }
        assert!(run(&typed(folder.path(), true), Notes::new(true), &mut io::sink()).is_err());
        assert!(
            run(&typed(&folder.path().join("no"), true), Notes::new(true), &mut io::sink())
                .unwrap_err()
                .to_string()
                .contains("no such")
        );
    }
}
