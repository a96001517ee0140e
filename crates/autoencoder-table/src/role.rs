//! What the columns of a table are.

/// What a column of a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The feature of this index.
    Feature(usize),
    /// The labels.
    Label,
    /// What the rows are called.
    Id,
    /// Nothing that the model knows.
    Ignored,
}
