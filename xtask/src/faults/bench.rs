//! What every case needs: the program, undisturbed runs to compare with, and small data.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Checked;
use super::running::{End, Ending, Running};
use super::trainings::{GRID, OLDER, TRAININGS, Training, words};

/// The folder of an undisturbed run, as cases name it too.
pub(super) const RUN: &str = "run";

/// The program, with undisturbed runs of all trainings below a folder.
#[derive(Debug)]
pub(super) struct Bench {
    pub(super) program: PathBuf,
    pub(super) folder: PathBuf,
    references: BTreeMap<&'static str, Reference>,
}

/// An undisturbed run.
#[derive(Debug)]
pub(super) struct Reference {
    pub(super) run: PathBuf,
    pub(super) seconds: Duration,
}

impl Bench {
    /// Writes the data and trains every training once without a disturbance.
    pub(super) fn new(program: PathBuf, folder: &Path) -> Checked<Self> {
        let mut bench = Self { program, folder: folder.to_owned(), references: BTreeMap::new() };
        bench.succeed(&words("synthetic --count 200 --quiet --out data"), folder)?;
        let older = bench.scene("older")?;
        bench.succeed(&words(OLDER), &older)?;
        for training in TRAININGS {
            let scene = bench.scene(&format!("undisturbed-{}", training.name))?;
            let ending = bench.succeed(&training.complete(&training.begin(RUN), 1), &scene)?;
            let reference = Reference { run: scene.join(RUN), seconds: ending.seconds };
            bench.references.insert(training.name, reference);
        }
        Ok(bench)
    }

    /// The undisturbed run of a training.
    pub(super) fn reference(&self, training: &Training) -> &Reference {
        &self.references[training.name]
    }

    /// The run that another one is to replace.
    pub(super) fn older(&self) -> PathBuf {
        self.folder.join("older").join(RUN)
    }

    /// The images that [`super::trainings::FILES`] reads, below a scene or below the folder of the bench.
    pub(super) fn images(scene: &Path) -> PathBuf {
        scene.join("data").join("train-images-idx3-ubyte")
    }

    /// A new folder to run the program in, with everything that a training reads.
    pub(super) fn scene(&self, name: &str) -> io::Result<PathBuf> {
        let scene = self.folder.join(name);
        fs::create_dir_all(scene.join("temporary"))?;
        fs::write(scene.join("grid.toml"), GRID)?;
        copy(&self.folder.join("data"), &scene.join("data"))?;
        Ok(scene)
    }

    /// Starts the program in a scene.
    pub(super) fn start(&self, words: &[String], scene: &Path, before: Option<&str>) -> io::Result<Running> {
        Running::start(&self.program, words, (scene, &scene.join("temporary")), before)
    }

    fn succeed(&self, words: &[String], scene: &Path) -> Checked<Ending> {
        let ending = self.start(words, scene, None)?.end()?;
        if ending.end == End::Code(0) { Ok(ending) } else { Err(ending.to_string().into()) }
    }

    /// Checks that a model or a checkpoint is whole: `inspect` and `evaluate` read it.
    pub(super) fn check_model(&self, file: &Path) -> Checked {
        let file = file.to_string_lossy().into_owned();
        self.succeed(&["inspect".to_owned(), file.clone()], &self.folder)?;
        self.succeed(&["evaluate".to_owned(), file, "data".to_owned(), "--quiet".to_owned()], &self.folder)?;
        Ok(())
    }
}

/// Copies a folder of files.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
