//! Disks: limits on the size of files, full and read-only file systems, and folders that vanish.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Checked;
use super::case::Case;
use super::compare;
use super::mount::Mount;
use super::running::{End, Ending};
use super::tally::Event;
use super::trainings::{PRETRAINING, REPLACING, SWEEP, TRAINING, Training, WRITING};

/// The trainings whose disk fails.
pub(super) const TRAININGS: [Training; 4] = [TRAINING, PRETRAINING, WRITING, SWEEP];

/// The trainings whose disk is full.
pub(super) const ON_FULL: [Training; 5] = [TRAINING, PRETRAINING, WRITING, REPLACING, SWEEP];

/// The folder of a scene that a file system is mounted on.
const DISK: &str = "disk";

/// The number of the signal that ends a program which writes beyond its limit, unless the program ignores the signal.
const FILE_SIZE: i32 = 25;

/// Room for everything, in KiB.
const ROOM: u64 = 1 << 16;

/// Returns whether mounting works here.
pub(super) fn can_mount(folder: &Path) -> bool {
    Mount::memory(&folder.join("mount"), 64).is_ok()
}

/// No file may grow beyond a limit: from the start, as a shell sets it.
pub(super) fn file_size(case: &mut Case<'_>) -> Checked {
    // Blocks have 512 bytes in some shells and 1024 in others.
    let blocks = 1 + case.draws.below(1 + largest(&case.reference().run) * 5 / 4 / 512);
    let ignored = case.draws.below(2) == 0;
    let trap = if ignored { "trap '' XFSZ; " } else { "" };
    let ending = case.start(Some(&format!("{trap}ulimit -f {blocks}")))?.end()?;
    take(case, &ending)?;
    if ending.end == End::Code(1) {
        Case::check_swept(&case.scene, &ending)?;
    }
    case.conclude()
}

/// No file may grow beyond a limit: from a moment on.
pub(super) fn file_size_midway(case: &mut Case<'_>) -> Checked {
    let bytes = case.draws.below(1 + largest(&case.reference().run));
    let moment = case.moment();
    let mut running = case.start(Some("trap '' XFSZ"))?;
    if running.is_running_at(moment)? {
        // The program may have ended since: then there is nothing to limit.
        let process = running.id().to_string();
        Command::new("prlimit").args(["--pid", &process, &format!("--fsize={bytes}")]).output()?;
    }
    let ending = running.end()?;
    take(case, &ending)?;
    if ending.end == End::Code(1) {
        Case::check_swept(&case.scene, &ending)?;
    }
    case.conclude()
}

/// A file system without enough room, which gets room after the first failure.
pub(super) fn full(case: &mut Case<'_>) -> Checked {
    let kibibytes = 16 + case.draws.below(1 + total(&case.reference().run) * 3 / 2 / 1024);
    let disk = Mount::memory(&case.scene.join(DISK), ROOM)?;
    case.train_into("disk/run");
    case.lay_older()?;
    disk.resize(kibibytes + disk.used()?)?;
    if case.draws.below(3) == 0 {
        // The folder for temporary files is on the same disk: nothing can be rescued.
        let temporary = case.scene.join("temporary");
        fs::remove_dir(&temporary)?;
        fs::create_dir(case.scene.join(DISK).join("temporary"))?;
        link(Path::new("disk/temporary"), &temporary)?;
    }
    let ending = case.start(None)?.end()?;
    case.check_older(&ending)?;
    take(case, &ending)?;
    if ending.end == End::Code(1) {
        Case::check_swept(&case.scene, &ending)?;
    }
    disk.resize(ROOM)?;
    let concluded = case.conclude();
    drop(disk);
    concluded
}

/// A folder that takes no files from a moment on.
pub(super) fn read_only(case: &mut Case<'_>) -> Checked {
    let disk = case.scene.join(DISK);
    fs::create_dir(&disk)?;
    case.train_into("disk/run");
    let moment = case.moment();
    let mut running = case.start(None)?;
    let view = if running.is_running_at(moment)? { Some(Closed::new(&disk)?) } else { None };
    let ending = running.end()?;
    // The lock cannot be removed from such a folder: the next training takes it over.
    take(case, &ending)?;
    drop(view);
    case.conclude()
}

/// The folder of a run is removed or moved while its run is trained.
pub(super) fn removed_folder(case: &mut Case<'_>) -> Checked {
    let moment = case.moment();
    let moves = case.draws.below(2) == 0;
    let mut running = case.start(None)?;
    if running.is_running_at(moment)? {
        // There is no folder at the beginning.
        let _ = if moves {
            fs::rename(case.run(), case.scene.join("gone"))
        } else {
            fs::remove_dir_all(case.run())
        };
    }
    let ending = running.end()?;
    if ending.end == End::Code(0) && !compare::is_whole(&case.reference().run, &case.run()) {
        // Files that vanished after they were written are nobody's fault: the training begins again, or goes on.
        case.counts.add(Event::Undisturbed);
        case.go_on();
        return case.conclude();
    }
    take(case, &ending)?;
    if let End::Code(_) = ending.end {
        Case::check_swept(&case.run(), &ending)?;
    }
    case.conclude()
}

/// Takes in the ending of a program whose disk failed.
fn take(case: &mut Case<'_>, ending: &Ending) -> Checked {
    match ending.end {
        End::Code(1) => case.counts.add(Event::OneLine),
        End::Code(0) => case.counts.add(Event::Undisturbed),
        End::Signal(FILE_SIZE) => case.counts.add(Event::Killed),
        End::Signal(_) => return Err(format!("a signal that nobody sent: {ending}").into()),
        End::Code(_) | End::Hung => {}
    }
    case.take(ending)?;
    Ok(())
}

/// A folder that takes no files until this is dropped.
#[derive(Debug)]
enum Closed {
    Mounted(#[expect(dead_code, reason = "the drop unmounts")] Mount),
    /// Folders without the permission to write, for whoever cannot mount: root may write everywhere.
    Permissions(Vec<PathBuf>),
}

impl Closed {
    fn new(folder: &Path) -> Checked<Self> {
        if let Ok(mount) = Mount::read_only(folder) {
            return Ok(Self::Mounted(mount));
        }
        let mut folders = vec![folder.to_owned()];
        let mut next = 0;
        while let Some(above) = folders.get(next).cloned() {
            folders.extend(
                fs::read_dir(above)?.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()),
            );
            next += 1;
        }
        change_mode("a-w", &folders)?;
        Ok(Self::Permissions(folders))
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        if let Self::Permissions(folders) = self {
            // A failure is ignored: the case fails then, as its run cannot be continued.
            let _ = change_mode("u+w", folders);
        }
    }
}

fn change_mode(mode: &str, folders: &[PathBuf]) -> Checked {
    let status = Command::new("chmod").arg(mode).args(folders).status()?;
    if status.success() { Ok(()) } else { Err(format!("chmod {mode}: {status}").into()) }
}

#[cfg(unix)]
fn link(to: &Path, from: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(to, from)
}

#[cfg(not(unix))]
fn link(_to: &Path, from: &Path) -> std::io::Result<()> {
    fs::create_dir(from)
}

/// The size of the largest model or checkpoint below a folder.
fn largest(run: &Path) -> u64 {
    sizes(run).max().unwrap_or(0)
}

/// The size of all models and checkpoints below a folder.
fn total(run: &Path) -> u64 {
    sizes(run).sum()
}

fn sizes(run: &Path) -> impl Iterator<Item = u64> {
    compare::models(run).into_iter().filter_map(|file| Some(fs::metadata(file).ok()?.len()))
}
