//! Values chosen by name: the name is what is typed and what is written, and help says what each name stands for.

use autoencoder::Choice;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser, ValueParser, ValueParserFactory};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A choice with its usual numbers, if it has any. Arguments and configurations hold the choice's name.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Named<C>(pub(crate) C);

impl<C: Choice> Serialize for Named<C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl<'de, C: Choice> Deserialize<'de> for Named<C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        C::named(&name).map(Self).ok_or_else(|| {
            let names: Vec<String> = C::ALL.iter().map(|choice| format!("`{}`", choice.name())).collect();
            let expected = match names.as_slice() {
                [one, other] => format!("{one} or {other}"),
                names => format!("one of {}", names.join(", ")),
            };
            D::Error::custom(format_args!("unknown variant `{name}`, expected {expected}"))
        })
    }
}

/// A typed name; help lists every name with its summary.
impl<C: Choice> ValueParserFactory for Named<C> {
    type Parser = ValueParser;

    fn value_parser() -> ValueParser {
        parser(|choice: C| PossibleValue::new(choice.name()).help(choice.summary()))
    }
}

/// A parser for names that help lists without summaries, where another option of the same choices shows the summaries.
pub(super) fn names<C: Choice>() -> ValueParser {
    parser(|choice: C| PossibleValue::new(choice.name()))
}

fn parser<C: Choice>(shown: impl Fn(C) -> PossibleValue) -> ValueParser {
    let names = PossibleValuesParser::new(C::ALL.iter().copied().map(shown));
    ValueParser::new(names.try_map(|name| C::named(&name).map(Named).ok_or("no such name")))
}
