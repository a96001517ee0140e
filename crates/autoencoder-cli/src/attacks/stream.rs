//! The reader of rows that come one after the other: the rows and the fault are the same however the text is cut.

use autoencoder::{Column, ColumnKind, Columns, NumberScalingKind, Schema};
use autoencoder_table::{Expected, ReadOptions, StreamedRows, TableStream};

use super::promises::taken;

/// The lengths of the pieces that come one after the other.
const PIECES: [usize; 2] = [13, 1000];

/// The columns of the seeds, and numbers alone.
fn expected() -> [Expected; 2] {
    let words = ["cat", "dog"].map(str::to_owned).to_vec();
    let schema = Schema::new([
        Column::new("id", ColumnKind::Id),
        Column::new("width", ColumnKind::Number { scale: NumberScalingKind::Standard }),
        Column::new("kind", ColumnKind::Words { words }),
        Column::new("height", ColumnKind::Number { scale: NumberScalingKind::Standard }),
    ]);
    let schema = schema.expect("columns of several names are a schema");
    [Expected::of_schema(schema, "m"), Expected::of_columns(Columns::of_names([]), 3, "m")]
}

/// All rows, and whether no fault ends them.
fn rows<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
    options: &ReadOptions,
) -> (Option<StreamedRows>, String) {
    let mut stream = TableStream::new(options.clone()).expect("the columns are known");
    let mut all: Option<StreamedRows> = None;
    let mut read = |stream: &mut TableStream| loop {
        match stream.read() {
            Ok(Some(rows)) => match &mut all {
                Some(all) => all.append(rows),
                None => all = Some(rows),
            },
            Ok(None) => return None,
            Err(fault) => {
                let text = fault.to_string();
                taken(Err::<(), _>(fault));
                return Some(text);
            }
        }
    };
    let mut fault = None;
    for piece in pieces {
        stream.push(piece);
        fault = fault.or(read(&mut stream));
    }
    stream.end();
    fault = fault.or(read(&mut stream));
    (all, fault.unwrap_or_default())
}

pub(super) fn stream(bytes: &[u8]) -> bool {
    let mut is_read = false;
    for expected in expected() {
        let options = ReadOptions { expected: Some(expected), ..ReadOptions::default() };
        let (whole, fault) = rows([bytes], &options);
        for length in PIECES {
            let (cut, other_fault) = rows(bytes.chunks(length), &options);
            assert_eq!(fault, other_fault, "the faults of pieces of {length} bytes");
            assert_eq!(whole.is_some(), cut.is_some(), "rows of pieces of {length} bytes");
            if let (Some(whole), Some(cut)) = (&whole, cut) {
                let numbers = |rows: &StreamedRows| {
                    rows.values.numbers().iter().map(|number| number.to_bits()).collect::<Vec<_>>()
                };
                assert_eq!(numbers(whole), numbers(&cut), "numbers of pieces of {length} bytes");
                assert_eq!(whole.values.words(), cut.values.words(), "words of pieces of {length} bytes");
                assert_eq!((&whole.ids, &whole.lines), (&cut.ids, &cut.lines), "pieces of {length} bytes");
            }
        }
        is_read |= whole.is_some() && fault.is_empty();
    }
    is_read
}
