//! `find-lr`: its output, its figure, the settings that have an effect, and its refusals.

use crate::program::{SMALL, Scratch};

const FIND: &str = "find-lr synthetic --limit 300 --batch-size 64 --layers 24,8 --steps 60";

#[test]
fn a_rate_is_suggested_drawn_and_can_be_trained_with() {
    let scratch = Scratch::new();
    let printed = scratch.succeed(&format!("{FIND} --out rates.svg"));
    for words in
        ["784-24-8-24-784, adam; 60 steps", "Steepest fall:", "Least loss:", "Figure:         rates.svg"]
    {
        assert!(printed.contains(words), "{words}: {printed}");
    }
    let used = printed.split("--learning-rate ").nth(1).unwrap().split('`').next().unwrap();
    assert!(printed.contains(&format!("Suggestion:     {used}\n")), "{printed}");
    let figure = scratch.text("rates.svg");
    assert!(figure.starts_with("<svg") && figure.contains("learning rate"), "{figure:.300}");
    assert!(figure.contains(&format!("suggestion {used}")), "{figure:.300}");
    assert_eq!(scratch.list("."), ["rates.svg"], "nothing else is written");
    scratch.succeed(&format!("{SMALL} --learning-rate {used} --out run"));
}

#[test]
fn the_figure_is_named_once() {
    let scratch = Scratch::new();
    for (words, on_stdout) in [("", 1), ("--json", 0)] {
        let output = scratch.run(&format!("{FIND} --out rates.svg {words}"));
        let times = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().matches("rates.svg").count();
        assert_eq!((times(output.stdout), times(output.stderr)), (on_stdout, 1 - on_stdout), "{words:?}");
    }
}

#[test]
fn the_keys_of_its_json() {
    let scratch = Scratch::new();
    let report = scratch.json(FIND);
    let steps = report["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 60);
    for step in steps {
        assert!(["rate", "loss", "smoothed"].iter().all(|key| step[key].is_number()), "{step}");
    }
    let number = |key: &str| report[key].as_f64().unwrap();
    assert!(
        number("steepest_rate") < number("suggestion") && number("suggestion") < number("least_loss_rate")
    );
    assert_eq!(report["diverged"], false);
    assert_eq!(scratch.json(&format!("{FIND} --threads 1")), report, "the same on any number of threads");
    assert_ne!(scratch.json(&format!("{FIND} --seed 1")), report);
    assert!(scratch.list(".").is_empty());
}

#[test]
fn it_takes_the_settings_of_a_run_and_those_of_its_rate_have_no_say() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --schedule cosine --out run"));
    let report = scratch.json(FIND);
    assert_eq!(scratch.json("find-lr --config run/config.toml --steps 60"), report);
    assert_eq!(scratch.json(&format!("{FIND} --learning-rate 3 --epochs 1 --patience 1")), report);
    assert_ne!(scratch.json("find-lr --config run/config.toml --steps 60 --optimizer sgd"), report);
    assert!(!scratch.succeed("find-lr --help").contains("--schedule-floor"));
}

#[test]
fn a_range_that_ends_too_early_is_said() {
    let scratch = Scratch::new();
    let printed = scratch.succeed(&format!("{FIND} --to 1e-4"));
    assert!(printed.contains("a larger --to"), "{printed}");
}

#[test]
fn ranges_that_make_no_sense_are_refused_before_data_is_read() {
    let scratch = Scratch::new();
    for (words, expected) in [
        ("--from 0", "from: expected a finite learning rate above 0, found 0"),
        ("--from -1", "found -1"),
        ("--to 1e-7", "to: expected"),
        ("--to inf", "found inf"),
        ("--steps 3", "steps: expected at least 10, found 3"),
        ("--out rates.png", "rates.png: expected a name that ends in .svg"),
        ("--huber-delta 2", "--loss huber"),
    ] {
        let line = scratch.fail(&format!("find-lr missing.csv {words}"), 2);
        assert!(line.contains(expected), "{words}: {line}");
    }
    let line = scratch.fail("find-lr missing.csv", 1);
    assert!(line.contains("missing.csv"), "{line}");
    let line = scratch.fail("find-lr synthetic --limit 50 --out missing/rates.svg", 1);
    assert!(line.contains("missing"), "{line}");
}
