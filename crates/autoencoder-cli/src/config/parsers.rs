//! Parsers of numbers and names that are typed: what lies outside their ranges is a slip.

use autoencoder::Activation;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// A parser for the names of activations, which lists them.
pub(super) fn activations() -> impl TypedValueParser<Value = Activation> {
    let names = PossibleValuesParser::new(Activation::ALL.map(Activation::name));
    names.map(|name| {
        let of_name = Activation::ALL.into_iter().find(|activation| activation.name() == name);
        of_name.expect("the parser lets through only the names of activations")
    })
}

/// The most of anything that can be asked for. A training of as many epochs, or samples, would not end; beyond, a number is a slip.
const MOST: u64 = 1_000_000_000_000;

/// A parser for numbers of things.
pub(crate) fn counts() -> impl TypedValueParser<Value = usize> {
    clap::value_parser!(u64).range(..=MOST).map(|number| usize::try_from(number).unwrap_or(usize::MAX))
}

/// A parser for numbers from 1.
pub(crate) fn at_least_one() -> impl TypedValueParser<Value = usize> {
    clap::value_parser!(u64).range(1..=MOST).map(|number| usize::try_from(number).unwrap_or(usize::MAX))
}

/// The most threads, and runs at a time, that can be asked for: more than the largest machines have processors. Far
/// beyond, threads only wait for each other.
const MOST_THREADS: u64 = 1024;

/// A parser for numbers of threads.
pub(crate) fn threads() -> impl TypedValueParser<Value = usize> {
    clap::value_parser!(u64)
        .range(1..=MOST_THREADS)
        .map(|number| usize::try_from(number).unwrap_or(usize::MAX))
}

/// A parser for the codes that are drawn for a sample: with more than so many nobody would wait.
pub(crate) fn draws() -> impl TypedValueParser<Value = usize> {
    clap::value_parser!(u64).range(1..=100_000).map(|number| usize::try_from(number).unwrap_or(usize::MAX))
}

/// A parser for seeds: those that a TOML file can hold.
pub(crate) fn seeds() -> impl TypedValueParser<Value = u64> {
    clap::value_parser!(u64).range(..=i64::MAX.unsigned_abs())
}
