//! The pictures of a folder, read into rows of numbers on all threads.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::picture::{Picture, Refusal, Traits};
use super::png;
use super::raster::Row;
use super::shape::{Depth, PictureShape};
use super::tally::Tally;
use crate::data::samples::{Elements, no_samples};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::Working;

/// The advice about a picture that cannot be read.
const SKIP: &str = "--skip-broken leaves out pictures that cannot be read";

/// A picture of a folder.
#[derive(Debug, PartialEq)]
pub(super) struct PictureFile {
    pub path: PathBuf,
    /// The index of its class, where subfolders are classes.
    pub class: Option<usize>,
}

/// Pictures that are to be read.
pub(super) struct Reader<'a> {
    pub folder: &'a Path,
    pub files: &'a [PictureFile],
    /// The depth of the numbers to read.
    pub depth: Depth,
    pub skip_broken: bool,
}

/// Pictures that were read.
pub(super) struct Pictures {
    pub shape: PictureShape,
    pub elements: Elements,
    /// The name of each picture that was read, as the folder has it.
    pub names: Vec<String>,
    /// The class of each picture that was read, where subfolders are classes.
    pub classes: Option<Vec<usize>>,
    /// What is to be told of them.
    pub tally: Tally,
}

impl Reader<'_> {
    /// Reads the first `most` pictures; broken ones are left out, or refused.
    pub(super) fn read(&self, most: usize, shown: &Working) -> Outcome<Pictures> {
        let most = most.min(self.files.len());
        if most == 0 {
            return Err(no_samples(self.folder));
        }
        shown.expect(most as u64);
        let (first, shape) = self.first()?;
        let mut tally = Tally::new(self.folder, self.depth);
        let (mut names, mut classes) = (Vec::new(), Vec::new());
        let mut keep = |file: &PictureFile| {
            let name = file.path.strip_prefix(self.folder).unwrap_or(&file.path);
            names.push(name.to_string_lossy().into_owned());
            classes.extend(file.class);
        };
        let goal = Goal { most, first, shape, shown };
        let elements = match self.depth {
            Depth::Eight => {
                Elements::Bytes(self.fill(&goal, |row| Row::Bytes(row), &mut tally, &mut keep)?)
            }
            Depth::Sixteen => {
                Elements::Floats(self.fill(&goal, |row| Row::Floats(row), &mut tally, &mut keep)?)
            }
        };
        Ok(Pictures { shape, elements, names, classes: (!classes.is_empty()).then_some(classes), tally })
    }

    /// The shape of the first picture, or of the first that is not broken if these are left out; it is that of all.
    pub(super) fn first(&self) -> Outcome<(&Path, PictureShape)> {
        let mut broken = None;
        for PictureFile { path, .. } in self.files {
            match Picture::open(path).and_then(|picture| self.decodes(picture)) {
                Ok(shape) => return Ok((path, shape)),
                Err(Refusal::Broken(what)) if self.skip_broken => {
                    broken.get_or_insert((path, what));
                }
                Err(refusal) => return Err(refused(path, refusal)),
            }
        }
        Err(match broken {
            None => no_samples(self.folder),
            Some((path, what)) => {
                let count = self.files.len();
                let which =
                    format_args!("none of {count} pictures can be read, the first because of: {what}");
                Failure::at(path, which)
            }
        })
    }

    /// The shape of a picture. Where others than the first may be broken, its pixels tell whether it is.
    fn decodes(&self, picture: Picture) -> Result<PictureShape, Refusal> {
        let shape = picture.shape();
        if self.skip_broken {
            match self.depth {
                Depth::Eight => picture.decode(Row::Bytes(&mut vec![0; shape.count()])),
                Depth::Sixteen => picture.decode(Row::Floats(&mut vec![0.0; shape.count()])),
            }?;
        }
        Ok(shape)
    }

    /// Reads pictures into rows, one after the other. `keep` is told of each that was read.
    fn fill<T: Clone + Copy + Default + Send>(
        &self,
        goal: &Goal<'_>,
        row: fn(&mut [T]) -> Row<'_>,
        tally: &mut Tally,
        keep: &mut dyn FnMut(&PictureFile),
    ) -> Outcome<Vec<T>> {
        let length = goal.shape.count();
        let total = length.saturating_mul(goal.most);
        let mut rows = Vec::new();
        rows.try_reserve_exact(total).map_err(|_| {
            let bytes = total.saturating_mul(size_of::<T>());
            Failure::at(self.folder, format_args!("not enough memory for {bytes} bytes of pixels"))
                .advise("read fewer samples with --limit")
        })?;
        rows.resize(total, T::default());
        let (mut kept, mut files) = (0, self.files);
        while kept < goal.most && !files.is_empty() {
            let (batch, later) = files.split_at(files.len().min(goal.most - kept));
            files = later;
            let read: Vec<Result<Traits, Refusal>> = rows[kept * length..]
                .par_chunks_exact_mut(length)
                .zip(batch)
                .map(|(numbers, file)| goal.read(&file.path, row(numbers)))
                .collect();
            let from = kept;
            // The failure is that of the first file that fails, whichever thread is first.
            for (index, (file, read)) in batch.iter().zip(read).enumerate() {
                match read {
                    Ok(traits) => {
                        let place = (from + index) * length;
                        rows.copy_within(place..place + length, kept * length);
                        kept += 1;
                        tally.count(traits);
                        keep(file);
                    }
                    Err(Refusal::Broken(_)) if self.skip_broken => tally.leave_out(&file.path),
                    Err(refusal) => return Err(refused(&file.path, refusal)),
                }
            }
        }
        rows.truncate(kept * length);
        Ok(rows)
    }
}

/// The number of pictures that are wanted, and the shape of each.
struct Goal<'a> {
    most: usize,
    first: &'a Path,
    shape: PictureShape,
    shown: &'a Working,
}

impl Goal<'_> {
    fn read(&self, path: &Path, row: Row<'_>) -> Result<Traits, Refusal> {
        self.shown.advance(1);
        let picture = Picture::open(path)?;
        let found = picture.shape();
        if found == self.shape {
            return picture.decode(row);
        }
        let turned = if picture.is_turned() { ", turned as its EXIF orientation says" } else { "" };
        let what =
            format_args!("expected {} as in {}, found {found}{turned}", self.shape, self.first.display());
        let is_of_size = (found.height, found.width) == (self.shape.height, self.shape.width);
        Err(Refusal::Other(Failure::at(path, what).advise(if is_of_size {
            "make all pictures grey or all RGB, or keep the grey ones in a folder of their own"
        } else {
            "bring all pictures to one size"
        })))
    }
}

/// The failure for a picture that is not read.
fn refused(path: &Path, refusal: Refusal) -> Failure {
    match refusal {
        Refusal::Broken(what) => Failure::at(path, what).advise(SKIP),
        Refusal::Other(failure) => failure,
    }
}

/// The depth of the deepest picture, told from the first bytes of the files.
pub(super) fn depth<'a>(files: impl ParallelIterator<Item = &'a PictureFile>) -> Depth {
    let is_deep = |file: &PictureFile| {
        // The file is refused with its reason when it is read.
        input::read_first(&file.path, png::HEAD).is_ok_and(|head| png::is_deep(&head))
    };
    if files.any(is_deep) { Depth::Sixteen } else { Depth::Eight }
}
