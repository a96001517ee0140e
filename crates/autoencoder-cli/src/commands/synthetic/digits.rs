//! Digits as four IDX files with MNIST's names.

use ndarray::Array2;

use super::target::Target;
use crate::data::synthetic::{self, SIDE};
use crate::failure::{Failure, Outcome};
use crate::terminal::numerals::counted;

/// The names of training images and labels, then of test images and labels.
const NAMES: [[&str; 2]; 2] = [
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
    ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"],
];

/// Writes `count` digits to train on and a fifth as many to test with, or the numbers of the DATA `synthetic`.
pub(super) fn write(target: &Target<'_>, count: Option<usize>, seed: u64) -> Outcome {
    target.expect_none_of(NAMES.as_flattened())?;
    refuse_other_spellings(target)?;
    let counts = count.map_or(synthetic::DIGITS, |count| [count, (count / 5).max(1)]);
    for ((names, count), (stream, purpose)) in
        NAMES.into_iter().zip(counts).zip([(0, "to train on"), (1, "to test with")])
    {
        let (images, labels) = synthetic::digits(count, seed, stream);
        let holds = format!("{} {purpose}, {SIDE} x {SIDE} bytes each", counted(count, "digit"));
        target.write(names[0], &images_file(&images)?, holds)?;
        let labels = idx(&[count], &labels)?;
        target.write(
            names[1],
            &labels,
            format_args!("{} from 0 to 9, of the same digits", counted(count, "label")),
        )?;
    }
    target.next("autoencoder train FOLDER --out runs/digits");
    Ok(())
}

/// Refuses to write beside the same file compressed, or with a dot in its name, which would be read as well or
/// instead.
fn refuse_other_spellings(target: &Target<'_>) -> Outcome {
    for name in NAMES.as_flattened() {
        let dotted = name.replacen("-idx", ".idx", 1);
        for other in [format!("{name}.gz"), format!("{dotted}.gz"), dotted] {
            let path = target.path(&other);
            if path.exists() {
                let what = format_args!(
                    "this file is there already, another spelling of {name}: two files would stand for one"
                );
                return Err(Failure::at(&path, what).advise("choose another --out"));
            }
        }
    }
    Ok(())
}

fn images_file(images: &Array2<u8>) -> Outcome<Vec<u8>> {
    idx(&[images.nrows(), SIDE, SIDE], images.as_slice().expect("digits are contiguous"))
}

fn idx(sizes: &[usize], elements: &[u8]) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    idx_format::write(&mut bytes, sizes, elements).map_err(Failure::new)?;
    Ok(bytes)
}
