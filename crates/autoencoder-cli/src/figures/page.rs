//! The setting of pages: the sizes and colours of their text, and their margins.

use super::canvas::{Align, Type};
use super::palette;
use super::typeface::Weight;

/// The room around everything.
pub(super) const MARGIN: f64 = 18.0;

pub(super) const TITLE: Type =
    Type { ems: 15.0, weight: Weight::SemiBold, colour: palette::INK, align: Align::Left };
pub(super) const TEXT: Type =
    Type { ems: 12.0, weight: Weight::Regular, colour: palette::INK, align: Align::Left };
/// The setting of remarks beside the text.
pub(super) const QUIET: Type = Type { colour: palette::QUIET_INK, ..TEXT };

/// The whole units that a page of this length takes.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "page sizes are positive and small"
)]
pub(super) fn whole(length: f64) -> u32 {
    length.ceil() as u32
}
