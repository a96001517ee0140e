//! The one typeface of all figures, embedded so that text looks the same on every machine.

use std::sync::Once;

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

/// The family as SVG viewers read it: Inter where it is installed, otherwise the next that is.
const FAMILY: &str = "Inter, Helvetica, Arial, sans-serif";

/// The ascent and descent of Inter together, in ems: `ab_glyph` takes a size to mean this height.
pub(super) const HEIGHT_IN_EMS: f64 = 3408.0 / 2816.0;

/// The weight of text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Weight {
    Regular,
    SemiBold,
}

/// The typeface at a size in the units of plotters' backends.
pub(super) fn font(weight: Weight, size: f64) -> FontDesc<'static> {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        let regular = include_bytes!("../../assets/Inter-Regular-subset.otf");
        let semi_bold = include_bytes!("../../assets/Inter-SemiBold-subset.otf");
        let whole = register_font(FAMILY, FontStyle::Normal, regular).is_ok()
            && register_font(FAMILY, FontStyle::Bold, semi_bold).is_ok();
        assert!(whole, "the embedded fonts are whole");
    });
    let style = match weight {
        Weight::Regular => FontStyle::Normal,
        Weight::SemiBold => FontStyle::Bold,
    };
    FontDesc::new(FontFamily::Name(FAMILY), size, style)
}

/// The width of `text` in letters of size `ems`, in the units of `ems`.
pub(super) fn width(text: &str, weight: Weight, ems: f64) -> f64 {
    // The layout is in whole units, so the text is measured large and then scaled down.
    let large = 1000.0;
    let ((left, _), (right, _)) =
        font(weight, large * HEIGHT_IN_EMS).layout_box(text).expect("the embedded font is registered");
    f64::from(right - left) / large * ems
}

/// `text`, shortened with an ellipsis if it is wider than `room`.
pub(super) fn fit(text: &str, weight: Weight, ems: f64, room: f64) -> String {
    if width(text, weight, ems) <= room {
        return text.to_owned();
    }
    let mut kept: String = text.to_owned();
    while kept.pop().is_some() {
        let shortened = format!("{}…", kept.trim_end());
        if width(&shortened, weight, ems) <= room {
            return shortened;
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_add_up() {
        let one = width("m", Weight::Regular, 10.0);
        let four = width("mmmm", Weight::Regular, 10.0);
        assert!(one > 6.0 && one < 12.0, "{one}");
        assert!((four - 4.0 * one).abs() < 0.1);
        assert!(width("m", Weight::SemiBold, 10.0) > one);
    }

    #[test]
    fn long_text_is_shortened_to_its_room() {
        assert_eq!(fit("seven", Weight::Regular, 12.0, 100.0), "seven");
        let short = fit("a rather long class name", Weight::Regular, 12.0, 60.0);
        assert!(short.starts_with("a ra") && short.ends_with('…'), "{short}");
        assert!(width(&short, Weight::Regular, 12.0) <= 60.0);
        assert_eq!(fit("anything", Weight::Regular, 12.0, 0.0), "");
    }
}
