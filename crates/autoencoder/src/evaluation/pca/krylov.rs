//! Krylov space: the greatest eigenvalues of a large symmetric matrix and their eigenvectors.
//!
//! A block of random vectors V, then V C, V C², ..., orthonormalized one after the other, span a space that
//! soon contains good approximations of the eigenvectors with the greatest eigenvalues of C. The projection
//! of C on this space is small and dense (Golub and Underwood 1977; Musco and Musco 2015). Vectors are rows
//! here, and all numbers are f64.

use std::ops::Range;

use crate::parallel::prelude::*;
use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut2, Axis, Slice};

use super::symmetric::{self, Eigen};
use crate::random::{Purpose, Stream};

/// A symmetric matrix without negative eigenvalues, given by its products.
pub(super) trait Operator {
    /// The number of rows, which is the number of columns.
    fn size(&self) -> usize;
    /// The product of `rows` (count, size) and the matrix, (count, size).
    fn apply(&self, rows: ArrayView2<'_, f64>) -> Array2<f64>;
    /// The dimension at which the projection is first examined for `count` eigenvalues. The default suits
    /// operators whose products take longer than the eigenvectors of the projection.
    fn first_guess(&self, count: usize) -> usize {
        2 * count + 5 * BLOCK
    }
    /// Vectors whose span holds every vector that the matrix does not map to zero, where these are no more than a space
    /// for `count` eigenvalues has at first: the space is made of them instead of images of random ones.
    fn span(&self, _count: usize) -> Option<Array2<f64>> {
        None
    }
}

/// The number of vectors multiplied at a time. Fewer vectors give a better space of the same dimension; more
/// vectors take less time each.
const BLOCK: usize = 16;

/// The relative error allowed in the sum of the eigenvalues that are left out.
const PRECISION: f64 = 1e-8;

/// Finds the `count` greatest eigenvalues and their orthonormal eigenvectors as rows, (count, size), of a
/// matrix whose rank is at most `rank` and whose eigenvalues sum to `trace`. Returns `None` if numbers are
/// not finite.
///
/// The space grows until its last two blocks contribute at most [`PRECISION`] of the sum of all other
/// eigenvalues (which is the error of PCA), or until the space contains every vector that the matrix does not
/// map to zero.
///
/// # Panics
/// If `count` is 0 or exceeds the operator's size.
pub(super) fn largest(operator: &impl Operator, count: usize, rank: usize, trace: f64) -> Option<Eigen> {
    let size = operator.size();
    assert!((1..=size).contains(&count), "largest: {count} eigenvalues of {size}");
    let (mut space, whole) = if let Some(span) = operator.span(count) {
        let whole = span.nrows();
        (Space::of(&span, whole), whole)
    } else {
        // The bound is one block more than the rank: the first block is random, and only the blocks after it are
        // images.
        let whole = (rank.max(count) + BLOCK).min(size);
        (Space::random(size, whole), whole)
    };
    let mut enough = operator.first_guess(count).min(whole);
    loop {
        while space.dimension() < enough {
            space.grow(operator);
        }
        let dimension = space.dimension();
        let Eigen { mut values, vectors } = symmetric::eigen(space.projected())?;
        values.truncate(count);
        let coordinates = vectors.slice_axis(Axis(0), Slice::from(..count));
        let captured: f64 = values.iter().sum();
        // The eigenvectors without their last coordinates would capture at most this much less.
        let last = coordinates.slice_axis(Axis(1), Slice::from(dimension.saturating_sub(2 * BLOCK)..));
        let gained: f64 =
            last.rows().into_iter().zip(&values).map(|(last, value)| value * last.dot(&last)).sum();
        // The second term is the rounding of the projected matrix: nothing can be gained below it.
        let is_done = gained <= PRECISION * (trace - captured) + 16.0 * f64::EPSILON * trace;
        if is_done || dimension >= whole {
            let mut vectors = Array2::zeros((count, size));
            multiply(1.0, coordinates, space.basis(), 0.0, vectors.view_mut());
            return Some(Eigen { values, vectors });
        }
        enough = (dimension + (dimension / 4).max(2 * BLOCK)).min(whole);
    }
}

/// An orthonormal basis Q of a Krylov space, and the projection Q C Qᵀ.
struct Space {
    /// The basis; the first `dimension` rows (dimension, size) are in use.
    basis: Array2<f64>,
    /// The projection; the first (dimension, dimension) numbers are in use.
    projected: Array2<f64>,
    /// The vectors that the space grows by next.
    next: Array2<f64>,
    /// Blocks of vectors that come after them in place of images, the last one first.
    given: Vec<Array2<f64>>,
    /// The length of each of the next rows before its part in the basis was subtracted.
    lengths: Vec<f64>,
    dimension: usize,
    /// The dimension that is worth room: the space may end less than a block beyond it.
    most: usize,
    random: Stream,
}

impl Space {
    /// A space that begins with random vectors.
    fn random(size: usize, most: usize) -> Self {
        let mut random = Stream::new(0, Purpose::Subspace, [0, 0]);
        let next =
            Array2::from_shape_simple_fn((BLOCK.min(size), size), || f64::from(random.uniform()) - 0.5);
        Self { random, ..Self::of(&next, most) }
    }

    /// A space that begins with these vectors, of which there is at least one.
    fn of(vectors: &Array2<f64>, most: usize) -> Self {
        let mut given: Vec<_> =
            vectors.axis_chunks_iter(Axis(0), BLOCK).rev().map(|block| block.to_owned()).collect();
        let next = given.pop().expect("at least one vector");
        let lengths = lengths(&next);
        let (basis, projected) = (Array2::zeros((0, next.ncols())), Array2::zeros((0, 0)));
        let random = Stream::new(0, Purpose::Subspace, [0, 0]);
        Self { basis, projected, next, given, lengths, dimension: 0, most, random }
    }

    fn dimension(&self) -> usize {
        self.dimension
    }

    fn basis(&self) -> ArrayView2<'_, f64> {
        self.basis.slice_axis(Axis(0), Slice::from(..self.dimension))
    }

    /// The projection Q C Qᵀ, (dimension, dimension).
    fn projected(&self) -> ArrayView2<'_, f64> {
        let range = Slice::from(..self.dimension);
        self.projected.slice_each_axis(|_| range)
    }

    /// Appends the next rows to the basis, made orthonormal; their images are the rows after them.
    fn grow(&mut self, operator: &impl Operator) {
        self.orthonormalize();
        let (first, size) = (self.dimension, operator.size());
        let dimension = first + self.next.nrows();
        self.reserve(dimension);
        let new = Slice::from(first..dimension);
        self.basis.slice_axis_mut(Axis(0), new).assign(&self.next);
        self.dimension = dimension;

        let mut images = operator.apply(self.next.view());
        self.lengths = lengths(&images);
        let mut along = Array2::zeros((images.nrows(), dimension));
        multiply(1.0, images.view(), self.basis().t(), 0.0, along.view_mut());
        let all = Slice::from(..dimension);
        let ranges = |axis: usize, new_axis: usize| if axis == new_axis { new } else { all };
        self.projected.slice_each_axis_mut(|axis| ranges(axis.axis.index(), 0)).assign(&along);
        self.projected.slice_each_axis_mut(|axis| ranges(axis.axis.index(), 1)).assign(&along.t());
        if let Some(given) = self.given.pop() {
            self.lengths = lengths(&given);
            self.next = given;
            return;
        }
        multiply(-1.0, along.view(), self.basis(), 1.0, images.view_mut());
        let block = images.nrows().min(size - dimension);
        self.next = images.slice_axis(Axis(0), Slice::from(..block)).to_owned();
    }

    /// Allocates room for `dimension` vectors.
    fn reserve(&mut self, dimension: usize) {
        let (rows, size) = self.basis.dim();
        if dimension <= rows {
            return;
        }
        let capacity = (2 * rows).max(8 * BLOCK).min(self.most).max(dimension);
        let mut basis = Array2::zeros((capacity, size));
        basis.slice_axis_mut(Axis(0), Slice::from(..rows)).assign(&self.basis);
        let mut projected = Array2::zeros((capacity, capacity));
        projected.slice_each_axis_mut(|_| Slice::from(..rows)).assign(&self.projected);
        (self.basis, self.projected) = (basis, projected);
    }

    /// Makes the next rows orthonormal and orthogonal to the basis. The rest of a row that depends on the others
    /// is only rounding: a random row replaces it.
    fn orthonormalize(&mut self) {
        // The subtraction may have left mostly rounding errors, so the part in the basis is subtracted once
        // more.
        self.leave_basis(0..self.next.nrows());
        for row in 0..self.next.nrows() {
            let mut scale = self.lengths[row];
            loop {
                let (others, mut rest) = self.next.view_mut().split_at(Axis(0), row);
                let mut vector = rest.row_mut(0);
                let before = length(vector.view());
                for other in others.rows().into_iter().chain(others.rows()) {
                    let along = other.dot(&vector);
                    vector.scaled_add(-along, &other);
                }
                let after = length(vector.view());
                if after <= DEPENDENT * scale || after.is_nan() {
                    vector.mapv_inplace(|_| f64::from(self.random.uniform()) - 0.5);
                    scale = 0.0;
                } else if after > KEPT * before {
                    vector.mapv_inplace(|x| x / after);
                    break;
                }
                // The rounding errors have grown relative to the shorter row, so the part in the basis is
                // subtracted again.
                self.leave_basis(row..row + 1);
            }
        }
    }

    /// Subtracts from some of the next rows their part in the basis.
    fn leave_basis(&mut self, rows: Range<usize>) {
        let basis = self.basis.slice_axis(Axis(0), Slice::from(..self.dimension));
        let rows = self.next.slice_axis_mut(Axis(0), Slice::from(rows));
        let mut along = Array2::zeros((rows.nrows(), self.dimension));
        multiply(1.0, rows.view(), basis.t(), 0.0, along.view_mut());
        multiply(-1.0, along.view(), basis, 1.0, rows);
    }
}

/// The share of its length that a row must keep so that its rounding errors stay relatively small.
const KEPT: f64 = 1e-3;

/// The share of its length below which the rest of a row is only rounding.
const DEPENDENT: f64 = 1e-12;

fn lengths(vectors: &Array2<f64>) -> Vec<f64> {
    vectors.rows().into_iter().map(length).collect()
}

fn length(vector: ArrayView1<'_, f64>) -> f64 {
    vector.dot(&vector).sqrt()
}

/// The number of columns of a product that one task computes; fixed, so that the bits do not depend on the
/// number of threads.
const COLUMNS: usize = 128;

/// Multiplies: C ← α A B + β C, where A has few rows.
fn multiply(
    alpha: f64,
    a: ArrayView2<'_, f64>,
    b: ArrayView2<'_, f64>,
    beta: f64,
    mut c: ArrayViewMut2<'_, f64>,
) {
    c.axis_chunks_iter_mut(Axis(1), COLUMNS)
        .into_par_iter()
        .zip(b.axis_chunks_iter(Axis(1), COLUMNS))
        .for_each(|(mut c, b)| general_mat_mul(alpha, &a, &b, beta, &mut c));
}

/// A symmetric matrix held in memory.
impl Operator for Array2<f64> {
    fn size(&self) -> usize {
        self.nrows()
    }

    fn apply(&self, rows: ArrayView2<'_, f64>) -> Array2<f64> {
        let mut products = Array2::zeros(rows.dim());
        multiply(1.0, rows, self.view(), 0.0, products.view_mut());
        products
    }

    /// The dimension that images of digits need for 2 to 128 components.
    fn first_guess(&self, count: usize) -> usize {
        5 * count / 2 + 7 * BLOCK
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array1;

    use super::*;

    /// A matrix with these eigenvalues: a diagonal matrix, turned by two reflections.
    fn with_eigenvalues(values: &[f64]) -> Array2<f64> {
        let size = values.len();
        let mut matrix = Array2::from_diag(&Array1::from(values.to_vec()));
        for seed in 1..3 {
            let mut random = Stream::new(seed, Purpose::Subspace, [0, 0]);
            let mut v = Array2::from_shape_fn((1, size), |_| f64::from(random.uniform()) - 0.5);
            v /= length(v.row(0));
            let reflection = Array2::<f64>::eye(size) - 2.0 * v.t().dot(&v);
            matrix = reflection.dot(&matrix).dot(&reflection);
        }
        matrix
    }

    /// Asserts that the eigenvalues left out have the right sum, that the found ones are sorted, and that
    /// their vectors are orthonormal.
    fn assert_finds(values: &[f64], count: usize) {
        let matrix = with_eigenvalues(values);
        let mut sorted = values.to_vec();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let trace: f64 = values.iter().sum();
        let found = largest(&matrix, count, values.len(), trace).unwrap();
        let (exact, left) = (sorted[count..].iter().sum::<f64>(), trace - found.values.iter().sum::<f64>());
        let bound = 1e-6 * exact + 1e-12 * trace;
        assert!((left - exact).abs() <= bound, "{count} of {}: {left} and not {exact}", values.len());
        assert!(found.values.is_sorted_by(|a, b| a >= b));
        let gram = found.vectors.dot(&found.vectors.t()) - Array2::<f64>::eye(count);
        assert!(gram.iter().all(|x| x.abs() < 1e-11));
        // The vectors themselves leave the same rest of the trace, so the vectors belong to the values.
        let captured = (&found.vectors.dot(&matrix) * &found.vectors).sum();
        assert!((trace - captured - exact).abs() <= bound, "{count} of {}", values.len());
    }

    #[test]
    fn eigenvalues_that_fall_slowly_fast_or_not_at_all() {
        let harmonic: Vec<f64> = (1..=300).map(|i| 1.0 / f64::from(i)).collect();
        let geometric: Vec<f64> = (0..300).map(|i| 0.8_f64.powi(i)).collect();
        let flat: Vec<f64> = (0..300).map(|i| 1.0 + 1e-3 * f64::from(i)).collect();
        let equal = vec![2.5; 150];
        for values in [&harmonic, &geometric, &flat, &equal] {
            for count in [1, 2, 10, 60, values.len() - 1, values.len()] {
                assert_finds(values, count);
            }
        }
    }

    #[test]
    fn matrices_of_low_rank_and_small_ones() {
        let mut low = vec![0.0; 200];
        low[..3].copy_from_slice(&[5.0, 5.0, 1e-3]);
        for count in [1, 2, 3, 4, 50] {
            assert_finds(&low, count);
        }
        assert_finds(&[0.0; 30], 4);
        for size in 1..20 {
            assert_finds(&vec![1.0; size], size);
            assert_finds(&vec![1.0; size], 1);
        }
    }

    #[test]
    fn what_is_not_finite_has_no_eigenvalues() {
        for wrong in [f64::NAN, f64::INFINITY] {
            let mut matrix = Array2::eye(120);
            matrix[[3, 3]] = wrong;
            assert!(largest(&matrix, 2, 120, wrong).is_none());
        }
    }
}
