//! The set of numbers of a matrix in panels that are not zero: products of samples skip all others.
//!
//! Most numbers of images and one-hot tables are exactly zero. A product that adds nothing for a zero gives the same
//! bits as one that adds zero times a number, as long as that number is finite.

use crate::vector::{PANEL, panels};

/// One bit for each number of a matrix in panels: a clear bit says that the number is zero.
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
    /// The bits, panel by panel, one word a row.
    bits: Vec<u32>,
    /// The number of words of a panel; a multiple of 32.
    height: usize,
}

impl Nonzeros {
    /// A set for matrices of up to `rows` and `columns`, with all bits clear.
    pub fn new(rows: usize, columns: usize) -> Self {
        let height = rows.next_multiple_of(PANEL);
        Self { bits: vec![0; height * panels(columns)], height }
    }

    /// The words of panel `index`, one for each row, then zeros up to a multiple of 32. Bit i of a word is column i
    /// of the panel.
    ///
    /// # Panics
    /// If there is no such panel.
    #[inline(always)]
    pub fn panel(&self, index: usize) -> &[u32] {
        &self.bits[index * self.height..][..self.height]
    }

    /// The columns of panel `index` that are not zero in at least one of `COUNT` rows from `first` on, as bits.
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
