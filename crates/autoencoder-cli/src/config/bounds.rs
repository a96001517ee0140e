//! The bounds of numbers that are typed or written in a configuration: larger numbers are mistakes, and no training of
//! that size would end or fit into a machine.

/// The largest number of epochs: a checkpoint has the losses of each, up to 170 bytes, in a head of at most 100 MB.
pub(crate) const EPOCHS: u64 = 500_000;
/// The largest number of samples that are read, taken into a batch or accumulated.
pub(crate) const SAMPLES: u64 = 1_000_000_000_000;
/// The largest width of a layer, or size along an axis of a sample.
pub(crate) const WIDTH: u64 = 10_000_000;
/// The largest number of layers of an encoder.
pub(crate) const LAYERS: usize = 1000;
/// The largest shift of an image, in pixels.
pub(crate) const PIXELS: u64 = 1_000_000;
/// The largest number of steps of a range test, which is one short training.
pub(crate) const STEPS: u64 = 1_000_000;
/// The largest number of samples that are drawn, decoded from random codes, or shown in a figure.
pub(crate) const DRAWN: u64 = 1_000_000;
/// The largest number of Gaussian distributions that are fitted to codes.
pub(crate) const COMPONENTS: u64 = 1000;
/// The most codes along a side of a grid.
pub(crate) const GRID: u64 = 100;
/// The most samples or units of one kind that a figure shows.
pub(crate) const SHOWN: u64 = 400;
/// The largest number of codes that are drawn for each sample.
pub(crate) const DRAWS: u64 = 100_000;
/// The largest number of threads, or of runs at a time: more than the largest machines have processors. Far above,
/// threads only wait for each other.
pub(crate) const THREADS: u64 = 1024;
/// The largest seed, which is the largest number that a TOML file can hold.
pub(crate) const SEED: u64 = i64::MAX.unsigned_abs();

/// The settings that are whole numbers or lists of them, with their bounds.
pub(super) const SETTINGS: [(&str, u64); 17] = [
    ("layers", WIDTH),
    ("code", WIDTH),
    ("top-k", WIDTH),
    ("shift", PIXELS),
    ("schedule-epochs", EPOCHS),
    ("batch-size", SAMPLES),
    ("accumulate", SAMPLES),
    ("epochs", EPOCHS),
    ("patience", EPOCHS),
    ("pretrain-epochs", EPOCHS),
    ("components", COMPONENTS),
    ("limit", SAMPLES),
    ("sample-shape", WIDTH),
    ("window", WIDTH),
    ("stride", WIDTH),
    ("seed", SEED),
    // No setting, but asked for beside them.
    ("steps", STEPS),
];

/// The bound of a setting.
///
/// # Panics
///
/// If the setting is no whole number.
pub(super) fn of(setting: &str) -> u64 {
    let bound = SETTINGS.iter().find(|(key, _)| *key == setting);
    bound.expect("every setting that is a whole number has a bound").1
}
