//! The scaling that samples get: asked for, usual for the data, or a model's.

use autoencoder::{NumberScalingKind, Scaling, ScalingKind, Schema, Values};

use crate::config::AskedScale;
use crate::data::Data;

/// How samples are scaled.
pub(super) enum Fitting {
    /// By a scaling of this kind, fitted to the training samples; bytes without a kind are divided by 255.
    Fitted(Option<AskedScale>),
    /// By such a scaling, fitted to the held-out samples too, as the loss is defined only within the range of the training
    /// samples.
    FittedToAll(Option<AskedScale>),
    /// By the scaling of a model.
    Given {
        scaling: Scaling,
        /// Whether the model was trained on a table with words or holes.
        knows_holes: bool,
    },
}

impl Fitting {
    /// Whether rows with holes can stay as they are.
    pub(super) fn knows_holes(&self) -> bool {
        match self {
            Self::Fitted(_) | Self::FittedToAll(_) => true,
            Self::Given { knows_holes, .. } => *knows_holes,
        }
    }
}

/// The scaling to fit: the one that was asked for, otherwise none for bytes, which are divided by 255, min-max for
/// other numbers, and mean and deviation for a table with words or holes, or whose columns are scaled one by one.
pub(crate) fn settle_scale(data: &Data, asked: Option<AskedScale>) -> Option<AskedScale> {
    let usual = match &data.values {
        Values::Bytes(_) => return asked,
        Values::Floats(_) | Values::Doubles(_) => NumberScalingKind::MinMax,
        Values::Table(_) => NumberScalingKind::Standard,
    };
    Some(match asked {
        None => AskedScale::of(usual),
        Some(AskedScale { all: None, columns }) => {
            AskedScale { all: Some(NumberScalingKind::Standard), columns }
        }
        Some(asked) => asked,
    })
}

/// The scaling that is fitted to these values. The schema of a table says how each column is scaled.
pub(crate) fn fit(values: &Values, scale: Option<&AskedScale>, schema: Option<&Schema>) -> Scaling {
    let kinds: Vec<NumberScalingKind> =
        schema.iter().flat_map(|schema| schema.numbers()).map(|(_, kind)| kind).collect();
    let scale = match (values, scale) {
        (Values::Table(table), _) => {
            let indicators = schema.map(Schema::indicators).unwrap_or_default();
            return table.fit(|column| kinds[column]).with_indicators(indicators);
        }
        (Values::Bytes(_), None) => return Scaling::Bytes,
        (Values::Floats(_) | Values::Doubles(_), None) => return Scaling::None,
        (_, Some(scale)) => scale,
    };
    let by_column = |kind: &dyn Fn(usize) -> NumberScalingKind| match values {
        Values::Bytes(values) => Scaling::fit_columns(values.view(), kind),
        Values::Floats(values) => Scaling::fit_columns(values.view(), kind),
        Values::Doubles(values) => Scaling::fit_columns(values.view(), kind),
        Values::Table(_) => unreachable!("a table is fitted above"),
    };
    if !scale.columns.is_empty() {
        return by_column(&|column| kinds[column]);
    }
    match scale.all.unwrap_or(NumberScalingKind::Standard) {
        NumberScalingKind::None => values.fit(ScalingKind::None),
        NumberScalingKind::MinMax => values.fit(ScalingKind::MinMax),
        NumberScalingKind::Standard => values.fit(ScalingKind::Standard),
        kind @ (NumberScalingKind::Robust | NumberScalingKind::Log1p | NumberScalingKind::RankGauss) => {
            by_column(&|_| kind)
        }
    }
}
