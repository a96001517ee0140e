//! Wrong input of every kind: one line, the exit code, and nothing left behind.

use crate::program::{SMALL, Scratch};

#[test]
fn data_that_is_no_data() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run"));
    scratch.write("empty.idx", b"");
    scratch.write("page.idx", b"<!DOCTYPE html><html></html>");
    scratch.write("word.csv", b"1,2,3\n4,five,6\n");
    scratch.write("narrow.csv", b"1,2,3\n4,5,6\n");
    scratch.write("percent.csv", b"1,2,3\n4,5%,6\n");
    for (data, word) in [
        ("empty.idx", "empty.idx"),
        ("page.idx", "page.idx"),
        ("word.csv", "word.csv"),
        ("percent.csv", "percent.csv"),
        ("narrow.csv", "784"),
        ("missing.npy", "missing.npy"),
    ] {
        for command in
            ["encode run DATA --out out.npy", "reconstruct run DATA --out out.png", "evaluate run DATA"]
        {
            let line = scratch.fail(&command.replace("DATA", data), 1);
            assert!(line.contains(word), "{command} {data}: {line}");
        }
        if data != "narrow.csv" {
            let line = scratch.fail(&format!("train {data} --out new/run"), 1);
            assert!(line.contains(data), "{line}");
        }
    }
    scratch.write("few.csv", b"1,2,3\n4,5,6\n");
    let line = scratch.fail("decode run few.csv --out out.npy", 1);
    assert!(line.contains("few.csv") && line.contains('8') && line.contains('3'), "{line}");
    let line = scratch.fail("train synthetic --limit 50 --validation narrow.csv --out new/run", 1);
    assert!(line.contains("narrow.csv") && line.contains("784"), "{line}");
    let line = scratch.fail("train narrow.csv --validation test --out new/run", 2);
    assert!(line.contains("test split"), "{line}");
    assert!(
        !scratch.path("new").exists()
            && !scratch.path("out.npy").exists()
            && !scratch.path("out.png").exists()
    );
}

#[test]
fn models_that_are_no_models() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run"));
    let good = scratch.read("run/model.safetensors");
    let mut poisoned = good.clone();
    let end = poisoned.len();
    poisoned[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    let mut huge = (u64::MAX / 2).to_le_bytes().to_vec();
    huge.extend(b"{}");
    scratch.write("empty.safetensors", b"");
    scratch.write("text.safetensors", b"this is no model at all, only text");
    scratch.write("cut.safetensors", &good[..good.len() - 1000]);
    scratch.write("nan.safetensors", poisoned);
    scratch.write("huge.safetensors", huge);
    for model in ["empty", "text", "cut", "nan", "huge", "missing"] {
        let model = format!("{model}.safetensors");
        for command in
            ["encode M synthetic --out out.npy", "evaluate M synthetic", "plot latent M --out out.svg"]
        {
            let line = scratch.fail(&command.replace('M', &model), 1);
            assert!(line.contains(&model), "{line}");
        }
    }
    let line = scratch.fail("evaluate . synthetic", 1);
    assert!(line.contains("model.safetensors"), "{line}");
    assert_eq!(scratch.list(".").len(), 6);
}

#[test]
fn arguments_that_make_no_sense() {
    let scratch = Scratch::new();
    for (words, word) in [
        ("train --epochs banana", "banana"),
        ("train --epoch-count 3", "--epoch-count"),
        ("train --preset nonsense", "nonsense"),
        ("train --activation nonsense", "nonsense"),
        ("train --precision f16", "f16"),
        ("train --schedule linear", "linear"),
        ("train --schedule-rise 0.1", "--schedule one-cycle"),
        ("train --clip-norm 0", "clip norm"),
        ("train --patience 0", "patience"),
        ("train --smallest-change 0.1", "--patience"),
        ("train --accumulate 0", "batches of a step"),
        ("train --checkpoint-every 5m", "30s"),
        ("train --layers 0", "0"),
        ("train --layers 4,,2", "layers"),
        ("train --batch-size 0", "0"),
        ("train --learning-rate -1", "-1"),
        ("train --validation 1.5", "1.5"),
        ("train --limit 0", "limit"),
        ("train --threads 0", "threads"),
        ("train --threads 10000", "1..=1024"),
        ("sweep grid.toml --jobs 10000", "1..=1024"),
        ("train --huber-delta 2", "--loss huber"),
        ("train --loss bce --output-activation linear", "sigmoid"),
        ("train --resume --force", "--force"),
        ("train --label-column 3 synthetic", "--label-column"),
        ("trian", "trian"),
        ("encode run", "--out"),
        ("encode run --out codes.docx", ".npy"),
        ("decode run codes.npy --out picture.jpg", ".png"),
        ("plot loss run --out loss.pdf", ".svg or .png"),
        ("plot loss a b c d e f g h i j k l m --out loss.svg", "at most 12 runs"),
        ("plot loss --out loss.svg", "RUN"),
        ("plot latent run --out latent.pdf", ".svg"),
        ("plot scores run --out scores.pdf", ".svg or .png"),
        ("plot scores run --out scores.svg --quantile 2", "--quantile"),
        ("plot anomalies run --out anomalies.csv", ".svg or .png"),
        ("plot anomalies run --out anomalies.svg --count 0", "--count"),
    ] {
        let output = scratch.run(words);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{words}: {stderr}");
        assert!(stderr.contains(word) && output.stdout.is_empty(), "{words}: {stderr}");
    }
    assert!(scratch.list(".").is_empty());
}

#[test]
fn what_a_command_reads_it_does_not_write_over() {
    let scratch = Scratch::new();
    let rows: Vec<String> = (0..40).map(|row| format!("{row},{},1", row % 7)).collect();
    scratch.write("rows.csv", rows.join("\n"));
    scratch.succeed("train rows.csv --layers 2 --epochs 1 --out run");
    let before = scratch.read("rows.csv");
    for command in ["encode run rows.csv", "reconstruct run rows.csv", "corrupt rows.csv --noise gaussian"] {
        let line = scratch.fail(&format!("{command} --out rows.csv"), 1);
        assert!(line.contains("would write over it"), "{line}");
    }
    assert_eq!(scratch.read("rows.csv"), before);
    scratch.succeed("encode run rows.csv --out codes.csv");
    let line = scratch.fail("decode run codes.csv --out ./codes.csv", 1);
    assert!(line.contains("would write over it"), "{line}");
}

#[test]
fn numbers_beyond_all_measure_are_refused() {
    let scratch = Scratch::new();
    let options =
        ["epochs", "layers", "batch-size", "shift", "accumulate", "limit", "patience", "pretrain-epochs"];
    let mut commands: Vec<String> =
        options.iter().map(|option| format!("train synthetic --out run --{option}")).collect();
    commands.extend(["find-lr synthetic --steps", "synthetic --out data --count"].map(str::to_owned));
    for command in commands {
        let output = scratch.run(&format!("{command} 18446744073709551615"));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{command}: {stderr}");
        assert!(stderr.contains("18446744073709551615 is not in "), "{command}: {stderr}");
    }
}

#[test]
fn places_that_cannot_be_written() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run"));
    let line = scratch.fail("encode run synthetic --out missing/codes.npy", 1);
    assert!(line.contains("missing"), "{line}");
    scratch.write("file", b"");
    let line = scratch.fail(&format!("{SMALL} --out file"), 1);
    assert!(line.contains("file"), "{line}");
    let long = "n".repeat(250);
    let line = scratch.fail(&format!("encode run synthetic --out {long}.csv"), 1);
    assert!(line.contains("nnn.csv: writing failed: ") && !line.contains(".part"), "{line}");
    let line = scratch.fail("man --out missing", 1);
    assert!(line.contains("missing"), "{line}");
}
