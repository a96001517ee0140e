//! Work shared out to threads by rayon with the feature `parallel`, else done piece after piece: the same bits either way.

/// The names that loops over pieces need.
pub(super) mod prelude {
    #[cfg(feature = "parallel")]
    pub(crate) use ndarray::parallel::prelude::*;

    #[cfg(not(feature = "parallel"))]
    pub(crate) use super::IntoParallelIterator;
}

/// The one name of rayon's that a loop without threads needs.
#[cfg(not(feature = "parallel"))]
pub(crate) trait IntoParallelIterator: IntoIterator + Sized {
    /// The pieces, one after the other.
    fn into_par_iter(self) -> Self::IntoIter {
        self.into_iter()
    }
}

#[cfg(not(feature = "parallel"))]
impl<I: IntoIterator> IntoParallelIterator for I {}
