//! The mark of decimals: a point or a comma, as numbers tell.

use autoencoder::Choice;

use crate::cell::{Cell, Look};

/// What marks the decimals of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DecimalMark {
    /// Commas where commas do not separate fields and the numbers of the first lines have commas and no points, else points.
    #[default]
    Auto,
    /// Points.
    Point,
    /// Commas.
    Comma,
}

impl Choice for DecimalMark {
    const ALL: &'static [Self] = &[Self::Auto, Self::Point, Self::Comma];

    fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Point => "point",
            Self::Comma => "comma",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Auto => "The first lines tell, and a note says so if decimals have commas",
            Self::Point => "Points",
            Self::Comma => "Commas, where commas do not separate fields",
        }
    }
}

/// What fields tell of the mark of decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MarkSign {
    /// No number has decimals.
    None,
    /// A number has a point.
    Point,
    /// Numbers have commas, and none has a point.
    Comma,
    /// The same, and the commas may stand between thousands: 1,234.
    Unclear,
}

/// Looks at fields for the mark of decimals.
pub(crate) fn mark_sign<'a>(fields: impl Iterator<Item = &'a str>) -> MarkSign {
    let mut sign = MarkSign::None;
    for field in fields {
        match Cell::of(field) {
            Cell::Number(_) if field.contains('.') => return MarkSign::Point,
            Cell::Other(Look::DecimalComma | Look::PointThousands) => sign = MarkSign::Comma,
            // 1,234 may have a group of thousands or three decimals: other fields tell.
            Cell::Other(Look::Thousands) if of_comma(field).is_some() && sign == MarkSign::None => {
                sign = MarkSign::Unclear;
            }
            Cell::Number(_) | Cell::Hole | Cell::Other(_) => {}
        }
    }
    sign
}

/// A number with a decimal comma, or without decimals.
pub(crate) fn of_comma(field: &str) -> Option<f64> {
    if field.contains('.') {
        return None;
    }
    field.replacen(',', ".", 1).parse().ok()
}
