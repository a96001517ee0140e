//! Files that hold several arrays by name, of which DATA is one: `.npz` and `.safetensors`.

mod choice;
mod member;
mod npz;
mod tensors;

use std::io::Read;
use std::path::{Path, PathBuf};

use self::choice::{Choice, Pair};
use self::member::Body;
pub(crate) use self::member::Member;
pub(crate) use self::tensors::{are_foreign_tensors, is_tensors};
use super::array::{Array, InFile};
use super::labels::Labels;
use super::options::Split;
use super::samples::Data;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::Working;

/// A file of arrays, whose heads were read.
#[derive(Debug)]
pub(crate) struct Archive {
    path: PathBuf,
    /// The arrays in the order of the file.
    members: Vec<Member>,
}

/// Whether a file is one of arrays, by its name and first bytes.
pub(super) fn is_archive(path: &Path, first: &[u8]) -> bool {
    is_npz(path) || is_named(path, "safetensors") || is_tensors(first)
}

fn is_npz(path: &Path) -> bool {
    is_named(path, "npz")
}

fn is_named(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|has| has.eq_ignore_ascii_case(ending))
}

/// The number of first bytes that [`is_archive`] looks at.
const FIRST: u64 = 9;

impl Archive {
    /// Reads the heads of the arrays in a file; `None` if the file is another by its name and first bytes.
    pub(crate) fn find(path: &Path) -> Outcome<Option<Self>> {
        let mut first = Vec::new();
        input::open(path)
            .and_then(|file| file.take(FIRST).read_to_end(&mut first))
            .map_err(|error| Failure::at(path, error))?;
        is_archive(path, &first).then(|| Self::open(path)).transpose()
    }

    /// Reads the heads of the arrays in a file that [`is_archive`] has recognised.
    fn open(path: &Path) -> Outcome<Self> {
        let members = if is_npz(path) { npz::members(path)? } else { tensors::members(path)? };
        Ok(Self { path: path.to_owned(), members })
    }

    /// The name of the file's format.
    pub(crate) fn kind(&self) -> &'static str {
        if is_npz(&self.path) { "npz" } else { "safetensors" }
    }

    /// The arrays in the order of the file.
    pub(crate) fn members(&self) -> &[Member] {
        &self.members
    }

    /// The array of this name.
    pub(crate) fn member(&self, key: &str) -> Outcome<&Member> {
        Ok(&self.members[choice::index(&self.path, &self.members, key)?])
    }

    /// The path of an array, for messages.
    fn path_of(&self, member: &Member) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(":");
        path.push(&member.name);
        path.into()
    }

    /// Reads an array.
    fn read<T>(
        &self,
        member: &Member,
        shown: &Working,
        read: impl FnOnce(&Path, AnyArray<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        let path = self.path_of(member);
        let layout = member.layout.as_ref().ok_or_else(|| choice::unreadable(&path, member))?;
        match member.body {
            Body::Zip { entry, is_deflated } => {
                npz::open(&self.path, entry, is_deflated, |input, is_there| {
                    read(&path, Array { input, layout, is_there, in_file: None })
                })
            }
            Body::Bytes { offset } => {
                let file = shown.open(&self.path).map_err(|error| Failure::at(&self.path, error))?;
                let mut input = tensors::contents(&self.path, &file, offset, layout)?;
                let in_file = Some(InFile { file: &file, offset });
                read(&path, Array { input: &mut input, layout, is_there: true, in_file })
            }
        }
    }
}

/// An array in a file of any form.
type AnyArray<'a> = Array<'a, &'a mut dyn Read>;

/// An archive with the arrays that are read as samples and labels.
#[derive(Debug)]
pub(crate) struct Arrays {
    archive: Archive,
    choice: Choice,
}

impl Arrays {
    /// Chooses the arrays of a file: that of the key, or what the names and shapes leave no doubt about.
    pub(super) fn find(path: &Path, key: Option<&str>) -> Outcome<Self> {
        if key.is_none() && !is_npz(path) {
            tensors::refuse_models(path)?;
        }
        let archive = Archive::open(path)?;
        let choice = Choice::of(path, archive.members(), key)?;
        Ok(Self { archive, choice })
    }

    /// The file.
    pub(crate) fn archive(&self) -> &Archive {
        &self.archive
    }

    /// The training samples as DATA of their own.
    pub(crate) fn example(&self) -> String {
        self.archive.path_of(&self.archive.members[self.choice.train.samples]).display().to_string()
    }

    /// Whether training and test data are arrays of their own.
    pub(crate) fn splits(&self) -> bool {
        self.choice.test.is_some()
    }

    /// What is assumed of the file, whatever is read.
    pub(super) fn assumed(&self) -> Option<&str> {
        self.choice.assumed.as_deref()
    }

    pub(super) fn read(&self, split: Split, limit: Option<usize>, shown: &Working) -> Outcome<Data> {
        let Choice { train, test, .. } = &self.choice;
        let Pair { samples, labels } = match (split, test) {
            (Split::Test, Some(test)) => test,
            (Split::Test, None) | (Split::Train, _) => train,
        };
        let (archive, members) = (&self.archive, self.archive.members());
        let mut data =
            archive.read(&members[*samples], shown, |path, array| array.read_samples(path, limit))?;
        if let Some(labels) = labels {
            let labels: Labels =
                archive.read(&members[*labels], shown, |path, array| array.read_labels(path, limit))?;
            data.labels = Some(labels);
        }
        Ok(data)
    }
}
