//! The outcome of an anchor: a number and whether it is within its bound, or why there is none.

use serde::Serialize;

use super::anchor::{Anchor, Bound};
use super::stage::{Measurement, Missing};

/// The outcome of an anchor.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub(super) enum Outcome {
    Ok {
        ours: f64,
        /// Duration of all runs that the number needed.
        seconds: f64,
    },
    Off {
        ours: f64,
        seconds: f64,
    },
    /// A run that had to succeed did not.
    Failed {
        why: String,
    },
    NoSuchPreset,
}

/// A line of the table, and of the file of results.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) what: &'static str,
    pub(super) published: &'static str,
    pub(super) source: &'static str,
    pub(super) expected: String,
    /// The command that was run, as a user would type it in the root of the repository.
    pub(super) command: String,
    #[serde(flatten)]
    pub(super) outcome: Outcome,
    #[serde(skip)]
    decimals: usize,
}

impl Row {
    pub(super) fn new(anchor: &Anchor, measured: Result<Measurement, Missing>) -> Self {
        let &Anchor { what, published, source, bound, decimals, .. } = anchor;
        let outcome = match measured {
            Ok(measured) => judged(bound, measured),
            Err(Missing::Preset) => Outcome::NoSuchPreset,
            Err(Missing::Failed(why)) => Outcome::Failed { why },
        };
        let command = anchor.measure.command();
        Self { what, published, source, expected: bound.to_string(), command, outcome, decimals }
    }

    /// Our program's number, or a dash where there is none.
    pub(super) fn shown(&self) -> String {
        let decimals = self.decimals;
        match self.outcome {
            Outcome::Ok { ours, .. } | Outcome::Off { ours, .. } => format!("{ours:.decimals$}"),
            Outcome::Failed { .. } | Outcome::NoSuchPreset => "-".to_owned(),
        }
    }

    pub(super) fn seconds(&self) -> Option<f64> {
        match self.outcome {
            Outcome::Ok { seconds, .. } | Outcome::Off { seconds, .. } => Some(seconds),
            Outcome::Failed { .. } | Outcome::NoSuchPreset => None,
        }
    }
}

fn judged(bound: Bound, Measurement { ours, seconds }: Measurement) -> Outcome {
    if bound.holds(ours) { Outcome::Ok { ours, seconds } } else { Outcome::Off { ours, seconds } }
}

impl Outcome {
    pub(super) fn verdict(&self) -> &'static str {
        match self {
            Self::Ok { .. } => "ok",
            Self::Off { .. } | Self::Failed { .. } => "off",
            Self::NoSuchPreset => "no such preset",
        }
    }

    /// Whether the anchor counts as a failure; a preset that the program does not have yet does not.
    pub(super) fn is_off(&self) -> bool {
        matches!(self, Self::Off { .. } | Self::Failed { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::ANCHORS;
    use super::*;

    #[test]
    fn a_row_says_ours_or_why_there_is_none() {
        let row = |measured| Row::new(&ANCHORS[5], measured);
        let measured = |ours| Ok(Measurement { ours, seconds: 1.0 });
        let good = row(measured(13.866_34));
        assert_eq!((good.shown().as_str(), good.outcome.verdict()), ("13.8663", "ok"));
        for off in [row(measured(13.9)), row(measured(f64::NAN)), row(Err(Missing::Failed("why".to_owned())))]
        {
            assert!(off.outcome.is_off(), "{off:?}");
        }
        let none = row(Err(Missing::Preset));
        assert!(
            !none.outcome.is_off()
                && none.outcome.verdict().contains("no such preset")
                && none.seconds().is_none()
        );
        let written = serde_json::to_value(&good).unwrap();
        assert_eq!((&written["verdict"], &written["published"]), (&"ok".into(), &"13.87".into()));
        assert_eq!(serde_json::to_value(&none).unwrap()["verdict"], "no-such-preset");
    }
}
