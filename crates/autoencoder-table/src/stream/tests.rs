//! Tests of rows that come one after the other: the same as of the whole table, however the text is cut.

use std::iter;

use autoencoder::{Column, NumberScalingKind, Schema};
use ndarray::{Array2, array};
use proptest::prelude::*;

use super::*;
use crate::{DecimalMark, HeaderLine, Separator, read};

const HOLE: u32 = TableValues::HOLE;

/// A number, words, ids and labels.
fn mixed() -> ReadOptions {
    let number = || ColumnKind::Number { scale: NumberScalingKind::Standard };
    let words = ColumnKind::Words { words: ["off", "on"].map(str::to_owned).to_vec() };
    let schema = Schema::new([
        Column::new("id", ColumnKind::Id),
        Column::new("speed", number()),
        Column::new("state", words),
        Column::new("load", number()),
        Column::new("odd", ColumnKind::Label),
    ]);
    let expected = Some(Expected::of_schema(schema.unwrap(), "m"));
    ReadOptions { expected, ..ReadOptions::default() }
}

/// Numbers without names.
fn unnamed(features: usize) -> ReadOptions {
    let expected = Expected::of_columns(autoencoder::Columns::of_names([]), features, "m");
    ReadOptions { expected: Some(expected), ..ReadOptions::default() }
}

/// All rows of a stream, and the fault that ends them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Streamed {
    /// NaN as infinity, which equals itself.
    numbers: Vec<f64>,
    words: Vec<u32>,
    labels: Vec<String>,
    ids: Vec<String>,
    lines: Vec<u64>,
    notes: Vec<String>,
    failure: Option<String>,
}

fn comparable(numbers: &Array2<f64>) -> impl Iterator<Item = f64> {
    numbers.iter().map(|&number| if number.is_nan() { f64::INFINITY } else { number })
}

fn streamed<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, options: &ReadOptions) -> Streamed {
    let mut stream = TableStream::new(options.clone()).unwrap();
    let mut all = Streamed::default();
    let pieces = pieces.into_iter().map(Some).chain(iter::once(None));
    for piece in pieces {
        match piece {
            Some(piece) => stream.push(piece),
            None => stream.end(),
        }
        loop {
            match stream.read() {
                Ok(Some(rows)) => {
                    all.numbers.extend(comparable(rows.values.numbers()));
                    all.words.extend(rows.values.words());
                    all.labels.extend(rows.labels.into_iter().flatten());
                    all.ids.extend(rows.ids.into_iter().flatten());
                    all.lines.extend(rows.lines);
                    all.notes.extend(rows.notes);
                }
                Ok(None) => break,
                Err(failure) => {
                    assert_eq!(all.failure.replace(failure.to_string()), None);
                }
            }
        }
    }
    all
}

fn whole(text: &str, options: &ReadOptions) -> Streamed {
    streamed([text.as_bytes()], options)
}

/// What the reader of tables finds in a file of the same text.
fn of_file(text: &str, options: &ReadOptions) -> Result<Streamed, String> {
    let table = read(text.as_bytes(), options, None).map_err(|failure| failure.to_string())?;
    Ok(Streamed {
        numbers: comparable(table.numbers()).collect(),
        words: table.values.words().iter().copied().collect(),
        labels: table.labels.unwrap_or_default(),
        ids: table.ids.unwrap_or_default(),
        ..Streamed::default()
    })
}

fn without_places(streamed: Streamed) -> Streamed {
    Streamed { lines: Vec::new(), notes: Vec::new(), ..streamed }
}

#[test]
fn a_line_is_read_as_soon_as_it_is_whole() {
    let mut stream = TableStream::new(mixed()).unwrap();
    assert!(stream.read().unwrap().is_none());
    stream.push(b"load,speed,state,ex");
    assert!(stream.read().unwrap().is_none() && stream.opened().is_none());
    stream.push(b"tra,id\n");
    assert!(stream.read().unwrap().is_none());
    let opened = stream.opened().unwrap();
    let told =
        "5 columns, named in line 1; put into the order of m; left out, as m has no such column: extra";
    assert_eq!((opened.told.as_str(), opened.is_json), (told, false));
    assert!(opened.columns.id.is_some() && opened.columns.label.is_none());
    stream.push(b"1.5,2,on,x,a7\n,3,");
    let rows = stream.read().unwrap().unwrap();
    assert_eq!((rows.values.numbers(), rows.values.words()), (&array![[2.0, 1.5]], &array![[1]]));
    assert_eq!((rows.ids.unwrap(), rows.labels, rows.lines), (vec!["a7".to_owned()], None, vec![2]));
    assert_eq!(stream.read(), Ok(None));
    stream.push(b"gold,\"x\ny\",b8\n\n4,5,on,,c9");
    let rows = stream.read().unwrap().unwrap();
    assert_eq!((rows.values.words(), rows.lines), (&array![[2]], vec![3]));
    let notes = [
        "fields without a value, which count as unknown: load",
        "state: words that m does not know are read as (other), the first in line 3: gold",
    ];
    assert_eq!(rows.notes, notes);
    stream.end();
    assert_eq!(stream.read().unwrap().unwrap().lines, [6]);
    assert_eq!(stream.read(), Ok(None));
}

#[test]
fn json_lines_are_the_rows_of_the_same_csv() {
    let csv = "speed,load,state,id,odd\n1.5,2,on,a,0\n,3e2,gold,b,1\n-4,5,,c d,0\n";
    let json = r#"{"speed": 1.5, "load": 2, "state": "on", "id": "a", "odd": 0}

{"load": 3e2, "state": "gold", "odd": 1, "id": "b"}
{"state": null, "odd": "0", "id": " c d ", "load": "5", "speed": -4}
"#;
    assert_eq!(without_places(whole(json, &mixed())), without_places(whole(csv, &mixed())));
    assert_eq!(whole(json, &mixed()).lines, [1, 3, 4]);
    let arrays = "[\"a\", 1.5, \"on\", 2, 0]\n[\"b\", null, \"gold\", 3e2, 1]\n[\"c d\", -4, null, 5, 0]";
    assert_eq!(without_places(whole(arrays, &mixed())), without_places(whole(csv, &mixed())));
    assert_eq!(whole("[1, 2.5]\n[-3, 4]\n", &unnamed(2)).numbers, [1.0, 2.5, -3.0, 4.0]);
    let mut stream = TableStream::new(mixed()).unwrap();
    stream.push(b"{\"speed\": 1, \"more\": 2}\n{\"speed\": 1, \"sped\": 2}\n{\"load\": 1, \"spede\": 2}\n");
    let rows = stream.read().unwrap().unwrap();
    assert_eq!(stream.opened().unwrap().told, "JSON lines; left out, as m has no such column: more");
    let notes = [
        "line 2: the key sped is no column, and is left out",
        "fields without a value, which count as unknown: speed, state, load",
    ];
    assert_eq!(rows.notes, notes);
    assert_eq!(rows.ids.unwrap(), ["", "", ""]);
    let mistyped = whole("{\"spede\": 1, \"load\": 2}\n", &mixed()).notes;
    assert_eq!(mistyped[0], "line 1 has the key spede and none called speed: are they the same?");
}

#[test]
fn faults_are_told_with_their_lines_behind_the_rows_before_them() {
    let two = || unnamed(2);
    for (text, options, lines, says) in [
        (
            "speed,load,state\n1,2,on\n1,2\n3,4,on\n",
            mixed(),
            1,
            "line 3: expected 3 columns as in the first line, found 2",
        ),
        (
            "speed,load,state\n1,2,on\nx,2,on\n",
            mixed(),
            1,
            "line 3, column 1 (speed): expected a finite number",
        ),
        ("speed,load\n", mixed(), 0, "column state of m is missing"),
        ("speed,load,state\n", mixed(), 0, "expected at least 1 sample"),
        (
            "speed,load,state\n\"1,2,on\n3,4,on\n",
            mixed(),
            0,
            "line 2: a quote that is opened there is never closed",
        ),
        ("", mixed(), 0, "expected at least 1 sample"),
        (" \n\n", two(), 0, "expected 2 columns as m was trained on"),
        ("1,2\n3,4,5\n", two(), 1, "line 2: expected 2 columns as in the first line, found 3"),
        (
            "1,2\n\n3,1e999\n",
            two(),
            1,
            "line 3, column 2 (index 1): expected a finite number, found \"1e999\"",
        ),
        (
            "{\"speed\": 1}\n{\"speed\": true}\n",
            mixed(),
            1,
            "line 2, key speed: expected a finite number, found \"true\"; write",
        ),
        (
            "{\"speed\": 1}\n{\"speed\": NaN}\n",
            mixed(),
            1,
            "line 2, byte 11: expected JSON, found expected value; JSON has no NaN",
        ),
        (
            "{\"speed\": 1}\n{\"speed\": {\"x\": 1}}\n",
            mixed(),
            1,
            "line 2, key speed: expected a number, a string",
        ),
        (
            "{\"speed\": 1}\n{\"speed\": 1, \"speed\": 1}\n",
            mixed(),
            1,
            "line 2: the key speed stands there twice",
        ),
        (
            "{\"speed\": 1}\n{\"id\": 1}\n",
            mixed(),
            1,
            "line 2: expected keys such as speed, state, load, found none",
        ),
        (
            "{\"speed\": 1}\n[1, 2]\n",
            mixed(),
            1,
            "line 2: expected an object as in the first line, found an array",
        ),
        ("{\"speed\": 1}\n5\n", mixed(), 1, "line 2: expected an object or an array, found a single value"),
        (
            "{\n\"speed\": 1\n}\n",
            mixed(),
            0,
            "line 1, byte 1: expected JSON, found EOF while parsing an object; write one object",
        ),
        ("{}\n", mixed(), 0, "line 1: expected keys such as"),
        ("[{\"speed\": 1}]\n", mixed(), 0, "line 1, key 1: expected a number, a string"),
        (
            "{\"a\": 1, \"b\": 2}\n",
            two(),
            0,
            "line 1: found an object with keys, and m knows no names of columns",
        ),
        ("[1, 2]\n[1]\n", two(), 1, "line 2: expected 2 columns as in the first line, found 1"),
        ("[1, 2, 3]\n", two(), 0, "expected 2 columns as m was trained on"),
    ] {
        let found = whole(text, &options);
        let failure = found.failure.as_deref().unwrap_or("none");
        assert!(found.lines.len() == lines && failure.starts_with(says), "{text}: {found:?}");
    }
    let bytes = [&b"speed,load,state\n1,2,on\n3,4,\xFF\n"[..], b"{\"speed\": 1}\n{\"speed\": \"\xFF\"}\n"];
    for text in bytes {
        let found = streamed([text], &mixed());
        let failure = found.failure.unwrap();
        assert!(
            found.lines.len() == 1 && failure.contains("expected text in UTF-8, found other bytes"),
            "{failure}"
        );
    }
    let foreign = streamed([&b"\x1F\x8B\x08\n"[..]], &mixed()).failure.unwrap();
    assert!(foreign.starts_with("expected a table of text, found gzip"), "{foreign}");
}

#[test]
fn a_line_without_an_end_is_refused_before_it_takes_all_memory() {
    for (begin, says) in [
        ("1,2\n", "line 2: expected at most 67108864 bytes, found a longer line"),
        ("1,2\n\"", "line 2: a quote that is opened there is never closed"),
        ("", "line 1: expected at most 67108864 bytes, found a longer line"),
        ("\"\n", "line 1: a quote that is opened there is never closed"),
        ("[1,2]\n[", "line 2: expected at most 67108864 bytes, found a longer line"),
    ] {
        let mut stream = TableStream::new(unnamed(2)).unwrap();
        stream.push(begin.as_bytes());
        let piece = vec![b'7'; 1 << 20];
        let failure = iter::repeat_with(|| {
            stream.push(&piece);
            stream.read()
        });
        let failure = failure.take(70).find_map(Result::err).unwrap().to_string();
        assert!(failure.starts_with(says), "{begin:?}: {failure}");
    }
}

#[test]
fn the_first_line_tells_separators_and_the_first_decimals_their_mark() {
    let rows = |text: &str| whole(text, &mixed());
    let expected = [3.0, 4.0, 3.5, 4.25];
    for text in [
        "speed;state;load\n3;on;4\n3,5;on;4,25\n",
        "speed\tstate\tload\n3\ton\t4\n3.5\ton\t4.25\n",
        "speed|state|load\r\n3|on|4\r\n3.5|on|4.25\r\n",
        "\u{FEFF}sep=;\nspeed;state;load\n3;on;4\n3,5;on;4,25\n",
        "speed;state;load;\"a,\nb\"\n3;on;4;x\n3,5;on;4,25;y\n",
        "speed,state,load\r3,on,4\r3.5,on,4.25\r",
    ] {
        assert_eq!((rows(text).numbers, rows(text).failure), (expected.to_vec(), None), "{text:?}");
        assert_eq!(of_file(text, &mixed()).map(|file| file.numbers), Ok(expected.to_vec()), "{text:?}");
    }
    assert_eq!(
        rows("speed;state;load\n3,5;on;4\n").notes,
        ["the first number with decimals has a comma before them"]
    );
    // 1,234 is 1.234 or 1234.
    let unclear = rows("speed;state;load\n3;on;4\n1,234;on;4\n2,5;on;4\n");
    assert!(unclear.failure.unwrap().ends_with("or say --decimal comma if it has decimals"));
    let commas = ReadOptions { decimal_mark: DecimalMark::Comma, ..mixed() };
    assert_eq!(whole("speed;state;load\n1,234;on;4\n", &commas).numbers, [1.234, 4.0]);
    assert_eq!(whole("1,5;2\n", &unnamed(2)).numbers, [1.5, 2.0]);
    assert_eq!(
        whole("7;1,5;2\n", &ReadOptions { label_column: Some("0".to_owned()), ..unnamed(2) }).labels,
        ["7"]
    );
    let asked = ReadOptions { separator: Separator::Comma, ..commas };
    assert!(
        whole("speed,load\n", &asked).failure.unwrap().starts_with("--decimal: commas cannot mark decimals")
    );
}

#[test]
fn the_first_line_is_names_or_a_sample() {
    assert_eq!(whole("1,2\n3,4\n", &unnamed(2)).numbers, [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(whole("a,b\n3,4\n", &unnamed(2)).numbers, [3.0, 4.0]);
    let header = ReadOptions { header: HeaderLine::Yes, ..unnamed(2) };
    assert_eq!(whole("1,2\n3,4\n", &header).numbers, [3.0, 4.0]);
    let found = whole("a7,1.5,on,2,0\nb8,,off,3,0\n", &mixed());
    assert_eq!((found.ids, found.words), (vec!["a7".to_owned(), "b8".to_owned()], vec![1, 0]));
    // A field without a value in the first line says nothing of its column.
    assert!(whole("1,,2\n1,5,2\n", &unnamed(2)).failure.unwrap().starts_with("expected 2 columns"));
}

#[test]
fn options_that_do_not_go_with_the_stream_are_wrong_usage() {
    assert!(TableStream::new(ReadOptions::default()).is_err());
    let label = |name: &str| ReadOptions { label_column: Some(name.to_owned()), ..mixed() };
    let line = "{\"speed\": 1, \"kind\": \"a\"}\n";
    assert_eq!(whole(line, &label("kind")).labels, ["a"]);
    let failure = whole(line, &label("kidn")).failure.unwrap();
    assert_eq!(failure, "--label-column: line 1 has no key kidn; the nearest name is `kind`");
    let failure = whole(line, &label("3")).failure.unwrap();
    assert!(failure.starts_with("--label-column: line 1 has no key 3"), "{failure}");
    let failure = whole(line, &ReadOptions { header: HeaderLine::No, ..mixed() }).failure.unwrap();
    assert_eq!(failure, "--header: this is for CSV, found JSON lines");
}

/// Fields as people write them, and faults.
fn field() -> impl Strategy<Value = String> {
    let fields = [
        "1",
        "2.5",
        "-3e2",
        "",
        "NA",
        "on",
        "off",
        "gold",
        "\"on\"",
        "\"a \"\"b\"\"\"",
        "\"x\ny\"",
        " 4 ",
        "x\"y",
    ];
    prop::sample::select(fields.to_vec()).prop_map(str::to_owned)
}

fn line() -> impl Strategy<Value = String> {
    let fields = [prop::collection::vec(field(), 5), prop::collection::vec(field(), 1..7)];
    let [five, any] = fields.map(|fields| fields.prop_map(|fields| fields.join(",")));
    let right = ("[ab]", "[1-9]", "(on|off|gold|)", "(7|NA|2[.]5)", "[01]")
        .prop_map(|(id, speed, state, load, odd)| format!("{id},{speed},{state},{load},{odd}"));
    let blank = prop::sample::select(vec![String::new(), "  ".to_owned()]);
    prop_oneof![40 => right, 3 => five, 1 => any, 2 => blank]
}

fn table() -> impl Strategy<Value = String> {
    let end = prop::sample::select(vec!["\n", "\r\n"]);
    let begin = prop::sample::select(vec!["", "\u{FEFF}", "sep=,\n"]);
    let last = any::<bool>();
    (prop::collection::vec(line(), 0..25), end, begin, last).prop_map(|(lines, end, begin, last)| {
        let text = format!("{begin}id,speed,state,load,odd{end}{}", lines.join(end));
        if last { text + end } else { text }
    })
}

fn json() -> impl Strategy<Value = String> {
    let right = ("[ab]", "[1-9]", "(\"on\"|null|\"gold\")").prop_map(|(id, speed, state)| {
        format!("{{\"speed\": {speed}, \"id\": \"{id}\", \"state\": {state}}}")
    });
    let fault =
        prop::sample::select(vec!["{\"speed\": \"x\"}", "[1]", "", "{", "{\"id\": 1}", "{\"load\": 1}"]);
    let line = prop_oneof![20 => right, 1 => fault.prop_map(str::to_owned)];
    prop::collection::vec(line, 0..25).prop_map(|lines| lines.join("\n"))
}

/// A text in pieces of these lengths, and the rest.
fn pieces<'a>(text: &'a str, lengths: &[usize]) -> Vec<&'a [u8]> {
    let mut rest = text.as_bytes();
    let mut pieces: Vec<&[u8]> = Vec::new();
    for &length in lengths {
        let (piece, behind) = rest.split_at(length.min(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces.push(rest);
    pieces
}

proptest! {
    #[test]
    fn rows_are_those_of_the_whole_table_however_it_is_cut(
        text in table(),
        lengths in prop::collection::vec(0..30_usize, 0..40),
    ) {
        let found = streamed(pieces(&text, &lengths), &mixed());
        match of_file(&text, &mixed()) {
            Ok(file) => prop_assert_eq!(without_places(found), file),
            // In a file, blank lines before a field of several lines are not counted.
            Err(_) if text.contains("x\ny") => prop_assert!(found.failure.is_some()),
            Err(failure) => prop_assert_eq!(found.failure, Some(failure)),
        }
    }

    #[test]
    fn pieces_change_nothing(
        text in prop_oneof![table(), json(), "[1,;\"\n\r. a{}\\[\\]]{0,60}"],
        lengths in prop::collection::vec(0..9_usize, 0..40),
    ) {
        for options in [mixed(), unnamed(1), unnamed(2)] {
            let (cut, whole) = (streamed(pieces(&text, &lengths), &options), whole(&text, &options));
            let notes = (cut.notes.iter().collect::<std::collections::BTreeSet<_>>(), whole.notes.len());
            prop_assert_eq!(notes.0.len(), cut.notes.len());
            prop_assert_eq!(Streamed { notes: Vec::new(), ..cut }, Streamed { notes: Vec::new(), ..whole });
        }
    }
}

#[test]
fn rows_are_taken_apart_and_put_together() {
    let mut stream = TableStream::new(mixed()).unwrap();
    stream.push(b"speed,state,load,id\n1,,2,a\n3,on,4,b\n5,off,,c\n");
    let rows = stream.read().unwrap().unwrap();
    let last = rows.select(2..3);
    assert_eq!((last.values.words(), last.ids.as_deref()), (&array![[0]], Some(&["c".to_owned()][..])));
    let mut first = rows.select(0..2);
    assert_eq!((first.values.words(), &first.lines), (&array![[HOLE], [1]], &vec![2, 3]));
    first.append(last);
    assert_eq!((first.ids, first.lines, first.labels), (rows.ids, rows.lines, rows.labels));
    assert!(comparable(first.values.numbers()).eq(comparable(rows.values.numbers())));
}
