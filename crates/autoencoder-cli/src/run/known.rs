//! What a model knows of the data that it was trained on.

use std::fmt::Display;

use autoencoder::{About, Model};

use crate::data::Expected;

/// What a model knows of the data that it was trained on.
#[derive(Debug)]
pub(crate) struct Known {
    pub(super) about: About,
    /// The name of the model or of its data, for messages.
    pub(super) origin: String,
    /// Whether data is scaled as the model's was.
    pub(super) keeps_scaling: bool,
}

impl Known {
    /// What `model` knows of its data; `origin` names the model in messages.
    pub(crate) fn of(model: &Model, origin: impl Display) -> Self {
        Self { about: model.about.clone(), origin: origin.to_string(), keeps_scaling: true }
    }

    /// What `model` knows of the columns of its data, for data whose scaling is fitted anew.
    pub(crate) fn columns_of(model: &Model, origin: impl Display) -> Self {
        Self { keeps_scaling: false, ..Self::of(model, origin) }
    }

    /// The columns of a table.
    pub(crate) fn expected(&self) -> Option<Expected> {
        if let Some(schema) = &self.about.schema {
            return Some(Expected::of_schema(schema.clone(), &self.origin));
        }
        let columns = self.about.columns.clone()?;
        let features = self.about.sample_shape.iter().product();
        Some(Expected::of_columns(columns, features, &self.origin))
    }
}
