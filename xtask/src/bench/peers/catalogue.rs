//! The comparisons: the programs that ours is compared with, and the tasks.

use clap::ValueEnum;

use crate::bench::measurements::Measured;
use crate::bench::training::{HINTON, Precision, TUTORIAL, Training, VAE_LIKE};

/// A program that ours is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Peer {
    Pytorch,
    #[value(name = "pytorch-bf16")]
    PytorchBf16,
    Jax,
    Keras,
    Burn,
    Candle,
    Onnxruntime,
    /// Python's gzip and numpy
    GzipNumpy,
    /// Our own program
    OursOnOneThread,
    /// Our own program, where ours is in bf16
    #[value(name = "ours-in-f32")]
    OursInF32,
}

impl Peer {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pytorch => "pytorch",
            Self::PytorchBf16 => "pytorch-bf16",
            Self::Jax => "jax",
            Self::Keras => "keras",
            Self::Burn => "burn",
            Self::Candle => "candle",
            Self::Onnxruntime => "onnxruntime",
            Self::GzipNumpy => "gzip-numpy",
            Self::OursOnOneThread => "ours-on-one-thread",
            Self::OursInF32 => "ours-in-f32",
        }
    }
}

/// The task that every program in a comparison does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// A training from start to end; the seconds of an epoch and of the whole process are compared.
    Training(Training),
    /// Encoding 60,000 images, which are held in memory as f32, with the tutorial's encoder.
    Encode(Precision),
    /// Reading MNIST's packed training images from the file into memory.
    Reading,
}

impl Task {
    /// The same task in another precision.
    pub(crate) fn with_precision(self, precision: Precision) -> Self {
        match self {
            Self::Training(training) => Self::Training(Training { precision, ..training }),
            Self::Encode(_) => Self::Encode(precision),
            Self::Reading => self,
        }
    }

    pub(crate) fn describe(self, measured: &Measured) -> String {
        match self {
            Self::Training(training) => format!(
                "training {}, batch {}, {}, {} threads, {} epochs; best epoch",
                training.all_widths().replace(',', "-"),
                training.batch,
                training.precision.name(),
                measured.threads,
                measured.epochs()
            ),
            Self::Encode(precision) => format!(
                "encoding 60000 images held as f32, {}, {} threads; best repeat",
                precision.name(),
                measured.threads
            ),
            Self::Reading => "reading MNIST's packed training images; best repeat".to_owned(),
        }
    }
}

/// A task and those who are set to it beside ours.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Comparison {
    pub(crate) name: &'static str,
    pub(crate) task: Task,
    pub(crate) peers: &'static [Peer],
}

impl Comparison {
    pub(crate) fn name(self) -> &'static str {
        self.name
    }
}

const fn training(widths: &'static [usize], batch: usize, precision: Precision) -> Task {
    Task::Training(Training { widths, batch, precision })
}

/// Every comparison there is.
pub(crate) const COMPARISONS: [Comparison; 10] = [
    Comparison {
        name: "seed-f32",
        task: training(TUTORIAL, 256, Precision::F32),
        peers: &[Peer::Pytorch, Peer::PytorchBf16, Peer::Jax, Peer::Keras, Peer::Burn, Peer::Candle],
    },
    Comparison {
        name: "seed-bf16",
        task: training(TUTORIAL, 256, Precision::Bf16),
        peers: &[Peer::PytorchBf16, Peer::OursInF32],
    },
    Comparison {
        name: "batch-64",
        task: training(TUTORIAL, 64, Precision::F32),
        peers: &[Peer::Pytorch, Peer::Jax],
    },
    Comparison {
        name: "batch-1024",
        task: training(TUTORIAL, 1024, Precision::F32),
        peers: &[Peer::Pytorch, Peer::Jax],
    },
    Comparison {
        name: "hinton",
        task: training(HINTON, 256, Precision::F32),
        peers: &[Peer::Pytorch, Peer::Jax],
    },
    Comparison {
        name: "vae-like",
        task: training(VAE_LIKE, 256, Precision::F32),
        peers: &[Peer::Pytorch, Peer::Jax],
    },
    Comparison {
        name: "threads",
        task: training(TUTORIAL, 256, Precision::F32),
        peers: &[Peer::OursOnOneThread],
    },
    Comparison {
        name: "encode",
        task: Task::Encode(Precision::F32),
        peers: &[Peer::Pytorch, Peer::PytorchBf16, Peer::Onnxruntime],
    },
    Comparison {
        name: "encode-bf16",
        task: Task::Encode(Precision::Bf16),
        peers: &[Peer::PytorchBf16, Peer::Onnxruntime, Peer::OursInF32],
    },
    Comparison { name: "reading", task: Task::Reading, peers: &[Peer::GzipNumpy] },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_can_be_typed() {
        for peer in Peer::value_variants() {
            assert_eq!(Peer::from_str(peer.name(), false), Ok(*peer));
            let wanted = |comparison: &Comparison| comparison.peers.contains(peer);
            assert!(COMPARISONS.iter().any(wanted), "{} is in no comparison", peer.name());
        }
    }
}
