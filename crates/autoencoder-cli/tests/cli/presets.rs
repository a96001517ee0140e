//! What `train` does with data of which nothing is said: the preset that data chooses, and what it learns with it.

use serde_json::Value;

use crate::archive::npy;
use crate::program::Scratch;

/// A table whose rows lie on a curve: two turns of a spiral in six columns.
fn spiral(count: u32) -> String {
    let row = |index: u32| {
        let angle = f64::from(index * 7919 % count) / f64::from(count) * 12.0;
        let noise = f64::from(index * 31 % 17) / 1000.0;
        let [x, y] = [angle.cos() * angle, angle.sin() * angle];
        format!("{},{},{},{},{},{}\n", x, y, 100.0 + x + y, x * y / 10.0, angle + noise, 3.0 - y)
    };
    (0..count).map(row).collect()
}

fn ratio(result: &Value) -> f64 {
    let verdict = &result["validation"];
    verdict["mse"].as_f64().unwrap() / verdict["baselines"]["pca"]["mse"].as_f64().unwrap()
}

#[test]
fn a_table_is_learnt_better_than_by_pca_without_a_word() {
    let scratch = Scratch::new();
    scratch.write("spiral.csv", spiral(600));
    let result = scratch.json("train spiral.csv");
    assert!(ratio(&result) < 0.5, "{}", ratio(&result));
    let config = scratch.text("runs/spiral/config.toml");
    for line in [
        "preset = \"table\"",
        "layers = [64, 2]",
        "init = \"pca\"",
        "scale = \"standard\"",
        "validation = 0.1",
    ] {
        assert!(config.contains(line), "{line}: {config}");
    }
    // The configuration is complete, on any number of threads.
    scratch.succeed("train --config runs/spiral/config.toml --threads 1 --out again -q");
    assert_eq!(scratch.read("again/model.safetensors"), scratch.read("runs/spiral/model.safetensors"));
    let said = scratch.notes("train spiral.csv --code 3 --epochs 1 --out three");
    assert!(said.contains("preset: table, chosen by the data; --preset takes another"), "{said}");
    assert!(scratch.text("three/config.toml").contains("layers = [64, 3]"));
    scratch.succeed("train spiral.csv --code 3 --resume --epochs 2 --out three -q");
    let line = scratch.fail("train spiral.csv --code 4 --resume --epochs 3 --out three", 1);
    assert!(line.contains("code"), "{line}");
    let line = scratch.fail("train spiral.csv --layers 8,2 --code 3 --out four", 2);
    assert!(line.contains("--code 3 contradicts --layers, whose last width is 2"), "{line}");
}

#[test]
fn what_is_typed_goes_with_the_preset_that_the_data_chooses() {
    let scratch = Scratch::new();
    scratch.write("t.csv", spiral(60));
    for (typed, line) in [
        ("--layers 3,2", "init = \"glorot\""),
        ("--activation sigmoid", "init = \"glorot\""),
        ("--penalty variational", "loss = \"bce\""),
        ("--loss bce", "scale = \"min-max\""),
        ("--output-activation sigmoid", "scale = \"min-max\""),
        ("--penalty sparse", "code-activation = \"sigmoid\""),
        ("--normalization batch", "init = \"glorot\""),
        ("--validation none", "keep-best = false"),
        ("--tied", "init = \"pca\""),
        ("--pretrain-epochs 1", "init = \"pca\""),
    ] {
        scratch.succeed(&format!("train t.csv {typed} --epochs 1 --out run --force -q"));
        let config = scratch.text("run/config.toml");
        assert!(config.contains(line) && config.contains("preset = \"table\""), "{typed}: {config}");
    }
}

#[test]
fn the_data_chooses_the_preset() {
    let scratch = Scratch::new();
    let shades: Vec<u8> = (0..30 * 144_u32).map(|index| (index * index / 7 % 250) as u8).collect();
    let drawn: Vec<u8> = shades.iter().map(|&shade| if shade > 125 { 255 } else { 0 }).collect();
    scratch.write("photos.npy", npy("|u1", &[30, 12, 12], &shades));
    scratch.write("drawings.npy", npy("|u1", &[30, 12, 12], &drawn));
    scratch.write("rows.npy", npy("|u1", &[30, 144], &shades));
    for (data, lines) in [
        ("photos.npy", &["preset = \"pictures\"", "shift = 1", "init = \"pca\""][..]),
        ("drawings.npy", &["preset = \"pictures\"", "output-activation = \"sigmoid\"", "shift = 0"]),
        ("rows.npy", &["preset = \"table\"", "scale = \"standard\""]),
        ("rows.npy --sample-shape 12,12", &["preset = \"pictures\""]),
        ("synthetic --limit 50", &["preset = \"tutorial\"", "validation = \"test\""]),
        ("rows.npy --preset tutorial", &["preset = \"tutorial\"", "validation = \"none\"", "scale"][..2]),
    ] {
        scratch.succeed(&format!("train {data} --epochs 1 --out run --force -q"));
        let config = scratch.text("run/config.toml");
        assert!(lines.iter().all(|line| config.contains(line)), "{data}: {config}");
    }
    let said = scratch.notes("train synthetic --limit 50 --epochs 1 --out run --force");
    assert!(!said.contains("preset:"), "{said}");
    // A sweep takes the same preset and sizes.
    scratch.write("grid.toml", "data = \"rows.npy\"\nepochs = 1\nlearning-rate = [0.001]\n");
    scratch.succeed("sweep grid.toml --out sweep -q");
    scratch.succeed("train rows.npy --epochs 1 --learning-rate 0.001 --out typed -q");
    let run = "sweep/learning-rate=0.001";
    for file in ["model.safetensors", "config.toml"] {
        assert_eq!(scratch.read(&format!("{run}/{file}")), scratch.read(&format!("typed/{file}")));
    }
}

#[test]
fn a_time_is_turned_into_epochs_once() {
    let scratch = Scratch::new();
    scratch.write("t.csv", spiral(200));
    let said = scratch.notes("train t.csv --budget 0.3s --threads 1 --out run");
    assert!(said.contains("budget: ") && said.contains(" s in 0.3s"), "{said}");
    let config = scratch.text("run/config.toml");
    assert!(config.contains("budget = \"0.3s\""), "{config}");
    let epochs = |config: &str| -> usize {
        let line = config.lines().find(|line| line.starts_with("epochs = ")).unwrap();
        line["epochs = ".len()..].parse().unwrap()
    };
    assert!(epochs(&config) > 10, "{config}");
    scratch.succeed("train --config run/config.toml --threads 2 --out again -q");
    assert_eq!(scratch.read("again/model.safetensors"), scratch.read("run/model.safetensors"));
    scratch.succeed("train t.csv --budget 0.3s --threads 1 --resume --out run -q");
    let line = scratch.fail("train t.csv --budget 1h --threads 1 --resume --out run", 1);
    assert!(line.contains("budget: the run has \"0.3s\", asked for \"1h\""), "{line}");
    // The trial of the speed has no validation, which a warm-up of the penalty asks of early stopping.
    let sparse = "--penalty sparse --penalty-warmup-epochs 2";
    scratch.succeed(&format!("train t.csv {sparse} --budget 0.2s --threads 1 --out sparse -q"));
    // A time that is typed takes the place of the epochs in a file.
    scratch.succeed("train --config again/config.toml --budget 0.25s --threads 1 --out third -q");
    assert!(scratch.text("third/config.toml").contains("budget = \"0.25s\""));
    for typed in ["--budget 5", "--budget 0s", "--budget 5s --epochs 3"] {
        let output = scratch.run(&format!("train t.csv {typed} --out wrong"));
        assert_eq!(output.status.code(), Some(2), "{typed}");
    }
    scratch.write("grid.toml", "data = \"t.csv\"\nbudget = \"5s\"\nlearning-rate = [0.001]\n");
    let line = scratch.fail("sweep grid.toml --out sweep", 2);
    assert!(line.contains("budget: ") && line.contains("give epochs"), "{line}");
}

#[test]
fn a_training_that_learns_nothing_says_so_while_it_runs() {
    let scratch = Scratch::new();
    scratch.write("t.csv", spiral(100));
    let train =
        "train t.csv --preset tutorial --layers 4,2 --learning-rate 1e-6 --epochs 30 --threads 1 --out run";
    let said = scratch.notes(train);
    let told: Vec<&str> =
        said.lines().filter(|line| line.contains("no better than the mean sample")).collect();
    assert_eq!(told.len(), 1, "{said}");
    assert!(told[0].starts_with("after epoch 3 of 30, the model is no better"), "{said}");
    let line = scratch.fail(&format!("{train} --force --stop-if-hopeless"), 1);
    assert!(line.contains("after epoch 3 of 30") && line.contains("--resume would go on"), "{line}");
    assert!(scratch.path("run/checkpoint.safetensors").exists());
    scratch.succeed("train t.csv --resume --threads 1 --out run -q");
    scratch.succeed("train t.csv --epochs 5 --stop-if-hopeless --out good -q");
}

#[test]
fn rows_of_codes_are_named() {
    let scratch = Scratch::new();
    scratch.write("t.csv", format!("a,b,kind\n{}", "1,2,x\n3,5,y\n4,1,x\n".repeat(8)));
    scratch.succeed("train t.csv --label-column kind --layers 1 --epochs 1 --out run -q");
    scratch.succeed("encode run t.csv --out codes.csv --rows rows.tsv -q");
    assert!(scratch.text("rows.tsv").starts_with("x\ny\nx\nx\n"), "one column has no header there");
    scratch.succeed("encode run t.csv --out codes.csv --rows rows.csv -q");
    assert!(scratch.text("rows.csv").starts_with("label\nx\ny\n"));
    let line = scratch.fail("encode run t.csv --out codes.csv --rows rows.txt", 2);
    assert!(line.contains("--rows: expected a name that ends in .tsv or .csv"), "{line}");
    for rows in ["codes.csv", "./codes.csv", "../codes.csv"] {
        let folder = scratch.path("").file_name().unwrap().to_string_lossy().into_owned();
        let rows = rows.replace("..", &format!("../{folder}"));
        let line = scratch.fail(&format!("encode run t.csv --out codes.csv --rows {rows}"), 2);
        assert!(line.contains("--rows and --out name the same file"), "{line}");
    }
    scratch.write("plain.csv", "a,b\n1,2\n3,4\n");
    let line = scratch.fail("encode run plain.csv --out codes.csv --rows rows.csv", 2);
    assert!(line.contains("have neither names nor labels"), "{line}");

    scratch.succeed("synthetic --kind photos --count 12 --out photos -q");
    scratch.succeed("train photos --epochs 1 --out pictures -q");
    scratch.succeed("encode pictures --out codes.csv --rows rows.tsv -q");
    let rows = scratch.text("rows.tsv");
    assert_eq!(rows.lines().next(), Some("name\tlabel"));
    assert_eq!(rows.lines().count(), scratch.text("codes.csv").lines().count());
    assert!(rows.lines().nth(1).is_some_and(|line| line.contains(".png\t")), "{rows}");
}

#[test]
fn long_rows_take_no_long_time() {
    let scratch = Scratch::new();
    let number = |row: usize, column: usize| (row * 31 + column * 7919) % 1000;
    let row =
        |row| (0..60_000).map(|column| number(row, column).to_string()).collect::<Vec<_>>().join(",") + "\n";
    scratch.write("long.csv", (0..10).map(row).collect::<String>());
    let begun = std::time::Instant::now();
    scratch.succeed("train long.csv --layers 4 --epochs 1 --out run -q");
    // A debug build on a busy machine; drawing each number took minutes.
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}
