//! What a model draws codes from, as the description of its file has it.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::error::FileError;
use crate::sampler::kind::SamplerKind;
use crate::sampler::{Component, MOST_COMPONENTS, Sampler};
use crate::specification::architecture::Architecture;

/// A sampler as a file has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SamplerText {
    kind: SamplerKind,
    samples: usize,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    components: Vec<ComponentText>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ComponentText {
    weight: f32,
    mean: Vec<f32>,
    /// The rows of the factor, one for each number of a code.
    factor: Vec<Vec<f32>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deviations: Vec<f32>,
}

impl SamplerText {
    pub(super) fn of(sampler: &Sampler) -> Self {
        let component = |component: &Component| ComponentText {
            weight: component.weight,
            mean: component.mean.clone(),
            factor: component.factor.rows().into_iter().map(|row| row.to_vec()).collect(),
            deviations: component.deviations.clone(),
        };
        Self {
            kind: sampler.kind,
            samples: sampler.samples,
            components: sampler.components.iter().map(component).collect(),
        }
    }

    /// The sampler, if it is one of a model of this architecture.
    pub(super) fn check(self, architecture: &Architecture) -> Result<Sampler, FileError> {
        let found = self.components.len();
        let (expected, is_right) = match self.kind {
            SamplerKind::Prior => ("none", found == 0),
            SamplerKind::Gaussian => ("1", found == 1),
            SamplerKind::Mixture => ("from 1 to 1000", (1..=MOST_COMPONENTS).contains(&found)),
        };
        if !is_right {
            return contradiction("components of the sampler", expected, &found.to_string());
        }
        if self.kind == SamplerKind::Prior && !architecture.specification().is_variational() {
            return contradiction("sampler", "one of models that draw no codes", "prior");
        }
        let code = architecture.code();
        let components = self.components.into_iter().map(|component| component.read(code));
        match components.collect() {
            Some(components) => Ok(Sampler { kind: self.kind, samples: self.samples, components }),
            None => contradiction(
                "component of the sampler",
                "a weight, a mean and a factor of the code",
                "others",
            ),
        }
    }
}

impl ComponentText {
    /// The component, if it is one of codes of this length.
    fn read(self, code: usize) -> Option<Component> {
        let Self { weight, mean, factor, deviations } = self;
        let rank = factor.first()?.len();
        let fits = mean.len() == code
            && factor.len() == code
            && rank <= code
            && factor.iter().all(|row| row.len() == rank)
            && [0, code].contains(&deviations.len());
        // A number of JSON beyond those of 32 bits is read as infinite.
        let numbers = mean.iter().chain(factor.iter().flatten()).chain(&deviations).chain([&weight]);
        let are_right = numbers.into_iter().all(|number| number.is_finite())
            && weight > 0.0
            && deviations.iter().all(|&deviation| deviation >= 0.0);
        let factor = Array2::from_shape_vec((factor.len(), rank), factor.concat()).ok()?;
        (fits && are_right).then_some(Component { weight, mean, factor, deviations })
    }
}

fn contradiction<T>(what: &'static str, expected: &str, found: &str) -> Result<T, FileError> {
    Err(FileError::Contradiction { what, expected: expected.to_owned(), found: found.to_owned() })
}
