//! Square matrices of some dozen rows: a factor and the eigenvalues.

/// A square matrix, row by row.
#[derive(Clone, Debug)]
pub(super) struct Matrix {
    numbers: Vec<f64>,
    size: usize,
}

impl Matrix {
    pub(super) fn zeros(size: usize) -> Self {
        Self { numbers: vec![0.0; size * size], size }
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.numbers[row * self.size + column]
    }

    pub(super) fn row_mut(&mut self, row: usize) -> &mut [f64] {
        let size = self.size;
        &mut self.numbers[row * size..][..size]
    }

    pub(super) fn divided_by(mut self, divisor: f64) -> Self {
        self.numbers.iter_mut().for_each(|number| *number /= divisor);
        self
    }

    pub(super) fn trace(&self) -> f64 {
        (0..self.size).map(|place| self.at(place, place)).sum()
    }

    /// The lower triangle L with L Lᵀ = this matrix, which is symmetric; a direction without variance gets zeros.
    pub(super) fn cholesky(&self) -> Self {
        let size = self.size;
        let mut factor = Self::zeros(size);
        for row in 0..size {
            for column in 0..=row {
                let known: f64 =
                    (0..column).map(|place| factor.at(row, place) * factor.at(column, place)).sum();
                let rest = self.at(row, column) - known;
                let pivot = factor.at(column, column);
                factor.row_mut(row)[column] = if row == column {
                    rest.max(0.0).sqrt()
                } else if pivot > 0.0 {
                    rest / pivot
                } else {
                    0.0
                };
            }
        }
        factor
    }

    /// The matrix Lᵀ D L, where L is this one.
    pub(super) fn sandwich(&self, middle: &Self) -> Self {
        let size = self.size;
        let mut half = Self::zeros(size);
        for row in 0..size {
            for column in 0..size {
                half.row_mut(row)[column] =
                    (0..size).map(|place| middle.at(row, place) * self.at(place, column)).sum();
            }
        }
        let mut whole = Self::zeros(size);
        for row in 0..size {
            for column in 0..size {
                whole.row_mut(row)[column] =
                    (0..size).map(|place| self.at(place, row) * half.at(place, column)).sum();
            }
        }
        whole
    }

    /// The eigenvalues of this symmetric matrix, by Jacobi's rotations (Golub and Van Loan, section 8.5).
    pub(super) fn eigenvalues(mut self) -> Vec<f64> {
        const SWEEPS: usize = 30;
        let size = self.size;
        for _ in 0..SWEEPS {
            for p in 0..size {
                for q in p + 1..size {
                    self.rotate(p, q);
                }
            }
        }
        (0..size).map(|place| self.at(place, place)).collect()
    }

    /// Turns the plane of two coordinates so that the number between them becomes 0.
    fn rotate(&mut self, p: usize, q: usize) {
        let between = self.at(p, q);
        if between == 0.0 {
            return;
        }
        let ratio = (self.at(q, q) - self.at(p, p)) / (2.0 * between);
        let tangent = ratio.signum() / (ratio.abs() + (1.0 + ratio * ratio).sqrt());
        let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
        let sine = tangent * cosine;
        for place in 0..self.size {
            let (one, other) = (self.at(p, place), self.at(q, place));
            self.row_mut(p)[place] = cosine * one - sine * other;
            self.row_mut(q)[place] = sine * one + cosine * other;
        }
        for place in 0..self.size {
            let row = self.row_mut(place);
            let (one, other) = (row[p], row[q]);
            row[p] = cosine * one - sine * other;
            row[q] = sine * one + cosine * other;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eigenvalues_of_a_matrix_of_known_ones() {
        // The second difference: 2 - 2 cos(k π / (n + 1)).
        let size = 7;
        let mut matrix = Matrix::zeros(size);
        for place in 0..size {
            matrix.row_mut(place)[place] = 2.0;
            if place > 0 {
                matrix.row_mut(place)[place - 1] = -1.0;
                matrix.row_mut(place - 1)[place] = -1.0;
            }
        }
        let factor = matrix.cholesky();
        let mut identity = Matrix::zeros(size);
        (0..size).for_each(|place| identity.row_mut(place)[place] = 1.0);
        for matrix in [matrix, factor.sandwich(&identity)] {
            let mut found = matrix.eigenvalues();
            found.sort_by(f64::total_cmp);
            for (index, found) in found.iter().enumerate() {
                let angle = (index + 1) as f64 * std::f64::consts::PI / (size + 1) as f64;
                assert!((found - (2.0 - 2.0 * angle.cos())).abs() < 1e-12, "{found}");
            }
        }
    }
}
