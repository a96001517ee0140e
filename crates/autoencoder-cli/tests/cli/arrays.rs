//! Arrays and images in the files in which others publish them, in every command that takes DATA.

use crate::program::Scratch;

const TRAIN: &str = "--layers 3 --epochs 1 --threads 1 --out run --force";

/// Runs a command that must succeed; returns its notes.
fn notes(scratch: &Scratch, words: &str) -> String {
    let output = scratch.run(words);
    let notes = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{words}: {notes}");
    notes
}

/// Writes images, all of one shade, and labels as an IDX set of a folder.
fn write_set(scratch: &Scratch, stem: &str, count: usize, shade: u8) {
    std::fs::create_dir_all(scratch.path("sets")).unwrap();
    let images = scratch.path(&format!("sets/{stem}-images-idx3-ubyte.gz"));
    let pixels: Vec<u8> = (0..count * 20).map(|pixel| if pixel % 3 == 0 { shade } else { 0 }).collect();
    idx_format::write_path(images, &[count, 5, 4], &pixels).unwrap();
    let labels = scratch.path(&format!("sets/{stem}-labels-idx1-ubyte.gz"));
    let classes: Vec<u8> = (0..count).map(|index| u8::from(index % 2 == 0)).collect();
    idx_format::write_path(labels, &[count], &classes).unwrap();
}

#[test]
fn a_set_with_a_prefix_is_a_folder_with_two_splits() {
    let scratch = Scratch::new();
    write_set(&scratch, "emnist-letters-train", 12, 200);
    write_set(&scratch, "emnist-letters-test", 7, 210);
    let result = scratch.json(&format!("train sets {TRAIN}"));
    assert_eq!(result["validation"]["samples"], 7);
    let described = scratch.json("inspect sets");
    assert_eq!(described["train"]["images"]["sizes"][0], 12);
    assert_eq!(described["test"]["labels"]["sizes"][0], 7);
    assert_eq!(scratch.json("evaluate run sets --split train")["samples"], 12);
}

#[test]
fn one_of_several_sets_is_given_as_a_path_in_every_command() {
    let scratch = Scratch::new();
    write_set(&scratch, "emnist-letters-train", 12, 200);
    write_set(&scratch, "emnist-digits-train", 9, 100);
    write_set(&scratch, "emnist-digits-test", 5, 100);
    for command in ["inspect sets", &format!("train sets {TRAIN}")] {
        let line = scratch.fail(command, 1);
        let says = "sets: expected one set of images, found 2: emnist-digits, emnist-letters; give the folder and a set";
        assert!(line.contains(says), "{line}");
    }
    let trained = scratch.json(&format!("train sets/emnist-digits {TRAIN}"));
    assert_eq!(trained["validation"]["samples"], 5);
    scratch.succeed("train sets/emnist-digits --out run --resume --epochs 2");
    assert_eq!(scratch.json("evaluate run sets/emnist-digits")["samples"], 5);
    assert_eq!(scratch.json("evaluate run sets/emnist-letters")["samples"], 12);
    assert_eq!(scratch.json("inspect sets/emnist-letters")["train"]["images"]["sizes"][0], 12);
    scratch.succeed("encode run sets/emnist-letters --out codes.csv");
    assert_eq!(scratch.text("codes.csv").lines().count(), 13);
    scratch.succeed("plot latent run sets/emnist-digits --out latent.svg");
    scratch.succeed("corrupt sets/emnist-digits --noise masking --out noisy.idx");
    let line = scratch.fail("train sets/emnist-words --out other", 1);
    assert!(line.contains("sets/emnist-words: there is no such file or folder; give an IDX"), "{line}");
    let over = "corrupt sets/emnist-digits --noise masking --out";
    std::fs::rename(scratch.path("noisy.idx"), scratch.path("sets/noisy.idx")).unwrap();
    let line = scratch.fail(&format!("{over} sets/noisy.idx"), 1);
    assert!(line.contains("this command reads sets, and would write over it"), "{line}");
}

#[test]
fn training_on_test_images_alone_is_said_once() {
    let scratch = Scratch::new();
    write_set(&scratch, "t10k", 8, 90);
    let notes = notes(&scratch, &format!("train sets {TRAIN}"));
    assert_eq!(notes.matches("no training images beside these test images").count(), 1, "{notes}");
    let quiet = self::notes(&scratch, &format!("train sets --quiet {TRAIN}"));
    assert_eq!(quiet, "");
    let used = self::notes(&scratch, "evaluate run sets");
    assert!(!used.contains("test images"), "{used}");
}
