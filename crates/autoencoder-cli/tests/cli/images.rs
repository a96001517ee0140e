//! Images in arrays and tables: colours that come first, rows that are images, batches of CIFAR-10.

use crate::archive::npy;
use crate::program::Scratch;

/// The number of images, of 4 rows of 5 pixels of three colours.
const COUNT: usize = 12;

/// A number of an image.
fn number(image: usize, colour: usize, row: usize, column: usize) -> f64 {
    let place =
        u32::try_from(image * 61 + colour * 17 + row * 7 + column * 3 + image * row * column).unwrap();
    f64::from(place % 97) / 128.0
}

/// The numbers of all images, one colour after the other or pixel by pixel.
fn numbers(channels_first: bool) -> Vec<f64> {
    let image = |image: usize| {
        (0..60).map(move |place| {
            if channels_first {
                number(image, place / 20, place % 20 / 5, place % 5)
            } else {
                number(image, place % 3, place / 15, place / 3 % 5)
            }
        })
    };
    (0..COUNT).flat_map(image).collect()
}

fn array(shape: &[usize], numbers: &[f64]) -> Vec<u8> {
    npy("<f8", shape, &numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>())
}

fn table(numbers: &[f64]) -> String {
    let line = |row: &[f64]| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(",") + "\n";
    numbers.chunks(60).map(line).collect()
}

const TRAIN: &str = "--header no --scale none --layers 6 --epochs 3 --shift 1 --threads 1 --force";
const TRAIN_ARRAY: &str = "--scale none --layers 6 --epochs 3 --shift 1 --threads 1 --force";

#[test]
fn images_are_the_same_in_whatever_order_their_colours_come() {
    let scratch = Scratch::new();
    let (planes, pixels) = (numbers(true), numbers(false));
    scratch.write("pixels.npy", array(&[COUNT, 4, 5, 3], &pixels));
    scratch.write("planes.npy", array(&[COUNT, 3, 4, 5], &planes));
    scratch.write("flat.npy", array(&[COUNT, 60], &planes));
    scratch.write("planes.csv", table(&planes));
    scratch.write("pixels.csv", table(&pixels));
    let mut losses = Vec::new();
    for (data, words, run) in [
        ("pixels.npy", TRAIN_ARRAY.to_owned(), "a"),
        ("planes.npy", TRAIN_ARRAY.to_owned(), "b"),
        ("flat.npy", format!("--sample-shape 3,4,5 {TRAIN_ARRAY}"), "c"),
        ("planes.csv", format!("--sample-shape 3,4,5 {TRAIN}"), "d"),
        ("pixels.csv", format!("--sample-shape 4,5,3 {TRAIN}"), "e"),
    ] {
        let trained = scratch.json(&format!("train {data} {words} --out {run}"));
        assert_eq!(scratch.json(&format!("inspect {run}"))["sample_shape"], serde_json::json!([4, 5, 3]));
        losses.push(trained["epochs"][2]["train_mse"].clone());
        // The model knows the order of its data, and the order of an array that says so itself.
        for other in [data, "pixels.npy", "planes.npy"] {
            let header = if other.contains("csv") { "--header no" } else { "" };
            let evaluated = scratch.json(&format!("evaluate {run} {other} {header}"));
            losses.push(evaluated["mse"].clone());
        }
    }
    for run in losses.chunks(4) {
        assert_eq!(run, &losses[..4]);
    }
    assert_eq!(losses[1], losses[2]);
    assert_eq!(losses[1], losses[3]);
    let config = scratch.text("d/config.toml");
    assert!(
        config.contains("sample-shape = [\n    3,\n    4,\n    5,\n]")
            || config.contains("sample-shape = [3, 4, 5]"),
        "{config}"
    );
    scratch.succeed("train --config d/config.toml --out again");
    assert_eq!(scratch.read("again/model.safetensors"), scratch.read("d/model.safetensors"));
    scratch.succeed("train planes.csv --out d --resume --epochs 4");

    // What is written as a table is read as the model's data.
    for run in ["d", "e"] {
        scratch.succeed(&format!("reconstruct {run} planes.npy --out again.csv"));
        scratch.succeed(&format!("reconstruct {run} planes.npy --out again.npy"));
        let mse = |data: &str| scratch.json(&format!("evaluate {run} {data}"))["mse"].as_f64().unwrap();
        let (csv, npy) = (mse("again.csv --header no"), mse("again.npy"));
        assert!((csv - npy).abs() < 1e-6, "{run}: {csv} {npy}");
    }
    // The noise changes one number in twenty, and no column changes its place.
    let corrupt = "corrupt planes.csv --header no --sample-shape 3,4,5 --noise masking --noise-strength 0.05";
    scratch.succeed(&format!("{corrupt} --out noisy.csv"));
    let (noisy, clean) = (scratch.text("noisy.csv"), table(&planes));
    let fields = |text: &str| text.split([',', '\n']).map(str::to_owned).collect::<Vec<_>>();
    let same = fields(&noisy).iter().zip(&fields(&clean)).filter(|(noisy, clean)| noisy == clean).count();
    assert!(same > COUNT * 60 * 8 / 10, "{same}");
}

#[test]
fn what_is_assumed_of_the_order_is_said_once() {
    let scratch = Scratch::new();
    scratch.write("planes.npy", array(&[COUNT, 3, 4, 5], &numbers(true)));
    scratch.write("flat.npy", array(&[COUNT, 60], &numbers(true)));
    let notes = |words: &str| String::from_utf8(scratch.run(words).stderr).unwrap();
    let said = notes(&format!("train planes.npy {TRAIN_ARRAY} --out run"));
    let note =
        "planes.npy: samples of 3x4x5 are taken for images whose colours come first, and become 4x5x3\n";
    assert_eq!(said.matches(note).count(), 1, "{said}");
    let said = notes("evaluate run flat.npy");
    let note =
        "flat.npy: rows are read as images whose colours come one after the other, as in the data of run";
    assert_eq!(said.matches(note).count(), 1, "{said}");
    assert_eq!(notes("evaluate run flat.npy --quiet"), "");
}

#[test]
fn a_shape_that_does_not_fit_is_refused_with_both_numbers() {
    let scratch = Scratch::new();
    scratch.write("t.csv", "1,2,3,4,5,6\n7,8,9,1,2,4\n3,3,1,0,2,1\n");
    let line = scratch.fail("train t.csv --sample-shape 2,4 --out run", 1);
    assert!(line.contains("--sample-shape 2x4 makes 8 numbers, found samples of 6 numbers"), "{line}");
    for mistake in ["2,0", "2,x", "2,,3"] {
        let output = scratch.run(&format!("train t.csv --sample-shape {mistake} --out run"));
        assert_eq!(output.status.code(), Some(2), "{mistake}");
    }
    scratch.succeed("train t.csv --sample-shape 2,3 --layers 2 --epochs 1 --out run");
    scratch.succeed("reconstruct run t.csv --out figure.png");
    let line = scratch.fail("train synthetic --limit 20 --sample-shape 784 --out other", 1);
    assert!(
        line.contains("--sample-shape 784 is for rows of plain numbers, found samples of 28x28"),
        "{line}"
    );
}

#[test]
fn planes_of_other_numbers_are_shifted_only_as_they_are_said_to_lie() {
    let scratch = Scratch::new();
    let planes: Vec<u8> = (0..12 * 4 * 64).map(|index| u8::try_from(index * 37 % 251).unwrap()).collect();
    scratch.write("planes.npy", npy("|u1", &[12, 4, 8, 8], &planes));
    let train = "train planes.npy --layers 3 --epochs 1 --threads 1 --force --out run";
    let said = scratch.notes(train);
    let note = "planes.npy: samples of 4x8x8 are taken as they are, for no images; --sample-shape 8,8,4 says that they are 4 planes\n";
    assert_eq!(said.matches(note).count(), 1, "{said}");
    for scale in ["--scale none", ""] {
        let line = scratch.fail(&format!("{train} --shift 1 {scale}"), 2);
        let says = "planes.npy: samples of 4x8x8 may be planes, and shifting them would move one plane into the next; --sample-shape 8,8,4 says";
        assert!(line.contains(says), "{line}");
    }
    scratch.write("pixels.npy", {
        let pixel = |index: usize| planes[index / 256 * 256 + index % 4 * 64 + index % 256 / 4];
        npy("|u1", &[12, 8, 8, 4], &(0..planes.len()).map(pixel).collect::<Vec<_>>())
    });
    let said = scratch.notes(&format!("{train} --shift 1 --scale none --output-activation linear --sample-shape 8,8,4 --validation planes.npy"));
    assert!(!said.contains("planes.npy: samples of"), "{said}");
    let [planes, pixels] =
        ["planes.npy", "pixels.npy"].map(|data| scratch.json(&format!("evaluate run {data}"))["mse"].clone());
    assert_eq!(planes, pixels);
    let said = scratch
        .notes(&format!("{train} --shift 1 --scale none --output-activation linear --sample-shape 4,8,8"));
    assert!(said.contains("are shifted as 4 rows of 8 pixels, as --sample-shape says"), "{said}");
}

#[test]
fn batches_of_cifar_are_two_splits_with_names() {
    let scratch = Scratch::new();
    let batch = |count: u8| {
        (0..count).flat_map(|index| [vec![index % 10], vec![index * 9; 3072]].concat()).collect::<Vec<u8>>()
    };
    std::fs::create_dir(scratch.path("cifar")).unwrap();
    for index in 1..=5 {
        scratch.write(&format!("cifar/data_batch_{index}.bin"), batch(4));
    }
    scratch.write("cifar/test_batch.bin", batch(3));
    scratch.write(
        "cifar/batches.meta.txt",
        "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n",
    );
    let trained = scratch.json("train cifar --layers 3 --epochs 1 --out run");
    assert_eq!(trained["validation"]["samples"], 3);
    assert_eq!(scratch.json("evaluate run cifar --split train")["samples"], 20);
    assert_eq!(scratch.json("evaluate run cifar/data_batch_2.bin")["samples"], 4);
    let described = scratch.json("inspect cifar");
    assert_eq!((&described["train_samples"], &described["labels"][9]), (&20.into(), &"truck".into()));
    scratch.succeed("plot latent run cifar --out latent.svg");
    assert!(scratch.text("latent.svg").contains("automobile"));
    scratch.write("cifar/test_batch.bin", [0; 3072]);
    let line = scratch.fail("evaluate run cifar", 1);
    assert!(
        line.contains("test_batch.bin: expected a batch of CIFAR-10: a multiple of 3073 bytes, found 3072"),
        "{line}"
    );
}
