//! Codes as `encode` writes them, or as somebody else has changed them.

use std::path::Path;

use autoencoder::{Columns, Values};
use autoencoder_table::Expected;
use ndarray::Array2;

use super::format::Format;
use super::numbers::narrowed;
use super::options::ReadOptions;
use super::samples::Data;
use super::{npy, table};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::Working;

/// Codes, and what a table has beside them.
#[derive(Debug, PartialEq)]
pub(crate) struct ReadCodes {
    /// One row for each code.
    pub(crate) codes: Array2<f32>,
    /// The columns of words that were asked for, each with its name.
    pub(crate) words: Vec<(String, Vec<String>)>,
    /// The names of other columns, which are left out.
    pub(crate) left_out: Vec<String>,
}

/// How the names of columns of codes begin.
const CODE: &str = "code_";

/// Reads codes, one row for each: npy of two dimensions, or CSV with or without a header line; finite numbers only. Columns of a
/// table that are called `code_0` and so on are the codes, in the order of these numbers; of its other columns those of these
/// names, ids and labels, are read too.
pub(crate) fn read_codes(path: &Path, [id, label]: [&str; 2], shown: &Working) -> Outcome<ReadCodes> {
    let read = match Format::of(path, &[Format::Npy, Format::Csv])? {
        Format::Npy => (npy::read(path, None, shown)?, Vec::new(), Vec::new()),
        Format::Csv | Format::Jsonl | Format::Idx | Format::Png | Format::Svg | Format::Html => {
            read_table(path, [id, label], shown)?
        }
    };
    let (data, words, left_out) = read;
    if data.sample_shape.len() != 1 {
        let found = data.sample_shape.len() + 1;
        let what = format_args!("expected codes: an array of 2 dimensions, found {found}");
        return Err(Failure::at(path, what).advise("give one row for each code"));
    }
    let codes = match data.values {
        Values::Bytes(bytes) => bytes.mapv(f32::from),
        Values::Floats(floats) => floats,
        Values::Doubles(doubles) => narrowed(path, doubles.view())?,
        Values::Table(table) => {
            let hole = table.numbers().indexed_iter().find(|(_, number)| number.is_nan());
            let what = match hole {
                Some(((row, column), _)) if table.counts().is_empty() => format!(
                    "row {}, column {}: expected codes, finite numbers only, found a field without a value",
                    row + 1,
                    column + 1
                ),
                _ => "expected codes, finite numbers only, found words".to_owned(),
            };
            return Err(Failure::at(path, what).advise("give one row of numbers for each code"));
        }
    };
    Ok(ReadCodes { codes, words, left_out })
}

/// A table of codes, the words beside them, and the names of columns that are left out.
type CodesTable = (Data, Vec<(String, Vec<String>)>, Vec<String>);

fn read_table(path: &Path, [id, label]: [&str; 2], shown: &Working) -> Outcome<CodesTable> {
    // What the rows are called may be dates.
    let options = ReadOptions { leaves_out_dates: true, ..ReadOptions::default() };
    let header = if input::is_regular(path) { table::header(path, &options).ok() } else { None };
    let names = header.and_then(|header| header.names).unwrap_or_default();
    let number = |name: &str| name.strip_prefix(CODE)?.parse::<usize>().ok();
    let (mut codes, others): (Vec<String>, Vec<String>) =
        names.into_iter().partition(|name| number(name).is_some());
    if codes.is_empty() {
        return Ok((table::read(path, &ReadOptions::default(), None, shown)?, Vec::new(), Vec::new()));
    }
    codes.sort_by_key(|name| number(name));
    let among = |name: &str| others.iter().find(|other| *other == name).cloned();
    let [id, label] = [id, label].map(among);
    let columns = Columns::of_names(codes.iter().cloned());
    let expected = Expected::of_columns(columns, codes.len(), "the codes");
    let options = ReadOptions {
        id_column: id.clone(),
        label_column: label.clone(),
        expected: Some(expected),
        ..ReadOptions::default()
    };
    let mut data = table::read(path, &options, None, shown)?;
    let left_out =
        others.into_iter().filter(|name| Some(name) != id.as_ref() && Some(name) != label.as_ref());
    let left_out = left_out.collect();
    let labels = data.labels.as_ref().map(|labels| labels.each().map(str::to_owned).collect());
    let words = [(id, data.names.take()), (label, labels)];
    let words = words.into_iter().filter_map(|(name, fields)| Some((name?, fields?))).collect();
    Ok((data, words, left_out))
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::output::{Beside, Rows, write_bytes, write_matrix};

    fn read(path: &Path) -> Outcome<ReadCodes> {
        read_codes(path, ["id", "label"], &Working::UNSEEN)
    }

    #[test]
    fn columns_of_codes_are_found_by_their_names_and_words_beside_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "n,code_1,label,code_0,id\n1,10,dog,20,x\n2,11,cat,21,y\n").unwrap();
        let ReadCodes { codes, words, left_out } = read(&path).unwrap();
        assert_eq!((codes, left_out), (array![[20.0, 10.0], [21.0, 11.0]], vec!["n".to_owned()]));
        let word = |name: &str, fields: [&str; 2]| (name.to_owned(), fields.map(str::to_owned).to_vec());
        assert_eq!(words, [word("id", ["x", "y"]), word("label", ["dog", "cat"])]);
    }

    #[test]
    fn codes_that_were_written_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let codes = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
        for (name, format) in [("a.npy", Format::Npy), ("a.csv", Format::Csv)] {
            let path = folder.path().join(name);
            write_matrix(&path, format, codes.view(), Rows::Codes(&Beside::default()), &Working::UNSEEN)
                .unwrap();
            assert_eq!(read(&path).unwrap().codes, codes);
            write_bytes(&path, format, codes.view(), &[3], &Working::UNSEEN).unwrap();
            assert_eq!(read(&path).unwrap().codes, codes);
        }
    }

    #[test]
    fn what_are_no_codes_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npy");
        write_matrix(
            &path,
            Format::Npy,
            array![[1.0, 2.0, 3.0]].view(),
            Rows::of_shape(&[3, 1]),
            &Working::UNSEEN,
        )
        .unwrap();
        assert!(
            read(&path)
                .unwrap_err()
                .to_string()
                .contains("2 dimensions, found 3; give one row for each code")
        );
        write_matrix(
            &path,
            Format::Npy,
            array![[1.0, f32::NAN]].view(),
            Rows::Codes(&Beside::default()),
            &Working::UNSEEN,
        )
        .unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("row 0, column 1"));
        assert_eq!(read(Path::new("a.idx")).unwrap_err().exit_code(), 2);
        assert!(read(&folder.path().join("no.csv")).is_err());
    }
}
