//! `cargo xtask bench`: measures the kernels, the epoch, the kinds, encoding, reading, PCA and building, or sets the program
//! beside others.

mod building;
mod data;
mod lines;
pub(crate) mod machine;
mod measurements;
mod peers;
mod report;
pub(crate) mod statistics;
pub(crate) mod table;
mod training;

use std::error::Error;
use std::path::PathBuf;
use std::thread;

use data::Data;
use machine::Circumstances;
use measurements::{Group, Measured};
use peers::{COMPARISONS, Comparison, Environments, Peer, Stage};
use report::Report;

use crate::workspace;

/// Arguments of `cargo xtask bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Few repeats of the smallest part: to see that everything works, not how fast it is
    #[arg(long)]
    quick: bool,
    /// Threads to compute with; the default is all
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// A folder with MNIST's files [default: data/mnist if it is there, else made-up images]
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// File for the results as JSON [default: target/bench.json, with --peers target/bench-peers.json]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Measure only this group, or with --peers only this comparison; may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Alternate with other programs, all or these, instead of measuring alone; needs MNIST
    #[arg(long, value_name = "NAME", num_args = 0..)]
    peers: Option<Vec<Peer>>,
    /// Number of times that our program and each peer alternate
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Use this Python virtual environment, torch=FOLDER or tensorflow=FOLDER, instead of making one in target/peers
    #[arg(long, value_name = "NAME=FOLDER")]
    environment: Vec<String>,
}

const NO_PACKED_FILES: &str =
    "--peers needs MNIST's packed files: `cargo xtask download mnist`, or --data with their folder";

/// Measures, prints and writes what was asked for.
pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    // What was typed wrong is said before anything is built.
    let data = Data::find(options.data.as_deref())?;
    let plan = match &options.peers {
        None => {
            let mut groups = chosen(&Group::ALL, Group::name, &options.only)?;
            groups.retain(|group| !options.only.is_empty() || !group.is_only_by_name());
            Plan::Alone(groups)
        }
        Some(peers) => Plan::BesidePeers {
            comparisons: chosen(&COMPARISONS, Comparison::name, &options.only)?,
            peers,
            environments: Environments::new(&options.environment)?,
            data: data.packed_folder().ok_or(NO_PACKED_FILES)?.to_owned(),
        },
    };
    let all = thread::available_parallelism().map_or(1, usize::from);
    let threads = options.threads.map_or(all, usize::from);
    let circumstances = Circumstances::look();
    println!("on {}", circumstances.summary());
    if data == Data::MadeUp {
        println!("on made-up images: data/mnist is not there (`cargo xtask download mnist`)");
    }
    let name = if options.peers.is_some() { "bench-peers.json" } else { "bench.json" };
    let out = match &options.out {
        Some(path) => std::path::absolute(path)?,
        None => workspace::root().join("target").join(name),
    };
    let mut report = Report::new(out, circumstances, data.name(), options.quick, threads);
    let needs_programs = match &plan {
        Plan::Alone(groups) => !groups.iter().all(|group| group.is_only_by_name()),
        Plan::BesidePeers { .. } => true,
    };
    let measured = if needs_programs {
        Measured::build(data, options.quick, threads)?
    } else {
        Measured::nothing(data, options.quick, threads)
    };
    match plan {
        Plan::Alone(groups) => alone(&measured, &groups, &mut report)?,
        Plan::BesidePeers { comparisons, peers, environments, data } => {
            let mut stage =
                Stage { measured: &measured, environments, data: &data, rounds: options.rounds.into() };
            peers::run(&mut stage, &comparisons, peers, &mut report)?;
        }
    }
    report.finish()
}

/// The work that the arguments ask for: our own measurements, or comparisons with peers.
enum Plan<'a> {
    Alone(Vec<Group>),
    BesidePeers {
        comparisons: Vec<Comparison>,
        peers: &'a [Peer],
        environments: Environments,
        /// The folder of MNIST's packed files.
        data: PathBuf,
    },
}

/// Measures each group, and goes on whatever becomes of the others.
fn alone(measured: &Measured, groups: &[Group], report: &mut Report) -> Result<(), Box<dyn Error>> {
    for &group in groups {
        eprintln!("measuring: {}", group.name());
        match measured.measure(group) {
            Ok(lines) => {
                for table in report::tables(&lines) {
                    print!("\n{table}");
                }
                report.add(lines)?;
            }
            Err(message) => report.fail(group.name(), &message)?,
        }
    }
    Ok(())
}

/// The items that have one of these names, or all items where no name is given.
fn chosen<T: Copy>(all: &[T], name: fn(T) -> &'static str, names: &[String]) -> Result<Vec<T>, String> {
    let known = |typed: &&String| all.iter().any(|&item| name(item) == typed.as_str());
    if let Some(unknown) = names.iter().find(|typed| !known(typed)) {
        let known: Vec<&str> = all.iter().map(|&item| name(item)).collect();
        return Err(format!("--only {unknown}: expected one of {}", known.join(", ")));
    }
    let wanted = |item: T| names.is_empty() || names.iter().any(|typed| typed == name(item));
    Ok(all.iter().copied().filter(|&item| wanted(item)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_choose_and_wrong_ones_are_told_the_right_ones() {
        let names = |typed: &[&str]| typed.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let chosen = |typed: &[&str]| chosen(&Group::ALL, Group::name, &names(typed));
        assert_eq!(chosen(&[]), Ok(Group::ALL.to_vec()));
        assert_eq!(chosen(&["encode", "reading"]), Ok(vec![Group::Reading, Group::Encode]));
        let expected =
            "--only speed: expected one of reading, kernels, epoch, kinds, training, encode, pca, build";
        assert_eq!(chosen(&["speed"]), Err(expected.to_owned()));
    }
}
