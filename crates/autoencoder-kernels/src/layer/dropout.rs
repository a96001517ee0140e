//! Masks of dropout (Srivastava et al. 2014), drawn from random words.

use pulp::{Simd, WithSimd};

use super::random::Words;
use crate::instructions::Instructions;
use crate::panel::{Panels, PanelsMut};
use crate::vector::{Line, PANEL, Pair, bits, joined, panels, vectors_mut};

/// The numbers of a matrix in panels that dropout keeps, one bit for each.
#[derive(Clone, Debug)]
pub struct Mask {
    /// The bits, panel by panel, one word a row.
    bits: Vec<u32>,
    height: usize,
}

impl Mask {
    /// A mask for matrices of up to `rows` and `columns`, which keeps nothing.
    pub fn new(rows: usize, columns: usize) -> Self {
        Self { bits: vec![0; rows * panels(columns)], height: rows }
    }

    /// Draws row `row`: a number is kept where its word is not below `bound`.
    ///
    /// # Shapes
    /// `words` one for each panel.
    ///
    /// # Panics
    /// If there is no such row, or the words are not one for each panel.
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

    /// y ← scale x where the mask keeps x, else 0.
    ///
    /// # Shapes
    /// `x` and `y` (rows, columns), at most as large as the mask. `y` is overwritten.
    ///
    /// # Panics
    /// If the shapes of x and y differ, or exceed the mask.
    pub fn apply(&self, instructions: Instructions, scale: f32, x: Panels<'_>, y: &mut PanelsMut<'_>) {
        assert_eq!((x.rows(), x.columns()), (y.rows(), y.columns()), "Mask::apply: shapes of x and y");
        for panel in 0..panels(x.columns()) {
            y.panel_mut(panel).copy_from_slice(x.panel(panel));
            self.apply_to_panel(instructions, scale, panel, y.panel_mut(panel));
        }
    }

    /// x ← scale x where the mask keeps x, else 0.
    ///
    /// # Shapes
    /// `x` (rows, columns), at most as large as the mask. `x` is overwritten.
    ///
    /// # Panics
    /// If x exceeds the mask.
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
