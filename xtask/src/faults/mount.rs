//! File systems of a case's own: a small one in memory, and a folder that takes no files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

/// The number of times that a file system in use is unmounted.
const ATTEMPTS: usize = 20;

/// Time between two of these.
const PAUSE: Duration = Duration::from_millis(20);

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

    /// The number of KiB in use.
    pub(super) fn used(&self) -> io::Result<u64> {
        let output = Command::new("du").arg("-sk").arg(&self.target).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let kibibytes = text.split_whitespace().next().and_then(|number| number.parse().ok());
        kibibytes.ok_or_else(|| {
            io::Error::other(format!("du: {}", String::from_utf8_lossy(&output.stderr).trim()))
        })
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
            let output = Command::new("umount").args(options).arg(&self.target).output();
            output.is_ok_and(|output| output.status.success())
        };
        for _ in 0..ATTEMPTS {
            if unmount(&[]) {
                return;
            }
            // Somebody may be looking through the folders of this machine.
            thread::sleep(PAUSE);
        }
        // A file system that is still in use leaves the folder at once, and ends with its last user.
        if !unmount(&["-l"]) {
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
