//! Tables in CSV files: rows are samples, columns are features, one column may hold labels.

mod cell;
mod columns;
mod encoding;
mod first_line;
mod refusal;

use std::io::{BufReader, Read};
use std::path::Path;

use csv::{Position, Reader, StringRecord, Trim};

use self::cell::Cell;
use self::columns::Columns;
use self::first_line::FirstLine;
use super::labels::Labels;
use super::long_lines::LongLines;
use super::options::{HeaderLine, ReadOptions};
use super::samples::{Data, Elements, no_samples};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::Working;

/// The number of lines that are looked at to tell what the first line is, and of fields in them.
const LOOKED_AT: (usize, usize) = (100, 200_000);

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
    input: impl Read,
    path: &Path,
    options: &ReadOptions,
    limit: Option<usize>,
) -> Outcome<Data> {
    let mut table = Table::open(input, path, options)?;
    let columns = &table.columns;
    let (mut numbers, mut labels, mut rows) = (Vec::new(), Vec::new(), 0);
    let mut record = StringRecord::new();
    while limit.is_none_or(|limit| rows < limit) && table.lines.next(path, &mut record)? {
        // A line of nothing but blanks.
        if record.len() == 1 && record[0].is_empty() && columns.count > 1 {
            continue;
        }
        read_row(path, columns, &record, &mut numbers, &mut labels)?;
        rows += 1;
    }
    let labels = columns.label.map(|_| Labels::of_names(&labels));
    let data = Data::new(path, vec![columns.features()], Elements::Doubles(numbers), labels)?;
    Ok(Data { columns: columns.of_numbers(), assumed: vec![columns.told(table.told)], ..data })
}

/// The columns of a file, as another file can repeat them.
#[derive(Debug, PartialEq)]
pub(crate) struct Header {
    /// The names of all columns, the label's too, where there is a header line.
    pub(crate) names: Option<Vec<String>>,
    /// The column of labels.
    pub(crate) label: Option<usize>,
}

/// Reads the columns of a file.
pub(crate) fn header(path: &Path, options: &ReadOptions) -> Outcome<Header> {
    let file = input::open(path).map_err(|error| Failure::at(path, error))?;
    let Columns { names, label, .. } = Table::open(file, path, options)?.columns;
    Ok(Header { names, label })
}

/// A table whose first lines were looked at.
struct Table<R> {
    columns: Columns,
    told: FirstLine,
    lines: Lines<R>,
}

/// The samples' lines, of which some were read already.
struct Lines<R> {
    read: std::vec::IntoIter<StringRecord>,
    reader: Reader<LongLines<BufReader<R>>>,
}

impl<R: Read> Lines<R> {
    /// Reads the next line; returns whether there is one.
    fn next(&mut self, path: &Path, record: &mut StringRecord) -> Outcome<bool> {
        match self.read.next() {
            Some(read) => {
                *record = read;
                Ok(true)
            }
            None => self.reader.read_record(record).map_err(|error| encoding::explain(path, error)),
        }
    }
}

impl<R: Read> Table<R> {
    fn open(input: R, path: &Path, options: &ReadOptions) -> Outcome<Self> {
        let mut input = BufReader::with_capacity(1 << 16, input);
        encoding::check(path, &mut input)?;
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            // Rows may differ in length, so that the message about them is ours.
            .flexible(true)
            .trim(Trim::All)
            .from_reader(LongLines::new(input));
        let mut lines = Lines { read: Vec::new().into_iter(), reader };
        let mut first = StringRecord::new();
        if !lines.next(path, &mut first)? {
            return Err(no_samples(path));
        }
        let (mut below, mut fields, mut record) = (Vec::new(), 0, StringRecord::new());
        while below.len() < LOOKED_AT.0
            && (fields < LOOKED_AT.1 || below.is_empty())
            && lines.next(path, &mut record)?
        {
            fields += record.len();
            below.push(record.clone());
        }
        refusal::check_lengths(path, &first, &below)?;
        let told = tell(&first, &below, options);
        let columns = Columns::of(path, &first, told, options.label_column.as_deref())?;
        if let FirstLine::Sample = told {
            below.insert(0, first);
        }
        lines.read = below.into_iter();
        Ok(Self { columns, told, lines })
    }
}

/// Tells what the first line is, unless that was said.
fn tell(first: &StringRecord, below: &[StringRecord], options: &ReadOptions) -> FirstLine {
    match options.header {
        HeaderLine::Yes => return FirstLine::Names { counts: false },
        HeaderLine::No => return FirstLine::Sample,
        HeaderLine::Auto => {}
    }
    let cells = |record: &StringRecord| record.iter().map(Cell::of).collect::<Vec<_>>();
    let column = options.label_column.as_deref();
    let index = column.and_then(|column| column.parse().ok()).filter(|&index: &usize| index < first.len());
    FirstLine::of(&cells(first), &below.iter().map(cells).collect::<Vec<_>>(), index)
}

fn read_row(
    path: &Path,
    columns: &Columns,
    record: &StringRecord,
    numbers: &mut Vec<f64>,
    labels: &mut Vec<String>,
) -> Outcome {
    let line = record.position().map_or(0, Position::line);
    if record.len() != columns.count {
        return Err(refusal::of_length(path, columns, line, record));
    }
    for (column, field) in record.iter().enumerate() {
        if Some(column) == columns.label {
            labels.push(field.to_owned());
            continue;
        }
        match field.parse::<f64>() {
            Ok(number) if number.is_finite() => numbers.push(number),
            _ => return Err(refusal::of_field(path, columns, line, column, field)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use autoencoder::Values;
    use ndarray::array;

    use super::*;

    fn read_text(text: impl AsRef<[u8]>, label: Option<&str>, limit: Option<usize>) -> Outcome<Data> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, text).unwrap();
        let options = ReadOptions { label_column: label.map(str::to_owned), ..ReadOptions::default() };
        read(&path, &options, limit, &Working::UNSEEN)
    }

    fn refused(text: impl AsRef<[u8]>, label: Option<&str>) -> String {
        read_text(text, label, None).unwrap_err().to_string()
    }

    #[test]
    fn with_and_without_a_header() {
        let expected = Values::Doubles(array![[1.0, -2.5, 0.1], [4.0, 5e-3, 6.0]]);
        for text in [
            "1,-2.5,0.1\n4,5e-3,6\n",
            "a,b,c\n1,-2.5,0.1\n4,5e-3,6",
            "\u{FEFF}a,b,c\r\n1, -2.5, .1\r\n\r\n4,5e-3,6.\r\n",
            "\"a\",\"b,\nb\",1\n\"1\",-2.5,0.1\n4,5e-3,6\n",
        ] {
            let data = read_text(text, None, None).unwrap();
            assert_eq!((data.values, data.sample_shape), (expected.clone(), vec![3]), "{text}");
        }
    }

    #[test]
    fn label_columns_by_name_and_by_index() {
        for (text, column) in [
            ("x,kind,y\n1,dog,2\n3,cat,4\n", "kind"),
            ("x,kind,y\n1,dog,2\n3,cat,4\n", "1"),
            ("1,dog,2\n3,cat,4\n", "1"),
            // A column that is named like an index is meant by its name.
            ("x,y,1\n1,2,dog\n3,4,cat\n", "1"),
        ] {
            let data = read_text(text, Some(column), None).unwrap();
            assert_eq!(data.values, Values::Doubles(array![[1.0, 2.0], [3.0, 4.0]]), "{text}");
            let labels = data.labels.unwrap();
            assert_eq!((labels.names.join(" "), labels.of_sample), ("cat dog".into(), vec![1, 0]));
        }
        let digits = read_text("5,0,1\n0,2,3\n", Some("0"), Some(1)).unwrap();
        assert_eq!(digits.values, Values::Doubles(array![[0.0, 1.0]]));
        assert_eq!(digits.labels.unwrap().names, ["5"]);
    }

    #[test]
    fn label_columns_that_are_not_there_are_wrong_usage() {
        let failure = read_text("a,b\n1,2\n", Some("c"), None).unwrap_err();
        assert!(failure.to_string().contains("no column is named c"), "{failure}");
        assert!(failure.to_string().ends_with("the columns are a, b"), "{failure}");
        assert_eq!(failure.exit_code(), 2);
        let failure = refused("a,target\n1,2\n", Some("Target"));
        assert!(failure.ends_with("the columns are a, target; the nearest name is `target`"), "{failure}");
        assert!(refused("1,2\n", Some("2")).contains("no header line, and 2 is no index below 2"));
        assert!(refused("kind\ndog\n", Some("kind")).contains("expected columns beside the label"));
    }

    #[test]
    fn traps_are_refused_with_line_and_column() {
        for (text, part) in [
            ("", "at least 1 sample"),
            ("a,b\n", "at least 1 sample"),
            ("a,b\n1,2\n3\n", "line 3: expected 2 columns as in the first line, found 1"),
            ("1,2\n3,4,5\n", "line 2: expected 2 columns as in the first line, found 3"),
            ("a,b\n1,2\n3,x\n", "line 3, column 2 (b): expected a finite number, found \"x\"; if"),
            ("1,2\n3,\n", "line 2, column 2: expected a finite number, found \"\"; fill in"),
            ("1,2\n3,NaN\n", "line 2, column 2"),
            ("1,2\n-inf,4\n", "line 2, column 1"),
            ("1,2\n3,1e999\n", "found \"1e999\"; leave the row out"),
            ("a;b\n1;2\n", "separate the columns by commas"),
            ("\"a\n\",b\n1,2\n3,x\n", "line 4, column 2"),
        ] {
            let failure = refused(text, None);
            assert!(failure.contains(part) && !failure.contains('\n'), "{text}: {failure}");
        }
        assert!(refused(b"1,2\n3,\xFF\n", None).to_lowercase().contains("utf-8"));
    }

    #[test]
    fn a_limit_reads_no_further() {
        let data = read_text("1,2\n3,4\nx\n", None, Some(2)).unwrap();
        assert_eq!(data.values.dim(), (2, 2));
    }
}
