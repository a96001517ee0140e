//! How near new images are to real ones, by numbers that need no classifier: as points among the principal components of real images.

use std::num::NonZero;
use std::thread;

use super::matrix::Matrix;

/// Points of so many numbers, one after the other.
#[derive(Debug)]
pub(super) struct Points {
    width: usize,
    numbers: Vec<f32>,
}

/// How near new points are to real ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Closeness {
    /// Frechet's distance of the normal distributions with their means and covariances (Dowson and Landau 1982; Heusel et al. 2017):
    /// |m - n|² + tr(C + D - 2 (C D)^(1/2)).
    pub(super) frechet: f64,
    /// The share of the real points whose nearest of all others, real and new ones together, is real (Lopez-Paz and Oquab 2017).
    pub(super) of_real: f64,
    /// The share of the new points whose nearest of all others is new.
    pub(super) of_new: f64,
}

impl Points {
    /// # Panics
    /// If the numbers are no whole points.
    pub(super) fn new(width: usize, numbers: Vec<f32>) -> Self {
        assert!(width > 0 && numbers.len().is_multiple_of(width), "{} numbers of {width}", numbers.len());
        Self { width, numbers }
    }

    /// The first `count` points.
    pub(super) fn first(mut self, count: usize) -> Self {
        self.numbers.truncate(count * self.width);
        self
    }

    fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.numbers.chunks_exact(self.width)
    }

    fn count(&self) -> usize {
        self.numbers.len() / self.width
    }

    fn mean(&self) -> Vec<f64> {
        let mut mean = vec![0.0; self.width];
        for row in self.rows() {
            mean.iter_mut().zip(row).for_each(|(sum, &number)| *sum += f64::from(number));
        }
        mean.into_iter().map(|sum| sum / self.count() as f64).collect()
    }

    fn covariance(&self, mean: &[f64]) -> Matrix {
        let mut covariance = Matrix::zeros(self.width);
        for row in self.rows() {
            let away: Vec<f64> =
                row.iter().zip(mean).map(|(&number, mean)| f64::from(number) - mean).collect();
            for (i, &one) in away.iter().enumerate() {
                for (sum, other) in covariance.row_mut(i).iter_mut().zip(&away) {
                    *sum += one * other;
                }
            }
        }
        covariance.divided_by((self.count() - 1) as f64)
    }
}

impl Closeness {
    /// Measures new points beside real ones of the same width.
    pub(super) fn of(real: &Points, new: &Points) -> Self {
        let [of_real, of_new] = shares_of_the_same_kind(real, new);
        Self { frechet: frechet(real, new), of_real, of_new }
    }

    /// The share of all points whose nearest is of the same kind: 0.5 where nothing tells the kinds apart, 1 where they lie apart.
    pub(super) fn same_kind(self) -> f64 {
        f64::midpoint(self.of_real, self.of_new)
    }
}

fn frechet(one: &Points, other: &Points) -> f64 {
    let (m, n) = (one.mean(), other.mean());
    let (c, d) = (one.covariance(&m), other.covariance(&n));
    let between: f64 = m.iter().zip(&n).map(|(a, b)| (a - b).powi(2)).sum();
    // C D and Lᵀ D L have the same eigenvalues, where C = L Lᵀ.
    let factor = c.cholesky();
    let roots: f64 = factor.sandwich(&d).eigenvalues().iter().map(|value| value.max(0.0).sqrt()).sum();
    between + c.trace() + d.trace() - 2.0 * roots
}

/// For each of two kinds the share of its points whose nearest of all others is of the same kind.
fn shares_of_the_same_kind(one: &Points, other: &Points) -> [f64; 2] {
    let all = Points::new(one.width, [&one.numbers[..], &other.numbers].concat());
    let (first, count) = (one.count(), all.count());
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let same_kind = |begin: usize, end: usize| {
        let is_same = |point: &usize| {
            let nearest = nearest(&all, *point);
            (nearest < first) == (*point < first)
        };
        (begin..end).filter(is_same).count()
    };
    let of_range = |begin: usize, end: usize| -> f64 {
        let piece = (end - begin).div_ceil(threads).max(1);
        let found: usize = thread::scope(|scope| {
            let pieces = (begin..end).step_by(piece);
            let running: Vec<_> =
                pieces.map(|begin| scope.spawn(move || same_kind(begin, end.min(begin + piece)))).collect();
            running.into_iter().map(|thread| thread.join().expect("counting does not fail")).sum()
        });
        found as f64 / (end - begin) as f64
    };
    [of_range(0, first), of_range(first, count)]
}

/// The point nearest to one of the points, but for that point itself.
fn nearest(points: &Points, to: usize) -> usize {
    let own = &points.numbers[to * points.width..][..points.width];
    let mut best = (f32::INFINITY, 0);
    for (place, other) in points.rows().enumerate() {
        let distance = squared_distance(own, other);
        if distance < best.0 && place != to {
            best = (distance, place);
        }
    }
    best.1
}

/// Sums side by side, which the compiler turns into vector instructions.
fn squared_distance(one: &[f32], other: &[f32]) -> f32 {
    const LANES: usize = 16;
    let mut sums = [0.0; LANES];
    let (ones, others) = (one.chunks_exact(LANES), other.chunks_exact(LANES));
    let rest: f32 = ones.remainder().iter().zip(others.remainder()).map(|(a, b)| (a - b) * (a - b)).sum();
    for (one, other) in ones.zip(others) {
        for ((sum, a), b) in sums.iter_mut().zip(one).zip(other) {
            *sum += (a - b) * (a - b);
        }
    }
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers between -1 and 1 that repeat after a long time.
    fn numbers(count: usize, from: u32) -> Vec<f32> {
        let mut state = from;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from(u16::try_from(state >> 16).expect("16 bits are left")) / 32_768.0 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn a_distance_is_that_computed_by_hand() {
        // Independent coordinates: (deviation - deviation)² each, and the squared distance of the means.
        let one = Points::new(2, vec![1.0, 0.0, -1.0, 0.0, 0.0, 2.0, 0.0, -2.0]);
        let other = Points::new(2, one.numbers.iter().map(|number| 3.0 * number + 1.0).collect());
        let deviations = [2.0_f64 / 3.0, 8.0 / 3.0].map(f64::sqrt);
        let expected = 2.0 + deviations.iter().map(|deviation| (2.0 * deviation).powi(2)).sum::<f64>();
        assert!((frechet(&one, &other) - expected).abs() < 1e-9);
        assert!(frechet(&one, &one).abs() < 1e-9);
        // Turned by 45 degrees, so that coordinates depend on each other.
        let turned = |points: &Points| {
            let root = 0.5_f32.sqrt();
            let rows = points.rows().flat_map(|row| [(row[0] - row[1]) * root, (row[0] + row[1]) * root]);
            Points::new(2, rows.collect())
        };
        assert!((frechet(&turned(&one), &turned(&other)) - expected).abs() < 1e-5);
    }

    #[test]
    fn points_apart_are_told_apart_and_mixed_ones_are_not() {
        let real = Points::new(3, numbers(1200, 1));
        let like = Points::new(3, numbers(900, 99));
        let closeness = Closeness::of(&real, &like);
        assert!(
            (closeness.of_real - 400.0 / 700.0).abs() < 0.1 && (closeness.of_new - 300.0 / 700.0).abs() < 0.1,
            "{closeness:?}"
        );
        let far = Points::new(3, like.numbers.iter().map(|number| number + 5.0).collect());
        let closeness = Closeness::of(&real, &far);
        assert!((closeness.same_kind() - 1.0).abs() < f64::EPSILON && closeness.frechet > 70.0);
        // Copies have their originals as nearest, which are of the other kind.
        let copies = Points::new(3, real.numbers.clone());
        assert!(Closeness::of(&real, &copies).same_kind() < 0.01);
    }
}
