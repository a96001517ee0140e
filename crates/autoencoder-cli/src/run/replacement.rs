//! Several files of a run that come to lie in its folder together, if need be in place of another run's.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::files;
use crate::failure::{Failure, Outcome};
use crate::output::Staged;

/// The name of a file of a run, and its bytes.
pub(crate) type FileBytes = (&'static str, Vec<u8>);

/// Writes files under temporary names, and renames them in their order as soon as all of them are whole.
pub(crate) fn write_together(folder: &Path, files: &[FileBytes]) -> Outcome {
    let staged: Outcome<Vec<Staged>> =
        files.iter().map(|(name, bytes)| Staged::new(&folder.join(name), bytes)).collect();
    staged?.into_iter().try_for_each(Staged::persist)
}

/// Writes files as [`write_together`] does, and replaces another run with them: the files of that run are removed
/// after everything was written, so that a failure to write leaves that run as it was. A link is removed, not the
/// file that it points to.
///
/// A process that is killed while names are changed leaves, in this order: the other run without its figures and
/// losses; the same without its settings; the new checkpoint beside the other model; the new files without the
/// settings. So there is a whole checkpoint at every moment, the old or the new one, which `--init` and every command
/// that takes a model can read, and never one beside the settings of the other run, which `--resume` would believe.
pub(crate) fn replace(folder: &Path, files: &[FileBytes]) -> Outcome {
    if let Some(name) = files::ALL.into_iter().find(|name| folder.join(name).is_dir()) {
        let failure =
            Failure::at(&folder.join(name), "expected a file of the run to replace, found a folder");
        return Err(failure.advise("move the folder away, or give --out another folder"));
    }
    let staged: Outcome<Vec<(&str, Staged)>> =
        files.iter().map(|(name, bytes)| Ok((*name, Staged::instead(&folder.join(name), bytes)?))).collect();
    let mut staged = staged?;
    for name in [files::RECONSTRUCTIONS, files::LOSS, files::EVENTS, files::METRICS, files::CONFIG] {
        remove(&folder.join(name))?;
    }
    // A stable sort: the checkpoint comes first and the settings last.
    staged.sort_by_key(|(name, _)| match *name {
        files::CHECKPOINT => 0,
        files::CONFIG => 2,
        _ => 1,
    });
    let has_model = staged.iter().any(|(name, _)| *name == files::MODEL);
    for (name, file) in staged {
        file.persist()?;
        if name == files::CHECKPOINT && !has_model {
            remove(&folder.join(files::MODEL))?;
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Outcome {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(Failure::at(path, format_args!("this file of the run to replace cannot be removed: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn old_run() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in files::ALL {
            fs::write(folder.path().join(name), "old").unwrap();
        }
        fs::write(folder.path().join("notes.txt"), "mine").unwrap();
        folder
    }

    fn contents(folder: &Path) -> Vec<(String, String)> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        let mut found: Vec<_> = entries
            .map(|entry| {
                (
                    entry.file_name().into_string().unwrap(),
                    fs::read_to_string(entry.path()).unwrap_or_default(),
                )
            })
            .collect();
        found.sort();
        found
    }

    #[test]
    fn another_run_is_replaced_and_nothing_of_it_stays() {
        for files in [
            &[files::CONFIG, files::CHECKPOINT][..],
            &[files::CONFIG, files::CHECKPOINT, files::MODEL, files::METRICS],
        ] {
            let folder = old_run();
            let bytes: Vec<FileBytes> = files.iter().map(|name| (*name, b"new".to_vec())).collect();
            replace(folder.path(), &bytes).unwrap();
            let mut expected: Vec<_> =
                files.iter().map(|name| ((*name).to_owned(), "new".to_owned())).collect();
            expected.push(("notes.txt".to_owned(), "mine".to_owned()));
            expected.sort();
            assert_eq!(contents(folder.path()), expected);
        }
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_the_other_run_as_it_was() {
        let folder = old_run();
        let before = contents(folder.path());
        let files = [(files::CONFIG, b"new".to_vec()), ("no/such/folder", b"new".to_vec())];
        assert!(replace(folder.path(), &files).is_err() && write_together(folder.path(), &files).is_err());
        assert_eq!(contents(folder.path()), before);
        fs::remove_file(folder.path().join(files::LOSS)).unwrap();
        fs::create_dir(folder.path().join(files::LOSS)).unwrap();
        let before = contents(folder.path());
        let refused = replace(folder.path(), &files[..1]).unwrap_err().to_string();
        assert!(
            refused.contains("loss.svg: expected a file of the run to replace, found a folder"),
            "{refused}"
        );
        assert_eq!(contents(folder.path()), before);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_other_run_is_replaced_itself() {
        let folder = old_run();
        let (kept, link) = (folder.path().join("kept"), folder.path().join(files::MODEL));
        fs::rename(&link, &kept).unwrap();
        std::os::unix::fs::symlink(&kept, &link).unwrap();
        replace(folder.path(), &[(files::CHECKPOINT, b"new".to_vec()), (files::MODEL, b"new".to_vec())])
            .unwrap();
        assert_eq!(fs::read(&kept).unwrap(), b"old");
        assert!(fs::symlink_metadata(&link).unwrap().is_file());
    }
}
