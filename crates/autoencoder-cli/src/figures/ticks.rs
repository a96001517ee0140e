//! Ticks of axes: round numbers, and their texts.

/// The largest number of ticks on an axis, whatever its range: about three times the number that is asked for.
pub(super) const MOST_TICKS: usize = 32;

/// The number among 1, 2 and 5 times powers of ten whose ratio to `rough` is nearest to 1.
pub(super) fn round_step(rough: f64) -> f64 {
    let power = 10f64.powf(rough.log10().floor());
    let part = match rough / power {
        part if part < 2f64.sqrt() => 1.0,
        part if part < 10f64.sqrt() => 2.0,
        part if part < 50f64.sqrt() => 5.0,
        _ => 10.0,
    };
    part * power
}

/// The multiples of `step` from `low` to `high`. They are counted, as adding to a large number may not change it.
pub(super) fn ticks(low: f64, high: f64, step: f64) -> Vec<(f64, String)> {
    let slack = step * 1e-6;
    let first = ((low - slack) / step).ceil();
    let values = (0..MOST_TICKS).map(|index| (first + index as f64) * step);
    let mut values: Vec<f64> = values.take_while(|&value| value <= high + slack).collect();
    values.dedup();
    values.into_iter().map(|value| (value, number(value, step))).collect()
}

/// `value` with the digits that tell it from `value + step`, and no more.
pub(super) fn number(value: f64, step: f64) -> String {
    let value = if value.abs() < step * 1e-6 { 0.0 } else { value };
    let scientific = step < 0.9e-5 || value.abs() >= 1e6;
    let plain = if scientific && value == 0.0 {
        "0".to_owned()
    } else if scientific {
        let exponent = value.abs().log10().floor();
        let digits = (exponent - step.log10().floor()).clamp(0.0, 10.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 10")]
        let digits = digits as usize;
        format!("{value:.digits$e}")
    } else {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 6")]
        let digits = (-(step * 1.001).log10().floor()).clamp(0.0, 6.0) as usize;
        format!("{value:.digits$}")
    };
    plain.replace('-', "−")
}

/// Round numbers on an axis, in rising order, at least a part `apart` of the axis away from each other; `value` is the number at a place from 0
/// to 1, and `place` its inverse. Each is the roundest number of the room that those before it have left.
pub(super) fn spread(
    apart: f64,
    value: &dyn Fn(f64) -> f64,
    place: &dyn Fn(f64) -> f64,
) -> Vec<(f64, String)> {
    let mut found: Vec<(f64, String)> = Vec::new();
    let mut rooms = vec![(0.0, 1.0)];
    while let Some((from, to)) = rooms.pop()
        && found.len() < MOST_TICKS
    {
        let near = value(f64::midpoint(from, to));
        // A number of many more digits than its neighbours clutters more than it says.
        let least_step = (value(to + apart) - value(from - apart)).abs() / 10.0;
        let tick = if from <= to { roundest((value(from), value(to)), near, least_step) } else { None };
        if let Some((tick, step)) = tick {
            let here = place(tick);
            rooms.extend([(here + apart, to), (from, here - apart)]);
            found.push((tick, number(tick, step)));
        }
    }
    found.sort_by(|one, other| one.0.total_cmp(&other.0));
    found
}

/// The roundest number from `low` to `high`, that nearest to `near` if several are as round, and the step of its last digit: 0, a power of
/// ten, or a multiple of the largest step that has one here. `None` if only multiples of steps below `least_step` are between.
fn roundest((low, high): (f64, f64), near: f64, least_step: f64) -> Option<(f64, f64)> {
    if low <= 0.0 && high >= 0.0 {
        return Some((0.0, 1.0));
    }
    let (sign, [least, near, most]) =
        if high < 0.0 { (-1.0, [-high, -near, -low]) } else { (1.0, [low, near, high]) };
    let exponent = most.log10().floor();
    let lowest = least.log10().ceil();
    if lowest <= exponent {
        let power = 10f64.powf(near.log10().round().clamp(lowest, exponent));
        return Some((sign * power, power));
    }
    let steps = (0..=DIGITS)
        .flat_map(|digit| [5.0, 2.0, 1.0].map(|part| part * 10f64.powf(exponent - f64::from(digit))));
    let multiple = |step: f64| {
        let nearest = (near / step).round() * step;
        let first = (least / step).ceil() * step;
        let multiple = if (least..=most).contains(&nearest) { nearest } else { first };
        (least..=most).contains(&multiple).then_some((sign * multiple, step))
    };
    steps.take_while(|&step| step > least_step).find_map(multiple)
}

/// The most digits of a tick.
const DIGITS: i32 = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roundest_number_is_found() {
        let of = |low, high| roundest((low, high), f64::midpoint(low, high), 0.0).map(|(number, _)| number);
        assert_eq!(of(-3.0, 8.0), Some(0.0));
        assert_eq!(of(7.0, 12.0), Some(10.0));
        assert_eq!(of(390.0, 470.0), Some(400.0));
        assert_eq!(of(-95.0, -12.0), Some(-50.0));
        assert_eq!(of(11.2, 11.9), Some(11.5));
        assert_eq!(of(3.0, 3.0), Some(3.0));
        assert_eq!(
            roundest((0.5, 2000.0), 90.0, 0.0),
            Some((100.0, 100.0)),
            "the power of ten nearest to the middle"
        );
        assert_eq!(roundest((2700.0, 2900.0), 2800.0, 500.0), None);
    }
}
