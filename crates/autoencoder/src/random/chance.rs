//! Random words for the rows of a step: a function of (seed, step, row) and of nothing else.

use autoencoder_kernels::{Instructions, Line, Words, standard_normals};

use super::{Purpose, Stream};

/// A source of random words for one step.
pub(crate) trait Chance: Sync {
    /// Writes random words for a row of the step into `words`. `place` tells apart several draws of one
    /// purpose.
    fn words(&self, purpose: Purpose, row: usize, place: usize, words: &mut [Words]);

    /// Writes standard normal numbers for the code of a row into `normals`. `words` is a buffer of the same
    /// length; the length is even.
    fn code_noise(&self, instructions: Instructions, row: usize, words: &mut [Words], normals: &mut [Line]) {
        self.words(Purpose::Code, row, 0, words);
        standard_normals(instructions, words, normals);
    }

    /// The shift of a row's sample, down and to the right, in pixels: uniform in -`most`..=`most` for each.
    fn shift(&self, row: usize, most: usize) -> [isize; 2] {
        let mut words = [Words::ZERO];
        self.words(Purpose::Shift, row, 0, &mut words);
        let places = 2 * most as u64 + 1;
        // The bias of dividing 2^32 words into `places` parts is below a millionth for shifts of any
        // practical size.
        let [Words([down, right, ..])] = words;
        [down, right].map(|word| {
            let place = (u64::from(word) * places) >> 32;
            (place as usize).cast_signed() - most.cast_signed()
        })
    }
}

/// The random words of one step, drawn from [`Stream`]s.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draws {
    pub seed: u64,
    pub step: u64,
    /// The number of the step's rows that come before row 0 here.
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
