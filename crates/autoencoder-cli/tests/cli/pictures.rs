//! Folders of pictures as people have them: splits, damage, transparency, 16 bits, and files that are no pictures.

use std::fs::{self, File};

use png::{BitDepth, ColorType};

use crate::program::Scratch;

/// Writes a PNG of 4 x 4 pixels, all numbers of each one byte.
fn picture(scratch: &Scratch, name: &str, (colour, depth): (ColorType, BitDepth), byte: u8) {
    let path = scratch.path(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(File::create(path).unwrap(), 4, 4);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    let size = colour.samples() * if depth == BitDepth::Sixteen { 2 } else { 1 };
    encoder.write_header().unwrap().write_image_data(&vec![byte; 16 * size]).unwrap();
}

const GREY: (ColorType, BitDepth) = (ColorType::Grayscale, BitDepth::Eight);

/// Writes pictures that differ, in a folder.
fn pictures(scratch: &Scratch, folder: &str, count: u8) {
    (1..=count).for_each(|index| picture(scratch, &format!("{folder}/{index}.png"), GREY, index * 20));
}

const TRAIN: &str = "--layers 2 --epochs 1 --threads 1 --out run --force";

#[test]
fn splits_are_trained_on_validated_on_and_tested_with() {
    let scratch = Scratch::new();
    pictures(&scratch, "data/train/a", 3);
    pictures(&scratch, "data/train/b", 2);
    pictures(&scratch, "data/val/b", 4);
    let said = scratch.notes(&format!("train data {TRAIN}"));
    let note = "data: train and val are splits, not labels; val is read as the test split";
    assert_eq!(said.matches(note).count(), 1, "{said}");
    assert!(scratch.text("run/config.toml").contains("validation = \"test\""));
    assert_eq!(scratch.json("evaluate run data")["samples"], 4);
    assert_eq!(scratch.json("evaluate run data --split train")["samples"], 5);

    pictures(&scratch, "data/test/a", 1);
    let said = scratch.notes(&format!("train data {TRAIN}"));
    assert!(
        said.contains("data: test, train and val are splits, not labels; a training is validated on val"),
        "{said}"
    );
    let config = scratch.text("run/config.toml");
    assert!(config.contains("validation = \"data/val\"") || cfg!(windows), "{config}");
    let report = scratch.json("evaluate run data");
    assert_eq!(report["samples"], 1);
    let model = scratch.read("run/model.safetensors");
    fs::rename(scratch.path("run"), scratch.path("first")).unwrap();
    scratch.notes("train --config first/config.toml --threads 1 --out run");
    assert_eq!(scratch.read("run/model.safetensors"), model);
    let report = scratch.json("inspect data");
    let part = |name: &str| report[name]["samples"].clone();
    assert_eq!([part("train"), part("test"), part("validation")], [5, 1, 4]);
    assert_eq!(report["labels"], serde_json::json!(["a", "b"]));

    picture(&scratch, "data/cats/1.png", GREY, 1);
    let line = scratch.fail(&format!("train data {TRAIN}"), 1);
    assert!(line.contains("which is named after a split, beside cats, which is not"), "{line}");
}

#[test]
fn broken_pictures_are_left_out_on_request_and_the_run_remembers_it() {
    let scratch = Scratch::new();
    pictures(&scratch, "data", 6);
    scratch.write("data/3.png", &scratch.read("data/3.png")[..50]);
    for words in [format!("train data {TRAIN}"), "inspect data --values".to_owned()] {
        let line = scratch.fail(&words, 1);
        assert!(line.contains("data/3.png: PNG: ") || cfg!(windows), "{line}");
        assert!(line.ends_with("; --skip-broken leaves out pictures that cannot be read\n"), "{line}");
    }
    let note = "data: 1 broken picture was left out: 3.png";
    let said = scratch.notes(&format!("train data --skip-broken {TRAIN}"));
    assert!(said.contains(note), "{said}");
    assert!(scratch.text("run/config.toml").contains("skip-broken = true"));
    let model = scratch.read("run/model.safetensors");
    scratch.notes("train --config run/config.toml --threads 1 --out again");
    assert_eq!(scratch.read("again/model.safetensors"), model);
    let said = scratch.notes("encode run data --skip-broken --out codes.npy");
    assert!(said.contains(note) && said.contains("codes.npy: 5 codes"), "{said}");
    let words = "encode run data --skip-broken --out codes.npy --quiet";
    assert_eq!(scratch.notes(words), "");
    assert!(scratch.notes("inspect data --values --skip-broken").contains(note));
    assert_eq!(scratch.json("inspect data --values --skip-broken")["maximum"], 120.0);
    scratch.write("t.csv", "1,2\n3,4\n");
    let line = scratch.fail("encode run t.csv --skip-broken --out codes.npy", 2);
    assert!(line.contains("--skip-broken is for folders of pictures, found t.csv"), "{line}");
}

#[test]
fn sixteen_bits_are_numbers_to_65535_and_bytes_in_their_place_are_noted() {
    let scratch = Scratch::new();
    let deep = (ColorType::Grayscale, BitDepth::Sixteen);
    (1..6).for_each(|byte| picture(&scratch, &format!("deep/{byte}.png"), deep, byte));
    let said = scratch.notes(&format!("train deep {TRAIN}"));
    assert!(
        said.contains("deep: 16 bits: numbers from 0 to 65535, which training scales by min-max"),
        "{said}"
    );
    assert!(scratch.text("run/config.toml").contains("scale = \"min-max\""));
    assert_eq!(scratch.json("inspect deep --values")["maximum"], 5.0 * 257.0);
    scratch.notes("reconstruct run deep --out out.npy");
    pictures(&scratch, "bytes", 3);
    let said = scratch.notes("encode run bytes --out codes.npy");
    assert!(
        said.contains("bytes: bytes, at most 255, but the model was trained on numbers up to 1285"),
        "{said}"
    );
    let said = scratch.notes(&format!("train deep --validation bytes {TRAIN}"));
    assert!(said.contains("bytes: bytes from 0 to 255, where deep has other numbers"), "{said}");
    scratch.notes(&format!("train bytes {TRAIN}"));
    let said = scratch.notes("encode run deep --out codes.npy");
    assert!(said.contains("deep: values up to 1285, but the model was trained on 0 to 255"), "{said}");
}

#[test]
fn what_is_done_with_pictures_and_files_is_told_in_single_notes() {
    let scratch = Scratch::new();
    pictures(&scratch, "data/a", 3);
    picture(&scratch, "data/a/clear.png", (ColorType::GrayscaleAlpha, BitDepth::Eight), 9);
    scratch.write("data/a/x.gif", "");
    scratch.write("data/list.txt", "");
    fs::create_dir_all(scratch.path("data/b/raw")).unwrap();
    let said = scratch.notes(&format!("train data {TRAIN}"));
    for note in [
        "data: 1 picture has transparent pixels, put on white\n",
        "data: 2 files were passed over: .gif (1), .txt (1); 1 deeper folder was passed over: b/raw; \
         no picture was found in b\n",
    ] {
        assert_eq!(said.matches(note).count(), 1, "{said}");
    }
    assert!(scratch.notes("inspect data").contains("2 files were passed over: .gif (1), .txt (1)"));
    fs::remove_dir_all(scratch.path("data/a")).unwrap();
    let line = scratch.fail(&format!("train data {TRAIN}"), 1);
    assert!(
        line.contains("no PNG, JPEG or WebP files (1 file was passed over: .txt (1); 1 deeper"),
        "{line}"
    );
}

#[test]
fn grey_and_colour_in_one_folder_get_advice() {
    let scratch = Scratch::new();
    pictures(&scratch, "data", 2);
    picture(&scratch, "data/3.png", (ColorType::Rgb, BitDepth::Eight), 9);
    for words in [format!("train data {TRAIN}"), format!("train data --skip-broken {TRAIN}")] {
        let line = scratch.fail(&words, 1);
        assert!(line.contains("3.png: expected 4 x 4 grey as in "), "{line}");
        assert!(
            line.contains("1.png, found 4 x 4 RGB; make all pictures grey or all RGB, or keep"),
            "{line}"
        );
    }
}

#[test]
fn pictures_are_turned_as_their_orientation_says() {
    let scratch = Scratch::new();
    fs::create_dir(scratch.path("data")).unwrap();
    let write = |name: &str, [width, height]: [u32; 2], orientation: Option<u8>| {
        let mut info = png::Info::with_size(width, height);
        let entry = |number| [1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, number, 0, 0, 0, 0, 0, 0, 0];
        info.exif_metadata =
            orientation.map(|number| [b"II*\0\x08\0\0\0", &entry(number)[..]].concat().into());
        let encoder = png::Encoder::with_info(File::create(scratch.path(name)).unwrap(), info).unwrap();
        let pixels: Vec<u8> = (0..16).collect();
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    };
    write("data/1.png", [2, 8], None);
    write("data/2.png", [8, 2], Some(6));
    write("data/3.png", [8, 2], Some(8));
    let said = scratch.notes(&format!("train data {TRAIN}"));
    let note = "data: 2 pictures have an EXIF orientation, which was followed\n";
    assert_eq!(said.matches(note).count(), 1, "{said}");
    assert_eq!(scratch.json("inspect run")["sample_shape"], serde_json::json!([8, 2]));
    write("data/3.png", [2, 8], Some(6));
    let line = scratch.fail(&format!("train data {TRAIN}"), 1);
    assert!(line.contains("3.png: expected 8 x 2 grey as in "), "{line}");
    assert!(
        line.contains("1.png, found 2 x 8 grey, turned as its EXIF orientation says; bring all"),
        "{line}"
    );
}
