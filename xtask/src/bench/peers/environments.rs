//! The environments of the peers' programs: Python virtual environments, made if missing, and a Rust workspace.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::bench::measurements::succeed;
use crate::process::Program;
use crate::{built, workspace};

/// A Python environment, named as `--environment` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Python {
    /// Everything but TensorFlow, with which it does not always agree on versions.
    Torch,
    Tensorflow,
}

impl Python {
    const ALL: [Self; 2] = [Self::Torch, Self::Tensorflow];

    fn name(self) -> &'static str {
        match self {
            Self::Torch => "torch",
            Self::Tensorflow => "tensorflow",
        }
    }
}

/// The environments that were given or have been made; making one is tried only once.
#[derive(Debug, Default)]
pub(crate) struct Environments {
    given: BTreeMap<Python, PathBuf>,
    pythons: BTreeMap<Python, Result<PathBuf, String>>,
    rust: Option<Result<BTreeMap<String, PathBuf>, String>>,
}

impl Environments {
    /// `typed` are NAME=FOLDER, environments that are there.
    pub(crate) fn new(typed: &[String]) -> Result<Self, String> {
        let mut given = BTreeMap::new();
        for typed in typed {
            let parsed = typed.split_once('=').and_then(|(name, folder)| {
                Some((Python::ALL.into_iter().find(|python| python.name() == name)?, folder))
            });
            let (python, folder) = parsed.ok_or_else(|| {
                format!("--environment {typed}: expected torch=FOLDER or tensorflow=FOLDER")
            })?;
            let folder = std::path::absolute(folder).map_err(|error| error.to_string())?;
            if !interpreter(&folder).is_file() {
                return Err(format!("--environment {typed}: no {} there", interpreter(&folder).display()));
            }
            given.insert(python, folder);
        }
        Ok(Self { given, ..Self::default() })
    }

    /// The interpreter of an environment.
    pub(crate) fn python(&mut self, python: Python) -> Result<PathBuf, String> {
        let given = self.given.get(&python);
        let made = self.pythons.entry(python);
        made.or_insert_with(|| given.map_or_else(|| make(python), |folder| Ok(interpreter(folder)))).clone()
    }

    /// A program of the peers' Rust workspace.
    pub(crate) fn rust(&mut self, name: &str) -> Result<PathBuf, String> {
        let built = self.rust.get_or_insert_with(|| {
            // Built from there: cargo then finds the settings that the workspace has for itself.
            let folder = peers_folder().join("rust");
            if !folder.join("Cargo.toml").is_file() {
                return Err("bench/peers/rust is not there".to_owned());
            }
            eprintln!("building the peers of bench/peers/rust");
            built::executables(&["build", "--release", "--locked"], &folder, &[])
                .map_err(|error| error.to_string())
        });
        let built = built.as_ref().map_err(String::clone)?;
        built.get(name).cloned().ok_or_else(|| format!("cargo built no program called {name}"))
    }
}

/// The folder of the peers' programs.
pub(crate) fn peers_folder() -> PathBuf {
    workspace::root().join("bench").join("peers")
}

fn interpreter(environment: &Path) -> PathBuf {
    if cfg!(windows) {
        environment.join("Scripts").join("python.exe")
    } else {
        environment.join("bin").join("python")
    }
}

/// Makes an environment below target/peers, unless it is there with what the project asks for today.
fn make(python: Python) -> Result<PathBuf, String> {
    let file = format!("requirements-{}.txt", python.name());
    let requirements = peers_folder().join(&file);
    let asked = fs::read_to_string(&requirements).map_err(|error| format!("bench/peers/{file}: {error}"))?;
    let folder = workspace::root().join("target").join("peers").join(python.name());
    // Written last, so that an environment that holds it is whole.
    let finished = folder.join(&file);
    let interpreter = interpreter(&folder);
    if interpreter.is_file() && fs::read_to_string(&finished).is_ok_and(|installed| installed == asked) {
        return Ok(interpreter);
    }
    eprintln!("making target/peers/{} from bench/peers/{file}", python.name());
    let root = workspace::root();
    let venv = ["-m".into(), "venv".into(), folder.into_os_string()];
    succeed(&Program::new("python3".into()), &venv, &root)?;
    let install = ["-m", "pip", "install", "--quiet", "--requirement"].map(Into::into);
    let install: Vec<_> = install.into_iter().chain([requirements.into_os_string()]).collect();
    succeed(&Program::new(interpreter.clone()), &install, &root)?;
    fs::write(&finished, asked).map_err(|error| format!("{}: {error}", finished.display()))?;
    Ok(interpreter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_that_is_there_is_used() {
        let folder = tempfile::tempdir().unwrap();
        let typed = |text: String| Environments::new(&[text]);
        let path = folder.path().display();
        assert!(typed(format!("torch={path}")).unwrap_err().contains("there"));
        let python = interpreter(folder.path());
        fs::create_dir_all(python.parent().unwrap()).unwrap();
        fs::write(&python, "").unwrap();
        assert_eq!(typed(format!("torch={path}")).unwrap().python(Python::Torch), Ok(python));
        let expected = "--environment torch: expected torch=FOLDER or tensorflow=FOLDER";
        assert_eq!(typed("torch".to_owned()).unwrap_err(), expected);
        assert!(typed(format!("conda={path}")).is_err());
    }
}
