//! Sweeps: combinations of listed settings are trained side by side, ranked, resumed and refused.

use std::fs;
use std::time::SystemTime;

use crate::program::Scratch;
#[cfg(unix)]
use crate::signals::{interrupted, send};

const GRID: &str = "data = \"small.idx\"\npreset = \"tutorial\"\nlimit = 50\nbatch-size = 8\nepochs = 2\nvalidation = 0.25\n\
                    learning-rate = [0.001, 0.01]\nlayers = [[5, 2], [4, 1]]\n";

const RUNS: [&str; 4] = [
    "layers=4-1,learning-rate=0.001",
    "layers=4-1,learning-rate=0.01",
    "layers=5-2,learning-rate=0.001",
    "layers=5-2,learning-rate=0.01",
];

const REPRODUCIBLE: [&str; 5] =
    ["model.safetensors", "checkpoint.safetensors", "config.toml", "loss.svg", "reconstructions.png"];

/// A folder with this grid, and with small data so that baselines and figures are quick: 60 images of 3 x 3.
fn with(grid: &str) -> Scratch {
    let scratch = Scratch::new();
    let head = [0, 0, 8, 3, 0, 0, 0, 60, 0, 0, 0, 3, 0, 0, 0, 3];
    let pixels = (0..=255).cycle().step_by(37).take(60 * 9);
    scratch.write("small.idx", head.into_iter().chain(pixels).collect::<Vec<u8>>());
    scratch.write("grid.toml", grid);
    scratch
}

fn assert_same(scratch: &Scratch, one: &str, other: &str) {
    for file in REPRODUCIBLE {
        let same = scratch.read(&format!("{one}/{file}")) == scratch.read(&format!("{other}/{file}"));
        assert!(same, "{file} of {one} and {other}");
    }
}

/// The times at which the files of a run were written.
fn times(scratch: &Scratch, run: &str) -> Vec<SystemTime> {
    let written = |file| fs::metadata(scratch.path(&format!("{run}/{file}"))).unwrap().modified().unwrap();
    scratch.list(run).into_iter().map(written).collect()
}

#[test]
fn every_combination_is_trained_and_the_best_is_first() {
    let scratch = with(GRID);
    let printed = scratch.succeed("sweep grid.toml --jobs 2 --threads 2");
    let mut folders = RUNS.to_vec();
    folders.push("sweep.csv");
    assert_eq!(scratch.list("runs/grid"), folders);

    let lines: Vec<Vec<&str>> = printed.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(&lines[0][..3], ["rank", "layers", "learning-rate"]);
    let ranks: Vec<&str> = lines[1..].iter().map(|line| line[0]).collect();
    assert_eq!(ranks, ["1", "2", "3", "4"]);
    let losses: Vec<f64> = lines[1..].iter().map(|line| line[4].parse().unwrap()).collect();
    assert!(losses.is_sorted(), "{printed}");
    let ends: Vec<usize> = printed.lines().map(|line| line.find("runs/grid").unwrap_or(0)).collect();
    assert!(ends[1] > 0 && ends[1..].iter().all(|&end| end == ends[1]), "columns are aligned: {printed}");

    // The losses are those of the runs' own metrics.
    let table = scratch.text("runs/grid/sweep.csv");
    let head =
        "rank,layers,learning-rate,train_loss,train_mse,validation_loss,validation_mse,epochs,folder,failure";
    assert_eq!(table.lines().next(), Some(head));
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let folder = line.split('"').nth(1).unwrap();
        assert_eq!(folder, format!("layers={},learning-rate={}", cells[1], cells[2]));
        let metrics = scratch.text(&format!("runs/grid/{folder}/metrics.csv"));
        let last: Vec<f64> = metrics.lines().nth(2).unwrap().split(',').map(|x| x.parse().unwrap()).collect();
        let losses: Vec<f64> = cells[3..7].iter().map(|cell| cell.parse().unwrap()).collect();
        assert_eq!(losses, [last[2], last[1], last[4], last[3]]);
    }
}

#[test]
fn a_sweep_of_runs_that_start_from_a_model_goes_on() {
    let scratch = with("");
    let row = |index: usize| format!("{},{},{}\n", index * 37 % 101, index * 13 % 29, index * 7 % 17);
    scratch.write("first.csv", (0..60).map(row).collect::<String>());
    scratch.write("second.csv", (5..70).map(|index| row(index * 3)).collect::<String>());
    scratch.succeed("train first.csv --layers 8,2 --epochs 1 --out base -q");
    let grid = |seeds: &str| {
        format!(
            "data = 'second.csv'\ninit = 'base'\nlayers = [[8, 2]]\nepochs = 1\nseed = {seeds}\nlearning-rate = [0.001]\n"
        )
    };
    scratch.write("grid.toml", grid("[1]"));
    scratch.succeed("sweep grid.toml --out out -q");
    scratch.write("grid.toml", grid("[1, 2]"));
    // The finished run is compared with the data as its own scaling has it.
    scratch.succeed("sweep grid.toml --out out -q");
}

#[test]
fn a_run_of_a_sweep_is_the_run_of_train() {
    let scratch = with(GRID);
    scratch.succeed("sweep grid.toml --out one --jobs 1 --threads 2");
    scratch.succeed("sweep grid.toml --out two --jobs 2 --threads 2");
    assert_eq!(scratch.text("one/sweep.csv"), scratch.text("two/sweep.csv"));
    for run in RUNS {
        assert_same(&scratch, &format!("one/{run}"), &format!("two/{run}"));
    }
    let run = format!("one/{}", RUNS[2]);
    scratch.succeed(&format!("train --config {run}/config.toml --out again"));
    assert_same(&scratch, &run, "again");
    let typed = "--limit 50 --batch-size 8 --epochs 2 --validation 0.25 --learning-rate 0.001 --layers 5,2";
    scratch.succeed(&format!("train small.idx --preset tutorial {typed} --out typed"));
    assert_same(&scratch, &run, "typed");
}

#[test]
fn what_is_finished_stays_and_what_is_not_is_completed() {
    let scratch = with(GRID);
    let first = scratch.json("sweep grid.toml");
    let before = RUNS.map(|run| times(&scratch, &format!("runs/grid/{run}")));
    let table = scratch.text("runs/grid/sweep.csv");
    let again = scratch.json("sweep grid.toml");
    assert_eq!(first, again, "the seconds too are read back");
    assert_eq!(before, RUNS.map(|run| times(&scratch, &format!("runs/grid/{run}"))));

    scratch.succeed("sweep grid.toml --out straight");
    // One is missing, one has lost its model, one is a checkpoint after its first epoch, and one is finished.
    let of = |index: usize| format!("runs/grid/{}", RUNS[index]);
    fs::remove_dir_all(scratch.path(&of(0))).unwrap();
    fs::remove_file(scratch.path(&format!("{}/model.safetensors", of(1)))).unwrap();
    let config = scratch.text(&format!("{}/config.toml", of(2)));
    scratch.write("one-epoch.toml", config.replace("epochs = 2\n", "epochs = 1\n"));
    scratch.succeed(&format!("train --config one-epoch.toml --force --out {}", of(2)));
    scratch.write(&format!("{}/config.toml", of(2)), config);
    let notes = String::from_utf8(scratch.run("sweep grid.toml").stderr).unwrap();
    assert!(
        notes.contains("1 of 4 runs are finished already") && notes.contains("3 runs to train"),
        "{notes}"
    );
    assert!(notes.contains("4/4 layers="), "{notes}");
    for run in RUNS {
        assert_same(&scratch, &format!("runs/grid/{run}"), &format!("straight/{run}"));
    }
    assert_eq!(before[3], times(&scratch, &of(3)));
    assert_eq!(table, scratch.text("runs/grid/sweep.csv"));

    // Longer lists keep what was trained.
    scratch.write("grid.toml", GRID.replace("[0.001, 0.01]", "[0.01, 0.003, 0.001]"));
    assert_eq!(scratch.json("sweep grid.toml")["runs"].as_array().unwrap().len(), 6);
    assert_eq!(before[3], times(&scratch, &of(3)));
}

#[cfg(unix)]
#[test]
fn a_run_that_was_broken_off_in_its_pretraining_is_completed() {
    let grid = GRID.replace("[0.001, 0.01]", "[0.001]") + "pretrain-epochs = 6000\n";
    let scratch = with(&grid);
    scratch.succeed("sweep grid.toml --out straight");
    for run in [RUNS[0], RUNS[2]] {
        let words = format!("train --config straight/{run}/config.toml --out runs/grid/{run}");
        let checkpoint = format!("runs/grid/{run}/checkpoint.safetensors");
        if interrupted(&scratch, &words, &checkpoint).is_none() {
            return;
        }
        assert_eq!(scratch.json(&format!("inspect {checkpoint}"))["kind"], "pretraining");
    }
    scratch.succeed("sweep grid.toml");
    for run in [RUNS[0], RUNS[2]] {
        assert_same(&scratch, &format!("runs/grid/{run}"), &format!("straight/{run}"));
    }
}

#[test]
fn runs_of_other_data_are_not_ranked_together() {
    let grid = |seeds: &str| {
        format!("data = 't.csv'\nlayers = [[1]]\nepochs = 1\nseed = {seeds}\nlearning-rate = [0.1]\n")
    };
    let scratch = with(&grid("[0, 1]"));
    let table = |last: &str| scratch.write("t.csv", format!("1,2\n3,5\n2,9\n{last}\n"));
    table("4,4");
    scratch.succeed("sweep grid.toml --out s");
    let before = scratch.text("s/sweep.csv");
    table("4,7");
    scratch.succeed("sweep grid.toml --out s");
    scratch.write("grid.toml", grid("[0, 1, 2]"));
    let line = scratch.fail("sweep grid.toml --out s", 1);
    assert!(line.contains("seed=0: t.csv: expected the training samples"), "{line}");
    assert_eq!(scratch.text("s/sweep.csv"), before);
}

#[test]
fn a_folder_with_a_run_of_other_settings_is_refused() {
    let scratch = with(GRID);
    scratch.succeed("sweep grid.toml --out out");
    let table = scratch.text("out/sweep.csv");
    let open = GRID.replace("validation = 0.25\n", "");
    for (grid, words) in [
        (GRID.replace("epochs = 2", "epochs = 3"), ["epochs: the run has 2, asked for 3", "--out"]),
        (GRID.replace("limit = 50\n", ""), ["limit: the run has 50, asked for none", "--out"]),
        (open, ["validation: the run has 0.25, asked for \"none\"", "--out"]),
        (format!("{GRID}clip-norm = 1\n"), ["clip-norm: the run has none, asked for 1", "--out"]),
    ] {
        scratch.write("grid.toml", grid);
        let line = scratch.fail("sweep grid.toml --out out", 1);
        assert!(words.iter().all(|word| line.contains(word)) && line.contains(RUNS[2]), "{line}");
    }
    fs::remove_file(scratch.path(&format!("out/{}/config.toml", RUNS[1]))).unwrap();
    scratch.write("grid.toml", GRID);
    let line = scratch.fail("sweep grid.toml --out out", 1);
    assert!(line.contains("config.toml") && line.contains(RUNS[1]), "{line}");
    assert_eq!(scratch.text("out/sweep.csv"), table);
}

#[test]
fn nothing_is_trained_where_anything_is_wrong() {
    let scratch = Scratch::new();
    for (grid, code, words) in [
        (
            "seed = [0, 1]\nlearning_rate = 0.1\n",
            1,
            ["grid.toml", "the nearest known key is `learning-rate`"],
        ),
        ("seed = []\n", 1, ["grid.toml: seed", "empty list"]),
        ("seed = 3\n", 1, ["grid.toml", "found none"]),
        ("seed = [0, \"one\"]\n", 1, ["grid.toml: seed", "one"]),
        ("seed = [0, 1\n", 1, ["grid.toml", "line"]),
        ("batch-size = [8, 0]\nseed = [0, 1]\n", 2, ["batch-size=0,seed=0", "batch size"]),
        ("loss = [\"mse\", \"huber\"]\nhuber-delta = 2\n", 2, ["loss=mse", "--loss huber"]),
        ("seed = [1, 1]\n", 1, ["seed=1 and seed=1", "the same training"]),
        ("data = [\"synthetic\", \"nowhere.csv\"]\n", 1, ["nowhere.csv", "no such file"]),
    ] {
        scratch.write("grid.toml", grid);
        let line = scratch.fail("sweep grid.toml", code);
        assert!(words.iter().all(|word| line.contains(word)), "{grid:?}: {line}");
    }
    assert!(scratch.fail("sweep nothing.toml", 1).contains("nothing.toml"));
    assert_eq!(scratch.list("."), ["grid.toml"]);
    scratch.write("grid.toml", "data = \"synthetic\"\nseed = [0, 1]\n");
    let line = scratch.fail("sweep grid.toml --out grid.toml", 1);
    assert!(line.contains("found a file"), "{line}");
}

#[test]
fn a_run_that_fails_is_a_row_and_the_others_go_on() {
    let scratch = with(
        "data = \"table.csv\"\npreset = \"tutorial\"\nlayers = [2]\nepochs = 1\ncode-activation = \"linear\"\noutput-activation = \"linear\"\n\
         batch-size = 4\noptimizer = \"sgd\"\nlearning-rate = [1e30, 0.01]\n",
    );
    // The scaling of other data than bytes is settled when the data is read; the run is the same run all the same.
    let rows: Vec<String> = (0..30).map(|row| format!("{row},{},{}\n", row * row, row % 7)).collect();
    scratch.write("table.csv", rows.concat());
    for round in 0..2 {
        let output = scratch.run("sweep grid.toml --jobs 1");
        let (printed, notes) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!(output.status.code(), Some(1), "{notes}");
        assert!(notes.lines().last().unwrap().contains("1 of 2 runs failed"), "{notes}");
        assert_eq!(notes.contains("1 of 2 runs are finished already"), round == 1, "{notes}");
        let lines: Vec<&str> = printed.lines().collect();
        assert!(
            lines[0].contains("train loss       train MSE") || lines[0].contains("train MSE"),
            "{printed}"
        );
        assert!(lines[1].trim_start().starts_with("1 ") && lines[1].contains("runs/grid/learning-rate=0.01"));
        assert!(lines[2].trim_start().starts_with("- ") && lines[2].contains("failed: "), "{printed}");
        assert!(lines[2].contains("diverged in epoch 1"), "{printed}");
    }
    assert_eq!(scratch.list("runs/grid"), ["learning-rate=0.01", "sweep.csv"]);
    assert!(scratch.text("runs/grid/sweep.csv").contains("diverged"));
    let output = scratch.run("sweep grid.toml --json --quiet");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["runs"][0]["failure"].is_null() && report["runs"][1]["failure"].is_string(), "{report}");
}

#[test]
fn the_keys_of_json_and_the_silence_of_quiet() {
    let scratch = with(GRID);
    let output = scratch.run("sweep grid.toml --quiet --json");
    assert!(output.status.success() && output.stderr.is_empty());
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["sorted_by"], "loss");
    for (index, run) in report["runs"].as_array().unwrap().iter().enumerate() {
        assert_eq!(run["rank"], index + 1);
        assert!(run["settings"]["layers"].is_array() && run["settings"]["learning-rate"].is_f64());
        assert_eq!(run["epochs"], 2);
        for key in ["train_loss", "train_mse", "validation_loss", "validation_mse", "seconds"] {
            assert!(run[key].is_f64(), "{key}: {run}");
        }
        let folder = run["folder"].as_str().unwrap();
        assert!(folder.starts_with("runs/grid/") && run["failure"].is_null());
        let evaluated = scratch.json(&format!("evaluate {folder} small.idx"));
        assert!(evaluated["mse"].is_f64());
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_sweep_goes_on() {
    use std::process::Stdio;
    use std::time::{Duration, Instant};

    let grid =
        "data = \"small.idx\"\npreset = \"tutorial\"\nbatch-size = 1\nlayers = [4, 2]\nseed = [0, 1, 2]\n";
    let scratch = with(&format!("{grid}epochs = 500000\n"));
    let mut command = scratch.command("sweep grid.toml --jobs 2 --threads 2");
    let mut child = command.stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    let of = |seed: usize| format!("runs/grid/seed={seed}");
    let are_begun = || (0..2).all(|seed| scratch.path(&format!("{}/metrics.csv", of(seed))).exists());
    while !are_begun() && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(2));
    }
    if !send("TERM", &child) {
        // The test ends here where no tool sends signals.
        child.kill().unwrap();
        child.wait().unwrap();
        return;
    }
    let output = child.wait_with_output().unwrap();
    let notes = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(143), "{notes}");
    let last = notes.lines().last().unwrap();
    let words =
        ["runs/grid: 0 of 3 runs are finished", "`autoencoder sweep grid.toml --out runs/grid` continues"];
    assert!(words.iter().all(|word| last.contains(word)), "{last}");
    assert!(output.stdout.is_empty());
    assert_eq!(scratch.list("runs/grid"), ["seed=0", "seed=1"]);

    // Nobody waits for that many epochs: one more than were done will do.
    let done = |seed| scratch.text(&format!("{}/metrics.csv", of(seed))).lines().count() - 1;
    let epochs = format!("epochs = {}\n", done(0).max(done(1)) + 1);
    for path in ["grid.toml", "runs/grid/seed=0/config.toml", "runs/grid/seed=1/config.toml"] {
        scratch.write(path, scratch.text(path).replace("epochs = 500000\n", &epochs));
    }
    scratch.succeed("sweep grid.toml --out runs/grid");
    scratch.succeed("sweep grid.toml --out straight");
    for seed in 0..3 {
        assert_same(&scratch, &of(seed), &format!("straight/seed={seed}"));
    }
    assert_eq!(scratch.text("runs/grid/sweep.csv"), scratch.text("straight/sweep.csv"));
}

/// A sweep that was killed right after the last file of a run leaves the lock of that run.
#[test]
fn what_a_killed_sweep_left_in_a_finished_run_is_removed() {
    let scratch = Scratch::new();
    scratch.write(
        "grid.toml",
        "data = \"synthetic\"\nlimit = 40\nlayers = [[4, 2]]\nepochs = 1\nseed = [1, 2]\n",
    );
    scratch.succeed("sweep grid.toml --out s");
    let runs: Vec<String> = scratch.list("s").into_iter().filter(|name| name.contains("seed=")).collect();
    assert_eq!(runs.len(), 2, "{runs:?}");
    let before = scratch.list(&format!("s/{}", runs[0]));
    scratch.write(&format!("s/{}/.lock", runs[0]), "4294967295\n");
    scratch.write(&format!("s/{}/.model.safetensors.Ab12cd.part", runs[0]), "half");
    scratch.succeed("sweep grid.toml --out s");
    assert_eq!(scratch.list(&format!("s/{}", runs[0])), before);
}
