//! Model files: safetensors with PyTorch's names and layout, and one JSON object that describes the model.
//!
//! The JSON object is the value of the single metadata key `autoencoder`; a second key would be written in
//! random order. Nothing in a file depends on the clock, the machine or the number of threads: the same
//! training gives the same bytes.

pub(crate) mod checksum;
pub(crate) mod error;
pub(crate) mod head;
pub(crate) mod kind;
pub(crate) mod progress;
mod sampler;
mod scorer;

use std::collections::{BTreeMap, HashMap};

use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};

use checksum::{Checksums, of_tensors};
use error::{FileError, KEY, VERSION};
use head::{Description, FileHead};
use kind::FileKind;
use progress::Progress;
use sampler::SamplerText;
use scorer::ScorerText;

use crate::bounds::has_memory_for;
use crate::digest::Digest;
use crate::model::Model;
use crate::model::parameters::{Parameters, Tensor};
use crate::specification::architecture::Architecture;

impl Model {
    /// Writes the model as the bytes of a file: safetensors in f32, with tensors such as `encoder.0.weight`
    /// (outputs, inputs).
    pub fn to_bytes(&self) -> Vec<u8> {
        write(self, FileKind::Model, None, &[])
    }

    /// Reads a model file, or the model in a checkpoint.
    ///
    /// # Errors
    /// If the bytes are neither a model nor a checkpoint, or do not hold exactly the model's tensors, all
    /// finite.
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

impl Model {
    /// The digest of the model's parameters: of all tensors in the order of their names, which is the second of the
    /// [`Checksums`] of its file. Models with the same digest have the same numbers.
    ///
    /// ```
    /// use autoencoder::{FileHead, Initialization, Model, Specification};
    /// let model = Model::new(Specification::new(4, [2]), Initialization::Glorot, 0)?;
    /// let head = FileHead::of_file(&model.to_bytes())?;
    /// assert_eq!(head.checksums.map(|checksums| checksums.tensors), Some(model.digest()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn digest(&self) -> Digest {
        of_tensors(&views(&tensors_of("", self.parameters())))
    }
}

/// The name, the shape and the bytes of a tensor.
type TensorBytes = (String, Vec<usize>, Vec<u8>);

/// The tensors of some parameters, whose names begin with a prefix.
fn tensors_of(prefix: &str, parameters: &Parameters) -> Vec<TensorBytes> {
    let tensors = parameters.tensors().iter();
    tensors
        .map(|tensor| {
            let values = &parameters.as_slice()[tensor.range.clone()];
            let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            (format!("{prefix}{}", tensor.name), tensor.shape.clone(), bytes)
        })
        .collect()
}

/// Tensors as a file has them, by their names.
fn views(tensors: &[TensorBytes]) -> BTreeMap<String, TensorView<'_>> {
    let view = |(name, shape, bytes)| {
        let view =
            TensorView::new(Dtype::F32, Vec::clone(shape), bytes).expect("the bytes are of this shape");
        (String::clone(name), view)
    };
    tensors.iter().map(|(name, shape, bytes)| view((name, shape, bytes))).collect()
}

/// The contents of a file.
pub(crate) struct Contents {
    pub kind: FileKind,
    pub model: Model,
    pub progress: Option<Progress>,
    /// Further sets of tensors that a checkpoint holds in the shapes of the parameters: the optimizer's
    /// moments and the best epoch's parameters, each by the prefix of its names.
    pub parameter_sets: Vec<(String, Parameters)>,
}

/// Writes the bytes of a file. The tensors of each further set of parameters are named
/// `<prefix>.encoder.0.weight` and so on.
pub(crate) fn write(
    model: &Model,
    kind: FileKind,
    progress: Option<Progress>,
    parameter_sets: &[(&str, Parameters)],
) -> Vec<u8> {
    let description = Description {
        kind,
        version: VERSION,
        specification: model.architecture().specification().clone(),
        about: model.about.clone(),
        progress,
        scorer: model.scorer.as_ref().map(ScorerText::of),
        sampler: model.sampler.as_ref().map(SamplerText::of),
        checksum: None,
    };
    let description =
        serde_json::to_string(&description).expect("a description has no maps with other keys than strings");
    let mut tensors = tensors_of("", model.parameters());
    for (name, parameters) in parameter_sets {
        tensors.extend(tensors_of(&format!("{name}."), parameters));
    }
    let views = views(&tensors);
    let json = Checksums::sign(&description, of_tensors(&views));
    serialize(&views, Some(HashMap::from([(KEY.to_owned(), json)]))).expect("names and sizes are bounded")
}

/// The prefixes of the optimizer's moments.
pub(crate) const MOMENTS: [&str; 2] = ["optimizer.first", "optimizer.second"];

/// The prefix of the parameters after the best epoch.
pub(crate) const BEST: &str = "best";

impl Contents {
    /// Reads the bytes of a file of any kind.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, FileError> {
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(FileError::Safetensors)?;
        let FileHead { kind, architecture, about, progress, scorer, sampler, checksums, .. } =
            FileHead::of(&metadata)?;
        let file = SafeTensors::deserialize(bytes).map_err(FileError::Safetensors)?;
        let mut left: BTreeMap<String, TensorView<'_>> = file.tensors().into_iter().collect();
        let digest = checksums.map(|_| of_tensors(&left));
        let parameters = take(&architecture, "", &mut left)?;
        check_variances(&parameters)?;
        let mut parameter_sets = Vec::new();
        if kind != FileKind::Model {
            for name in MOMENTS.into_iter().chain([BEST]) {
                let prefix = format!("{name}.");
                if left.keys().any(|tensor| tensor.starts_with(&prefix)) {
                    let parameters = take(&architecture, &prefix, &mut left)?;
                    check_variances(&parameters)?;
                    parameter_sets.push((name.to_owned(), parameters));
                }
            }
        }
        if let Some(tensor) = left.into_keys().next() {
            return Err(FileError::Extra { tensor });
        }
        if let Some((checksums, digest)) = checksums.zip(digest) {
            checksums.check_tensors(digest)?;
        }
        Ok(Self {
            kind,
            model: Model { architecture, parameters, about, scorer, sampler },
            progress,
            parameter_sets,
        })
    }
}

/// Checks that no running variance is below zero, since its root is needed. (Moments hold zeros in place of
/// variances.)
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
    let name = |tensor: &Tensor| format!("{prefix}{}", tensor.name);
    // Memory is asked for only after all tensors were found: their bytes have arrived.
    let tensors = Parameters::tensors_of(architecture);
    let mut views = Vec::with_capacity(tensors.len());
    for tensor in &tensors {
        let name = name(tensor);
        let Some(view) = left.remove(&name) else { return Err(FileError::Missing { tensor: name }) };
        if view.dtype() != Dtype::F32 || view.shape() != tensor.shape {
            let found = format!("{:?} {:?}", view.dtype(), view.shape());
            return Err(FileError::Shape { tensor: name, expected: tensor.shape.clone(), found });
        }
        views.push(view);
    }
    let parameters = architecture.parameters();
    if !has_memory_for(parameters) {
        return Err(FileError::OutOfMemory { parameters });
    }
    let mut parameters = Parameters::zeros(architecture);
    for (tensor, view) in tensors.iter().zip(views) {
        let values = &mut parameters.as_mut_slice()[tensor.range.clone()];
        for (index, (value, bytes)) in values.iter_mut().zip(view.data().as_chunks().0).enumerate() {
            *value = f32::from_le_bytes(*bytes);
            if !value.is_finite() {
                return Err(FileError::NotFinite { tensor: name(tensor), index, value: *value });
            }
        }
    }
    Ok(parameters)
}
