//! A folder of pictures: right in it, in subfolders that are classes, or in subfolders that are splits.

use std::path::Path;

use rayon::prelude::*;

use super::listing::Listing;
use super::order::natural;
use super::part::Part;
use super::reading::{self, Reader};
use super::shape::Depth;
use super::splits::{Splits, Subfolders, tell};
use crate::data::labels::Labels;
use crate::data::options::Split;
use crate::data::samples::Data;
use crate::failure::Outcome;
use crate::terminal::Working;

/// The pictures of a folder.
#[derive(Debug, PartialEq)]
pub(crate) struct ImageFolder {
    /// The pictures to train on, or all pictures.
    train: Part,
    /// The pictures of the test split.
    test: Option<Part>,
    /// The pictures to validate on, where they are not the test split.
    validation: Option<Part>,
    /// The names of the classes of all parts, in order.
    classes: Vec<String>,
    /// What was understood of the folder, and what was passed over right in it: notes.
    notes: Vec<String>,
    skip_broken: bool,
}

impl ImageFolder {
    /// Looks at the names in a folder; `None` if there are no pictures among them.
    pub(crate) fn find(folder: &Path) -> Outcome<Option<Self>> {
        let listing = Listing::of(folder)?;
        let meaning = if listing.pictures.is_empty() {
            tell(folder, &listing.subfolders)?
        } else {
            Subfolders::Labels(None)
        };
        let mut found = match meaning {
            Subfolders::Splits(splits) => {
                let Splits { train, test, validation, note } = *splits;
                let notes = [Some(note), listing.passed.line()].into_iter().flatten().collect();
                Self { train, test, validation, classes: Vec::new(), notes, skip_broken: false }
            }
            Subfolders::Labels(note) => {
                let (train, notes) = (Part::of(folder)?, note.into_iter().collect());
                Self { train, test: None, validation: None, classes: Vec::new(), notes, skip_broken: false }
            }
        };
        found.unite_classes();
        Ok((!found.train.is_empty()).then_some(found))
    }

    /// What a folder without pictures holds, if it holds anything.
    pub(crate) fn passed_over(folder: &Path) -> Outcome<Option<String>> {
        Ok(Part::of(folder)?.passed.line())
    }

    /// Gives a class the same index in all parts, also where one of them has no picture of it.
    fn unite_classes(&mut self) {
        let mut all: Vec<String> = self.all().flat_map(|part| part.classes.clone()).collect();
        all.sort_by(|one, other| natural(one.as_ref(), other.as_ref()));
        all.dedup();
        for part in
            [Some(&mut self.train), self.test.as_mut(), self.validation.as_mut()].into_iter().flatten()
        {
            let place = |name: &String| all.iter().position(|other| other == name).unwrap_or_default();
            let places: Vec<usize> = part.classes.iter().map(place).collect();
            for file in &mut part.files {
                file.class = file.class.map(|class| places[class]);
            }
        }
        self.classes = all;
    }

    fn all(&self) -> impl Iterator<Item = &Part> {
        [Some(&self.train), self.test.as_ref(), self.validation.as_ref()].into_iter().flatten()
    }

    /// The same folder, whose broken pictures are left out, or refused.
    pub(crate) fn skipping_broken(self, skip_broken: bool) -> Self {
        Self { skip_broken, ..self }
    }

    /// Whether training and test pictures are separate.
    pub(crate) fn splits(&self) -> bool {
        self.test.is_some()
    }

    /// The pictures of a split. Pictures without splits serve both.
    pub(crate) fn part(&self, split: Split) -> &Part {
        match split {
            Split::Train => &self.train,
            Split::Test => self.test.as_ref().unwrap_or(&self.train),
        }
    }

    /// The pictures to validate on, where they are not those of the test split.
    pub(crate) fn validation(&self) -> Option<&Part> {
        self.validation.as_ref()
    }

    /// What was understood of the folder, for notes.
    pub(crate) fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What was passed over in the parts of the folder, as `read` tells of each.
    pub(crate) fn passed(&self) -> impl Iterator<Item = String> {
        self.all().filter_map(|part| part.passed.line())
    }

    /// The shape of the first picture of a part, as the shape of a sample.
    pub(crate) fn first_shape(&self, part: &Part) -> Outcome<Vec<usize>> {
        // The deeper numbers have room for all pictures.
        Ok(self.reader(part, Depth::Sixteen).first()?.1.of_sample())
    }

    /// The names of the classes, in order.
    pub(crate) fn labels(&self) -> &[String] {
        &self.classes
    }

    /// Reads the pictures of a split, those of all splits in numbers of one depth.
    pub(crate) fn read(&self, split: Split, limit: Option<usize>, shown: &Working) -> Outcome<Data> {
        let part = self.part(split);
        let files: Vec<_> = self.all().flat_map(|part| &part.files).collect();
        let depth = reading::depth(files.into_par_iter());
        let pictures = self.reader(part, depth).read(limit.unwrap_or(usize::MAX), shown)?;
        let labels = pictures.classes.map(|classes| Labels::of_classes(classes, &self.classes));
        let data = Data::new(&part.folder, pictures.shape.of_sample(), pictures.elements, labels)?;
        let mut assumed = pictures.tally.lines();
        assumed.extend(part.passed.line());
        Ok(Data { names: Some(pictures.names), assumed, ..data })
    }

    fn reader<'a>(&self, part: &'a Part, depth: Depth) -> Reader<'a> {
        Reader { folder: &part.folder, files: &part.files, depth, skip_broken: self.skip_broken }
    }
}
