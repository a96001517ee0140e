//! Model files: safetensors with PyTorch's names and layout, and one JSON object that says what the model is.
//!
//! The object is the value of the single metadata key `autoencoder`; a second key would be written in random
//! order. Nothing in a file depends on the clock, the machine or the number of threads: the same training gives
//! the same bytes.

pub(crate) mod checkpoint;

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use safetensors::tensor::{Dtype, Metadata, SafeTensorError, SafeTensors, TensorView, serialize};
use serde::{Deserialize, Serialize};

use crate::model::parameters::Parameters;
use crate::model::{About, Model};
use crate::specification::Specification;
use crate::specification::architecture::Architecture;
use crate::specification::error::SpecificationError;
use crate::training::report::{EpochReport, PartOfEpoch};

/// The metadata key of our JSON object.
const KEY: &str = "autoencoder";

/// The format's version; a reader refuses what is newer.
const VERSION: u32 = 1;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A model.
    Model,
    /// A training under way: a model, the optimizer's moments, and how far it came.
    Checkpoint,
    /// A model whose layers are pretrained one after the other, the moments of the one in hand, and how far that came.
    Pretraining,
}

/// How far a training came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// Steps taken.
    pub steps: u64,
    /// The reports of all epochs.
    pub history: Vec<EpochReport>,
    /// How far the next epoch came.
    #[serde(default)]
    pub part: PartOfEpoch,
    /// The loss of the first step of all.
    #[serde(default)]
    pub first_loss: Option<f64>,
    /// The layer, from 0, that all of this is about, where layers are pretrained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<usize>,
}

/// The head of a model or checkpoint file: all but its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct FileHead {
    /// What the file holds.
    pub kind: FileKind,
    /// The version of the format.
    pub version: u32,
    /// The model's layers.
    pub architecture: Architecture,
    /// What else is said of the model.
    pub about: About,
    /// How far the training came; of a model never.
    pub progress: Option<Progress>,
    /// Name and shape of every tensor, by name.
    pub tensors: Vec<(String, Vec<usize>)>,
}

/// The JSON object of a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    kind: FileKind,
    version: u32,
    specification: Specification,
    about: About,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    progress: Option<Progress>,
}

/// The one part of the object that is read first: the rest may be of a form that only a newer program knows.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// Why bytes are no model or checkpoint.
#[derive(Debug)]
#[non_exhaustive]
pub enum FileError {
    /// They are no whole safetensors file.
    Safetensors(SafeTensorError),
    /// The head is longer than any of ours.
    HeadTooLong {
        /// Its length, bytes.
        found: u64,
    },
    /// They are a safetensors file of another program: the metadata has no key `autoencoder`.
    Foreign,
    /// The JSON object is not of our form.
    Description(String),
    /// The version is newer than this crate's, or none.
    Version {
        /// The version found.
        found: u32,
    },
    /// The file is of another kind.
    Kind {
        /// The kind expected.
        expected: FileKind,
        /// The kind found.
        found: FileKind,
    },
    /// The specification stands for no model.
    Specification(SpecificationError),
    /// A tensor is missing.
    Missing {
        /// Its name.
        tensor: String,
    },
    /// A tensor is not one of the model's.
    Extra {
        /// Its name.
        tensor: String,
    },
    /// A tensor has another type or shape.
    Shape {
        /// Its name.
        tensor: String,
        /// The shape expected, of F32.
        expected: Vec<usize>,
        /// The type and shape found.
        found: String,
    },
    /// A running variance is below zero.
    NegativeVariance {
        /// Its name.
        tensor: String,
        /// The number.
        value: f32,
    },
    /// A tensor holds a number that is not finite.
    NotFinite {
        /// Its name.
        tensor: String,
        /// Which of its numbers, from 0, the last index fastest.
        index: usize,
        /// The number.
        value: f32,
    },
    /// What is said of the model contradicts it.
    Contradiction {
        /// What it is about.
        what: &'static str,
        /// What the model needs.
        expected: String,
        /// What is said.
        found: String,
    },
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Safetensors(error) => write!(f, "not a whole safetensors file: {error}"),
            Self::HeadTooLong { found } => {
                write!(
                    f,
                    "not a safetensors file: expected a head of at most {LONGEST_HEAD} bytes, found {found}"
                )
            }
            Self::Foreign => {
                write!(
                    f,
                    "a safetensors file of another program: expected the metadata key \"{KEY}\", found none"
                )
            }
            Self::Description(error) => {
                write!(f, "the metadata \"{KEY}\" is not of the expected form: {error}")
            }
            Self::Version { found } => {
                write!(f, "expected a format version from 1 to {VERSION}, found {found}")
            }
            Self::Kind { expected, found } => {
                write!(f, "expected a {}, found a {}", expected.name(), found.name())
            }
            Self::Specification(error) => error.fmt(f),
            Self::Missing { tensor } => write!(f, "expected the tensor {tensor}, found none"),
            Self::Extra { tensor } => write!(f, "found the tensor {tensor}, which the model does not have"),
            Self::Shape { tensor, expected, found } => {
                write!(f, "tensor {tensor}: expected F32 {expected:?}, found {found}")
            }
            Self::NotFinite { tensor, index, value } => {
                write!(f, "tensor {tensor}, element {index}: expected a finite number, found {value}")
            }
            Self::NegativeVariance { tensor, value } => {
                write!(f, "tensor {tensor}: expected numbers from 0, found {value}")
            }
            Self::Contradiction { what, expected, found } => {
                write!(f, "{what}: expected {expected}, found {found}")
            }
        }
    }
}

/// The inner errors are in the message already.
impl std::error::Error for FileError {}

impl FileKind {
    /// `model`, `checkpoint` or `pretraining`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Checkpoint => "checkpoint",
            Self::Pretraining => "pretraining",
        }
    }
}

/// The longest head that is looked at, bytes; safetensors' own bound.
const LONGEST_HEAD: u64 = 100_000_000;

impl FileHead {
    /// The number of bytes of JSON after a file's first 8 bytes.
    ///
    /// # Errors
    /// If it is more than any safetensors file has: then this is none.
    pub const fn length(first: [u8; 8]) -> Result<u64, FileError> {
        let found = u64::from_le_bytes(first);
        if found > LONGEST_HEAD { Err(FileError::HeadTooLong { found }) } else { Ok(found) }
    }

    /// Reads the JSON that follows a file's first 8 bytes.
    ///
    /// # Errors
    /// If it is not the head of one of our files.
    pub fn parse(json: &[u8]) -> Result<Self, FileError> {
        let metadata: Metadata = serde_json::from_slice(json)
            .map_err(|error| FileError::Safetensors(SafeTensorError::InvalidHeaderDeserialization(error)))?;
        Self::of(&metadata)
    }

    fn of(metadata: &Metadata) -> Result<Self, FileError> {
        let object = metadata.metadata().as_ref().and_then(|keys| keys.get(KEY)).ok_or(FileError::Foreign)?;
        let malformed = |error: serde_json::Error| FileError::Description(error.to_string());
        let Versioned { version } = serde_json::from_str(object).map_err(malformed)?;
        if !(1..=VERSION).contains(&version) {
            return Err(FileError::Version { found: version });
        }
        let Description { kind, version, specification, about, progress } =
            serde_json::from_str(object).map_err(malformed)?;
        let architecture = Architecture::new(specification).map_err(FileError::Specification)?;
        let contradiction = |what, expected: usize, found: usize| {
            Err(FileError::Contradiction { what, expected: expected.to_string(), found: found.to_string() })
        };
        let features = architecture.features();
        let scaled = about.scaling.features().unwrap_or(features);
        if scaled != features {
            return contradiction("features of the scaling", features, scaled);
        }
        if !about.scaling.is_consistent() {
            return Err(FileError::Description("the scaling's two halves differ in length".to_owned()));
        }
        let sample = about.sample_shape.iter().try_fold(1usize, |size, &side| size.checked_mul(side));
        if sample != Some(features) {
            return contradiction("size of the sample shape", features, sample.unwrap_or(usize::MAX));
        }
        let tensors: BTreeMap<_, _> =
            metadata.tensors().into_iter().map(|(name, tensor)| (name, tensor.shape.clone())).collect();
        Ok(Self { kind, version, architecture, about, progress, tensors: tensors.into_iter().collect() })
    }
}

impl Model {
    /// The model as a file: safetensors, `encoder.0.weight` (outputs, inputs) and so on, f32.
    pub fn to_bytes(&self) -> Vec<u8> {
        write(self, FileKind::Model, None, &[])
    }

    /// Reads a model file, or the model in a checkpoint.
    ///
    /// # Errors
    /// If the bytes are neither, or do not hold exactly the model's tensors, all finite.
    ///
    /// ```
    /// use autoencoder::{Initialization, Model, Specification};
    /// let model = Model::new(Specification::new(4, [2]), Initialization::Glorot, 0)?;
    /// assert_eq!(Model::from_bytes(&model.to_bytes())?, model);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        Ok(Contents::read(bytes)?.model)
    }
}

/// All that a file holds.
pub(crate) struct Contents {
    pub kind: FileKind,
    pub model: Model,
    pub progress: Option<Progress>,
    /// What a checkpoint holds in the shapes of the parameters beside them, by the names that [`write`] was given.
    pub beside: Vec<(String, Parameters)>,
}

/// A file of `model`; `beside` are tensors of the same shapes under `<name>.encoder.0.weight` and so on.
pub(crate) fn write(
    model: &Model,
    kind: FileKind,
    progress: Option<Progress>,
    beside: &[(&str, Parameters)],
) -> Vec<u8> {
    let description = Description {
        kind,
        version: VERSION,
        specification: model.architecture().specification().clone(),
        about: model.about.clone(),
        progress,
    };
    let json =
        serde_json::to_string(&description).expect("a description has no maps with other keys than strings");
    let named = |prefix: String, parameters: &Parameters| -> Vec<(String, Vec<usize>, Vec<u8>)> {
        let tensors = parameters.tensors().iter();
        tensors
            .map(|tensor| {
                let values = &parameters.as_slice()[tensor.range.clone()];
                let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
                (format!("{prefix}{}", tensor.name), tensor.shape.clone(), bytes)
            })
            .collect()
    };
    let mut tensors = named(String::new(), model.parameters());
    for (name, parameters) in beside {
        tensors.extend(named(format!("{name}."), parameters));
    }
    let views = tensors.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::F32, shape.clone(), bytes).expect("the bytes are of this shape");
        (name, view)
    });
    serialize(views, Some(HashMap::from([(KEY.to_owned(), json)]))).expect("names and sizes are bounded")
}

/// The prefixes of an optimizer's moments.
pub(crate) const MOMENTS: [&str; 2] = ["optimizer.first", "optimizer.second"];

/// The prefix of the parameters after the best epoch.
pub(crate) const BEST: &str = "best";

impl Contents {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, FileError> {
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(FileError::Safetensors)?;
        let FileHead { kind, architecture, about, progress, .. } = FileHead::of(&metadata)?;
        let file = SafeTensors::deserialize(bytes).map_err(FileError::Safetensors)?;
        let mut left: BTreeMap<String, TensorView<'_>> = file.tensors().into_iter().collect();
        let parameters = take(&architecture, "", &mut left)?;
        check_variances(&parameters)?;
        let mut beside = Vec::new();
        if kind != FileKind::Model {
            for name in MOMENTS.into_iter().chain([BEST]) {
                let prefix = format!("{name}.");
                if left.keys().any(|tensor| tensor.starts_with(&prefix)) {
                    let parameters = take(&architecture, &prefix, &mut left)?;
                    check_variances(&parameters)?;
                    beside.push((name.to_owned(), parameters));
                }
            }
        }
        if let Some(tensor) = left.into_keys().next() {
            return Err(FileError::Extra { tensor });
        }
        Ok(Self { kind, model: Model { architecture, parameters, about }, progress, beside })
    }
}

/// No root can be taken of a variance below zero. (Moments have zeros in its place.)
fn check_variances(parameters: &Parameters) -> Result<(), FileError> {
    for tensor in parameters.tensors().iter().filter(|tensor| tensor.name.ends_with(".variance")) {
        let values = &parameters.as_slice()[tensor.range.clone()];
        if let Some(&value) = values.iter().find(|&&value| value < 0.0) {
            return Err(FileError::NegativeVariance { tensor: tensor.name.clone(), value });
        }
    }
    Ok(())
}

/// Takes the tensors of one set of parameters out of `left`.
fn take(
    architecture: &Architecture,
    prefix: &str,
    left: &mut BTreeMap<String, TensorView<'_>>,
) -> Result<Parameters, FileError> {
    let mut parameters = Parameters::zeros(architecture);
    let tensors = parameters.tensors().to_vec();
    for tensor in tensors {
        let name = format!("{prefix}{}", tensor.name);
        let Some(view) = left.remove(&name) else { return Err(FileError::Missing { tensor: name }) };
        if view.dtype() != Dtype::F32 || view.shape() != tensor.shape {
            let found = format!("{:?} {:?}", view.dtype(), view.shape());
            return Err(FileError::Shape { tensor: name, expected: tensor.shape, found });
        }
        let values = &mut parameters.as_mut_slice()[tensor.range];
        for (index, (value, bytes)) in values.iter_mut().zip(view.data().as_chunks().0).enumerate() {
            *value = f32::from_le_bytes(*bytes);
            if !value.is_finite() {
                return Err(FileError::NotFinite { tensor: name, index, value: *value });
            }
        }
    }
    Ok(parameters)
}
