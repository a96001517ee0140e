//! Files and folders that are not read: counted, and named in one note.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::tally::names;
use crate::terminal::numerals::counted;

/// The number of kinds of names that a note shows.
const SHOWN: usize = 8;

/// Files and folders that are not read.
#[derive(Debug, Default, PartialEq)]
pub(super) struct PassedOver {
    /// The number of files by the ending of their names; no ending is empty.
    files: BTreeMap<String, usize>,
    /// Folders below those that are read.
    deeper: Vec<String>,
    /// Folders of classes without a picture.
    empty: Vec<String>,
}

impl PassedOver {
    pub(super) fn file(&mut self, ending: Option<&str>) {
        *self.files.entry(ending.unwrap_or_default().to_owned()).or_default() += 1;
    }

    pub(super) fn deeper(&mut self, name: String) {
        self.deeper.push(name);
    }

    pub(super) fn empty(&mut self, name: String) {
        self.empty.push(name);
    }

    /// Adds files that were passed over elsewhere.
    pub(super) fn add_files(&mut self, other: &Self) {
        for (ending, count) in &other.files {
            *self.files.entry(ending.clone()).or_default() += count;
        }
    }

    /// The note, if there is anything to be told.
    pub(super) fn line(&self) -> Option<String> {
        let mut parts = Vec::new();
        let were = |count: usize| if count == 1 { "was" } else { "were" };
        let count = self.files.values().sum();
        if count > 0 {
            let (files, kinds) = (counted(count, "file"), self.kinds());
            parts.push(format!("{files} {} passed over: {kinds}", were(count)));
        }
        if !self.deeper.is_empty() {
            let count = self.deeper.len();
            let (folders, names) = (counted(count, "deeper folder"), names(&self.deeper));
            parts.push(format!("{folders} {} passed over: {names}", were(count)));
        }
        if !self.empty.is_empty() {
            parts.push(format!("no picture was found in {}", names(&self.empty)));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// The endings of the files, those of most files first.
    fn kinds(&self) -> String {
        let mut kinds: Vec<(&String, &usize)> = self.files.iter().collect();
        kinds.sort_by_key(|&(_, &count)| Reverse(count));
        let more = kinds.len().saturating_sub(SHOWN);
        let shown = kinds.iter().take(SHOWN).map(|(ending, count)| match ending.as_str() {
            "" => format!("without an ending ({count})"),
            ending => format!(".{ending} ({count})"),
        });
        let shown = shown.collect::<Vec<_>>().join(", ");
        if more > 0 { format!("{shown} and {}", counted(more, "other kind")) } else { shown }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_is_told_in_one_line() {
        let mut passed = PassedOver::default();
        assert_eq!(passed.line(), None);
        for ending in [Some("txt"), Some("gif"), None, Some("gif")] {
            passed.file(ending);
        }
        let files = "4 files were passed over: .gif (2), without an ending (1), .txt (1)";
        assert_eq!(passed.line().unwrap(), files);
        passed.deeper("cats/raw".into());
        passed.empty("dogs".into());
        let all = "; 1 deeper folder was passed over: cats/raw; no picture was found in dogs";
        assert_eq!(passed.line().unwrap(), format!("{files}{all}"));
        (0..9).for_each(|kind| passed.file(Some(&kind.to_string())));
        assert!(passed.line().unwrap().contains(".5 (1) and 4 other kinds; 1 deeper"), "{:?}", passed.line());
    }
}
