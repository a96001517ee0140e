//! Writes rows of numbers as comma-separated values, each in the fewest digits that read back to the same number.

use std::io::{self, Write};

use ndarray::ArrayView2;

use super::real::Real;
use crate::terminal::Working;

/// Writes `code_0,code_1,...`.
pub(super) fn write_code_header(output: &mut dyn Write, columns: usize) -> io::Result<()> {
    for column in 0..columns {
        let separator = if column == 0 { "" } else { "," };
        write!(output, "{separator}code_{column}")?;
    }
    writeln!(output)
}

/// Writes the names of columns, in quotes where they need them.
pub(super) fn write_names(output: &mut dyn Write, names: &[String]) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(output);
    writer.write_record(names).map_err(io::Error::from)?;
    writer.flush()
}

/// Writes one line for each row.
pub(super) fn write_rows<T: Real>(
    output: &mut dyn Write,
    matrix: &ArrayView2<'_, T>,
    shown: &Working,
) -> io::Result<()> {
    shown.expect(matrix.nrows() as u64);
    for row in matrix.rows() {
        for (column, number) in row.iter().enumerate() {
            if column > 0 {
                output.write_all(b",")?;
            }
            // A number has no exponent as long as that is shorter.
            let size = (*number).into().abs();
            if size == 0.0 || (1e-5..1e16).contains(&size) {
                write!(output, "{number}")?;
            } else {
                write!(output, "{number:e}")?;
            }
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
        write_code_header(&mut file, 3).unwrap();
        write_rows(&mut file, &array![[0.1, -0.0, 1.0], [255.0, 1e-7, -3.4e38]].view(), &Working::UNSEEN)
            .unwrap();
        assert_eq!(String::from_utf8(file).unwrap(), "code_0,code_1,code_2\n0.1,-0,1\n255,1e-7,-3.4e38\n");
    }
}
