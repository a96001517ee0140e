//! Parsers of typed numbers; numbers outside their [bounds] are mistakes in typing.

use clap::builder::{StringValueParser, TypedValueParser};

use super::bounds;

fn within(least: u64, most: u64) -> impl TypedValueParser<Value = usize> {
    clap::value_parser!(u64).range(least..=most).map(|number| usize::try_from(number).unwrap_or(usize::MAX))
}

/// A parser for the numbers of a setting, from 0.
pub(crate) fn counts(setting: &str) -> impl TypedValueParser<Value = usize> {
    within(0, bounds::of(setting))
}

/// A parser for the numbers of a setting, from 1.
pub(crate) fn at_least_one(setting: &str) -> impl TypedValueParser<Value = usize> {
    within(1, bounds::of(setting))
}

/// A parser for numbers of samples that are drawn or shown.
pub(crate) fn drawn() -> impl TypedValueParser<Value = usize> {
    within(1, bounds::DRAWN)
}

/// A parser for numbers of steps from one sample to another, both ends among them.
pub(crate) fn steps() -> impl TypedValueParser<Value = usize> {
    within(2, bounds::DRAWN)
}

/// A parser for the codes along a side of a grid: more would be too small to be seen.
pub(crate) fn grids() -> impl TypedValueParser<Value = usize> {
    within(2, bounds::GRID)
}

/// A parser for numbers of what a figure shows of each kind: a page has no room for more.
pub(crate) fn shown() -> impl TypedValueParser<Value = usize> {
    within(1, bounds::SHOWN)
}

/// A parser for numbers of threads.
pub(crate) fn threads() -> impl TypedValueParser<Value = usize> {
    within(1, bounds::THREADS)
}

/// A parser for the number of codes drawn for each sample: nobody would wait for more.
pub(crate) fn draws() -> impl TypedValueParser<Value = usize> {
    within(1, bounds::DRAWS)
}

/// A parser for the bits of each number of a code.
pub(crate) fn code_bits() -> impl TypedValueParser<Value = u8> {
    clap::value_parser!(u8).range(1..=i64::from(autoencoder_convert::MOST_BITS))
}

/// A parser for seeds.
pub(crate) fn seeds() -> impl TypedValueParser<Value = u64> {
    clap::value_parser!(u64).range(..=bounds::SEED)
}

/// A parser for shares, from 0 to 1.
pub(crate) fn shares() -> impl TypedValueParser<Value = f64> {
    StringValueParser::new().try_map(|text| match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        Ok(_) | Err(_) => Err("expected a number from 0 to 1"),
    })
}

/// A parser for temperatures: finite and not below 0.
pub(crate) fn temperatures() -> impl TypedValueParser<Value = f64> {
    StringValueParser::new().try_map(|text| match text.parse::<f64>() {
        Ok(temperature) if temperature >= 0.0 && temperature.is_finite() => Ok(temperature),
        Ok(_) | Err(_) => Err("expected a finite number from 0 on"),
    })
}

/// A parser for scores, which are finite.
pub(crate) fn scores() -> impl TypedValueParser<Value = f64> {
    StringValueParser::new().try_map(|text| match text.parse::<f64>() {
        Ok(score) if score.is_finite() => Ok(score),
        Ok(_) | Err(_) => Err("expected a finite number"),
    })
}
