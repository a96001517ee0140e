//! A file that is written whole and synced under a temporary name, and has its own name only when it is asked to.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::failure::{Failure, Outcome};

/// A file that waits under a temporary name beside its target. On drop, the temporary file is removed.
#[derive(Debug)]
pub(crate) struct Staged {
    /// The path as it was given, for messages.
    path: PathBuf,
    /// The temporary file, and the path that it is renamed to; nothing for a device or a pipe, which has the bytes
    /// already.
    waiting: Option<(NamedTempFile, PathBuf)>,
}

impl Staged {
    /// Writes the bytes for `path`: a link stays a link, and the file that it points to is replaced.
    pub(crate) fn new(path: &Path, bytes: &[u8]) -> Outcome<Self> {
        Self::with(path, |output| output.write_all(bytes))
    }

    /// Writes the bytes for a new file instead of whatever is at `path`: a link is replaced itself.
    pub(crate) fn instead(path: &Path, bytes: &[u8]) -> Outcome<Self> {
        let temporary = filled(path, path, None, |output| output.write_all(bytes))?;
        Ok(Self { path: path.to_owned(), waiting: Some((temporary, path.to_owned())) })
    }

    /// Writes what `write` writes; see [`Staged::new`].
    pub(super) fn with(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Outcome<Self> {
        let waiting = match Target::of(path)? {
            Target::Special => {
                let failed = |error: io::Error| writing_failed(path, &error);
                let file = OpenOptions::new().write(true).open(path).map_err(failed)?;
                buffered(file, write).map_err(failed)?;
                None
            }
            Target::File { target, permissions } => {
                Some((filled(path, &target, permissions, write)?, target))
            }
        };
        Ok(Self { path: path.to_owned(), waiting })
    }

    /// Renames the file to its own name.
    pub(crate) fn persist(self) -> Outcome {
        let Some((temporary, target)) = self.waiting else { return Ok(()) };
        temporary.persist(target).map_err(|error| writing_failed(&self.path, &error.error))?;
        Ok(())
    }
}

/// What writing to a path replaces.
pub(super) enum Target {
    /// A device or a pipe, which is written to directly.
    Special,
    /// A file, with the permissions of the one that is there.
    File { target: PathBuf, permissions: Option<Permissions> },
}

impl Target {
    pub(super) fn of(path: &Path) -> Outcome<Self> {
        match fs::metadata(path).ok() {
            Some(metadata) if metadata.is_dir() => {
                Err(Failure::at(path, "expected the name of a file, found a folder"))
            }
            Some(metadata) if !metadata.is_file() => Ok(Self::Special),
            Some(metadata) => {
                let target = fs::canonicalize(path).map_err(|error| writing_failed(path, &error))?;
                Ok(Self::File { target, permissions: Some(metadata.permissions()) })
            }
            None => Ok(Self::File { target: path.to_owned(), permissions: None }),
        }
    }
}

/// A temporary file beside `target` with everything that `write` writes, synced.
fn filled(
    path: &Path,
    target: &Path,
    permissions: Option<Permissions>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Outcome<NamedTempFile> {
    let failed = |error: io::Error| writing_failed(path, &error);
    // From here on, dropping the temporary file after a failure removes it.
    let (file, name) = beside(target, permissions)?.into_parts();
    let file = buffered(file, write).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    Ok(NamedTempFile::from_parts(file, name))
}

fn buffered(file: File, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<File> {
    let mut output = BufWriter::with_capacity(1 << 16, file);
    write(&mut output)?;
    output.into_inner().map_err(io::IntoInnerError::into_error)
}

/// The end of a temporary file's name, and the number of letters and digits before it: `.codes.npy.Xa91Zb.part`.
const SUFFIX: &str = ".part";
const RANDOM: usize = 6;

/// Returns whether `name` is the name of a temporary file that is written for a file of the name `target`.
pub(super) fn is_temporary(name: &str, target: &str) -> bool {
    name.strip_prefix('.')
        .and_then(|rest| rest.strip_prefix(target)?.strip_prefix('.')?.strip_suffix(SUFFIX))
        .is_some_and(|random| {
            random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// The folder that holds a file of this path.
pub(super) fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new file in the folder of `target`, hidden until it is renamed.
pub(super) fn beside(target: &Path, permissions: Option<Permissions>) -> Outcome<NamedTempFile> {
    let folder = folder_of(target);
    let Some(name) = target.file_name() else {
        return Err(Failure::at(target, "expected the name of a file"));
    };
    if !folder.is_dir() {
        let what = format_args!("there is no folder {}", folder.display());
        return Err(Failure::at(target, what).advise("create the folder first"));
    }
    let failed = |error: io::Error| writing_failed(target, &error);
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
    let mut builder = Builder::new();
    builder.prefix(&prefix).rand_bytes(RANDOM).suffix(SUFFIX);
    let temporary = builder.make_in(folder, open).map_err(failed)?;
    if let Some(permissions) = permissions {
        temporary.as_file().set_permissions(permissions).map_err(failed)?;
    }
    Ok(temporary)
}

fn writing_failed(path: &Path, error: &io::Error) -> Failure {
    Failure::at(path, format_args!("writing failed: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporary_names_are_told_from_all_others() {
        let folder = tempfile::tempdir().unwrap();
        let temporary = beside(&folder.path().join("a.npy"), None).unwrap();
        let name = temporary.path().file_name().unwrap().to_str().unwrap();
        assert!(is_temporary(name, "a.npy") && !is_temporary(name, "npy"), "{name}");
        for other in
            ["a.npy", ".a.npy.part", ".a.npy.abcde.part", ".a.npy.abc-ef.part", "a.npy.abcdef.part", ""]
        {
            assert!(!is_temporary(other, "a.npy"), "{other}");
        }
    }

    #[test]
    fn what_is_staged_and_dropped_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        fs::write(&path, b"old").unwrap();
        drop(Staged::new(&path, b"new").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"old");
        let staged = Staged::new(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        staged.persist().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_instead_of_a_link_is_no_link() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, b"old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        Staged::instead(&link, b"new").unwrap().persist().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_file());
        assert_eq!(fs::read(&file).unwrap(), b"old");
    }
}
