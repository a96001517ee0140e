//! Tables with words, holes, ids and dates, from their training to what is written.

use std::fmt::Write;

use serde_json::Value;

use crate::archive::npy;
use crate::program::Scratch;

/// Rows of customers: an id, a date, a number of each of three kinds, the kind as a word, and another word that follows from it. Every
/// eleventh field is empty.
fn customers(count: usize) -> String {
    let mut text = "who,since,age,income,plan,active\n".to_owned();
    for row in 0..count {
        let kind = row * 7 % 3;
        let age = [24.5, 43.5, 66.5][kind] + (row * 5 % 7) as f64;
        let income = [31_000.0, 90_000.0, 52_000.0][kind] + (row * 13 % 101) as f64 * 20.0;
        let plan = ["basic", "full", "family plan"][kind];
        let fields = [age.to_string(), income.to_string(), plan.to_owned(), (kind > 0).to_string()];
        let _ = write!(text, "c{row},2024-{:02}-{:02}", row % 12 + 1, row % 28 + 1);
        for (column, field) in fields.into_iter().enumerate() {
            let is_hole = (row * 4 + column) % 11 == 0;
            let _ = write!(text, ",{}", if is_hole { "" } else { &field });
        }
        text.push('\n');
    }
    text
}

/// A folder with such a table, and a model that was trained on it.
fn trained() -> Scratch {
    let scratch = Scratch::new();
    scratch.write("customers.csv", customers(240));
    scratch.succeed("train customers.csv --drop since --epochs 60 --seed 1 --threads 1 --out run");
    scratch
}

/// The fields of a line of a CSV file without quotes.
fn fields(text: &str, line: usize) -> Vec<String> {
    text.lines().nth(line).unwrap().split(',').map(str::to_owned).collect()
}

#[test]
fn a_table_goes_through_every_command_with_its_ids() {
    let scratch = trained();
    let notes = scratch.notes("encode run --out codes.csv");
    assert!(notes.contains("data: customers.csv, the data of the run"), "{notes}");
    scratch.succeed("decode run codes.csv --out decoded.csv");
    scratch.succeed("reconstruct run customers.csv --out restored.csv");
    assert_eq!(scratch.read("decoded.csv"), scratch.read("restored.csv"));
    let restored = scratch.text("restored.csv");
    assert_eq!(fields(&restored, 0), ["who", "age", "income", "plan", "active"]);
    assert_eq!(restored.lines().count(), 241);
    let original = scratch.text("customers.csv");
    let plan = |text: &str, line: usize, column: usize| fields(text, line)[column].clone();
    let known: Vec<usize> = (1..241).filter(|&line| !plan(&original, line, 4).is_empty()).collect();
    let right = known.iter().filter(|&&line| plan(&original, line, 4) == plan(&restored, line, 3)).count();
    assert!(right * 20 > known.len() * 19, "{right} of {}", known.len());
    assert!((1..241).all(|line| fields(&restored, line)[0] == format!("c{}", line - 1)));

    scratch.succeed("impute run customers.csv --out filled.csv");
    let filled = scratch.text("filled.csv");
    for line in 0..241 {
        for (before, after) in fields(&original, line).iter().zip(&fields(&filled, line)) {
            assert!(!after.is_empty() && (before.is_empty() || before == after), "{line}: {before} {after}");
        }
    }
    // Row 16 is of the second kind, and nobody wrote down which plan that is.
    assert_eq!(fields(&original, 17)[2..5], ["46.5", "90120", ""].map(str::to_owned));
    assert_eq!(fields(&filled, 17)[4], "full");

    let hidden = scratch.notes("encode run --layer all --out hidden.csv");
    assert!(hidden.contains("the outputs of encoder.0, encoder.1, decoder.0, decoder.1"), "{hidden}");
    assert_eq!(fields(&scratch.text("hidden.csv"), 0)[..2], ["who", "encoder.0.0"].map(str::to_owned));
    let line = scratch.fail("encode run --layer encoder.7 --out hidden.csv", 2);
    assert!(line.contains("the layers are encoder.0, "), "{line}");
}

#[test]
fn each_column_is_judged_beside_its_mean_or_most_frequent_word() {
    let scratch = trained();
    let report = scratch.json("evaluate run customers.csv --by-column");
    let columns = report["columns"].as_array().unwrap();
    let names: Vec<&str> = columns.iter().filter_map(|column| column["name"].as_str()).collect();
    assert_eq!(names, ["age", "income", "plan", "active"]);
    for column in columns {
        let number = |key: &str| column[key].as_f64();
        let is_better = match (number("mse"), number("mean_mse")) {
            (Some(mse), Some(mean)) => mse < 0.5 * mean,
            _ => {
                number("right") > number("most_frequent")
                    && number("cross_entropy") < number("shares_cross_entropy")
            }
        };
        assert!(is_better, "{column}");
    }
    assert_eq!(columns[0]["known"].as_u64(), Some(218));
    let text = scratch.succeed("evaluate run customers.csv --by-column");
    assert!(text.contains("words right") && text.contains("\n  plan "), "{text}");
    assert!(
        text.ends_with("restores every one of 4 columns better than its mean or most frequent word.\n"),
        "{text}"
    );
    // A table of numbers alone has columns too.
    scratch.write("numbers.csv", "a,b\n1,2\n2,4\n3,6.5\n4,8\n");
    scratch.succeed("train numbers.csv --epochs 2 --out numbers");
    let report = scratch.json("evaluate numbers numbers.csv --by-column");
    assert_eq!(
        (&report["columns"][1]["name"], &report["columns"][1]["kind"]),
        (&"b".into(), &"number".into())
    );
}

#[test]
fn the_model_is_the_same_on_any_threads_and_after_a_resume() {
    let scratch = Scratch::new();
    scratch.write("customers.csv", customers(100));
    let train = "train customers.csv --column since=days+weekday --scale standard,income=rank-gauss --schedule constant --epochs 6 --out";
    for threads in [1, 2, 3] {
        scratch.succeed(&format!("{train} run{threads} --threads {threads}"));
    }
    scratch.succeed("train customers.csv --config run1/config.toml --epochs 4 --out part --threads 2");
    scratch.succeed("train --resume --epochs 6 --out part --threads 1");
    let model = scratch.read("run1/model.safetensors");
    for other in ["run2", "run3"] {
        assert_eq!(scratch.read(&format!("{other}/model.safetensors")), model, "{other}");
    }
    scratch.succeed("train --config part/config.toml --out again");
    assert_eq!(scratch.read("part/model.safetensors"), scratch.read("again/model.safetensors"));
    let line = scratch.fail("train customers.csv --column since=words --resume --out run1", 1);
    assert!(line.contains("column: the run has [\"since=days+weekday\"]"), "{line}");
    let schema = scratch.json("inspect run1")["schema"].clone();
    let of = |name: &str| {
        let columns = schema.as_array().unwrap();
        columns.iter().find(|column| column["name"] == name).unwrap().clone()
    };
    assert_eq!((&of("since")["kind"], &of("since")["parts"][1]), (&"time".into(), &"weekday".into()));
    assert_eq!((&of("income")["scale"], &of("who")["kind"]), (&"rank-gauss".into(), &"id".into()));
    assert!(of("plan")["residual"].as_f64().is_some_and(|residual| residual > 0.0));
    scratch.succeed("reconstruct run1 --out restored.csv");
    let restored = scratch.text("restored.csv");
    assert_eq!(fields(&restored, 0), ["who", "since", "age", "income", "plan", "active"]);
    assert!(fields(&restored, 1)[1].starts_with("2024-"), "{restored}");
}

#[test]
fn weights_of_a_model_of_a_table_take_another_scaling_and_no_other_columns() {
    let scratch = trained();
    scratch.succeed("train customers.csv --init run --scale standard,income=log1p --epochs 1 --out scaled");
    let schema = scratch.succeed("inspect scaled --schema");
    assert!(schema.contains("name = \"income\"\nkind = \"number\"\nscale = \"log1p\""), "{schema}");
    let line = scratch.fail("train customers.csv --init run --column age=words --epochs 1 --out new", 2);
    assert!(line.contains("--column and --schema do not go with it"), "{line}");
    let line = scratch.fail("train customers.csv --init run --scale plan=log1p --out new", 2);
    assert!(line.contains("the column plan does not hold numbers"), "{line}");
}

#[test]
fn holes_are_filled_in_with_the_decimals_of_the_training_and_never_with_nothing() {
    let scratch = Scratch::new();
    let rows: Vec<String> = (0..60)
        .map(|row| format!("r{row};{:.2};{},{};;\r\n", f64::from(row % 10) / 10.0, row % 7, row % 10))
        .map(|row| row.replace('.', ","))
        .collect();
    scratch.write("t.csv", format!("\u{FEFF}who;share;n;empty;w\r\n{}", rows.concat()));
    // A schema asks for columns that have no value too, and without one they are left out.
    let told = scratch.notes("train t.csv --column w=words --epochs 1 --out short");
    assert!(told.contains("empty: no row has a value") && told.contains("w: no row has a value"), "{told}");
    let columns = [
        ("who", "\"id\""),
        ("share", "\"number\"\ndecimals = 1"),
        ("n", "\"number\"\ndecimals = 1"),
        ("empty", "\"number\""),
        ("w", "\"words\""),
    ];
    let columns = columns.map(|(name, kind)| format!("[[column]]\nname = \"{name}\"\nkind = {kind}\n"));
    scratch.write("schema.toml", columns.concat());
    scratch.succeed("train t.csv --schema schema.toml --epochs 5 --out run");
    scratch.write("one.csv", "\u{FEFF}sep=;\r\nwho;share;n;empty;w\r\nx;;3,5;;\r\n");
    let notes = scratch.notes("impute run one.csv --out filled.csv");
    assert!(
        notes.contains(
            "2 fields left open, of dates and times, or of columns of which the training knew nothing"
        ),
        "{notes}"
    );
    let filled = scratch.text("filled.csv");
    assert!(
        filled.starts_with("\u{FEFF}sep=;\r\nwho;share;n;empty;w\r\nx;0,") && filled.ends_with(";3,5;;\r\n"),
        "{filled:?}"
    );
    let share = filled.lines().nth(2).unwrap().split(';').nth(1).unwrap();
    assert_eq!(share.len(), "0,4".len(), "one decimal, as in the training: {share}");
    scratch.write("far.csv", "who;share;n;empty;w\r\nx;0,5;3,5;;\r\n");
    scratch.succeed("train t.csv --scale log1p --column w=words --epochs 1 --out log");
    scratch.write("codes.csv", "code_0\n30000\n");
    let line = scratch.fail("decode log codes.csv --out decoded.csv", 1);
    assert!(line.contains("expected a finite number"), "{line}");
}

#[test]
fn a_table_of_words_alone_is_inspected() {
    let scratch = Scratch::new();
    scratch.write("words.csv", "a,b\nx,y\nx,z\nw,y\n");
    assert!(scratch.succeed("inspect words.csv --values").contains("a: 2 words: w, x"));
    scratch.write("s.toml", "[[column]]\nname = \"a\"\nkind = \"words\"\nscales = \"log1p\"\n");
    let line = scratch.fail("train words.csv --schema s.toml --out new", 1);
    assert!(line.contains("column a: a column of kind words has no key `scales`"), "{line}");
}

#[test]
fn a_schema_is_printed_changed_and_read() {
    let scratch = Scratch::new();
    scratch.write("customers.csv", customers(60));
    let schema = scratch.succeed("inspect customers.csv --schema");
    assert!(schema.contains("name = \"since\"\nkind = \"dropped\"\n"), "{schema}");
    let changed = schema
        .replacen("scale = \"standard\"", "scale = \"robust\"", 1)
        .replace("[\"basic\", \"family plan\", \"full\"]", "[\"basic\"]");
    scratch.write("customers.toml", &changed);
    scratch.succeed("train customers.csv --schema customers.toml --epochs 3 --out run");
    let of_model = scratch.succeed("inspect run --schema");
    assert!(
        of_model.contains("scale = \"robust\"") && of_model.contains("words = [\"basic\"]"),
        "{of_model}"
    );
    // The words that were taken out are others now.
    let notes = scratch.notes("train customers.csv --schema customers.toml --epochs 3 --out run --force");
    assert!(
        notes.contains(
            "plan: 36 fields have words that customers.toml does not know, and are read as (other): "
        ),
        "{notes}"
    );
    let line = scratch.fail("train customers.csv --schema customers.toml --scale log1p --out new", 2);
    assert!(line.contains("--schema says how each column is scaled, and --scale too"), "{line}");
    // A run that was begun with a schema goes on without the file.
    std::fs::remove_file(scratch.path("customers.toml")).unwrap();
    scratch.succeed("train --resume --epochs 4 --out run");
    scratch.write("wrong.toml", schema.replace("\"number\"", "\"numbers\""));
    let line = scratch.fail("train customers.csv --schema wrong.toml --out new", 1);
    assert!(line.contains("wrong.toml: line ") && line.contains("numbers"), "{line}");
}

#[test]
fn what_does_not_go_with_the_columns_is_said_by_name_and_line() {
    let scratch = trained();
    let said = |row: &str| {
        scratch.write("new.csv", format!("active,who,plan,income,age\ntrue,x,full,1000,30\n{row}\n"));
        scratch.notes("encode run new.csv --out new-codes.csv")
    };
    let notes = said("true,y,gold,2000,31");
    assert!(notes.contains("put into the order of run/model.safetensors"), "{notes}");
    assert!(notes.contains("plan: 1 field has a word that run/model.safetensors does not know, and is read as (other): gold (line 3)"), "{notes}");
    assert!(said("7,y,8,2000,31").contains("plan: 1 field has a word"), "a number among words");
    assert!(said("true,,full,2000,31").contains("who: 1 row has no id, the first in line 3"));
    assert!(
        said("true,y,full,NA,")
            .contains("fields without a value, which count as unknown: age 1, income 1 (of 2 rows)")
    );
    scratch.write("word.csv", "active,who,plan,income,age\ntrue,x,full,many,30\n");
    let line = scratch.fail("encode run word.csv --out new-codes.csv", 1);
    assert!(
        line.contains("word.csv: line 2, column 4 (income): expected a finite number, found \"many\""),
        "{line}"
    );
    scratch.write("rows.npy", npy("<f8", &[2, 7], &[0; 112]));
    let line = scratch.fail("encode run rows.npy --out new-codes.csv", 1);
    assert!(
        line.contains("rows.npy: expected a table of text with the columns of run/model.safetensors"),
        "{line}"
    );
    scratch.write("missing.csv", "active,who,income,age\ntrue,x,1000,30\n");
    let line = scratch.fail("encode run missing.csv --out new-codes.csv", 1);
    assert!(line.contains("missing.csv: column plan of run/model.safetensors is missing"), "{line}");
    let line = scratch.fail("train customers.csv --out new", 1);
    assert!(line.contains("line 2, column 2 (since): found \"2024-01-01\", a date or time; leave the column out with --drop since"), "{line}");
}

#[test]
fn tables_of_too_many_or_too_long_words_are_refused() {
    let scratch = Scratch::new();
    let rows = |word: &dyn Fn(usize) -> String| {
        let rows: Vec<String> = (0..1500).map(|row| format!("{row},{}\n", word(row))).collect();
        rows.concat()
    };
    // Words come again in the first lines, so that they are no ids.
    scratch.write("many.csv", format!("n,word\n{}", rows(&|row| format!("w{}", row.saturating_sub(5)))));
    let line = scratch.fail("train many.csv --out new", 1);
    assert!(line.contains("many.csv: line 1007, column 2 (word): found more than 1000 different words; if they name the rows, say --id-column word"), "{line}");
    let long = |row: usize| if row == 700 { "x".repeat(10 << 20) } else { format!("w{}", row % 3) };
    scratch.write("long.csv", format!("n,word\n{}", rows(&long)));
    let line = scratch.fail("train long.csv --out new", 1);
    assert!(
        line.contains("line 702, column 2 (word): found 10485760 bytes, and a word has at most 1000"),
        "{line}"
    );
}

#[test]
fn models_of_complete_numbers_take_holes_as_means() {
    let scratch = Scratch::new();
    let rows: Vec<String> = (0..60).map(|row| format!("{row},{},{}\n", 100 + row * 2, row % 5)).collect();
    scratch.write("whole.csv", format!("a,b,c\n{}", rows.concat()));
    scratch.succeed("train whole.csv --epochs 40 --out run");
    assert_eq!(scratch.json("inspect run").get("schema"), None);
    scratch.write("holes.csv", "c,a,b\n1,30,\n2,,120\n");
    let notes = scratch.notes("encode run holes.csv --out codes.csv");
    assert!(
        notes.contains("holes.csv: 2 fields without a value, read as the mean of the training"),
        "{notes}"
    );
    let notes = scratch.notes("impute run holes.csv --out filled.csv");
    assert!(
        notes.contains("the model was trained without masked columns, and fills holes in worse"),
        "{notes}"
    );
    let filled = scratch.text("filled.csv");
    assert_eq!(filled.lines().next(), Some("c,a,b"));
    let number = |line: usize, column: usize| fields(&filled, line)[column].parse::<f64>().unwrap();
    assert!((number(1, 2) - 160.0).abs() < 40.0 && number(2, 1) < 45.0, "{filled}");
    // Training goes on from such a model in the same way.
    scratch.write("more.csv", format!("a,b,c\n5,,1\n{}", rows.concat()));
    let notes = scratch.notes("train more.csv --init run --epochs 1 --out more");
    assert!(notes.contains("more.csv: 1 field without a value, read as the mean of the training"), "{notes}");
    let line = scratch.fail("impute run synthetic --out filled.csv", 2);
    assert!(line.contains("impute is for tables of text"), "{line}");
}

#[test]
fn noise_on_a_table_keeps_its_columns_and_masks_whole_fields() {
    let scratch = Scratch::new();
    scratch.write("customers.csv", customers(100));
    scratch.succeed(
        "corrupt customers.csv --drop since --noise masking --noise-strength 0.5 --seed 1 --out masked.csv",
    );
    let (before, after) = (scratch.text("customers.csv"), scratch.text("masked.csv"));
    assert_eq!(fields(&after, 0), ["who", "age", "income", "plan", "active"]);
    let holes =
        |text: &str| text.lines().flat_map(|line| line.split(',')).filter(|field| field.is_empty()).count();
    assert!(holes(&after) > 150 && holes(&after) < 280, "{}", holes(&after));
    for line in 1..101 {
        let kept: Vec<String> = fields(&before, line)
            .into_iter()
            .enumerate()
            .filter(|&(column, _)| column != 1)
            .map(|(_, field)| field)
            .collect();
        assert!(
            kept.iter().zip(fields(&after, line)).all(|(before, after)| after.is_empty() || *before == after)
        );
    }
    scratch.succeed(
        "corrupt customers.csv --drop since --noise swap --noise-strength 0.5 --seed 1 --out swapped.csv",
    );
    let swapped = scratch.text("swapped.csv");
    let plans: Vec<String> = (1..101).map(|line| fields(&swapped, line)[3].clone()).collect();
    assert!(
        plans.iter().all(|plan| ["", "basic", "full", "family plan"].contains(&plan.as_str())),
        "{plans:?}"
    );
    assert_ne!(swapped, after);
}

#[test]
fn a_sweep_of_a_table_says_where_errors_have_other_units() {
    let scratch = Scratch::new();
    scratch.write("customers.csv", customers(60));
    let common = "data = \"customers.csv\"\ndrop = [\"since\"]\nepochs = 1\npreset = \"tutorial\"\n";
    scratch.write("codes.toml", format!("{common}code = [1, 2]\n"));
    let notes = scratch.notes("sweep codes.toml --out codes");
    assert!(!notes.contains("other units"), "{notes}");
    scratch.write("scales.toml", format!("{common}scale = [\"standard\", \"robust\"]\n"));
    let notes = scratch.notes("sweep scales.toml --out scales");
    assert!(notes.contains("runs with another scale have errors in other units"), "{notes}");
}

#[test]
fn any_preset_takes_a_table() {
    let scratch = Scratch::new();
    scratch.write("customers.csv", customers(60));
    for preset in ["tutorial", "sharp", "vae", "tutorial-2d"] {
        let report = scratch.json(&format!(
            "train customers.csv --drop since --preset {preset} --validation 0.2 --epochs 1 --out {preset}"
        ));
        assert!(
            report["validation"]["columns"].as_array().is_some_and(|columns| columns.len() == 4),
            "{preset}"
        );
        assert!(matches!(report["epochs"][0]["train_loss"], Value::Number(_)), "{preset}");
    }
}

#[test]
fn a_model_is_told_of_holes_by_indicators() {
    let scratch = Scratch::new();
    scratch.write("customers.csv", customers(120));
    let train = "train customers.csv --drop since --hole-indicators --epochs 20 --threads";
    scratch.succeed(&format!("{train} 1 --out run"));
    scratch.succeed(&format!("{train} 2 --out two"));
    assert_eq!(scratch.read("run/model.safetensors"), scratch.read("two/model.safetensors"));
    let report = scratch.json("inspect run/model.safetensors");
    let columns = report["schema"].as_array().unwrap();
    let told = columns.iter().filter(|column| column["indicator"] == true);
    let names: Vec<&str> = told.filter_map(|column| column["name"].as_str()).collect();
    assert_eq!(names, ["age", "income", "plan", "active"]);
    let text = scratch.succeed("inspect run/model.safetensors");
    assert!(text.contains("4 indicators of holes") && text.contains("told of holes, residual"), "{text}");
    // What is written has the columns of the table, and no more.
    scratch.succeed("encode run --out codes.csv");
    scratch.succeed("decode run codes.csv --out decoded.csv");
    scratch.succeed("reconstruct run customers.csv --out restored.csv");
    assert_eq!(scratch.read("decoded.csv"), scratch.read("restored.csv"));
    assert_eq!(fields(&scratch.text("restored.csv"), 0), ["who", "age", "income", "plan", "active"]);
    scratch.succeed("impute run customers.csv --out filled.csv");
    assert!(!scratch.text("filled.csv").lines().any(|line| line.split(',').any(str::is_empty)));
    assert_eq!(scratch.json("evaluate run --by-column")["columns"].as_array().unwrap().len(), 4);
    // A table without a hole goes through as well, and the schema keeps the indicators.
    let whole: Vec<String> = customers(120)
        .lines()
        .filter(|line| !line.contains(",,") && !line.ends_with(','))
        .map(str::to_owned)
        .collect();
    scratch.write("whole.csv", whole.join("\n"));
    scratch.succeed("encode run whole.csv --out codes.csv");
    scratch.write("schema.toml", scratch.succeed("inspect run/model.safetensors --schema"));
    scratch.succeed("train whole.csv --schema schema.toml --epochs 1 --out told");
    assert!(scratch.succeed("inspect told/model.safetensors").contains("4 indicators of holes"));
    let notes = scratch.notes("train whole.csv --drop since,who --hole-indicators --epochs 1 --out untold");
    assert!(
        notes.contains("whole.csv: no column has holes of which --hole-indicators could tell"),
        "{notes}"
    );
    let line =
        scratch.fail("train customers.csv --drop since,who --init untold --hole-indicators --out other", 2);
    assert!(line.contains("contradicts --init"), "{line}");
    // Training goes on as the run began.
    scratch.succeed("train --resume --out run --epochs 21");
    scratch.succeed("train customers.csv --init run --epochs 1 --out again");
}
