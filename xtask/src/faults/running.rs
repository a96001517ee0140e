//! The program while it runs: it can be met at a moment, sent a signal, and never runs longer than its limit.

use std::fmt;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// The time after which a program counts as hanging: every training here takes about a second.
const LIMIT: Duration = Duration::from_secs(60);

/// Time between two looks at a running program.
const GLANCE: Duration = Duration::from_millis(1);

/// A program that was started.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    stderr: JoinHandle<Vec<u8>>,
    begun: Instant,
    command: String,
}

/// The way in which a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Code(i32),
    Signal(i32),
    /// The program was killed as it did not end by itself.
    Hung,
}

/// A program that has ended.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) command: String,
    pub(super) end: End,
    pub(super) stderr: String,
    pub(super) seconds: Duration,
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = match self.end {
            End::Code(code) => format!("ended with exit code {code}"),
            End::Signal(number) => format!("was ended by signal {number}"),
            End::Hung => format!("did not end within {} s", LIMIT.as_secs()),
        };
        let said = self.stderr.lines().take(4).collect::<Vec<_>>().join(" | ");
        write!(f, "`{}` {end}: {said}", self.command)
    }
}

impl Running {
    /// Starts `program` in `folder`, with `temporary` as the system's folder for temporary files. `before` is what a
    /// shell does first, such as a limit.
    pub(super) fn start(
        program: &Path,
        words: &[String],
        (folder, temporary): (&Path, &Path),
        before: Option<&str>,
    ) -> io::Result<Self> {
        let mut command = match before {
            None => Command::new(program),
            Some(before) => {
                let mut shell = Command::new("sh");
                shell.arg("-c").arg(format!("{before}; exec \"$0\" \"$@\"")).arg(program);
                shell
            }
        };
        command
            .args(words)
            .current_dir(folder)
            .env("TMPDIR", temporary)
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let begun = Instant::now();
        let mut child = command.spawn()?;
        let pipe = child.stderr.take();
        let stderr = thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut pipe) = pipe {
                // The bytes before an error are worth having.
                let _ = pipe.read_to_end(&mut bytes);
            }
            bytes
        });
        let before = before.map_or_else(String::new, |before| format!("{before}; "));
        let command = format!("{before}autoencoder {}", words.join(" "));
        Ok(Self { child, stderr, begun, command })
    }

    /// Waits until `moment` after the start; returns whether the program still runs then.
    pub(super) fn is_running_at(&mut self, moment: Duration) -> io::Result<bool> {
        loop {
            if self.child.try_wait()?.is_some() {
                return Ok(false);
            }
            let left = moment.saturating_sub(self.begun.elapsed());
            if left.is_zero() {
                return Ok(true);
            }
            thread::sleep(left.min(GLANCE));
        }
    }

    /// The number of its process.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by name, as `INT`. A program that has ended is sent none: its number may be another's by now.
    pub(super) fn send(&mut self, signal: &str) -> io::Result<()> {
        if self.child.try_wait()?.is_none() {
            Command::new("kill").arg(format!("-{signal}")).arg(self.id().to_string()).status()?;
        }
        Ok(())
    }

    /// Ends the program at once with SIGKILL.
    pub(super) fn kill(&mut self) -> io::Result<()> {
        self.child.kill()
    }

    /// Waits for the end.
    pub(super) fn end(self) -> io::Result<Ending> {
        self.end_within(LIMIT)
    }

    fn end_within(mut self, limit: Duration) -> io::Result<Ending> {
        let hangs = self.is_running_at(limit)?;
        if hangs {
            self.child.kill()?;
        }
        let status = self.child.wait()?;
        let seconds = self.begun.elapsed();
        let end = if hangs { End::Hung } else { end_of(status) };
        let stderr = String::from_utf8_lossy(&self.stderr.join().unwrap_or_default()).into_owned();
        Ok(Ending { command: self.command, end, stderr, seconds })
    }
}

#[cfg(unix)]
fn end_of(status: ExitStatus) -> End {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Code(code),
        (None, signal) => End::Signal(signal.unwrap_or(0)),
    }
}

#[cfg(not(unix))]
fn end_of(status: ExitStatus) -> End {
    status.code().map_or(End::Signal(0), End::Code)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn shell(words: &[&str], before: Option<&str>) -> Running {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let root = Path::new("/");
        Running::start(Path::new("/bin/sh"), &words, (root, root), before).unwrap()
    }

    #[test]
    fn ends_are_told_apart() {
        let ending = shell(&["-c", "echo no >&2; exit 3"], None).end().unwrap();
        assert_eq!((ending.end, ending.stderr.as_str()), (End::Code(3), "no\n"));
        let mut running = shell(&["-c", "exec sleep 30"], None);
        assert!(running.is_running_at(Duration::from_millis(20)).unwrap());
        running.send("TERM").unwrap();
        assert_eq!(running.end().unwrap().end, End::Signal(15));
        let mut running = shell(&["-c", "exec sleep 30"], None);
        running.kill().unwrap();
        assert_eq!(running.end().unwrap().end, End::Signal(9));
        let running = shell(&["-c", "exec sleep 30"], None);
        let ending = running.end_within(Duration::from_millis(20)).unwrap();
        assert_eq!(ending.end, End::Hung);
        assert!(ending.to_string().contains("did not end within 60 s"), "{ending}");
    }

    #[test]
    fn a_shell_prepares_and_hands_the_words_on() {
        let ending = shell(&["-c", "echo \"$A $0\" >&2", "two words"], Some("A=1; export A")).end().unwrap();
        assert_eq!(ending.stderr, "1 two words\n");
        assert!(ending.to_string().contains("A=1; export A; autoencoder -c"), "{ending}");
    }
}
