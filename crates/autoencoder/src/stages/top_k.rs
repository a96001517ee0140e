//! Top-k codes: each sample keeps the k largest numbers of its code (k-sparse autoencoders, Makhzani and Frey 2013).

use autoencoder_kernels::PANEL;

use super::stage::{Rows, Stage, StageSlice, Step, gradient_mut, input};
use crate::evaluation::sums::Sums;
use crate::network::buffer::{Buffer, Uses};

/// Top-k codes: y (rows, code) holds the k largest numbers of each row of x, and zeros in place of the others. Among equal
/// numbers those with the lower index stay.
pub(crate) struct TopK<B> {
    k: usize,
    code: usize,
    y: B,
    /// Whether a number stays, (rows, code).
    stays: Vec<bool>,
    /// Buffer for the numbers of one row, and for their indices.
    numbers: Vec<f32>,
    indices: Vec<usize>,
}

impl<B: Buffer> TopK<B> {
    pub(crate) fn new(k: usize, height: usize, code: usize, uses: Uses) -> Self {
        Self {
            k,
            code,
            y: B::zeros(height, code, uses),
            stays: vec![false; height * code],
            numbers: vec![0.0; code],
            indices: (0..code).collect(),
        }
    }

    /// Finds the numbers of one row that stay.
    fn choose(&mut self, row: usize) {
        let Self { k, code, stays, numbers, indices, .. } = self;
        let stays = &mut stays[row * *code..][..*code];
        stays.fill(false);
        // A number that is none counts as the largest of all, so that no code hides it. The sum with zero makes one zero of
        // the two that there are.
        let rank = |index: usize| if numbers[index].is_nan() { f32::NAN } else { numbers[index] + 0.0 };
        let order = |&a: &usize, &b: &usize| rank(b).total_cmp(&rank(a)).then(a.cmp(&b));
        indices.select_nth_unstable_by(*k - 1, order);
        indices[..*k].iter().for_each(|&index| stays[index] = true);
    }
}

impl<B: Buffer> Stage<B> for TopK<B> {
    fn forward(&mut self, below: &mut StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>, _: &mut [Sums]) {
        let x = input(below).values(rows.count);
        for row in 0..rows.count {
            for (panel, numbers) in self.numbers.chunks_mut(PANEL).enumerate() {
                numbers.copy_from_slice(&x.panel(panel)[row].0[..numbers.len()]);
            }
            self.choose(row);
            let Some(mut y) = self.y.values_mut(rows.count) else { continue };
            let stays = self.stays[row * self.code..][..self.code].chunks(PANEL);
            for (panel, (numbers, stays)) in self.numbers.chunks(PANEL).zip(stays).enumerate() {
                let line = &mut y.panel_mut(panel)[row].0;
                for ((y, &number), &stays) in line.iter_mut().zip(numbers).zip(stays) {
                    *y = if stays { number } else { 0.0 };
                }
            }
        }
        self.y.update_operands(step.network.instructions, rows.count);
    }

    /// The gradient dx, which is dy where a number stays and 0 elsewhere, computed in place.
    fn backward(&mut self, below: &mut StageSlice<B>, _: &StageSlice<B>, step: &Step<'_, B>, rows: Rows<'_>) {
        let Some(gradient) = gradient_mut(below) else { return };
        if let Some(mut values) = gradient.values_mut(rows.count) {
            for row in 0..rows.count {
                let stays = self.stays[row * self.code..][..self.code].chunks(PANEL);
                for (panel, stays) in stays.enumerate() {
                    let line = &mut values.panel_mut(panel)[row].0;
                    line.iter_mut().zip(stays).filter(|(_, stays)| !**stays).for_each(|(dx, _)| *dx = 0.0);
                }
            }
        }
        gradient.update_operands(step.network.instructions, rows.count);
    }

    fn output(&self) -> Option<&B> {
        Some(&self.y)
    }

    fn output_mut(&mut self) -> Option<&mut B> {
        Some(&mut self.y)
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use crate::{Activation, Initialization, Model, Specification, Values};

    /// A model whose code is the sample itself but for the numbers that are left out.
    fn model(features: usize, k: usize) -> Model {
        let linear = Specification::new(features, [features]).with_code_activation(Activation::Linear);
        let model = Model::new(linear.with_top_k(k), Initialization::Glorot, 0).unwrap();
        let mut parameters = model.parameters().clone();
        parameters.weight_mut(0).assign(&Array2::eye(features));
        model.with_parameters(parameters)
    }

    fn codes(k: usize, samples: Array2<f32>) -> Array2<f32> {
        let model = model(samples.ncols(), k);
        model.encode(&model.samples(Values::Floats(samples)).unwrap()).unwrap()
    }

    #[test]
    fn the_largest_numbers_stay_and_of_equal_ones_the_first() {
        let samples = array![[1.0, 3.0, 2.0, -4.0], [5.0, 5.0, 5.0, 5.0], [-1.0, -0.0, 0.0, -2.0]];
        let expected = array![[0.0, 3.0, 2.0, 0.0], [5.0, 5.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]];
        assert_eq!(codes(2, samples.clone()), expected);
        assert_eq!(codes(4, samples.clone()), samples);
        assert_eq!(codes(1, array![[-3.0, -1.0, -2.0]]), array![[0.0, -1.0, 0.0]]);
    }

    /// Numbers of several panels are ranked together.
    #[test]
    fn exactly_k_numbers_stay_in_wide_codes() {
        let samples =
            Array2::from_shape_fn((70, 75), |(row, column)| ((row * 31 + column * 17) % 75) as f32 + 1.0);
        for k in [1, 31, 32, 33, 74, 75] {
            let codes = codes(k, samples.clone());
            for (code, sample) in codes.rows().into_iter().zip(samples.rows()) {
                let least = (76 - k) as f32;
                let expected = sample.mapv(|number| if number >= least { number } else { 0.0 });
                assert_eq!(code, expected, "k = {k}");
            }
        }
    }

    #[test]
    fn a_number_that_is_none_stays() {
        let linear = Specification::new(2, [2, 2])
            .with_activation(Activation::Linear)
            .with_code_activation(Activation::Linear);
        let model = Model::new(linear.with_top_k(1), Initialization::Glorot, 0).unwrap();
        let mut parameters = model.parameters().clone();
        // Both hidden sums are infinite; the first number of the code is their difference.
        parameters.weight_mut(0).assign(&array![[2.0, 0.0], [0.0, 2.0]]);
        parameters.weight_mut(1).assign(&array![[1.0, -1.0], [1.0, 1.0]]);
        let model = model.with_parameters(parameters);
        let samples = model.samples(Values::Floats(array![[3e38, 3e38]])).unwrap();
        let codes = model.encode(&samples).unwrap();
        assert!(codes[[0, 0]].is_nan() && codes[[0, 1]] == 0.0, "{codes}");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let refused =
            |specification| Model::new(specification, Initialization::Glorot, 0).unwrap_err().to_string();
        let plain = || Specification::new(6, [4]).with_top_k(2);
        assert_eq!(
            refused(plain().with_top_k(5)),
            "top-k: expected from 1 to 4, the length of the code, found 5"
        );
        assert!(refused(plain().with_top_k(0)).contains("found 0"));
        assert!(refused(plain().variational(1.0)).contains("its codes are drawn"));
        assert!(refused(plain().contractive(0.1)).contains("the derivative of the code would jump"));
    }
}
