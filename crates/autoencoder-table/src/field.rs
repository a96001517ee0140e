//! What is made of the fields of each column: a number, a word, the numbers of a time, a label or an id.

use autoencoder::ColumnKind;

use crate::role::Role;
use crate::times::TimeReading;
use crate::words::KnownWords;

/// What is made of the fields of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// The number of this place in a row.
    Number(usize),
    /// The word of this column of words.
    Word(usize),
    /// Numbers from this place on.
    Time(usize, TimeReading),
    Label,
    Id,
    Ignored,
}

/// Where the fields of a row go.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// What is made of the fields of each column of the table.
    pub(crate) fields: Vec<Field>,
    /// The number of numbers of a row.
    pub(crate) numbers: usize,
    /// For each column of words its words, if they are known; else all words of the table are found.
    pub(crate) words: Vec<Option<KnownWords>>,
}

impl Layout {
    /// The layout of columns with these roles, of which those that are read hold these kinds in their order: numbers come first,
    /// and then words.
    pub(crate) fn of(roles: &[Role], kinds: &[ColumnKind], finds_words: bool) -> Self {
        let (mut numbers, mut words) = (0, Vec::new());
        let mut of_kind = |kind: &ColumnKind| match kind {
            ColumnKind::Number { .. } => {
                numbers += 1;
                Field::Number(numbers - 1)
            }
            ColumnKind::Words { words: known } => {
                words.push((!known.is_empty() || !finds_words).then(|| KnownWords::of(known)));
                Field::Word(words.len() - 1)
            }
            ColumnKind::Time { parts, order, .. } => {
                let reading = TimeReading { parts: parts.clone(), order: *order };
                numbers += reading.features();
                Field::Time(numbers - reading.features(), reading)
            }
            ColumnKind::Id | ColumnKind::Label | ColumnKind::Dropped => Field::Ignored,
        };
        let read: Vec<Field> = kinds.iter().map(&mut of_kind).collect();
        let field = |role: &Role| match *role {
            Role::Feature(index) => read[index].clone(),
            Role::Label => Field::Label,
            Role::Id => Field::Id,
            Role::Ignored => Field::Ignored,
        };
        Self { fields: roles.iter().map(field).collect(), numbers, words }
    }
}
