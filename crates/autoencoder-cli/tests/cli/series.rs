//! Rows in time: windows over them are trained on, and the rows are scored, restored and drawn.

use serde_json::Value;

use crate::program::Scratch;

const TRAIN: &str = "--label-column odd --time-column time --window 24 --preset anomaly --threads 1";

/// Readings of a building, and a model of its days.
fn trained() -> Scratch {
    let scratch = Scratch::new();
    scratch.succeed("synthetic --kind readings --count 1800 --out . -q");
    scratch.succeed(&format!("train readings.csv {TRAIN} --out run -q"));
    scratch
}

fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn odd_hours_are_found_and_called_by_their_times() {
    let scratch = trained();
    let summary = scratch.json("score run");
    assert_eq!((&summary["samples"], &summary["kind"]), (&1800.into(), &"residual".into()));
    let detection = &summary["detection"];
    let area = |told: &Value| told["auroc"].as_f64().unwrap();
    assert!(area(&detection["model"]) > 0.95, "{detection}");
    assert_eq!(detection["best"], "model");
    let worst = &summary["top"][0];
    assert!(worst["id"].as_str().unwrap().starts_with("2025-") && worst["label"] == "1", "{worst}");

    scratch.succeed("score run readings.csv --label-column odd --out scores.csv");
    scratch.succeed(
        "score run readings.csv --label-column odd --out scores.jsonl --per-feature parts.npy --threads 3",
    );
    let (text, rows) = (scratch.text("scores.csv"), objects(&scratch.text("scores.jsonl")));
    assert!(text.starts_with("time,odd,score,share_below,flag,column_1,"), "{text}");
    let source = scratch.text("readings.csv");
    assert_eq!((rows.len(), text.lines().count()), (1800, 1801));
    for ((line, row), source) in text.lines().zip(&rows).skip(1).zip(source.lines().skip(1)) {
        assert_eq!(line.split(',').next(), source.split(',').next());
        assert_eq!(row["row"].as_u64().map(|row| row < 1800), Some(true));
    }
    assert_eq!(scratch.read("parts.npy").len(), 128 + 1800 * 4 * 8);
    let said = scratch.notes("score run --label-column odd");
    assert!(
        said.contains(
            "readings.csv: 1 gap between rows that are usually 1 hour apart: no window goes over one"
        ),
        "{said}"
    );
    assert!(said.contains("1,800 rows in time make 1,754 windows of 24 rows"), "{said}");
    assert!(scratch.succeed("inspect run").contains("24 rows in time, the next 1 row later"));
}

#[test]
fn rows_are_restored_and_codes_are_those_of_windows() {
    let scratch = trained();
    scratch.succeed("reconstruct run readings.csv --out restored.csv");
    let restored = scratch.text("restored.csv");
    assert_eq!(restored.lines().next(), Some("time,odd,power_kw,outside_c,inside_c,water_l"));
    assert_eq!(restored.lines().count(), 1801);
    let number = |text: &str, row: usize, field: usize| -> f64 {
        text.lines().nth(row).unwrap().split(',').nth(field).unwrap().parse().unwrap()
    };
    let source = scratch.text("readings.csv");
    assert!((1..1800).all(|row| (number(&restored, row, 4) - number(&source, row, 3)).abs() < 8.0));
    scratch.succeed("reconstruct run readings.csv --out restored.npy");
    assert!(scratch.read("restored.npy").starts_with(b"\x93NUMPY"));
    scratch.succeed("encode run readings.csv --label-column odd --out codes.csv");
    assert_eq!(scratch.text("codes.csv").lines().count(), 1755);
    scratch.succeed("decode run codes.csv --out windows.csv");
    let windows = scratch.text("windows.csv");
    assert!(windows.starts_with("time,odd,\"power_kw, row 1\",\"outside_c, row 1\","), "{}", &windows[..80]);
    scratch.succeed("evaluate run");
    scratch.succeed("plot latent run --out latent.png");
    let refused = scratch.fail("impute run readings.csv --out full.csv", 1);
    assert!(refused.contains("windows over rows in time, and impute restores rows one by one"), "{refused}");
}

#[test]
fn pieces_between_gaps_make_their_own_windows_and_short_ones_have_no_scores() {
    let scratch = trained();
    let source = scratch.text("readings.csv");
    // Hours 100 to 119 stand alone: both neighbours of their piece are left out.
    let kept = |row: usize| !(90..100).contains(&row) && !(120..130).contains(&row) && row < 300;
    let lines = source.lines().enumerate().filter(|&(line, _)| line == 0 || kept(line - 1));
    let text: Vec<&str> = lines.map(|(_, line)| line).collect();
    scratch.write("short.csv", text.join("\n"));
    let said = scratch.notes("score run short.csv --out scores.csv");
    assert!(said.contains("2 gaps") && said.contains("; 20 in no window"), "{said}");
    let scores = scratch.text("scores.csv");
    let is_empty = |line: &&str| line.split(',').skip(2).all(str::is_empty);
    assert_eq!((scores.lines().count(), scores.lines().filter(is_empty).count()), (281, 20));
    scratch.succeed("score run short.csv --out scores.jsonl --contamination 0.1");
    let rows = objects(&scratch.text("scores.jsonl"));
    assert_eq!(rows.iter().filter(|row| row["score"].is_null()).count(), 20);
    assert_eq!(rows.iter().filter(|row| row["flagged"] == true).count(), 26);
    scratch.succeed("reconstruct run short.csv --out restored.csv");
    let restored = scratch.text("restored.csv");
    let fields = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let [found, source] = [restored.lines().nth(96).unwrap(), text[96]].map(fields);
    assert_eq!((&found[2..], &found[1]), (&source[1..5], &source[5]), "a row in no window stays as it was");
}

#[test]
fn held_out_rows_are_the_last_and_a_run_continues() {
    let scratch = trained();
    let short = format!("train readings.csv {TRAIN} --limit 1000 --validation 0.2 --epochs");
    let whole = scratch.json(&format!("{short} 4 --out whole"));
    assert_eq!(whole["validation"]["samples"], 182);
    scratch.succeed(&format!("{short} 2 --schedule constant --out part"));
    scratch.succeed(&format!("{short} 4 --schedule constant --out at-once"));
    scratch.succeed("train --resume --out part --epochs 4 -q");
    assert!(scratch.read("part/model.safetensors") == scratch.read("at-once/model.safetensors"));
    scratch.succeed("train --config at-once/config.toml --out again -q --threads 2");
    assert!(scratch.read("again/model.safetensors") == scratch.read("at-once/model.safetensors"));
    // A model of windows lends them to what starts from it.
    scratch.succeed("train readings.csv --label-column odd --init at-once --out tuned --epochs 1 -q");
    assert_eq!(scratch.json("inspect tuned/model.safetensors")["window"]["rows"], 24);
}

#[test]
fn rows_that_are_no_series_are_refused() {
    let scratch = Scratch::new();
    scratch.write("a.csv", "t,x,y\n1,1,2\n2,2,1\n4,3,2\n3,4,1\n5,2,2\n6,3,2\n");
    let refused = |words: &str, code: i32| scratch.fail(&format!("train a.csv --out run {words}"), code);
    let unsorted = refused("--window 2 --time-column t", 1);
    assert!(
        unsorted.contains(
            "row 3 (from 0): expected a time behind 4, that of the row before, found 3; sort the rows"
        ),
        "{unsorted}"
    );
    assert!(
        refused("--window 9", 1)
            .contains("expected at least 9 rows in time without a gap, as many as a window has, found 6")
    );
    assert!(refused("--time-column t", 2).contains("--time-column is for windows over rows in time"));
    assert!(refused("--stride 2", 2).contains("--stride is for windows"));
    assert!(refused("--window 2 --id-column t", 2).contains("--id-column does not go with --window"));
    scratch.write("w.toml", "data = \"a.csv\"\nwindow = 0\n");
    let none = scratch.fail("train --config w.toml --out run", 2);
    assert!(none.contains("--window: expected at least 1 row, found 0"), "{none}");
    scratch.write("a.csv", "when,x,kind\n2026-01-01,1,a\n2026-01-02,2,b\n2026-01-03,2,a\n");
    let words = refused("--window 2 --time-column when", 1);
    assert!(words.contains("column kind holds words; leave it out with --drop kind"), "{words}");
    let times = refused("--window 2 --drop kind --column when=days", 1);
    assert!(times.contains("column when holds times; --time-column when calls the rows by it"), "{times}");
    let images = scratch.fail("train synthetic --window 3 --out run", 1);
    assert!(images.contains("--window is for rows of numbers in time, found samples of 28x28"), "{images}");
}

#[test]
fn samples_of_some_labels_are_left_out() {
    let scratch = Scratch::new();
    let rows: Vec<String> =
        (0..90).map(|row| format!("{},{},{}\n", row % 7, row % 5, ["a", "b", "c"][row % 3])).collect();
    scratch.write("a.csv", format!("x,y,kind\n{}", rows.concat()));
    let train = "train a.csv --label-column kind --layers 2 --epochs 1 --force --out run";
    let said = scratch.notes(&format!("{train} --without-labels a,c --validation 0.2"));
    assert!(said.contains("a.csv: 60 samples left out by --without-labels"), "{said}");
    assert_eq!(scratch.json("evaluate run a.csv")["samples"], 90, "other commands read all");
    let refused = scratch.fail(&format!("{train} --without-labels d"), 2);
    assert!(refused.contains("no sample of a.csv is labelled d; the labels are a, b, c"), "{refused}");
    let unlabelled =
        scratch.fail("train a.csv --drop kind --without-labels a --layers 2 --out run --force", 2);
    assert!(unlabelled.contains("have no labels; name their column with --label-column"), "{unlabelled}");
    // The test split of digits is without them too.
    let said =
        scratch.notes("train synthetic --limit 300 --layers 8 --epochs 1 --without-labels 9 --out digits");
    assert!(said.contains("left out by --without-labels"), "{said}");
    let found = scratch.json("score digits synthetic --odd 9");
    assert!(found["detection"]["odd"].as_u64().unwrap() > 100, "{found}");
}

#[test]
fn holes_in_a_series_lie_between_their_neighbours() {
    let scratch = Scratch::new();
    let number = |row: usize| if row % 10 == 3 { String::new() } else { format!("{}", (row * row) % 17) };
    let rows: Vec<String> = (0..80).map(|row| format!("{},{}\n", number(row), (row * 3) % 11)).collect();
    scratch.write("a.csv", format!("x,y\n{}", rows.concat()));
    let said = scratch.notes("train a.csv --window 8 --stride 3 --layers 6,3 --epochs 2 --out run");
    assert!(
        said.contains("8 fields without a value, read as on the line between the values before and behind"),
        "{said}"
    );
    assert!(said.contains("80 rows in time make 25 windows of 8 rows"), "{said}");
    let scored = scratch.notes("score run --out scores.csv");
    assert!(scored.contains("8 fields without a value"), "{scored}");
    let scores = scratch.text("scores.csv");
    assert_eq!(scores.lines().count(), 81);
    let empty: Vec<String> = (0..20).map(|row| format!(",{row}\n")).collect();
    scratch.write("empty.csv", format!("x,y\n{}", empty.concat()));
    let refused = scratch.fail("score run empty.csv", 1);
    assert!(refused.contains("column x has no value in any row"), "{refused}");
    // A field without a value is to blame for nothing.
    for line in scores.lines().skip(1).enumerate().filter(|(row, _)| row % 10 == 3).map(|(_, line)| line) {
        assert!(!line.contains(",x,"), "{line}");
    }
}
