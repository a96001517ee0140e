//! `cargo xtask e2e`: uses the release program as a user would, on MNIST where it is there, and checks what comes out.

mod browser;
mod checks;
mod contract;
mod explore;
mod files;
mod long;
pub(crate) mod npy;
mod numbers;
mod onnxruntime;
mod reproducible;
mod wrong_input;

use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use checks::Checks;

use crate::process::{Program, Run};
use crate::{built, workspace};

/// Arguments of `cargo xtask e2e`.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Also train for the published numbers that take minutes (MNIST only)
    #[arg(long)]
    long: bool,
    /// Use generated digits even where data/mnist is there
    #[arg(long)]
    synthetic: bool,
    /// Python with numpy, onnx and onnxruntime, by which exported models are run; the default is python3
    #[arg(long, value_name = "PYTHON")]
    python: Option<PathBuf>,
    /// Make this group of checks alone, such as `explore`; `files` and `contract` need the runs of `numbers`
    #[arg(long, value_name = "GROUP")]
    only: Option<String>,
    /// Drive this program instead of building the release one
    #[arg(long, value_name = "PROGRAM")]
    program: Option<PathBuf>,
}

/// The data that the program is trained and judged on.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Data {
    Mnist(PathBuf),
    Synthetic,
}

impl Data {
    /// The data's name on the program's command line.
    fn argument(&self) -> OsString {
        match self {
            Self::Mnist(folder) => folder.into(),
            Self::Synthetic => "synthetic".into(),
        }
    }

    fn is_mnist(&self) -> bool {
        matches!(self, Self::Mnist(_))
    }
}

/// Everything a check needs: the program, the data, a folder to work in, and the list of what held.
#[derive(Debug)]
struct Stage {
    program: Program,
    data: Data,
    folder: PathBuf,
    python: Option<PathBuf>,
    checks: Checks,
}

/// A run that had to succeed for the checks after it to make sense, and did not.
#[derive(Debug)]
struct Stopped(String);

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Stopped {}

/// The result of a group of checks, which is cut short where a run that it builds on failed.
type Group = Result<(), Stopped>;

/// A group of checks.
type Check = fn(&mut Stage) -> Group;

impl Stage {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Runs the program in the working folder; words are single arguments.
    fn run<A: Into<OsString>>(&self, arguments: impl IntoIterator<Item = A>) -> Result<Run, Stopped> {
        let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
        self.program.run(&arguments, &self.folder).map_err(|error| Stopped(error.to_string()))
    }

    /// Runs the program, which must succeed without a panic.
    fn succeed<A: Into<OsString>>(&self, arguments: impl IntoIterator<Item = A>) -> Result<Run, Stopped> {
        let run = self.run(arguments)?;
        if run.code == Some(0) && !run.stderr.contains("panicked") {
            Ok(run)
        } else {
            Err(Stopped(run.to_string()))
        }
    }

    /// Runs the program with `--json`, which must print exactly one object.
    fn json<A: Into<OsString>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<(serde_json::Value, Run), Stopped> {
        let arguments: Vec<OsString> =
            arguments.into_iter().map(Into::into).chain([OsString::from("--json")]).collect();
        let run = self.succeed(arguments)?;
        match serde_json::from_slice::<serde_json::Value>(&run.stdout) {
            Ok(value) if value.is_object() => Ok((value, run)),
            Ok(_) => Err(Stopped(format!("stdout is not one JSON object: {run}"))),
            Err(error) => Err(Stopped(format!("stdout is not one JSON object ({error}): {run}"))),
        }
    }

    /// `train DATA ... --out FOLDER`, where `words` is split at blanks.
    fn train_arguments(&self, words: &str, out: &str) -> Vec<OsString> {
        let mut arguments = vec!["train".into(), self.data.argument()];
        arguments.extend(words.split_whitespace().map(OsString::from));
        arguments.extend(["--out".into(), self.path(out).into_os_string()]);
        arguments
    }

    /// `COMMAND WHAT DATA`, and words split at blanks.
    fn on_data(&self, command: &str, what: &Path, words: &str) -> Vec<OsString> {
        let mut arguments = vec![command.into(), what.into(), self.data.argument()];
        arguments.extend(words.split_whitespace().map(OsString::from));
        arguments
    }
}

#[derive(Debug)]
struct ChecksFailed {
    failures: Vec<String>,
    total: usize,
}

impl fmt::Display for ChecksFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} end-to-end checks failed:", self.failures.len(), self.total)?;
        self.failures.iter().try_for_each(|failure| write!(f, "\n  {failure}"))
    }
}

impl Error for ChecksFailed {}

/// Builds the program, drives it, and reports.
pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let path = match &options.program {
        Some(path) => std::path::absolute(path)?,
        None => built::program()?,
    };
    let mnist = workspace::root().join("data").join("mnist");
    let data = if mnist.is_dir() && !options.synthetic { Data::Mnist(mnist) } else { Data::Synthetic };
    if options.long && !data.is_mnist() {
        return Err("--long needs data/mnist; run `cargo xtask download mnist` first".into());
    }
    let folder = tempfile::tempdir()?;
    let mut stage = Stage {
        program: Program::new(path),
        data,
        folder: folder.path().to_owned(),
        python: options.python.clone(),
        checks: Checks::default(),
    };
    match &stage.data {
        Data::Mnist(_) => println!("on MNIST, from data/mnist"),
        Data::Synthetic => {
            println!(
                "on generated digits: the published numbers need data/mnist (`cargo xtask download mnist`)"
            );
        }
    }
    let mut groups: Vec<(&str, Check)> = vec![
        ("numbers", numbers::check),
        ("files", files::check),
        ("contract", contract::check),
        ("reproducible", reproducible::check),
        ("wrong input", wrong_input::check),
        ("explore", explore::check),
        ("onnxruntime", onnxruntime::check),
    ];
    if options.long {
        groups.push(("long", long::check));
    }
    if let Some(only) = &options.only {
        groups.retain(|(name, _)| name == only);
        if groups.is_empty() {
            return Err(format!("--only {only}: there is no such group of checks").into());
        }
    }
    for (name, group) in groups {
        println!("{name}:");
        if let Err(stopped) = group(&mut stage) {
            stage.checks.that(
                &format!("{name}, up to the end"),
                false,
                stopped,
                "every run it builds on succeeds",
            );
        }
    }
    let (failures, total) = stage.checks.finish();
    if failures.is_empty() {
        println!("all {total} end-to-end checks hold");
        return Ok(());
    }
    Err(ChecksFailed { failures, total }.into())
}
