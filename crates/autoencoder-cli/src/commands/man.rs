//! `autoencoder man`: the manual pages.

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::arguments::{self, Arguments};
use crate::failure::{Failure, Outcome};
use crate::progress::Notes;
use crate::results::Results;
use crate::{numerals, output};

pub(crate) fn run(typed: &arguments::Man, notes: Notes, results: &mut Results) -> Outcome {
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    let Some(folder) = &typed.out else {
        return results.print(&page(command)?);
    };
    if !folder.is_dir() {
        return Err(Failure::at(folder, "expected a folder, found none").advise("create it first"));
    }
    let commands = with_subcommands("autoencoder", command);
    let pages = numerals::counted(commands.len(), "manual page");
    for command in commands {
        let path = folder.join(format!("{}.1", command.get_display_name().unwrap_or(command.get_name())));
        output::write_file(&path, page(command)?.as_bytes())?;
    }
    notes.wrote(folder, pages);
    Ok(())
}

fn page(command: Command) -> Outcome<String> {
    let mut text = Vec::new();
    Man::new(command).render(&mut text).map_err(Failure::new)?;
    String::from_utf8(text).map_err(Failure::new)
}

/// A command and all below it, each called by its whole name, as in `autoencoder-plot-loss`.
fn with_subcommands(name: &str, command: Command) -> Vec<Command> {
    let below: Vec<Command> = command
        .get_subcommands()
        .flat_map(|below| with_subcommands(&format!("{name}-{}", below.get_name()), below.clone()))
        .collect();
    let mut all = vec![command.display_name(name.to_owned())];
    all.extend(below);
    all
}
