//! Samples corrupted by random words: masked, with normal noise, or with salt and pepper.

use pulp::{Simd, WithSimd};

use super::elementwise::map_lines;
use super::random::{Words, standard_normals};
use crate::instructions::Instructions;
use crate::panel::{Panels, PanelsMut};
use crate::vector::{Line, PANEL, Pair, panels, vectors, vectors_mut};

/// How the numbers of a sample are corrupted; shares are given as a [`Words::bound`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Corruption {
    /// A share of them becomes 0.
    Masking {
        /// Of how many.
        bound: u32,
    },
    /// So many normal numbers are added, one to each.
    Gaussian {
        /// Their standard deviation.
        deviation: f32,
    },
    /// A share becomes `low` or `high`, one as likely as the other.
    SaltAndPepper {
        /// Of how many.
        bound: u32,
        /// The one value.
        low: f32,
        /// The other.
        high: f32,
    },
}

/// Row `row` of y ← x corrupted, its padding 0, by one of `words` for each panel of x; for [`Corruption::Gaussian`] one more
/// if the panels are odd in number.
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
    struct Corrupt<'a>(Corruption, &'a [Words], &'a Line, &'a mut Line);
    impl WithSimd for Corrupt<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            let Self(corruption, words, x, y) = self;
            corrupt_line(simd, corruption, &words[0], x, y);
        }
    }
    assert_eq!((x.rows(), x.columns()), (y.rows(), y.columns()), "corrupt: shapes of x and y");
    if let Corruption::Gaussian { deviation } = corruption {
        for (pair, words) in words.as_chunks::<2>().0.iter().enumerate().take(panels(x.columns()).div_ceil(2))
        {
            let mut noise = [Line::ZERO; 2];
            standard_normals(instructions, words, &mut noise);
            for (panel, noise) in (2 * pair..panels(x.columns())).pair(&noise) {
                let (x, y) = (&x.panel(panel)[row..=row], &mut y.panel_mut(panel)[row..=row]);
                let add = |[x, noise]: [f32; 2], _| x + deviation * noise;
                map_lines(instructions, [x, std::slice::from_ref(noise)], y, add);
            }
        }
    } else {
        for panel in 0..panels(x.columns()) {
            let y = &mut y.panel_mut(panel)[row];
            instructions.run(Corrupt(corruption, &words[panel..=panel], &x.panel(panel)[row], y));
        }
    }
    let padding = x.columns() % PANEL..;
    if padding.start > 0 {
        y.panel_mut(panels(x.columns()) - 1)[row].0[padding].fill(0.0);
    }
}

#[inline(always)]
fn corrupt_line<S: Simd>(simd: S, corruption: Corruption, words: &Words, x: &Line, y: &mut Line) {
    let (bound, values) = match corruption {
        Corruption::Masking { bound } => (bound, [0.0; 2]),
        Corruption::SaltAndPepper { bound, low, high } => (bound, [low, high]),
        Corruption::Gaussian { .. } => (0, [0.0; 2]),
    };
    let (all, half) = (simd.splat_u32s(bound), simd.splat_u32s(bound / 2));
    let [low, high] = [simd.splat_f32s(values[0]), simd.splat_f32s(values[1])];
    let words = words.vectors::<S>().iter().pair(vectors::<S>(x));
    for ((&word, &x), y) in words.pair(vectors_mut::<S>(y)) {
        let value = simd.select_f32s(simd.less_than_u32s(word, half), low, high);
        *y = simd.select_f32s(simd.less_than_u32s(word, all), value, x);
    }
}
