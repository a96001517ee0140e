//! `cargo xtask download`: fetches data sets from mirrors, a folder or an address, and keeps nothing whose sha256 does not hold.

mod arrival;
mod catalogue;
mod client;
mod digest;
mod error;
mod file_kind;
mod folder;
mod part;
mod present;
mod report;
#[cfg(test)]
mod tests;
mod transfer;

use std::fmt;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Instant;

use catalogue::{Catalogue, DataFile, DataSet, Form};
use client::{Client, Limits};
use error::FetchError;
use present::Present;
use report::Report;
use transfer::Transfer;

use crate::workspace;

/// Arguments of `cargo xtask download`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Data sets: mnist (the default), fashion-mnist
    sets: Vec<String>,
    /// Target folder: each set gets a folder of its own below it [default: the workspace's data folder]
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// Source instead of the mirrors in data/datasets.toml: a folder or its address; packed or not, dashed or dotted names
    #[arg(long, value_name = "FOLDER|URL")]
    from: Option<String>,
    /// Download nothing; read every byte of what is there and compare its sha256
    #[arg(long, conflicts_with = "from")]
    verify: bool,
}

/// The source of the files.
#[derive(Debug)]
enum Origin {
    Mirrors,
    Address(String),
    Folder(PathBuf),
}

impl Origin {
    fn parse(from: Option<&str>) -> Result<Self, DownloadError> {
        let Some(from) = from else { return Ok(Self::Mirrors) };
        let lower = from.to_ascii_lowercase();
        if lower.starts_with("http://") || lower.starts_with("https://") {
            let slash = if from.ends_with('/') { "" } else { "/" };
            return Ok(Self::Address(format!("{from}{slash}")));
        }
        let path = PathBuf::from(from.strip_prefix("file://").unwrap_or(from));
        if path.is_dir() { Ok(Self::Folder(path)) } else { Err(DownloadError::NoSuchOrigin(from.to_owned())) }
    }
}

/// The reason why a download or a check as a whole failed. The report has a line about each file that is wrong.
#[derive(Debug)]
pub(crate) enum DownloadError {
    NoSuchOrigin(String),
    Folder { path: PathBuf, error: io::Error },
    Local(FetchError),
    NotFetched { count: usize, total: usize },
    NotRight { count: usize, total: usize },
}

impl fmt::Display for DownloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchOrigin(from) => {
                write!(
                    f,
                    "--from {from}: expected a folder that exists, or an address beginning with http:// or https://"
                )
            }
            Self::Folder { path, error } => write!(f, "cannot make {}: {error}", path.display()),
            Self::Local(error) => write!(f, "{error}"),
            Self::NotFetched { count, total } => write!(
                f,
                "{count} of {total} files did not come; run the command again to go on, or give --from FOLDER|URL"
            ),
            Self::NotRight { count, total } => {
                write!(
                    f,
                    "{count} of {total} files are wrong or missing; run `cargo xtask download` to fetch them"
                )
            }
        }
    }
}

impl std::error::Error for DownloadError {}

/// Downloads the sets, or with `--verify` checks those that are there.
pub(crate) fn run(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let root = workspace::root();
    let catalogue = Catalogue::of_workspace(&root)?;
    let sets = catalogue.choose(&options.sets)?;
    let to = options.to.clone().unwrap_or_else(|| root.join("data"));
    if options.verify {
        let mut stdout = io::stdout().lock();
        return Ok(verify(&catalogue, &sets, &to, &mut Report::new(&mut stdout, false))?);
    }
    let origin = Origin::parse(options.from.as_deref())?;
    let client = Client::from_environment(Limits::default());
    let mut stderr = io::stderr().lock();
    let terminal = io::stderr().is_terminal();
    let mut report = Report::new(&mut stderr, terminal);
    Ok(Download { catalogue: &catalogue, client: &client, origin: &origin, to: &to }
        .run(&sets, &mut report)?)
}

/// Reads every file of `sets` below `to`, one line each.
fn verify(
    catalogue: &Catalogue,
    sets: &[&DataSet],
    to: &Path,
    report: &mut Report<'_>,
) -> Result<(), DownloadError> {
    let (mut count, mut total) = (0, 0);
    for set in sets {
        for file in &set.files {
            total += 1;
            match present::look(catalogue, file, &to.join(&set.name)).map_err(DownloadError::Local)? {
                Present::Right(form) => {
                    report.line(format_args!("ok       {}/{}", set.name, file.file_name(form)));
                }
                Present::Missing => {
                    count += 1;
                    report.line(format_args!("missing  {}/{}", set.name, file.file_name(Form::Gz)));
                }
                Present::Wrong { path, found } => {
                    count += 1;
                    report.line(format_args!("wrong    {}: {found}", path.display()));
                }
                Present::NotAFile { path, kind } => {
                    count += 1;
                    report.line(format_args!("wrong    {}: expected a file, found {kind}", path.display()));
                }
            }
        }
    }
    if count == 0 { Ok(()) } else { Err(DownloadError::NotRight { count, total }) }
}

/// A download with everything it needs decided.
#[derive(Debug)]
struct Download<'a> {
    catalogue: &'a Catalogue,
    client: &'a Client,
    origin: &'a Origin,
    to: &'a Path,
}

impl Download<'_> {
    fn run(&self, sets: &[&DataSet], report: &mut Report<'_>) -> Result<(), DownloadError> {
        let (mut count, mut total) = (0, 0);
        for set in sets {
            report.line(format_args!("{}: {} (licence: {})", set.name, set.title, set.licence));
            let folder = self.to.join(&set.name);
            fs::create_dir_all(&folder)
                .map_err(|error| DownloadError::Folder { path: folder.clone(), error })?;
            for file in &set.files {
                total += 1;
                count += usize::from(!self.one(set, file, &folder, report).map_err(DownloadError::Local)?);
            }
        }
        if count == 0 { Ok(()) } else { Err(DownloadError::NotFetched { count, total }) }
    }

    /// Fetches one file if it is not there; returns whether it is there in the end. An error is a fault of this machine.
    fn one(
        &self,
        set: &DataSet,
        file: &DataFile,
        folder: &Path,
        report: &mut Report<'_>,
    ) -> Result<bool, FetchError> {
        loop {
            match present::look(self.catalogue, file, folder)? {
                Present::Right(form) => {
                    report.line(format_args!("{}/{}: up to date", set.name, file.file_name(form)));
                    return Ok(true);
                }
                // Out of the way first: whether or not the right one comes, nobody shall take this one for it.
                Present::Wrong { path, found } => {
                    let aside = set_aside(&path)?;
                    report.line(format_args!("{}: {found}; now called {}", path.display(), aside.display()));
                }
                Present::NotAFile { path, kind } => return Err(FetchError::NotAFile { path, kind }),
                Present::Missing => break,
            }
        }
        match self.origin {
            Origin::Mirrors => self.try_mirrors(set, file, folder, report),
            Origin::Address(base) => self.try_address(base, set, file, folder, report),
            Origin::Folder(source) => self.try_folder(source, set, file, folder, report),
        }
    }

    /// Tries each mirror, whatever went wrong with the one before.
    fn try_mirrors(
        &self,
        set: &DataSet,
        file: &DataFile,
        folder: &Path,
        report: &mut Report<'_>,
    ) -> Result<bool, FetchError> {
        for mirror in &set.mirrors {
            let url = format!("{mirror}{}", file.file_name(Form::Gz));
            match self.fetch(set, file, Form::Gz, &url, folder, report) {
                Ok(()) => return Ok(true),
                Err(error) if error.is_local() => return Err(error),
                Err(error) => report.line(format_args!("  {url}: {error}")),
            }
        }
        report.line(format_args!(
            "{}/{}: none of {} mirrors had it",
            set.name,
            file.file_name(Form::Gz),
            set.mirrors.len()
        ));
        Ok(false)
    }

    /// Tries every spelling below `base`, as long as the server answers at all.
    fn try_address(
        &self,
        base: &str,
        set: &DataSet,
        file: &DataFile,
        folder: &Path,
        report: &mut Report<'_>,
    ) -> Result<bool, FetchError> {
        for place in [base.to_owned(), format!("{base}{}/", set.name)] {
            for form in Form::ALL {
                for name in file.spellings() {
                    let url = format!("{place}{name}{}", form.suffix());
                    let Err(error) = self.fetch(set, file, form, &url, folder, report) else {
                        return Ok(true);
                    };
                    if error.is_local() {
                        return Err(error);
                    }
                    report.line(format_args!("  {url}: {error}"));
                    if !error.may_have_another_name() {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(false)
    }

    fn try_folder(
        &self,
        source: &Path,
        set: &DataSet,
        file: &DataFile,
        folder: &Path,
        report: &mut Report<'_>,
    ) -> Result<bool, FetchError> {
        match folder::copy(self.catalogue, &set.name, file, source, folder) {
            Ok((path, form)) => {
                report.line(format_args!(
                    "{}/{}: copied from {}",
                    set.name,
                    file.file_name(form),
                    path.display()
                ));
                Ok(true)
            }
            Err(error) if error.is_local() => Err(error),
            Err(error) => {
                report.line(format_args!("{}/{}: {error}", set.name, file.name));
                Ok(false)
            }
        }
    }

    fn fetch(
        &self,
        set: &DataSet,
        file: &DataFile,
        form: Form,
        url: &str,
        folder: &Path,
        report: &mut Report<'_>,
    ) -> Result<(), FetchError> {
        let begin = Instant::now();
        Transfer { catalogue: self.catalogue, file, form, url, folder }.run(self.client, report)?;
        report.line(format_args!(
            "{}/{}: {} bytes from {url} in {:.1} s",
            set.name,
            file.file_name(form),
            file.content(form).bytes,
            begin.elapsed().as_secs_f64()
        ));
        Ok(())
    }
}

/// Renames a wrong file to the first free of `NAME.wrong`, `NAME.wrong2`, ...
fn set_aside(path: &Path) -> Result<PathBuf, FetchError> {
    let mut names = (1_u32..).map(|number| {
        let mut name = path.as_os_str().to_owned();
        name.push(if number == 1 { ".wrong".to_owned() } else { format!(".wrong{number}") });
        PathBuf::from(name)
    });
    let aside =
        names.find(|name| fs::symlink_metadata(name).is_err()).expect("there are more numbers than files");
    fs::rename(path, &aside).map_err(|error| FetchError::Disk { path: path.to_owned(), error })?;
    Ok(aside)
}
