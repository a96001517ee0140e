//! What is known of every sample that can be seen as a colour: its class, or a number.

/// The class of every sample, where known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Classes<'a> {
    /// An index into `names` for each sample.
    pub(crate) of_sample: &'a [usize],
    pub(crate) names: &'a [String],
}

/// A number of every sample.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers<'a> {
    pub(crate) name: &'a str,
    /// The number of each sample; one that is not finite is not known.
    pub(crate) of_sample: &'a [f64],
}

/// What the colours of dots stand for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Colours<'a> {
    Nothing,
    Classes(Classes<'a>),
    Numbers(Numbers<'a>),
}
