#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

// The rooms, in the order of the imports; a room imports only rooms above it.
mod error; // why an input is no table

mod wording; // counts and names in sentences

mod nearest; // the column that was meant

mod long_lines; // lines of a bounded length

mod blocks; // whole lines that go to a thread

mod cell; // what a field looks like

mod decimal_mark; // what marks decimals

mod dialect; // what separates fields and marks decimals

mod options; // what is known of a table before it is read

mod numeric_names; // numbers that are names

mod first_line; // names or a sample

mod role; // what a column is

mod names; // the names in the first line

mod matching; // columns found by name

mod times; // dates and times as numbers

mod words; // the words of a column

mod kinds; // what a column holds

mod aside; // columns that are no features

mod guessing; // what the columns hold where nothing is expected

mod field; // what is made of a field

mod columns; // the columns of a table

mod foreign; // files that are no tables

mod unfilled; // columns without a value

mod encoding; // what is no UTF-8

mod decimal; // a number, eight digits at a time

mod rows; // rows as they are read

mod strays; // lines that are no rows

mod refusal; // what is wrong with a row

mod line_by_line; // lines that are not plain

mod plain; // a block of plain lines

mod side_by_side; // blocks on all threads

mod opening; // the first lines

mod notes; // what is said of what was read

mod table; // all rows

mod filling; // a table with holes filled in

mod arriving; // text that comes piece by piece

mod record_ends; // where its records end

mod csv_rows; // rows of CSV as they come

mod json_line; // a line of JSON

mod json_rows; // rows of JSON lines as they come

mod stream; // rows of either

pub use autoencoder::{Columns, LabelColumn};
pub use decimal_mark::DecimalMark;
pub use dialect::Separator;
pub use error::TableError;
pub use filling::{Field, rewrite};
pub use foreign::Foreign;
pub use options::{Expected, HeaderLine, ReadOptions};
pub use stream::{StreamColumns, StreamedRows, TableStream};
pub use table::{Header, Table, header, read};
pub use times::{time_of_days, times_of};
