//! What random words become: normal numbers, corrupted samples, and masks of what is dropped.
//!
//! Where the words come from is the caller's business: the same words give the same results.

use pulp::{Simd, WithSimd};

use super::elementwise::map_lines;
use crate::instructions::Instructions;
use crate::panel::{Panels, PanelsMut};
use crate::vector::{
    Line, PANEL, Pair, bits, joined, ln, magnitude, negated, panels, sine_of_turns, square_root, vectors,
    vectors_mut,
};

/// Thirty-two random words, each uniform over all of u32, aligned as a [`Line`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct Words(pub [u32; PANEL]);

impl Words {
    /// Nothing but zeros.
    pub const ZERO: Self = Self([0; PANEL]);

    /// The number of words below it is this share of all, at most all but one.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast ends at the least and the greatest word"
    )]
    pub fn bound(share: f32) -> u32 {
        (f64::from(share) * f64::from(u32::MAX)) as u32
    }

    #[inline(always)]
    fn vectors<S: Simd>(&self) -> &[S::u32s] {
        S::as_simd_u32s(&self.0).0
    }
}

/// Numbers of the normal distribution with mean 0 and variance 1, as many as `words`, at most 5.65 from 0.
///
/// Two words make two numbers (Box and Muller 1958).
///
/// # Panics
/// If the lines are not as many as the words, or their number is odd.
pub fn standard_normals(instructions: Instructions, words: &[Words], normals: &mut [Line]) {
    struct Normals<'a>(&'a [[Words; 2]], &'a mut [[Line; 2]]);
    impl WithSimd for Normals<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) {
            for ([u, v], [first, second]) in self.0.iter().pair(self.1) {
                let words = u.vectors::<S>().iter().pair(v.vectors::<S>());
                let lines = vectors_mut::<S>(first).iter_mut().pair(vectors_mut::<S>(second));
                for ((&u, &v), (first, second)) in words.pair(lines) {
                    [*first, *second] = box_muller(simd, u, v);
                }
            }
        }
    }
    let ((words, odd), (normals, left)) = (words.as_chunks(), normals.as_chunks_mut());
    assert_eq!(
        (words.len(), odd.len(), left.len()),
        (normals.len(), 0, 0),
        "standard_normals: pairs of lines"
    );
    instructions.run(Normals(words, normals));
}

#[inline(always)]
fn box_muller<S: Simd>(simd: S, u: S::u32s, v: S::u32s) -> [S::f32s; 2] {
    let (zero, half, quarter) = (simd.splat_f32s(0.0), simd.splat_f32s(0.5), simd.splat_f32s(0.25));
    // (0, 1], so that the logarithm is finite.
    let u = simd.sub_f32s(simd.splat_f32s(2.0), from_one_to_two(simd, u));
    let radius = square_root(simd, simd.mul_f32s(ln(simd, u), simd.splat_f32s(-2.0)));
    // The angle in turns, from -1/2 to 1/2.
    let turns = simd.sub_f32s(from_one_to_two(simd, v), simd.splat_f32s(1.5));
    let away = magnitude(simd, turns);
    let cosine = sine_of_turns(simd, simd.sub_f32s(quarter, away));
    // sin(π - x) = sin x brings the angle into the half where the sine is had from a series.
    let folded = simd.select_f32s(simd.greater_than_f32s(away, quarter), simd.sub_f32s(half, away), away);
    let sine = sine_of_turns(simd, folded);
    let sine = simd.select_f32s(simd.less_than_f32s(turns, zero), negated(simd, sine), sine);
    [simd.mul_f32s(radius, cosine), simd.mul_f32s(radius, sine)]
}

/// Uniform in [1, 2), from the upper 23 bits of a word.
#[inline(always)]
fn from_one_to_two<S: Simd>(simd: S, word: S::u32s) -> S::f32s {
    let fraction = simd.wrapping_dyn_shr_u32s(word, simd.splat_u32s(9));
    simd.transmute_f32s_u32s(simd.or_u32s(fraction, simd.splat_u32s(0x3f80_0000)))
}

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

/// Which numbers of a matrix in panels are kept: a bit for each.
#[derive(Clone, Debug)]
pub struct Mask {
    /// Panel by panel, one number a row.
    bits: Vec<u32>,
    height: usize,
}

impl Mask {
    /// For matrices of up to `rows` and `columns`; nothing is kept.
    pub fn new(rows: usize, columns: usize) -> Self {
        Self { bits: vec![0; rows * panels(columns)], height: rows }
    }

    /// Draws a row: what falls on a word below `bound` is not kept.
    ///
    /// # Panics
    /// If there is no such row, or not one of `words` for each panel.
    pub fn draw(&mut self, instructions: Instructions, row: usize, words: &[Words], bound: u32) {
        struct Draw<'a>(&'a Words, u32);
        impl WithSimd for Draw<'_> {
            type Output = u32;

            #[inline(always)]
            fn with_simd<S: Simd>(self, simd: S) -> u32 {
                let bound = simd.splat_u32s(self.1);
                let words = self.0.vectors::<S>().iter();
                !joined::<S>(words.map(|&word| bits::<S>(simd.less_than_u32s(word, bound))))
            }
        }
        assert_eq!(words.len() * self.height, self.bits.len(), "Mask::draw: words for each panel");
        for (words, panel) in words.iter().pair(self.bits.chunks_mut(self.height)) {
            panel[row] = instructions.run(Draw(words, bound));
        }
    }

    /// y ← scale x where it is kept, else 0.
    ///
    /// # Panics
    /// If the shapes of x and y differ, or are larger than this is for.
    pub fn apply(&self, instructions: Instructions, scale: f32, x: Panels<'_>, y: &mut PanelsMut<'_>) {
        assert_eq!((x.rows(), x.columns()), (y.rows(), y.columns()), "Mask::apply: shapes of x and y");
        for panel in 0..panels(x.columns()) {
            y.panel_mut(panel).copy_from_slice(x.panel(panel));
            self.apply_to_panel(instructions, scale, panel, y.panel_mut(panel));
        }
    }

    /// x ← scale x where it is kept, else 0.
    ///
    /// # Panics
    /// If x is larger than this is for.
    pub fn apply_in_place(&self, instructions: Instructions, scale: f32, x: &mut PanelsMut<'_>) {
        for panel in 0..panels(x.columns()) {
            self.apply_to_panel(instructions, scale, panel, x.panel_mut(panel));
        }
    }

    fn apply_to_panel(&self, instructions: Instructions, scale: f32, panel: usize, x: &mut [Line]) {
        struct Apply<'a>(&'a [u32], f32, &'a mut [Line]);
        impl WithSimd for Apply<'_> {
            type Output = ();

            #[inline(always)]
            fn with_simd<S: Simd>(self, simd: S) {
                /// The bit of each column.
                static COLUMNS: Words = {
                    let mut columns = [0; PANEL];
                    let mut column = 0;
                    while column < PANEL {
                        columns[column] = 1 << column;
                        column += 1;
                    }
                    Words(columns)
                };
                let (zero, none) = (simd.splat_f32s(0.0), simd.splat_u32s(0));
                let scale = simd.splat_f32s(self.1);
                for (&bits, line) in self.0.iter().pair(self.2) {
                    let bits = simd.splat_u32s(bits);
                    for (x, &columns) in vectors_mut::<S>(line).iter_mut().pair(COLUMNS.vectors::<S>()) {
                        let dropped = simd.equal_u32s(simd.and_u32s(bits, columns), none);
                        *x = simd.select_f32s(dropped, zero, simd.mul_f32s(*x, scale));
                    }
                }
            }
        }
        let bits = &self.bits[panel * self.height..][..x.len()];
        instructions.run(Apply(bits, scale, x));
    }
}
