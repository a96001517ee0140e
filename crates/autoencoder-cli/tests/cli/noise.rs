//! Noise added to data, and what a model restores of it measured against the clean samples.

use serde_json::Value;

use crate::program::{SMALL, Scratch};

fn number(report: &Value, pointer: &str) -> f64 {
    report.pointer(pointer).and_then(Value::as_f64).unwrap_or_else(|| panic!("{pointer}: {report}"))
}

#[test]
fn bytes_stay_bytes_and_a_share_of_them_becomes_zero() {
    let scratch = Scratch::new();
    scratch.succeed("synthetic --out digits --count 100");
    scratch.succeed("corrupt digits --split train --noise masking --noise-strength 0.5 --out noisy.idx");
    let (clean, noisy) = (scratch.read("digits/train-images-idx3-ubyte"), scratch.read("noisy.idx"));
    assert_eq!(noisy[..16], clean[..16]);
    let pairs = || noisy[16..].iter().zip(&clean[16..]).filter(|(_, clean)| **clean > 0);
    assert!(pairs().all(|(noisy, clean)| *noisy == 0 || noisy == clean));
    let share = pairs().filter(|(noisy, _)| **noisy == 0).count() as f64 / pairs().count() as f64;
    assert!((0.45..0.55).contains(&share), "{share}");

    let again =
        "corrupt digits --split train --noise masking --noise-strength 0.5 --threads 1 --out again.idx";
    scratch.succeed(again);
    assert_eq!(scratch.read("again.idx"), noisy);
    scratch.succeed(&format!("{again} --seed 1"));
    assert_ne!(scratch.read("again.idx"), noisy);
    scratch.succeed("corrupt digits --noise gaussian --limit 7 --out few.npy");
    let report = scratch.json("inspect few.npy");
    assert_eq!((&report["element_type"], &report["sizes"]), (&"|u1".into(), &serde_json::json!([7, 28, 28])));
}

#[test]
fn a_table_keeps_its_columns_and_its_units() {
    let scratch = Scratch::new();
    scratch.write("table.csv", "a,kind,b\n1000,x,0.5\n3000,y,0.25\n2000,x,0.75\n");
    scratch.succeed(
        "corrupt table.csv --label-column kind --noise masking --noise-strength 0.9 --out noisy.csv",
    );
    let text = scratch.text("noisy.csv");
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], ["a", "kind", "b"]);
    assert_eq!(rows[1..].iter().map(|row| row[1]).collect::<Vec<_>>(), ["x", "y", "x"]);
    // A masked value is the least value of its column, which is 0 when scaled.
    assert!(rows[1..].iter().filter(|row| row[0] == "1000" && row[2] == "0.25").count() >= 2, "{text}");
    scratch.succeed("corrupt table.csv --label-column kind --scale none --noise masking --noise-strength 0.9 --out raw.csv");
    assert!(scratch.text("raw.csv").contains(",x,0\n"), "{}", scratch.text("raw.csv"));
}

/// Scaling a number and undoing it would round some of these.
#[test]
fn numbers_keep_all_digits_unless_noise_changes_them() {
    let scratch = Scratch::new();
    let number = |row: usize, column: usize| [-1.0, 0.1, 7.3, 1e-3][column] * (row as f32 - 20.0) / 3.0;
    let line =
        |row| (0..4).map(|column| number(row, column).to_string()).collect::<Vec<_>>().join(",") + "\n";
    scratch.write("table.csv", (0..50).map(line).collect::<String>());
    for (noise, of_others) in [("masking", false), ("salt-and-pepper", false), ("swap", true)] {
        scratch.succeed(&format!("corrupt table.csv --noise {noise} --noise-strength 0.2 --out {noise}.csv"));
        let text = scratch.text(&format!("{noise}.csv"));
        let mut kept = 0;
        for (row, line) in text.lines().enumerate() {
            for (column, cell) in line.split(',').enumerate() {
                let found: f32 = cell.parse().unwrap();
                let own = found.to_bits() == number(row, column).to_bits();
                kept += usize::from(own);
                let of_another = (0..50).any(|row| found.to_bits() == number(row, column).to_bits());
                assert!(own || !of_others || of_another, "{noise}: row {row}, column {column}: {cell}");
            }
        }
        assert!((140..200).contains(&kept), "{noise}: {kept} of 200 kept");
    }
}

#[test]
fn what_is_restored_is_measured_against_the_clean_samples() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run"));
    scratch.succeed("corrupt synthetic --noise masking --out noisy.idx");
    let against = scratch.json("evaluate run noisy.idx --against synthetic");
    let (itself, clean) = (scratch.json("evaluate run noisy.idx"), scratch.json("evaluate run synthetic"));
    assert_eq!(against["against"], "synthetic digits (built in, seed 0)");
    assert_eq!(scratch.json("evaluate run noisy.idx --against"), against, "the default DATA");
    assert_eq!(against.pointer("/baselines/mean/mse"), clean.pointer("/baselines/mean/mse"));
    assert_ne!(against["mse"], itself["mse"]);
    assert!(number(&against, "/baselines/pca/mse") > number(&clean, "/baselines/pca/mse"));
    assert!(number(&against, "/baselines/input/mse") > 0.01);
    assert_eq!(itself["baselines"].get("input"), None);
    // Errors of samples against themselves are those without `--against`.
    let same = scratch.json("evaluate run synthetic --against synthetic");
    assert_eq!(same["mse"], clean["mse"]);
    assert_eq!(same["baselines"]["input"]["mse"], 0.0);
    let table = scratch.succeed("evaluate run noisy.idx --against synthetic");
    assert!(table.contains("against synthetic") && table.contains("the samples as given"), "{table}");

    scratch.succeed("reconstruct run noisy.idx --against synthetic --out three.png");
    scratch.succeed("reconstruct run noisy.idx --out two.png");
    let height = |name: &str| u32::from_be_bytes(scratch.read(name)[20..24].try_into().unwrap());
    assert_eq!(height("three.png"), height("two.png") + 146);
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run"));
    scratch.succeed("corrupt synthetic --noise masking --limit 50 --out noisy.idx");
    let line = scratch.fail("evaluate run noisy.idx --against synthetic", 1);
    assert!(line.contains("expected 50 samples") && line.contains("found 4,000"), "{line}");
    scratch.write("narrow.csv", "1,2\n".repeat(50));
    let line = scratch.fail("reconstruct run noisy.idx --against narrow.csv --out a.png", 1);
    assert!(line.contains("784") && line.contains("found 2"), "{line}");
    scratch.fail("reconstruct run noisy.idx --against synthetic --out a.idx", 2);
    scratch.fail("corrupt synthetic --noise none --out a.idx", 2);
    scratch.fail("corrupt synthetic --noise masking --noise-strength 1 --out a.idx", 2);
    scratch.fail("corrupt synthetic --noise masking --out a.png", 2);
    assert_eq!(scratch.list("."), ["narrow.csv", "noisy.idx", "run"]);
}
