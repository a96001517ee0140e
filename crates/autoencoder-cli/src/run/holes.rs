//! Holes in data for models that were trained on tables without holes.

use std::path::Path;

use autoencoder::{Scaling, Values};

use crate::failure::{Failure, Outcome};
use crate::terminal::{Notes, numerals};

/// The rows of a table for a model that knows no holes and no words: the mean of the training stands for each hole, and a note
/// says so. Other values are returned as they are.
pub(super) fn filled(name: &str, values: Values, scaling: &Scaling, notes: Notes) -> Outcome<Values> {
    let Values::Table(table) = values else { return Ok(values) };
    let path = Path::new(name);
    if !table.counts().is_empty() {
        let what = "found words, and the model was trained on numbers alone";
        return Err(Failure::at(path, what).advise("leave the columns of words out with --drop"));
    }
    let mut numbers = table.into_numbers();
    let mut holes = 0;
    for (feature, mut column) in numbers.columns_mut().into_iter().enumerate() {
        for number in column.iter_mut().filter(|number| number.is_nan()) {
            *number = middle(scaling, feature).ok_or_else(|| {
                let what = "found fields without a value, and the model, which was trained without scaling, knows no mean";
                Failure::at(path, what).advise("fill in missing values, or leave their rows out")
            })?;
            holes += 1;
        }
    }
    if holes > 0 {
        let middle = if matches!(scaling, Scaling::MinMax { .. }) { "middle of the range" } else { "mean" };
        notes.say(format_args!(
            "{name}: {} without a value, read as the {middle} of the training, as the model was trained without such fields",
            numerals::counted(holes, "field")
        ));
    }
    Ok(Values::Doubles(numbers))
}

/// What stands for a number of which nothing is known.
fn middle(scaling: &Scaling, feature: usize) -> Option<f64> {
    match scaling {
        Scaling::None | Scaling::Bytes => None,
        Scaling::MinMax { minimum, maximum } => Some(f64::midpoint(minimum[feature], maximum[feature])),
        Scaling::Standard { mean, .. } => Some(mean[feature]),
        Scaling::Columns { numbers, .. } => numbers.get(feature).map(|number| number.undo(number.mean)),
    }
}

#[cfg(test)]
mod tests {
    use autoencoder::TableValues;
    use ndarray::{Array2, array};

    use super::*;

    const QUIET: Notes = Notes::new(true);

    #[test]
    fn the_mean_stands_for_a_hole() {
        let values = || {
            let numbers = array![[1.0, f64::NAN], [f64::NAN, 4.0]];
            Values::Table(TableValues::new(numbers, Array2::zeros((2, 0)), []).unwrap())
        };
        let standard = Scaling::Standard { mean: vec![5.0, 7.0], deviation: vec![1.0, 1.0] };
        let found = filled("a.csv", values(), &standard, QUIET).unwrap();
        assert_eq!(found, Values::Doubles(array![[1.0, 7.0], [5.0, 4.0]]));
        let min_max = Scaling::MinMax { minimum: vec![0.0, 0.0], maximum: vec![1.0, 8.0] };
        let found = filled("a.csv", values(), &min_max, QUIET).unwrap();
        assert_eq!(found, Values::Doubles(array![[1.0, 4.0], [0.5, 4.0]]));
        let refused = filled("a.csv", values(), &Scaling::None, QUIET).unwrap_err().to_string();
        assert!(refused.contains("fill in missing values"), "{refused}");
    }
}
