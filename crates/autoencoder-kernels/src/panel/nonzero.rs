//! Which numbers of a matrix in panels are not zero: the products of samples skip the others.
//!
//! Of images and one-hot tables most numbers are exactly zero. A product that adds nothing for them gives the same
//! bits, as long as what they would be multiplied with is finite.

use crate::vector::{PANEL, panels};

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

    pub(super) fn panel_mut(&mut self, index: usize) -> &mut [u32] {
        &mut self.bits[index * self.height..][..self.height]
    }
}
