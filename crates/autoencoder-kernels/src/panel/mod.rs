//! The layout of matrices: panels of 32 columns, how products read them, and how results are written to them.

mod gather;
mod nonzero;
mod operand;
mod panels;
mod prefetch;
mod right;
mod rounded;
mod target;
mod transpose;

pub use gather::gather;
pub use nonzero::Nonzeros;
pub use operand::RowLine;
pub(crate) use operand::Steps;
pub use panels::{Panels, PanelsMut};
pub use prefetch::prefetch;
pub(crate) use right::Chunks;
pub use right::{Right, Squares, square_lines};
pub use rounded::{RoundedMut, round_pairs};
pub(crate) use target::{PanelTarget, PanelTargets, TALLEST};
pub(crate) use transpose::Transposed;
pub use transpose::transpose;
