//! What is to be told of the pictures that were read: counts, one note for each.

use std::path::{Path, PathBuf};

use super::picture::Traits;
use super::shape::Depth;
use crate::terminal::numerals::counted;

/// The number of names that a note shows.
const SHOWN: usize = 5;

/// Counts of pictures.
#[derive(Debug)]
pub(super) struct Tally {
    folder: PathBuf,
    depth: Depth,
    transparent: usize,
    animated: usize,
    turned: usize,
    /// Pictures of 8 bits.
    shallow: usize,
    left_out: Vec<String>,
}

impl Tally {
    pub(super) fn new(folder: &Path, depth: Depth) -> Self {
        let folder = folder.to_owned();
        Self { folder, depth, transparent: 0, animated: 0, turned: 0, shallow: 0, left_out: Vec::new() }
    }

    pub(super) fn count(&mut self, traits: Traits) {
        self.transparent += usize::from(traits.is_transparent);
        self.animated += usize::from(traits.is_animated);
        self.turned += usize::from(traits.is_turned);
        self.shallow += usize::from(traits.depth == Depth::Eight);
    }

    pub(super) fn leave_out(&mut self, path: &Path) {
        self.left_out.push(path.strip_prefix(&self.folder).unwrap_or(path).display().to_string());
    }

    /// The notes.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let were = |count: usize| if count == 1 { "was" } else { "were" };
        if !self.left_out.is_empty() {
            let count = self.left_out.len();
            let pictures = counted(count, "broken picture");
            lines.push(format!("{pictures} {} left out: {}", were(count), names(&self.left_out)));
        }
        if self.depth == Depth::Sixteen {
            let scaled = "16 bits: numbers from 0 to 65535, which training scales by min-max unless --scale says otherwise";
            let (pictures, were) = (counted(self.shallow, "picture"), were(self.shallow));
            let line = match self.shallow {
                0 => scaled.to_owned(),
                _ => format!(
                    "{scaled}; {pictures} of 8 bits {were} multiplied by 257, so that white is 65535 in all"
                ),
            };
            lines.push(line);
        }
        for (count, what) in [
            (self.transparent, "transparent pixels, put on white"),
            (self.animated, "several frames, read as the first one"),
            (self.turned, "an EXIF orientation, which was followed"),
        ] {
            if count > 0 {
                let have = if count == 1 { "has" } else { "have" };
                lines.push(format!("{} {have} {what}", counted(count, "picture")));
            }
        }
        lines
    }
}

/// Some names, the first of them in full.
pub(super) fn names(all: &[String]) -> String {
    let shown = all[..all.len().min(SHOWN)].join(", ");
    if all.len() > SHOWN { format!("{shown} and {} more", all.len() - SHOWN) } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_told_of_plain_pictures() {
        let mut tally = Tally::new(Path::new("a"), Depth::Eight);
        tally.count(Traits {
            is_transparent: false,
            is_animated: false,
            is_turned: false,
            depth: Depth::Eight,
        });
        assert_eq!(tally.lines(), Vec::<String>::new());
    }

    #[test]
    fn counts_are_told_in_sentences() {
        let mut tally = Tally::new(Path::new("a"), Depth::Sixteen);
        tally.count(Traits { is_transparent: true, is_animated: true, is_turned: true, depth: Depth::Eight });
        tally.count(Traits {
            is_transparent: true,
            is_animated: false,
            is_turned: false,
            depth: Depth::Sixteen,
        });
        (0..6).for_each(|index| tally.leave_out(Path::new(&format!("a/b/{index}.png"))));
        let expected = [
            "6 broken pictures were left out: b/0.png, b/1.png, b/2.png, b/3.png, b/4.png and 1 more",
            "16 bits: numbers from 0 to 65535, which training scales by min-max unless --scale says otherwise; \
             1 picture of 8 bits was multiplied by 257, so that white is 65535 in all",
            "2 pictures have transparent pixels, put on white",
            "1 picture has several frames, read as the first one",
            "1 picture has an EXIF orientation, which was followed",
        ];
        assert_eq!(tally.lines(), expected);
    }
}
