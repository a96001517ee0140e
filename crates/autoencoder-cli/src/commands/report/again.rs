//! The commands that train and use the model again.

use super::gathered::Gathered;
use super::html;
use crate::config;
use crate::failure::Outcome;
use crate::run::files;

/// The command that repeats the training. RUN stands for the folder of the run, wherever that lies.
pub(super) fn command() -> String {
    format!("autoencoder train --config RUN/{} --out AGAIN", files::CONFIG)
}

/// The section; nothing where the settings of the run are not known.
pub(super) fn section(gathered: &Gathered) -> Outcome<Option<String>> {
    let Some(settings) = &gathered.settings else { return Ok(None) };
    let contents = [
        html::paragraph(
            "The settings below train the same model again, byte for byte, on any number of threads:",
        ),
        html::preformatted(&command()),
        html::quiet(
            "RUN is the folder of this run. Paths in the settings begin in the folder that the program is run in.",
        ),
        html::heading(files::CONFIG),
        html::preformatted(config::text(settings)?.trim_end()),
    ];
    Ok(Some(html::section("Do it again", &contents.concat())))
}
