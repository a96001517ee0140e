//! Random shifts of images by some pixels, drawn anew for each sample and step.

use autoencoder_kernels::{Instructions, PanelsMut, gather};
use ndarray::Array2;

use super::stage::Rows;
use crate::random::chance::Chance;
use crate::samples::{Numbers, Samples, gather_bytes, row_slice};

/// Buffer for the shifted images of a block.
pub(crate) struct Shifted {
    most: usize,
    shape: [usize; 3],
    images: Images,
}

/// Images before scaling: a scaling by feature belongs to the place to which a pixel moves.
enum Images {
    Bytes(Array2<u8>),
    /// The shifted images, and one that is not shifted yet.
    Floats(Array2<f32>, Vec<f32>),
}

impl Shifted {
    /// Makes a buffer for `height` images with the rows, columns and colours `shape`, to be shifted by up to
    /// `most` pixels in each direction.
    pub(crate) fn new(most: usize, shape: [usize; 3], samples: &Samples, height: usize) -> Self {
        let features = samples.features();
        let room = (height, features);
        let images = match samples.numbers() {
            Numbers::Bytes(_) => Images::Bytes(Array2::zeros(room)),
            Numbers::Scaled(_) => Images::Floats(Array2::zeros(room), vec![0.0; features]),
            Numbers::Table(_) | Numbers::Windows(_) => unreachable!("only images are shifted"),
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
        let scaling = samples.scaling();
        let by = |row| chance.shift(rows.first + row, self.most);
        match (samples.numbers(), &mut self.images) {
            (Numbers::Bytes(from), Images::Bytes(to)) => {
                for row in 0..rows.count {
                    let image = row_slice(from, rows.index(row));
                    shift(image, self.shape, by(row), to.row_mut(row).into_slice());
                }
                gather_bytes(to, scaling, instructions, target, |row| row);
            }
            (Numbers::Scaled(from), Images::Floats(to, image)) => {
                for row in 0..rows.count {
                    for (feature, (number, &scaled)) in
                        image.iter_mut().zip(row_slice(from, rows.index(row))).enumerate()
                    {
                        *number = scaling.undo(feature, scaled) as f32;
                    }
                    shift(image, self.shape, by(row), to.row_mut(row).into_slice());
                }
                gather(
                    instructions,
                    target,
                    |row| row_slice(to, row),
                    |column, value| scaling.apply(column, f64::from(value)),
                );
            }
            (Numbers::Bytes(_), Images::Floats(..))
            | (Numbers::Scaled(_), Images::Bytes(_))
            | (Numbers::Table(_) | Numbers::Windows(_), _) => {
                unreachable!("the room was made for these samples")
            }
        }
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
