//! File systems of a case's own: a small one in memory, and a folder that takes no files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file system that is mounted on a folder until this is dropped.
#[derive(Debug)]
pub(super) struct Mount {
    target: PathBuf,
}

impl Mount {
    /// A file system in memory of so many KiB, on a new folder.
    pub(super) fn memory(target: &Path, kibibytes: u64) -> io::Result<Self> {
        fs::create_dir_all(target)?;
        mount(&["-t", "tmpfs", "-o", &format!("size={kibibytes}k"), "tmpfs"], target)?;
        Ok(Self { target: target.to_owned() })
    }

    /// Gives a file system in memory another size.
    pub(super) fn resize(&self, kibibytes: u64) -> io::Result<()> {
        mount(&["-o", &format!("remount,size={kibibytes}k")], &self.target)
    }

    /// A view of a folder that takes no files, in its own place.
    pub(super) fn read_only(target: &Path) -> io::Result<Self> {
        let folder = target.to_string_lossy().into_owned();
        mount(&["--bind", &folder], target)?;
        // From here on, a failure unmounts.
        let view = Self { target: target.to_owned() };
        mount(&["-o", "remount,bind,ro"], target)?;
        Ok(view)
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let unmount = |options: &[&str]| {
            let status = Command::new("umount").args(options).arg(&self.target).status();
            status.is_ok_and(|status| status.success())
        };
        // A file system that is still in use leaves the folder at once, and ends with its last user.
        if !unmount(&[]) && !unmount(&["-l"]) {
            eprintln!("{} stays mounted: umount failed", self.target.display());
        }
    }
}

fn mount(words: &[&str], target: &Path) -> io::Result<()> {
    let output = Command::new("mount").args(words).arg(target).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(io::Error::other(format!("mount: {}", String::from_utf8_lossy(&output.stderr).trim())))
}
