//! New samples: codes drawn from a distribution, decoded, and ways between codes.

#[cfg(feature = "pca")]
pub(crate) mod fit;
pub(crate) mod path;
mod possible;
mod words;

use std::ops::Range;

use ndarray::Array2;

use crate::inference::Inference;
use crate::parallel::prelude::*;
use crate::sampler::Sampler;

impl Inference {
    /// Draws the codes of these numbers, (codes, code): each a function of the seed and its number, so that more codes begin with the same
    /// ones. The temperature is a factor for how far a code lies from its mean: 1 draws from the distribution, a smaller number more
    /// usual codes. Codes of a fitted distribution are put [where the encoder can give them](Self::clamp_codes).
    ///
    /// # Panics
    /// If the sampler was fitted to codes of another length, or the temperature is not finite or below 0.
    ///
    /// ```
    /// use autoencoder::{Inference, Initialization, Model, Sampler, Specification};
    /// use ndarray::s;
    /// let model = Model::new(Specification::new(9, [4, 2]).variational(1.0), Initialization::Glorot, 0)?;
    /// let inference = Inference::new(&model);
    /// let codes = inference.draw_codes(&Sampler::PRIOR, 0..100, 1.0, 7);
    /// assert_eq!(inference.draw_codes(&Sampler::PRIOR, 50..60, 1.0, 7), codes.slice(s![50..60, ..]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn draw_codes(
        &self,
        sampler: &Sampler,
        codes: Range<usize>,
        temperature: f64,
        seed: u64,
    ) -> Array2<f32> {
        assert!(temperature >= 0.0 && temperature.is_finite(), "draw_codes: temperature {temperature}");
        let is_of_this_length =
            sampler.components.iter().all(|component| component.mean.len() == self.code());
        assert!(is_of_this_length, "draw_codes: a sampler of codes of another length");
        let mut drawn = Array2::zeros((codes.len(), self.code()));
        drawn.outer_iter_mut().into_par_iter().enumerate().for_each(|(index, mut code)| {
            let numbers = code.as_slice_mut().expect("rows of an array lie one after the other");
            sampler.draw(seed, (codes.start + index) as u64, temperature, numbers);
        });
        self.clamp_codes(drawn.view_mut());
        drawn
    }

    /// Decodes [drawn codes](Self::draw_codes): returns scaled samples, (codes, features). Numbers are those that the decoder gives. Of a table's words one is
    /// drawn for each column, by the probabilities that the decoder gives them, to the power of 1 / temperature: its feature is 1, and those
    /// of the column's other words are 0. So words have about the shares that they have in the training, and at the temperature 0 the
    /// likeliest stand.
    ///
    /// # Panics
    /// As [`draw_codes`](Self::draw_codes).
    ///
    /// ```
    /// use autoencoder::{Inference, Initialization, Model, Sampler, Specification};
    /// let model = Model::new(Specification::new(9, [4, 2]).variational(1.0), Initialization::Glorot, 0)?;
    /// let samples = Inference::new(&model).generate(&Sampler::PRIOR, 0..5, 1.0, 7);
    /// assert_eq!(samples.dim(), (5, 9));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn generate(
        &self,
        sampler: &Sampler,
        codes: Range<usize>,
        temperature: f64,
        seed: u64,
    ) -> Array2<f32> {
        let first = codes.start;
        let drawn = self.draw_codes(sampler, codes, temperature, seed);
        let mut samples = self.decode(drawn.view()).expect("codes were drawn in the model's width");
        self.draw_words(samples.view_mut(), first, temperature, seed);
        samples
    }
}
