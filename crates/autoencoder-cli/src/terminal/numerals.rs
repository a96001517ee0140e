//! Numbers as people read them.

use std::borrow::Borrow;

/// A number with a comma between thousands: 60,000.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with the name of what is counted: `1 code`, `10,000 codes`.
pub(crate) fn counted(number: usize, one: &str) -> String {
    format!("{} {one}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// Names in words, at most `shown` of them: `a, b and 3 more`.
pub(crate) fn listed<T: Borrow<str>>(names: &[T], shown: usize) -> String {
    let more = names.len().saturating_sub(shown);
    let list = names[..names.len() - more].join(", ");
    if more > 0 { format!("{list} and {more} more") } else { list }
}

/// The numbers of a sample of this shape: `784 numbers`, `28x28 numbers`.
pub(crate) fn numbers(lengths: &[usize]) -> String {
    match *lengths {
        [number] => counted(number, "number"),
        _ => format!("{} numbers", shape(lengths)),
    }
}

/// An error or a loss, with the digits that people compare.
pub(crate) fn error(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size < 1e-4 => format!("{value:.3e}"),
        size if size < 1.0 => format!("{value:.6}"),
        size if size < 1e6 => format!("{value:.4}"),
        _ => format!("{value:.5e}"),
    }
}

/// A number of a sample that was scaled: six digits of those that an f32 has, and all that stand before the decimals.
pub(crate) fn significant(value: f64) -> String {
    const DIGITS: f64 = 1e6;
    let rounded = if value.abs() < DIGITS { format!("{value:.5e}") } else { format!("{value:.0}") };
    exact(rounded.parse().unwrap_or(value))
}

/// A number in the fewest digits that read back to it, without an exponent as long as that is shorter.
pub(crate) fn exact(value: f64) -> String {
    if value == 0.0 || (1e-5..1e16).contains(&value.abs()) { value.to_string() } else { format!("{value:e}") }
}

/// A number with so many decimals. One that is rounded to 0 has no sign.
pub(crate) fn decimals(value: f64, decimals: usize) -> String {
    match format!("{value:.decimals$}") {
        zero if zero.trim_matches(['-', '0', '.']).is_empty() => zero.replace('-', ""),
        text => text,
    }
}

/// A number rounded to four digits, for a sentence.
pub(crate) fn short(value: f64) -> String {
    exact(format!("{value:.3e}").parse().unwrap_or(value))
}

/// A number rounded to four digits, with the sign of figures, which is no hyphen.
pub(crate) fn in_figure(value: f64) -> String {
    short(value).replace('-', "−")
}

/// A learning rate of two digits, in a form that can be typed: 0.0087.
pub(crate) fn rate(value: f32) -> String {
    let rounded: f64 = format!("{value:.1e}").parse().unwrap_or_default();
    if (1e-5..1e6).contains(&rounded) { format!("{rounded}") } else { format!("{rounded:e}") }
}

/// A speed in samples a second, rounded to three digits or to a whole number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a speed is finite and not negative"
)]
pub(crate) fn speed(samples_per_second: f64) -> String {
    let whole = samples_per_second.max(0.0);
    let unit = 10f64.powf((whole.max(1.0).log10().floor() - 2.0).max(0.0));
    grouped(((whole / unit).round() * unit) as usize)
}

/// The lengths of a shape, as in `28x28`.
pub(crate) fn shape(lengths: &[usize]) -> String {
    lengths.iter().map(ToString::to_string).collect::<Vec<_>>().join("x")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let texts = [0, 12, 123, 1234, 60_000, 1_234_567].map(grouped);
        assert_eq!(texts, ["0", "12", "123", "1,234", "60,000", "1,234,567"]);
    }

    #[test]
    fn one_is_not_several() {
        assert_eq!(
            [0, 1, 10_000].map(|number| counted(number, "code")),
            ["0 codes", "1 code", "10,000 codes"]
        );
    }

    #[test]
    fn samples_have_a_shape_or_a_count_of_numbers() {
        assert_eq!([&[1][..], &[784], &[28, 28]].map(numbers), ["1 number", "784 numbers", "28x28 numbers"]);
    }

    #[test]
    fn errors_keep_the_digits_that_count() {
        let texts = [0.0, 1.234_567e-7, 0.010_432_1, 52.9, 3.2e8].map(error);
        assert_eq!(texts, ["0", "1.235e-7", "0.010432", "52.9000", "3.20000e8"]);
    }

    #[test]
    fn exact_numbers_are_as_short_as_they_can_be() {
        let texts = [0.0, 1.0, 0.001, 1e-7, -2.5, 3e20, f64::NAN].map(exact);
        assert_eq!(texts, ["0", "1", "0.001", "1e-7", "-2.5", "3e20", "NaN"]);
    }

    #[test]
    fn figures_have_minus_signs() {
        assert_eq!([-12.345_67, 0.5, -1e-7].map(in_figure), ["−12.35", "0.5", "−1e−7"]);
    }

    #[test]
    fn rates_have_two_digits() {
        let texts = [0.0, 1e-6, 0.008_712, 0.000_095_1, 0.1, 9.96, 123.0].map(rate);
        assert_eq!(texts, ["0e0", "1e-6", "0.0087", "0.000095", "0.1", "10", "120"]);
    }

    #[test]
    fn speeds_are_rounded() {
        assert_eq!([0.0, 7.4, 83_412.0, 999_999.0].map(speed), ["0", "7", "83,400", "1,000,000"]);
    }
}
