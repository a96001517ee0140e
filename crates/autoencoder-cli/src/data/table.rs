//! Tables in CSV files, which the crate `autoencoder-table` reads: here they are opened, and their failures get the path.

use std::io::{Read, Write};
use std::iter;
use std::path::{Path, PathBuf};

use autoencoder::Values;
use autoencoder_table::{Expected, Field, Header, TableError};

use super::labels::Labels;
use super::options::ReadOptions;
use super::samples::Data;
use super::unpacked::unpacked;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::Working;

/// Reads the samples of a file, the first `limit` of them if that is given.
pub(crate) fn read(
    path: &Path,
    options: &ReadOptions,
    limit: Option<usize>,
    shown: &Working,
) -> Outcome<Data> {
    read_from(shown.open(path).map_err(|error| Failure::at(path, error))?, path, options, limit)
}

/// Reads samples as [`read`] does, from an input that was opened at `path`.
pub(super) fn read_from(
    input: impl Read + Send,
    path: &Path,
    options: &ReadOptions,
    limit: Option<usize>,
) -> Outcome<Data> {
    let input = unpacked(input).map_err(|error| Failure::at(path, error))?;
    let table = autoencoder_table::read(input, &of_tables(options), limit);
    let table = table.map_err(|error| {
        // The times of rows are read as what these are called.
        let is_of_times = error.option() == Some("--id-column") && options.windows.is_some();
        explain_as(path, &error, if is_of_times { Some("--time-column") } else { error.option() })
    })?;
    let is_plain = table.is_plain() && !options.expected.as_ref().is_some_and(Expected::has_schema);
    let mut columns = table.columns;
    let values = if is_plain {
        Values::Doubles(table.values.into_numbers())
    } else {
        // Each feature has a name of its own, also where it stands for a word.
        columns.names = table.schema.feature_names();
        Values::Table(table.values)
    };
    let assumed = iter::once(table.told).chain(table.notes).collect();
    Ok(Data {
        sample_shape: vec![values.dim().1 + table.schema.indicators().len()],
        values,
        channels_first: false,
        labels: table.labels.map(|labels| Labels::of_names(&labels)),
        name: path.display().to_string(),
        names: table.ids,
        columns: Some(columns),
        schema: Some(table.schema),
        series: None,
        assumed,
    })
}

/// The text of a table, which is read more than once, and its options.
#[derive(Debug)]
pub(crate) struct TableText {
    path: PathBuf,
    options: ReadOptions,
    text: Vec<u8>,
}

impl TableText {
    /// Reads the whole text of an input that was opened at `path`.
    pub(super) fn of(input: impl Read + Send, path: &Path, options: &ReadOptions) -> Outcome<Self> {
        let mut text = Vec::new();
        let read = unpacked(input).and_then(|mut input| input.read_to_end(&mut text));
        read.map_err(|error| Failure::at(path, error))?;
        Ok(Self { path: path.to_owned(), options: options.clone(), text })
    }

    /// Reads all samples.
    pub(crate) fn read(&self) -> Outcome<Data> {
        read_from(&self.text[..], &self.path, &self.options, None)
    }

    /// Writes the table again, with the fields that `fill` returns.
    pub(crate) fn rewrite(
        &self,
        output: impl Write,
        fill: impl FnMut(Field<'_>) -> Option<String>,
    ) -> Outcome<usize> {
        autoencoder_table::rewrite(&self.text[..], &of_tables(&self.options), output, fill)
            .map_err(|error| explain(&self.path, &error))
    }
}

/// Reads the columns of a file.
pub(crate) fn header(path: &Path, options: &ReadOptions) -> Outcome<Header> {
    let file = input::open(path).and_then(unpacked).map_err(|error| Failure::at(path, error))?;
    autoencoder_table::header(file, &of_tables(options)).map_err(|error| explain(path, &error))
}

/// The options that are those of tables.
pub(super) fn of_tables(options: &ReadOptions) -> autoencoder_table::ReadOptions {
    autoencoder_table::ReadOptions {
        header: options.header,
        separator: options.separator,
        decimal_mark: options.decimal_mark,
        label_column: options.label_column.clone(),
        id_column: options.id_column.clone(),
        drop: options.drop.clone(),
        only: options.only.clone(),
        kinds: options.kinds.clone(),
        leaves_out_dates: options.leaves_out_dates,
        indicates_holes: options.indicates_holes,
        scale: options.scale,
        scales: options.scales.clone(),
        expected: options.expected.clone(),
    }
}

/// The failure to read the table at `path`; an option that does not go with the table stands before the path.
pub(super) fn explain(path: &Path, error: &TableError) -> Failure {
    explain_as(path, error, error.option())
}

fn explain_as(path: &Path, error: &TableError, option: Option<&str>) -> Failure {
    let failure = match option {
        Some(option) => Failure::usage(format_args!("{option}: {}: {}", path.display(), error.what())),
        None => Failure::at(path, error.what()),
    };
    match error.advice() {
        Some(advice) => failure.advise(advice),
        None => failure,
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    fn read_text(text: &str, label: Option<&str>) -> Outcome<Data> {
        let options = ReadOptions { label_column: label.map(str::to_owned), ..ReadOptions::default() };
        read_from(text.as_bytes(), Path::new("a.csv"), &options, None)
    }

    #[test]
    fn a_table_is_samples_with_classes_and_columns() {
        let data = read_text("x,kind,y\n1,dog,2\n3,cat,4\n", Some("kind")).unwrap();
        assert_eq!(data.values, Values::Doubles(array![[1.0, 2.0], [3.0, 4.0]]));
        assert_eq!((data.sample_shape, data.name.as_str()), (vec![2], "a.csv"));
        let labels = data.labels.unwrap();
        assert_eq!((labels.names.join(" "), labels.of_sample), ("cat dog".into(), vec![1, 0]));
        assert_eq!(data.columns.unwrap().names, ["x", "y"]);
        assert_eq!(data.assumed, ["3 columns, named in line 1"]);
    }

    #[test]
    fn failures_name_the_file_and_before_it_an_option() {
        let failure = read_text("a,b\n1,2\n3,4%\n", None).unwrap_err();
        let expected = "a.csv: line 3, column 2 (b): expected a finite number, found \"4%\"; write percentages as plain numbers, such as 45";
        assert_eq!((failure.to_string().as_str(), failure.exit_code()), (expected, 1));
        let failure = read_text("a,target\n1,2\n", Some("Target")).unwrap_err();
        let expected = "--label-column: a.csv: no column is named Target, and it is no index below 2; the columns are a, target; the nearest name is `target`";
        assert_eq!((failure.to_string().as_str(), failure.exit_code()), (expected, 2));
    }
}
