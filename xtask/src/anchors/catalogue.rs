//! The published numbers that the program is held against.

use super::anchor::{Anchor, Bound, ClosenessNumber, Measure, ReportedNumber};

/// Exact numbers of one data set: five decimals, and one more that may round the other way.
const FIFTH_DECIMAL: f64 = 5e-6;

const COMPUTED: &str = "computed from the same files";
const PYTORCH: &str = "PyTorch, the same network and files, two seeds";

const fn exact(
    what: &'static str,
    published: &'static str,
    code: usize,
    pointer: &'static str,
    mse: f64,
) -> Anchor {
    Anchor {
        what,
        published,
        source: COMPUTED,
        measure: Measure::Baseline { code, pointer, times: 1.0 },
        bound: Bound::Near(mse, FIFTH_DECIMAL),
        decimals: 6,
        is_quick: true,
    }
}

const MEAN: &str = "/baselines/mean/mse";
const PCA: &str = "/baselines/pca/mse";

const VAE: &str = "PyTorch's example, two seeds";
const FLOOR: &str = "training digits, as near as can be";

/// How near 10,000 new digits are to the test digits.
const fn near(
    what: &'static str,
    [published, source]: [&'static str; 2],
    measure: Measure,
    bound: Bound,
    decimals: usize,
) -> Anchor {
    Anchor { what, published, source, measure, bound, decimals, is_quick: false }
}

const fn new_digits(train: &'static str, generate: &'static str, closeness: ClosenessNumber) -> Measure {
    Measure::NewDigits { train, generate, closeness }
}

use ClosenessNumber::{Frechet, SameKind};

/// All anchors, the quick ones first.
pub(super) static ANCHORS: [Anchor; 23] = [
    exact("mean image, MSE", "0.067470", 2, MEAN, 0.067_470),
    exact("PCA(2), MSE", "0.055669", 2, PCA, 0.055_669),
    exact("PCA(10), MSE", "0.034074", 10, PCA, 0.034_074),
    exact("PCA(30), MSE", "0.017687", 30, PCA, 0.017_687),
    exact("PCA(128), MSE", "0.004205", 128, PCA, 0.004_205),
    Anchor {
        what: "PCA(30), squared error of an image",
        published: "13.87",
        source: "Hinton & Salakhutdinov 2006",
        measure: Measure::Baseline { code: 30, pointer: PCA, times: 784.0 },
        // Half of the last digit that was published.
        bound: Bound::Near(13.87, 0.005),
        decimals: 4,
        is_quick: true,
    },
    Anchor {
        what: "tutorial, 5 epochs, MSE",
        published: "0.0107, 0.0100",
        source: PYTORCH,
        measure: Measure::Training { words: "--epochs 5", preset: None, reported: LAST_MSE },
        bound: Bound::Within(0.0088, 0.0116),
        decimals: 6,
        is_quick: true,
    },
    Anchor {
        what: "sharp, 128 numbers in the tutorial's 5 epochs, MSE",
        published: "0.004205",
        source: "PCA(128), computed from the same files",
        measure: Measure::Training { words: "--preset sharp", preset: Some("sharp"), reported: LAST_MSE },
        bound: Bound::Below(0.004_205),
        decimals: 6,
        is_quick: true,
    },
    Anchor {
        what: "tutorial, weights from N(0, 1), 5 epochs, MSE",
        published: "0.0548, 0.0555",
        source: PYTORCH,
        measure: Measure::Training { words: "--epochs 5 --init normal", preset: None, reported: LAST_MSE },
        bound: Bound::Within(0.050, 0.058),
        decimals: 6,
        is_quick: true,
    },
    Anchor {
        what: "tutorial, 20 epochs at learning rate 0.003, MSE",
        published: "0.0057",
        source: "PyTorch, the same network and files",
        measure: Measure::Training {
            words: "--epochs 20 --learning-rate 0.003",
            preset: None,
            reported: LAST_MSE,
        },
        bound: Bound::Within(0.0050, 0.0062),
        decimals: 6,
        is_quick: false,
    },
    Anchor {
        what: "tutorial-2d, 10 epochs, MSE",
        published: "0.0436, 0.0425",
        source: PYTORCH,
        measure: Measure::Training {
            words: "--preset tutorial-2d --epochs 10",
            preset: None,
            reported: LAST_MSE,
        },
        bound: Bound::Below(0.044),
        decimals: 6,
        is_quick: false,
    },
    Anchor {
        what: "vae, 10 epochs, nats an image",
        published: "105.56, 105.59",
        source: "PyTorch's example, two runs",
        measure: Measure::Training {
            words: "--preset vae --epochs 10",
            preset: Some("vae"),
            reported: ReportedNumber::LastEpoch("validation_loss"),
        },
        bound: Bound::Near(105.6, 0.4),
        decimals: 2,
        is_quick: false,
    },
    Anchor {
        what: "hinton, 30 numbers, squared error of an image",
        published: "3.00, later 2.65",
        source: "Hinton & Salakhutdinov 2006, a later rerun",
        measure: Measure::Training {
            words: "--preset hinton",
            preset: Some("hinton"),
            reported: ReportedNumber::Validation("squared_error"),
        },
        bound: Bound::Below(2.5),
        decimals: 3,
        is_quick: false,
    },
    near(
        "training digits among test digits, Frechet",
        ["0.335", COMPUTED],
        Measure::TrainingDigits { closeness: Frechet },
        Bound::Near(0.335, 0.002),
        3,
    ),
    near(
        "training digits among test digits, same kind",
        ["0.5679", COMPUTED],
        Measure::TrainingDigits { closeness: SameKind },
        Bound::Near(0.5679, 0.001),
        4,
    ),
    near(
        "vae, new digits, Frechet",
        ["3.463, 3.446", VAE],
        new_digits("--preset vae", "", Frechet),
        Bound::Below(4.0),
        3,
    ),
    near(
        "vae, new digits, same kind",
        ["0.8865, 0.8817", VAE],
        new_digits("--preset vae", "", SameKind),
        Bound::Below(0.91),
        4,
    ),
    near(
        "vae, new digits of a mixture, Frechet",
        ["3.463, 3.446", VAE],
        new_digits("--preset vae", "--sampler mixture", Frechet),
        Bound::Below(1.7),
        3,
    ),
    near(
        "vae, new digits of a mixture, same kind",
        ["0.8865, 0.8817", VAE],
        new_digits("--preset vae", "--sampler mixture", SameKind),
        Bound::Below(0.78),
        4,
    ),
    near(
        "sharp, new digits, Frechet",
        ["0.335", FLOOR],
        new_digits("--preset sharp", "", Frechet),
        Bound::Below(2.5),
        3,
    ),
    near(
        "sharp, new digits, same kind",
        ["0.5679", FLOOR],
        new_digits("--preset sharp", "", SameKind),
        Bound::Below(0.96),
        4,
    ),
    near(
        "sharp, new digits of a mixture, Frechet",
        ["0.335", FLOOR],
        new_digits("--preset sharp", "--sampler mixture", Frechet),
        Bound::Below(1.7),
        3,
    ),
    near(
        "sharp, new digits of a mixture, same kind",
        ["0.5679", FLOOR],
        new_digits("--preset sharp", "--sampler mixture", SameKind),
        Bound::Below(0.87),
        4,
    ),
];

const LAST_MSE: ReportedNumber = ReportedNumber::LastEpoch("validation_mse");
