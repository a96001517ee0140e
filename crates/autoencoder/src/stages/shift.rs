//! Random shifts of images by some pixels, drawn anew for each sample and step.

use autoencoder_kernels::{Instructions, PanelsMut};
use ndarray::Array2;

use super::stage::Rows;
use crate::random::chance::Chance;
use crate::samples::{Samples, Values, gather_rows, row_slice};

/// Buffer for the shifted images of a block.
pub(crate) struct Shifted {
    most: usize,
    shape: [usize; 3],
    images: Values,
}

impl Shifted {
    /// Makes a buffer for `height` images with the rows, columns and colours `shape`, to be shifted by up to
    /// `most` pixels in each direction.
    pub(crate) fn new(most: usize, shape: [usize; 3], samples: &Samples, height: usize) -> Self {
        let room = (height, samples.features());
        let images = match samples.values() {
            Values::Bytes(_) => Values::Bytes(Array2::zeros(room)),
            Values::Floats(_) => Values::Floats(Array2::zeros(room)),
        };
        Self { most, shape, images }
    }

    /// Writes the samples of the rows into `target`, each shifted by a distance drawn for its row.
    pub(crate) fn gather(
        &mut self,
        instructions: Instructions,
        samples: &Samples,
        chance: &dyn Chance,
        rows: Rows<'_>,
        target: &mut PanelsMut<'_>,
    ) {
        for row in 0..rows.count {
            let (index, by) = (rows.index(row), chance.shift(rows.first + row, self.most));
            match (samples.values(), &mut self.images) {
                (Values::Bytes(from), Values::Bytes(to)) => {
                    shift(row_slice(from, index), self.shape, by, to.row_mut(row).into_slice());
                }
                (Values::Floats(from), Values::Floats(to)) => {
                    shift(row_slice(from, index), self.shape, by, to.row_mut(row).into_slice());
                }
                (Values::Bytes(_), Values::Floats(_)) | (Values::Floats(_), Values::Bytes(_)) => {
                    unreachable!("the room was made for these samples")
                }
            }
        }
        gather_rows(&self.images, samples.scaling(), instructions, target, |row| row);
    }
}

/// Writes `from` to `to`, moved down and to the right. Pixels from outside the image repeat the nearest pixel
/// of the edge.
fn shift<T: Copy>(
    from: &[T],
    [rows, columns, colours]: [usize; 3],
    [down, right]: [isize; 2],
    to: Option<&mut [T]>,
) {
    let to = to.expect("rows of room are contiguous");
    let width = columns * colours;
    for (row, to) in to.chunks_mut(width).enumerate() {
        let from = &from[row.saturating_add_signed(-down).min(rows - 1) * width..][..width];
        if right == 0 {
            to.copy_from_slice(from);
            continue;
        }
        // Pixels inside the image are copied at once; the pixels from outside repeat the edge.
        let beyond = right.unsigned_abs().min(columns) * colours;
        let (edge, outside) = if right > 0 {
            to[beyond..].copy_from_slice(&from[..width - beyond]);
            (&from[..colours], &mut to[..beyond])
        } else {
            to[..width - beyond].copy_from_slice(&from[beyond..]);
            (&from[width - colours..], &mut to[width - beyond..])
        };
        for pixel in outside.chunks_mut(colours) {
            pixel.copy_from_slice(edge);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_moves_and_its_edge_is_repeated() {
        // Two rows of three pixels of one colour.
        let image = [1, 2, 3, 4, 5, 6];
        let moved = |by| {
            let mut to = [0; 6];
            shift(&image, [2, 3, 1], by, Some(&mut to));
            to
        };
        assert_eq!(moved([0, 0]), image);
        assert_eq!(moved([1, 0]), [1, 2, 3, 1, 2, 3]);
        assert_eq!(moved([0, 1]), [1, 1, 2, 4, 4, 5]);
        assert_eq!(moved([-1, -2]), [6, 6, 6, 6, 6, 6]);
        let mut to = [0; 6];
        shift(&image, [1, 3, 2], [0, -1], Some(&mut to));
        assert_eq!(to, [3, 4, 5, 6, 5, 6], "colours stay together");
    }
}
