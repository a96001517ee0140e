//! The chance of a step: random words for its rows, a function of (seed, step, row) and of nothing else.

use autoencoder_kernels::{Instructions, Line, Words, standard_normals};

use super::{Purpose, Stream};

/// Where the chance of a step comes from.
pub(crate) trait Chance: Sync {
    /// Random words for a row of the step; `place` tells those of one purpose apart.
    fn words(&self, purpose: Purpose, row: usize, place: usize, words: &mut [Words]);

    /// Normal numbers for the code of a row, by `words` as many as they are, both even in number.
    fn code_noise(&self, instructions: Instructions, row: usize, words: &mut [Words], normals: &mut [Line]) {
        self.words(Purpose::Code, row, 0, words);
        standard_normals(instructions, words, normals);
    }

    /// How far the sample of a row is shifted down and to the right, at most `most` either way.
    fn shift(&self, row: usize, most: usize) -> [isize; 2] {
        let mut words = [Words::ZERO];
        self.words(Purpose::Shift, row, 0, &mut words);
        let places = 2 * most as u64 + 1;
        // The bias of taking a part of 2^32 in `places` parts is below a millionth for any shift that makes sense.
        let [Words([down, right, ..])] = words;
        [down, right].map(|word| {
            let place = (u64::from(word) * places) >> 32;
            (place as usize).cast_signed() - most.cast_signed()
        })
    }
}

/// The chance of one step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draws {
    pub seed: u64,
    pub step: u64,
    /// Rows of the step before those that row 0 counts from.
    pub first_row: usize,
}

impl Chance for Draws {
    fn words(&self, purpose: Purpose, row: usize, place: usize, words: &mut [Words]) {
        let row = (self.first_row + row) as u64;
        let mut stream = Stream::new(self.seed, purpose, [self.step, row | (place as u64) << 40]);
        for words in words {
            stream.words(&mut words.0);
        }
    }
}
