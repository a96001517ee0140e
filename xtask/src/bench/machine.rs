//! The circumstances of measurements: the machine, the toolchain, the flags, the commit and the date.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::{env, fs, thread};

use serde::Serialize;
use serde_json::Value;

use crate::workspace;

/// The circumstances of measurements; a field is `None` where this system does not tell.
#[derive(Debug, Serialize)]
pub(crate) struct Circumstances {
    date: Option<String>,
    machine: Machine,
    /// The lines `key: value` that `rustc -vV` prints.
    toolchain: BTreeMap<String, String>,
    flags: Flags,
    commit: Option<String>,
    /// Whether the sources differ from the commit's.
    dirty: Option<bool>,
}

#[derive(Debug, Serialize)]
struct Machine {
    processor: Option<String>,
    /// Threads that run at the same time.
    threads: usize,
    memory_bytes: Option<u64>,
    system: Option<String>,
}

#[derive(Debug, Serialize)]
struct Flags {
    rustflags: Option<String>,
    /// The release profile in the root `Cargo.toml`; benchmarks inherit it.
    release_profile: Value,
}

impl Circumstances {
    pub(crate) fn look() -> Self {
        let root = workspace::root();
        let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
        let git = |arguments: &[&str]| says("git", arguments, &root);
        Self {
            date: says("date", &["-u", "+%Y-%m-%dT%H:%M:%SZ"], &root),
            machine: Machine::look(&root),
            toolchain: says(&rustc, &["-vV"], &root).map(|text| toolchain(&text)).unwrap_or_default(),
            flags: Flags {
                rustflags: env::var("RUSTFLAGS").ok(),
                release_profile: fs::read_to_string(root.join("Cargo.toml"))
                    .map_or(Value::Null, |manifest| release_profile(&manifest)),
            },
            commit: git(&["rev-parse", "HEAD"]),
            dirty: git(&["status", "--porcelain"]).map(|changes| !changes.is_empty()),
        }
    }

    /// One line for the head of a report.
    pub(crate) fn summary(&self) -> String {
        let or_unknown = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
        let memory = self
            .machine
            .memory_bytes
            .map_or_else(String::new, |bytes| format!(", {:.1} GiB", bytes as f64 / f64::from(1 << 30)));
        format!(
            "{}, {} threads{memory}; {}; rustc {}; commit {}{}",
            or_unknown(&self.machine.processor),
            self.machine.threads,
            or_unknown(&self.machine.system),
            self.toolchain.get("release").map_or("unknown", String::as_str),
            self.commit.as_deref().and_then(|commit| commit.get(..10)).unwrap_or("unknown"),
            if self.dirty == Some(true) { " and changes" } else { "" },
        )
    }
}

impl Machine {
    fn look(root: &Path) -> Self {
        let file = |path: &str| fs::read_to_string(path).ok();
        let sysctl = |name: &str| says("sysctl", &["-n", name], root);
        let processor = file("/proc/cpuinfo").and_then(|text| field(&text, "model name"));
        let memory = file("/proc/meminfo").and_then(|text| field(&text, "MemTotal"));
        let memory = memory.and_then(|text| text.strip_suffix("kB")?.trim().parse::<u64>().ok());
        Self {
            processor: processor.or_else(|| sysctl("machdep.cpu.brand_string")),
            threads: thread::available_parallelism().map_or(1, usize::from),
            memory_bytes: memory
                .map(|kibibytes| kibibytes * 1024)
                .or_else(|| sysctl("hw.memsize")?.parse().ok()),
            system: says("uname", &["-srm"], root),
        }
    }
}

/// The output of a command, if the command is there and succeeds.
fn says(program: &str, arguments: &[&str], folder: &Path) -> Option<String> {
    let output = Command::new(program).args(arguments).current_dir(folder).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The value of the first line `name : value`.
fn field(text: &str, name: &str) -> Option<String> {
    text.lines().filter_map(|line| line.split_once(':')).find_map(|(key, value)| {
        let value = value.trim();
        (key.trim() == name && !value.is_empty()).then(|| value.to_owned())
    })
}

/// The lines `key: value` of `rustc -vV`.
fn toolchain(text: &str) -> BTreeMap<String, String> {
    let pairs = text.lines().filter_map(|line| line.split_once(": "));
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn release_profile(manifest: &str) -> Value {
    let table = manifest.parse::<toml::Table>().unwrap_or_default();
    let profile = table.get("profile").and_then(|profiles| profiles.get("release"));
    profile.and_then(|profile| serde_json::to_value(profile).ok()).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_whole_name() {
        let text = "model\t\t: 207\nmodel name\t: Some CPU @ 2 GHz\nmodel name\t: another\nflags:\n";
        assert_eq!(field(text, "model name").as_deref(), Some("Some CPU @ 2 GHz"));
        assert_eq!(field(text, "flags"), None);
        assert_eq!(field(text, "name"), None);
    }

    #[test]
    fn the_compiler_is_taken_apart() {
        let parsed = toolchain("rustc 1.95.0 (abc 2026-04-14)\nbinary: rustc\nrelease: 1.95.0\n");
        assert_eq!(parsed.get("release").map(String::as_str), Some("1.95.0"));
        assert_eq!(parsed.len(), 2);
    }

    #[test]
    fn the_profile_is_what_the_manifest_says() {
        let profile = release_profile("[profile.release]\nlto = \"thin\"\ncodegen-units = 4\n");
        assert_eq!(profile, serde_json::json!({"lto": "thin", "codegen-units": 4}));
        assert_eq!(release_profile("[package]\n"), Value::Null);
    }
}
