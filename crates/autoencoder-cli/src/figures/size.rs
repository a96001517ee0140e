//! The sizes of figures: that of a page of its own, and a narrow one whose text can be read on a phone.

/// The size of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    Wide,
    /// A figure that is shown at the width of a phone.
    Narrow,
}

impl Size {
    /// One of two values: that of a wide figure, or that of a narrow one.
    pub(super) fn choose<T>(self, wide: T, narrow: T) -> T {
        match self {
            Self::Wide => wide,
            Self::Narrow => narrow,
        }
    }
}
