//! Codes as `encode` writes them, or as somebody else has changed them.

use std::path::Path;

use autoencoder::Values;
use ndarray::Array2;

use super::format::Format;
use super::numbers::narrowed;
use super::options::ReadOptions;
use super::samples::Data;
use super::{npy, table};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::Working;

/// The columns of words beside codes, each with its name.
type Words = Vec<(String, Vec<String>)>;

/// How the names of columns of codes begin.
const CODE: &str = "code_";

/// Reads codes, one row for each: npy of two dimensions, or CSV with or without a header line; finite numbers only. A table
/// whose columns are called `code_0` and so on may have two others, what the rows are called and their labels.
pub(crate) fn read_codes(path: &Path, shown: &Working) -> Outcome<(Array2<f32>, Words)> {
    let (data, beside) = match Format::of(path, &[Format::Npy, Format::Csv])? {
        Format::Npy => (npy::read(path, None, shown)?, Vec::new()),
        Format::Csv | Format::Idx | Format::Png | Format::Svg => read_table(path, shown)?,
    };
    if data.sample_shape.len() != 1 {
        let found = data.sample_shape.len() + 1;
        let what = format_args!("expected codes: an array of 2 dimensions, found {found}");
        return Err(Failure::at(path, what).advise("give one row for each code"));
    }
    let codes = match data.values {
        Values::Bytes(bytes) => bytes.mapv(f32::from),
        Values::Floats(floats) => floats,
        Values::Doubles(doubles) => narrowed(path, doubles.view())?,
        Values::Table(_) => {
            let what = "expected codes, finite numbers only, found words or empty fields";
            return Err(Failure::at(path, what).advise("give one row of numbers for each code"));
        }
    };
    Ok((codes, beside))
}

/// Reads a table of codes, and the words beside them.
fn read_table(path: &Path, shown: &Working) -> Outcome<(Data, Words)> {
    let options = ReadOptions::default();
    let header = if input::is_regular(path) { table::header(path, &options).ok() } else { None };
    let names = header.and_then(|header| header.names).unwrap_or_default();
    let (codes, others): (Vec<String>, Vec<String>) =
        names.into_iter().partition(|name| name.starts_with(CODE));
    if codes.is_empty() || others.is_empty() {
        return Ok((table::read(path, &options, None, shown)?, Vec::new()));
    }
    let mut others = others.into_iter();
    let [id, label] = [others.next(), others.next()];
    let options = ReadOptions {
        id_column: id.clone(),
        label_column: label.clone(),
        only: codes,
        ..ReadOptions::default()
    };
    let mut data = table::read(path, &options, None, shown)?;
    let labels = data.labels.as_ref().map(|labels| labels.each().map(str::to_owned).collect());
    let words = [(id, data.names.take()), (label, labels)];
    let words = words.into_iter().filter_map(|(name, fields)| Some((name?, fields?))).collect();
    Ok((data, words))
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::output::{Beside, Rows, write_bytes, write_matrix};

    #[test]
    fn codes_that_were_written_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let codes = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
        for (name, format) in [("a.npy", Format::Npy), ("a.csv", Format::Csv)] {
            let path = folder.path().join(name);
            write_matrix(&path, format, codes.view(), Rows::Codes(&Beside::default()), &Working::UNSEEN)
                .unwrap();
            assert_eq!(read_codes(&path, &Working::UNSEEN).unwrap(), (codes.clone(), vec![]));
            write_bytes(&path, format, codes.view(), &[3], &Working::UNSEEN).unwrap();
            assert_eq!(read_codes(&path, &Working::UNSEEN).unwrap(), (codes.clone(), vec![]));
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
            read_codes(&path, &Working::UNSEEN)
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
        assert!(read_codes(&path, &Working::UNSEEN).unwrap_err().to_string().contains("row 0, column 1"));
        assert_eq!(read_codes(Path::new("a.idx"), &Working::UNSEEN).unwrap_err().exit_code(), 2);
        assert!(read_codes(&folder.path().join("no.csv"), &Working::UNSEEN).is_err());
    }
}
