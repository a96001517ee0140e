//! Files that exist whole or not at all: each is written under a temporary name beside its target, then renamed.

use std::io::{self, Write};
use std::path::Path;

use super::staged::Staged;
use crate::failure::Outcome;

/// Writes a file whole or not at all; see [`write_with`].
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Outcome {
    write_with(path, |output| output.write_all(bytes))
}

/// Writes a file through a temporary one in the same folder, which is synced and renamed at the end: after an
/// interruption `path` is either as before or whole. Folders are not created.
///
/// The file has the permissions of the file that it replaces, or else those of any new file. A link stays a link, and
/// the file that it points to is replaced. Anything other than a file, such as `/dev/null` or a pipe, is written to
/// directly.
pub(crate) fn write_with(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Outcome {
    Staged::with(path, write)?.persist()
}

#[cfg(test)]
mod tests {
    use std::fs;
    #[cfg(unix)]
    use std::fs::Permissions;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_written_and_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        for bytes in [&b"first"[..], b"the second"] {
            write_file(&path, bytes).unwrap();
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
        assert_eq!(names(folder.path()), ["a.bin"]);
    }

    #[test]
    fn a_writer_that_fails_leaves_nothing_and_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        let fails = |output: &mut dyn Write| {
            output.write_all(&vec![7; 100_000])?;
            Err(io::Error::other("the pen broke"))
        };
        let failure = write_with(&path, fails).unwrap_err().to_string();
        assert!(failure.ends_with("a.bin: writing failed: the pen broke"), "{failure}");
        assert!(names(folder.path()).is_empty());
        write_file(&path, b"old").unwrap();
        write_with(&path, fails).unwrap_err();
        assert_eq!(names(folder.path()), ["a.bin"]);
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }

    #[test]
    fn a_writer_that_panics_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        let panicked = std::panic::catch_unwind(|| write_with(&path, |_| panic!("out of ink")));
        assert!(panicked.is_err());
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn a_name_that_cannot_be_is_refused_without_the_temporary_one() {
        let folder = tempfile::tempdir().unwrap();
        let failure = write_file(&folder.path().join("n".repeat(250)), b"x").unwrap_err().to_string();
        assert!(failure.contains("nnn: writing failed: ") && !failure.contains(".part"), "{failure}");
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn folders_are_not_made_and_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let failure = write_file(&folder.path().join("no/a.bin"), b"x").unwrap_err().to_string();
        assert!(
            failure.contains("there is no folder ") && failure.ends_with("; create the folder first"),
            "{failure}"
        );
        let failure = write_file(folder.path(), b"x").unwrap_err().to_string();
        assert!(failure.ends_with("found a folder"), "{failure}");
        assert!(write_file(Path::new(""), b"x").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn permissions_are_those_of_any_new_file_or_of_the_old_one() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
        fs::write(folder.path().join("plain"), b"x").unwrap();
        write_file(&folder.path().join("ours"), b"x").unwrap();
        assert_eq!(mode("ours"), mode("plain"));
        fs::set_permissions(folder.path().join("ours"), Permissions::from_mode(0o660)).unwrap();
        write_file(&folder.path().join("ours"), b"y").unwrap();
        assert_eq!(mode("ours"), 0o660);
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_links_and_devices_devices() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        write_file(&file, b"old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_file(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        let null = Path::new("/dev/null");
        write_file(null, b"x").unwrap();
        assert!(!fs::metadata(null).unwrap().is_file());
    }
}
