//! The report on a file, as text and as JSON.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde_json::{Map, Value};

use crate::printable;

/// The report on a file: the JSON name, the JSON value and the text of each field.
#[derive(Debug)]
pub(super) struct Report {
    fields: Vec<(&'static str, Value, Vec<String>)>,
}

impl Report {
    pub(super) fn new(kind: &str, path: &Path) -> Self {
        let mut report = Self { fields: Vec::new() };
        report.add("kind", kind, kind);
        report.add("path", path.display().to_string(), path.display().to_string());
        report
    }

    /// Adds a field whose text is one line, of signs to read only.
    pub(super) fn add(&mut self, name: &'static str, value: impl Into<Value>, text: impl AsRef<str>) {
        self.add_lines(name, value, [text]);
    }

    /// Adds a field whose text is several lines.
    pub(super) fn add_lines<Line: AsRef<str>>(
        &mut self,
        name: &'static str,
        value: impl Into<Value>,
        lines: impl IntoIterator<Item = Line>,
    ) {
        let lines = lines.into_iter().map(|line| printable::line(line.as_ref()).into_owned()).collect();
        self.fields.push((name, value.into(), lines));
    }

    /// Adds sizes, in text `60000 x 28 x 28`.
    pub(super) fn add_sizes(&mut self, name: &'static str, sizes: &[usize]) {
        self.add(name, sizes.to_vec(), shown_sizes(sizes));
    }

    /// Adds the length of the file in bytes.
    pub(super) fn add_length(&mut self, path: &Path) {
        if let Ok(metadata) = fs::metadata(path) {
            self.add("file_bytes", metadata.len(), metadata.len().to_string());
        }
    }

    pub(super) fn into_json(self) -> Value {
        self.fields.into_iter().map(|(name, value, _)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
    }

    pub(super) fn write_json(self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", printable::json(&self.into_json().to_string()))
    }

    pub(super) fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let width = self.fields.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
        for (name, _, lines) in &self.fields {
            let mut name = name.replace('_', " ");
            for line in lines {
                writeln!(out, "{name:<width$}  {line}")?;
                name.clear();
            }
        }
        Ok(())
    }
}

pub(super) fn shown_sizes(sizes: &[usize]) -> String {
    if sizes.is_empty() {
        return "a single number".into();
    }
    sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" x ")
}
