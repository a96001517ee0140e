//! Ways from one code to another.

use ndarray::{Array2, ArrayView1};

use crate::choice::Choice;

/// A way from one code to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodePath {
    /// The straight line.
    Line,
    /// The great circle of the sphere about 0, while the length changes evenly (Shoemake 1985, "slerp"): codes of a standard normal
    /// distribution of many numbers lie near a sphere, and the middle of a line between two of them does not.
    Sphere,
}

impl Choice for CodePath {
    const ALL: &'static [Self] = &[Self::Line, Self::Sphere];

    fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Sphere => "sphere",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Line => "Straight line between the codes",
            Self::Sphere => "Great circle of the sphere about 0, while the length changes evenly",
        }
    }
}

impl CodePath {
    /// The codes on the way, (steps, code), evenly apart: the first is `from`, the last is `to`.
    ///
    /// Two codes of which one is 0, or that lie in opposite directions, have no great circle of their own and take the line.
    ///
    /// # Panics
    /// If the codes differ in length, or there are fewer than 2 steps.
    ///
    /// ```
    /// use autoencoder::CodePath;
    /// use ndarray::array;
    /// let (from, to) = (array![3.0, 0.0], array![0.0, 5.0]);
    /// assert_eq!(CodePath::Line.between(from.view(), to.view(), 3).row(1), array![1.5, 2.5]);
    /// let middle = CodePath::Sphere.between(from.view(), to.view(), 3).row(1).to_owned();
    /// assert!((middle[0] - 8f32.sqrt()).abs() < 1e-6 && (middle[1] - 8f32.sqrt()).abs() < 1e-6);
    /// ```
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a view is a pointer and a shape, passed as ndarray itself does"
    )]
    pub fn between(self, from: ArrayView1<'_, f32>, to: ArrayView1<'_, f32>, steps: usize) -> Array2<f32> {
        assert_eq!(from.len(), to.len(), "between: lengths of the codes");
        assert!(steps > 1, "between: at least the two ends");
        let (one, other) = (from.mapv(f64::from), to.mapv(f64::from));
        let weights = match self {
            Self::Line => None,
            Self::Sphere => {
                GreatCircle::between(one.dot(&one).sqrt(), other.dot(&other).sqrt(), one.dot(&other))
            }
        };
        let mut codes = Array2::zeros((steps, from.len()));
        for (step, mut code) in codes.rows_mut().into_iter().enumerate() {
            if step == 0 {
                code.assign(&from);
            } else if step + 1 == steps {
                code.assign(&to);
            } else {
                let part = step as f64 / (steps - 1) as f64;
                let [a, b] = weights.as_ref().map_or([1.0 - part, part], |circle| circle.weights(part));
                code.assign(&(&one * a + &other * b).mapv(|number| number as f32));
            }
        }
        codes
    }
}

/// The great circle through two directions.
struct GreatCircle {
    lengths: [f64; 2],
    angle: f64,
}

impl GreatCircle {
    /// The circle through codes of these lengths and this product; `None` if they have no great circle of their own.
    fn between(one: f64, other: f64, product: f64) -> Option<Self> {
        /// The least sine of an angle that tells a great circle.
        const LEAST: f64 = 1e-6;
        let angle = (product / (one * other)).clamp(-1.0, 1.0).acos();
        (angle.sin() > LEAST).then_some(Self { lengths: [one, other], angle })
    }

    /// What the two codes count at a part of the way.
    fn weights(&self, part: f64) -> [f64; 2] {
        let [one, other] = self.lengths;
        let length = one + (other - one) * part;
        [((1.0 - part) * self.angle).sin() / one, (part * self.angle).sin() / other]
            .map(|weight| weight * length / self.angle.sin())
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_sphere_keeps_lengths_and_even_angles(
            from in prop::array::uniform4(-3.0f32..3.0),
            to in prop::array::uniform4(-3.0f32..3.0),
            steps in 3usize..9,
        ) {
            let (from, to) = (ndarray::arr1(&from), ndarray::arr1(&to));
            let lengths = [&from, &to].map(|code| code.dot(code).sqrt());
            let cosine = |a: ArrayView1<'_, f32>, b: ArrayView1<'_, f32>| {
                a.dot(&b) / (a.dot(&a) * b.dot(&b)).sqrt()
            };
            prop_assume!(lengths.iter().all(|&length| length > 0.1));
            prop_assume!(cosine(from.view(), to.view()).abs() < 0.99);
            let codes = CodePath::Sphere.between(from.view(), to.view(), steps);
            let whole = cosine(from.view(), to.view()).acos();
            for step in 0..steps {
                let part = step as f32 / (steps - 1) as f32;
                let length = codes.row(step).dot(&codes.row(step)).sqrt();
                prop_assert!((length - (lengths[0] + (lengths[1] - lengths[0]) * part)).abs() < 1e-4);
                let angle = cosine(from.view(), codes.row(step)).clamp(-1.0, 1.0).acos();
                prop_assert!((angle - whole * part).abs() < 5e-3, "{} {}", angle, whole * part);
            }
        }
    }

    #[test]
    fn codes_without_a_great_circle_take_the_line() {
        for (from, to) in [
            (array![0.0, 0.0], array![2.0, 4.0]),
            (array![-1.0, -2.0], array![3.0, 6.0]),
            (array![1.0, 2.0], array![1.0, 2.0]),
        ] {
            let [line, sphere] =
                [CodePath::Line, CodePath::Sphere].map(|path| path.between(from.view(), to.view(), 3));
            assert_eq!(line, sphere);
            assert_eq!(line.row(1), (&from + &to) / 2.0);
        }
    }
}
