//! Checks of the place of an output, before any work is done for it.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::Duration;

use tempfile::Builder;

use super::leftovers::remove_leftovers;
use super::staged::{Target, beside, folder_of};
use crate::failure::{Failure, Outcome};

/// The age from which a temporary file beside an output is left over: a command writes its own within moments.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Refuses to write `out` over a file that the same command reads: `input`, or a file in it where `input` is a
/// folder.
pub(crate) fn refuse_input(out: &Path, input: &Path) -> Outcome {
    // A file that does not exist yet is no input, and a device or pipe is not replaced.
    let (Ok(target), Ok(source)) = (fs::canonicalize(out), fs::canonicalize(input)) else { return Ok(()) };
    if !target.is_file() || !target.starts_with(&source) {
        return Ok(());
    }
    let what = format_args!("this command reads {}, and would write over it", input.display());
    Err(Failure::at(out, what).advise("give --out another name"))
}

/// Refuses to write `out` over a file that has to stay, which is `what`.
pub(crate) fn refuse_over(out: &Path, file: &Path, what: &str) -> Outcome {
    let (Ok(target), Ok(kept)) = (fs::canonicalize(out), fs::canonicalize(file)) else { return Ok(()) };
    if target != kept || !target.is_file() {
        return Ok(());
    }
    Err(Failure::at(out, format_args!("this is {what}, and this command would write over it"))
        .advise("give --out another name"))
}

/// Checks that `out` can be written: its folder is there and takes a file, and `out` itself is no folder. A device or
/// a pipe is not touched, as opening it may block.
///
/// Temporary files that a killed command left beside `out` are removed after a day: a younger one may be of a command
/// that is at work.
pub(crate) fn probe(out: &Path) -> Outcome {
    if let Target::File { target, .. } = Target::of(out)? {
        // The file is removed at once.
        drop(beside(&target, None)?);
        if let Some(name) = target.file_name().and_then(|name| name.to_str()) {
            remove_leftovers(folder_of(&target), &[name], A_DAY);
        }
    }
    Ok(())
}

/// Checks that files can be written into a folder, which must exist.
pub(crate) fn probe_folder(folder: &Path) -> Outcome {
    let open = |path: &Path| File::create_new(path);
    let probed = Builder::new().prefix(".").suffix(".part").make_in(folder, open);
    // The file is removed at once.
    probed.map(drop).map_err(|error| no_files(folder, &error))
}

/// The failure that a folder takes no files.
pub(super) fn no_files(folder: &Path, error: &io::Error) -> Failure {
    Failure::at(folder, format_args!("nothing can be written into this folder: {error}"))
        .advise("give --out a folder that takes files")
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn what_is_read_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let [data, other] = ["data.csv", "other.csv"].map(|name| folder.path().join(name));
        assert!(refuse_input(&data, &data).is_ok(), "there is nothing yet");
        fs::write(&data, "1,2").unwrap();
        for input in [data.as_path(), folder.path(), &folder.path().join(".").join("data.csv")] {
            let failure = refuse_input(&data, input).unwrap_err().to_string();
            assert!(failure.contains("would write over it"), "{failure}");
            assert!(refuse_input(&other, input).is_ok());
        }
        assert!(refuse_input(Path::new("/dev/null"), Path::new("/dev/null")).is_ok());
    }

    #[test]
    fn a_place_that_takes_no_file_is_found_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npy");
        probe(&path).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let refused = |path: &Path| probe(path).unwrap_err().to_string();
        assert!(refused(&folder.path().join("no/a.npy")).ends_with("; create the folder first"));
        assert!(refused(folder.path()).ends_with("found a folder"));
        assert!(refused(&folder.path().join("n".repeat(250))).contains("nnn: writing failed: "));
        if cfg!(unix) {
            probe(Path::new("/dev/null")).unwrap();
        }
    }

    #[test]
    fn old_temporary_files_of_the_same_output_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let names = [".a.npy.abcdef.part", ".a.npy.young1.part", ".b.npy.abcdef.part", ".a.npy.part"];
        for name in names {
            let file = File::create(folder.path().join(name)).unwrap();
            if !name.contains("young") {
                file.set_modified(SystemTime::now() - 2 * A_DAY).unwrap();
            }
        }
        probe(&folder.path().join("a.npy")).unwrap();
        assert_eq!(names.map(|name| folder.path().join(name).exists()), [false, true, true, true]);
    }
}
