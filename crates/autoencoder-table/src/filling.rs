//! A table written again with some of its fields filled in.

use std::borrow::Cow;
use std::io::{Read, Write};

use csv::{StringRecord, Terminator};

use crate::error::TableError;
use crate::first_line::FirstLine;
use crate::opening::Opened;
use crate::options::ReadOptions;
use crate::refusal;
use crate::role::Role;

/// A field of a table, for [`rewrite`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// The index of the row from 0, as [`read`](crate::read) counts them.
    pub row: usize,
    /// The index of the column among those that are read, in the order of the schema; `None` for labels, ids and columns that are
    /// left out.
    pub column: Option<usize>,
    /// The text of the field, without blanks at its ends.
    pub text: &'a str,
    /// What marks the decimals of numbers: a point or a comma.
    pub decimal_mark: char,
}

/// Writes a table again, with the same separator, line ends and names of columns: each field as it is, or what `fill` returns for
/// it. Blanks at the ends of fields are left out, and quotes where none are needed. Returns the number of rows.
///
/// ```
/// use autoencoder_table::{ReadOptions, rewrite};
///
/// let mut filled = Vec::new();
/// let fill = |field: autoencoder_table::Field<'_>| field.text.is_empty().then(|| "7".to_owned());
/// rewrite("a;b\n1;\n;\"2;3\"\n".as_bytes(), &ReadOptions::default(), &mut filled, fill)?;
/// assert_eq!(String::from_utf8(filled).unwrap(), "a;b\n1;7\n7;\"2;3\"\n");
/// # Ok::<(), autoencoder_table::TableError>(())
/// ```
///
/// # Errors
/// As [`read`](crate::read), as far as it looks at columns and lengths of rows; and if `output` fails.
pub fn rewrite(
    input: impl Read,
    options: &ReadOptions,
    mut output: impl Write,
    mut fill: impl FnMut(Field<'_>) -> Option<String>,
) -> Result<usize, TableError> {
    let Opened { columns, told, mut lines, before } = Opened::open(input, options)?;
    output.write_all(&before).map_err(TableError::new)?;
    let dialect = columns.dialect;
    let terminator = if dialect.has_returns { Terminator::CRLF } else { Terminator::Any(b'\n') };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(dialect.separator)
        .terminator(terminator)
        .flexible(true)
        .from_writer(output);
    if let (FirstLine::Names(_), Some(names)) = (told, &columns.names) {
        writer.write_record(names).map_err(TableError::new)?;
    }
    let (mut row, mut record) = (0, StringRecord::new());
    while let Some(line) = lines.next(&mut record)? {
        if !refusal::is_row(&columns, &record, line)? {
            continue;
        }
        let fields = record.iter().zip(&columns.roles).map(|(text, role)| {
            let column = if let Role::Feature(column) = *role { Some(column) } else { None };
            let field = Field { row, column, text, decimal_mark: char::from(dialect.decimal_mark) };
            fill(field).map_or(Cow::Borrowed(text), Cow::Owned)
        });
        let fields: Vec<Cow<'_, str>> = fields.collect();
        writer.write_record(fields.iter().map(|field| field.as_bytes())).map_err(TableError::new)?;
        row += 1;
    }
    writer.flush().map_err(TableError::new)?;
    Ok(row)
}
