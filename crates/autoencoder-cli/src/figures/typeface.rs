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

/// The number of letters for each em of room beyond which text is cut before it is measured: no letter is so narrow.
const LETTERS_PER_EM: f64 = 16.0;

/// The number of letters beyond which a text is surely wider than `room`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the letters of a line are few")]
fn most_letters(ems: f64, room: f64) -> usize {
    (room / ems * LETTERS_PER_EM).max(0.0) as usize + 1
}

/// `text`, shortened with an ellipsis if it is wider than `room`.
pub(super) fn fit(text: &str, weight: Weight, ems: f64, room: f64) -> String {
    let most = most_letters(ems, room);
    let mut ends: Vec<usize> = text.char_indices().map(|(start, _)| start).take(most + 1).collect();
    if ends.len() <= most {
        if width(text, weight, ems) <= room {
            return text.to_owned();
        }
        ends.push(text.len());
    }
    // The text is at least as wide with one more letter: halving finds the last that fits.
    let shortened = |end: usize| format!("{}…", text[..end].trim_end());
    let fitting = ends.partition_point(|&end| width(&shortened(end), weight, ems) <= room);
    // The whole text with an ellipsis is no shortened text.
    match fitting.checked_sub(1).map(|last| last.min(ends.len() - 2)) {
        Some(last) => shortened(ends[last]),
        None => String::new(),
    }
}

/// `text` in lines that are at most `room` wide, broken at blanks; a word that is wider is shortened.
pub(super) fn wrapped(text: &str, weight: Weight, ems: f64, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word = fit(word, weight, ems, room);
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), weight, ems) <= room => {
                line.push(' ');
                line.push_str(&word);
            }
            Some(_) | None => lines.push(word),
        }
    }
    lines
}

/// `text`, shortened with an ellipsis in its middle if it is wider than `room`: the names of files and of rows often differ only at their end.
pub(super) fn fit_middle(text: &str, weight: Weight, ems: f64, room: f64) -> String {
    let most = most_letters(ems, room);
    let first: Vec<char> = text.chars().take(most + 1).collect();
    if first.len() <= most && width(text, weight, ems) <= room {
        return text.to_owned();
    }
    let last: Vec<char> = text.chars().rev().take(most).collect();
    let shortened = |kept: usize| -> String {
        let start = first[..kept.div_ceil(2)].iter();
        start.chain(&['…']).chain(last[..kept / 2].iter().rev()).collect()
    };
    let counts: Vec<usize> = (0..first.len().min(most)).collect();
    let fitting = counts.partition_point(|&kept| width(&shortened(kept), weight, ems) <= room);
    fitting.checked_sub(1).map(shortened).unwrap_or_default()
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

    #[test]
    fn long_text_is_broken_at_blanks() {
        let text = "Projected on the first two principal components of 20 numbers.";
        let lines = wrapped(text, Weight::Regular, 12.0, 120.0);
        assert!(lines.len() > 2 && lines.iter().all(|line| width(line, Weight::Regular, 12.0) <= 120.0));
        assert_eq!(lines.join(" "), text);
        assert_eq!(wrapped(" ", Weight::Regular, 12.0, 120.0), Vec::<String>::new());
    }

    #[test]
    fn names_are_shortened_in_their_middle() {
        assert_eq!(fit_middle("seven", Weight::Regular, 12.0, 100.0), "seven");
        let name = "production/line-7/2024-05-01/image_00017.png";
        for room in (0..250).map(f64::from) {
            let short = fit_middle(name, Weight::Regular, 12.0, room);
            assert!(width(&short, Weight::Regular, 12.0) <= room, "{short} in {room}");
            if let Some((start, end)) = short.split_once('…') {
                assert!(
                    name.starts_with(start) && name.ends_with(end) && start.len() - end.len() <= 1,
                    "{short}"
                );
            }
        }
        assert_eq!(fit_middle(name, Weight::Regular, 12.0, 90.0), "produc…17.png");
        let long = fit_middle(&"a".repeat(1_000_000), Weight::Regular, 12.0, 90.0);
        assert!(long.len() < 40, "{long}");
    }

    #[test]
    fn text_is_shortened_to_the_last_letter_that_fits() {
        let text = "Kirschblüten und 夜 im Wald, Weite";
        for room in (0..200).map(f64::from) {
            let short = fit(text, Weight::Regular, 12.0, room);
            let starts = text.char_indices().map(|(start, _)| format!("{}…", text[..start].trim_end()));
            let fits = |text: &String| width(text, Weight::Regular, 12.0) <= room;
            let longest = starts.rev().find(fits).unwrap_or_default();
            let whole = width(text, Weight::Regular, 12.0) <= room;
            assert_eq!(short, if whole { text } else { &longest }, "{room}");
        }
    }

    #[test]
    fn very_long_text_is_measured_at_its_beginning_only() {
        let start = std::time::Instant::now();
        let long = "review text ".repeat(1_000_000);
        let short = fit(&long, Weight::Regular, 12.0, 130.0);
        assert!(short.starts_with("review text") && short.ends_with('…'), "{short}");
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }
}
