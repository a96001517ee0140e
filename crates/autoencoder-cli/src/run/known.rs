//! What a model knows of the data that it was trained on.

use std::fmt::Display;

use autoencoder::{About, ColumnKind, Columns, Model, Scaling};

use crate::config::AskedScale;
use crate::data::{AskedWindows, Expected};
use crate::failure::{Failure, Outcome};

/// The number of features of a row: a sample, or for a model of windows a row of these.
pub(crate) fn row_features(about: &About) -> usize {
    let features: usize = about.sample_shape.iter().product();
    features / about.window.map_or(1, |window| window.rows.get())
}

/// The scaling of such a row.
pub(super) fn scaling_of_rows(about: &About) -> Scaling {
    match about.window {
        Some(_) => about.scaling.of_first(row_features(about)),
        None => about.scaling.clone(),
    }
}

/// Whether the rows of a model of windows are called by their times: nothing else is kept beside them.
fn is_timed(about: &About) -> bool {
    about.columns.as_ref().is_some_and(|columns| columns.id.is_some())
}

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

    /// The scaling of a row: of a model of windows that of the rows that these are made of.
    pub(super) fn scaling_of_rows(&self) -> Scaling {
        scaling_of_rows(&self.about)
    }

    /// How windows are made of rows, for a model of windows.
    pub(crate) fn windows(&self) -> Option<AskedWindows> {
        Some(AskedWindows { window: self.about.window?, is_timed: is_timed(&self.about) })
    }

    /// The columns of a table, scaled as they are asked to be.
    pub(crate) fn expected_with(&self, scale: Option<&AskedScale>) -> Outcome<Option<Expected>> {
        let scale = scale.filter(|_| self.keeps_scaling);
        let (Some(schema), Some(scale)) = (&self.about.schema, scale) else { return Ok(self.expected()) };
        let mut schema = schema.clone();
        for (name, _) in &scale.columns {
            if !schema.columns.iter().any(|column| column.name == *name) {
                let what = format_args!("--scale: no column of {} is named {name}", self.origin);
                return Err(Failure::usage(what));
            }
        }
        for column in &mut schema.columns {
            let own = scale.columns.iter().find(|(name, _)| *name == column.name).map(|(_, kind)| *kind);
            if let ColumnKind::Number { scale: kept } = &mut column.kind {
                *kept = own.or(scale.all).unwrap_or(*kept);
            } else if own.is_some() {
                let what = format_args!("--scale: the column {} does not hold numbers", column.name);
                return Err(Failure::usage(what));
            }
        }
        Ok(Some(Expected::of_schema(schema, &self.origin)))
    }

    /// The columns of a table.
    pub(crate) fn expected(&self) -> Option<Expected> {
        if let Some(schema) = &self.about.schema {
            return Some(Expected::of_schema(schema.clone(), &self.origin));
        }
        let columns = self.about.columns.clone()?;
        Some(self.of_numbers(columns))
    }

    /// The columns of rows that come one after the other: those of a table, or as many numbers as a sample has.
    pub(crate) fn expected_of_rows(&self) -> Expected {
        self.expected().unwrap_or_else(|| self.of_numbers(Columns::of_names([])))
    }

    fn of_numbers(&self, columns: Columns) -> Expected {
        Expected::of_columns(columns, row_features(&self.about), &self.origin)
    }
}
