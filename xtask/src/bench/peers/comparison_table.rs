//! A comparison as a table: ours, each peer's times and ratios, and who could not be had.

use std::fmt::Write;

use super::Outcome;
use super::catalogue::{Comparison, Task};
use super::contender::Stage;
use super::rounds::{Compared, Sample};
use crate::bench::statistics::Spread;
use crate::bench::table::Table;

pub(super) fn shown(comparison: &Comparison, stage: &Stage<'_>, outcome: &Outcome) -> String {
    let task = comparison.task.describe(stage.measured);
    let title = format!("{}: {task}; ratios are theirs / ours, rounds: {}", comparison.name, stage.rounds);
    match outcome {
        Ok(compared) => table(&title, comparison.task, compared),
        Err(reason) => format!("{title}\n  ours: not available: {reason}\n"),
    }
}

fn table(title: &str, task: Task, compared: &[Compared]) -> String {
    let trains = matches!(task, Task::Training(_));
    let mut headings = vec!["program", "calls itself", "median s", "ratio"];
    if trains {
        headings.extend(["process s", "process ratio", "test MSE", "peak MB"]);
    }
    let mut table = Table::new(title, &headings);
    let mut row = |name: &str, samples: &[&Sample], ratio: Option<Spread>, process_ratio: Option<Spread>| {
        let Some(last) = samples.last() else { return };
        let median = |of: fn(&Sample) -> f64| {
            Spread::of(samples.iter().map(|sample| of(sample))).map_or(f64::NAN, |spread| spread.median)
        };
        let mut cells = vec![
            name.to_owned(),
            last.version.clone().unwrap_or_default(),
            format!("{:.4}", median(|sample| sample.seconds)),
            ratio.map_or_else(String::new, spread),
        ];
        if trains {
            let memory = samples.iter().filter_map(|sample| sample.peak_memory_bytes).max();
            cells.extend([
                format!("{:.2}", median(|sample| sample.process_seconds)),
                process_ratio.map_or_else(String::new, spread),
                last.test_mse.map_or_else(|| "-".to_owned(), |mse| format!("{mse:.5}")),
                memory.map_or_else(|| "-".to_owned(), |bytes| format!("{:.0}", bytes as f64 / 1e6)),
            ]);
        }
        table.row(cells);
    };
    let ours: Vec<&Sample> =
        compared.iter().flat_map(|peer| &peer.neighbours).map(|pair| &pair.ours).collect();
    row("ours", &ours, None, None);
    for peer in compared {
        let theirs: Vec<&Sample> = peer.neighbours.iter().map(|pair| &pair.theirs).collect();
        row(peer.peer, &theirs, peer.ratio, peer.process_ratio);
    }
    let mut text = table.to_string();
    for (peer, reason) in compared.iter().filter_map(|peer| Some((peer.peer, peer.unavailable.as_ref()?))) {
        let _ = writeln!(text, "  {peer}: could not be had: {reason}");
    }
    text
}

/// `median (least to greatest)`
fn spread(spread: Spread) -> String {
    format!("{:.2} ({:.2} to {:.2})", spread.median, spread.least, spread.greatest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::peers::rounds::Neighbours;

    #[test]
    fn ratios_stand_beside_times_and_who_is_missing_below() {
        let sample = |seconds| Sample { seconds, process_seconds: 1.0, ..Sample::default() };
        let neighbours = vec![Neighbours { ours: sample(0.5), theirs: sample(0.75) }];
        let ratio = Some(Spread { median: 1.5, least: 1.5, greatest: 1.5 });
        let had = Compared { peer: "a", ratio, process_ratio: None, neighbours, unavailable: None };
        let reason = Some("no network".to_owned());
        let missing =
            Compared { peer: "b", ratio: None, neighbours: Vec::new(), unavailable: reason, ..had.clone() };
        let expected = "title\n  program  calls itself  median s                ratio\n  \
                        ours                     0.5000\n  \
                        a                        0.7500  1.50 (1.50 to 1.50)\n  \
                        b: could not be had: no network\n";
        assert_eq!(table("title", Task::Reading, &[had.clone(), missing.clone()]), expected);
        let training = Task::Training(crate::bench::training::Training::DEFAULT);
        assert!(table("title", training, &[had, missing]).contains("test MSE"));
    }
}
