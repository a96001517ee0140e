//! Arrays and images in the files in which others publish them, in every command that takes DATA.

use crate::archive::{npy, npz, safetensors};
use crate::program::Scratch;

const TRAIN: &str = "--layers 3 --epochs 1 --threads 1 --out run --force";

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
fn labels_without_images_of_their_name_are_said_not_to_be_read() {
    let scratch = Scratch::new();
    write_set(&scratch, "train", 8, 90);
    write_set(&scratch, "x-train", 8, 90);
    let note = "labels are not read where there are no images of the same name";
    let said = scratch.notes(&format!("train sets {TRAIN}"));
    assert!(said.contains("other sets lie beside them: x") && !said.contains(note), "{said}");
    std::fs::remove_file(scratch.path("sets/x-train-images-idx3-ubyte.gz")).unwrap();
    std::fs::remove_file(scratch.path("sets/train-labels-idx1-ubyte.gz")).unwrap();
    let said = scratch.notes(&format!("train sets {TRAIN}"));
    assert_eq!(said.matches(&format!("sets: {note}: x-train-labels-idx1-ubyte.gz\n")).count(), 1, "{said}");
}

#[test]
fn training_on_test_images_alone_is_said_once() {
    let scratch = Scratch::new();
    write_set(&scratch, "t10k", 8, 90);
    let notes = scratch.notes(&format!("train sets {TRAIN}"));
    assert_eq!(notes.matches("no training images beside these test images").count(), 1, "{notes}");
    let quiet = scratch.notes(&format!("train sets --quiet {TRAIN}"));
    assert_eq!(quiet, "");
    let used = scratch.notes("evaluate run sets");
    assert!(!used.contains("test images"), "{used}");
}

/// Bytes that differ from sample to sample.
fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|index| u8::try_from(index * 37 % 251).unwrap()).collect()
}

/// `mnist.npz` as Keras has it, of 12 training and 6 test images.
fn keras(is_deflated: bool) -> Vec<u8> {
    let labels = |count: usize| (0..count).map(|index| u8::from(index % 3 == 0)).collect::<Vec<_>>();
    npz(
        &[
            ("x_test", npy("|u1", &[6, 5, 4], &bytes(120))),
            ("x_train", npy("|u1", &[12, 5, 4], &bytes(240))),
            ("y_train", npy("|u1", &[12], &labels(12))),
            ("y_test", npy("|u1", &[6], &labels(6))),
        ],
        is_deflated,
    )
}

#[test]
fn the_npz_of_keras_has_two_splits_and_labels_said_in_one_note() {
    let scratch = Scratch::new();
    for is_deflated in [false, true] {
        scratch.write("mnist.npz", keras(is_deflated));
        let result = scratch.json(&format!("train mnist.npz {TRAIN}"));
        assert_eq!(result["validation"]["samples"], 6);
        let said = scratch.notes(&format!("train mnist.npz {TRAIN}"));
        let note = "mnist.npz: the training split is x_train with the labels y_train, the test split x_test with the labels y_test; mnist.npz:NAME reads one array alone\n";
        assert_eq!(said.matches(note).count(), 1, "{said}");
        assert_eq!(scratch.notes(&format!("train mnist.npz --quiet {TRAIN}")), "");
    }
    assert_eq!(scratch.json("evaluate run mnist.npz --split train")["samples"], 12);
    assert_eq!(scratch.json("evaluate run mnist.npz:x_train")["samples"], 12);
    assert_eq!(scratch.json("evaluate run mnist.npz --against mnist.npz:x_test")["samples"], 6);
    scratch.succeed("plot latent run mnist.npz:x_test --out latent.svg");
    scratch.succeed("encode run mnist.npz --out codes.npy");
    scratch.succeed("reconstruct run mnist.npz:x_test --out figure.png");
    scratch.succeed("corrupt mnist.npz:x_test --noise masking --out noisy.idx");
    scratch.succeed("find-lr mnist.npz:x_train --layers 3 --steps 20");
    scratch.succeed(&format!("train mnist.npz:x_train --validation mnist.npz:x_test {TRAIN}"));
    scratch.succeed("train mnist.npz:x_train --out run --resume --epochs 2");
    let line = scratch.fail("train mnist.npz:x_tran --out other", 1);
    assert!(line.contains("found no array x_tran among x_test (6 x 5 x 4 u8), x_train (12"), "{line}");
    assert!(line.ends_with("; the nearest name is x_train\n"), "{line}");
    let line = scratch.fail("corrupt mnist.npz:x_test --noise masking --out mnist.npz", 2);
    assert!(line.contains("expected a name that ends in"), "{line}");
    let both = scratch.json("inspect mnist.npz");
    assert_eq!((&both["kind"], both["arrays"].as_array().unwrap().len()), (&"npz".into(), 4));
    let line = scratch.fail("inspect mnist.npz:y_test --values", 1);
    assert!(line.contains("mnist.npz:y_test: expected samples: an array of 2 or more dimensions"), "{line}");
    let line = scratch.fail("inspect mnist.npz --values", 2);
    assert!(line.ends_with("; give one, such as mnist.npz:x_train\n"), "{line}");
}

#[test]
fn a_file_that_is_really_called_like_a_key_is_read() {
    let scratch = Scratch::new();
    scratch.write("a.npz", npz(&[("x", npy("|u1", &[3, 4], &bytes(12)))], true));
    assert_eq!(scratch.json("inspect a.npz:x --values")["maximum"], 222.0);
    scratch.write("a.npz:x", npy("|u1", &[5, 4], &bytes(20)));
    assert_eq!(scratch.json("inspect a.npz:x")["kind"], "npy");
}

#[test]
fn tensors_of_every_type_are_data_and_models_are_none() {
    let scratch = Scratch::new();
    let of = |dtype: &str, size: usize| {
        safetensors(&[("samples", dtype, &[4, 3], bytes(12 * size).iter().map(|byte| byte % 48).collect())])
    };
    for (dtype, size) in [
        ("BOOL", 1),
        ("U8", 1),
        ("I8", 1),
        ("U16", 2),
        ("I16", 2),
        ("F16", 2),
        ("BF16", 2),
        ("U32", 4),
        ("I32", 4),
        ("F32", 4),
        ("U64", 8),
        ("I64", 8),
        ("F64", 8),
    ] {
        scratch.write("a.safetensors", of(dtype, size));
        let described = scratch.json("inspect a.safetensors --values");
        assert_eq!(described["arrays"][0]["element_type"], dtype.to_lowercase(), "{dtype}");
        assert!(described["maximum"].as_f64().unwrap() > 0.0, "{dtype}");
        scratch.succeed(&format!("train a.safetensors {TRAIN}"));
    }
    // 1.5 and -2 as bfloat16.
    let numbers = [0xC0, 0x3F, 0x00, 0xC0].repeat(2);
    scratch.write("b.safetensors", safetensors(&[("b", "BF16", &[2, 2], numbers)]));
    let values = scratch.json("inspect b.safetensors --values");
    assert_eq!((&values["minimum"], &values["maximum"]), (&(-2.0).into(), &1.5.into()));

    let two = [("a", "U8", &[2, 3][..], bytes(6)), ("b", "F8_E4M3", &[2, 3], bytes(6))];
    scratch.write("two.safetensors", safetensors(&two));
    scratch.succeed(&format!("train two.safetensors {TRAIN}"));
    let line = scratch.fail("train two.safetensors:b --out other", 1);
    assert!(line.contains("two.safetensors:b: element type: expected bool, integers or"), "{line}");

    for (file, found) in [("run/model.safetensors", "model"), ("run/checkpoint.safetensors", "checkpoint")] {
        let line = scratch.fail(&format!("train {file} --out other"), 1);
        let says = format!("{file}: expected data, found a {found} of autoencoder; give the model as MODEL");
        assert!(line.contains(&says), "{line}");
        assert_eq!(scratch.json(&format!("inspect {file}"))["kind"], found);
    }
    scratch.succeed("encode run run/model.safetensors:encoder.0.weight --out weights.csv");
}

#[test]
fn arrays_that_leave_a_doubt_or_lie_are_refused() {
    let scratch = Scratch::new();
    let arrays = [("a", npy("<f4", &[2, 2], &[0; 16])), ("b", npy("|u1", &[3, 2], &bytes(6)))];
    scratch.write("two.npz", npz(&arrays, true));
    let line = scratch.fail("train two.npz --out other", 1);
    let says = "expected one array of samples, found a (2 x 2 f32), b (3 x 2 u8); name one behind a colon, such as two.npz:a";
    assert!(line.contains(says), "{line}");
    for (name, file, says) in [
        (
            "claim.npz",
            npz(&[("x", npy("|u1", &[1 << 40, 1 << 10], &[1; 9]))], true),
            "expected 1125899906842624 bytes",
        ),
        ("huge.npz", npz(&[("x", npy("|u1", &[usize::MAX, 4], &[1; 9]))], true), "cannot be multiplied"),
        ("zip.npz", b"PK\x05\x06".to_vec(), "expected an .npz file, which is a zip archive"),
        ("text.npz", b"hello".to_vec(), "expected an .npz file, which is a zip archive"),
        (
            "words.npz",
            npz(&[("x", npy("<U3", &[1, 2], &[0; 24]))], true),
            "words.npz:x: element type: expected bool, integers or floating-point numbers of up to 8 bytes, found <U3; a .csv",
        ),
        (
            "complex.npz",
            npz(&[("x", npy("<c8", &[1, 2], &[0; 16]))], false),
            "found <c8; make two real numbers of each",
        ),
        (
            "eight.safetensors",
            safetensors(&[("x", "F8_E4M3", &[2, 3], bytes(6))]),
            "eight.safetensors:x: element type: expected bool, integers or floating-point numbers of up to 8 bytes, found f8_e4m3; convert",
        ),
        ("short.safetensors", vec![1, 2], "the file has only 2 bytes"),
        ("long.safetensors", vec![0xFF, 0xFF, 0, 0, 0, 0, 0, 0, b'{'], "claims 65535 bytes"),
        ("end.safetensors", safetensors(&[("a", "U8", &[2, 3], bytes(5))]), "expected a .safetensors file"),
    ] {
        scratch.write(name, file);
        let line = scratch.fail(&format!("train {name} --out other"), 1);
        assert!(line.contains(says), "{name}: {line}");
    }
    // A flipped bit of the elements is noticed by the checksum.
    let mut flipped = npz(&[("x", npy("|u1", &[9, 4], &bytes(36)))], false);
    let at = flipped.windows(3).position(|window| window == [37, 74, 111]).unwrap();
    flipped[at] ^= 1;
    scratch.write("flipped.npz", flipped);
    let line = scratch.fail("train flipped.npz --out other", 1);
    assert!(line.contains("flipped.npz:x: reading failed: ") && line.contains("damaged"), "{line}");
    scratch.write("t.csv", "1,2\n3,4\n5,7\n");
    let line = scratch.fail("train t.csv:x --out other", 1);
    assert!(
        line.contains("t.csv: found no file that holds several arrays, and so no array x; leave :x out"),
        "{line}"
    );
}

#[test]
fn what_an_array_may_not_hold_is_refused_with_what_to_write_instead() {
    let scratch = Scratch::new();
    let mut record = npy("<f4", &[3], &[0; 24]);
    let descr = record.windows(5).position(|bytes| bytes == b"'<f4'").unwrap();
    record.splice(descr..descr + 5, *b"[('a', '<f4'), ('b', '<f4')]");
    record[8] += 28 - 5;
    scratch.write("record.npy", record);
    let line = scratch.fail("train record.npy --out other", 1);
    let says = "found a record; numpy.lib.recfunctions.structured_to_unstructured(array) makes numbers of";
    assert!(line.contains(says), "{line}");
    let floats = |numbers: [f32; 4]| npy("<f4", &[2, 2], numbers.map(f32::to_le_bytes).as_flattened());
    scratch.write("nan.npy", floats([0.0, 1.0, f32::NAN, 2.0]));
    let line = scratch.fail("train nan.npy --out other", 1);
    assert!(line.contains("found NaN; a .csv file takes NaN as unknown, as numpy.savetxt"), "{line}");
    scratch.write("inf.npy", floats([0.0, 1.0, f32::INFINITY, 2.0]));
    let line = scratch.fail("train inf.npy --out other", 1);
    assert!(line.ends_with("found inf; put a finite number in its place\n"), "{line}");
}
