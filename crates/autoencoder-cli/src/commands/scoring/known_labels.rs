//! Labels that say which samples are odd.

use crate::failure::{Failure, Outcome};
use crate::run::Seen;
use crate::terminal::{Notes, numerals};

/// The samples that are odd by their labels.
#[derive(Debug)]
pub(crate) struct KnownLabels {
    /// The label of odd samples.
    pub(crate) label: String,
    pub(crate) is_odd: Vec<bool>,
}

impl KnownLabels {
    /// Finds the odd samples: those with the label that was asked for, or where there are two labels, those with the rarer one, as a
    /// note says. `None` without labels, or with others.
    pub(crate) fn of(seen: &Seen, odd: Option<&str>, notes: Notes) -> Outcome<Option<Self>> {
        let Some(labels) = seen.scored().labels else {
            return match odd {
                None => Ok(None),
                Some(_) => {
                    Err(Failure::usage(format_args!("--odd: the samples of {} have no labels", seen.origin))
                        .advise("name their column with --label-column"))
                }
            };
        };
        let mut counts = vec![0_usize; labels.names.len()];
        labels.of_sample.iter().for_each(|&label| counts[label] += 1);
        let present: Vec<usize> = (0..counts.len()).filter(|&label| counts[label] > 0).collect();
        let label = match (odd, &present[..]) {
            (Some(odd), _) => {
                let known = present.iter().find(|&&label| labels.names[label] == odd).copied();
                known.ok_or_else(|| {
                    let names: Vec<&str> =
                        present.iter().map(|&label| labels.names[label].as_str()).collect();
                    let names = numerals::listed(&names, 10);
                    Failure::usage(format_args!("--odd: no sample is labelled {odd}; the labels are {names}"))
                })?
            }
            (None, &[one, other]) if counts[one] != counts[other] => {
                let rarer = if counts[one] < counts[other] { one } else { other };
                notes.say(format_args!(
                    "label {} is taken for that of odd samples, as it is the rarer one; --odd names another",
                    labels.names[rarer]
                ));
                rarer
            }
            (None, &[one, other]) => {
                let names = [one, other].map(|label| labels.names[label].as_str());
                notes.say(format_args!(
                    "labels {} and {} are as frequent: --odd names that of odd samples",
                    names[0], names[1]
                ));
                return Ok(None);
            }
            (None, _) => return Ok(None),
        };
        let is_odd = labels.of_sample.iter().map(|&of| of == label).collect();
        Ok(Some(Self { label: labels.names[label].clone(), is_odd }))
    }
}
