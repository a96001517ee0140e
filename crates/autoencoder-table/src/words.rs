//! The words of a column: those that a model knows, and those that a table brings.

use std::collections::HashMap;

/// The largest number of different words of a column that are found in a table.
pub(crate) const MOST_FOUND: usize = 1000;

/// The largest number of bytes of a word.
pub(crate) const LONGEST: usize = 1000;

/// The number of unknown words that are named in a note.
const NAMED: usize = 3;

/// A place among words, of which there are not so many that it would not fit.
fn place(index: usize) -> u32 {
    u32::try_from(index).expect("a column has few words")
}

/// Words that are known before a table is read. All others are read as one word more.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownWords {
    places: HashMap<String, u32>,
}

impl KnownWords {
    pub(crate) fn of(words: &[String]) -> Self {
        Self { places: words.iter().cloned().zip(0..).collect() }
    }

    /// The place of a word, if it is known.
    pub(crate) fn place(&self, word: &str) -> Option<u32> {
        self.places.get(word).copied()
    }

    /// The place of all words that are not known.
    pub(crate) fn other(&self) -> u32 {
        place(self.count())
    }

    /// The number of words.
    pub(crate) fn count(&self) -> usize {
        self.places.len()
    }
}

/// Words of one column in the order in which they were met.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FoundWords {
    places: HashMap<Box<str>, u32>,
    /// Each word with the line that it was first met in.
    words: Vec<(Box<str>, u64)>,
}

/// More different words than a column may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany {
    /// The line of the first word too many.
    pub(crate) line: u64,
}

impl FoundWords {
    /// The place of a word, which is new perhaps.
    pub(crate) fn place(&mut self, word: &str, line: u64) -> Result<u32, TooMany> {
        if let Some(&place) = self.places.get(word) {
            return Ok(place);
        }
        if self.words.len() == MOST_FOUND {
            return Err(TooMany { line });
        }
        let place = place(self.words.len());
        self.places.insert(word.into(), place);
        self.words.push((word.into(), line));
        Ok(place)
    }

    /// Adds the words of the next block, which begins behind `before` lines: returns the place of each of its words.
    pub(crate) fn append(&mut self, next: &Self, before: u64) -> Result<Vec<u32>, TooMany> {
        next.words.iter().map(|(word, line)| self.place(word, before + line)).collect()
    }

    pub(crate) fn clear(&mut self) {
        self.places.clear();
        self.words.clear();
    }

    /// The words in the order of the alphabet, and for each place the place in that order.
    pub(crate) fn sorted(&self) -> (Vec<String>, Vec<u32>) {
        let mut order: Vec<usize> = (0..self.words.len()).collect();
        order.sort_unstable_by_key(|&place| &self.words[place].0);
        let mut places = vec![0; order.len()];
        for (sorted, &place) in order.iter().enumerate() {
            places[place] = self::place(sorted);
        }
        (order.into_iter().map(|place| self.words[place].0.to_string()).collect(), places)
    }
}

/// Fields whose words are not known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct UnknownWords {
    /// The number of such fields.
    pub(crate) count: usize,
    /// The first of these words, each with its line.
    pub(crate) named: Vec<(String, u64)>,
}

impl UnknownWords {
    pub(crate) fn add(&mut self, word: &str, line: u64) {
        self.count += 1;
        self.name(word, line);
    }

    fn name(&mut self, word: &str, line: u64) {
        if self.named.len() < NAMED && self.named.iter().all(|(named, _)| named != word) {
            self.named.push((word.to_owned(), line));
        }
    }

    /// Adds the words of the next block, which begins behind `before` lines.
    pub(crate) fn append(&mut self, next: &Self, before: u64) {
        self.count += next.count;
        next.named.iter().for_each(|(word, line)| self.name(word, before + line));
    }

    pub(crate) fn clear(&mut self) {
        (self.count, self.named) = (0, Vec::new());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_blocks_get_the_places_of_all() {
        let (mut all, mut next) = (FoundWords::default(), FoundWords::default());
        for (word, line) in [("b", 1), ("c", 2), ("b", 3)] {
            all.place(word, line).unwrap();
        }
        for (word, line) in [("a", 1), ("b", 2)] {
            next.place(word, line).unwrap();
        }
        assert_eq!(all.append(&next, 3), Ok(vec![2, 0]));
        assert_eq!(all.sorted(), (["a", "b", "c"].map(str::to_owned).to_vec(), vec![1, 2, 0]));
    }

    #[test]
    fn the_first_word_too_many_is_told_by_its_line() {
        let mut all = FoundWords::default();
        for word in 0..MOST_FOUND - 1 {
            all.place(&word.to_string(), 1).unwrap();
        }
        let mut next = FoundWords::default();
        for (word, line) in [("x", 5), ("0", 6), ("y", 7)] {
            next.place(word, line).unwrap();
        }
        assert_eq!(all.append(&next, 10), Err(TooMany { line: 17 }));
    }

    #[test]
    fn some_unknown_words_are_named_and_all_counted() {
        let (mut all, mut next) = (UnknownWords::default(), UnknownWords::default());
        ["a", "b", "a"].iter().zip(1..).for_each(|(word, line)| all.add(word, line));
        ["c", "d", "b"].iter().zip(1..).for_each(|(word, line)| next.add(word, line));
        all.append(&next, 3);
        let named = [("a", 1), ("b", 2), ("c", 4)].map(|(word, line)| (word.to_owned(), line));
        assert_eq!((all.count, all.named), (6, named.to_vec()));
    }
}
