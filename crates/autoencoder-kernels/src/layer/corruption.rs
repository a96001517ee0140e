//! Samples corrupted by random words: masking, normal noise, or salt and pepper.

use pulp::{Simd, WithSimd};

use super::elementwise::map_lines;
use super::random::{Words, standard_normals};
use crate::instructions::Instructions;
use crate::panel::{Panels, PanelsMut};
use crate::vector::{Line, PANEL, Pair, panels, vectors, vectors_mut};

/// The way in which the numbers of a sample are corrupted. Shares are given as a [`Words::bound`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Corruption {
    /// x becomes 0 with the probability of the bound.
    Masking {
        /// The bound: a number is masked where its word is below.
        bound: u32,
    },
    /// x + deviation ε, with ε a standard normal number.
    Gaussian {
        /// The standard deviation of the noise.
        deviation: f32,
    },
    /// x becomes `low` or `high` with the probability of the bound, either one as likely as the other.
    SaltAndPepper {
        /// The bound: a number is replaced where its word is below.
        bound: u32,
        /// The least value of the data, or another one.
        low: f32,
        /// The greatest value of the data, or another one.
        high: f32,
    },
}

/// Row `row` of y ← row `row` of x, corrupted.
///
/// # Shapes
/// `x` and `y` (rows, columns); `words` one for each panel of x, and for [`Corruption::Gaussian`] one more if the
/// number of panels is odd. Row `row` of `y` is overwritten, its padding with zeros.
///
/// # Panics
/// If the shapes of x and y differ, there is no such row, or there are fewer words.
pub fn corrupt(
    instructions: Instructions,
    corruption: Corruption,
    words: &[Words],
    row: usize,
    x: Panels<'_>,
    y: &mut PanelsMut<'_>,
) {
    assert_eq!((x.rows(), x.columns()), (y.rows(), y.columns()), "corrupt: shapes of x and y");
    match corruption {
        Corruption::Masking { bound } => replace(instructions, bound, [0.0; 2], words, row, x, y),
        Corruption::SaltAndPepper { bound, low, high } => {
            replace(instructions, bound, [low, high], words, row, x, y);
        }
        Corruption::Gaussian { deviation } => add_normals(instructions, deviation, words, row, x, y),
    }
    let padding = x.columns() % PANEL..;
    if padding.start > 0 {
        y.panel_mut(panels(x.columns()) - 1)[row].0[padding].fill(0.0);
    }
}

/// Replaces every number whose word is below `bound`: by the first value if the word is below half of the bound, otherwise by the
/// second.
fn replace(
    instructions: Instructions,
    bound: u32,
    values: [f32; 2],
    words: &[Words],
    row: usize,
    x: Panels<'_>,
    y: &mut PanelsMut<'_>,
) {
    struct Replace<'a>(u32, [f32; 2], &'a Words, &'a Line, &'a mut Line);
    impl WithSimd for Replace<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self(bound, values, words, x, y) = self;
            let (all, half) = (simd.splat_u32s(bound), simd.splat_u32s(bound / 2));
            let [low, high] = values.map(|value| simd.splat_f32s(value));
            let words = words.vectors::<S>().iter().pair(vectors::<S>(x));
            for ((&word, &x), y) in words.pair(vectors_mut::<S>(y)) {
                let value = simd.select_f32s(simd.less_than_u32s(word, half), low, high);
                *y = simd.select_f32s(simd.less_than_u32s(word, all), value, x);
            }
        }
    }
    for (panel, words) in (0..panels(x.columns())).pair(words) {
        instructions.run(Replace(bound, values, words, &x.panel(panel)[row], &mut y.panel_mut(panel)[row]));
    }
}

/// Adds normally distributed numbers with this deviation.
fn add_normals(
    instructions: Instructions,
    deviation: f32,
    words: &[Words],
    row: usize,
    x: Panels<'_>,
    y: &mut PanelsMut<'_>,
) {
    for (pair, words) in words.as_chunks::<2>().0.iter().enumerate().take(panels(x.columns()).div_ceil(2)) {
        let mut noise = [Line::ZERO; 2];
        standard_normals(instructions, words, &mut noise);
        for (panel, noise) in (2 * pair..panels(x.columns())).pair(&noise) {
            let (x, y) = (&x.panel(panel)[row..=row], &mut y.panel_mut(panel)[row..=row]);
            let add = |[x, noise]: [f32; 2], _| x + deviation * noise;
            map_lines(instructions, [x, std::slice::from_ref(noise)], y, add);
        }
    }
}
