//! The losses of the run over its epochs.

use super::gathered::Gathered;
use super::html;
use crate::figures::Size;
use crate::run::losses::{self, RunLosses};
use crate::terminal::numerals::{self, counted};

/// The section; nothing where there are no losses, as beside a model alone.
pub(super) fn section(gathered: &Gathered) -> Option<String> {
    let last = gathered.records.last()?;
    let specification = gathered.loaded.model.architecture().specification();
    let run = RunLosses {
        name: "run",
        records: &gathered.records,
        loss: Some(specification.loss),
        is_table: specification.table.is_some(),
    };
    let baselines = match &specification.table {
        Some(_) => gathered.verdict.loss_of_columns_alone(&gathered.loaded.model).into_iter().collect(),
        None => gathered
            .verdict
            .baselines
            .as_ref()
            .map(|baselines| baselines.lines().to_vec())
            .unwrap_or_default(),
    };
    let title = counted(gathered.records.len(), "epoch");
    let svg = String::from_utf8(losses::figure(&title, &[run], &baselines, (true, Size::Narrow)))
        .expect("an SVG is text");
    let validation = last.validation_loss.map_or_else(String::new, |loss| {
        format!(", that of the validation samples {}", numerals::error(loss))
    });
    let text = format!("The last training loss is {}{validation}.", numerals::error(last.train_loss));
    let shows = format!("losses over {title}");
    Some(html::section("Losses", &(html::card(&svg, &shows) + &html::paragraph(&text))))
}
