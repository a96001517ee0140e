//! Choices by name: the loss `huber`, the optimizer `adam`, the schedule `cosine`.

use autoencoder_kernels::Activation;

/// A choice that is made by its name. A program that lists, reads or explains choices, such as a command
/// line, asks this trait and needs no list of its own.
///
/// ```
/// use autoencoder::{Choice, Loss, Optimizer};
/// assert_eq!(Loss::named("huber"), Some(Loss::Huber { delta: 1.0 }));
/// let names: Vec<&str> = Optimizer::ALL.iter().map(|optimizer| optimizer.name()).collect();
/// assert_eq!(names, ["adam", "adamw", "sgd", "momentum", "nesterov", "rmsprop"]);
/// assert_eq!(Optimizer::ADAMW.summary(), "Adam with decoupled weight decay of 0.01");
/// ```
pub trait Choice: Copy + Send + Sync + 'static {
    /// Every value to choose from, with its usual numbers, in the order in which help shows the values.
    const ALL: &'static [Self];

    /// The name of the choice, on a command line and in files.
    fn name(self) -> &'static str;

    /// One line of English that begins with its subject, for users who have to choose.
    fn summary(self) -> &'static str;

    /// The choice with this name and its usual numbers; `None` if no choice has the name.
    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|choice| choice.name() == name)
    }
}

impl Choice for Activation {
    const ALL: &'static [Self] = &Activation::ALL;

    fn name(self) -> &'static str {
        Activation::name(self)
    }

    fn summary(self) -> &'static str {
        Activation::summary(self)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        CodePath, Initialization, Loss, Noise, Normalization, Optimizer, Penalty, Precision, SamplerKind,
        ScalingKind, Schedule,
    };

    /// The JSON of a choice, with another name.
    fn renamed(mut value: Value, name: &str) -> Value {
        match value.as_object_mut() {
            Some(fields) => {
                let tag = if fields.contains_key("kind") { "kind" } else { "name" };
                fields.insert(tag.to_owned(), json!(name));
                value
            }
            None => json!(name),
        }
    }

    /// Checks that the names are those in files, and that [`Choice::ALL`] misses no name of files.
    fn check<C: Choice + PartialEq + Debug + Serialize + DeserializeOwned>() {
        let written = |choice: &C| serde_json::to_value(choice).unwrap();
        for choice in C::ALL {
            assert_eq!(written(choice), renamed(written(choice), choice.name()));
            assert_eq!(C::named(choice.name()), Some(*choice));
        }
        assert_eq!(C::named("?"), None);
        // Serde's message lists all names that files may have, including old names that stay readable.
        let refused = serde_json::from_value::<C>(renamed(written(&C::ALL[0]), "?")).unwrap_err().to_string();
        let names: Vec<&str> = refused.split('`').skip(3).step_by(2).collect();
        assert!(names.len() >= C::ALL.len(), "{refused}");
        for name in names {
            let read = |choice| serde_json::from_value::<C>(renamed(written(choice), name));
            let is_listed = |choice| read(choice).is_ok_and(|read| C::named(read.name()).is_some());
            assert!(C::ALL.iter().any(is_listed), "{name} is missing in ALL");
        }
    }

    #[test]
    fn every_choice_of_files_is_listed_under_its_name() {
        check::<Activation>();
        check::<Initialization>();
        check::<Loss>();
        check::<Noise>();
        check::<Normalization>();
        check::<Optimizer>();
        check::<Penalty>();
        check::<Precision>();
        check::<SamplerKind>();
        check::<Schedule>();
    }

    fn summaries<C: Choice>() -> impl Iterator<Item = &'static str> {
        C::ALL.iter().map(|choice| choice.summary())
    }

    #[test]
    fn summaries_are_lines_that_begin_with_their_subject() {
        let all = summaries::<Activation>()
            .chain(summaries::<Initialization>())
            .chain(summaries::<Loss>())
            .chain(summaries::<Option<Noise>>())
            .chain(summaries::<Normalization>())
            .chain(summaries::<Optimizer>())
            .chain(summaries::<Penalty>())
            .chain(summaries::<Precision>())
            .chain(summaries::<CodePath>())
            .chain(summaries::<SamplerKind>())
            .chain(summaries::<ScalingKind>())
            .chain(summaries::<Schedule>());
        for summary in all {
            let first = summary.split(' ').next().unwrap_or_default();
            assert!(
                !["Of", "What", "Those", "How", "Where", "Which", "As", "It"].contains(&first),
                "{summary}"
            );
            assert!(
                summary.starts_with(|letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit())
            );
            assert!(!summary.ends_with('.') && summary.lines().count() == 1, "{summary}");
        }
    }
}
