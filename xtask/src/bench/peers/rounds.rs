//! Ours and each peer in turn, round by round, and the ratios of those that ran next to each other.

use serde::Serialize;

use crate::bench::statistics::Spread;

/// The measurements of one run.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Sample {
    /// The name and version that a peer's program prints.
    pub(crate) version: Option<String>,
    /// Duration of the best epoch or of the best repeat, which is the number that is compared.
    pub(crate) seconds: f64,
    /// Duration of the whole process, from start to end.
    pub(crate) process_seconds: f64,
    /// Mean squared error on the test images after training.
    pub(crate) test_mse: Option<f64>,
    /// The most memory that the process held, where the system says.
    pub(crate) peak_memory_bytes: Option<u64>,
}

/// Runs once.
pub(crate) type Run<'a> = Box<dyn FnMut() -> Result<Sample, String> + 'a>;

/// A peer that can be run, or why not.
pub(crate) struct Entrant<'a> {
    pub(crate) name: &'static str,
    pub(crate) run: Result<Run<'a>, String>,
}

/// A run of ours and the peer's run right after it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Neighbours {
    pub(crate) ours: Sample,
    pub(crate) theirs: Sample,
}

/// The outcome of a comparison with one peer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Compared {
    pub(crate) peer: &'static str,
    /// Ratio theirs / ours of [`Sample::seconds`].
    pub(crate) ratio: Option<Spread>,
    /// Ratio theirs / ours of [`Sample::process_seconds`].
    pub(crate) process_ratio: Option<Spread>,
    pub(crate) neighbours: Vec<Neighbours>,
    /// The reason why the peer could not be run, or failed.
    pub(crate) unavailable: Option<String>,
}

/// Runs ours, the first peer, ours, the second peer, ... `rounds` times. A peer that fails is left out from then on.
///
/// # Errors
/// The reason why our program failed.
pub(crate) fn alternate(
    mut ours: Run<'_>,
    mut entrants: Vec<Entrant<'_>>,
    rounds: usize,
) -> Result<Vec<Compared>, String> {
    let mut neighbours: Vec<Vec<Neighbours>> = entrants.iter().map(|_| Vec::new()).collect();
    for round in 1..=rounds {
        for (entrant, neighbours) in entrants.iter_mut().zip(&mut neighbours) {
            let Ok(run) = &mut entrant.run else { continue };
            eprintln!("  round {round} of {rounds}: {}", entrant.name);
            let ours = ours()?;
            match run() {
                Ok(theirs) => neighbours.push(Neighbours { ours, theirs }),
                Err(reason) => entrant.run = Err(reason),
            }
        }
    }
    let compared = |(entrant, neighbours): (Entrant<'_>, Vec<Neighbours>)| {
        let ratio = |of: fn(&Sample) -> f64| {
            Spread::of(neighbours.iter().map(|pair| of(&pair.theirs) / of(&pair.ours)))
        };
        Compared {
            peer: entrant.name,
            ratio: ratio(|sample| sample.seconds),
            process_ratio: ratio(|sample| sample.process_seconds),
            neighbours,
            unavailable: entrant.run.err(),
        }
    };
    Ok(entrants.into_iter().zip(neighbours).map(compared).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    fn sample(seconds: f64) -> Sample {
        Sample { seconds, process_seconds: 10.0 * seconds, ..Sample::default() }
    }

    #[test]
    fn ratios_are_of_neighbours() {
        let log = RefCell::new(String::new());
        let mut clock = 0.0;
        // Ours takes 1, 2, 3, ... seconds: a machine that gets slower.
        let ours = || {
            log.borrow_mut().push('o');
            clock += 1.0;
            Ok(sample(clock))
        };
        let peer = |name: &'static str, mut times: Vec<f64>| Entrant {
            name,
            run: Ok(Box::new({
                let log = &log;
                move || {
                    log.borrow_mut().push_str(name);
                    if times.is_empty() {
                        Err("out of breath".to_owned())
                    } else {
                        Ok(sample(times.remove(0)))
                    }
                }
            })),
        };
        let missing = Entrant { name: "c", run: Err("no such program".to_owned()) };
        let entrants = vec![peer("a", vec![2.0, 12.0, 15.0]), peer("b", vec![2.0]), missing];
        let compared = alternate(Box::new(ours), entrants, 3).unwrap();
        assert_eq!(*log.borrow(), "oaoboaoboa");
        // Ours were 1, 3 and 5 before a, and 2 before b.
        assert_eq!(compared[0].ratio, Some(Spread { median: 3.0, least: 2.0, greatest: 4.0 }));
        assert_eq!(compared[0].process_ratio, compared[0].ratio);
        assert_eq!((compared[0].neighbours.len(), &compared[0].unavailable), (3, &None));
        assert_eq!(compared[1].ratio, Some(Spread { median: 1.0, least: 1.0, greatest: 1.0 }));
        assert_eq!(compared[1].unavailable.as_deref(), Some("out of breath"));
        assert_eq!((compared[2].ratio, compared[2].unavailable.as_deref()), (None, Some("no such program")));
    }

    #[test]
    fn nothing_is_compared_where_ours_fails() {
        let peer = Entrant { name: "a", run: Ok(Box::new(|| panic!("nobody to compare with"))) };
        let compared = alternate(Box::new(|| Err("no such precision".to_owned())), vec![peer], 3);
        assert_eq!(compared, Err("no such precision".to_owned()));
    }
}
