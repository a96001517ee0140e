//! z ← ẑ and y ← f(scale ẑ + shift) for one panel.

use pulp::Simd;

use crate::instructions::{InstructionSet, Kernel};
use crate::layer::activate::bias_activate;
use crate::layer::activation::Activation;
use crate::panel::{PanelTarget, TALLEST};
use crate::vector::{Line, Pair, vectors, vectors_mut};

/// The numbers that normalise one panel, one for each column.
#[derive(Clone, Copy, Debug)]
pub struct Normalizer<'a> {
    /// The mean μ.
    pub mean: &'a Line,
    /// 1 / √(v + ε), with the variance v.
    pub inverse_deviation: &'a Line,
    /// The factor of ẑ.
    pub scale: &'a Line,
    /// The summand: y = f(scale ẑ + shift).
    pub shift: &'a Line,
}

/// The kernel of one panel of normalised outputs.
#[derive(Debug)]
pub struct Normalize<'a, P> {
    pub(crate) columns: Normalizer<'a>,
    pub(crate) activation: Activation,
    pub(crate) z: &'a mut [Line],
    pub(crate) y: P,
    pub(crate) slopes: Option<&'a mut [Line]>,
}

impl<P: PanelTarget> Kernel for Normalize<'_, P> {
    type Output = ();
    const PAIRS: bool = P::ROUNDS;

    #[inline(always)]
    fn run<I: InstructionSet>(mut self, set: I) {
        let simd = set.simd();
        let Normalizer { mean, inverse_deviation, scale, shift } = self.columns;
        for first in (0..self.z.len()).step_by(TALLEST) {
            let rows = first..self.z.len().min(first + TALLEST);
            let mut scaled = [Line::ZERO; TALLEST];
            let scaled = &mut scaled[..rows.len()];
            for (z, scaled) in self.z[rows.clone()].iter_mut().pair(&mut *scaled) {
                let columns = vectors::<I::Simd>(mean).iter().pair(vectors::<I::Simd>(inverse_deviation));
                let written = vectors_mut::<I::Simd>(z).iter_mut().pair(vectors_mut::<I::Simd>(scaled));
                let vectors = columns.pair(vectors::<I::Simd>(scale)).pair(written);
                for (((&mean, &inverse), &scale), (z, scaled)) in vectors {
                    *z = simd.mul_f32s(simd.sub_f32s(*z, mean), inverse);
                    *scaled = simd.mul_f32s(*z, scale);
                }
            }
            let slopes = self.slopes.as_mut().map(|slopes| &mut slopes[rows.clone()]);
            bias_activate(simd, self.activation, shift, scaled, self.y.lines(rows.clone()), slopes);
            self.y.finish(set, rows);
        }
    }
}
