//! Tests of tables read whole: what is found in them, and what is refused.

use autoencoder::{Column, DateOrder, NumberScalingKind, TimePart};
use ndarray::array;

use super::*;
use crate::decimal_mark::DecimalMark;
use crate::dialect::Separator;
use crate::opening::LOOKED_AT;
use crate::options::{Expected, HeaderLine};

const HOLE: u32 = TableValues::HOLE;

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
        assert_eq!(read_text(text, None, None).unwrap().numbers(), expected, "{text}");
    }
}

#[test]
fn semicolons_tabs_and_decimal_commas() {
    let expected = array![[1.5, -2.0], [4.0, 5e-3]];
    for (text, told) in [
        ("a;b\n1.5;-2\n4;5e-3\n", "2 columns separated by semicolons, named in line 1"),
        ("a;b\n1,5;-2\n4;5e-3\n", "2 columns separated by semicolons, with decimal commas, named in line 1"),
        ("1,5\t-2\r\n4,0\t0,005\r\n", "2 columns separated by tabs, with decimal commas without names"),
        (
            "\u{FEFF}sep=;\r\na;b\r\n1,5;-2\r\n4;5e-3",
            "2 columns separated by semicolons, with decimal commas, named in line 1",
        ),
    ] {
        let table = read_text(text, None, None).unwrap();
        assert_eq!((table.numbers(), table.told.as_str()), (&expected, told), "{text:?}");
    }
    // What a spreadsheet says counts as a line.
    assert!(refused("sep=;\na;b\n1;2\n3;x\n", None).contains("line 4, column 2 (b)"));
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
    let expected = Some(Expected::of_columns(table.columns.clone(), 2, "m"));
    let failure =
        read(text.as_bytes(), &ReadOptions { expected: expected.clone(), ..ReadOptions::default() }, None);
    let failure = failure.unwrap_err().to_string();
    assert!(failure.starts_with("several columns are called y, such as those of index 0 and 2"), "{failure}");
    let again = ReadOptions { expected, label_column: Some("2".to_owned()), ..ReadOptions::default() };
    assert_eq!(read(text.as_bytes(), &again, None).unwrap().numbers(), table.numbers());
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
        assert_eq!(table.numbers(), array![[1.0, 2.0], [3.0, 4.0]], "{text}");
        assert_eq!(table.labels.unwrap(), ["dog", "cat"]);
    }
    let digits = read_text("5,0,1\n0,2,3\n", Some("0"), Some(1)).unwrap();
    assert_eq!(digits.numbers(), array![[0.0, 1.0]]);
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
        ("a,b\n1,2\n3,x\n", "line 3, column 2 (b): expected a finite number, found \"x\"; --column b=words"),
        (
            "a,b\n1,2\n3, \"x\"\n",
            "line 3, column 2: found a quote behind a blank: \"x\"; write quotes at the very beginning",
        ),
        ("a,b\n\n\n1,2\n3\n", "line 5: expected 2 columns"),
        ("a,b\r1,2\r3,4\r5\r", "line 4: expected 2 columns"),
        ("a,b\n1,2\n\"3,4\n5,6\n", "line 3: a quote that is opened there is never closed"),
        ("1,2\n-inf,4\n", "line 2, column 1"),
        ("1,2\n3,1e999\n", "found \"1e999\"; leave the row out"),
        (
            "when,b\n2024-01-31,2\n2024-02-01,3\n",
            "line 2, column 1 (when): found \"2024-01-31\", a date or time; leave",
        ),
        ("a;b\n1;2\n3;x\n", "line 3, column 2 (b): expected a finite number, found \"x\""),
        ("a:b\n1:2\n", "found \"1:2\"; write numbers in digits alone"),
        ("\"a\n\",b\n1,2\n3,x\n", "line 4, column 2"),
    ] {
        let failure = refused(text, None);
        assert!(failure.contains(part) && !failure.contains('\n'), "{text}: {failure}");
    }
    assert!(refused(b"1,2\n3,\xFF\n", None).to_lowercase().contains("utf-8"));
}

/// A table is read line by line with a limit, and otherwise in blocks: both find the same, whatever the blocks.
fn is_same_in_blocks(text: &str, label: Option<&str>) {
    is_read_same_in_blocks(text, &options(label));
}

fn is_read_same_in_blocks(text: &str, options: &ReadOptions) {
    let read = |limit, size| read_blocks(text.as_bytes(), options, limit, size);
    let expected = read(Some(usize::MAX), BLOCK);
    for size in [1, 7, 60, 1000, BLOCK] {
        let found = read(None, size);
        assert!(found == expected, "{size}: {:?}, and expected {:?}", found.err(), expected.as_ref().err());
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
fn words_and_holes_are_the_same_in_blocks() {
    let mixed = |index: usize| {
        let word = ["dog", "cat", "\"a bird\"", "", "?"][index * 7 % 5];
        let number = if index.is_multiple_of(11) { "NA".to_owned() } else { format!("{index}.5") };
        format!("{number},{word},id {index},2024-0{}-11", index % 9 + 1)
    };
    let options = |words: &str| ReadOptions {
        kinds: vec![(
            "3".to_owned(),
            ColumnKind::Time { parts: vec![TimePart::Days], order: DateOrder::default(), clock: false },
        )],
        drop: vec![words.to_owned()],
        header: HeaderLine::No,
        ..ReadOptions::default()
    };
    let text = long(mixed);
    is_read_same_in_blocks(&text, &options("2"));
    is_read_same_in_blocks(&text.replace('\n', "\r\n"), &options("2"));
    let table = read(text.as_bytes(), &options("2"), None).unwrap();
    assert_eq!((table.numbers().dim(), table.values.counts()), ((3000, 2), &[4][..]));
    assert_eq!(
        table.values.words().column(0).iter().take(5).copied().collect::<Vec<_>>(),
        [2, 0, HOLE, 1, HOLE]
    );
    assert_eq!(
        table.schema.columns[1].kind,
        ColumnKind::Words { words: ["a bird", "cat", "dog"].map(str::to_owned).to_vec() }
    );
    // A word in the middle of a line, quotes in a word, more words than a column may have, and a date that is none.
    for fault in [
        "x,dog,a,2024-01-11",
        "1,\"a \"\"bird\"\"\",a,2024-01-11",
        "1,dog,a,2024-13-11",
        "1, \"dog\",a,2024-01-11",
    ] {
        for place in [LOOKED_AT.0 + 5, 1700, 2999] {
            let text = long(|index| if index == place { fault.to_owned() } else { mixed(index) });
            is_read_same_in_blocks(&text, &options("2"));
        }
    }
    let words =
        ReadOptions { kinds: vec![("2".to_owned(), ColumnKind::Words { words: vec![] })], ..options("3") };
    let words = ReadOptions { header: HeaderLine::No, ..words };
    is_read_same_in_blocks(&text, &words);
    let refused = read(text.as_bytes(), &words, None).unwrap_err();
    assert_eq!(refused.what(), "line 1001, column 3 (index 2): found more than 1000 different words");
    assert!(refused.advice().unwrap().starts_with("if they name the rows, say --id-column 2"));
}

#[test]
fn ids_are_found_and_holes_in_them_are_told() {
    let text =
        "who,n,kind\n".to_owned() + &long(|index| format!("c{index},{index},{}", ["a", "b"][index % 2]));
    let table = read_text(text.replace("c1500,", ","), None, None).unwrap();
    assert_eq!(table.ids.as_ref().unwrap()[7], "c7");
    assert_eq!(table.schema.id(), Some(0));
    let notes = [
        "who: every field of the first lines differs, so that the column is taken for ids; --column who=words reads it as words",
        "n: whole numbers that rise from row to row; if they name the rows, say --id-column n",
        "words: kind (2)",
        "who: 1 row has no id, the first in line 1502",
    ];
    assert_eq!(table.notes, notes);
    // A model knows the ids by the name of their column.
    let expected = Some(Expected::of_schema(table.schema, "m"));
    let options = ReadOptions { expected, ..ReadOptions::default() };
    let other = read("kind,more,n,who\nb,1,2,x\nc,1,3,y\n".as_bytes(), &options, None).unwrap();
    assert_eq!(
        (other.ids.unwrap(), other.values.words().clone()),
        (vec!["x".to_owned(), "y".to_owned()], array![[1], [2]])
    );
    assert_eq!(
        other.notes,
        ["kind: 1 field has a word that m does not know, and is read as (other): c (line 3)"]
    );
    let failure = read("who,n\nx,1\n".as_bytes(), &options, None).unwrap_err();
    assert!(failure.what().starts_with("column kind of m is missing"), "{failure}");
}

#[test]
fn words_may_be_quoted_twice_and_quotes_must_be_closed() {
    let table = read_text("n,word\n1,\"\"\"hi\"\"\"\n2,\"a \"\"b\"\"\"\n", None, None).unwrap();
    assert_eq!(table.schema.words().next().unwrap().1, ["\"hi\"", "a \"b\""]);
    let closed = read_text("n,word\n1,a\n2,\"b\nc\"\n", None, None).unwrap();
    assert_eq!(closed.schema.words().next().unwrap().1, ["a", "b\nc"]);
    assert!(
        refused("x,t\n1,\"a\n2,b\n3,c\n", None)
            .starts_with("line 2: a quote that is opened there is never closed")
    );
    let far =
        long(|index| if index == 2990 { format!("{index},\"a") } else { format!("{index},{}", index % 2) });
    let words = vec![("1".to_owned(), ColumnKind::Words { words: vec![] })];
    let options = ReadOptions { kinds: words, ..ReadOptions::default() };
    let far = read(far.as_bytes(), &options, None).unwrap_err().to_string();
    assert!(far.starts_with("line 2991: a quote that is opened there is never closed"), "{far}");
}

#[test]
fn quoted_lines_and_blanks_do_not_hide_the_separator() {
    let row = |index: usize| format!("{index};\"text {}\nand more\";{}\n", index % 3, index % 7);
    let rows: Vec<String> = (0..200).map(row).collect();
    let table = read_text("a;t;w\n".to_owned() + &rows.concat(), None, None).unwrap();
    assert_eq!((table.numbers().dim(), table.schema.words().count()), ((200, 2), 1));
    // Numbers that blanks part, and a tab before the name.
    let blanks = "18.0   8   307.0\t\"chevelle\"\n15.0   8   350.0\t\"skylark\"\n";
    assert!(refused(blanks, None).contains("expected a finite number"), "{}", refused(blanks, None));
}

#[test]
fn ids_of_digits_are_ids_and_no_dates() {
    for id in ["2024-{:04}", "555-12-{:04}", "{:03}-AB"] {
        let (before, after) = id.split_once('{').unwrap();
        let after = after.split_once('}').unwrap().1;
        let rows: Vec<String> =
            (100..150).map(|row| format!("{before}{row:04}{after},{}\n", row % 9)).collect();
        let table = read_text("who,n\n".to_owned() + &rows.concat(), None, None).unwrap();
        assert_eq!(table.schema.id(), Some(0), "{id}");
    }
}

#[test]
fn a_table_without_names_and_dates_that_a_model_wrote_are_read_by_its_schema() {
    let text = "who,when,n,kind\na,31.01.2024,1,x\nb,01.02.2024,2,y\nc,03.02.2024,3,x\n";
    let parts = vec![TimePart::Days];
    let kind = ColumnKind::Time { parts, order: DateOrder::default(), clock: false };
    let options = ReadOptions {
        kinds: vec![("when".to_owned(), kind)],
        id_column: Some("who".to_owned()),
        label_column: Some("kind".to_owned()),
        ..ReadOptions::default()
    };
    let schema = read(text.as_bytes(), &options, None).unwrap().schema;
    let options = ReadOptions { expected: Some(Expected::of_schema(schema, "m")), ..ReadOptions::default() };
    let table = read("z,2024-02-04,7,y\n".as_bytes(), &options, None).unwrap();
    assert_eq!((table.ids, table.labels), (Some(vec!["z".to_owned()]), Some(vec!["y".to_owned()])));
    assert_eq!(table.values.numbers().row(0).to_vec(), [19_757.0, 7.0]);
}

#[test]
fn codes_of_digits_get_a_note() {
    let table = read_text("zip,n\n01001,1\n8001,2\n", None, None).unwrap();
    let note = "zip: numbers with a zero in front, such as 01001, which numbers lose; --column zip=words reads them as words";
    assert_eq!(table.notes, [note]);
}

#[test]
fn tables_without_names_are_matched_by_their_places() {
    let text = "a1,5,dog\nb2,6,cat\nc3,7,dog\n";
    let options = ReadOptions { id_column: Some("0".to_owned()), ..ReadOptions::default() };
    let table = read(text.as_bytes(), &options, None).unwrap();
    assert!(!table.schema.is_named());
    let options =
        ReadOptions { expected: Some(Expected::of_schema(table.schema, "m")), ..ReadOptions::default() };
    let again = read("x,8,cat\n".as_bytes(), &options, None).unwrap();
    assert_eq!((again.ids.clone().unwrap(), again.numbers()[(0, 0)]), (vec!["x".to_owned()], 8.0));
    let without = read("8,cat\n".as_bytes(), &options, None).unwrap();
    assert_eq!((without.ids, without.values.words()[(0, 0)]), (None, 0));
    let failure = read("8,9,10,11\n".as_bytes(), &options, None).unwrap_err();
    assert!(failure.what().contains("expected 2 columns as m was trained on"), "{failure}");
}

#[test]
fn a_schema_that_was_written_gets_the_words_of_the_table() {
    let schema = Schema::new([
        Column::new("kind", ColumnKind::Words { words: vec![] }),
        Column::new("n", ColumnKind::Number { scale: NumberScalingKind::Log1p }),
        Column::new("note", ColumnKind::Dropped),
    ]);
    let options =
        ReadOptions { expected: Some(Expected::of_written(schema.unwrap(), "s")), ..ReadOptions::default() };
    let table = read("n,note,kind\n1,x,b\n2,y,a\n".as_bytes(), &options, None).unwrap();
    assert_eq!(
        table.schema.columns[0].kind,
        ColumnKind::Words { words: vec!["a".to_owned(), "b".to_owned()] }
    );
    assert_eq!(table.schema.columns.len(), 3);
    assert!(!table.told.contains("left out"), "{}", table.told);
}

#[test]
fn a_fault_far_below_is_told_with_its_line() {
    let text = long(|index| if index == 280 { "1,x".to_owned() } else { format!("{index},2") });
    let failure = refused(&text, None);
    assert!(
        failure.contains("line 281, column 2 (index 1): expected a finite number, found \"x\""),
        "{failure}"
    );
    let mut bytes = text.replace('x', "7").into_bytes();
    bytes.extend(b"1,\xFF\n");
    let failure = refused(&bytes, None);
    assert!(failure.contains("line 3001, column 2: expected text in UTF-8, found other bytes"), "{failure}");
}

#[test]
fn a_limit_reads_no_further() {
    assert_eq!(read_text("1,2\n3,4\nx\n", None, Some(2)).unwrap().numbers().dim(), (2, 2));
}

#[test]
fn whole_numbers_that_lose_digits_get_a_note() {
    let far = |index: usize| format!("{},{index}.5", 9_007_199_254_740_000_u64 + 2 * index as u64);
    let table = read_text(long(far), None, None).unwrap();
    assert_eq!(table.notes.len(), 1, "{:?}", table.notes);
    let odd = |index: usize| if index == 2000 { "9007199254740993,1".to_owned() } else { far(index) };
    let table = read_text("id,x\n".to_owned() + &long(odd), None, None).unwrap();
    let note = "id: whole numbers of more than 15 digits lose the last of them, the first in line 2002; if they name the rows, say --id-column id, else --column id=words or --drop id";
    assert!(table.notes.contains(&note.to_owned()), "{:?}", table.notes);
    is_same_in_blocks(&long(odd), None);
    for exact in ["9007199254740994", "1e20", "00009007199254740992", "-18014398509481984"] {
        let table = read_text(format!("{exact},1\n2,3\n"), None, None).unwrap();
        assert!(table.notes.iter().all(|note| !note.contains("digits")), "{exact}: {:?}", table.notes);
    }
    assert!(read_text("-9007199254740993,1\n2,3\n", None, None).unwrap().notes[0].contains("in line 1;"));
}
