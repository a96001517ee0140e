//! The nearest of some points, exactly.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};

use crate::parallel::prelude::*;

/// The number of points whose neighbours one task looks for, and of those among which it looks at a time.
const ROWS: usize = 32;
const AMONG: usize = 1024;

/// One of the nearest points.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Neighbour {
    /// The place of the point among all, from 0.
    pub place: usize,
    /// The Euclidean distance.
    pub distance: f64,
}

/// Points among which the nearest to others are found, by comparing each with all.
///
/// ```
/// use autoencoder::Neighbours;
/// use ndarray::array;
/// let neighbours = Neighbours::new(array![[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]);
/// let nearest = &neighbours.nearest(array![[0.0, 0.0]].view(), 2)[0];
/// assert_eq!((nearest[0].place, nearest[0].distance), (0, 0.0));
/// assert_eq!((nearest[1].place, nearest[1].distance), (2, 1.0));
/// ```
#[derive(Clone, Debug)]
pub struct Neighbours {
    points: Array2<f64>,
    /// The squared length of each point, around the middle of all.
    squares: Array1<f64>,
    middle: Array1<f64>,
}

impl Neighbours {
    /// Takes points (points, d), which are finite.
    ///
    /// # Panics
    /// If there are no points.
    pub fn new(mut points: Array2<f64>) -> Self {
        assert!(points.nrows() > 0, "Neighbours::new: no points");
        // Distances are differences of squares, of which small ones keep more digits.
        let middle = points.sum_axis(Axis(0)) / points.nrows() as f64;
        points -= &middle;
        let squares = points.rows().into_iter().map(square).collect();
        Self { points, squares, middle }
    }

    /// For each of some points (rows, d), the `count` nearest, the nearest first, and of equally near ones the first; all of them
    /// where they are fewer. What is found for a point does not depend on the others, nor on the number of threads.
    ///
    /// # Panics
    /// If the points have another length than those among which the nearest are looked for.
    pub fn nearest(&self, of: ArrayView2<'_, f64>, count: usize) -> Vec<Vec<Neighbour>> {
        assert_eq!(of.ncols(), self.points.ncols(), "nearest: length of the points");
        let mut found = vec![Vec::new(); of.nrows()];
        let blocks = of.axis_chunks_iter(Axis(0), ROWS).into_par_iter().zip(found.par_chunks_mut(ROWS));
        blocks.for_each(|(of, found)| self.of_block(&(&of - &self.middle), count, found));
        found
    }

    fn of_block(&self, of: &Array2<f64>, count: usize, found: &mut [Vec<Neighbour>]) {
        let mut products = Array2::zeros((of.nrows(), AMONG.min(self.points.nrows())));
        let chunks = self.points.axis_chunks_iter(Axis(0), AMONG);
        for (chunk, points) in chunks.enumerate() {
            let mut products = products.slice_axis_mut(Axis(1), (..points.nrows()).into());
            general_mat_mul(1.0, of, &points.t(), 0.0, &mut products);
            for (products, found) in products.rows().into_iter().zip(&mut *found) {
                for (index, product) in products.into_iter().enumerate() {
                    let place = chunk * AMONG + index;
                    // The squared distance, but for the squared length of the point itself.
                    insert(found, count, Neighbour { place, distance: self.squares[place] - 2.0 * product });
                }
            }
        }
        for (point, found) in of.rows().into_iter().zip(found) {
            for neighbour in &mut *found {
                let difference = &point - &self.points.row(neighbour.place);
                neighbour.distance = square(difference.view()).sqrt();
            }
            found.sort_by(|a, b| a.distance.total_cmp(&b.distance).then(a.place.cmp(&b.place)));
        }
    }
}

/// Puts a point into the list of the nearest ones, if it is one of them.
fn insert(nearest: &mut Vec<Neighbour>, count: usize, new: Neighbour) {
    let is_full = nearest.len() >= count;
    if is_full && nearest.last().is_none_or(|last| new.distance >= last.distance) {
        return;
    }
    if is_full {
        nearest.pop();
    }
    let place = nearest.partition_point(|other| other.distance <= new.distance);
    nearest.insert(place, new);
}

fn square(point: ArrayView1<'_, f64>) -> f64 {
    point.iter().map(|number| number * number).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};

    fn points(count: usize, width: usize) -> Array2<f64> {
        let mut stream = Stream::new(2, Purpose::Generation, [count as u64, width as u64]);
        Array2::from_shape_simple_fn((count, width), || 50.0 + f64::from(stream.normal()))
    }

    #[test]
    fn the_nearest_are_those_of_all_distances_in_any_company() {
        for (count, width, asked) in [(3000, 3, 5), (1024, 40, 1), (7, 2, 9), (1, 1, 3)] {
            let (among, of) = (points(count, width), points(70, width) + 0.25);
            let neighbours = Neighbours::new(among.clone());
            let found = neighbours.nearest(of.view(), asked);
            for (row, found) in of.rows().into_iter().zip(&found) {
                let mut all: Vec<(f64, usize)> = (0..count)
                    .map(|place| (square((&row - &among.row(place)).view()).sqrt(), place))
                    .collect();
                all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                assert_eq!(found.len(), asked.min(count));
                for (found, (distance, place)) in found.iter().zip(all) {
                    assert_eq!(found.place, place);
                    assert!((found.distance - distance).abs() < 1e-12, "{} {distance}", found.distance);
                }
            }
            for (row, together) in found.iter().enumerate().step_by(13) {
                let alone = neighbours.nearest(of.slice_axis(Axis(0), (row..=row).into()), asked);
                assert_eq!(&alone[0], together);
            }
        }
    }

    #[test]
    fn a_point_is_its_own_neighbour_and_the_first_of_equal_ones_comes_first() {
        let mut points = points(50, 4);
        for copy in [20, 30] {
            let first = points.row(10).to_owned();
            points.row_mut(copy).assign(&first);
        }
        let of = points.slice_axis(Axis(0), (10..11).into()).to_owned();
        let nearest = &Neighbours::new(points).nearest(of.view(), 3)[0];
        let places: Vec<usize> = nearest.iter().map(|neighbour| neighbour.place).collect();
        assert_eq!(places, [10, 20, 30]);
        assert!(nearest.iter().all(|neighbour| neighbour.distance == 0.0), "{nearest:?}");
    }
}
