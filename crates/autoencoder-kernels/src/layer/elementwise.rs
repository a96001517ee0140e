//! Arithmetic on whole lines, number by number, and sums of lines.

use pulp::{Simd, WithSimd};

use crate::instructions::Instructions;
use crate::vector::{Line, PANEL, Pair, array, multiply_add, vectors, vectors_mut};

/// y ← f(inputs, y) for every number of some lines. `y` is overwritten.
///
/// `f` must be plain arithmetic: the compiler makes vectors of it, as wide as the instructions that it compiles for.
///
/// # Panics
/// If an input and `y` differ in their lines.
///
/// ```
/// use autoencoder_kernels::{Instructions, Line, PANEL, map_lines};
/// let (a, mut y) = ([Line([2.0; PANEL])], [Line([1.0; PANEL])]);
/// map_lines(Instructions::best(), [&a], &mut y, |[a], y| y + 3.0 * a);
/// assert_eq!(y[0], Line([7.0; PANEL]));
/// ```
pub fn map_lines<const N: usize>(
    instructions: Instructions,
    inputs: [&[Line]; N],
    y: &mut [Line],
    f: impl Fn([f32; N], f32) -> f32,
) {
    struct Map<'a, const N: usize, F>([&'a [Line]; N], &'a mut [Line], F);
    impl<const N: usize, F: Fn([f32; N], f32) -> f32> WithSimd for Map<'_, N, F> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            let Self(inputs, y, f) = self;
            for (row, y) in y.iter_mut().enumerate() {
                let inputs: [&Line; N] = array(&Line::ZERO, |input| &inputs[input][row]);
                *y = Line(array(0.0, |column| f(array(0.0, |input| inputs[input].0[column]), y.0[column])));
            }
        }
    }
    for input in inputs {
        assert_eq!(input.len(), y.len(), "map_lines: lines of the inputs");
    }
    instructions.run(Map(inputs, y, f));
}

/// y ← f(columns, inputs, y) for every number of some lines, where all numbers of a column share the numbers of
/// `columns`. `y` is overwritten.
///
/// `f` must be plain arithmetic, as for [`map_lines`].
///
/// # Panics
/// If an input and `y` differ in their lines.
///
/// ```
/// use autoencoder_kernels::{Instructions, Line, PANEL, map_columns};
/// let (factors, x, mut y) = (Line([3.0; PANEL]), [Line([2.0; PANEL])], [Line([1.0; PANEL])]);
/// map_columns(Instructions::best(), [&factors], [&x], &mut y, |[factor], [x], y| y + factor * x);
/// assert_eq!(y[0], Line([7.0; PANEL]));
/// ```
pub fn map_columns<const C: usize, const N: usize>(
    instructions: Instructions,
    columns: [&Line; C],
    inputs: [&[Line]; N],
    y: &mut [Line],
    f: impl Fn([f32; C], [f32; N], f32) -> f32,
) {
    struct Map<'a, const C: usize, const N: usize, F>([&'a Line; C], [&'a [Line]; N], &'a mut [Line], F);
    impl<const C: usize, const N: usize, F: Fn([f32; C], [f32; N], f32) -> f32> WithSimd for Map<'_, C, N, F> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            let Self(columns, inputs, y, f) = self;
            for (row, y) in y.iter_mut().enumerate() {
                let inputs: [&Line; N] = array(&Line::ZERO, |input| &inputs[input][row]);
                *y = Line(array(0.0, |i| {
                    f(array(0.0, |line| columns[line].0[i]), array(0.0, |line| inputs[line].0[i]), y.0[i])
                }));
            }
        }
    }
    for input in inputs {
        assert_eq!(input.len(), y.len(), "map_columns: lines of the inputs");
    }
    instructions.run(Map(columns, inputs, y, f));
}

/// y ← x with each row multiplied by its factor.
///
/// # Shapes
/// `factors` one number for each row, `x` and `y` one line for each row of a panel. `y` is overwritten.
///
/// # Panics
/// If the factors, x and y differ in their rows.
pub fn scale_rows(instructions: Instructions, factors: &[f32], x: &[Line], y: &mut [Line]) {
    struct Scale<'a>(&'a [f32], &'a [Line], &'a mut [Line]);
    impl WithSimd for Scale<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self(factors, x, y) = self;
            for ((&factor, x), y) in factors.iter().pair(x).pair(y) {
                let factor = simd.splat_f32s(factor);
                for (&x, y) in vectors::<S>(x).iter().pair(vectors_mut::<S>(y)) {
                    *y = simd.mul_f32s(x, factor);
                }
            }
        }
    }
    assert_eq!((factors.len(), x.len()), (y.len(), y.len()), "scale_rows: rows of the factors, x and y");
    instructions.run(Scale(factors, x, y));
}

/// Σ x ⊙ y over the rows: one sum for each column, formed in the order of the rows.
///
/// # Shapes
/// `x` and `y` one line for each row of a panel.
///
/// # Panics
/// If x and y differ in their rows.
pub fn column_products(instructions: Instructions, x: &[Line], y: &[Line]) -> Line {
    struct Products<'a>(&'a [Line], &'a [Line]);
    impl WithSimd for Products<'_> {
        type Output = Line;

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> Line {
            let mut sums = Line::ZERO;
            for (x, y) in self.0.iter().pair(self.1) {
                let both = vectors::<S>(x).iter().pair(vectors::<S>(y));
                for ((&x, &y), sum) in both.pair(vectors_mut::<S>(&mut sums)) {
                    *sum = multiply_add(simd, x, y, *sum);
                }
            }
            sums
        }
    }
    assert_eq!(x.len(), y.len(), "column_products: rows of x and y");
    instructions.run(Products(x, y))
}

/// Σ x² over all numbers of some lines, in f64. Each column is summed first, so that no sum waits for the one before.
///
/// ```
/// use autoencoder_kernels::{Instructions, Line, PANEL, sum_of_squares};
/// let lines = [Line([3.0; PANEL]), Line([4.0; PANEL])];
/// assert_eq!(sum_of_squares(Instructions::best(), &lines), 25.0 * PANEL as f64);
/// ```
pub fn sum_of_squares(instructions: Instructions, lines: &[Line]) -> f64 {
    struct Squares<'a>(&'a [Line]);
    impl WithSimd for Squares<'_> {
        type Output = [f64; PANEL];

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> [f64; PANEL] {
            let mut sums = [0.0; PANEL];
            for line in self.0 {
                for (sum, &value) in sums.iter_mut().zip(&line.0) {
                    *sum += f64::from(value) * f64::from(value);
                }
            }
            sums
        }
    }
    instructions.run(Squares(lines)).iter().sum()
}
