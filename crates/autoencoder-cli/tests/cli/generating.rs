//! New samples: drawn, on the way between two, and the nearest to some.

use serde_json::Value;

use crate::program::{SMALL, Scratch};

/// Trains on digits, with these words beside.
fn digits(words: &str) -> Scratch {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} {words} --out run -q"));
    scratch
}

/// The f32 numbers behind the header of an .npy file.
fn floats(npy: &[u8]) -> Vec<f32> {
    assert!(npy.starts_with(b"\x93NUMPY\x01\x00"));
    let start = 10 + usize::from(u16::from_le_bytes([npy[8], npy[9]]));
    npy[start..].chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect()
}

/// Rows of machines: an id, a word, numbers with one decimal and with none that follow from it, and a date.
fn machines(count: usize) -> String {
    let row = |row: usize| {
        let kind = row * 7 % 3;
        let power = [2.5, 14.0, 90.5][kind] + (row % 5) as f64 * 0.1;
        let weight = [80, 300, 900][kind] + row * 11 % 13;
        format!(
            "m{row},{},{power:.1},{weight},2024-{:02}-11\n",
            ["pump", "press", "\"mill, large\""][kind],
            row % 12 + 1
        )
    };
    format!("who,kind,power,weight,since\n{}", (0..count).map(row).collect::<String>())
}

#[test]
fn a_model_keeps_a_sampler_and_makes_samples_of_it() {
    let scratch = digits("");
    let inspected = scratch.json("inspect run");
    assert_eq!(
        inspected["sampler"],
        serde_json::json!({"kind": "gaussian", "components": 1, "rank": 8, "samples": 300})
    );
    let notes = scratch.notes("generate run --count 30 --out all.npy");
    assert!(notes.contains("all.npy: 30 samples of 28x28 numbers (sampler gaussian, seed 0)"), "{notes}");
    scratch.succeed("generate run --count 7 --out few.npy --threads 1");
    let (all, few) = (floats(&scratch.read("all.npy")), floats(&scratch.read("few.npy")));
    assert_eq!((all.len(), few.len()), (30 * 784, 7 * 784));
    assert!(few == all[..few.len()], "the first ones are the same");
    assert!(all.iter().all(|&pixel| (0.0..=255.0).contains(&pixel)) && all.iter().any(|&pixel| pixel > 1.0));
    scratch.succeed("generate run --count 7 --out other.npy --seed 1");
    assert_ne!(scratch.read("other.npy"), scratch.read("few.npy"));
    // A model file alone is enough, and so is a file of bytes.
    scratch.succeed("generate run/model.safetensors --count 7 --out again.npy");
    assert_eq!(scratch.read("again.npy"), scratch.read("few.npy"));
    scratch.succeed("generate run --count 7 --out few.idx");
    let idx = scratch.read("few.idx");
    assert_eq!(idx[..16], [0, 0, 8, 3, 0, 0, 0, 7, 0, 0, 0, 28, 0, 0, 0, 28]);
    assert!(idx[16..].iter().zip(&few).all(|(&byte, &pixel)| (f32::from(byte) - pixel).abs() <= 0.5));
    // Without chance all are alike, and near the mean they are more alike.
    scratch.succeed("generate run --count 9 --temperature 0 --out same.npy");
    let same = floats(&scratch.read("same.npy"));
    assert!(same.chunks(784).all(|sample| sample == &same[..784]));
    let spread = |samples: &[f32]| {
        samples
            .chunks(784)
            .flat_map(|sample| sample.iter().zip(&same))
            .map(|(a, b)| (a - b).abs())
            .sum::<f32>()
    };
    scratch.succeed("generate run --count 30 --temperature 0.5 --out usual.npy");
    assert!(spread(&floats(&scratch.read("usual.npy"))) < 0.8 * spread(&all));
    scratch.succeed("generate run --count 30 --out new.png");
    assert!(scratch.read("new.png").starts_with(b"\x89PNG"));
}

#[test]
fn a_sampler_that_is_not_kept_is_fitted_to_the_data_of_the_run() {
    let scratch = digits("--sampler mixture --components 3");
    scratch.succeed("generate run --count 5 --out kept.npy");
    assert_eq!(scratch.json("inspect run")["sampler"]["components"], 3);
    assert!(scratch.text("run/config.toml").contains("sampler = \"mixture\"\ncomponents = 3\n"));
    scratch.succeed(&format!("{SMALL} --sampler none --out none -q"));
    assert_eq!(scratch.json("inspect none").get("sampler"), None);
    let notes = scratch.notes("generate none --sampler mixture --components 3 --count 5 --out fitted.npy");
    assert!(notes.contains("sampler: mixture of 3 components, fitted to the codes of "), "{notes}");
    assert!(notes.contains("as the model keeps none"), "{notes}");
    assert_eq!(scratch.read("fitted.npy"), scratch.read("kept.npy"), "as the training would have fitted it");
    let notes = scratch.notes("generate run --sampler gaussian --count 5 --out gaussian.npy");
    assert!(notes.contains("as the model keeps mixture of 3 components"), "{notes}");
    scratch.succeed("generate none --count 5 --out usual.npy");
    assert_eq!(scratch.read("usual.npy"), scratch.read("gaussian.npy"));

    std::fs::copy(scratch.path("none/model.safetensors"), scratch.path("alone.safetensors")).unwrap();
    let refused = scratch.fail("generate alone.safetensors --out no.npy", 1);
    assert!(
        refused.contains("no config.toml beside it") && refused.contains("; give the folder of the run"),
        "{refused}"
    );
    let refused = scratch.fail("generate run --sampler prior --out no.npy", 1);
    assert!(refused.contains("--sampler prior needs a variational model"), "{refused}");
    for (words, says) in [
        ("--components 3", "--components needs --sampler mixture"),
        ("--sampler gaussian --components 3", "--components needs --sampler mixture"),
    ] {
        assert!(scratch.fail(&format!("generate run {words} --out no.npy"), 2).contains(says), "{words}");
    }
    for words in [
        "--temperature -1",
        "--temperature nan",
        "--temperature inf",
        "--count 0",
        "--components 0 --sampler mixture",
    ] {
        assert_eq!(
            scratch.run(&format!("generate run {words} --out no.npy")).status.code(),
            Some(2),
            "{words}"
        );
    }
    assert!(!scratch.path("no.npy").exists());
    assert!(
        scratch.fail("train synthetic --components 3", 2).contains("--components needs --sampler mixture")
    );
    assert!(scratch.fail("generate run --out run/model.safetensors", 2).contains(".png, .npy, .csv or .idx"));
}

#[test]
fn a_variational_model_draws_from_its_prior() {
    let scratch = digits("--penalty variational");
    assert_eq!(scratch.json("inspect run").get("sampler"), None);
    let notes = scratch.notes("generate run/model.safetensors --count 5 --out prior.npy");
    assert!(notes.contains("sampler prior"), "{notes}");
    scratch.succeed("generate run --sampler prior --count 5 --out same.npy");
    assert_eq!(scratch.read("same.npy"), scratch.read("prior.npy"));
    scratch.succeed("generate run --sampler gaussian --count 5 --out gaussian.npy");
    assert_ne!(scratch.read("gaussian.npy"), scratch.read("prior.npy"));
    scratch.succeed(&format!("{SMALL} --penalty variational --sampler gaussian --out fitted -q"));
    scratch.succeed("generate fitted --count 5 --out kept.npy");
    assert_eq!(scratch.read("kept.npy"), scratch.read("gaussian.npy"));
}

#[test]
fn a_table_comes_out_with_its_words_units_decimals_and_dates() {
    let scratch = Scratch::new();
    scratch.write("machines.csv", machines(240));
    scratch.succeed("train machines.csv --column since=days --layers 32,4 --epochs 60 --sampler mixture --components 3 --seed 1 --threads 1 --out run -q");
    let notes = scratch.notes("generate run --count 400 --out new.csv");
    assert!(
        notes.contains("new.csv: 400 rows of 4 columns (sampler mixture of 3 components, seed 0)"),
        "{notes}"
    );
    let mut rows = csv(&scratch.text("new.csv"));
    assert_eq!(rows.remove(0), ["kind", "power", "weight", "since"]);
    assert_eq!(rows.len(), 400);
    let mut counts = std::collections::BTreeMap::<String, usize>::new();
    let mut right = 0;
    for row in &rows {
        *counts.entry(row[0].clone()).or_default() += 1;
        assert!(row[1].split_once('.').is_some_and(|(_, decimals)| decimals.len() == 1), "{row:?}");
        assert!(row[2].parse::<i64>().is_ok() && row[3].starts_with("202") && row[3].len() == 10, "{row:?}");
        let power: f64 = row[1].parse().unwrap();
        let expected = [("pump", 2.7), ("press", 14.2), ("mill, large", 90.7)]
            .iter()
            .find(|(kind, _)| *kind == row[0])
            .unwrap()
            .1;
        right += usize::from((power - expected).abs() < 12.0);
    }
    assert_eq!(
        counts.keys().map(String::as_str).collect::<Vec<_>>(),
        ["mill, large", "press", "pump"],
        "no other word"
    );
    assert!(counts.values().all(|count| (90..=180).contains(count)), "{counts:?}");
    assert!(right > 340, "numbers go with their words: {right}");
    // What was made is a table that the model reads.
    scratch.succeed("score run new.csv --out scores.csv");
    assert!(
        scratch
            .fail("generate run --out no.png", 2)
            .contains("are not images; write them as .npy, .csv or .idx")
    );
    let between = scratch.notes("interpolate run machines.csv --from m3 --to m5 --steps 4 --out between.csv");
    assert!(
        between.contains("between.csv: 4 rows of 4 columns (from row 3 to row 5 of machines.csv)"),
        "{between}"
    );
    let rows = csv(&scratch.text("between.csv"));
    assert_eq!(rows.len(), 5);
    let kind = |row: usize| csv(&scratch.text("machines.csv"))[row + 1][1].clone();
    assert_eq!((rows[1][0].clone(), rows[4][0].clone()), (kind(3), kind(5)));

    let near = scratch.json("neighbours run machines.csv --of m3,5 --count 4");
    assert_eq!(
        (&near["samples"], &near["of"][0]["id"], &near["of"][1]["row"]),
        (&240.into(), &"m3".into(), &5.into())
    );
    for (asked, row) in [(0, 3), (1, 5)] {
        let found = near["of"][asked]["neighbours"].as_array().unwrap();
        assert_eq!(found.len(), 4);
        for found in found {
            let other = found["row"].as_u64().unwrap();
            assert!(other != row && other % 3 == row % 3, "a machine of the same kind: {found}");
        }
    }
    scratch.succeed("neighbours run machines.csv --of m3 --count 4 --out near.csv -q");
    let rows = csv(&scratch.text("near.csv"));
    assert_eq!(
        (rows[0].join(","), rows.len(), rows[1][0].as_str()),
        ("of,row,id,distance".to_owned(), 5, "3")
    );
}

/// The fields of the lines of a CSV file.
fn csv(text: &str) -> Vec<Vec<String>> {
    let fields = |line: &str| {
        let mut fields = vec![String::new()];
        let mut is_quoted = false;
        for letter in line.chars() {
            match letter {
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => fields.push(String::new()),
                letter => fields.last_mut().unwrap().push(letter),
            }
        }
        fields
    };
    text.lines().map(fields).collect()
}

#[test]
fn steps_lead_from_one_reconstruction_to_another() {
    let scratch = digits("");
    scratch.succeed("reconstruct run synthetic --out restored.npy");
    let notes = scratch.notes("interpolate run synthetic --from 3 --to 20 --steps 5 --out steps.npy");
    assert!(notes.contains("steps.npy: 5 samples of 28x28 numbers (from row 3 to row 20 of "), "{notes}");
    let (restored, steps) = (floats(&scratch.read("restored.npy")), floats(&scratch.read("steps.npy")));
    let sample = |samples: &[f32], index: usize| samples[index * 784..][..784].to_vec();
    let near = |one: Vec<f32>, other: Vec<f32>| one.iter().zip(&other).all(|(a, b)| (a - b).abs() < 1e-3);
    assert!(near(sample(&steps, 0), sample(&restored, 3)) && near(sample(&steps, 4), sample(&restored, 20)));
    assert_ne!(sample(&steps, 2), sample(&steps, 0));
    scratch.succeed("interpolate run synthetic --from 3 --to 20 --steps 5 --path sphere --out sphere.npy");
    let sphere = floats(&scratch.read("sphere.npy"));
    assert!(near(sample(&sphere, 0), sample(&restored, 3)));
    assert_ne!(sample(&sphere, 2), sample(&steps, 2));
    scratch.succeed("interpolate run synthetic --from 3 --to 20 --out steps.png");
    assert!(scratch.read("steps.png").starts_with(b"\x89PNG"));
    for (words, code, says) in [
        (
            "--from 3 --to 9999999",
            1,
            "--to 9999999: there are 4,000 rows, counted from 0; for an id of digits, write id=ID",
        ),
        ("--from x --to 3", 1, "--from x: the samples have no ids; name a sample by its row, counted from 0"),
    ] {
        let refused = scratch.fail(&format!("interpolate run synthetic {words} --out no.npy"), code);
        assert!(refused.contains(says), "{refused}");
    }
    assert_eq!(
        scratch.run("interpolate run synthetic --from 1 --to 2 --steps 1 --out no.npy").status.code(),
        Some(2)
    );
}

#[test]
fn the_nearest_are_those_of_the_codes() {
    let scratch = digits("");
    scratch.succeed("encode run synthetic --out codes.npy");
    let codes: Vec<Vec<f32>> = floats(&scratch.read("codes.npy")).chunks(8).map(<[f32]>::to_vec).collect();
    let report = scratch.json("neighbours run synthetic --of 17,2 --count 6");
    for (asked, of) in [(0, 17), (1, 2)] {
        let distance = |row: usize| {
            codes[row].iter().zip(&codes[of]).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>().sqrt()
        };
        let mut order: Vec<usize> = (0..codes.len()).filter(|&row| row != of).collect();
        order.sort_by(|&a, &b| distance(a).total_cmp(&distance(b)));
        let found = report["of"][asked]["neighbours"].as_array().unwrap();
        assert_eq!(found.len(), 6);
        for (found, &row) in found.iter().zip(&order) {
            assert_eq!(found["row"], row);
            assert!((found["distance"].as_f64().unwrap() - distance(row)).abs() < 1e-9, "{found}");
            assert!(found["label"].is_string() && found.get("id").is_none());
        }
    }
    let table = scratch.succeed("neighbours run synthetic --of 17,2 --count 6");
    assert!(table.starts_with("of") && table.lines().count() == 13 && !table.contains("id"), "{table}");
    scratch.succeed("neighbours run synthetic --of 17,2 --count 6 --out near.jsonl -q");
    let lines: Vec<Value> =
        scratch.text("near.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(Value::from(lines), report["of"]);
    for name in ["near.png", "near.svg"] {
        scratch.succeed(&format!("neighbours run synthetic --of 17,2 --count 15 --out {name} -q"));
    }
    assert!(scratch.read("near.png").starts_with(b"\x89PNG"));
    let svg = scratch.text("near.svg");
    assert!(
        svg.contains("Nearest samples to each of 2 samples") && svg.matches("<image").count() == 32,
        "{}",
        svg.len()
    );
    scratch.succeed("neighbours run synthetic --of 17,2 --count 6 --out near.csv -q");
    assert!(scratch.text("near.csv").starts_with("of,row,label,distance\n17,"));
    let many = "neighbours run synthetic --split train --of 17 --count 5000 --out";
    let refused = scratch.fail(&format!("{many} many.png"), 2);
    assert!(refused.contains("--count 5000: a .png has room for 731"), "{refused}");
    scratch.succeed(&format!("{many} many.svg -q"));
    let refused = scratch.fail("interpolate run synthetic --from 0 --to 1 --steps 731 --out many.png", 2);
    assert!(refused.contains("--steps 731: a .png has room for 730"), "{refused}");
    // More than there are: all others.
    let all = scratch.json("neighbours run synthetic --of 5 --count 1000000");
    assert_eq!(all["of"][0]["neighbours"].as_array().unwrap().len(), codes.len() - 1);
}

#[test]
fn windows_are_named_by_their_first_rows_and_made_row_by_row() {
    let scratch = Scratch::new();
    scratch.succeed("synthetic --kind readings --count 400 --out . -q");
    scratch.succeed("train readings.csv --label-column odd --time-column time --window 24 --stride 6 --epochs 2 --out run -q");
    let notes = scratch.notes("generate run --count 3 --out new.csv");
    assert!(notes.contains("new.csv: 3 windows of 24 rows of "), "{notes}");
    let (new, source) = (scratch.text("new.csv"), scratch.text("readings.csv"));
    assert_eq!(new.lines().count(), 1 + 3 * 24);
    let columns = |text: &str| text.lines().next().unwrap().split(',').map(str::to_owned).collect::<Vec<_>>();
    let expected: Vec<String> =
        columns(&source).into_iter().filter(|name| name != "time" && name != "odd").collect();
    assert_eq!(columns(&new), expected);
    let words = "readings.csv --label-column odd";
    let near = scratch.json(&format!("neighbours run {words} --of 48 --count 5"));
    assert_eq!(near["of"][0]["row"], 48);
    for found in near["of"][0]["neighbours"].as_array().unwrap() {
        let row = found["row"].as_u64().unwrap();
        assert!(row.abs_diff(48) >= 24 && row % 6 == 0, "no window that shares rows: {found}");
    }
    let refused = scratch.fail(&format!("neighbours run {words} --of 49"), 1);
    assert!(
        refused.contains("--of 49: no window begins with this row; name the first row of a window"),
        "{refused}"
    );
    assert!(near["of"][0]["id"].as_str().unwrap().starts_with("2025-"), "{near}");
    scratch.succeed(&format!("interpolate run {words} --from 0 --to 48 --steps 3 --out steps.csv -q"));
    assert_eq!(scratch.text("steps.csv").lines().count(), 1 + 3 * 24);
}

#[test]
fn ids_tell_samples_apart_from_rows() {
    let scratch = Scratch::new();
    let rows: String = (0..40)
        .map(|row| format!("{},{},{}\n", 100 - row / 2 * 2, row % 7, row * row % 11))
        .collect::<Vec<_>>()
        .concat();
    scratch.write("t.csv", format!("id,x,y\n{rows}"));
    scratch.succeed("train t.csv --id-column id --layers 4,2 --epochs 1 --validation none --out run -q");
    let of =
        |name: &str| scratch.json(&format!("neighbours run --of {name} --count 1"))["of"][0]["row"].clone();
    assert_eq!(of("3"), 3);
    let refused = scratch.fail("neighbours run --of id=98", 1);
    assert!(refused.contains("--of id=98: rows 2 and 3 have this id"), "{refused}");
    assert!(scratch.fail("neighbours run --of id=7", 1).contains("no sample has this id"));
    assert!(scratch.fail("neighbours run --of 98", 1).contains("for an id of digits, write id=ID"));
}
