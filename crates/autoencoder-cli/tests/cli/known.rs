//! What a model knows of its run: the columns of its table, its scaling, and the data that it is judged and used on.

use serde_json::Value;

use crate::archive::npy;
use crate::program::Scratch;

/// Rows of a table of two features that depend on each other, and of labels between them.
fn rows(count: u32, with: impl Fn(f64, f64, &str) -> String) -> String {
    let row = |index: u32| {
        let a = f64::from(index * 37 % 101) / 4.0;
        let b = 1000.0 - 20.0 * a + f64::from(index * 13 % 7);
        with(a, b, ["no", "yes"][index as usize % 2]) + "\n"
    };
    (0..count).map(row).collect()
}

/// A run on a table with names and a column of labels.
fn table(scratch: &Scratch) {
    scratch.write("t.csv", "a,kind,b\n".to_owned() + &rows(60, |a, b, kind| format!("{a},{kind},{b}")));
    scratch.succeed(
        "train t.csv --preset tutorial --label-column kind --layers 2 --epochs 2 --threads 1 --out run -q",
    );
}

#[test]
fn columns_are_matched_by_name() {
    let scratch = Scratch::new();
    table(&scratch);
    scratch.succeed("encode run t.csv --out expected.npy -q");
    let expected = scratch.read("expected.npy");

    // Another order and further columns, with and without the labels.
    let turned = rows(60, |a, b, kind| format!("{b},7,{kind},{a},x{a}"));
    scratch.write("turned.csv", "b,id,kind,a,name\n".to_owned() + &turned);
    let said = scratch.notes("encode run turned.csv --out codes.npy");
    assert!(said.contains("turned.csv: 5 columns, named in line 1; put into the order of run"), "{said}");
    assert!(said.contains("has no such column: id, name"), "{said}");
    assert_eq!(scratch.read("codes.npy"), expected);
    scratch.write("plain.csv", "a,b\n".to_owned() + &rows(60, |a, b, _| format!("{a},{b}")));
    let said = scratch.notes("encode run plain.csv --out codes.npy");
    assert!(!said.contains("order"), "{said}");
    assert_eq!(scratch.read("codes.npy"), expected);

    // Without names the places count.
    scratch.write("bare.csv", rows(60, |a, b, _| format!("{a},{b}")));
    let said = scratch.notes("encode run bare.csv --out codes.npy");
    assert!(said.contains("2 columns without names; taken in the order of those of run"), "{said}");
    assert_eq!(scratch.read("codes.npy"), expected);

    scratch.write("renamed.csv", "a,bb\n".to_owned() + &rows(60, |a, b, _| format!("{a},{b}")));
    let line = scratch.fail("encode run renamed.csv --out codes.npy", 1);
    assert!(line.contains("renamed.csv: column b of run") && line.contains("is missing"), "{line}");
}

#[test]
fn names_that_look_like_a_sample_are_known_again() {
    let scratch = Scratch::new();
    scratch.write("t.csv", "1,2\n".to_owned() + &rows(40, |a, b, _| format!("{a},{b}")));
    scratch.succeed("train t.csv --header yes --layers 1 --epochs 1 --threads 1 --out run -q");
    scratch.write("new.csv", "2,1\n".to_owned() + &rows(3, |a, b, _| format!("{b},{a}")));
    assert_eq!(scratch.json("evaluate run new.csv")["samples"], 3);
}

#[test]
fn the_column_of_labels_is_known_to_validation_and_to_later_commands() {
    let scratch = Scratch::new();
    table(&scratch);
    let verdict = scratch.json("evaluate run t.csv");
    assert_eq!((&verdict["samples"], &verdict["features"]), (&60.into(), &2.into()));
    scratch.succeed("plot latent run t.csv --out latent.svg -q");
    assert!(scratch.text("latent.svg").contains("yes"), "the labels are read");

    let train =
        "train t.csv --preset tutorial --label-column kind --layers 2 --epochs 1 --threads 1 --force --out v";
    scratch.write("test.csv", "b,a\n".to_owned() + &rows(9, |a, b, _| format!("{b},{a}")));
    assert_eq!(scratch.json(&format!("{train} --validation test.csv"))["validation"]["samples"], 9);
    scratch.write("bad.csv", "a,c\n1,2\n");
    let line = scratch.fail(&format!("{train} --validation bad.csv"), 1);
    assert!(line.contains("bad.csv: column b of t.csv is missing"), "{line}");

    // Without names, the place of the labels is known.
    scratch.write("bare.csv", rows(60, |a, b, kind| format!("{a},{b},{kind}")));
    scratch.succeed("train bare.csv --label-column 2 --layers 2 --epochs 1 --threads 1 --out bare -q");
    assert_eq!(scratch.json("evaluate bare bare.csv")["features"], 2);
    scratch.write("two.csv", rows(60, |a, b, _| format!("{a},{b}")));
    assert_eq!(scratch.json("evaluate bare two.csv")["features"], 2);
}

#[test]
fn outputs_in_csv_have_the_names_of_the_columns() {
    let scratch = Scratch::new();
    table(&scratch);
    scratch.succeed("reconstruct run t.csv --out restored.csv -q");
    assert_eq!(scratch.text("restored.csv").lines().next(), Some("kind,a,b"));
    scratch.succeed("encode run t.csv --out codes.csv -q");
    scratch.succeed("decode run codes.csv --out decoded.csv -q");
    assert_eq!(scratch.read("decoded.csv"), scratch.read("restored.csv"));
    let described = scratch.json("inspect run");
    assert_eq!(described["columns"], serde_json::json!(["a", "b"]));
    assert_eq!(described["label_column"], "kind");
}

#[test]
fn without_data_a_model_is_used_on_the_data_of_its_run() {
    let scratch = Scratch::new();
    table(&scratch);
    let verdict = scratch.json("evaluate run");
    assert_eq!(verdict["samples"], 60);
    assert_eq!(verdict, scratch.json("evaluate run/model.safetensors"));
    let said = scratch.notes("encode run --out codes.csv");
    assert!(said.contains("data: t.csv, the data of the run"), "{said}");
    assert_eq!(scratch.text("codes.csv").lines().count(), 61);
    scratch.succeed("reconstruct run --out restored.csv -q");
    scratch.succeed("plot latent run --out latent.svg -q");
    let before = scratch.read("t.csv");
    for outs in ["--out t.csv", "--out codes.csv --rows t.csv"] {
        let line = scratch.fail(&format!("encode run {outs}"), 1);
        assert!(line.contains("would write over it"), "{line}");
        assert_eq!(scratch.read("t.csv"), before);
    }

    // What the run held out is what the model is judged on.
    scratch.succeed("train t.csv --preset tutorial --label-column kind --layers 2 --epochs 2 --validation 0.25 --out held -q");
    let said = scratch.notes("evaluate held");
    assert!(said.contains("judged on 15 samples: t.csv, samples held out for validation"), "{said}");
    let trained: Value = scratch
        .json("train t.csv --preset tutorial --label-column kind --layers 2 --epochs 2 --validation 0.25 --out held --force");
    assert_eq!(trained["validation"], scratch.json("evaluate held"));
    assert_eq!(scratch.json("evaluate held --split train")["samples"], 45);

    assert!(!scratch.notes("evaluate held").contains("not the data any more"));
    let text = scratch.text("t.csv");
    let turned: Vec<&str> =
        text.lines().take(1).chain(text.lines().skip(1).collect::<Vec<_>>().into_iter().rev()).collect();
    scratch.write("t.csv", turned.join("\n"));
    assert!(scratch.notes("evaluate held").contains("t.csv: this is not the data any more that held"));
    scratch.write("t.csv", text);

    std::fs::rename(scratch.path("t.csv"), scratch.path("moved.csv")).unwrap();
    let line = scratch.fail("evaluate run", 1);
    assert!(
        line.contains("t.csv: there is no such file")
            && line.contains("; run/config.toml names this data; give the DATA to read"),
        "{line}"
    );
    std::fs::copy(scratch.path("run/model.safetensors"), scratch.path("alone.safetensors")).unwrap();
    let line = scratch.fail("evaluate alone.safetensors", 2);
    assert!(line.contains("no DATA was given"), "{line}");
}

#[test]
fn a_few_samples_are_compared_with_the_training_data_or_not_at_all() {
    let scratch = Scratch::new();
    table(&scratch);
    let trained = scratch.json("evaluate run t.csv");
    scratch.write("few.csv", "a,b\n5,900\n6,880\n");
    let few = scratch.json("evaluate run few.csv");
    assert_eq!(few["samples"], 2);
    assert!(few["baselines"]["mean"]["mse"].as_f64().unwrap() > 1e-4, "{few}");
    assert!(trained["baselines"]["pca"]["mse"].is_f64());
    std::fs::remove_file(scratch.path("t.csv")).unwrap();
    let output = scratch.run("evaluate run few.csv");
    let [text, said] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(text.contains("No verdict: ") && !text.contains("learnt nothing"), "{text}");
    assert!(
        said.contains(
            "the data of the run, which the mean sample and PCA would be fitted to, cannot be read: t.csv"
        ),
        "{said}"
    );
    assert!(scratch.json("evaluate run few.csv")["baselines"].is_null());
}

#[test]
fn one_training_sample_makes_no_verdict() {
    let scratch = Scratch::new();
    scratch.write("two.csv", "a,b\n1,2\n3,5\n");
    for train in ["two.csv --validation 0.5", "two.csv --limit 1"] {
        let train = format!("train {train} --layers 2 --epochs 1 --threads 1 --force --out run");
        let text = scratch.succeed(&format!("{train} -q"));
        assert!(text.contains("No verdict: the model was trained on one sample"), "{text}");
        assert!(!text.contains("PCA,") && !text.contains("learnt nothing"), "{text}");
        assert!(scratch.json(&train)["validation"]["baselines"].is_null());
    }
    scratch.succeed("plot loss run --out loss.svg");
    // The mean and two components restore three samples exactly.
    scratch.write("three.csv", "a,b,c\n1,2,0\n3,5,1\n2,9,7\n");
    let evaluated = "train three.csv --layers 3 --epochs 1 --threads 1 --force --out run";
    let text = scratch.succeed(evaluated);
    assert!(text.contains("PCA, 2 components"), "{text}");
}

#[test]
fn validation_that_the_output_cannot_reach_is_told() {
    let scratch = Scratch::new();
    scratch.write("t.csv", rows(40, |a, b, _| format!("{},{}", a / 100.0, b / 100_000.0)));
    scratch.write("v.csv", rows(10, |a, b, _| format!("{},{}", a - 2.0, b / 100_000.0)));
    let train = "train t.csv --layers 2 --epochs 1 --threads 1 --force --out run";
    let note = "v.csv: the model's output lies in [0, 1], found values in [";
    let sigmoid = format!("{train} --scale none --init glorot --output-activation sigmoid");
    let said = scratch.notes(&format!("{sigmoid} --validation v.csv"));
    assert_eq!(said.matches(note).count(), 1, "{said}");
    assert!(said.contains("]: what lies outside cannot be restored\n"), "{said}");
    assert_eq!(scratch.notes("evaluate run v.csv").matches(note).count(), 1);
    assert!(!scratch.notes("evaluate run t.csv").contains("the model's output lies in"));
    let linear = format!("{train} --scale none --init glorot --output-activation linear");
    assert!(!scratch.notes(&format!("{linear} --validation v.csv")).contains("the model's output lies in"));
}

#[test]
fn a_code_that_is_no_bottleneck_is_called_so() {
    let scratch = Scratch::new();
    scratch.write("t.csv", rows(40, |a, _, _| format!("{a},{},{}", 2.0 * a, 3.0 - a)));
    let text = scratch.succeed("train t.csv --preset tutorial --layers 8,2 --activation gelu --code-activation linear --output-activation linear --init pca --learning-rate 1e-9 --epochs 1 --threads 1 --out run -q");
    assert!(text.contains("restore the samples exactly; the code is no bottleneck"), "{text}");
}

#[test]
fn the_scaling_and_the_layers_of_a_model_stay_where_training_starts_from_it() {
    let scratch = Scratch::new();
    table(&scratch);
    scratch.succeed("train t.csv --preset tutorial --label-column kind --layers 2 --output-activation linear --epochs 2 --threads 1 --out run -q --force");
    let shifted = rows(50, |a, b, kind| format!("{kind},{},{}", b * 0.5, a * 3.0 + 40.0));
    scratch.write("second.csv", "kind,b,a\n".to_owned() + &shifted);
    let train = "train second.csv --preset tutorial --init run --learning-rate 1e-12 --epochs 1 --threads 1";
    let said = scratch.notes(&format!("{train} --out second"));
    assert!(said.contains("far outside of") && said.contains("run/model.safetensors"), "{said}");
    let restored = ["run", "second"].map(|run| {
        scratch.succeed(&format!("reconstruct {run} second.csv --out {run}-restored.csv -q"));
        numbers(&scratch.text(&format!("{run}-restored.csv")))
    });
    assert_eq!(restored[0].len(), 100);
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-3 * a.abs();
    assert!(restored[0].iter().zip(&restored[1]).all(near), "the weights are hardly trained");
    // The run of the first model is not needed to resume, nor for the same model from the configuration.
    let config = scratch.text("second/config.toml");
    assert!(!config.contains("scale ="), "{config}");
    scratch.succeed("train --config second/config.toml --threads 1 --out again -q");
    assert_eq!(scratch.read("again/model.safetensors"), scratch.read("second/model.safetensors"));
    let said = scratch.notes(&format!("{train} --out other --scale min-max"));
    assert!(said.contains("its weights were learnt with another scaling"), "{said}");

    // Layers, activations, data and labels are those of the run.
    scratch.succeed(
        "train t.csv --preset tutorial --label-column kind --layers 5,2 --activation gelu --epochs 1 --threads 1 --out g -q",
    );
    scratch.succeed("train --preset tutorial --init g --epochs 1 --threads 1 --out h -q");
    let config = scratch.text("h/config.toml");
    for line in ["data = \"t.csv\"", "layers = [5, 2]", "activation = \"gelu\"", "label-column = \"kind\""] {
        assert!(config.contains(line), "{line}: {config}");
    }
    let path = scratch.path("g");
    std::fs::remove_dir_all(path).unwrap();
    scratch.succeed("train --resume --epochs 2 --threads 1 --out h -q");
}

/// The numbers of a table with a line of names and a first column of labels.
fn numbers(table: &str) -> Vec<f64> {
    let fields = table.lines().skip(1).flat_map(|line| line.split(',').skip(1));
    fields.map(|field| field.parse().unwrap()).collect()
}

#[test]
fn validation_outside_of_cross_entropy_is_refused() {
    let scratch = Scratch::new();
    scratch.write("t.csv", rows(40, |a, b, _| format!("{a},{b}")));
    scratch.write("v.csv", rows(10, |a, b, _| format!("{a},{}", b + 5000.0)));
    let line = scratch.fail(
        "train t.csv --preset tutorial --loss bce --layers 2 --epochs 1 --validation v.csv --out run",
        1,
    );
    assert!(line.contains("v.csv: validation: the loss is defined for values in [0, 1]"), "{line}");
    assert!(!scratch.path("run/model.safetensors").exists());
    scratch.succeed("train t.csv --preset vae --layers 4,2 --epochs 1 --threads 1 --out vae -q");
    let output = scratch.run("evaluate vae v.csv --json");
    let [text, said] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(said.contains("the loss of the model is defined for values in [0, 1]"), "{said}");
    let verdict: Value = serde_json::from_str(&text).unwrap();
    assert!(verdict["kl"].is_null() && verdict["mse"].is_f64(), "{verdict}");
}

#[test]
fn bytes_and_numbers_up_to_one_are_told_apart_both_ways() {
    let scratch = Scratch::new();
    let idx = |kind: u8, numbers: Vec<u8>| [vec![0, 0, kind, 2, 0, 0, 0, 20, 0, 0, 0, 3], numbers].concat();
    let bytes: Vec<u8> = (0..60u32).map(|index| u8::try_from(index * 71 % 256).unwrap()).collect();
    let floats = bytes.iter().flat_map(|&byte| (f32::from(byte) / 255.0).to_be_bytes()).collect();
    scratch.write("bytes.idx", idx(8, bytes));
    scratch.write("floats.idx", idx(13, floats));
    for name in ["bytes", "floats"] {
        scratch.succeed(&format!(
            "train {name}.idx --preset tutorial --layers 2 --epochs 1 --threads 1 --out {name} -q"
        ));
    }
    let said = scratch.notes("evaluate bytes floats.idx");
    assert!(said.contains("all values lie within 0 and 1"), "{said}");
    let said = scratch.notes("evaluate floats bytes.idx");
    assert!(said.contains("far outside of 0.0") && said.contains("the same units?"), "{said}");
    scratch.succeed(
        "train floats.idx --preset tutorial --scale none --layers 2 --epochs 1 --threads 1 --out none -q",
    );
    let said = scratch.notes("evaluate none bytes.idx");
    assert!(said.contains("bytes of 0 to 255"), "{said}");
    // Weights that were learnt in other units are as wrong to begin with.
    let begin = |data, run| {
        scratch.notes(&format!("train {data}.idx --init {run} --epochs 1 --threads 1 --out again --force"))
    };
    let said = begin("floats", "bytes");
    assert!(said.contains("all values lie within 0 and 1"), "{said}");
    // Bytes that were standardised are no 255ths either.
    scratch.succeed(
        "train bytes.idx --preset tutorial --scale standard --output-activation linear --layers 2 --epochs 1 --threads 1 --out standard -q",
    );
    for said in [scratch.notes("evaluate standard floats.idx"), begin("floats", "standard")] {
        assert!(said.contains("the numbers hardly vary beside those of standard"), "{said}");
    }
    let said = scratch.notes("evaluate standard bytes.idx");
    assert!(!said.contains("same units"), "{said}");
}

#[test]
fn what_is_taken_by_place_is_said_and_what_is_ambiguous_is_refused() {
    let scratch = Scratch::new();
    table(&scratch);
    let numbers = rows(30, |a, b, _| format!("{b},{a}"));
    scratch.write("turned.csv", &numbers);
    let doubles: Vec<u8> = numbers
        .split_ascii_whitespace()
        .flat_map(|line| line.split(','))
        .flat_map(|number| number.parse::<f64>().unwrap().to_le_bytes())
        .collect();
    scratch.write("turned.npy", npy("<f8", &[30, 2], &doubles));
    let said = scratch.notes("evaluate run turned.npy");
    assert!(said.contains("have no names, and are taken in the order of those of run/"), "{said}");
    // All numbers of a column lie outside, though none of them by much.
    assert!(said.contains("all well outside of a mean of") || said.contains("far outside of"), "{said}");
    scratch.write("nameless.csv", rows(60, |a, b, _| format!("{a},{b}")));
    scratch.succeed("train nameless.csv --preset tutorial --layers 2 --epochs 1 --threads 1 --out plain -q");
    scratch.write("named.csv", "b,a\n".to_owned() + &numbers);
    let said = scratch.notes("evaluate plain named.csv");
    assert!(said.contains("taken in their order, as plain/model.safetensors knows no names"), "{said}");
    scratch.write("twice.csv", "a,b,b\n".to_owned() + &rows(60, |a, b, _| format!("{a},{b},{a}")));
    scratch.succeed("train twice.csv --preset tutorial --layers 2 --epochs 1 --threads 1 --out twice -q");
    scratch.succeed("evaluate twice twice.csv");
    scratch.write("other.csv", "b,b,a\n".to_owned() + &rows(30, |a, b, _| format!("{b},{a},{a}")));
    let line = scratch.fail("evaluate twice other.csv", 1);
    assert!(
        line.contains("more than one column is called b, and the columns are not in the order of"),
        "{line}"
    );
}
