//! `autoencoder synthetic`: small data to try, as files of the kinds that people have.

mod digits;
mod photos;
mod tables;
mod target;

use self::target::Target;
use crate::arguments::{Synthetic, SyntheticKind};
use crate::failure::Outcome;
use crate::output::{self, Folder};
use crate::terminal::Notes;

pub(crate) fn run(typed: &Synthetic, notes: Notes) -> Outcome {
    let mut folder = Folder::new(typed.out.clone());
    folder.make()?;
    output::probe_folder(folder.path())?;
    let target = Target { folder: folder.path(), notes, force: typed.force };
    let count = |usual| typed.count.unwrap_or(usual);
    match typed.kind {
        SyntheticKind::Digits => digits::write(&target, typed.count, typed.seed),
        SyntheticKind::Table => tables::write_pumps(&target, count(2000), typed.seed),
        SyntheticKind::Photos => photos::write(&target, count(600), typed.seed),
        SyntheticKind::Series => tables::write_beats(&target, count(2000), typed.seed),
        SyntheticKind::Readings => tables::write_building(&target, count(4000), typed.seed),
    }
}
