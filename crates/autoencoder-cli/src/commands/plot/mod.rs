//! `autoencoder plot`: figures of a training or of codes.

mod latent;
mod loss;

use std::path::Path;

use crate::arguments::Plot;
use crate::failure::{Failure, Outcome};
use crate::terminal::Notes;

pub(crate) fn run(typed: &Plot, notes: Notes) -> Outcome {
    match typed {
        Plot::Loss(typed) => loss::run(typed, notes),
        Plot::Latent(typed) => latent::run(typed, notes),
    }
}

/// Whether the name of a figure ends in `.svg`; if not, in one of `others`.
pub(super) fn is_svg(path: &Path, others: &[&str]) -> Outcome<bool> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let is = |name: &str| extension.eq_ignore_ascii_case(name);
    if is("svg") {
        return Ok(true);
    }
    if others.iter().any(|other| is(other)) {
        return Ok(false);
    }
    let names: Vec<String> = ["svg"].iter().chain(others).map(|name| format!(".{name}")).collect();
    Err(Failure::usage(format_args!(
        "{}: expected a name that ends in {}",
        path.display(),
        names.join(" or ")
    )))
}
