//! The figures of scores: `plot scores` and `plot anomalies`.

use crate::program::{SMALL, Scratch};

/// A table of machines with ids, labels, words and holes, and a model that was trained on it without the labels.
fn pumps() -> Scratch {
    let scratch = Scratch::new();
    scratch.succeed("synthetic --kind table --count 600 --out pumps -q");
    scratch.succeed(
        "train pumps/table.csv --label-column odd --id-column id --preset anomaly --threads 1 --out run -q",
    );
    scratch
}

/// The texts of an SVG file, one after the other.
fn texts(svg: &str) -> Vec<&str> {
    svg.split("<text").skip(1).filter_map(|text| text.split(['>', '<']).nth(1)).map(str::trim).collect()
}

/// The number that stands behind a text.
fn number_behind(texts: &[&str], name: &str, place: usize) -> f64 {
    let at = texts.iter().position(|text| *text == name).unwrap_or_else(|| panic!("{name}: {texts:?}"));
    texts[at + place].parse().unwrap()
}

#[test]
fn scores_with_labels_have_the_areas_that_score_prints() {
    let scratch = pumps();
    let notes = scratch.notes("plot scores run --out scores.svg");
    assert!(notes.ends_with("scores.svg: the scores of 600 samples (pumps/table.csv)\n"), "{notes}");
    assert!(notes.contains("label 1 is taken for that of odd samples"), "{notes}");
    let summary = scratch.json("score run");
    let detection = &summary["detection"];
    let svg = scratch.text("scores.svg");
    let texts = texts(&svg);
    let simple = ["residual of PCA", "Mahalanobis", "Mahalanobis, trimmed", "sum of |z|"];
    let detectors = detection["detectors"].as_array().unwrap().iter();
    for (name, told) in simple.into_iter().zip(detectors).chain([("this model", &detection["model"])]) {
        for (place, key) in [(1, "auroc"), (2, "average_precision")] {
            let (shown, told) = (number_behind(&texts, name, place), told[key].as_f64().unwrap());
            assert!((shown - told).abs() < 0.000_051, "{name}: {shown} beside {told}");
        }
    }
    let (odd, flagged) = (&detection["odd"], &summary["flagged"]);
    let says = |words: &str| assert!(texts.iter().any(|text| text.contains(words)), "{words}: {texts:?}");
    says(&format!("{odd} samples labelled 1"));
    says("60 samples held out of the training");
    says(&format!("(99 % of usual scores below): {flagged} of 600 flagged"));
    // Another label, another threshold and another kind.
    scratch.succeed("plot scores run --odd 0 --threshold -1e9 --kind code --out other.svg");
    let other = scratch.text("other.svg");
    assert!(other.contains("samples labelled 0") && other.contains("kind code"), "{other:.400}");
    assert!(other.contains("below the axis: threshold −1000000000: 600 of 600 flagged"));
    let line = scratch.fail("plot scores run --odd 7 --out none.svg", 2);
    assert!(line.contains("no sample is labelled 7") && !scratch.path("none.svg").exists(), "{line}");
}

#[test]
fn figures_are_the_same_on_any_number_of_threads_and_in_both_forms() {
    let scratch = pumps();
    for figure in ["scores", "anomalies"] {
        for format in ["svg", "png"] {
            for threads in [1, 2] {
                scratch.succeed(&format!(
                    "plot {figure} run --threads {threads} --out {figure}-{threads}.{format}"
                ));
            }
            let [one, two] = [1, 2].map(|threads| scratch.read(&format!("{figure}-{threads}.{format}")));
            assert!(one == two, "{figure}.{format}");
            let begins: &[u8] = if format == "svg" { b"<svg " } else { b"\x89PNG" };
            assert!(one.starts_with(begins), "{figure}.{format}");
        }
    }
    let before = scratch.list(".");
    for figure in ["scores", "anomalies"] {
        let line = scratch.fail(&format!("plot {figure} run --out figure.pdf"), 2);
        assert!(line.contains("figure.pdf: expected a name that ends in .svg or .png"), "{line}");
        scratch.fail(&format!("plot {figure} run --out run/model.safetensors"), 2);
        let line = scratch.fail(&format!("plot {figure} run pumps/table.csv --out no/figure.svg"), 1);
        assert!(line.contains("there is no folder no"), "{line}");
    }
    assert_eq!(scratch.list("."), before, "nothing else is written");
}

#[test]
fn the_worst_rows_stand_there_with_the_columns_to_blame() {
    let scratch = pumps();
    let notes = scratch.notes("plot anomalies run --out anomalies.svg --count 4");
    let says = "anomalies.svg: 4 of 600 samples, those with the greatest scores (pumps/table.csv)\n";
    assert!(notes.ends_with(says), "{notes}");
    let svg = scratch.text("anomalies.svg");
    let texts = texts(&svg);
    let summary = scratch.json("score run --top 4");
    for row in summary["top"].as_array().unwrap() {
        let at =
            texts.iter().position(|text| row["id"] == *text).unwrap_or_else(|| panic!("{row}: {texts:?}"));
        assert!(texts[at + 1].starts_with("label 1, score "), "{}", texts[at + 1]);
        // A column, its value, what is expected, and its share.
        let reason = &row["reasons"][0];
        assert!(reason["column"] == texts[at + 2], "{reason}: {texts:?}");
        let number = |key: &str| reason[key].as_str().unwrap().parse::<f64>();
        for (key, place) in [("value", 3), ("expected", 4)] {
            if let (Ok(told), Ok(shown)) = (number(key), texts[at + place].replace('−', "-").parse::<f64>())
            {
                assert!((told - shown).abs() <= 0.000_5 * told.abs(), "{key}: {shown} beside {told}");
            }
        }
        let share = 100.0 * reason["share"].as_f64().unwrap();
        assert_eq!(texts[at + 5], format!("{share:.0} %"));
    }
    assert_eq!(svg.matches("<circle").count(), 5, "the mark of flagged rows, and its key");
    scratch.succeed("plot anomalies run --count 1000 --out many.svg");
    assert!(scratch.text("many.svg").contains("of these 600."), "a page has not room for all");
}

#[test]
fn images_stand_above_their_restorations_and_series_are_lines() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out digits -q"));
    scratch.succeed("synthetic --count 60 --out few -q");
    scratch.succeed("plot anomalies digits few --split train --count 12 --out digits.svg -q");
    let svg = scratch.text("digits.svg");
    for words in
        ["original", "restored", "difference", "label", "The 12 samples with the greatest scores, of 60"]
    {
        assert!(svg.contains(words), "{words}");
    }
    assert_eq!(svg.matches("data:image/png;base64,").count(), 3 * 12 + 1);
    scratch.succeed("plot scores digits few --split train --out scores.svg -q");
    let scores = scratch.text("scores.svg");
    assert!(
        scores.contains("60 samples that were scored") && !scores.contains("ROC"),
        "ten labels tell nothing"
    );

    scratch.succeed("synthetic --kind series --count 80 --out beats -q");
    let train = "train beats/series.csv --label-column odd --layers 4 --epochs 2 --validation 0.2";
    scratch.succeed(&format!("{train} --out series -q"));
    scratch.succeed("plot anomalies series --count 3 --out series.svg -q");
    let series = scratch.text("series.svg");
    assert!(
        series.contains("expected") && series.contains("parts of the score") && series.contains("feature")
    );
    // Windows of several series are drawn one by one.
    scratch.succeed(&format!("{train} --sample-shape 32,2 --out windows -q"));
    scratch.succeed("plot anomalies windows --count 3 --out windows.svg -q");
    assert_eq!(scratch.text("windows.svg").matches("series 2").count(), 3);
}

#[test]
fn few_samples_and_equal_ones_are_drawn_and_a_model_alone_has_no_simple_detectors() {
    let scratch = pumps();
    let pumps = scratch.text("pumps/table.csv");
    let lines: Vec<&str> = pumps.lines().collect();
    scratch.write("one.csv", lines[..2].join("\n"));
    scratch.write("equal.csv", [&lines[..1], &[lines[1]; 50]].concat().join("\n"));
    for file in ["one", "equal"] {
        for figure in ["scores", "anomalies"] {
            for format in ["svg", "png"] {
                scratch.succeed(&format!("plot {figure} run {file}.csv --out {file}-{figure}.{format} -q"));
            }
        }
    }
    assert!(scratch.text("one-scores.svg").contains("(a dot for each)"));
    assert!(scratch.text("one-anomalies.svg").contains("1 sample\n"));
    assert!(scratch.text("equal-anomalies.svg").contains("The 10 samples with the greatest scores, of 50"));
    scratch.write("alone.safetensors", scratch.read("run/model.safetensors"));
    let notes = scratch.notes("plot scores alone.safetensors pumps/table.csv --out alone.svg");
    assert!(notes.contains("simple detectors would be fitted, cannot be read"), "{notes}");
    let alone = scratch.text("alone.svg");
    assert!(alone.contains("ROC curve") && alone.contains("this model") && !alone.contains("Mahalanobis"));
}
