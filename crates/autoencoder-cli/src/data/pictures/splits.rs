//! Subfolders that are named after splits: train, test, and val, which validates a training.

use std::path::{Path, PathBuf};

use super::part::{Part, name};
use crate::failure::{Failure, Outcome};

/// The part that a folder's name tells, in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Train,
    Test,
    Validation,
}

impl Role {
    fn of(folder: &Path) -> Option<Self> {
        match name(folder).to_ascii_lowercase().as_str() {
            "train" | "training" => Some(Self::Train),
            "test" | "testing" => Some(Self::Test),
            "val" | "valid" | "validation" => Some(Self::Validation),
            _ => None,
        }
    }
}

/// The splits of a folder.
#[derive(Debug)]
pub(super) struct Splits {
    /// The pictures to train on, or the only pictures.
    pub train: Part,
    /// The pictures that the test split is.
    pub test: Option<Part>,
    /// The pictures to validate on, where they are not the test split.
    pub validation: Option<Part>,
    /// What was understood, for a note.
    pub note: String,
}

/// The meaning of the subfolders of a folder.
#[derive(Debug)]
pub(super) enum Subfolders {
    Splits(Box<Splits>),
    /// Labels, with a note where one of them has the name of a split.
    Labels(Option<String>),
}

/// Tells splits from labels.
pub(super) fn tell(folder: &Path, subfolders: &[PathBuf]) -> Outcome<Subfolders> {
    let (named, others): (Vec<_>, Vec<_>) =
        subfolders.iter().partition(|subfolder| Role::of(subfolder).is_some());
    if named.is_empty() {
        return Ok(Subfolders::Labels(None));
    }
    let filled = |folders: Vec<&PathBuf>| -> Outcome<Vec<Part>> {
        let parts = folders.into_iter().map(|folder| Part::of(folder));
        parts.filter(|part| !part.as_ref().is_ok_and(Part::is_empty)).collect()
    };
    let (named, others) = (filled(named)?, filled(others)?);
    let Some(first) = named.first() else { return Ok(Subfolders::Labels(None)) };
    let Some(other) = others.first() else { return of_parts(folder, named) };
    let (first_name, other_name) = (name(&first.folder), name(&other.folder));
    // A train may be a label, beside a bus and a car. Folders of classes, or two splits, are none.
    let are_labels = named.len() == 1 && named.iter().chain(&others).all(|part| part.classes.is_empty());
    if are_labels {
        let note =
            format!("{first_name} is a label like {other_name}; a split would lie beside other splits alone");
        return Ok(Subfolders::Labels(Some(note)));
    }
    let found =
        format_args!("found {first_name}, which is named after a split, beside {other_name}, which is not");
    let advice = "move the other folders away if these are splits, or rename them if they are labels";
    Err(Failure::at(folder, found).advise(advice))
}

/// The splits that the parts of a folder are.
fn of_parts(folder: &Path, parts: Vec<Part>) -> Outcome<Subfolders> {
    let [mut train, mut test, mut validation] = [None, None, None];
    let names: Vec<String> = parts.iter().map(|part| name(&part.folder)).collect();
    for part in parts {
        let place = match Role::of(&part.folder) {
            Some(Role::Train) => &mut train,
            Some(Role::Test) => &mut test,
            Some(Role::Validation) | None => &mut validation,
        };
        if let Some(first) = place.replace(part) {
            let found = format_args!("found two folders of one split: {}", names.join(", "));
            return Err(Failure::at(folder, found)
                .advise(format_args!("move one of them away, such as {}", first.folder.display())));
        }
    }
    let named = |part: &Part| name(&part.folder);
    let all = match &names[..] {
        [first @ .., last] if !first.is_empty() => {
            format!("{} and {last} are splits, not labels", first.join(", "))
        }
        _ => format!("{} is a split, not a label", names.concat()),
    };
    let (train, test, validation, note) = match (train, test, validation) {
        (Some(train), Some(test), Some(validation)) => {
            let note = format!("{all}; a training is validated on {}", named(&validation));
            (train, Some(test), Some(validation), note)
        }
        (Some(train), None, Some(validation)) => {
            let note = format!("{all}; {} is read as the test split", named(&validation));
            (train, Some(validation), None, note)
        }
        (Some(train), Some(test), None) => (train, Some(test), None, all),
        (Some(only), None, None) | (None, Some(only), None) | (None, None, Some(only)) => {
            (only, None, None, format!("{all}; as there is no other, it is all of the data"))
        }
        (None, ..) => {
            let found = format_args!("found {} without a folder train", names.join(" and "));
            return Err(Failure::at(folder, found).advise("give one of these folders"));
        }
    };
    Ok(Subfolders::Splits(Box::new(Splits { train, test, validation, note })))
}
