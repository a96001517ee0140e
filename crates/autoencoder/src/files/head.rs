//! Head of a file: the JSON that describes the contents.

use std::collections::BTreeMap;

use safetensors::SafeTensorError;
use safetensors::tensor::{Metadata, SafeTensors};
use serde::{Deserialize, Serialize};

use super::checksum::Checksums;
use super::error::{FileError, KEY, VERSION};
use super::kind::FileKind;
use super::progress::Progress;
use super::sampler::SamplerText;
use super::scorer::ScorerText;
use crate::bounds::LONGEST_HEAD;
use crate::model::About;
use crate::sampler::Sampler;
use crate::samples::scaling::Scaling;
use crate::scorer::Scorer;
use crate::specification::Specification;
use crate::specification::architecture::Architecture;
use crate::specification::table::TableColumns;

/// The head of a model or checkpoint file: everything but the numbers of the tensors.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FileHead {
    /// Kind of the file.
    pub kind: FileKind,
    /// Version of the format.
    pub version: u32,
    /// Layers of the model.
    pub architecture: Architecture,
    /// Description of the model: scaling, shape of a sample, and training.
    pub about: About,
    /// Progress of the training; `None` in a model file.
    pub progress: Option<Progress>,
    /// What the model scores samples with; `None` if it was not fitted.
    pub scorer: Option<Scorer>,
    /// What the model draws codes from; `None` if it was not fitted.
    pub sampler: Option<Sampler>,
    /// Checksums of description and tensors; `None` in the files of earlier programs.
    pub checksums: Option<Checksums>,
    /// Name and shape of every tensor, sorted by name.
    pub tensors: Vec<(String, Vec<usize>)>,
}

/// The JSON object in a file's metadata.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Description {
    pub kind: FileKind,
    pub version: u32,
    pub specification: Specification,
    pub about: About,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scorer: Option<ScorerText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampler: Option<SamplerText>,
    /// The checksums, which stand last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<Checksums>,
}

/// The version in the JSON object, read first, because only a newer program may know the form of the rest.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

impl FileHead {
    /// Reads the head of a whole file.
    ///
    /// # Errors
    /// If the bytes are no whole safetensors file, or the head describes no model or checkpoint.
    ///
    /// ```
    /// use autoencoder::{FileHead, FileKind, Initialization, Model, Specification};
    /// let model = Model::new(Specification::new(4, [2]), Initialization::Glorot, 0)?;
    /// let head = FileHead::of_file(&model.to_bytes())?;
    /// assert!(head.kind == FileKind::Model && head.checksums.is_some());
    /// # Ok::<(), autoencoder::Error>(())
    /// ```
    pub fn of_file(bytes: &[u8]) -> Result<Self, FileError> {
        Self::of(&SafeTensors::read_metadata(bytes).map_err(FileError::Safetensors)?.1)
    }

    /// Reads the first 8 bytes of a file: the length, in bytes, of the JSON that follows them.
    ///
    /// # Errors
    /// If the length exceeds the bound of the safetensors format, so that the file cannot be a safetensors
    /// file.
    pub const fn length(first: [u8; 8]) -> Result<u64, FileError> {
        let found = u64::from_le_bytes(first);
        if found > LONGEST_HEAD { Err(FileError::HeadTooLong { found }) } else { Ok(found) }
    }

    /// Reads the JSON that follows a file's first 8 bytes.
    ///
    /// # Errors
    /// If the JSON is not the head of a model or checkpoint file.
    pub fn parse(json: &[u8]) -> Result<Self, FileError> {
        let metadata: Metadata = serde_json::from_slice(json)
            .map_err(|error| FileError::Safetensors(SafeTensorError::InvalidHeaderDeserialization(error)))?;
        Self::of(&metadata)
    }

    /// Reads the JSON object in a file's metadata, and checks it.
    pub(super) fn of(metadata: &Metadata) -> Result<Self, FileError> {
        let object = metadata.metadata().as_ref().and_then(|keys| keys.get(KEY)).ok_or(FileError::Foreign)?;
        let Versioned { version } = serde_json::from_str(object).map_err(FileError::Description)?;
        if !(1..=VERSION).contains(&version) {
            return Err(FileError::Version { found: version });
        }
        let Description {
            kind,
            version,
            specification,
            about,
            progress,
            scorer,
            sampler,
            checksum: checksums,
        } = serde_json::from_str(object).map_err(FileError::Description)?;
        let architecture = Architecture::new(specification).map_err(FileError::Specification)?;
        let contradiction = |what, expected: usize, found: usize| {
            Err(FileError::Contradiction { what, expected: expected.to_string(), found: found.to_string() })
        };
        let features = architecture.features();
        let scaled = about.scaling.features().unwrap_or(features);
        if scaled != features {
            return contradiction("features of the scaling", features, scaled);
        }
        let [first, second] = about.scaling.lengths();
        if first != second {
            return contradiction("numbers of the second half of the scaling", first, second);
        }
        about.scaling.check().map_err(FileError::Scaling)?;
        if let (Some(table), Scaling::Columns { numbers, words, indicators }) =
            (&architecture.specification().table, &about.scaling)
        {
            let counts = words.iter().map(Vec::len);
            if numbers.len() != table.numbers || !counts.eq(table.words.iter().map(|column| column.words)) {
                return contradiction("columns of numbers in the scaling", table.numbers, numbers.len());
            }
            if indicators.len() != table.indicators {
                return contradiction(
                    "indicators of holes in the scaling",
                    table.indicators,
                    indicators.len(),
                );
            }
        }
        if let Some(schema) = &about.schema {
            schema.check().map_err(FileError::Schema)?;
            let counts = |table: &TableColumns| {
                schema.word_counts().eq(table.words.iter().map(|column| column.words))
                    && schema.numbers().count() == table.numbers
                    && schema.indicators().len() == table.indicators
            };
            if !architecture.specification().table.as_ref().is_some_and(counts) {
                return contradiction("features of the schema", features, schema.features());
            }
        }
        let scorer = scorer.map(|scorer| scorer.check(&architecture)).transpose()?;
        let sampler = sampler.map(|sampler| sampler.check(&architecture)).transpose()?;
        let sample = about.sample_shape.iter().try_fold(1usize, |size, &side| size.checked_mul(side));
        if sample != Some(features) {
            return contradiction("size of the sample shape", features, sample.unwrap_or(usize::MAX));
        }
        let in_window = about.window.map_or(1, |window| window.rows.get());
        let has_table = architecture.specification().table.is_some();
        if features % in_window != 0
            || about.window.is_some() && (has_table || !about.scaling.is_of_numbers_alone())
        {
            return contradiction("rows of a window, of numbers alone", features, in_window);
        }
        let named = about.columns.as_ref().map_or(0, |columns| columns.names.len());
        if named != 0 && named != features / in_window {
            return contradiction("names of columns", features / in_window, named);
        }
        // Damage that has a message of its own is named by it.
        if let Some(checksums) = checksums {
            checksums.check_description(object)?;
        }
        let tensors: BTreeMap<_, _> =
            metadata.tensors().into_iter().map(|(name, tensor)| (name, tensor.shape.clone())).collect();
        let tensors = tensors.into_iter().collect();
        Ok(Self { kind, version, architecture, about, progress, scorer, sampler, checksums, tensors })
    }
}
