//! The names of the files in the folder of a run.

/// The trained model.
pub(crate) const MODEL: &str = "model.safetensors";
/// The state of the training, from which `--resume` continues.
pub(crate) const CHECKPOINT: &str = "checkpoint.safetensors";
/// The losses of every epoch.
pub(crate) const METRICS: &str = "metrics.csv";
/// The settings that the run was trained with.
pub(crate) const CONFIG: &str = "config.toml";
/// The figure of the losses.
pub(crate) const LOSS: &str = "loss.svg";
/// The figure of some samples above their reconstructions.
pub(crate) const RECONSTRUCTIONS: &str = "reconstructions.png";
/// The losses for TensorBoard, which reads every file whose name has `tfevents` in it. The time and the host that
/// usually follow are left out, as no file of a run tells them.
pub(crate) const EVENTS: &str = "events.out.tfevents.autoencoder";

/// The files that every finished run has. The checkpoint comes first, as nothing can be resumed without it.
pub(crate) const ALWAYS: [&str; 6] = [CHECKPOINT, MODEL, METRICS, CONFIG, LOSS, RECONSTRUCTIONS];
/// Every file that a run may write.
pub(crate) const ALL: [&str; 7] = [CHECKPOINT, MODEL, METRICS, CONFIG, LOSS, RECONSTRUCTIONS, EVENTS];
