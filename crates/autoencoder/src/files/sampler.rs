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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specification::Specification;

    fn read(json: &str) -> Result<Sampler, String> {
        let architecture =
            Architecture::new(Specification::new(5, [3, 2])).map_err(|error| error.to_string())?;
        let text: SamplerText = serde_json::from_str(json).map_err(|error| error.to_string())?;
        text.check(&architecture).map_err(|error| error.to_string())
    }

    const GAUSSIAN: &str = r#"{"kind":"gaussian","samples":9,"components":[{"weight":1.0,"mean":[0.5,1.0],"factor":[[1.0],[2.0]],"deviations":[0.0,0.5]}]}"#;

    #[test]
    fn a_written_sampler_is_read_and_written_the_same() {
        let sampler = read(GAUSSIAN).unwrap();
        assert_eq!((sampler.components(), sampler.rank(), sampler.samples()), (1, 1, 9));
        assert_eq!(serde_json::to_string(&SamplerText::of(&sampler)).unwrap(), GAUSSIAN);
        let whole = GAUSSIAN
            .replace("[[1.0],[2.0]]", "[[1.0,0.0],[2.0,3.0]]")
            .replace(r#","deviations":[0.0,0.5]"#, "");
        assert_eq!(read(&whole).unwrap().rank(), 2);
        let diagonal = GAUSSIAN.replace("[[1.0],[2.0]]", "[[],[]]");
        assert_eq!(read(&diagonal).unwrap().rank(), 0);
    }

    #[test]
    fn each_wrong_part_is_refused() {
        for (right, wrong) in [
            (r#""kind":"gaussian""#, r#""kind":"uniform""#),
            (r#""kind":"gaussian""#, r#""kind":"prior""#),
            (r#""weight":1.0"#, r#""weight":0.0"#),
            (r#""weight":1.0"#, r#""weight":-1.0"#),
            (r#""weight":1.0"#, r#""weight":1e39"#),
            ("[0.5,1.0]", "[0.5]"),
            ("[0.5,1.0]", "[0.5,1e39]"),
            ("[0.5,1.0]", "[0.5,null]"),
            ("[[1.0],[2.0]]", "[[1.0]]"),
            ("[[1.0],[2.0]]", "[]"),
            ("[[1.0],[2.0]]", "[[1.0],[2.0,3.0]]"),
            ("[[1.0],[2.0]]", "[[1.0,2.0,3.0],[1.0,2.0,3.0]]"),
            ("[[1.0],[2.0]]", "[[1.0],[-1e39]]"),
            ("[0.0,0.5]", "[0.0]"),
            ("[0.0,0.5]", "[0.0,-0.5]"),
            (r#""samples":9"#, r#""samples":-9"#),
            (r#""samples":9"#, r#""samples":9,"more":1"#),
        ] {
            assert!(GAUSSIAN.contains(right), "{right}");
            assert!(read(&GAUSSIAN.replacen(right, wrong, 1)).is_err(), "{wrong}");
        }
        let components = &GAUSSIAN[GAUSSIAN.find('[').unwrap() + 1..GAUSSIAN.len() - 2];
        let of = |kind: &str, count: usize| {
            read(&format!(
                r#"{{"kind":"{kind}","samples":9,"components":[{}]}}"#,
                vec![components; count].join(",")
            ))
        };
        assert!(of("gaussian", 0).is_err() && of("gaussian", 2).is_err() && of("mixture", 0).is_err());
        assert!(of("mixture", 1000).is_ok() && of("mixture", 1001).is_err());
    }
}
