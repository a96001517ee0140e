//! Codes in the plane: two numbers as they are, and more of them projected on their first principal components.

use autoencoder::Pca;
use ndarray::{Array2, ArrayView2, Axis, Slice};

use crate::failure::{Failure, Outcome};

/// Codes projected into the plane.
pub(crate) struct Plane {
    pub(crate) points: Array2<f32>,
    pub(crate) axis_names: [String; 2],
    /// The note about the projection.
    pub(crate) note: Option<String>,
}

impl Plane {
    pub(crate) fn of(codes: ArrayView2<'_, f32>) -> Outcome<Self> {
        let (samples, numbers) = codes.dim();
        match numbers {
            1 => {
                let points = Array2::from_shape_fn((samples, 2), |(sample, axis)| {
                    if axis == 0 { codes[[sample, 0]] } else { sample as f32 }
                });
                let note = "A code is one number; the height is only the place of the sample in the data.";
                let axis_names = ["code_0".to_owned(), "sample".to_owned()];
                Ok(Self { points, axis_names, note: Some(note.to_owned()) })
            }
            2 => {
                let axis_names = ["code_0".to_owned(), "code_1".to_owned()];
                Ok(Self { points: codes.to_owned(), axis_names, note: None })
            }
            _ if samples < 2 => {
                let points = codes.slice_axis(Axis(1), Slice::from(..2)).to_owned();
                let note =
                    format!("The first two of {numbers} numbers: one code has no principal components.");
                Ok(Self { points, axis_names: ["code_0", "code_1"].map(str::to_owned), note: Some(note) })
            }
            _ => {
                let pca = Pca::fit_matrix(codes, 2).map_err(Failure::new)?;
                let shares = pca.explained();
                let percent = |share: f64| format!("{:.0} %", 100.0 * share);
                let note = format!(
                    "Projected on the first two principal components of {numbers} numbers, which hold {} of their variance.",
                    percent(shares.iter().sum())
                );
                let name = |component: usize| {
                    format!("component {} ({})", component + 1, percent(shares[component]))
                };
                Ok(Self { points: pca.project(codes), axis_names: [name(0), name(1)], note: Some(note) })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn two_numbers_are_shown_as_they_are() {
        let codes = array![[1.0, 2.0], [3.0, 4.0]];
        let plane = Plane::of(codes.view()).unwrap();
        assert_eq!(plane.points, codes);
        assert_eq!(plane.note, None);
    }

    #[test]
    fn more_and_fewer_are_brought_into_the_plane_and_that_is_said() {
        let line = Plane::of(array![[5.0], [6.0], [7.0]].view()).unwrap();
        assert_eq!(line.points, array![[5.0, 0.0], [6.0, 1.0], [7.0, 2.0]]);
        assert!(line.note.unwrap().contains("one number"));
        let one = Plane::of(array![[1.0, 2.0, 3.0]].view()).unwrap();
        assert_eq!((one.points, &one.axis_names[1][..]), (array![[1.0, 2.0]], "code_1"));
        // The variance lies along (1, 1, 0) and (0, 0, 1), four times as much along the former.
        let codes = array![
            [2.0, 2.0, 0.0],
            [-2.0, -2.0, 0.0],
            [0.0, 0.0, 2.0f32.sqrt()],
            [0.0, 0.0, -(2.0f32.sqrt())]
        ];
        let plane = Plane::of(codes.view()).unwrap();
        assert_eq!(plane.axis_names, ["component 1 (80 %)", "component 2 (20 %)"]);
        assert!(plane.note.unwrap().contains("3 numbers, which hold 100 %"));
    }
}
