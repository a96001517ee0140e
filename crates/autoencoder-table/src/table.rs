//! A table read whole: its numbers, its labels, and what was told of its columns.

use std::io::Read;

use csv::StringRecord;
use ndarray::Array2;

use crate::blocks::BLOCK;
use crate::columns::Columns;
use crate::error::{Outcome, TableError};
use crate::opening::{Lines, Opened};
use crate::options::ReadOptions;
use crate::plain::Rows;
use crate::role::Role;
use crate::{encoding, refusal, side_by_side};

/// The rows of a table.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Table {
    /// The finite numbers, (rows, features); there is at least one row of at least one feature.
    pub numbers: Array2<f64>,
    /// The label of each row, where a column holds labels.
    pub labels: Option<Vec<String>>,
    /// What each row is called, where a column says so.
    pub ids: Option<Vec<String>>,
    /// The names of the features and the column of labels, as a model keeps them and as
    /// [`Expected`](crate::Expected) takes them.
    pub columns: autoencoder::Columns,
    /// What was assumed of the columns, in words: how many there are, what the first line was taken for, and how the
    /// columns were matched with those that were expected.
    pub told: String,
}

/// Reads all rows of a table, or the first `limit` of them.
///
/// With a limit, nothing behind the last of these rows is looked at or waited for. Without one, blocks of the text are
/// parsed side by side, on the threads of the rayon pool that the caller is in; rows and faults are the same on any number of threads.
///
/// ```
/// use autoencoder_table::{ReadOptions, read};
/// use ndarray::array;
///
/// let text = "height,kind,weight\n0.5,dog,30\n0.25,cat,4\n";
/// let options = ReadOptions { label_column: Some("kind".to_owned()), ..ReadOptions::default() };
/// let table = read(text.as_bytes(), &options, None)?;
/// assert_eq!(table.numbers, array![[0.5, 30.0], [0.25, 4.0]]);
/// assert_eq!(table.labels.unwrap(), ["dog", "cat"]);
/// assert_eq!(table.columns.names, ["height", "weight"]);
/// assert_eq!(table.told, "3 columns, named in line 1");
/// # Ok::<(), autoencoder_table::TableError>(())
/// ```
///
/// # Errors
/// The first fault, with its line and column: text that is no UTF-8 or no text at all, a row of another length than the
/// first line, a field that is no finite number, a column that is missing, a line of more than 64 MiB, a failure of the
/// input; and a table without rows.
pub fn read(
    input: impl Read + Send,
    options: &ReadOptions,
    limit: Option<usize>,
) -> Result<Table, TableError> {
    read_blocks(input, options, limit, BLOCK)
}

/// Reads samples in blocks of about `size` bytes, many of them side by side. The rows, and the first fault if there is
/// one, are the same for blocks of any size and for any number of threads.
fn read_blocks(
    input: impl Read + Send,
    options: &ReadOptions,
    limit: Option<usize>,
    size: usize,
) -> Outcome<Table> {
    let Opened { columns, told, mut lines } = Opened::open(input, options)?;
    let mut rows = Rows::default();
    let is_full =
        |rows: &Rows| limit.is_some_and(|limit| rows.numbers.len() >= limit.saturating_mul(columns.features));
    let mut record = StringRecord::new();
    // With a limit, nothing behind the last row is looked at or waited for.
    while limit.is_some() && !is_full(&rows) && lines.next(&mut record)? {
        read_row(&columns, &record, 0, &mut rows)?;
    }
    if limit.is_none() {
        for record in lines.read.by_ref() {
            read_row(&columns, &record, 0, &mut rows)?;
        }
        read_rest(lines, &columns, &mut rows, size)?;
    }
    if rows.numbers.is_empty() {
        return Err(refusal::no_samples());
    }
    let shape = (rows.numbers.len() / columns.features, columns.features);
    let numbers = Array2::from_shape_vec(shape, rows.numbers).map_err(TableError::new)?;
    let labels = columns.label().map(|_| rows.labels);
    if let Some(labels) = &labels {
        assert_eq!(labels.len(), shape.0, "a label for every row");
    }
    let ids = columns.id().map(|_| rows.ids);
    Ok(Table { numbers, labels, ids, columns: columns.of_model(), told: columns.told(told) })
}

/// Reads all rows behind the lines that were looked at: plain blocks side by side, and from the first block on that is
/// not plain, line by line.
fn read_rest<R: Read + Send>(lines: Lines<R>, columns: &Columns, rows: &mut Rows, size: usize) -> Outcome {
    let position = lines.reader.position().clone();
    let offset = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let mut before = position.line() - 1;
    let mut blocks = lines.reader.into_inner().into_blocks(offset, size);
    let rest = side_by_side::read(&mut blocks, columns, rows, &mut before)?;
    // An empty line stands before the rest, as a mark of the order of bytes may be passed over only where a table begins;
    // one that ends in a carriage return is not counted.
    let mut reader = columns.dialect.reader(b"\r".chain(blocks.into_input(&rest)));
    let mut record = StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|error| encoding::explain(&error, before, columns.dialect))?
    {
        read_row(columns, &record, before, rows)?;
    }
    Ok(())
}

/// The columns of a table, as another table can repeat them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The number of columns.
    pub count: usize,
    /// The names of all columns, the label's too, where there is a header line.
    pub names: Option<Vec<String>>,
    /// The index of the column of labels.
    pub label: Option<usize>,
    /// The index of the column that says what rows are called.
    pub id: Option<usize>,
    /// The index of each feature, in the order of the features.
    pub features: Vec<usize>,
}

/// Reads the columns of a table, and of its rows no more than tell what the first line is.
///
/// ```
/// use autoencoder_table::{ReadOptions, header};
///
/// let options = ReadOptions { label_column: Some("-1".to_owned()), ..ReadOptions::default() };
/// let columns = header("height,kind\n0.5,dog\n".as_bytes(), &options)?;
/// assert_eq!(columns.names.unwrap(), ["height", "kind"]);
/// assert_eq!(columns.label, Some(1));
/// assert_eq!(header("0.5,30\n".as_bytes(), &ReadOptions::default())?.names, None);
/// # Ok::<(), autoencoder_table::TableError>(())
/// ```
///
/// # Errors
/// As [`read`], as far as the first lines are concerned; a table may have a header line and no rows.
pub fn header(input: impl Read, options: &ReadOptions) -> Result<Header, TableError> {
    let columns = Opened::open(input, options)?.columns;
    let place = |feature| columns.roles.iter().position(|&role| role == Role::Feature(feature));
    let features = (0..columns.features).filter_map(place).collect();
    Ok(Header {
        count: columns.count,
        label: columns.label(),
        id: columns.id(),
        features,
        names: columns.names,
    })
}

/// Reads a row of the numbers and the label in a line, of a reader that began behind `before` lines.
fn read_row(columns: &Columns, record: &StringRecord, before: u64, rows: &mut Rows) -> Outcome {
    // A line of nothing but blanks.
    if record.len() == 1 && record[0].is_empty() && columns.count > 1 {
        return Ok(());
    }
    let line = before + record.position().map_or(0, |position| columns.dialect.line(position));
    if record.len() != columns.count {
        return Err(refusal::of_length(columns, line, record));
    }
    let row = rows.numbers.len();
    rows.numbers.resize(row + columns.features, 0.0);
    for ((column, field), role) in record.iter().enumerate().zip(&columns.roles) {
        match role {
            Role::Feature(feature) => match columns.dialect.number(field) {
                Some(number) => rows.numbers[row + feature] = number,
                None => return Err(refusal::of_field(columns, line, column, field)),
            },
            Role::Label => rows.labels.push(field.to_owned()),
            Role::Id => rows.ids.push(field.to_owned()),
            Role::Ignored => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::dialect::{DecimalMark, Separator};
    use crate::opening::LOOKED_AT;
    use crate::options::Expected;

    fn options(label: Option<&str>) -> ReadOptions {
        ReadOptions { label_column: label.map(str::to_owned), ..ReadOptions::default() }
    }

    fn read_text(text: impl AsRef<[u8]>, label: Option<&str>, limit: Option<usize>) -> Outcome<Table> {
        read(text.as_ref(), &options(label), limit)
    }

    fn refused(text: impl AsRef<[u8]>, label: Option<&str>) -> String {
        read_text(text, label, None).unwrap_err().to_string()
    }

    #[test]
    fn with_and_without_a_header() {
        let expected = array![[1.0, -2.5, 0.1], [4.0, 5e-3, 6.0]];
        for text in [
            "1,-2.5,0.1\n4,5e-3,6\n",
            "a,b,c\n1,-2.5,0.1\n4,5e-3,6",
            "\u{FEFF}a,b,c\r\n1, -2.5, .1\r\n\r\n4,5e-3,6.\r\n",
            "\"a\",\"b,\nb\",1\n\"1\",-2.5,0.1\n4,5e-3,6\n",
        ] {
            assert_eq!(read_text(text, None, None).unwrap().numbers, expected, "{text}");
        }
    }

    #[test]
    fn semicolons_tabs_and_decimal_commas() {
        let expected = array![[1.5, -2.0], [4.0, 5e-3]];
        for (text, told) in [
            ("a;b\n1.5;-2\n4;5e-3\n", "2 columns separated by semicolons, named in line 1"),
            (
                "a;b\n1,5;-2\n4;5e-3\n",
                "2 columns separated by semicolons, with decimal commas, named in line 1",
            ),
            ("1,5\t-2\r\n4,0\t0,005\r\n", "2 columns separated by tabs, with decimal commas without names"),
            (
                "\u{FEFF}sep=;\r\na;b\r\n1,5;-2\r\n4;5e-3",
                "2 columns separated by semicolons, with decimal commas, named in line 1",
            ),
        ] {
            let table = read_text(text, None, None).unwrap();
            assert_eq!((table.numbers, table.told.as_str()), (expected.clone(), told), "{text:?}");
        }
        // What a spreadsheet says counts as a line.
        assert!(refused("sep=;\na;b\n1;x\n", None).contains("line 3, column 2 (b)"));
        // Points among decimal commas are no groups of thousands.
        let failure = refused("a;b\n1,5;2\n1.234,5;2\n", None);
        assert!(
            failure.contains("line 3, column 1 (a): expected a finite number, found \"1.234,5\""),
            "{failure}"
        );
        let asked = ReadOptions {
            separator: Separator::Comma,
            decimal_mark: DecimalMark::Comma,
            ..ReadOptions::default()
        };
        let failure = read("1,2\n".as_bytes(), &asked, None).unwrap_err();
        assert_eq!((failure.option(), failure.is_usage()), (Some("--decimal"), true));
        let points = ReadOptions { decimal_mark: DecimalMark::Point, ..ReadOptions::default() };
        let failure = read("a;b\n1,5;2\n".as_bytes(), &points, None).unwrap_err();
        assert!(failure.to_string().contains("found \"1,5\""), "{failure}");
    }

    #[test]
    fn lines_are_counted_whatever_ends_them() {
        let far = |ends: &str| format!("a,b{ends}{}1,x{ends}", format!("1,2{ends}").repeat(150));
        for ends in ["\n", "\r\n"] {
            let near = refused(format!("a,b{ends}1,2{ends}3,x{ends}"), None);
            assert!(near.contains("line 3, column 2 (b)"), "{near}");
            assert!(refused(format!("1,2{ends}3,x{ends}"), None).contains("line 2, column 2"));
            let far = refused(far(ends), None);
            assert!(far.contains("line 152, column 2 (b)"), "{far}");
        }
    }

    #[test]
    fn a_name_that_several_columns_have_tells_no_column_of_labels() {
        let text = "y,x,y\n1,1,50\n2,3,60\n";
        let table = read_text(text, Some("2"), None).unwrap();
        let expected = Some(Expected { columns: table.columns, features: 2, origin: "m".to_owned() });
        let failure = read(
            text.as_bytes(),
            &ReadOptions { expected: expected.clone(), ..ReadOptions::default() },
            None,
        );
        let failure = failure.unwrap_err().to_string();
        assert!(
            failure.starts_with("several columns are called y, such as those of index 0 and 2"),
            "{failure}"
        );
        let again = ReadOptions { expected, label_column: Some("2".to_owned()), ..ReadOptions::default() };
        assert_eq!(read(text.as_bytes(), &again, None).unwrap().numbers, table.numbers);
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
            let table = read_text(text, Some(column), None).unwrap();
            assert_eq!(table.numbers, array![[1.0, 2.0], [3.0, 4.0]], "{text}");
            assert_eq!(table.labels.unwrap(), ["dog", "cat"]);
        }
        let digits = read_text("5,0,1\n0,2,3\n", Some("0"), Some(1)).unwrap();
        assert_eq!(digits.numbers, array![[0.0, 1.0]]);
        assert_eq!(digits.labels.unwrap(), ["5"]);
    }

    #[test]
    fn label_columns_that_are_not_there_are_wrong_usage() {
        let failure = read_text("a,b\n1,2\n", Some("c"), None).unwrap_err();
        assert!(failure.to_string().contains("no column is named c"), "{failure}");
        assert!(failure.to_string().ends_with("the columns are a, b"), "{failure}");
        assert_eq!((failure.is_usage(), failure.option()), (true, Some("--label-column")));
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
            ("a;b\n1;2\n3;x\n", "line 3, column 2 (b): expected a finite number, found \"x\""),
            ("a|b\n1|2\n", "separate the columns by commas"),
            ("\"a\n\",b\n1,2\n3,x\n", "line 4, column 2"),
        ] {
            let failure = refused(text, None);
            assert!(failure.contains(part) && !failure.contains('\n'), "{text}: {failure}");
        }
        assert!(refused(b"1,2\n3,\xFF\n", None).to_lowercase().contains("utf-8"));
    }

    /// A table is read line by line with a limit, and otherwise in blocks: both find the same, whatever the blocks.
    fn is_same_in_blocks(text: &str, label: Option<&str>) {
        let options = options(label);
        let read = |limit, size| read_blocks(text.as_bytes(), &options, limit, size);
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
        let european = plain().replace(',', ";").replace('.', ",");
        is_same_in_blocks(&european, None);
        is_same_in_blocks(&european, Some("2"));
        is_same_in_blocks(&plain().replace(',', "\t"), Some("0"));
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
        assert_eq!(read_text("1,2\n3,4\nx\n", None, Some(2)).unwrap().numbers.dim(), (2, 2));
    }
}
