//! Vector arithmetic on parts of a row: on the columns of a table, which begin and end anywhere.
//!
//! A part is read and written in whole vectors. The lanes behind its last number belong to what follows in the row.

use pulp::Simd;

use crate::layer::loss::{ElementLoss, element};
use crate::vector::{Pair, exp, flush, multiply_add};

/// The most lanes of a vector: a part needs as many numbers of room, less one, behind it.
pub(super) const MOST_LANES: usize = 16;

/// The exponential below which a word counts as impossible. Squares of smaller ones, and products with the factors of gradients,
/// would be denormal numbers, which processors take many times as long to compute.
const NEGLIGIBLE_POWER: f32 = 1e-17;

/// The vectors of the first `count` numbers of `row`.
#[inline(always)]
pub(super) fn whole_vectors<S: Simd>(row: &[f32], count: usize) -> &[S::f32s] {
    S::as_simd_f32s(&row[..count.next_multiple_of(lanes::<S>())]).0
}

/// The vectors of the first `count` numbers of `row`, to be overwritten.
#[inline(always)]
pub(super) fn whole_vectors_mut<S: Simd>(row: &mut [f32], count: usize) -> &mut [S::f32s] {
    S::as_mut_simd_f32s(&mut row[..count.next_multiple_of(lanes::<S>())]).0
}

#[inline(always)]
fn lanes<S: Simd>() -> usize {
    size_of::<S::f32s>() / size_of::<f32>()
}

/// The lanes of the last of the vectors of `count` numbers that are numbers of the part.
#[inline(always)]
pub(super) fn last_lanes<S: Simd>(simd: S, count: usize) -> S::m32s {
    let behind = count.next_multiple_of(lanes::<S>()) - count;
    #[allow(clippy::cast_possible_truncation, reason = "a vector has few lanes")]
    simd.mask_between_m32s(0, (lanes::<S>() - behind) as u32).mask()
}

/// The largest number of a part.
#[inline(always)]
pub(super) fn largest<S: Simd>(simd: S, part: &[S::f32s], last_lanes: S::m32s) -> f32 {
    let lowest = simd.splat_f32s(f32::NEG_INFINITY);
    let Some((&last, vectors)) = part.split_last() else { return f32::NEG_INFINITY };
    let mut most = simd.select_f32s(last_lanes, last, lowest);
    for &x in vectors {
        most = simd.max_f32s(most, x);
    }
    simd.reduce_max_f32s(most)
}

/// powers ← e^(x - largest) for each x of a part; returns the sums of these and of their squares. The largest power is 1, and
/// those behind the last number are too small to count.
#[inline(always)]
pub(super) fn exponentials<S: Simd>(
    simd: S,
    part: &[S::f32s],
    last_lanes: S::m32s,
    largest: f32,
    powers: &mut [S::f32s],
) -> [f32; 2] {
    let (largest, least) = (simd.splat_f32s(largest), simd.splat_f32s(NEGLIGIBLE_POWER));
    let (mut sum, mut squares) = (simd.splat_f32s(0.0), simd.splat_f32s(0.0));
    let behind = simd.splat_f32s(f32::NEG_INFINITY);
    for (index, (&x, power)) in part.iter().pair(powers).enumerate() {
        let is_last = index + 1 == part.len();
        let x = if is_last { simd.select_f32s(last_lanes, x, behind) } else { x };
        *power = exp(simd, simd.sub_f32s(x, largest));
        sum = simd.add_f32s(sum, *power);
        let known = simd.max_f32s(*power, least);
        squares = multiply_add(simd, known, known, squares);
    }
    [simd.reduce_sum_f32s(sum), simd.reduce_sum_f32s(squares)]
}

/// part ← factor powers, where those of words that count as impossible are 0, and so are numbers nearer to zero than `bound`.
#[inline(always)]
pub(super) fn scale_powers<S: Simd>(
    simd: S,
    powers: &[S::f32s],
    factor: f32,
    bound: f32,
    part: &mut [S::f32s],
) {
    let (zero, least, factor) =
        (simd.splat_f32s(0.0), simd.splat_f32s(NEGLIGIBLE_POWER), simd.splat_f32s(factor));
    for (x, &power) in part.iter_mut().pair(powers) {
        let known = simd.select_f32s(simd.less_than_f32s(power, least), zero, power);
        *x = flush(simd, simd.mul_f32s(known, factor), bound);
    }
}

/// Replaces each output of a number by `factor` times the slope of its loss, or 0 where that is nearer to zero than `bound`, and
/// where the target is a hole. Returns the sum of the losses, that of the squared errors, and the number of known targets.
#[inline(always)]
pub(super) fn number_losses<S: Simd>(
    simd: S,
    kind: ElementLoss,
    targets: &[f32],
    factor: f32,
    bound: f32,
    outputs: &mut [S::f32s],
) -> [f64; 3] {
    let (zero, one, factor) = (simd.splat_f32s(0.0), simd.splat_f32s(1.0), simd.splat_f32s(factor));
    let (mut losses, mut squares, mut count) = (zero, zero, zero);
    let (vectors, last) = S::as_simd_f32s(targets);
    for (index, output) in outputs.iter_mut().enumerate() {
        let target = if let Some(&target) = vectors.get(index) {
            target
        } else {
            // What is behind the last number counts as holes do.
            let (target, hole) = (simd.partial_load_f32s(last), simd.splat_f32s(f32::NAN));
            simd.select_f32s(last_lanes(simd, last.len()), target, hole)
        };
        let known = simd.equal_f32s(target, target);
        let (y, target) = (simd.select_f32s(known, *output, zero), simd.select_f32s(known, target, zero));
        let [loss, square, slope] = element(simd, kind, y, target);
        losses = simd.add_f32s(losses, loss);
        squares = simd.add_f32s(squares, square);
        count = simd.add_f32s(count, simd.select_f32s(known, one, zero));
        *output = flush(simd, simd.mul_f32s(slope, factor), bound);
    }
    let sums = [simd.reduce_sum_f32s(losses), simd.reduce_sum_f32s(squares), simd.reduce_sum_f32s(count)];
    sums.map(f64::from)
}
