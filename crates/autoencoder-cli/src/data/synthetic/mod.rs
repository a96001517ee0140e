//! Built-in data, so that everything works on a machine without data files: digits drawn from strokes, a table of
//! machines ([`pumps`]), small pictures ([`scenes`]), windows of a signal ([`beats`]) and readings in time ([`building`]).
//!
//! A digit is made in the order in which a person writes one: the digit is chosen, then the way of writing it
//! ([`glyphs`]), then the hand's slant, size and tremor ([`hand`]), and at last ink falls on paper ([`pen`]). Each
//! digit draws all its numbers from a random stream of its own ([`chance`]), so that digit `i` depends on nothing but
//! `(seed, stream, i)`: any prefix is the same data, on any machine and any number of threads. The other kinds are
//! made in the same way, and all kinds with `+`, `-`, `*`, `/` and square roots alone, which give the same bits on
//! every machine.

pub(crate) mod beats;
pub(crate) mod building;
mod chance;
mod glyphs;
mod hand;
mod pen;
pub(crate) mod pumps;
pub(crate) mod scenes;

#[cfg(test)]
mod tests;

use ndarray::Array2;
use rayon::prelude::*;

use chance::{Chance, Kind};
pub(crate) use pen::SIDE;

/// The numbers of digits unless others are asked for: training, test.
pub(crate) const DIGITS: [usize; 2] = [20_000, 4_000];

/// The number of pixels in one digit, 28 x 28.
pub(crate) const PIXELS: usize = SIDE * SIDE;

/// Draws `count` labelled digits: white ink (255) on black (0), as MNIST has them.
///
/// `stream` separates sets that must not share a digit, such as training and test data.
/// Digit `i` is a pure function of `(seed, stream, i)`.
///
/// # Shapes
///
/// Images are `count x 784`, row-major 28 x 28; labels are `count` numbers 0 to 9, each class about a tenth.
pub(crate) fn digits(count: usize, seed: u64, stream: u64) -> (Array2<u8>, Vec<u8>) {
    let mut images = Array2::zeros((count, PIXELS));
    let pixels = images.as_slice_mut().expect("a new array is contiguous");
    let labels = pixels
        .par_chunks_exact_mut(PIXELS)
        .enumerate()
        .map(|(index, image)| {
            let mut chance = Chance::new(Kind::Digits, seed, stream, index as u64);
            let label = chance.below(10);
            let strokes = hand::write(label, &mut chance);
            pen::draw(&strokes, image);
            label
        })
        .collect();
    (images, labels)
}
