//! Runs the program: what it said, how it ended, how long it took and how much memory it held.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Far beyond every run here; a program that hangs must not hang the checks.
const PATIENCE: Duration = Duration::from_secs(3600);

/// Time between two looks at a running program.
const GLANCE: Duration = Duration::from_millis(2);

/// A program on this machine.
#[derive(Debug)]
pub(crate) struct Program {
    path: PathBuf,
}

/// One run that came to its end.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) command: String,
    /// The exit code; `None` where a signal ended the program.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
    pub(crate) seconds: f64,
    /// The most memory that the program held, in bytes, where the system says.
    pub(crate) peak_memory: Option<u64>,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ended = self.code.map_or_else(|| "a signal".to_owned(), |code| format!("exit code {code}"));
        let last: Vec<&str> = self.stderr.lines().rev().take(3).collect();
        let said = last.into_iter().rev().collect::<Vec<_>>().join(" | ");
        write!(f, "`{}` ended with {ended}: {said}", self.command)
    }
}

impl Program {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    fn command(&self, arguments: &[OsString], folder: &Path) -> Command {
        let mut command = Command::new(&self.path);
        command
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the program in `folder` to its end.
    pub(crate) fn run(&self, arguments: &[OsString], folder: &Path) -> io::Result<Run> {
        let begin = Instant::now();
        let mut child = self.command(arguments, folder).spawn()?;
        let stdout = collect(child.stdout.take());
        let stderr = collect(child.stderr.take());
        let (code, peak_memory) = wait(&mut child, begin)?;
        let seconds = begin.elapsed().as_secs_f64();
        Ok(Run {
            command: self.shown(arguments),
            code,
            stdout: stdout.join().unwrap_or_default(),
            stderr: String::from_utf8_lossy(&stderr.join().unwrap_or_default()).into_owned(),
            seconds,
            peak_memory,
        })
    }

    /// Runs the program with a reader of its stdout that went away before the first byte.
    pub(crate) fn run_into_closed_pipe(&self, arguments: &[OsString], folder: &Path) -> io::Result<Run> {
        let begin = Instant::now();
        let mut child = self.command(arguments, folder).spawn()?;
        drop(child.stdout.take());
        let stderr = collect(child.stderr.take());
        let (code, peak_memory) = wait(&mut child, begin)?;
        let seconds = begin.elapsed().as_secs_f64();
        let stderr = String::from_utf8_lossy(&stderr.join().unwrap_or_default()).into_owned();
        Ok(Run { command: self.shown(arguments), code, stdout: Vec::new(), stderr, seconds, peak_memory })
    }

    fn shown(&self, arguments: &[OsString]) -> String {
        let name = self.path.file_stem().unwrap_or_default();
        let words = std::iter::once(name).chain(arguments.iter().map(OsString::as_os_str));
        words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
    }
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What came before an error is worth having.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}

/// Waits for the end, watching the memory; kills what outlasts all patience.
fn wait(child: &mut Child, begin: Instant) -> io::Result<(Option<i32>, Option<u64>)> {
    let mut peak = None;
    loop {
        peak = peak_memory(child.id()).max(peak);
        if let Some(status) = child.try_wait()? {
            return Ok((status.code(), peak));
        }
        if begin.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::new(io::ErrorKind::TimedOut, format!("killed after {PATIENCE:?}")));
        }
        thread::sleep(GLANCE);
    }
}

/// The high-water mark that Linux keeps for every process.
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    parse_peak(&status)
}

fn parse_peak(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_read() {
        assert_eq!(parse_peak("Name:\ta\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n"), Some(2 << 20));
        assert_eq!(parse_peak("Name:\ta\n"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_run_is_seen_whole() {
        let shell = Program::new("/bin/sh".into());
        let arguments = ["-c", "echo out; echo err >&2; sleep 0.05; exit 3"].map(OsString::from);
        let run = shell.run(&arguments, Path::new("/")).unwrap();
        assert_eq!((run.code, run.stdout.as_slice(), run.stderr.as_str()), (Some(3), &b"out\n"[..], "err\n"));
        assert!(run.peak_memory.is_some_and(|bytes| bytes > 10_000));
        assert!(run.seconds >= 0.05);
        assert!(run.to_string().contains("exit code 3: err"), "{run}");
    }
}
