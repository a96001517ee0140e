//! Temporary files that a killed process left behind.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::staged::is_temporary;

/// Removes the temporary files in `folder` that were written for files of these names, if they are older than `age`.
///
/// A failure is ignored: what is left over takes room, and is in nobody's way.
pub(crate) fn remove_leftovers(folder: &Path, names: &[&str], age: Duration) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let Ok(metadata) = entry.metadata() else { continue };
        // A file from the future, as another machine's clock may have it, is young.
        let is_older = || {
            let modified = metadata.modified().ok().and_then(|modified| modified.elapsed().ok());
            modified.is_some_and(|modified| modified >= age)
        };
        if metadata.is_file()
            && names.iter().any(|target| is_temporary(&name, target))
            && (age.is_zero() || is_older())
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}
