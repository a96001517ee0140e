//! The notes of commands on stderr: the files written, and how much of which data.

use crate::program::{SMALL, Scratch};

#[test]
fn what_was_written_is_said_in_one_line_with_its_number_and_its_part_of_the_data() {
    let scratch = Scratch::new();
    scratch.succeed(&format!("{SMALL} --out run"));
    std::fs::create_dir(scratch.path("pages")).unwrap();
    let data = "test split of synthetic digits, seed 0";
    for (words, line) in [
        ("encode run synthetic --out codes.npy", format!("codes.npy: 4,000 codes of 8 numbers ({data})")),
        (
            "reconstruct run synthetic --split train --out all.idx",
            "all.idx: 20,000 samples of 28x28 numbers, reconstructed (training split of synthetic digits, seed 0)"
                .to_owned(),
        ),
        (
            "reconstruct run synthetic --out ten.png",
            format!("ten.png: 10 of 4,000 samples beside their reconstructions ({data})"),
        ),
        (
            "decode run codes.npy --out decoded.npy",
            "decoded.npy: 4,000 samples of 28x28 numbers (decoded from codes.npy)".to_owned(),
        ),
        (
            "decode run codes.npy --out decoded.png --count 3",
            "decoded.png: 3 of 4,000 samples (decoded from codes.npy)".to_owned(),
        ),
        (
            "corrupt synthetic --noise masking --limit 20 --out noisy.idx",
            format!("noisy.idx: 20 samples of 28x28 numbers with noise ({data})"),
        ),
        ("plot loss run --out loss.svg", "loss.svg: losses of 2 epochs (run)".to_owned()),
        ("plot latent run synthetic --out latent.svg", format!("latent.svg: codes of 4,000 samples ({data})")),
        (
            "find-lr synthetic --limit 300 --layers 4 --steps 20 --json --out rates.svg",
            "rates.svg: losses at 20 learning rates (synthetic train digits, seed 0)".to_owned(),
        ),
    ] {
        let said = scratch.notes(words);
        assert_eq!(said.lines().filter(|&found| found == line).count(), 1, "{words}: {line}: {said}");
        assert_eq!(scratch.notes(&format!("{words} --quiet")), "", "{words}");
    }
    let said = scratch.notes("man --out pages");
    let pages = std::fs::read_dir(scratch.path("pages")).unwrap().count();
    assert_eq!(said, format!("pages: {pages} manual pages\n"));
    assert_eq!(scratch.notes("man --out pages --quiet"), "");
}

#[test]
fn more_threads_than_the_machine_has_processors_are_said() {
    let scratch = Scratch::new();
    scratch.write("a.npy", b"");
    let said = String::from_utf8(scratch.run("inspect a.npy --threads 1024").stderr).unwrap();
    assert!(said.starts_with("--threads 1024: this machine has "), "{said}");
    let said = String::from_utf8(scratch.run("inspect a.npy --threads 1").stderr).unwrap();
    assert!(!said.contains("--threads"), "{said}");
}

#[test]
fn what_is_one_part_only_is_named_without_a_split() {
    let scratch = Scratch::new();
    scratch.write("table.csv", "a,b\n1,2\n3,4\n5,7\n");
    scratch.succeed("train table.csv --layers 1 --epochs 1 --out run");
    let said = scratch.notes("encode run table.csv --out codes.csv");
    assert!(said.ends_with("codes.csv: 3 codes of 1 number (table.csv)\n"), "{said}");
    let said = scratch.notes("reconstruct run table.csv --out restored.csv");
    assert!(said.ends_with("restored.csv: 3 samples of 2 numbers, reconstructed (table.csv)\n"), "{said}");
}
