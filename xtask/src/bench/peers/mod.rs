//! Our program beside others in one run, ours and each peer in turn, because neighbours on a shared machine make single
//! numbers worthless: only ratios of neighbouring runs count.

mod catalogue;
mod comparison_table;
mod contender;
mod environments;
mod rounds;

use std::error::Error;

use serde_json::{Value, json};

pub(super) use catalogue::{COMPARISONS, Comparison, Peer};
pub(super) use contender::Stage;
pub(super) use environments::Environments;

use comparison_table::shown;
use contender::Contender;
use rounds::{Compared, Entrant, alternate};

use super::report::Report;

/// Makes each comparison with those of its peers that `peers` names; an empty `peers` stands for all.
pub(super) fn run(
    stage: &mut Stage<'_>,
    comparisons: &[Comparison],
    peers: &[Peer],
    report: &mut Report,
) -> Result<(), Box<dyn Error>> {
    for comparison in comparisons {
        let chosen = comparison.peers.iter().copied();
        let chosen: Vec<Peer> = chosen.filter(|peer| peers.is_empty() || peers.contains(peer)).collect();
        if chosen.is_empty() {
            continue;
        }
        eprintln!("comparing: {}", comparison.name);
        let outcome = compare(stage, comparison, &chosen)?;
        print!("\n{}", shown(comparison, stage, &outcome));
        report.add([result(comparison, stage, &outcome)])?;
    }
    Ok(())
}

/// The outcome for each peer; or the reason why our program failed, so that nothing could be compared.
type Outcome = Result<Vec<Compared>, String>;

fn compare(
    stage: &mut Stage<'_>,
    comparison: &Comparison,
    peers: &[Peer],
) -> Result<Outcome, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let out = folder.path().join("run");
    let ours = stage.ours(comparison.task, stage.measured.threads, &out)?;
    let mut entrants = Vec::new();
    for &peer in peers {
        let contender = stage.peer(peer, comparison.task, &out);
        entrants.push(Entrant { name: peer.name(), run: contender.map(Contender::into_run) });
    }
    Ok(alternate(ours.into_run(), entrants, stage.rounds))
}

/// A comparison as the file of results has it.
fn result(comparison: &Comparison, stage: &Stage<'_>, outcome: &Outcome) -> Value {
    let mut value = json!({
        "comparison": comparison.name,
        "what": comparison.task.describe(stage.measured),
        "rounds": stage.rounds,
    });
    match outcome {
        Ok(compared) => value["peers"] = compared.iter().map(|peer| json!(peer)).collect(),
        Err(reason) => value["not_available"] = json!(reason),
    }
    value
}
