//! Tables as people have them: the first line, names, labels, and fields that are no numbers.

use std::fs::File;

use crate::program::Scratch;

/// The rows of 20 samples of four numbers above 100.
fn rows() -> String {
    let row = |row: u32| {
        let number =
            |column: u32| f64::from(1000 + ((row + 3) * (row + column * column + 2) * 97) % 499) / 7.0;
        let fields: Vec<String> = (0..4).map(|column| format!("{:.3}", number(column))).collect();
        fields.join(",")
    };
    (0..20).map(|index| row(index) + "\n").collect()
}

/// Runs a command that must succeed; returns its results and its notes.
fn both(scratch: &Scratch, words: &str) -> (String, String) {
    let output = scratch.run(words);
    let [results, notes] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(output.status.success(), "{words}: {notes}");
    (results, notes)
}

const TRAIN: &str = "--preset tutorial --layers 2 --epochs 1 --threads 1 --out run --force";

#[test]
fn numbers_that_count_are_names_and_can_be_read_as_a_sample() {
    let scratch = Scratch::new();
    for names in ["0,1,2,3", "400.0,402.5,405.0,407.5", "4000,3996,3992,3988"] {
        scratch.write("t.csv", format!("{names}\n{}", rows()));
        let (results, notes) = both(&scratch, &format!("train t.csv {TRAIN}"));
        let note =
            format!("t.csv: 4 columns; line 1 ({}) is taken for their names", names.replace(',', ", "));
        assert!(notes.contains(&note), "{}", notes);
        assert!(results.contains("20 samples of 4 features"), "{}", results);
        let (_, quiet) = both(&scratch, &format!("train t.csv --quiet {TRAIN}"));
        assert_eq!(quiet, "");
        let (results, notes) = both(&scratch, &format!("train t.csv --header no {TRAIN}"));
        assert!(results.contains("21 samples"), "{}", results);
        assert!(notes.contains("t.csv: 4 columns without names"), "{}", notes);
        let config = String::from_utf8(scratch.read("run/config.toml")).unwrap();
        assert!(config.contains("header = \"no\""), "{config}");
    }
    scratch.write("t.csv", rows());
    let (results, _) = both(&scratch, &format!("train t.csv --header yes {TRAIN}"));
    assert!(results.contains("19 samples"), "{}", results);
}

#[test]
fn a_first_sample_with_a_hole_is_a_sample_and_one_with_a_letter_is_refused() {
    let scratch = Scratch::new();
    for first in ["150,,140,120", "150,NA,140,120"] {
        scratch.write("t.csv", format!("{first}\n{}", rows()));
        let (results, notes) = both(&scratch, &format!("train t.csv {TRAIN}"));
        assert!(
            notes.contains("fields without a value, which count as unknown: 1 1 (of 21 rows)"),
            "{notes}"
        );
        assert!(results.contains("21 samples of 4 columns"), "{results}");
        scratch.write("codes.csv", format!("{first}\n{}", rows()));
    }
    scratch.write("t.csv", format!("150,13O,140,120\n{}", rows()));
    let line = scratch.fail(&format!("train t.csv {TRAIN}"), 1);
    let says = "line 1, column 2: found \"13O\" among numbers: the line is neither names nor a sample";
    assert!(line.contains(says), "{line}");
    scratch.write("good.csv", rows());
    scratch.succeed("train good.csv --layers 4 --epochs 1 --out good");
    let line = scratch.fail("decode good codes.csv --out decoded.csv", 1);
    assert!(line.contains("codes.csv: row 1, column 2: expected codes"), "{line}");
}

#[test]
fn fields_that_are_no_numbers_get_advice_that_fits() {
    let scratch = Scratch::new();
    for (field, advice) in [
        ("True", "write true and false as 1 and 0"),
        ("45%", "write percentages as plain numbers"),
        ("2020-01-31", "write dates and times as numbers"),
        ("\"1,234.5\"", "without separators of thousands"),
        ("\"1,5\"", "write decimals with a point"),
        ("\u{2212}5", "with - for minus"),
        (
            "dog",
            "--column b=words reads the column as words, --label-column and --id-column keep it beside the rows",
        ),
    ] {
        scratch.write("t.csv", format!("a,b,c\n1,2,3\n4,5,6\n7,{field},9\n"));
        let line = scratch.fail(&format!("train t.csv {TRAIN}"), 1);
        assert!(line.contains("line 4, column 2 (b): expected") && line.contains(advice), "{line}");
    }
    for (table, says) in [
        ("1.5 2.5\n3.5 4.5\n5.5 6.5\n", "separate the columns by commas, and mark decimals by points"),
        ("a,b\n1,2,\n3,4,\n", "the lines below line 1 end in a comma"),
        (
            "x,y\ns1,1,2\ns2,3,4\n",
            "line 1 has 2 fields and line 2 has 3: the first column seems to hold names of rows",
        ),
        ("a,b\n1,2\n1,2,\n", "take the comma at the end of the line away"),
    ] {
        scratch.write("t.csv", table);
        let line = scratch.fail(&format!("train t.csv {TRAIN}"), 1);
        assert!(line.contains(says), "{table}: {line}");
    }
}

#[test]
fn uneven_names_are_told_and_a_strange_sample_is_asked_about() {
    let scratch = Scratch::new();
    scratch.write("t.csv", format!("340,380,440,555\n{}", rows()));
    let (results, notes) = both(&scratch, &format!("train t.csv {TRAIN}"));
    assert!(
        notes.contains("line 1 (340, 380, 440, 555) is taken for their names, as its numbers"),
        "{notes}"
    );
    assert!(results.contains("20 samples of 4 features"), "{results}");
    scratch.write("t.csv", format!("100,110.5,120.25,130.5\n{}", rows()));
    let (_, notes) = both(&scratch, &format!("train t.csv {TRAIN}"));
    assert!(notes.contains("though its numbers lie outside of those below; --header yes"), "{notes}");
    scratch.write("t.csv", "1,2\n3,4\n");
    let line = scratch.fail(&format!("train t.csv --label-column kind {TRAIN}"), 2);
    assert!(line.contains("if line 1 has the names of the columns, say --header yes"), "{line}");
}

#[test]
fn codes_of_one_column_are_read_without_their_name() {
    let scratch = Scratch::new();
    scratch.write("t.csv", rows());
    scratch.succeed("train t.csv --layers 1 --epochs 1 --threads 1 --out run");
    scratch.write("codes.csv", "0\n0.5\n-1.25\n0.75\n");
    let notes = scratch.notes("decode run codes.csv --out d.csv");
    assert!(notes.contains("3 samples of 4 numbers"), "{notes}");
}

#[test]
fn columns_without_names_are_called_by_their_index() {
    let scratch = Scratch::new();
    let row = |row: usize| format!("x{},1.5,{},,2.5\n", row % 2, row * 7 % 5);
    scratch.write("t.csv", (0..20).map(row).collect::<String>());
    let (_, notes) = both(&scratch, &format!("train t.csv --label-column 0 --scale min-max {TRAIN}"));
    assert!(notes.contains("t.csv: 3: no row has a value, so that the column is left out"), "{notes}");
    assert!(
        notes.contains("columns 1, 4 are constant") || notes.contains("columns 1, 3 are constant"),
        "{notes}"
    );
}

#[test]
fn text_in_other_encodings_and_files_that_are_no_text_are_named() {
    let scratch = Scratch::new();
    let utf16: Vec<u8> = "a,b\n1,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, says) in [
        ([&b"\xFF\xFE"[..], &utf16].concat(), "found what looks like UTF-16"),
        (utf16, "found what looks like UTF-16"),
        (b"gr\xF6\xDFe,b\n1,2\n".to_vec(), "line 1, column 1: expected text in UTF-8"),
        (b"PK\x03\x04xlsx".to_vec(), "such as an Excel workbook; save the sheet as CSV"),
        (b"PAR1\0\0\0\0".to_vec(), "found a Parquet file; write the table as CSV"),
        (b"0 1:0.5 3:1\n1 2:1\n".to_vec(), "found lines of libsvm"),
        (b"version https://git-lfs.github.com/spec/v1\n".to_vec(), "git lfs pull"),
    ] {
        scratch.write("t.csv", bytes);
        let line = scratch.fail(&format!("train t.csv {TRAIN}"), 1);
        assert!(line.contains(says), "{line}");
    }
}

#[test]
fn a_label_column_is_one_column() {
    let scratch = Scratch::new();
    scratch.write("t.csv", "y,x,y\n1,2,a\n3,4,b\n5,7,a\n");
    let line = scratch.fail(&format!("train t.csv --label-column y {TRAIN}"), 2);
    assert!(line.contains("2 columns are named y, such as those of index 0 and 2; give the index"), "{line}");
    let (results, notes) = both(&scratch, &format!("train t.csv --label-column -1 {TRAIN}"));
    assert!(notes.contains("more than one of them is called y"), "{}", notes);
    assert!(results.contains("3 samples of 2 features"), "{}", results);
    let line = scratch.fail(&format!("train t.csv --label-column -4 {TRAIN}"), 2);
    assert!(line.contains("no column is named -4"), "{line}");
}

/// The scaled values of a column, told by what a model that restores nothing makes of it: the error of the mean sample.
fn mean_sample(scratch: &Scratch, words: &str) -> f64 {
    scratch.json(words)["validation"]["baselines"]["mean"]["mse"].as_f64().unwrap_or(f64::NAN)
}

#[test]
fn large_numbers_that_differ_little_keep_their_digits() {
    let scratch = Scratch::new();
    // Unix times of an hour, half a minute apart: as f32 they are two numbers.
    let row = |row: u32| format!("{},{}\n", 1_700_000_000 + 30 * row, row % 7);
    let table: String = (0..120).map(row).collect();
    scratch.write("t.csv", format!("unix,day\n{table}"));
    let train = "train t.csv --preset tutorial --layers 2 --epochs 1 --out run --validation t.csv --force";
    // The variance of evenly spread numbers is a twelfth of their squared range.
    let both = mean_sample(&scratch, train);
    assert!((both - 0.0975).abs() < 0.01, "{both}");
    scratch.succeed("reconstruct run t.csv --out r.csv");
    let restored = scratch.text("r.csv");
    let times: std::collections::BTreeSet<&str> =
        restored.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert!(times.len() > 50, "{restored}");
    assert!(times.iter().all(|time| time.len() < 17), "{restored}");
    // Noise leaves most numbers as they were written.
    scratch.succeed("corrupt t.csv --noise swap --noise-strength 0.1 --out c.csv");
    let corrupted = scratch.text("c.csv");
    let same =
        corrupted.lines().zip(scratch.text("t.csv").lines()).filter(|(one, other)| one == other).count();
    assert!(same > 80, "{corrupted}");
    let original = scratch.text("t.csv");
    let known: std::collections::BTreeSet<&str> =
        original.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    let swapped = corrupted.lines().skip(1).map(|line| line.split(',').next().unwrap());
    for time in swapped {
        let near = time.parse::<f64>().unwrap();
        assert!(known.iter().any(|known| (known.parse::<f64>().unwrap() - near).abs() < 0.01), "{time}");
    }
}

#[test]
fn a_column_that_is_constant_in_training_is_odd_when_it_changes() {
    let scratch = Scratch::new();
    let table = |constant: u32| {
        let rows = (0..30).map(|row| format!("{},{constant},{}\n", row % 5, row % 3));
        format!("a,fixed,b\n{}", rows.collect::<String>())
    };
    scratch.write("t.csv", table(5));
    let (_, notes) = both(&scratch, "train t.csv --preset tutorial --layers 2 --epochs 1 --out run");
    assert!(
        notes.contains("t.csv: column fixed is constant in the training samples; other values"),
        "{notes}"
    );
    let codes = |constant: u32| {
        scratch.write("new.csv", table(constant));
        scratch.succeed("encode run new.csv --out codes.csv");
        scratch.text("codes.csv")
    };
    assert_ne!(codes(5), codes(0));
    assert_ne!(codes(5), codes(1000));
}

#[test]
fn semicolons_decimal_commas_and_the_standard_input() {
    let scratch = Scratch::new();
    scratch.write("t.csv", format!("a,b,c,d\n{}", rows()));
    let european = format!("a;b;c;d\n{}", rows().replace(',', ";").replace('.', ","));
    scratch.write("t.txt", &european);
    scratch.write("t.tsv", format!("a\tb\tc\td\n{}", rows().replace(',', "\t")));
    scratch.succeed(&format!("train t.csv {TRAIN}"));
    let model = scratch.read("run/model.safetensors");
    for (data, note) in [
        ("t.txt", "4 columns separated by semicolons, with decimal commas, named in line 1"),
        ("t.tsv", "4 columns separated by tabs, named in line 1"),
    ] {
        let (_, notes) = both(&scratch, &format!("train {data} {TRAIN}"));
        assert!(notes.contains(&format!("{data}: {note}")), "{notes}");
        assert_eq!(scratch.read("run/model.safetensors"), model, "{data}");
    }
    let line = scratch.fail(&format!("train t.txt --decimal point {TRAIN}"), 1);
    assert!(line.contains("t.txt: line 2, column 1 (a): expected a finite number, found \""), "{line}");
    let line = scratch.fail(&format!("train t.csv --decimal comma {TRAIN}"), 2);
    assert!(line.contains("--decimal: t.csv: commas cannot mark decimals"), "{line}");
    // What was written is written over: the standard input is no folder.
    for _ in 0..2 {
        let input = File::open(scratch.path("t.txt")).unwrap();
        let output = scratch.command("encode run - --out codes.csv").stdin(input).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(scratch.text("codes.csv").lines().count(), 21);
    }
}

#[test]
fn rows_keep_their_names_through_every_command() {
    let scratch = Scratch::new();
    let rows: Vec<String> = rows()
        .lines()
        .enumerate()
        .map(|(index, row)| format!("r{index},{row},\"x, {}\"\n", index % 3))
        .collect();
    scratch.write("t.csv", format!("who,a,b,c,d,kind\n{}", rows.concat()));
    let (_, notes) = both(
        &scratch,
        &format!("train t.csv --id-column who --label-column kind --drop b --validation 0.2 {TRAIN}"),
    );
    assert!(notes.contains("t.csv: 6 columns, named in line 1"), "{notes}");
    let config = scratch.text("run/config.toml");
    assert!(config.contains("id-column = \"who\"") && config.contains("drop = [\"b\"]"), "{config}");
    // A model knows its columns: none is named again.
    scratch.succeed("encode run t.csv --out codes.csv");
    let codes = scratch.text("codes.csv");
    assert!(codes.starts_with("who,kind,code_0,code_1\nr0,\"x, 0\","), "{codes}");
    scratch.succeed("decode run codes.csv --out decoded.csv");
    scratch.succeed("reconstruct run t.csv --out restored.csv");
    let restored = scratch.text("restored.csv");
    assert!(restored.starts_with("who,kind,a,c,d\nr0,\"x, 0\","), "{restored}");
    assert_eq!(scratch.text("decoded.csv"), restored);
    // What was written is read again.
    scratch.succeed("evaluate run restored.csv");
    scratch.succeed(
        "corrupt t.csv --id-column who --label-column kind --drop c --noise masking --out noisy.csv",
    );
    let noisy = scratch.text("noisy.csv");
    assert!(noisy.starts_with("who,a,b,d,kind\nr0,") && noisy.contains(",\"x, 2\"\n"), "{noisy}");
    let (_, notes) = both(&scratch, &format!("train t.csv --columns a,d --label-column kind {TRAIN}"));
    assert!(!notes.contains("who"), "{notes}");
    assert!(scratch.text("run/config.toml").contains("columns = [\"a\", \"d\"]"));
    for (words, says) in [
        ("--drop e", "--drop: t.csv: no column is named e"),
        ("--drop a --columns a", "--columns: t.csv: a is set aside by another option too"),
        ("--id-column kind --label-column kind", "--id-column: t.csv: this is the column of labels too"),
        ("--label-column kind --drop kind", "--drop: t.csv: kind is given as a column of labels or ids too"),
    ] {
        let line = scratch.fail(&format!("train t.csv {words} {TRAIN}"), 2);
        assert!(line.contains(says), "{words}: {line}");
    }
    let line = scratch.fail("train synthetic --id-column 0 --out other", 2);
    assert!(line.contains("--id-column is for tables of text"), "{line}");
}
