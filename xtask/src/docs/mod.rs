//! `cargo xtask docs`: does what the README and the tutorial tell their readers to do, and holds every number that the two print
//! against what comes out.

mod compare;
mod extract;
mod source;

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use compare::Strictness;
use extract::{Content, Item, Problem};

use crate::{built, workspace};

/// A page, below the root, and what its commands read.
struct Page {
    path: &'static str,
    data: Data,
}

/// What the commands of a page read.
#[derive(Clone, Copy, Debug)]
enum Data {
    /// MNIST where it is there, and generated digits elsewhere: the numbers on the page are those of MNIST.
    Digits,
    /// Only what the commands of the page make themselves.
    Own,
}

/// One going through a page.
#[derive(Clone, Copy, Debug)]
struct Round {
    /// What the page reads, as a message says it.
    reads: &'static str,
    with_mnist: bool,
    strictness: Strictness,
}

const PAGES: [Page; 4] = [
    Page { path: "README.md", data: Data::Digits },
    Page { path: "docs/tutorial.md", data: Data::Digits },
    Page { path: "docs/tables.md", data: Data::Own },
    Page { path: "docs/anomalies.md", data: Data::Digits },
];

/// The instructions that the numbers on the pages were computed with. Every processor that has them computes the same bits; those of
/// AVX-512 round differently, each maker's in its own way.
const INSTRUCTIONS: &str = "avx2";

/// Whether this processor has [`INSTRUCTIONS`].
fn has_instructions() -> bool {
    #[cfg(target_arch = "x86_64")]
    let has = std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma");
    #[cfg(not(target_arch = "x86_64"))]
    let has = false;
    has
}

/// Commands that are not run, by how they begin, each with the reason.
const LEFT_OUT: [(&str, &str); 4] = [
    ("cargo install ", "installs outside of the temporary folder; the program is built and on the PATH"),
    ("cargo test ", "is a step of its own in `cargo xtask ci`"),
    ("cargo xtask download ", "needs the network"),
    ("git clone ", "needs the network"),
];

/// The words with which the pages start the program where it is not installed.
const FROM_SOURCE: &str = "cargo run --release -- ";

/// Arguments of `cargo xtask docs`.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Leave out the blocks that the pages mark as long, and go through each page once, on MNIST where it is there
    #[arg(long)]
    quick: bool,
    /// Use generated digits only, even where data/mnist is there
    #[arg(long)]
    synthetic: bool,
    /// Drive this program instead of building the release one
    #[arg(long, value_name = "PROGRAM")]
    program: Option<PathBuf>,
}

impl Options {
    /// The options of `cargo xtask docs --quick`, which takes a few minutes.
    pub(crate) fn quick() -> Self {
        Self { quick: true, ..Self::default() }
    }
}

/// Follows every page twice in one folder, as somebody who comes back to it does: on generated digits and then on MNIST, where it
/// is there and the page is about digits.
pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let program = match &options.program {
        Some(path) => std::path::absolute(path)?,
        None => built::program()?,
    };
    if program.file_stem().is_none_or(|name| name != "autoencoder") {
        // The pages call it so, and it is found on the PATH by that name.
        return Err(format!("--program {}: expected a program called autoencoder", program.display()).into());
    }
    let has_instructions = has_instructions();
    if !has_instructions {
        println!("this processor has no {INSTRUCTIONS}: the pages' numbers are counted, and not compared");
    }
    let as_printed = if has_instructions { Strictness::Numbers } else { Strictness::Form };
    let mnist = workspace::root().join("data").join("mnist");
    let has_mnist = !options.synthetic && mnist.is_dir();
    let mut problems = Vec::new();
    for Page { path, data } in PAGES {
        let text = fs::read_to_string(workspace::root().join(path))?;
        let items = match extract::items(&text) {
            Ok(items) => items,
            Err(Problem { line, what }) => {
                problems.push(format!("{path}:{line}: {what}"));
                continue;
            }
        };
        let generated = Round { reads: "generated digits", with_mnist: false, strictness: Strictness::Form };
        let rounds = match data {
            Data::Own => [Round { reads: "its own data", with_mnist: false, strictness: as_printed }; 2],
            Data::Digits if has_mnist => {
                [generated, Round { reads: "MNIST", with_mnist: true, strictness: as_printed }]
            }
            Data::Digits => [generated; 2],
        };
        let folder = tempfile::tempdir()?;
        for (place, Round { reads, with_mnist, strictness }) in
            rounds.into_iter().enumerate().skip(usize::from(options.quick))
        {
            println!("{path}, round {}: {reads}", place + 1);
            if with_mnist {
                copy(&mnist, &folder.path().join("data").join("mnist"))?;
            }
            let reader =
                Reader { program: &program, folder: folder.path(), quick: options.quick, strictness };
            let found = reader.follow(&items);
            problems.extend(found.into_iter().map(|Problem { line, what }| format!("{path}:{line}: {what}")));
        }
    }
    if problems.is_empty() {
        println!("every command works, and every number holds");
        return Ok(());
    }
    Err(format!("{} problems:\n  {}", problems.len(), problems.join("\n  ")).into())
}

/// Somebody who does what a page says.
struct Reader<'a> {
    program: &'a Path,
    folder: &'a Path,
    quick: bool,
    /// [`Strictness::Numbers`] where the data is what the page was written with.
    strictness: Strictness,
}

impl Reader<'_> {
    /// Does everything that the page says, and goes on after a problem; returns all problems.
    fn follow(&self, items: &[Item]) -> Vec<Problem> {
        let mut problems = Vec::new();
        // What the last block of commands printed; nothing where it was left out, or failed.
        let mut printed: Option<String> = None;
        for Item { line, content } in items {
            let result = match content {
                Content::File { name, text } => fs::write(self.folder.join(name), text)
                    .map_err(|error| (*line, format!("{name}: {error}"))),
                Content::Commands { commands, long } => {
                    printed = None;
                    if *long && self.quick {
                        continue;
                    }
                    self.run_all(commands).map(|output| printed = Some(output))
                }
                Content::Output { lines } => match &printed {
                    Some(printed) => {
                        compare::output(lines, printed, self.strictness).map_err(|what| (*line, what))
                    }
                    None => Ok(()),
                },
                Content::Number { source, printed: number } if printed.is_some() => {
                    match source.number(self.folder, |command| self.shell(command)) {
                        Ok(found)
                            if self.strictness == Strictness::Numbers && !compare::agrees(number, found) =>
                        {
                            Err((*line, format!("expected {number}, found {found}")))
                        }
                        Ok(_) => Ok(()),
                        Err(what) => Err((*line, what)),
                    }
                }
                Content::Number { .. } => Ok(()),
            };
            if let Err((line, what)) = result {
                println!("  line {line}: {what}");
                problems.push(Problem { line, what });
            }
        }
        problems
    }

    /// Runs commands one after the other; returns what all of them print.
    fn run_all(&self, commands: &[(usize, String)]) -> Result<String, (usize, String)> {
        let mut printed = String::new();
        for (line, command) in commands {
            if LEFT_OUT.iter().any(|(begin, _)| command.starts_with(begin)) {
                continue;
            }
            println!("  {command}");
            let command = command.replace(FROM_SOURCE, "autoencoder ");
            printed += &self.shell(&command).map_err(|what| (*line, what))?;
        }
        Ok(printed)
    }

    /// Runs a command with the program on the PATH; returns its stdout, or how it failed.
    fn shell(&self, command: &str) -> Result<String, String> {
        let failed = |error: std::io::Error| format!("`{command}`: {error}");
        let mut sh = Command::new("sh");
        if has_instructions() {
            sh.env("AUTOENCODER_INSTRUCTIONS", INSTRUCTIONS);
        }
        let output = sh
            .args(["-e", "-c", command])
            .env("PATH", self.path().map_err(|error| error.to_string())?)
            .current_dir(self.folder)
            .stdin(Stdio::null())
            .output()
            .map_err(failed)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let stderr = String::from_utf8_lossy(&output.stderr);
        Err(format!("`{command}`: {}: {}", output.status, stderr.lines().last().unwrap_or_default()))
    }

    fn path(&self) -> Result<OsString, std::env::JoinPathsError> {
        let own = self.program.parent().map(Path::to_owned);
        let others = std::env::var_os("PATH").unwrap_or_default();
        std::env::join_paths(own.into_iter().chain(std::env::split_paths(&others)))
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(page: &str, strictness: Strictness, quick: bool) -> Vec<Problem> {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("autoencoder");
        let reader = Reader { program: &program, folder: folder.path(), quick, strictness };
        reader.follow(&extract::items(page).unwrap())
    }

    const PAGE: &str = "\
```sh
cargo install nothing
printf 'epoch,mse\\n1,0.25\\n' > m.csv; echo error 0.125
```

```text
error 0.125
```

It ends at 0.25.
<!-- check: m.csv mse = 0.25 -->
";

    #[test]
    fn a_page_that_tells_the_truth_has_no_problems() {
        assert_eq!(follow(PAGE, Strictness::Numbers, false), []);
    }

    #[test]
    fn a_wrong_number_is_a_problem_with_its_line() {
        for (right, wrong, line) in
            [("```text\nerror 0.125", "```text\nerror 0.135", 6), ("0.25.\n", "0.24. or 0.27\n", 11)]
        {
            let page = PAGE
                .replace(right, wrong)
                .replace("mse = 0.25", if line == 11 { "mse = 0.27" } else { "mse = 0.25" });
            let problems = follow(&page, Strictness::Numbers, false);
            assert_eq!(
                problems.iter().map(|problem| problem.line).collect::<Vec<_>>(),
                [line],
                "{problems:?}"
            );
            assert_eq!(follow(&page, Strictness::Form, false), [], "on other data the form alone counts");
        }
    }

    #[test]
    fn a_command_that_fails_is_a_problem_unless_it_is_left_out() {
        let page = "<!-- long -->\n```sh\nexit 3\n```\n\n```text\na\n```\n";
        assert_eq!(
            follow(page, Strictness::Form, false).iter().map(|problem| problem.line).collect::<Vec<_>>(),
            [3]
        );
        assert_eq!(follow(page, Strictness::Form, true), []);
    }
}
