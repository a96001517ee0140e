//! `compress`, `decompress` and `plot rate`.

use crate::program::{SMALL, Scratch};

/// A model of digits that restores them well enough for its error to mean something.
fn digits() -> Scratch {
    let scratch = Scratch::new();
    scratch.succeed("synthetic --out digits --count 2000 -q");
    scratch.succeed("train digits --limit 600 --layers 64,12 --epochs 6 --out run -q");
    scratch
}

#[test]
fn at_eight_bits_the_error_is_that_of_the_codes_as_they_are() {
    let scratch = digits();
    let summary = scratch.json("compress run --out codes.aez");
    let number = |key: &str| summary[key].as_f64().unwrap_or_else(|| panic!("{key}: {summary}"));
    let more = number("mse") / number("mse_unrounded") - 1.0;
    assert!(more.abs() < 0.02, "{more}");
    let evaluated = scratch.json("evaluate run")["mse"].as_f64().unwrap();
    assert!((number("mse_unrounded") / evaluated - 1.0).abs() < 1e-6, "{summary}");
    assert!((scratch.read("codes.aez").len() as f64 - number("file_bytes")).abs() < 0.5);
    assert_eq!((number("file_bytes"), summary["pca"]["components"].as_u64()), (number("bytes"), Some(12)));
    // 12 numbers of 8 bits at most, what is learnt of 400 codes, and a head; half as many bits are about half as large, and worse.
    assert!(number("bits_a_sample") < 1.1 * 12.0 * 8.0 + 6.0, "{summary}");
    assert!((number("raw_bytes") - 784.0 * number("samples")).abs() < 0.5);
    assert!(number("gzip_bytes") < number("raw_bytes"));
    let coarse = scratch.json("compress run --bits 4 --out coarse.aez");
    assert!(coarse["bytes"].as_f64().unwrap() < 0.6 * number("bytes"), "{coarse}");
    assert!(coarse["mse"].as_f64().unwrap() > number("mse"));
    // Without the data of the run's training, and without --json, a table is printed.
    let table = scratch.succeed("compress run --split train --out train.aez -q");
    assert!(
        table.contains("model, 8 bits")
            && table.contains("PCA(12), 8 bits")
            && table.contains("packed by gzip"),
        "{table}"
    );
    // The same on any number of threads.
    scratch.succeed("compress run --out again.aez --threads 1 -q");
    assert_eq!(scratch.read("again.aez"), scratch.read("codes.aez"));
}

#[test]
fn decompressing_is_decoding_the_rounded_codes() {
    let scratch = digits();
    for (bits, formats) in [("1", &["npy"][..]), ("8", &["npy", "idx", "csv", "png"]), ("16", &["npy"])] {
        scratch.succeed(&format!("compress run --out codes.aez --bits {bits} -q"));
        for format in formats {
            scratch.succeed(&format!("decompress run codes.aez --out a.{format} --codes codes.npy -q"));
            scratch.succeed(&format!("decode run codes.npy --out b.{format} -q"));
            assert_eq!(
                scratch.read(&format!("a.{format}")),
                scratch.read(&format!("b.{format}")),
                "{bits} {format}"
            );
        }
    }
}

#[test]
fn labels_are_kept_where_that_is_asked_for() {
    let scratch = Scratch::new();
    let rows: Vec<String> =
        (0..60).map(|row| format!("r{row},{},{},{}\n", row % 17, row * row % 11, row % 3)).collect();
    scratch.write("t.csv", format!("who,x,y,kind\n{}", rows.concat()));
    scratch.succeed("train t.csv --label-column kind --id-column who --layers 4,2 --epochs 2 --out run -q");
    let notes = scratch.notes("compress run t.csv --out plain.aez");
    assert!(notes.contains("left out: who and kind of the samples; --keep-labels keeps them"), "{notes}");
    scratch.succeed("compress run t.csv --out kept.aez --keep-labels -q");
    scratch.succeed("decompress run plain.aez --out plain.csv -q");
    scratch.succeed("decompress run kept.aez --out kept.csv -q");
    assert!(scratch.text("plain.csv").starts_with("x,y\n"), "{}", scratch.text("plain.csv"));
    let kept = scratch.text("kept.csv");
    let lines: Vec<&str> = kept.lines().collect();
    assert!(lines[0] == "who,kind,x,y" && lines[60].starts_with("r59,2,"), "{kept}");
}

#[test]
fn other_models_and_damaged_files_are_refused() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run -q"));
    scratch.succeed(&format!("{SMALL} --seed 1 --out other -q"));
    scratch.succeed("compress run --out codes.aez -q");
    let line = scratch.fail("decompress other codes.aez --out x.npy", 1);
    assert!(
        line.contains("codes.aez: expected codes of the model with the digest ")
            && line.contains("give the model"),
        "{line}"
    );
    let hexadecimal = |word: &&str| word.len() == 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let digests = line.split([' ', ',', ';', '.']).filter(hexadecimal).count();
    assert_eq!(digests, 2, "{line}");
    let bytes = scratch.read("codes.aez");
    scratch.write("cut.aez", &bytes[..bytes.len() - 5]);
    let mut changed = bytes.clone();
    changed[bytes.len() / 2] ^= 1;
    scratch.write("changed.aez", changed);
    for name in ["cut", "changed"] {
        let line = scratch.fail(&format!("decompress run {name}.aez --out x.npy"), 1);
        assert!(line.contains("the checksum is not that of the contents"), "{line}");
    }
    let line = scratch.fail("decompress run run/model.safetensors --out x.npy", 1);
    assert!(line.contains("expected compressed codes (.aez), found another kind of file"), "{line}");
    for (words, says) in [
        ("compress run --out codes.npy", "expected a name that ends in .aez"),
        ("compress run --out codes.aez --bits 0", "0 is not in 1..=16"),
        ("compress run --out codes.aez --bits 17", "17 is not in 1..=16"),
        ("decompress run codes.aez --out x.svg", "expected a name that ends in .npy, .csv, .idx or .png"),
        ("decompress run codes.aez --out x.npy --codes x.npy", "name the same file"),
        ("decompress run codes.aez --out codes.aez", "expected a name that ends in"),
    ] {
        let output = scratch.run(words);
        let line = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && line.contains(says), "{words}: {line}");
    }
    assert!(!scratch.path("x.npy").exists() && scratch.read("codes.aez") == bytes);
}

#[test]
fn rates_are_drawn_for_the_model_and_for_components() {
    let scratch = digits();
    scratch.succeed("plot rate run --out rate.svg --bits 8,2,2 -q");
    let svg = scratch.text("rate.svg");
    for text in ["this model", "PCA(12)", "bits a sample", "mean squared error"] {
        assert!(svg.contains(text), "{text}");
    }
    scratch.succeed("plot rate run --out again.svg --bits 2,8 --threads 1 -q");
    assert_eq!(scratch.text("again.svg"), svg);
    scratch.succeed("plot rate run --out rate.png -q");
    assert!(scratch.read("rate.png").starts_with(b"\x89PNG"));
}
