//! Tables in CSV files: rows are samples, columns are features, one column may hold labels.

mod blocks;
mod cell;
mod columns;
mod decimal;
mod encoding;
mod first_line;
mod matching;
mod plain;
mod refusal;
mod role;
mod side_by_side;

use std::io::{BufReader, Read};
use std::path::Path;

use csv::{Position, Reader, StringRecord, Trim};

use self::blocks::{BLOCK, Recorder};
use self::cell::Cell;
use self::columns::Columns;
use self::first_line::FirstLine;
use self::plain::Rows;
use self::role::Role;
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
    input: impl Read + Send,
    path: &Path,
    options: &ReadOptions,
    limit: Option<usize>,
) -> Outcome<Data> {
    read_blocks(input, path, options, limit, BLOCK)
}

/// Reads samples in blocks of about `size` bytes, many of them side by side. The rows, and the first fault if there is
/// one, are the same for blocks of any size and for any number of threads.
fn read_blocks(
    input: impl Read + Send,
    path: &Path,
    options: &ReadOptions,
    limit: Option<usize>,
    size: usize,
) -> Outcome<Data> {
    let Table { columns, told, mut lines } = Table::open(input, path, options)?;
    let mut rows = Rows::default();
    let is_full =
        |rows: &Rows| limit.is_some_and(|limit| rows.numbers.len() >= limit.saturating_mul(columns.features));
    let mut record = StringRecord::new();
    // With a limit, nothing behind the last row is looked at or waited for.
    while limit.is_some() && !is_full(&rows) && lines.next(path, &mut record)? {
        read_row(path, &columns, &record, 0, &mut rows)?;
    }
    if limit.is_none() {
        for record in lines.read.by_ref() {
            read_row(path, &columns, &record, 0, &mut rows)?;
        }
        read_rest(lines, path, &columns, &mut rows, size)?;
    }
    let labels = columns.label().map(|_| Labels::of_names(&rows.labels));
    drop(rows.labels);
    let data = Data::new(path, vec![columns.features], Elements::Doubles(rows.numbers), labels)?;
    Ok(Data { columns: Some(columns.of_model()), assumed: vec![columns.told(told)], ..data })
}

/// Reads all rows behind the lines that were looked at: plain blocks side by side, and from the first block on that is
/// not plain, line by line.
fn read_rest<R: Read + Send>(
    lines: Lines<R>,
    path: &Path,
    columns: &Columns,
    rows: &mut Rows,
    size: usize,
) -> Outcome {
    let position = lines.reader.position().clone();
    let offset = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let mut before = position.line() - 1;
    let mut blocks = lines.reader.into_inner().into_blocks(offset, size);
    let rest = side_by_side::read(&mut blocks, path, columns, rows, &mut before)?;
    // An empty line stands before the rest, as a mark of the order of bytes may be passed over only where a table begins;
    // one that ends in a carriage return is not counted.
    let mut reader = reader(b"\r".chain(blocks.into_input(&rest)));
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| encoding::explain(path, &error, before))? {
        read_row(path, columns, &record, before, rows)?;
    }
    Ok(())
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
    let columns = Table::open(file, path, options)?.columns;
    Ok(Header { label: columns.label(), names: columns.names })
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
    reader: Reader<Recorder<LongLines<BufReader<R>>>>,
}

/// The reader of all tables.
fn reader<R: Read>(input: R) -> Reader<R> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        // Rows may differ in length, so that the message about them is ours.
        .flexible(true)
        .trim(Trim::All)
        .from_reader(input)
}

impl<R: Read> Lines<R> {
    /// Reads the next line; returns whether there is one.
    fn next(&mut self, path: &Path, record: &mut StringRecord) -> Outcome<bool> {
        match self.read.next() {
            Some(read) => {
                *record = read;
                Ok(true)
            }
            None => self.reader.read_record(record).map_err(|error| encoding::explain(path, &error, 0)),
        }
    }
}

impl<R: Read> Table<R> {
    fn open(input: R, path: &Path, options: &ReadOptions) -> Outcome<Self> {
        let mut input = BufReader::with_capacity(1 << 16, input);
        encoding::check(path, &mut input)?;
        let reader = reader(Recorder::new(LongLines::new(input)));
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
        let columns = Columns::of(path, &first, told, options)?;
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
    if options.expected.as_ref().is_some_and(|expected| expected.is_named_by(first.iter())) {
        return FirstLine::Names { counts: false };
    }
    let cells = |record: &StringRecord| record.iter().map(Cell::of).collect::<Vec<_>>();
    let column = options.label_column.as_deref();
    let index = column.and_then(|column| column.parse().ok()).filter(|&index: &usize| index < first.len());
    FirstLine::of(&cells(first), &below.iter().map(cells).collect::<Vec<_>>(), index)
}

/// Reads a row of the numbers and the label in a line, of a reader that began behind `before` lines.
fn read_row(path: &Path, columns: &Columns, record: &StringRecord, before: u64, rows: &mut Rows) -> Outcome {
    // A line of nothing but blanks.
    if record.len() == 1 && record[0].is_empty() && columns.count > 1 {
        return Ok(());
    }
    let line = before + record.position().map_or(0, Position::line);
    if record.len() != columns.count {
        return Err(refusal::of_length(path, columns, line, record));
    }
    let row = rows.numbers.len();
    rows.numbers.resize(row + columns.features, 0.0);
    for ((column, field), role) in record.iter().enumerate().zip(&columns.roles) {
        match role {
            Role::Feature(feature) => match field.parse::<f64>() {
                Ok(number) if number.is_finite() => rows.numbers[row + feature] = number,
                _ => return Err(refusal::of_field(path, columns, line, column, field)),
            },
            Role::Label => rows.labels.push(field.to_owned()),
            Role::Ignored => {}
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

    /// A table is read line by line with a limit, and otherwise in blocks: both find the same, whatever the blocks.
    fn is_same_in_blocks(text: &str, label: Option<&str>) {
        let path = Path::new("a.csv");
        let options = ReadOptions { label_column: label.map(str::to_owned), ..ReadOptions::default() };
        let read = |limit, size| {
            let read = read_blocks(text.as_bytes(), path, &options, limit, size);
            read.map(|data| (data.values, data.labels, data.columns, data.assumed)).map_err(|e| e.to_string())
        };
        let expected = read(Some(usize::MAX), BLOCK);
        for size in [1, 7, 60, 1000, BLOCK] {
            assert_eq!(read(None, size), expected, "{size} {text:?}");
        }
    }

    /// More lines than are looked at to tell what the first line is, and more bytes than are read ahead meanwhile, so that
    /// there are several blocks.
    fn long(line: impl Fn(usize) -> String) -> String {
        (0..30 * LOOKED_AT.0).map(|index| line(index) + "\n").collect()
    }

    #[test]
    fn blocks_have_the_rows_and_the_first_fault_of_the_lines() {
        let plain = || long(|index| format!("{index},-{index}.5,{index}e-3"));
        is_same_in_blocks(&plain(), None);
        is_same_in_blocks(&plain(), Some("1"));
        is_same_in_blocks(plain().trim_end(), None);
        is_same_in_blocks(&("a,b,c\n".to_owned() + &plain()), Some("c"));
        is_same_in_blocks(&("\u{FEFF}\"a\",b,\"c\nd\"\r\n".to_owned() + &plain()), None);
        is_same_in_blocks(&plain().replace('\n', "\r\n"), Some("0"));
        is_same_in_blocks(&plain().replace('\n', "\r"), Some("0"));
        is_same_in_blocks(&plain().replace('\n', "\n\n   \n"), None);
        is_same_in_blocks(&plain().replace(',', " ,\t"), None);
        is_same_in_blocks(&long(|index| format!("{index}\n ")), None);
        for fault in [
            "x,1,2",
            "1,2",
            "1,2,3,4",
            "1,,2",
            "NaN,1,2",
            "1,\"2\",3",
            "\"1\",\"2",
            "1,2,3\r4,5,6",
            "1,2\r,3",
            "\u{FEFF}1,2,3",
        ] {
            for place in [LOOKED_AT.0 + 5, 1700, 2300, 2999] {
                for second in ["", "y,1,2\n"] {
                    let line =
                        |index: usize| if index == place { fault.to_owned() } else { format!("{index},2,3") };
                    is_same_in_blocks(&(long(line) + second), None);
                    is_same_in_blocks(&(long(line) + second), Some("0"));
                }
            }
        }
    }

    #[test]
    fn a_fault_far_below_is_told_with_its_line() {
        let text = long(|index| if index == 280 { "1,x".to_owned() } else { format!("{index},2") });
        let failure = refused(&text, None);
        assert!(failure.contains("line 281, column 2: expected a finite number, found \"x\""), "{failure}");
        let mut bytes = text.replace('x', "7").into_bytes();
        bytes.extend(b"1,\xFF\n");
        let failure = refused(&bytes, None);
        assert!(
            failure.contains("line 3001, column 2: expected text in UTF-8, found other bytes"),
            "{failure}"
        );
    }

    #[test]
    fn a_limit_reads_no_further() {
        let data = read_text("1,2\n3,4\nx\n", None, Some(2)).unwrap();
        assert_eq!(data.values.dim(), (2, 2));
    }
}
