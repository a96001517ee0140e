//! Writes rows of numbers as comma-separated values, each in the fewest digits that read back to the same number.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};

use ndarray::ArrayView2;

use super::real::Real;
use crate::terminal::Working;

/// Columns of words beside the numbers: what the rows are called, and their labels. They are written first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Beside {
    /// The name of each column, and its field for each row.
    pub(crate) columns: Vec<(String, Vec<String>)>,
}

/// A number in the fewest digits, and without an exponent as long as that is shorter.
struct Shortest<T>(T);

impl<T: Real> fmt::Display for Shortest<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.into().abs();
        if size == 0.0 || (1e-5..1e16).contains(&size) {
            write!(f, "{}", self.0)
        } else {
            write!(f, "{:e}", self.0)
        }
    }
}

/// Writes the names of columns, those beside the numbers first, in quotes where they need them.
pub(super) fn write_names<'a>(
    output: &mut dyn Write,
    beside: &'a Beside,
    names: impl IntoIterator<Item = impl AsRef<str>>,
) -> io::Result<()> {
    let first: Vec<Cow<'a, str>> = beside.columns.iter().map(|(name, _)| quoted(name)).collect();
    let mut is_first = true;
    let mut write = |name: &str| {
        let separator = if std::mem::take(&mut is_first) { "" } else { "," };
        write!(output, "{separator}{name}")
    };
    first.iter().try_for_each(|name| write(name))?;
    names.into_iter().try_for_each(|name| write(&quoted(name.as_ref())))?;
    writeln!(output)
}

/// A field, in quotes if it needs them.
fn quoted(field: &str) -> Cow<'_, str> {
    if field.contains([',', ';', '\t', '"', '\n', '\r']) || field.trim() != field {
        Cow::Owned(format!("\"{}\"", field.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(field)
    }
}

/// Writes one line for each row.
pub(super) fn write_rows<T: Real>(
    output: &mut dyn Write,
    beside: &Beside,
    matrix: &ArrayView2<'_, T>,
    shown: &Working,
) -> io::Result<()> {
    shown.expect(matrix.nrows() as u64);
    for (index, row) in matrix.rows().into_iter().enumerate() {
        let mut separator = "";
        for (_, fields) in &beside.columns {
            write!(output, "{separator}{}", quoted(&fields[index]))?;
            separator = ",";
        }
        for number in row {
            write!(output, "{separator}{}", Shortest(*number))?;
            separator = ",";
        }
        writeln!(output)?;
        shown.advance(1);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        let mut file = Vec::new();
        let none = Beside::default();
        write_names(&mut file, &none, (0..3).map(|column| format!("code_{column}"))).unwrap();
        write_rows(
            &mut file,
            &none,
            &array![[0.1, -0.0, 1.0], [255.0, 1e-7, -3.4e38]].view(),
            &Working::UNSEEN,
        )
        .unwrap();
        assert_eq!(String::from_utf8(file).unwrap(), "code_0,code_1,code_2\n0.1,-0,1\n255,1e-7,-3.4e38\n");
    }

    #[test]
    fn words_stand_first_in_quotes_where_they_need_them() {
        let columns = [("who", ["a,b", "say \"x\""]), ("kind, of", ["dog", " cat"])];
        let columns = columns.map(|(name, fields)| (name.to_owned(), fields.map(str::to_owned).to_vec()));
        let (mut file, beside) = (Vec::new(), Beside { columns: columns.to_vec() });
        write_names(&mut file, &beside, ["x"]).unwrap();
        write_rows(&mut file, &beside, &array![[1.0], [2.5]].view(), &Working::UNSEEN).unwrap();
        let expected = "who,\"kind, of\",x\n\"a,b\",dog,1\n\"say \"\"x\"\"\",\" cat\",2.5\n";
        assert_eq!(String::from_utf8(file).unwrap(), expected);
    }
}
