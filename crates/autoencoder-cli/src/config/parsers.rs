//! Parsers of typed numbers; numbers outside their ranges are mistakes in typing.

use clap::builder::TypedValueParser;

/// The largest number that can be asked for. A training of so many epochs or samples would not end: a larger number
/// is a mistake in typing.
const MOST: u64 = 1_000_000_000_000;

/// A parser for numbers of things.
pub(crate) fn counts() -> impl TypedValueParser<Value = usize> {
    clap::value_parser!(u64).range(..=MOST).map(|number| usize::try_from(number).unwrap_or(usize::MAX))
}

/// A parser for numbers from 1.
pub(crate) fn at_least_one() -> impl TypedValueParser<Value = usize> {
    clap::value_parser!(u64).range(1..=MOST).map(|number| usize::try_from(number).unwrap_or(usize::MAX))
}

/// The largest number of threads, or of runs at a time: more than the largest machines have processors. Far above,
/// threads only wait for each other.
const MOST_THREADS: u64 = 1024;

/// A parser for numbers of threads.
pub(crate) fn threads() -> impl TypedValueParser<Value = usize> {
    clap::value_parser!(u64)
        .range(1..=MOST_THREADS)
        .map(|number| usize::try_from(number).unwrap_or(usize::MAX))
}

/// A parser for the number of codes drawn for each sample: nobody would wait for more.
pub(crate) fn draws() -> impl TypedValueParser<Value = usize> {
    clap::value_parser!(u64).range(1..=100_000).map(|number| usize::try_from(number).unwrap_or(usize::MAX))
}

/// A parser for seeds, up to the largest number that a TOML file can hold.
pub(crate) fn seeds() -> impl TypedValueParser<Value = u64> {
    clap::value_parser!(u64).range(..=i64::MAX.unsigned_abs())
}
