//! The plan: every sort of fault by name, the trainings it falls into, and what it needs of the system.

use std::path::Path;
use std::process::{Command, Stdio};

use super::case::Case;
use super::inputs::{self, Fate};
use super::signals::{self, SIGNALS};
use super::trainings::{FILES, Training};
use super::{Checked, disk, kills, memory};

/// A sort of fault.
pub(super) struct Fault {
    /// Kind and sort, as `disk/full`.
    pub(super) name: String,
    /// The trainings that one is drawn of.
    pub(super) trainings: &'static [Training],
    pub(super) check: Box<dyn Fn(&mut Case<'_>) -> Checked>,
    needs: Needs,
}

/// The abilities of a system that a fault needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    /// A file system in memory.
    Mount,
    /// A folder that takes no files.
    ReadOnly,
    /// A limit that is set while a program runs.
    Prlimit,
    /// A limit of the address space.
    AddressSpace,
}

impl Needs {
    /// The reason why a fault with this need is skipped.
    fn reason(self) -> &'static str {
        match self {
            Self::Nothing => "nothing is needed",
            Self::Mount => "a file system in memory cannot be mounted here",
            Self::ReadOnly => "root writes into every folder, and nothing can be mounted here",
            Self::Prlimit => "there is no program called prlimit",
            Self::AddressSpace => "the shell cannot limit the address space here",
        }
    }
}

/// The abilities that this system lacks.
#[derive(Debug)]
pub(super) struct Lacks(Vec<Needs>);

impl Lacks {
    /// Tries what this system allows, below a folder.
    pub(super) fn here(folder: &Path) -> Self {
        let succeeds = |script: &str| {
            let shell = Command::new("sh").args(["-c", script]).stderr(Stdio::null()).status();
            shell.is_ok_and(|status| status.success())
        };
        let mounts = disk::can_mount(folder);
        let abilities = [
            (Needs::Mount, mounts),
            (Needs::ReadOnly, mounts || !succeeds("test \"$(id -u)\" = 0")),
            (Needs::Prlimit, succeeds("prlimit --version > /dev/null")),
            (Needs::AddressSpace, succeeds("ulimit -v 4000000")),
        ];
        Self(abilities.into_iter().filter(|(_, is_there)| !is_there).map(|(needs, _)| needs).collect())
    }
}

impl Fault {
    fn new(
        name: &str,
        trainings: &'static [Training],
        needs: Needs,
        check: impl Fn(&mut Case<'_>) -> Checked + 'static,
    ) -> Self {
        Self { name: name.to_owned(), trainings, check: Box::new(check), needs }
    }

    /// Returns whether this is the sort or the kind of that name.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name || self.name.split('/').next() == Some(name)
    }

    /// The reason why a system that lacks something cannot bring this fault about, if so.
    pub(super) fn is_skipped(&self, lacks: &Lacks) -> Option<&'static str> {
        lacks.0.contains(&self.needs).then(|| self.needs.reason())
    }
}

/// Every sort of fault.
pub(super) fn faults() -> Vec<Fault> {
    let mut faults: Vec<Fault> = kills::TRAININGS
        .iter()
        .map(|training| {
            let name = format!("kills/{}", training.name);
            Fault::new(&name, std::slice::from_ref(training), Needs::Nothing, kills::check)
        })
        .collect();
    faults.extend(SIGNALS.map(|signals| {
        let name = format!("signals/{}", signals.name);
        Fault::new(&name, &signals::TRAININGS, Needs::Nothing, move |case| signals::check(case, signals))
    }));
    faults.extend([
        Fault::new("disk/file-size", &disk::TRAININGS, Needs::Nothing, disk::file_size),
        Fault::new("disk/file-size-midway", &disk::TRAININGS, Needs::Prlimit, disk::file_size_midway),
        Fault::new("disk/full", &disk::ON_FULL, Needs::Mount, disk::full),
        Fault::new("disk/read-only", &disk::TRAININGS, Needs::ReadOnly, disk::read_only),
        Fault::new("disk/removed-folder", &disk::TRAININGS, Needs::Nothing, disk::removed_folder),
    ]);
    for (fate, name) in [(Fate::Removed, "removed-input"), (Fate::Truncated, "truncated-input")] {
        let input = |name: &str, check: fn(&mut Case<'_>, Fate) -> Checked| {
            Fault::new(name, &[FILES], Needs::Nothing, move |case| check(case, fate))
        };
        faults.push(input(&format!("disk/{name}"), inputs::while_read));
        faults.push(input(&format!("disk/{name}-between"), inputs::between));
    }
    faults.push(Fault::new("memory/address-space", &memory::TRAININGS, Needs::AddressSpace, memory::check));
    faults
}

/// The names that one kind or one sort goes by.
pub(super) fn names() -> Vec<String> {
    let sorts: Vec<String> = faults().into_iter().map(|fault| fault.name).collect();
    let mut names: Vec<String> =
        sorts.iter().filter_map(|sort| Some(sort.split('/').next()?.to_owned())).collect();
    names.dedup();
    names.extend(sorts);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_sorts_are_named() {
        let names = names();
        assert_eq!(names[..4], ["kills", "signals", "disk", "memory"]);
        for name in &names {
            assert!(faults().iter().any(|fault| fault.is(name)), "{name}");
        }
        let kinds = |name: &str| faults().iter().filter(|fault| fault.is(name)).count();
        assert_eq!((kinds("kills"), kinds("kills/sweep"), kinds("kill")), (5, 1, 0));
    }

    #[test]
    fn what_a_system_cannot_do_is_skipped_with_a_reason() {
        let skipped = |lacks: &[Needs]| -> Vec<String> {
            let lacks = Lacks(lacks.to_vec());
            let faults = faults().into_iter();
            faults.filter(|fault| fault.is_skipped(&lacks).is_some()).map(|fault| fault.name).collect()
        };
        assert!(skipped(&[]).is_empty());
        assert_eq!(skipped(&[Needs::Mount, Needs::ReadOnly]), ["disk/full", "disk/read-only"]);
        assert_eq!(skipped(&[Needs::Mount]), ["disk/full"]);
        assert_eq!(skipped(&[Needs::Prlimit]), ["disk/file-size-midway"]);
        assert_eq!(skipped(&[Needs::AddressSpace]), ["memory/address-space"]);
    }
}
