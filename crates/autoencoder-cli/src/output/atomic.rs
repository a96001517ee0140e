//! Files that exist whole or not at all: each is written under a temporary name beside its target, then renamed.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::failure::{Failure, Outcome};

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
    let failed = |error: io::Error| Failure::at(path, format_args!("writing failed: {error}"));
    let existing = fs::metadata(path).ok();
    let target = match &existing {
        Some(metadata) if metadata.is_dir() => {
            return Err(Failure::at(path, "expected the name of a file, found a folder"));
        }
        Some(metadata) if !metadata.is_file() => {
            let file = OpenOptions::new().write(true).open(path).map_err(failed)?;
            return buffered(file, write).map(|_| ()).map_err(failed);
        }
        Some(_) => fs::canonicalize(path).map_err(failed)?,
        None => path.to_owned(),
    };
    let temporary = beside(&target, existing.map(|metadata| metadata.permissions()))?;
    // From here on, dropping the temporary file after a failure removes it.
    let (file, name) = temporary.into_parts();
    let file = buffered(file, write).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    NamedTempFile::from_parts(file, name).persist(&target).map_err(|error| failed(error.error))?;
    Ok(())
}

fn buffered(file: File, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<File> {
    let mut output = BufWriter::with_capacity(1 << 16, file);
    write(&mut output)?;
    output.into_inner().map_err(io::IntoInnerError::into_error)
}

/// A new file in the folder of `target`, hidden until it is renamed.
fn beside(target: &Path, permissions: Option<Permissions>) -> Outcome<NamedTempFile> {
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let Some(name) = target.file_name() else {
        return Err(Failure::at(target, "expected the name of a file"));
    };
    if !folder.is_dir() {
        let what = format_args!("there is no folder {}", folder.display());
        return Err(Failure::at(target, what).advise("create the folder first"));
    }
    let failed = |error: io::Error| Failure::at(target, format_args!("writing failed: {error}"));
    let prefix = format!(".{}.", name.to_string_lossy());
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    if permissions.is_some() {
        use std::os::unix::fs::OpenOptionsExt;
        // The file is private until it has the permissions of the file that it replaces, which others may not be
        // allowed to read.
        options.mode(0o600);
    }
    // The file is opened here, as the errors of `tempfile_in` would name the temporary file.
    let open = |path: &Path| options.open(path);
    let temporary = Builder::new().prefix(&prefix).suffix(".part").make_in(&folder, open).map_err(failed)?;
    if let Some(permissions) = permissions {
        temporary.as_file().set_permissions(permissions).map_err(failed)?;
    }
    Ok(temporary)
}

#[cfg(test)]
mod tests {
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
