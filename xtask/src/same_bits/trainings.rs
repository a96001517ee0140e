//! The trainings whose files are compared: together they take every way through a step.

/// The data of a training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Data {
    /// Generated digits, bytes of 28 by 28.
    Digits,
    /// A generated table, numbers in a few columns.
    Table,
}

/// A training by name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Training {
    pub name: &'static str,
    pub data: Data,
    /// Arguments of `train`, between blanks.
    pub words: &'static str,
    /// Whether the training needs a processor with instructions for bfloat16.
    pub bf16: bool,
}

const fn digits(name: &'static str, words: &'static str) -> Training {
    Training { name, data: Data::Digits, words, bf16: false }
}

const fn table(name: &'static str, words: &'static str) -> Training {
    Training { name, data: Data::Table, words, bf16: false }
}

const fn bf16(name: &'static str, words: &'static str) -> Training {
    Training { name, data: Data::Digits, words, bf16: true }
}

/// All trainings; every version of the program since the first understands their arguments.
pub(super) const TRAININGS: &[Training] = &[
    digits("tutorial", "--preset tutorial --epochs 2"),
    digits("tutorial-2d", "--preset tutorial-2d --epochs 2"),
    digits("sharp", "--preset sharp --epochs 2"),
    digits("vae", "--preset vae --epochs 2"),
    digits("tied", "--tied --epochs 2"),
    digits("sparse", "--penalty sparse --penalty-weight 0.01 --epochs 2"),
    digits("l1", "--penalty l1 --penalty-weight 0.0001 --code-activation relu --epochs 2"),
    digits("contractive", "--penalty contractive --layers 48 --epochs 2"),
    digits("contractive, deep", "--penalty contractive --layers 96,40,24 --activation gelu --epochs 2"),
    digits(
        "masking, dropout, shift",
        "--noise masking --dropout 0.2 --shift 2 --layers 96,48,32 --epochs 2 --loss bce",
    ),
    digits(
        "gaussian noise, cosine, warm-up",
        "--noise gaussian --schedule cosine --warmup-epochs 0.5 --activation gelu --optimizer adamw --epochs 2",
    ),
    digits(
        "salt and pepper, freeze",
        "--noise salt-and-pepper --freeze encoder.0,decoder.1 --layers 64,48,32 --epochs 2",
    ),
    digits(
        "batch normalisation, accumulate",
        "--normalization batch --accumulate 2 --batch-size 100 --layers 96,48,32 --activation relu --epochs 2",
    ),
    digits(
        "batch normalisation, tied, dropout, sparse",
        "--normalization batch --tied --dropout 0.1 --penalty sparse --layers 96,48,32 --activation silu --epochs 2",
    ),
    digits("clip", "--clip-norm 0.05 --optimizer sgd --learning-rate 1 --weight-decay 0.001 --epochs 2"),
    digits("pretraining", "--pretrain-epochs 1 --layers 96,48,16 --epochs 1"),
    digits(
        "variational, gaussian loss, warm-up of the divergence",
        "--penalty variational --loss gaussian --output-activation linear --activation tanh --layers 64,40 \
         --penalty-warmup-epochs 1.5 --epochs 2 --learning-rate 0.001",
    ),
    digits("best of a fraction", "--validation 0.1 --keep-best --patience 2 --epochs 3 --no-shuffle"),
    table(
        "table, huber",
        "--loss huber --optimizer rmsprop --layers 6,3 --scale standard --output-activation linear --epochs 3",
    ),
    table(
        "table, small batches",
        "--layers 5,2 --batch-size 7 --optimizer nesterov --schedule step --epochs 2",
    ),
    bf16("bf16", "--precision bf16 --epochs 2"),
    bf16("bf16, vae", "--precision bf16 --preset vae --epochs 2"),
    bf16(
        "bf16, batch normalisation, dropout, masking",
        "--precision bf16 --normalization batch --dropout 0.2 --noise masking --layers 96,48,32 --epochs 2",
    ),
    bf16(
        "bf16, contractive, tied",
        "--precision bf16 --penalty contractive --tied --layers 64,24 --epochs 2",
    ),
];
