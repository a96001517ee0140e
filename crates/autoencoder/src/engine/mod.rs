//! Engines: devices that compute the steps of a training, behind one trait. The only engine so far computes
//! on this processor.

pub(crate) mod device;

mod cpu;
mod gradients;
mod updates;
mod workspace;

use cpu::Cpu;
use device::Engine;

use crate::model::parameters::Parameters;
use crate::network::buffer::{Bf16, F32};
use crate::options::precision::Precision;
use crate::specification::architecture::Architecture;

/// Makes the engine on this processor, for products of this precision and an optimizer with `moments`
/// moments.
pub(crate) fn cpu(
    architecture: &Architecture,
    parameters: &Parameters,
    precision: Precision,
    moments: usize,
) -> Box<dyn Engine> {
    match precision {
        Precision::F32 => Box::new(Cpu::<F32>::new(architecture, parameters, moments)),
        Precision::Bf16 => Box::new(Cpu::<Bf16>::new(architecture, parameters, moments)),
    }
}
