//! Codes as `encode` writes them, or as somebody else has changed them.

use std::path::Path;

use autoencoder::Values;
use ndarray::Array2;

use super::format::Format;
use super::numbers::narrowed;
use super::options::ReadOptions;
use super::{npy, table};
use crate::failure::{Failure, Outcome};
use crate::terminal::Working;

/// Reads codes, one row for each: npy of two dimensions, or CSV with or without a header line; finite numbers only.
pub(crate) fn read_codes(path: &Path, shown: &Working) -> Outcome<Array2<f32>> {
    let data = match Format::of(path, &[Format::Npy, Format::Csv])? {
        Format::Npy => npy::read(path, None, shown)?,
        Format::Csv | Format::Idx | Format::Png | Format::Svg => {
            table::read(path, &ReadOptions::default(), None, shown)?
        }
    };
    if data.sample_shape.len() != 1 {
        let found = data.sample_shape.len() + 1;
        let what = format_args!("expected codes: an array of 2 dimensions, found {found}");
        return Err(Failure::at(path, what).advise("give one row for each code"));
    }
    Ok(match data.values {
        Values::Bytes(bytes) => bytes.mapv(f32::from),
        Values::Floats(floats) => floats,
        Values::Doubles(doubles) => narrowed(path, doubles.view())?,
        Values::Table(_) => {
            let what = "expected codes, finite numbers only, found words or empty fields";
            return Err(Failure::at(path, what).advise("give one row of numbers for each code"));
        }
    })
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::output::{Rows, write_bytes, write_matrix};

    #[test]
    fn codes_that_were_written_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let codes = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
        for (name, format) in [("a.npy", Format::Npy), ("a.csv", Format::Csv)] {
            let path = folder.path().join(name);
            write_matrix(&path, format, codes.view(), Rows::Codes, &Working::UNSEEN).unwrap();
            assert_eq!(read_codes(&path, &Working::UNSEEN).unwrap(), codes);
            write_bytes(&path, format, codes.view(), &[3], &Working::UNSEEN).unwrap();
            assert_eq!(read_codes(&path, &Working::UNSEEN).unwrap(), codes);
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
        write_matrix(&path, Format::Npy, array![[1.0, f32::NAN]].view(), Rows::Codes, &Working::UNSEEN)
            .unwrap();
        assert!(read_codes(&path, &Working::UNSEEN).unwrap_err().to_string().contains("row 0, column 1"));
        assert_eq!(read_codes(Path::new("a.idx"), &Working::UNSEEN).unwrap_err().exit_code(), 2);
        assert!(read_codes(&folder.path().join("no.csv"), &Working::UNSEEN).is_err());
    }
}
