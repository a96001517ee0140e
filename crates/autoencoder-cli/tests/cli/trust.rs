//! Nothing taken on faith: data of a resumed training, damaged files, and results that are no numbers.

use std::collections::HashMap;

use safetensors::tensor::{SafeTensors, serialize};

use crate::program::{Scratch, await_file};

/// Writes the digits 0, 1, ... as an IDX file of `count` samples of 4 x 3 bytes that start at `first`.
fn idx(scratch: &Scratch, name: &str, [count, rows, columns]: [u32; 3], first: u32) {
    let sizes = [count, rows, columns].map(u32::to_be_bytes).concat();
    let bytes = (0..count * rows * columns).map(|index| ((first + index * 7) % 251) as u8);
    scratch.write(name, [&[0, 0, 8, 3][..], &sizes, &bytes.collect::<Vec<u8>>()].concat());
}

#[test]
fn a_run_is_resumed_with_its_own_data_only() {
    let scratch = Scratch::new();
    let made = |first| idx(&scratch, "x.idx", [40, 4, 3], first);
    made(1);
    scratch.succeed("train x.idx --preset tutorial --layers 4,2 --epochs 2 --out r");
    let before = scratch.read("r/checkpoint.safetensors");
    let resume = "train --resume --out r --epochs 4";
    for (change, says) in [
        (
            &(|| idx(&scratch, "x.idx", [80, 3, 4], 2)) as &dyn Fn(),
            "samples of the shape [3, 4] instead of [4, 3]",
        ),
        (&|| idx(&scratch, "x.idx", [39, 4, 3], 1), "39 samples instead of 40"),
        (&|| made(2), "other numbers"),
        (
            &|| {
                made(1);
                let bytes = scratch.read("x.idx");
                let (head, rows) = bytes.split_at(16);
                let (first, others) = rows.split_at(12);
                scratch.write("x.idx", [head, others, first].concat());
            },
            "the same samples in another order",
        ),
    ] {
        change();
        let line = scratch.fail(resume, 1);
        let expected = format!("expected the training samples that the training began with, found {says}; ");
        assert!(line.contains(&expected) && line.starts_with("autoencoder: x.idx: "), "{line}");
        assert!(scratch.read("r/checkpoint.safetensors") == before, "the run is as it was: {says}");
    }
    made(1);
    scratch.succeed(resume);
}

#[test]
fn a_resume_validates_on_what_the_training_was_validated_on() {
    let scratch = Scratch::new();
    idx(&scratch, "x.idx", [40, 4, 3], 1);
    idx(&scratch, "v.idx", [20, 4, 3], 9);
    scratch.succeed("train x.idx --preset tutorial --validation v.idx --layers 4,2 --epochs 1 --out with");
    scratch.succeed("train x.idx --preset tutorial --layers 4,2 --epochs 1 --out without");
    let [some, none] = ["validation = \"v.idx\"", "validation = \"none\""];
    for (run, from, to, says) in [
        ("with", some, none, "began with, found none"),
        ("without", none, some, "as the training began without, found some"),
    ] {
        let config = format!("{run}/config.toml");
        let text = scratch.text(&config);
        assert!(text.contains(from), "{text}");
        scratch.write(&config, text.replace(from, to));
        let line = scratch.fail(&format!("train --resume --out {run} --epochs 2"), 1);
        assert!(line.contains(says), "{line}");
        scratch.write(&config, text);
        scratch.succeed(&format!("train --resume --out {run} --epochs 2"));
    }
}

#[test]
fn a_pretraining_goes_on_with_the_same_validation_samples() {
    let scratch = Scratch::new();
    idx(&scratch, "x.idx", [40, 4, 3], 1);
    idx(&scratch, "v.idx", [20, 4, 3], 9);
    let words = "train x.idx --preset tutorial --validation v.idx --layers 4,2 --epochs 1 --pretrain-epochs 100000 --out run --quiet";
    let mut child = scratch.command(words).spawn().unwrap();
    await_file(&scratch, "run/checkpoint.safetensors");
    child.kill().unwrap();
    child.wait().unwrap();
    idx(&scratch, "v.idx", [21, 4, 3], 9);
    let line = scratch.fail("train --resume --out run", 1);
    let says = "expected the validation samples that the training began with, found 21 samples instead of 20";
    assert!(line.contains(says), "{line}");
}

#[test]
fn baselines_of_other_data_are_not_drawn_beside_losses() {
    let scratch = Scratch::new();
    idx(&scratch, "x.idx", [40, 4, 3], 1);
    scratch.succeed("train x.idx --preset tutorial --layers 4,2 --epochs 1 --out run");
    let drawn = |name: &str| {
        let output = scratch.run(&format!("plot loss run --out {name}"));
        (String::from_utf8(output.stderr).unwrap(), scratch.text(name).contains("mean sample"))
    };
    assert!(drawn("same.svg").1);
    idx(&scratch, "x.idx", [40, 4, 3], 5);
    let (notes, has_baselines) = drawn("other.svg");
    let says = "the figure is drawn without baselines: x.idx: expected the training samples";
    assert!(notes.contains(says), "{notes}");
    assert!(!has_baselines);
}

#[test]
fn other_labels_of_a_table_are_noticed() {
    let scratch = Scratch::new();
    let table = |label: &str| {
        let rows = (0..20).map(|row| format!("0.{row:02},0.5,{}\n", if row == 7 { label } else { "b" }));
        scratch.write("t.csv", format!("x,y,kind\n{}", rows.collect::<String>()));
    };
    table("a");
    scratch.succeed("train t.csv --preset tutorial --label-column kind --layers 2 --epochs 1 --out r");
    table("b");
    let line = scratch.fail("train --resume --out r --epochs 2", 1);
    assert!(line.contains("the same samples with other labels"), "{line}");
}

#[test]
fn columns_of_other_names_are_refused_by_name() {
    let scratch = Scratch::new();
    let table = |names: &str, fields: [&str; 2]| {
        let rows = (0..20).map(|row| format!("0.{row:02},0.5,{}\n", fields[row % 2]));
        scratch.write("t.csv", format!("{names}\n{}", rows.collect::<String>()));
    };
    // Numbers alone, and a table with words, whose model has a schema.
    for (run, fields) in [("plain", ["1", "2"]), ("words", ["one", "two"])] {
        table("x,y,z", fields);
        scratch.succeed(&format!("train t.csv --layers 2 --epochs 1 --out {run}"));
        let before = scratch.read(&format!("{run}/checkpoint.safetensors"));
        table("x,e,z", fields);
        let resume = format!("train --resume --out {run} --epochs 2");
        let line = scratch.fail(&resume, 1);
        let says =
            "t.csv: expected the column y, as when the training began, found e in its place; to train anew";
        assert!(line.contains(says), "{line}");
        assert!(scratch.read(&format!("{run}/checkpoint.safetensors")) == before);
        table("x,y,z", fields);
        scratch.succeed(&resume);
    }
}

/// Writes a file again with the description that `change` makes of its own.
fn described(scratch: &Scratch, from: &str, to: &str, change: impl Fn(&str) -> String) {
    let bytes = scratch.read(from);
    let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let object = change(&metadata.metadata().as_ref().unwrap()["autoencoder"]);
    let file = SafeTensors::deserialize(&bytes).unwrap();
    scratch.write(
        to,
        serialize(file.tensors(), Some(HashMap::from([("autoencoder".to_owned(), object)]))).unwrap(),
    );
}

fn without_checksum(description: &str) -> String {
    format!("{}}}", &description[..description.rfind(",\"checksum\":").unwrap()])
}

#[test]
fn damage_is_named_and_files_of_earlier_programs_are_read_with_a_note() {
    let scratch = Scratch::new();
    idx(&scratch, "x.idx", [40, 4, 3], 1);
    scratch.succeed("train x.idx --preset tutorial --layers 4,2 --epochs 1 --out r");
    for file in ["model", "checkpoint"] {
        let mut bytes = scratch.read(&format!("r/{file}.safetensors"));
        let last = bytes.len() - 3;
        bytes[last] ^= 1;
        scratch.write("damaged.safetensors", &bytes);
        let line = scratch.fail("evaluate damaged.safetensors x.idx", 1);
        assert!(line.contains("the tensors changed after the file was written"), "{line}");
    }
    described(&scratch, "r/model.safetensors", "edited.safetensors", |text| {
        text.replace("\"mse\"", "\"mae\"")
    });
    for words in ["evaluate edited.safetensors x.idx", "inspect edited.safetensors"] {
        let line = scratch.fail(words, 1);
        assert!(line.contains("the description changed after the file was written"), "{line}");
    }

    described(&scratch, "r/model.safetensors", "old.safetensors", without_checksum);
    let output = scratch.run("evaluate old.safetensors x.idx");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.contains("old.safetensors: the file has no checksums"), "{said}");
    described(&scratch, "r/checkpoint.safetensors", "r/checkpoint.safetensors", |text| {
        let text = without_checksum(text);
        let data = text.find(",\"data\":").unwrap();
        // The fingerprint is the last field of the progress.
        format!("{}}}}}", &text[..data])
    });
    let output = scratch.run("train --resume --out r --epochs 2");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.contains("the checkpoint does not tell its data"), "{said}");
}

#[test]
fn results_that_are_no_numbers_are_refused_by_row_and_column() {
    let scratch = Scratch::new();
    let rows = (0..10).map(|row| format!("0.{row},0.5,0.2\n"));
    scratch.write("d.csv", format!("a,b,c\n{}", rows.collect::<String>()));
    let linear = "--activation linear --code-activation linear --output-activation linear";
    scratch.succeed(&format!("train d.csv --layers 4,2 {linear} --epochs 1 --out r"));
    described(&scratch, "r/model.safetensors", "m.safetensors", without_checksum);
    let mut bytes = scratch.read("m.safetensors");
    let head = usize::try_from(u64::from_le_bytes(bytes[..8].try_into().unwrap())).unwrap() + 8;
    bytes[head..].chunks_exact_mut(4).for_each(|number| number.copy_from_slice(&3e38_f32.to_le_bytes()));
    scratch.write("m.safetensors", bytes);
    for (words, says) in [
        (
            "encode m.safetensors d.csv --out c.npy",
            "code of row 0, column 0 (both from 0): expected a finite number",
        ),
        ("reconstruct m.safetensors d.csv --out o.csv", "sample of row 0, column 0 (both from 0)"),
        (
            "reconstruct m.safetensors d.csv --out o.png",
            "mean squared error of the reconstructions: expected a finite",
        ),
        ("evaluate m.safetensors d.csv", "mean squared error of the model: expected a finite number"),
        ("plot latent m.safetensors d.csv --out l.svg", "code of row 0, column 0"),
    ] {
        let line = scratch.fail(words, 1);
        assert!(line.contains(says), "{line}");
    }
    for file in ["c.npy", "o.csv", "o.png", "l.svg"] {
        assert!(!scratch.path(file).exists(), "{file}");
    }
}
