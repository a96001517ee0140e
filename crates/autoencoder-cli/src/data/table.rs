//! CSV files: rows are samples, columns are features, one column may hold labels.
//!
//! The first line is a header if one of its fields, other than the label, is not a number.

use std::io::Read;
use std::path::Path;

use csv::{StringRecord, Trim};

use super::labels::Labels;
use super::long_lines::LongLines;
use super::samples::{Data, Elements, no_samples};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::{Working, similar};

/// Reads the samples of a file, the first `limit` of them if that is given. The label column is given by name, or by
/// index from 0.
pub(crate) fn read(
    path: &Path,
    label_column: Option<&str>,
    limit: Option<usize>,
    shown: &Working,
) -> Outcome<Data> {
    read_from(shown.open(path).map_err(|error| Failure::at(path, error))?, path, label_column, limit)
}

/// Reads samples as [`read`] does, from an input that was opened at `path`.
pub(super) fn read_from(
    input: impl Read,
    path: &Path,
    label_column: Option<&str>,
    limit: Option<usize>,
) -> Outcome<Data> {
    let explain = |error: csv::Error| Failure::at(path, error);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        // Rows may differ in length, so that the message about them is ours.
        .flexible(true)
        .trim(Trim::All)
        .from_reader(LongLines::new(input));
    let mut record = StringRecord::new();
    if !reader.read_record(&mut record).map_err(explain)? {
        return Err(no_samples(path));
    }
    let columns = Columns::of(path, &record, label_column)?;
    let (mut floats, mut labels, mut rows) = (Vec::new(), Vec::new(), 0);
    let mut more = columns.names.is_none() || reader.read_record(&mut record).map_err(explain)?;
    while more && limit.is_none_or(|limit| rows < limit) {
        columns.read_row(path, &record, &mut floats, &mut labels)?;
        rows += 1;
        more = reader.read_record(&mut record).map_err(explain)?;
    }
    let features = columns.count - usize::from(columns.label.is_some());
    if features == 0 {
        return Err(Failure::at(path, "expected columns beside the label, found none"));
    }
    let labels = columns.label.map(|_| Labels::of_names(&labels));
    Data::new(path, vec![features], Elements::Floats(floats), labels)
}

/// The columns of a file, as another file can repeat them.
#[derive(Debug, PartialEq)]
pub(crate) struct Header {
    /// The names of all columns, the label's too, where there is a header line.
    pub(crate) names: Option<Vec<String>>,
    /// The column of labels.
    pub(crate) label: Option<usize>,
}

/// Reads the first line of a file.
pub(super) fn header(path: &Path, label_column: Option<&str>) -> Outcome<Header> {
    let explain = |error: csv::Error| Failure::at(path, error);
    let file = input::open(path).map_err(|error| Failure::at(path, error))?;
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).trim(Trim::All).from_reader(LongLines::new(file));
    let mut record = StringRecord::new();
    reader.read_record(&mut record).map_err(explain)?;
    let Columns { names, label, .. } = Columns::of(path, &record, label_column)?;
    Ok(Header { names: names.map(|names| names.iter().map(str::to_owned).collect()), label })
}

/// The columns as the first line tells them.
struct Columns {
    count: usize,
    names: Option<StringRecord>,
    label: Option<usize>,
}

impl Columns {
    fn of(path: &Path, first: &StringRecord, label_column: Option<&str>) -> Outcome<Self> {
        let count = first.len();
        let is_number = |index: usize| first.get(index).is_some_and(|field| field.parse::<f32>().is_ok());
        let index =
            label_column.and_then(|column| column.parse().ok()).filter(|&index: &usize| index < count);
        let is_header = (0..count).any(|column| Some(column) != index && !is_number(column));
        let named =
            label_column.filter(|_| is_header).and_then(|name| first.iter().position(|field| field == name));
        let label = named.or(index);
        if let (Some(column), None) = (label_column, label) {
            let names = first.iter().take(20).collect::<Vec<_>>().join(", ");
            let what = if is_header {
                format!(
                    "no column is named {column}, and it is no index below {count}; the columns are {names}"
                )
            } else {
                format!("there is no header line, and {column} is no index below {count}")
            };
            let failure = Failure::usage(format_args!("--label-column: {}: {what}", path.display()));
            return Err(match similar(first, column).filter(|_| is_header) {
                Some(name) => failure.advise(format_args!("the nearest name is `{name}`")),
                None => failure,
            });
        }
        Ok(Self { count, names: is_header.then(|| first.clone()), label })
    }

    fn read_row(
        &self,
        path: &Path,
        record: &StringRecord,
        floats: &mut Vec<f32>,
        labels: &mut Vec<String>,
    ) -> Outcome {
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != self.count {
            let (expected, found) = (self.count, record.len());
            return Err(Failure::at(
                path,
                format_args!("line {line}: expected {expected} columns as in the first line, found {found}"),
            ));
        }
        for (column, field) in record.iter().enumerate() {
            if Some(column) == self.label {
                labels.push(field.to_owned());
                continue;
            }
            match field.parse::<f32>() {
                Ok(number) if number.is_finite() => floats.push(number),
                _ => return Err(self.not_a_number(path, line, column, field)),
            }
        }
        Ok(())
    }

    fn not_a_number(&self, path: &Path, line: u64, column: usize, field: &str) -> Failure {
        let name = self.names.as_ref().and_then(|names| names.get(column));
        let name = name.map(|name| format!(" ({name})")).unwrap_or_default();
        let shown: String = field.chars().take(40).collect();
        let what = format!(
            "line {line}, column {}{name}: expected a finite f32 number, found \"{shown}\"",
            column + 1
        );
        let failure = Failure::at(path, what);
        if self.count == 1 && field.contains([';', '\t']) {
            failure.advise("separate the columns by commas")
        } else if field.is_empty() {
            failure.advise("fill in missing values, or leave their rows out")
        } else if self.label.is_none() {
            failure.advise("if these are labels, name the column with --label-column")
        } else {
            failure
        }
    }
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
        read(&path, label, limit, &Working::UNSEEN)
    }

    fn refused(text: impl AsRef<[u8]>, label: Option<&str>) -> String {
        read_text(text, label, None).unwrap_err().to_string()
    }

    #[test]
    fn with_and_without_a_header() {
        let expected = Values::Floats(array![[1.0, -2.5, 0.1], [4.0, 5e-3, 6.0]]);
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
            assert_eq!(data.values, Values::Floats(array![[1.0, 2.0], [3.0, 4.0]]), "{text}");
            let labels = data.labels.unwrap();
            assert_eq!((labels.names.join(" "), labels.of_sample), ("cat dog".into(), vec![1, 0]));
        }
        let digits = read_text("5,0,1\n0,2,3\n", Some("0"), Some(1)).unwrap();
        assert_eq!(digits.values, Values::Floats(array![[0.0, 1.0]]));
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
            ("a,b\n1,2\n3,x\n", "line 3, column 2 (b): expected a finite f32 number, found \"x\"; if"),
            ("1,2\n3,\n", "line 2, column 2: expected a finite f32 number, found \"\"; fill in"),
            ("1,2\n3,NaN\n", "line 2, column 2"),
            ("1,2\n-inf,4\n", "line 2, column 1"),
            ("1,2\n3,1e39\n", "found \"1e39\""),
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
