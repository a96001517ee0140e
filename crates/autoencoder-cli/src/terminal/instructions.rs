//! The set of vector instructions to compute with, which the environment may choose.

use std::env;

use autoencoder::Instructions;

use crate::failure::{Failure, Outcome};

/// The variable of the environment that names the set.
const VARIABLE: &str = "AUTOENCODER_INSTRUCTIONS";

/// Computes with the set that the environment names, if it names one.
pub(crate) fn choose() -> Outcome {
    let Some(asked) = env::var_os(VARIABLE).filter(|asked| !asked.is_empty()) else { return Ok(()) };
    let asked = asked.to_string_lossy();
    if let Some(set) = Instructions::named(&asked) {
        // The process has not computed anything yet, and so has chosen no other set.
        let _ = set.choose();
        return Ok(());
    }
    let available: Vec<&str> = Instructions::available().into_iter().map(Instructions::short_name).collect();
    let what = format_args!("{VARIABLE}: expected a set of instructions of this processor, found {asked}");
    Err(Failure::usage(what).advise(format_args!("this processor has {}", available.join(", "))))
}
