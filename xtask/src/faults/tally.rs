//! Counts of what happened, and the table of them.

use std::collections::BTreeMap;

/// Something that is counted, in the order of the table's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// A case, from a first start to a last comparison.
    Case,
    /// The program was killed.
    Killed,
    /// The program was killed before it had written a checkpoint.
    BeforeCheckpoint,
    /// A signal ended a training, which wrote its state and said how to go on.
    Interrupted,
    /// A signal ended the program at once.
    EndedAtOnce,
    /// The program failed, with one line.
    OneLine,
    /// The program ended as it got no memory, in the way that Rust's own library does it.
    Aborted,
    /// The system could not start the program.
    NotStarted,
    /// The message named another folder, where the training was saved to.
    Rescued,
    /// The program was at its end before the fault, or the fault did not matter.
    Undisturbed,
    /// The run was continued to its end, and its files were those of an undisturbed one.
    Identical,
    /// Something was wrong.
    Failed,
}

impl Event {
    fn name(self) -> &'static str {
        match self {
            Self::Case => "cases",
            Self::Killed => "killed",
            Self::BeforeCheckpoint => "before a checkpoint",
            Self::Interrupted => "interrupted",
            Self::EndedAtOnce => "ended at once",
            Self::OneLine => "failed in one line",
            Self::Aborted => "aborted for memory",
            Self::NotStarted => "not started",
            Self::Rescued => "rescued",
            Self::Undisturbed => "undisturbed",
            Self::Identical => "identical endings",
            Self::Failed => "FAILED",
        }
    }
}

/// Counts by event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counts(BTreeMap<Event, u64>);

impl Counts {
    pub(super) fn add(&mut self, event: Event) {
        *self.0.entry(event).or_default() += 1;
    }

    #[cfg(test)]
    pub(super) fn of(&self, event: Event) -> u64 {
        self.0.get(&event).copied().unwrap_or(0)
    }

    fn join(&mut self, other: &Self) {
        for (event, count) in &other.0 {
            *self.0.entry(*event).or_default() += count;
        }
    }
}

/// Counts by the name of a case, `KIND/CASE`, in the order of the first of each.
#[derive(Debug, Default)]
pub(super) struct Tally(Vec<(String, Counts)>);

impl Tally {
    pub(super) fn add(&mut self, name: &str, counts: &Counts) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => known.join(counts),
            None => self.0.push((name.to_owned(), counts.clone())),
        }
    }

    /// A line for every name, and one for every kind with the sums over its cases.
    pub(super) fn table(&self) -> String {
        let mut kinds = Self::default();
        for (name, counts) in &self.0 {
            kinds.add(name.split('/').next().unwrap_or(name), counts);
        }
        let width = self.0.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let mut lines: Vec<String> = Vec::new();
        for (name, counts) in self.0.iter().chain(&kinds.0) {
            let counted: Vec<String> =
                counts.0.iter().map(|(event, count)| format!("{} {count}", event.name())).collect();
            lines.push(format!("{name:<width$}  {}", counted.join(", ")));
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(events: &[Event]) -> Counts {
        let mut counts = Counts::default();
        for event in events {
            counts.add(*event);
        }
        counts
    }

    #[test]
    fn kinds_are_the_sums_of_their_cases() {
        let mut tally = Tally::default();
        tally.add("kills/sweep", &counts(&[Event::Case, Event::Identical, Event::Killed, Event::Killed]));
        tally.add("disk/full", &counts(&[Event::Case, Event::Failed]));
        tally.add("kills/sweep", &counts(&[Event::Case, Event::Identical, Event::Killed]));
        tally.add("kills/writing", &counts(&[Event::Case, Event::Identical]));
        let expected = "kills/sweep    cases 2, killed 3, identical endings 2\n\
                        disk/full      cases 1, FAILED 1\n\
                        kills/writing  cases 1, identical endings 1\n\
                        kills          cases 3, killed 3, identical endings 3\n\
                        disk           cases 1, FAILED 1";
        assert_eq!(tally.table(), expected);
    }
}
