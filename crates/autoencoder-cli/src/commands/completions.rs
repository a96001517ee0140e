//! `autoencoder completions`: the completions of a shell.

use clap::CommandFactory;

use crate::arguments::{Arguments, Completions};
use crate::failure::{Failure, Outcome};
use crate::terminal::Results;

pub(crate) fn run(typed: &Completions, results: &mut Results) -> Outcome {
    // The script is written into memory first, as the generator panics where it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(typed.shell, &mut Arguments::command(), "autoencoder", &mut script);
    results.print_as_it_is(&String::from_utf8(script).map_err(Failure::new)?)
}
