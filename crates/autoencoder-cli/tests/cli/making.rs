//! Data that the program makes itself: small data to try.

use std::fs;

use crate::program::Scratch;

/// Runs a command; returns its notes on stderr.
fn said(scratch: &Scratch, words: &str) -> String {
    let output = scratch.run(words);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{words}: {stderr}");
    assert!(output.stdout.is_empty(), "{words}");
    stderr
}

#[test]
fn digits_are_those_of_the_word_synthetic() {
    let scratch = Scratch::new();
    let notes = said(&scratch, "synthetic --out made/digits --count 60 --seed 3");
    let lines: Vec<&str> = notes.lines().collect();
    assert_eq!(lines.len(), 5, "{notes}");
    assert!(lines[0].ends_with("60 digits to train on, 28 x 28 bytes each"), "{notes}");
    assert!(lines[2].contains("12 digits to test with"), "{notes}");
    assert!(lines[4].starts_with("Try: autoencoder train made/digits"), "{notes}");
    for (words, out) in [("made/digits", "read"), ("synthetic --limit 60", "drawn")] {
        scratch
            .succeed(&format!("train {words} --layers 4 --epochs 1 --validation none --seed 3 --out {out}"));
    }
    assert_eq!(scratch.read("read/model.safetensors"), scratch.read("drawn/model.safetensors"));
    assert_eq!(scratch.read("made/digits/t10k-labels-idx1-ubyte").len(), 8 + 12);
}

#[test]
fn a_table_is_written_with_words_and_as_numbers() {
    let scratch = Scratch::new();
    let notes = said(&scratch, "synthetic --kind table --count 300 --out pumps");
    let (table, numbers) = (scratch.text("pumps/table.csv"), scratch.text("pumps/numbers.csv"));
    assert!(table.starts_with("id,site,model,speed_rpm,") && table.contains(",,"), "{table}");
    assert_eq!((table.lines().count(), numbers.lines().count()), (301, 301));
    let odd = |text: &str| -> Vec<bool> { text.lines().skip(1).map(|line| line.ends_with(",1")).collect() };
    assert_eq!(odd(&table), odd(&numbers));
    assert!(odd(&table).contains(&true));
    for (with_words, alone) in table.lines().zip(numbers.lines()).skip(1) {
        let with_words = with_words.split(',').skip(3);
        assert!(with_words.zip(alone.split(',')).all(|(field, number)| field.is_empty() || field == number));
    }
    let command = notes.lines().last().unwrap().strip_prefix("Try: autoencoder ").unwrap();
    let report = scratch.json(command);
    let columns = report["validation"]["columns"].as_array().unwrap();
    assert_eq!(columns.len(), 10);
    for column in columns {
        let number = |key: &str| column[key].as_f64();
        let is_better = match (number("mse"), number("mean_mse")) {
            (Some(mse), Some(mean)) => mse < mean,
            _ => number("right") > number("most_frequent"),
        };
        assert!(is_better, "{column}");
    }
}

#[test]
fn a_series_has_a_column_for_each_moment() {
    let scratch = Scratch::new();
    said(&scratch, "synthetic --kind series --count 200 --out .");
    let text = scratch.text("series.csv");
    assert!(text.starts_with("t0,t1,") && text.lines().next().unwrap().ends_with(",t63,odd"), "{text}");
    assert!(text.lines().any(|line| line.ends_with(",1")) && !text.contains("-0.000"));
    let report = scratch.json("train series.csv --label-column odd --layers 8 --epochs 1 --out run");
    assert_eq!(report["epochs"].as_array().unwrap().len(), 1);
}

#[test]
fn photos_lie_in_a_folder_for_each_scene() {
    let scratch = Scratch::new();
    let notes = said(&scratch, "synthetic --kind photos --count 120 --out photos");
    assert_eq!(scratch.list("photos"), ["damaged.csv", "hills", "night", "sunset"]);
    let damaged = scratch.text("photos/damaged.csv");
    assert!(damaged.starts_with("file,what\n") && damaged.lines().count() > 1, "{damaged}");
    for line in damaged.lines().skip(1) {
        assert!(scratch.path(&format!("photos/{}", line.split(',').next().unwrap())).is_file(), "{line}");
    }
    let report = scratch.json("inspect photos");
    assert_eq!((&report["samples"], &report["sample_shape"]), (&120.into(), &serde_json::json!([32, 48, 3])));
    assert!(notes.lines().last().unwrap().starts_with("Try: autoencoder train photos "), "{notes}");

    // A smaller count removes our pictures that are left over, and leaves files of others alone.
    fs::write(scratch.path("photos/hills/mine.png"), "mine").unwrap();
    let refused = scratch.fail("synthetic --kind photos --count 30 --out photos", 1);
    assert!(refused.contains("--force"), "{refused}");
    said(&scratch, "synthetic --kind photos --count 30 --out photos --force");
    assert_eq!((scratch.list("photos/hills").len(), scratch.list("photos/night").len()), (11, 10));
    assert!(scratch.list("photos/hills").contains(&"mine.png".to_owned()));
}

#[test]
fn what_is_there_is_kept_unless_it_is_forced() {
    let scratch = Scratch::new();
    for (kind, file) in
        [("digits", "t10k-images-idx3-ubyte"), ("table", "numbers.csv"), ("series", "series.csv")]
    {
        fs::create_dir(scratch.path(kind)).unwrap();
        scratch.write(&format!("{kind}/{file}"), "mine");
        let words = format!("synthetic --kind {kind} --count 5 --out {kind}");
        let line = scratch.fail(&words, 1);
        assert!(line.contains(file) && line.contains("--force"), "{line}");
        assert_eq!(scratch.list(kind), [file], "nothing is written beside it");
        said(&scratch, &format!("{words} --force"));
        assert_ne!(scratch.read(&format!("{kind}/{file}")), b"mine");
    }
    scratch.write("t10k-images.idx3-ubyte.gz", "another spelling");
    let line = scratch.fail("synthetic --count 5 --force --out .", 1);
    assert!(line.contains("another spelling"), "{line}");
    scratch.write("file", "");
    scratch.fail("synthetic --out file", 1);
    assert_eq!(scratch.run("synthetic --out made --count 0").status.code(), Some(2));
    assert!(!scratch.path("made").exists());
}
