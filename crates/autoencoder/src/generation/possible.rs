//! Codes that an encoder can give: within the range of its activation, and with as many numbers as a top-k code keeps.

use ndarray::{ArrayViewMut1, ArrayViewMut2};

use crate::inference::Inference;
use crate::parallel::prelude::*;

impl Inference {
    /// Changes codes (rows, code) to the nearest that the encoder can give: each number is put within the range of the code's activation,
    /// and of a model with top-k codes the k largest of each row stay, of equal ones the first.
    ///
    /// # Panics
    /// If the codes have another width than the model's code.
    ///
    /// ```
    /// use autoencoder::{Inference, Initialization, Model, Specification};
    /// use ndarray::array;
    /// // Codes of a sigmoid lie within 0 and 1.
    /// let specification = Specification::new(9, [3]).with_top_k(2);
    /// let inference = Inference::new(&Model::new(specification, Initialization::Glorot, 0)?);
    /// let mut codes = array![[0.5, 1.5, 0.75], [-1.0, 0.25, 0.5]];
    /// inference.clamp_codes(codes.view_mut());
    /// assert_eq!(codes, array![[0.0, 1.0, 0.75], [0.0, 0.25, 0.5]]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn clamp_codes(&self, mut codes: ArrayViewMut2<'_, f32>) {
        assert_eq!(codes.ncols(), self.code(), "clamp_codes: width of the codes");
        let specification = self.specification();
        let (low, high) = specification.code_activation.range();
        codes.outer_iter_mut().into_par_iter().for_each(|mut code| {
            code.mapv_inplace(|number| number.clamp(low, high));
            if let Some(k) = specification.top_k {
                keep_largest(code, k);
            }
        });
    }
}

fn keep_largest(mut code: ArrayViewMut1<'_, f32>, k: usize) {
    let mut order: Vec<usize> = (0..code.len()).collect();
    order.sort_by(|&a, &b| code[b].total_cmp(&code[a]).then(a.cmp(&b)));
    for &place in order.iter().skip(k) {
        code[place] = 0.0;
    }
}
