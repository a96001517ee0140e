//! Eigenvalues and eigenvectors of a dense symmetric matrix in f64, by Householder's reduction to tridiagonal
//! form and the implicit QL algorithm.
//!
//! The matrices are small, a few hundred rows: projections on a Krylov space ([`super::krylov`]). The
//! algorithms are those of Golub and Van Loan, *Matrix Computations*, sections 8.3.1 and 8.3.3, and of `tql2`
//! in EISPACK.

use crate::parallel::prelude::*;
use ndarray::{Array2, ArrayView1, ArrayView2, Axis};

/// Eigenvalues, the greatest first, and their orthonormal eigenvectors as rows.
#[derive(Debug)]
pub(crate) struct Eigen {
    pub(crate) values: Vec<f64>,
    pub(crate) vectors: Array2<f64>,
}

/// Computes all eigenvalues and eigenvectors of a symmetric matrix; `None` if a number is not finite or an
/// eigenvalue does not converge.
pub(crate) fn eigen(matrix: ArrayView2<'_, f64>) -> Option<Eigen> {
    let (mut three, reflectors) = Tridiagonal::of(matrix);
    let mut slabs = Slabs::of(&accumulated(&reflectors));
    three.diagonalize(|rotations| slabs.rotate(rotations))?;
    let mut order: Vec<usize> = (0..three.diagonal.len()).collect();
    order.sort_by(|&a, &b| three.diagonal[b].total_cmp(&three.diagonal[a]));
    let values = order.iter().map(|&index| three.diagonal[index]).collect();
    Some(Eigen { values, vectors: slabs.rows(&order) })
}

/// A symmetric tridiagonal matrix T.
struct Tridiagonal {
    diagonal: Vec<f64>,
    /// Numbers beside the diagonal: number i stands between `diagonal[i]` and `diagonal[i + 1]`; the last one
    /// is 0.
    off_diagonal: Vec<f64>,
}

/// A rotation of the rows `row` and `row + 1` of a matrix by (c, s; -s, c).
#[derive(Clone, Copy, Debug)]
struct Rotation {
    row: usize,
    cosine: f64,
    sine: f64,
}

/// The number of QL steps after which an eigenvalue is taken not to converge. Two or three steps are usual;
/// LAPACK's bound is thirty.
const MOST_STEPS: usize = 60;

/// The number of rotations that are applied together.
const ROTATIONS: usize = 4096;

impl Tridiagonal {
    /// Reduces A to Qᵀ A Q = T by Householder's reflections. Row k of the second result holds the reflection
    /// vector of step k from column k + 1 on, of length √2, or zeros if the step needs no reflection.
    fn of(matrix: ArrayView2<'_, f64>) -> (Self, Array2<f64>) {
        let size = matrix.nrows();
        let mut a: Vec<f64> = matrix.iter().copied().collect();
        let mut reflectors = Array2::zeros((size, size));
        let mut off_diagonal = vec![0.0; size];
        // The last reflection is A - v wᵀ - w vᵀ. This reflection is applied while the next one passes over
        // the rows, so that the rows are read once.
        let (mut v, mut w) = (vec![0.0; size], vec![0.0; size]);
        let mut next_w = vec![0.0; size];
        for k in 0..size.saturating_sub(1) {
            let first = k + 1;
            let (above, below) = a.split_at_mut(first * size);
            let row = &mut above[k * size..];
            subtract(&mut row[k..], (&v[k..], &w[k..]), (v[k], w[k]));
            // The column below the diagonal equals the row beside it, by symmetry.
            let mut next_v = reflectors.row_mut(k);
            let next_v = next_v.as_slice_mut().expect("a row of a new array is contiguous");
            next_v[first..].copy_from_slice(&row[first..]);
            let reflected = make_reflector(&mut next_v[first..]);
            off_diagonal[k] = reflected.unwrap_or(row[first]);
            if reflected.is_none() {
                next_v.fill(0.0);
            }
            // The vector w = A v - (vᵀ A v / 2) v.
            for (i, row) in (first..).zip(below.chunks_exact_mut(size)) {
                subtract(&mut row[first..], (&v[first..], &w[first..]), (v[i], w[i]));
                next_w[i] = dot(&row[first..], &next_v[first..]);
            }
            let half = 0.5 * dot(&next_v[first..], &next_w[first..]);
            next_w[first..].iter_mut().zip(&next_v[first..]).for_each(|(w, v)| *w -= half * v);
            v.copy_from_slice(next_v);
            std::mem::swap(&mut w, &mut next_w);
        }
        if let Some(last) = a.last_mut() {
            *last -= 2.0 * v[size - 1] * w[size - 1];
        }
        (Self { diagonal: a.into_iter().step_by(size + 1).collect(), off_diagonal }, reflectors)
    }

    /// Makes the numbers beside the diagonal zero by rotations. The rotations are passed on in the order in
    /// which they must turn the rows of Qᵀ. The numbers on the diagonal become the eigenvalues. Returns
    /// `None` if a number is not finite or an eigenvalue does not converge.
    fn diagonalize(&mut self, mut pass_on: impl FnMut(&[Rotation])) -> Option<()> {
        let Self { diagonal: d, off_diagonal: e } = self;
        let size = d.len();
        if !d.iter().chain(&*e).all(|number| number.is_finite()) {
            return None;
        }
        // A number below the rounding of the largest numbers changes no eigenvalue by more than that
        // rounding.
        let negligible =
            f64::EPSILON * d.iter().zip(&*e).fold(0.0, |most: f64, (d, e)| most.max(d.abs() + e.abs()));
        let mut rotations = Vec::with_capacity(ROTATIONS + size);
        for l in 0..size {
            for step in 0.. {
                let m = (l..size - 1).find(|&i| e[i].abs() <= negligible).unwrap_or(size - 1);
                if m == l {
                    break;
                }
                if step == MOST_STEPS {
                    return None;
                }
                // Wilkinson's shift: the eigenvalue of the first two rows that is nearer to the first number.
                let g = (d[l + 1] - d[l]) / (2.0 * e[l]);
                let mut g = d[m] - d[l] + e[l] / (g + g.hypot(1.0).copysign(g));
                let (mut sine, mut cosine, mut p) = (1.0, 1.0, 0.0);
                let mut is_whole = true;
                for i in (l..m).rev() {
                    let (f, b) = (sine * e[i], cosine * e[i]);
                    let r = f.hypot(g);
                    e[i + 1] = r;
                    if r == 0.0 {
                        // The matrix splits into two parts: continue with each.
                        d[i + 1] -= p;
                        e[m] = 0.0;
                        is_whole = false;
                        break;
                    }
                    (sine, cosine) = (f / r, g / r);
                    g = d[i + 1] - p;
                    let r = (d[i] - g) * sine + 2.0 * cosine * b;
                    p = sine * r;
                    d[i + 1] = g + p;
                    g = cosine * r - b;
                    rotations.push(Rotation { row: i, cosine, sine });
                }
                if is_whole {
                    d[l] -= p;
                    e[l] = g;
                    e[m] = 0.0;
                }
                if rotations.len() >= ROTATIONS {
                    pass_on(&rotations);
                    rotations.clear();
                }
            }
        }
        pass_on(&rotations);
        Some(())
    }
}

/// Replaces x by the vector v of length √2 with (1 - v vᵀ) x = (r, 0, ..., 0), and returns r; `None` if all
/// numbers of x but the first are zero.
fn make_reflector(x: &mut [f64]) -> Option<f64> {
    let largest = x[1..].iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
    if largest == 0.0 {
        return None;
    }
    let largest = largest.max(x[0].abs());
    // The division by the largest number keeps every square within the range of f64.
    for x in &mut *x {
        *x /= largest;
    }
    let norm = dot(x, x).sqrt();
    // The sign of r is opposite to x's first number, so that nothing is lost to cancellation.
    let r = -norm.copysign(x[0]);
    x[0] -= r;
    let scale = std::f64::consts::SQRT_2 / dot(x, x).sqrt();
    for x in x {
        *x *= scale;
    }
    Some(r * largest)
}

/// The matrix Qᵀ of all reflections, (size, size).
fn accumulated(reflectors: &Array2<f64>) -> Array2<f64> {
    let size = reflectors.nrows();
    let mut q = vec![0.0; size * size];
    q.iter_mut().step_by(size + 1).for_each(|q| *q = 1.0);
    for k in (0..size.saturating_sub(1)).rev() {
        let v = reflectors.row(k);
        let v = &v.to_slice().expect("a row of an array is contiguous")[k + 1..];
        q[(k + 1) * size..].par_chunks_mut(ROWS * size).for_each(|rows| {
            for row in rows.chunks_exact_mut(size) {
                let row = &mut row[k + 1..];
                let along = dot(row, v);
                row.iter_mut().zip(v).for_each(|(q, v)| *q -= along * v);
            }
        });
    }
    Array2::from_shape_vec((size, size), q).expect("a square")
}

/// The number of rows that one task reflects.
const ROWS: usize = 64;

/// A square matrix in slabs of columns, each of which one thread turns.
struct Slabs {
    size: usize,
    slabs: Vec<Vec<[f64; COLUMNS]>>,
}

/// The number of columns of a slab: few enough that the slab's rows stay in the nearest caches while many
/// rotations pass over them.
const COLUMNS: usize = 32;

impl Slabs {
    fn of(matrix: &Array2<f64>) -> Self {
        let slab = |columns: ArrayView2<'_, f64>| {
            let row = |row: ArrayView1<'_, f64>| {
                std::array::from_fn(|column| row.get(column).copied().unwrap_or(0.0))
            };
            columns.rows().into_iter().map(row).collect()
        };
        Self { size: matrix.nrows(), slabs: matrix.axis_chunks_iter(Axis(1), COLUMNS).map(slab).collect() }
    }

    fn rotate(&mut self, rotations: &[Rotation]) {
        self.slabs.par_iter_mut().for_each(|slab| {
            for &Rotation { row, cosine, sine } in rotations {
                let [a, b] = slab[row..].first_chunk_mut().expect("there is a row below");
                for (a, b) in a.iter_mut().zip(b) {
                    (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
                }
            }
        });
    }

    fn rows(&self, order: &[usize]) -> Array2<f64> {
        Array2::from_shape_fn((order.len(), self.size), |(row, column)| {
            self.slabs[column / COLUMNS][order[row]][column % COLUMNS]
        })
    }
}

/// Subtracts x ← x - a w - b v, one row of A - v wᵀ - w vᵀ, whose numbers in v and w are a and b.
fn subtract(x: &mut [f64], (v, w): (&[f64], &[f64]), (a, b): (f64, f64)) {
    for (x, (v, w)) in x.iter_mut().zip(v.iter().zip(w)) {
        *x -= a * w + b * v;
    }
}

/// The sum of products a · b, in eight partial sums that the processor forms side by side.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let ((a, rest_a), (b, rest_b)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f64>() + rest_a.iter().zip(rest_b).map(|(a, b)| a * b).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use proptest::prelude::*;

    use super::*;

    /// A bound for the rounding of some hundred operations on numbers of size 1.
    const ROUNDING: f64 = 1e-12;

    /// Asserts A v = λ v for every pair, and that vectors are orthonormal and values sorted.
    fn assert_decomposes(matrix: &Array2<f64>) {
        let Eigen { values, vectors } = eigen(matrix.view()).unwrap();
        let scale = matrix.iter().fold(1e-300, |scale: f64, x| scale.max(x.abs())) * matrix.nrows() as f64;
        let products = vectors.dot(matrix);
        for ((product, vector), &value) in products.rows().into_iter().zip(vectors.rows()).zip(&values) {
            for (found, expected) in product.iter().zip(vector.mapv(|v| value * v)) {
                assert!((found - expected).abs() <= ROUNDING * scale, "{found} {expected}");
            }
        }
        let gram = vectors.dot(&vectors.t()) - Array2::<f64>::eye(values.len());
        assert!(gram.iter().all(|x| x.abs() <= ROUNDING), "{gram}");
        assert!(values.is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn eigenvalues_that_can_be_checked_by_hand() {
        let Eigen { values, vectors } = eigen(array![[2.0, 1.0], [1.0, 2.0]].view()).unwrap();
        assert!((values[0] - 3.0).abs() < ROUNDING && (values[1] - 1.0).abs() < ROUNDING);
        assert!((vectors[[0, 0]] - vectors[[0, 1]]).abs() < ROUNDING);
        assert_eq!(eigen(array![[7.0]].view()).unwrap().values, [7.0]);
        assert!(eigen(Array2::zeros((0, 0)).view()).unwrap().values.is_empty());
    }

    #[test]
    fn matrices_with_equal_and_zero_eigenvalues_and_numbers_far_apart() {
        assert_decomposes(&Array2::zeros((5, 5)));
        assert_decomposes(&Array2::eye(40));
        assert_decomposes(&Array2::ones((70, 70)));
        // The eigenvalues of second differences are 2 - 2 cos(kπ / 41).
        let second_differences = Array2::from_shape_fn((40, 40), |(i, j)| match i.abs_diff(j) {
            0 => 2.0,
            1 => -1.0,
            _ => 0.0,
        });
        assert_decomposes(&second_differences);
        let values = eigen(second_differences.view()).unwrap().values;
        for (k, value) in (1..=40).rev().zip(values) {
            let expected = 2.0 - 2.0 * (f64::from(k) * std::f64::consts::PI / 41.0).cos();
            assert!((value - expected).abs() < ROUNDING, "{value} {expected}");
        }
        for scale in [1e-150, 1e150] {
            assert_decomposes(&Array2::from_shape_fn((9, 9), |(i, j)| scale / (1 + i + j) as f64));
        }
        assert_decomposes(&Array2::from_diag(&array![1e-30, 1e30, -1e10, 0.0, 3.0]));
    }

    #[test]
    fn what_is_not_finite_has_no_eigenvalues() {
        for wrong in [f64::NAN, f64::INFINITY] {
            let matrix = array![[1.0, wrong, 0.0], [wrong, 1.0, 2.0], [0.0, 2.0, 1.0]];
            assert!(eigen(matrix.view()).is_none());
        }
    }

    fn symmetric() -> impl Strategy<Value = Array2<f64>> {
        prop_oneof![1..12_usize, 30..36_usize].prop_flat_map(|size| {
            prop::collection::vec(-1.0..1.0_f64, size * size).prop_map(move |numbers| {
                let square = Array2::from_shape_vec((size, size), numbers).unwrap();
                &square + &square.t()
            })
        })
    }

    proptest! {
        #[test]
        fn every_symmetric_matrix_is_decomposed(matrix in symmetric()) {
            assert_decomposes(&matrix);
        }
    }
}
