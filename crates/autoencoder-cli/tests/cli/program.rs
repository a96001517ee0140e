//! The program in a temporary folder: runs it and reads what it wrote.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A quick training, which still has several steps in an epoch, the last of them short.
pub(crate) const SMALL: &str = "train synthetic --limit 300 --batch-size 64 --layers 24,8 --epochs 2";

/// A folder to work in.
pub(crate) struct Scratch(TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// The names of the files and folders in a folder, in order.
    pub(crate) fn list(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The command that runs the program with these words, split at blanks.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_autoencoder"));
        command.args(words.split_whitespace()).current_dir(self.0.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, words: &str) -> Output {
        self.command(words).output().unwrap()
    }

    /// Runs the program, which must succeed; returns its stdout.
    pub(crate) fn succeed(&self, words: &str) -> String {
        let output = self.run(words);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{words}: {stderr}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs the program, which must succeed; returns its notes.
    pub(crate) fn notes(&self, words: &str) -> String {
        let output = self.run(words);
        let notes = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{words}: {notes}");
        notes
    }

    /// Runs the program with `--json`.
    pub(crate) fn json(&self, words: &str) -> Value {
        let printed = self.succeed(&format!("{words} --json --quiet"));
        serde_json::from_str(&printed).unwrap_or_else(|error| panic!("{words}: {error}: {printed}"))
    }

    /// Runs the program, which must fail with this code, one line, and nothing on stdout; returns the line.
    pub(crate) fn fail(&self, words: &str, code: i32) -> String {
        let output = self.run(&format!("{words} --quiet"));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{words}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{words}: {stderr}");
        assert!(stderr.starts_with("autoencoder: "), "{stderr}");
        assert!(output.stdout.is_empty(), "{words}");
        stderr
    }
}

/// Waits until the program has written a file, a minute at most.
pub(crate) fn await_file(scratch: &Scratch, file: &str) {
    let begun = Instant::now();
    while !scratch.path(file).exists() && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(1));
    }
}
