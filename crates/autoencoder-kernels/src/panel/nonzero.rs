//! Which numbers of a matrix in panels are not zero: the products of samples skip the others.
//!
//! Of images and one-hot tables most numbers are exactly zero. A product that adds nothing for them gives the same
//! bits, as long as what they would be multiplied with is finite.

use std::marker::PhantomData;

use pulp::{Simd, WithSimd};

use super::operand::Steps;
use super::panels::Panels;
use crate::instructions::Instructions;
use crate::vector::{Line, PANEL, Pair, bits, panels, vectors};

/// One bit for each number of a matrix in panels: where it is clear, the number is zero.
///
/// ```
/// use autoencoder_kernels::{Instructions, Line, Nonzeros, Panels};
/// let mut line = Line::ZERO;
/// line.0[3] = 0.5;
/// let mut nonzeros = Nonzeros::new(1, 32);
/// nonzeros.find(Instructions::best(), Panels::new(&[line], 1, 32, 1));
/// assert_eq!(nonzeros.panel(0)[0], 1 << 3);
/// ```
#[derive(Clone, Debug)]
pub struct Nonzeros {
    /// Panel by panel, one number a row.
    bits: Vec<u32>,
    /// Rows of a panel; a multiple of 32.
    height: usize,
}

impl Nonzeros {
    /// For matrices of up to `rows` and `columns`, all zeros.
    pub fn new(rows: usize, columns: usize) -> Self {
        let height = rows.next_multiple_of(PANEL);
        Self { bits: vec![0; height * panels(columns)], height }
    }

    /// Looks at every number of `x`.
    ///
    /// # Panics
    /// If `x` has more rows or columns than this is for.
    pub fn find(&mut self, instructions: Instructions, x: Panels<'_>) {
        struct Find<'a>(&'a mut [u32], &'a [Line]);
        impl WithSimd for Find<'_> {
            type Output = ();

            #[inline(always)]
            fn with_simd<S: Simd>(self, simd: S) {
                let (rows, beyond) = self.0.split_at_mut(self.1.len());
                for (bits, line) in rows.iter_mut().pair(self.1) {
                    *bits = nonzero_columns(simd, line);
                }
                beyond.fill(0);
            }
        }
        self.check_room(x.rows(), x.columns());
        for index in 0..panels(x.columns()) {
            instructions.run(Find(self.panel_mut(index), x.panel(index)));
        }
    }

    /// Of panel `index`, one number for each row, and zeros up to a multiple of 32: the bits are the columns.
    ///
    /// # Panics
    /// If there is no such panel.
    #[inline(always)]
    pub fn panel(&self, index: usize) -> &[u32] {
        &self.bits[index * self.height..][..self.height]
    }

    /// The columns of panel `index` that are not zero in one of `COUNT` rows from `first` on.
    #[inline(always)]
    pub(crate) fn columns<const COUNT: usize>(&self, index: usize, first: usize) -> u32 {
        self.panel(index)[first..][..COUNT].iter().fold(0, |all, bits| all | bits)
    }

    #[track_caller]
    pub(crate) fn check_room(&self, rows: usize, columns: usize) {
        let room = self.bits.len() / self.height.max(1);
        assert!(
            rows <= self.height && panels(columns) <= room,
            "{rows} rows of {columns} columns, room for {} rows in {room} panels",
            self.height
        );
    }

    fn panel_mut(&mut self, index: usize) -> &mut [u32] {
        &mut self.bits[index * self.height..][..self.height]
    }
}

/// The columns of a line that are not zero.
#[inline(always)]
fn nonzero_columns<S: Simd>(simd: S, line: &Line) -> u32 {
    let zero = simd.splat_f32s(0.0);
    let vectors = vectors::<S>(line).iter();
    !joined::<S>(vectors.map(|&vector| bits::<S>(simd.equal_f32s(vector, zero))))
}

/// Which of up to 128 rows, a multiple of 32, are not zero in all of `columns`.
#[inline(always)]
pub(crate) fn nonzero_rows<S: Simd>(simd: S, rows: &[u32], columns: u32) -> u128 {
    let (wanted, zero) = (simd.splat_u32s(columns), simd.splat_u32s(0));
    let groups = rows.as_chunks::<PANEL>().0.iter().rev();
    groups.fold(0, |all, rows| {
        let vectors = S::as_simd_u32s(rows).0.iter();
        let zeros = vectors.map(|&vector| bits::<S>(simd.equal_u32s(simd.and_u32s(vector, wanted), zero)));
        all << PANEL | u128::from(!joined::<S>(zeros))
    })
}

/// The bits of the vectors of a line, as those of the line.
#[inline(always)]
pub(crate) fn joined<S: Simd>(vectors: impl Iterator<Item = u32>) -> u32 {
    vectors.enumerate().fold(0, |all, (index, bits)| all | bits << (index * S::F32_LANES))
}

/// A set of rows or columns, one bit each.
pub(crate) trait Bits: Copy {
    /// The even ones of which either they or the next are in it.
    fn pairs(self) -> Self;

    /// Takes the lowest out of it.
    fn pop(&mut self) -> Option<usize>;
}

macro_rules! bits {
    ($($word:ty)*) => { $(impl Bits for $word {
        #[inline(always)]
        fn pairs(self) -> Self {
            (self | self >> 1) & (Self::MAX / 3)
        }

        #[inline(always)]
        fn pop(&mut self) -> Option<usize> {
            let lowest = if *self == 0 { None } else { Some(self.trailing_zeros() as usize) };
            *self &= self.wrapping_sub(1);
            lowest
        }
    })* };
}

bits!(u32 u128);

/// The steps of k that take a part in a product, in rising order, of the rows or columns that do.
#[inline(always)]
pub(crate) fn nonzero_steps<L: Steps, B: Bits>(nonzero: B) -> impl Iterator<Item = usize> {
    /// The sequence, with a `next` that is inlined under every profile.
    struct Rising<L, B>(B, PhantomData<L>);
    impl<L: Steps, B: Bits> Iterator for Rising<L, B> {
        type Item = usize;

        #[inline(always)]
        fn next(&mut self) -> Option<usize> {
            Some(self.0.pop()? / L::ROWS)
        }
    }
    Rising(if L::ROWS == 2 { nonzero.pairs() } else { nonzero }, PhantomData::<L>)
}
