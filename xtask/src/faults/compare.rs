//! Folders of runs held against each other: the same files with the same bytes, except for the seconds in metrics.csv.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The file whose seconds differ from training to training.
const METRICS: &str = "metrics.csv";

/// The columns of metrics.csv that come from a clock.
const SECONDS: [&str; 2] = ["seconds", "samples_per_second"];

/// Returns what tells `found` from `expected`, the folder of an undisturbed run or sweep; nothing where they end alike.
pub(super) fn difference(expected: &Path, found: &Path) -> io::Result<Option<String>> {
    let (wanted, there) = (files(expected)?, files(found)?);
    if let Some(name) = wanted.difference(&there).next() {
        return Ok(Some(format!("{name} is missing")));
    }
    if let Some(name) = there.difference(&wanted).next() {
        return Ok(Some(format!("{name} has no place there")));
    }
    for name in &wanted {
        let (one, other) = (fs::read(expected.join(name))?, fs::read(found.join(name))?);
        if !are_alike(name, &one, &other) {
            return Ok(Some(format!("{name} differs from that of the undisturbed run")));
        }
    }
    Ok(None)
}

/// Returns whether every file of `expected` is in `found`, whatever it holds.
pub(super) fn is_whole(expected: &Path, found: &Path) -> bool {
    match (files(expected), files(found)) {
        (Ok(expected), Ok(found)) => expected.is_subset(&found),
        _ => false,
    }
}

fn are_alike(name: &str, one: &[u8], other: &[u8]) -> bool {
    if Path::new(name).file_name().is_some_and(|name| name == METRICS) {
        let (one, other) = (String::from_utf8_lossy(one), String::from_utf8_lossy(other));
        without_seconds(&one) == without_seconds(&other)
    } else {
        one == other
    }
}

/// The fields of a table whose columns of seconds are left out.
fn without_seconds(table: &str) -> Vec<Vec<&str>> {
    let header: Vec<&str> = table.lines().next().unwrap_or_default().split(',').collect();
    let is_kept = |column: usize| header.get(column).is_none_or(|name| !SECONDS.contains(name));
    let kept = |line| {
        let fields = str::split(line, ',').enumerate();
        fields.filter(|(column, _)| is_kept(*column)).map(|(_, field)| field).collect()
    };
    table.lines().map(kept).collect()
}

/// The temporary files and locks below a folder: nothing that a run which has ended may leave.
pub(super) fn temporary(folder: &Path) -> Vec<String> {
    let is_temporary = |path: &String| {
        let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy();
        name == ".lock" || name.starts_with('.') && name.ends_with(".part")
    };
    files(folder).unwrap_or_default().into_iter().filter(is_temporary).collect()
}

/// The models and checkpoints below a folder.
pub(super) fn models(folder: &Path) -> Vec<PathBuf> {
    let is_model = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "safetensors");
    files(folder).unwrap_or_default().into_iter().map(|name| folder.join(name)).filter(is_model).collect()
}

/// The paths of all files below a folder, relative to it.
fn files(folder: &Path) -> io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut left = vec![PathBuf::new()];
    while let Some(below) = left.pop() {
        for entry in fs::read_dir(folder.join(&below))? {
            let entry = entry?;
            let path = below.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                left.push(path);
            } else {
                found.insert(path.to_string_lossy().into_owned());
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "epoch,train_mse,seconds,samples_per_second,train_kl\n1,0.5,1.25,800,3\n2,0.25,,,2\n";

    fn run() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("one")).unwrap();
        for (name, text) in
            [("one/model.safetensors", "numbers"), ("one/metrics.csv", TABLE), ("sweep.csv", "rank\n")]
        {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    #[test]
    fn seconds_are_no_part_of_the_comparison_and_everything_else_is() {
        assert_eq!(without_seconds(TABLE)[1], ["1", "0.5", "3"]);
        let slower = TABLE.replace("1.25,800", "2.5,400");
        assert!(are_alike("metrics.csv", TABLE.as_bytes(), slower.as_bytes()));
        assert!(!are_alike("sweep.csv", TABLE.as_bytes(), slower.as_bytes()), "sweep.csv has no seconds");
        for other in [
            TABLE.replace("0.25", "0.26"),
            TABLE.replace("2,0.25,,,2\n", ""),
            TABLE.replace("train_kl", "train_penalty"),
            TABLE.replace(",,,2", ",,,3"),
        ] {
            assert!(!are_alike("metrics.csv", TABLE.as_bytes(), other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn a_difference_of_one_byte_or_one_file_is_noticed() {
        let (expected, found) = (run(), run());
        let difference = || difference(expected.path(), found.path()).unwrap();
        assert_eq!(difference(), None);
        let model = found.path().join("one").join("model.safetensors");
        fs::write(&model, "numberS").unwrap();
        assert!(difference().unwrap().contains("model.safetensors differs"), "{:?}", difference());
        fs::remove_file(&model).unwrap();
        assert!(difference().unwrap().contains("model.safetensors is missing"));
        assert!(!is_whole(expected.path(), found.path()));
        fs::write(&model, "numbers").unwrap();
        assert!(is_whole(expected.path(), found.path()));
        assert_eq!(models(found.path()), [model]);
        for left in [".lock", ".metrics.csv.AbCd12.part"] {
            let left = found.path().join("one").join(left);
            fs::write(&left, "").unwrap();
            assert!(difference().unwrap().contains("has no place there"));
            assert_eq!(temporary(found.path()).len(), 1);
            fs::remove_file(left).unwrap();
        }
        assert_eq!(difference(), None);
    }
}
