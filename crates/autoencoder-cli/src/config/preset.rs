//! The names of presets.

use autoencoder::Choice;

/// A training by name. The first and the last width come from the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Preset {
    #[default]
    Tutorial,
    Tutorial2d,
    Sharp,
    Hinton,
    Vae,
    Table,
    Pictures,
    Anomaly,
}

impl Choice for Preset {
    const ALL: &'static [Self] = &[
        Self::Tutorial,
        Self::Tutorial2d,
        Self::Sharp,
        Self::Hinton,
        Self::Vae,
        Self::Table,
        Self::Pictures,
        Self::Anomaly,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Tutorial => "tutorial",
            Self::Tutorial2d => "tutorial-2d",
            Self::Sharp => "sharp",
            Self::Hinton => "hinton",
            Self::Vae => "vae",
            Self::Table => "table",
            Self::Pictures => "pictures",
            Self::Anomaly => "anomaly",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Tutorial => {
                "The classic autoencoder: layers 256 and 128, sigmoid activations throughout, 5 epochs"
            }
            Self::Tutorial2d => {
                "Codes of two numbers, which can be drawn in the plane: layers 128, 64, 10 and 2, linear code, 10 \
                 epochs"
            }
            Self::Sharp => {
                "The tutorial's layers and epochs with leaky ReLU, a linear code and a one-cycle learning rate; \
                 restores better than PCA with as many components as the code has numbers"
            }
            Self::Hinton => {
                "The deep autoencoder of Hinton and Salakhutdinov: layers 1000, 500, 250 and 30, with GELU, shifted \
                 images and a cosine schedule, 100 epochs"
            }
            Self::Table => {
                "Tables, and rows of numbers: widths, batches and epochs by the size of the data, standardised, GELU, from PCA, a tenth \
                 held out, the best epoch kept"
            }
            Self::Pictures => {
                "Pictures of any size: as `table` for photographs, which are shifted too, and as `sharp` for drawings"
            }
            Self::Anomaly => {
                "Tables in which odd rows are looked for, some of them in the training itself: a small network, trained for a short time by a \
                 loss that large errors do not lead, and scores by how unlikely a row's numbers and words are"
            }
            Self::Vae => {
                "A variational autoencoder: layers 400 and 20, ReLU, binary cross-entropy and KL divergence, 10 \
                 epochs"
            }
        }
    }
}
