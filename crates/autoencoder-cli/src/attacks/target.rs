//! The targets of attacks: one for each reader.

use super::mutation;
use super::random::Random;
use super::{foreign, readers, seeds, stream};

/// The largest number of bytes that a mutator makes: faults of readers are found in small files, and in less time.
const LONGEST: usize = 1 << 16;

/// A reader that is attacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// IDX arrays, plain and gzip: the reader, the view, the samples of the program
    Idx,
    /// npy arrays, as samples and as codes
    Npy,
    /// Archives of npy arrays, stored and deflated
    Npz,
    /// Tensors of other programs
    Tensors,
    /// Compressed codes
    Compressed,
    /// Tables of numbers, with and without labels
    Csv,
    /// Rows that come one after the other, of CSV and JSON lines
    Stream,
    /// A folder with a PNG image
    Png,
    /// A folder with a JPEG image
    Jpeg,
    /// A folder with a WebP image
    WebP,
    /// Model files, and the models in use
    Model,
    /// Weights of other programs, made models
    Weights,
    /// ONNX files, made models, and models made ONNX files
    Onnx,
    /// Checkpoints, resumed and trained for three steps
    Checkpoint,
    /// Heads of model files and checkpoints, as `inspect` reads them
    Head,
    /// Metrics, drawn as figures
    Metrics,
    /// Configurations, written again and checked into plans
    Config,
    /// Configurations of sweeps
    Grid,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 18] = [
        Self::Idx,
        Self::Npy,
        Self::Npz,
        Self::Tensors,
        Self::Compressed,
        Self::Csv,
        Self::Stream,
        Self::Png,
        Self::Jpeg,
        Self::WebP,
        Self::Model,
        Self::Weights,
        Self::Onnx,
        Self::Checkpoint,
        Self::Head,
        Self::Metrics,
        Self::Config,
        Self::Grid,
    ];

    /// The name of the target, which is the name of its fuzz target.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idx => "idx",
            Self::Npy => "npy",
            Self::Npz => "npz",
            Self::Tensors => "tensors",
            Self::Compressed => "compressed",
            Self::Csv => "csv",
            Self::Stream => "stream",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::WebP => "webp",
            Self::Model => "model",
            Self::Weights => "weights",
            Self::Onnx => "onnx",
            Self::Checkpoint => "checkpoint",
            Self::Head => "head",
            Self::Metrics => "metrics",
            Self::Config => "config",
            Self::Grid => "grid",
        }
    }

    /// Small files that the reader takes, made by the program itself.
    pub fn seeds(self) -> Vec<Vec<u8>> {
        match self {
            Self::Idx => seeds::idx(),
            Self::Npy => seeds::npy(),
            Self::Npz => seeds::npz(),
            Self::Tensors => seeds::tensors(),
            Self::Compressed => seeds::compressed(),
            Self::Csv => seeds::csv(),
            Self::Stream => seeds::streams(),
            Self::Png => seeds::png(),
            Self::Jpeg => seeds::jpegs(),
            Self::WebP => seeds::webp(),
            Self::Model => seeds::models(),
            Self::Weights => seeds::weights(),
            Self::Onnx => seeds::onnx(),
            Self::Checkpoint => seeds::checkpoints(),
            Self::Head => [seeds::models(), seeds::checkpoints()].concat(),
            Self::Metrics => seeds::metrics(),
            Self::Config => seeds::configs(),
            Self::Grid => seeds::grids(),
        }
    }

    /// Gives bytes to the reader and holds it to its promises; returns whether the reader took them.
    ///
    /// # Panics
    /// If the reader breaks a promise.
    pub fn read(self, bytes: &[u8]) -> bool {
        match self {
            Self::Idx => readers::idx(bytes),
            Self::Npy => readers::npy(bytes),
            Self::Npz => readers::arrays("a.npz", bytes),
            Self::Tensors => readers::arrays("a.safetensors", bytes),
            Self::Compressed => readers::compressed(bytes),
            Self::Csv => readers::csv(bytes),
            Self::Stream => stream::stream(bytes),
            Self::Png => readers::picture("a.png", bytes),
            Self::Jpeg => readers::picture("a.jpg", bytes),
            Self::WebP => readers::picture("a.webp", bytes),
            Self::Model => readers::model(bytes),
            Self::Weights => foreign::weights(bytes),
            Self::Onnx => foreign::onnx(bytes),
            Self::Checkpoint => readers::checkpoint(bytes),
            Self::Head => readers::head(bytes),
            Self::Metrics => readers::metrics(bytes),
            Self::Config => readers::config(bytes),
            Self::Grid => readers::grid(bytes),
        }
    }

    /// The memory that the reader may hold while it reads a file of `length` bytes.
    ///
    /// A picture may claim 256 MiB of pixels whatever its length, which the reader asks for as samples and, with an
    /// alpha channel, once more. A JPEG has its planes and, if it is progressive, its coefficients beside them; it
    /// may claim 4 KiB for each byte. A WebP may claim all of it in some hundred bytes, and is decoded with alpha.
    pub const fn most_memory(self, length: usize) -> usize {
        let claimed = match self {
            Self::Png => 3 << 28,
            Self::Jpeg | Self::WebP => 5 << 28,
            Self::Idx
            | Self::Npy
            | Self::Npz
            | Self::Tensors
            | Self::Compressed
            | Self::Csv
            | Self::Stream
            | Self::Model
            | Self::Weights
            | Self::Onnx
            | Self::Checkpoint
            | Self::Head
            | Self::Metrics
            | Self::Config
            | Self::Grid => 64 << 20,
        };
        claimed + 64 * length
    }

    /// Other bytes of about the same form, at most 64 KiB: a function of `bytes` and `seed` alone.
    pub fn mutate(self, bytes: &[u8], seed: u64) -> Vec<u8> {
        let random = &mut Random::new(seed);
        let mut bytes = bytes.to_vec();
        match self {
            Self::Idx => mutation::gzip_or_plain(&mut bytes, random),
            Self::Npy => mutation::npy(&mut bytes, random),
            Self::Npz => mutation::npz(&mut bytes, random),
            Self::Compressed => mutation::compressed(&mut bytes, random),
            Self::Png => mutation::png(&mut bytes, random),
            Self::Jpeg => mutation::jpeg(&mut bytes, random),
            Self::WebP => mutation::webp(&mut bytes, random),
            Self::Onnx => mutation::protobuf(&mut bytes, random),
            Self::Tensors | Self::Weights | Self::Model | Self::Checkpoint | Self::Head => {
                mutation::safetensors(&mut bytes, random);
            }
            Self::Csv | Self::Stream | Self::Metrics | Self::Config | Self::Grid => {
                mutation::text(&mut bytes, random);
            }
        }
        bytes.truncate(LONGEST);
        bytes
    }
}
