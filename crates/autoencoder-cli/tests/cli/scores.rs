//! Scores of samples, from a training to what is flagged.

use serde_json::Value;

use crate::program::Scratch;

/// A table of machines, of which a few are odd, and a model that was trained on it without their labels.
pub(crate) fn trained() -> Scratch {
    let scratch = Scratch::new();
    scratch.succeed("synthetic --kind table --count 600 --out pumps -q");
    scratch.succeed(
        "train pumps/table.csv --label-column odd --id-column id --preset anomaly --threads 1 --out run -q",
    );
    scratch
}

#[test]
fn odd_rows_are_ranked_first_beside_simple_detectors() {
    let scratch = trained();
    let summary = scratch.json("score run");
    assert_eq!((&summary["samples"], &summary["usual"]["origin"]), (&600.into(), &"held-out".into()));
    let model = &summary["detection"]["model"];
    assert!(model["auroc"].as_f64().unwrap() > 0.95, "{model}");
    let names: Vec<&str> = summary["detection"]["detectors"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|detector| detector["name"].as_str())
        .collect();
    assert_eq!(names, ["pca", "mahalanobis", "trimmed-mahalanobis", "absolute-z"]);
    let text = scratch.succeed("score run --top 3");
    assert!(text.starts_with("scores of 600 samples ("), "{text}");
    assert!(
        text.contains("of 60 samples held out of the training lies") && text.contains("this model"),
        "{text}"
    );
    assert_eq!(text.lines().filter(|line| line.contains("(expected ")).count(), 3, "{text}");
}

#[test]
fn detectors_are_compared_with_where_labels_are_and_where_none_are() {
    let scratch = trained();
    let names = |detectors: &Value| -> Vec<String> {
        let detectors = detectors.as_array().unwrap().iter();
        detectors.map(|detector| detector["name"].as_str().unwrap().to_owned()).collect()
    };
    let summary = scratch.json("score run --compare --threads 1");
    let all = ["pca", "mahalanobis", "trimmed-mahalanobis", "absolute-z", "neighbours"];
    assert_eq!(names(&summary["detection"]["detectors"]), all);
    assert!(summary["detection"]["detectors"][4]["auroc"].as_f64().unwrap() > 0.9, "{summary}");
    assert!(summary["agreement"].is_null());

    // The same rows without the column of their labels.
    let table = scratch.text("pumps/table.csv");
    let column = table.lines().next().unwrap().split(',').position(|name| name == "odd").unwrap();
    let without = |line: &str| {
        let fields = line.split(',').enumerate().filter(|(place, _)| *place != column);
        fields.map(|(_, field)| field).collect::<Vec<_>>().join(",")
    };
    scratch.write("new.csv", table.lines().map(without).collect::<Vec<_>>().join("\n"));
    let summary = scratch.json("score run new.csv --compare --threads 3");
    let agreement = &summary["agreement"];
    assert!(summary["detection"].is_null());
    assert_eq!(
        (names(&agreement["detectors"]), &agreement["greatest"]),
        (all.map(str::to_owned).to_vec(), &summary["flagged"])
    );
    for detector in agreement["detectors"].as_array().unwrap() {
        let (shared, correlation) =
            (detector["shared"].as_u64().unwrap(), detector["rank_correlation"].as_f64().unwrap());
        assert!(shared <= agreement["greatest"].as_u64().unwrap() && correlation > 0.0, "{detector}");
    }
    let text = scratch.succeed("score run new.csv --compare --top 0");
    assert!(text.contains("nearest neighbours") && text.contains("rank correlation of all scores"), "{text}");
    let notes = scratch.notes("score run new.csv --compare");
    assert!(notes.contains("isolation forests are left out of the comparison"), "{notes}");
    assert!(scratch.json("score run new.csv")["agreement"].is_null());
}

#[test]
fn every_sample_has_a_row_with_its_reasons() {
    let scratch = trained();
    scratch.succeed("score run --out scores.csv --per-feature parts.npy");
    let text = scratch.text("scores.csv");
    let first = "id,odd,score,share_below,flag,column_1,value_1,expected_1,share_1,column_2,value_2,expected_2,share_2,\
                 column_3,value_3,expected_3,share_3";
    assert_eq!((text.lines().next().unwrap(), text.lines().count()), (first, 601));
    scratch.succeed("score run --out scores.jsonl --threads 3");
    let lines = scratch.text("scores.jsonl");
    let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (row, line) in rows.iter().zip(text.lines().skip(1)) {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(fields[0], row["id"].as_str().unwrap());
        assert_eq!(fields[2].parse::<f64>().unwrap().to_bits(), row["score"].as_f64().unwrap().to_bits());
        assert_eq!(fields[5], row["reasons"][0]["column"].as_str().unwrap());
    }
    scratch.succeed("score run --out scores.npy");
    assert_eq!(scratch.read("scores.npy").len(), scratch.read("parts.npy").len() - 600 * 9 * 8);
    // Rows alone have the scores that they have in company.
    let pumps = scratch.text("pumps/table.csv");
    let few: Vec<&str> = pumps.lines().take(4).collect();
    scratch.write("few.csv", few.join("\n"));
    scratch.succeed("score run few.csv --out few.jsonl");
    let few: Vec<Value> =
        scratch.text("few.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (one, other) in few.iter().zip(&rows) {
        assert_eq!(one["score"], other["score"]);
    }
}

#[test]
fn an_empty_field_is_to_blame_for_nothing() {
    let scratch = trained();
    let pumps = scratch.text("pumps/table.csv");
    let header: Vec<&str> = pumps.lines().next().unwrap().split(',').collect();
    for kind in ["sample", "residual", "full"] {
        scratch.succeed(&format!("score run --kind {kind} --out scores.jsonl"));
        for (line, row) in scratch.text("scores.jsonl").lines().zip(pumps.lines().skip(1)) {
            let scored: Value = serde_json::from_str(line).unwrap();
            let fields: Vec<&str> = row.split(',').collect();
            for reason in scored["reasons"].as_array().unwrap() {
                let column = header.iter().position(|&name| reason["column"] == name).unwrap();
                assert!(!fields[column].is_empty(), "{kind}: {scored}: {row}");
            }
        }
    }
}

#[test]
fn thresholds_are_chosen_and_tell_by_the_exit_code() {
    let scratch = trained();
    let flagged = |options: &str| scratch.json(&format!("score run {options}"))["flagged"].as_u64().unwrap();
    assert_eq!(flagged("--contamination 0.05"), 30);
    assert_eq!((flagged("--threshold -1e9"), flagged("--threshold 1e9")), (600, 0));
    assert!(flagged("--quantile 0.5") > flagged("--quantile 0.99"));
    scratch.succeed("score run --threshold 1e9 --fail-if-flagged");
    #[cfg(target_os = "linux")]
    {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let words = "score run --threshold -1e9 --fail-if-flagged --quiet";
        let output = scratch.command(words).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "what cannot be printed is a failure");
    }
    let output = scratch.run("score run --threshold -1e9 --fail-if-flagged --quiet");
    let line = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{line}");
    assert!(line.contains("600 scores above the threshold of -1000000000"), "{line}");
    for mistake in ["--quantile 1.5", "--quantile nan", "--threshold nan", "--quantile 0.5 --threshold 1"] {
        assert_eq!(scratch.run(&format!("score run {mistake}")).status.code(), Some(2), "{mistake}");
    }
}

#[test]
fn another_kind_is_fitted_to_the_data_of_the_run_and_labels_are_asked_for() {
    let scratch = trained();
    let kept = scratch.json("score run")["kind"].clone();
    for kind in ["residual", "code", "sum", "sample", "joint", "full"] {
        assert_eq!(scratch.json(&format!("score run --kind {kind}"))["kind"], kind);
    }
    assert_eq!(scratch.json("inspect run/model.safetensors")["scores"]["kind"], kept);
    // Without the data of its run, a model scores by what it keeps.
    scratch.write("alone.safetensors", scratch.read("run/model.safetensors"));
    assert_eq!(scratch.json("score alone.safetensors pumps/table.csv")["kind"], kept);
    let line = scratch.fail("score alone.safetensors pumps/table.csv --kind code", 1);
    assert!(line.contains("keeps nothing for scores of this kind"), "{line}");
    let line = scratch.fail("score run --odd 7", 2);
    assert!(line.contains("no sample is labelled 7; the labels are 0, 1"), "{line}");
    let notes = scratch.notes("score run --top 0");
    assert!(notes.contains("label 1 is taken for that of odd samples"), "{notes}");
    let digits = scratch.succeed("synthetic --count 200 --out digits -q");
    assert_eq!(digits, "");
    scratch.succeed("train digits --limit 200 --layers 16,4 --epochs 2 --threads 1 --out digits-run -q");
    let summary = scratch.json("score digits-run digits --odd 9");
    assert_eq!((&summary["kind"], &summary["detection"]["label"]), (&"residual".into(), &"9".into()));
    assert!(
        scratch.json("score digits-run digits")["detection"].is_null(),
        "ten labels tell nothing by themselves"
    );
}

#[test]
fn a_variational_model_scores_by_its_bound_and_another_one_says_that_it_cannot() {
    let scratch = Scratch::new();
    scratch.succeed("synthetic --count 200 --out digits -q");
    scratch.succeed("train digits --preset vae --layers 16,4 --epochs 2 --threads 1 --out vae -q");
    let kept = scratch.json("score vae")["kind"].clone();
    assert_eq!(kept, "residual");
    let scores = |kind: &str, options: &str| {
        scratch.succeed(&format!("score vae --kind {kind} --out scores.jsonl {options}"));
        let lines = scratch.text("scores.jsonl");
        lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>()
    };
    let score = |row: &Value| row["score"].as_f64().unwrap();
    let mean = |rows: &[Value]| rows.iter().map(score).sum::<f64>() / rows.len() as f64;
    let bound = scores("bound", "--threads 1");
    assert_eq!(bound, scores("bound", "--threads 3"));
    assert!(!bound[0]["reasons"].as_array().unwrap().is_empty(), "{}", bound[0]);
    let likelihood = scores("likelihood", "");
    assert!(mean(&likelihood) < mean(&bound));
    let loss = scratch.json("evaluate vae")["loss"].as_f64().unwrap();
    assert!((mean(&bound) - loss).abs() < 0.02 * loss, "{} {loss}", mean(&bound));

    scratch.succeed("train digits --layers 16,4 --epochs 1 --threads 1 --out plain -q");
    for kind in ["bound", "likelihood"] {
        let line = scratch.fail(&format!("score plain --kind {kind}"), 1);
        assert!(line.contains(&format!("scores of the kind {kind} need a variational model")), "{line}");
    }
}

#[test]
fn nothing_is_written_over_what_is_read() {
    let scratch = trained();
    let line = scratch.fail("score run pumps/table.csv --out pumps/table.csv", 1);
    assert!(line.contains("pumps/table.csv"), "{line}");
    scratch.fail("score run --out run/model.safetensors", 2);
    scratch.fail("score run --out scores.png", 2);
    assert!(!scratch.path("scores.png").exists());
}

#[test]
fn scores_of_digits_have_labels_and_their_reconstructions_are_numbers_alone() {
    let scratch = Scratch::new();
    scratch.succeed("train synthetic --limit 200 --layers 8 --epochs 1 --out run -q");
    scratch.succeed("score run synthetic --out scores.csv --top 0");
    assert!(scratch.text("scores.csv").starts_with("label,score,share_below,flag,column_1,"));
    scratch.succeed("reconstruct run synthetic --out restored.csv");
    let restored = scratch.text("restored.csv");
    assert_eq!(restored.lines().count(), 4000);
    assert!(restored.lines().next().unwrap().split(',').all(|field| field.parse::<f64>().is_ok()));
    let refused = scratch.fail("score run synthetic --out a.npy --per-feature a.npy", 2);
    assert!(refused.contains("--out and --per-feature name the same file"), "{refused}");
}

#[test]
fn labels_that_are_as_frequent_are_not_taken_for_odd() {
    let scratch = Scratch::new();
    let rows: Vec<String> =
        (0..60).map(|row| format!("{},{},{}\n", row % 7, row % 11, ["a", "b"][row % 2])).collect();
    scratch.write("t.csv", format!("x,y,kind\n{}", rows.concat()));
    scratch.succeed("train t.csv --label-column kind --layers 2 --epochs 1 --out run -q");
    let said = scratch.notes("score run");
    assert!(said.contains("labels a and b are as frequent: --odd names that of odd samples"), "{said}");
    assert!(scratch.json("score run --odd b")["detection"].is_object());
    assert!(scratch.json("score run")["detection"].is_null());
}
