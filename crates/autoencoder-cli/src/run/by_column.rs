//! The errors of each column of a table, beside those of its mean or most frequent word, and of PCA.

use std::fmt::Write;

use autoencoder::{About, ColumnError, TableColumns};
use serde::Serialize;

use crate::printable;
use crate::terminal::numerals::{self, counted};

/// The errors of one column, as JSON has them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct ByColumn {
    name: String,
    #[serde(flatten)]
    errors: Errors,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Errors {
    /// Mean squared errors of scaled numbers.
    Number { known: usize, mse: f64, mean_mse: Option<f64>, pca_mse: Option<f64> },
    /// Shares of words that are restored right, and cross-entropies in nats.
    Words {
        known: usize,
        right: f64,
        most_frequent: f64,
        pca_right: Option<f64>,
        cross_entropy: f64,
        shares_cross_entropy: f64,
    },
}

/// The errors of the baselines by column: the mean sample, and PCA.
pub(crate) type OfBaselines = [Vec<ColumnError>; 2];

/// A share of right words or an error, in a table.
#[derive(Clone, Copy)]
enum Cell {
    Error(f64),
    Share(f64),
    Nothing,
}

/// The errors of a model by column, with those of the baselines where these were fitted.
pub(super) fn of(about: &About, model: &[ColumnError], baselines: Option<&OfBaselines>) -> Vec<ByColumn> {
    let errors = model.iter().enumerate().map(|(column, &error)| {
        let [mean, pca] = [0, 1].map(|which| baselines.map(|baselines| baselines[which][column]));
        match error {
            // The mean of a table with words or holes is that of the training; else it is fitted as the others are.
            ColumnError::Number { known, mse, mean_mse, .. } => Errors::Number {
                known,
                mse,
                mean_mse: if about.schema.is_some() { Some(mean_mse) } else { mean.and_then(mse_of) },
                pca_mse: pca.and_then(mse_of),
            },
            ColumnError::Words {
                known, right, most_frequent, cross_entropy, shares_cross_entropy, ..
            } => {
                let pca_right = pca.and_then(right_of);
                Errors::Words { known, right, most_frequent, pca_right, cross_entropy, shares_cross_entropy }
            }
            _ => unreachable!("a column holds numbers or words"),
        }
    });
    names(about, model.len())
        .into_iter()
        .zip(errors)
        .map(|(name, errors)| ByColumn { name, errors })
        .collect()
}

fn mse_of(error: ColumnError) -> Option<f64> {
    if let ColumnError::Number { mse, .. } = error { Some(mse) } else { None }
}

fn right_of(error: ColumnError) -> Option<f64> {
    if let ColumnError::Words { right, .. } = error { Some(right) } else { None }
}

/// The names of columns, numbers first and then words.
pub(crate) fn names(about: &About, count: usize) -> Vec<String> {
    if let Some(schema) = &about.schema {
        let numbers = schema.numbers().count();
        let words = schema.words().map(|(place, _)| schema.columns[place].name.clone());
        return schema.feature_names().into_iter().take(numbers).chain(words).collect();
    }
    let in_window = about.window.map_or(1, |window| window.rows.get());
    match &about.columns {
        Some(columns) if columns.names.len() == count => columns.names.clone(),
        Some(columns) if columns.names.len() * in_window == count => {
            let of_row = |row| columns.names.iter().map(move |name| format!("{name}, row {row}"));
            (1..=in_window).flat_map(of_row).collect()
        }
        Some(_) | None => (1..=count).map(|number| format!("number {number}")).collect(),
    }
}

impl ByColumn {
    /// Whether the column is restored better than by its mean or most frequent word; `None` where nothing is known of it, or no
    /// baseline was fitted. Words are also better where as many are right and the probabilities fit better.
    fn is_better(&self) -> Option<bool> {
        match self.errors {
            Errors::Number { known: 0, .. } | Errors::Words { known: 0, .. } => None,
            Errors::Number { mse, mean_mse, .. } => Some(mse < mean_mse?),
            Errors::Words { right, most_frequent, cross_entropy, shares_cross_entropy, .. } => {
                Some(right > most_frequent || right >= most_frequent && cross_entropy < shares_cross_entropy)
            }
        }
    }

    /// Whether PCA restores the column better by more than rounding.
    fn is_behind_pca(&self) -> bool {
        const EXACT: f64 = 1e-6;
        match self.errors {
            Errors::Number { mse, pca_mse, .. } => pca_mse.is_some_and(|pca| pca < mse - EXACT),
            Errors::Words { right, pca_right, .. } => pca_right.is_some_and(|pca| pca > right),
        }
    }

    fn known(&self) -> usize {
        match self.errors {
            Errors::Number { known, .. } | Errors::Words { known, .. } => known,
        }
    }

    fn cells(&self) -> [Cell; 3] {
        let error = |error: Option<f64>| error.map_or(Cell::Nothing, Cell::Error);
        match self.errors {
            Errors::Number { known: 0, .. } | Errors::Words { known: 0, .. } => [Cell::Nothing; 3],
            Errors::Number { mse, mean_mse, pca_mse, .. } => {
                [Cell::Error(mse), error(mean_mse), error(pca_mse)]
            }
            Errors::Words { right, most_frequent, pca_right, .. } => {
                let pca = pca_right.map_or(Cell::Nothing, Cell::Share);
                [Cell::Share(right), Cell::Share(most_frequent), pca]
            }
        }
    }
}

impl Cell {
    fn text(self) -> String {
        match self {
            Self::Error(error) => numerals::error(error),
            Self::Share(share) => format!("{:.1} %", 100.0 * share),
            Self::Nothing => "-".to_owned(),
        }
    }
}

/// The names of the cells of a column: its name, the number of samples in which it is known, and its errors.
pub(crate) const HEADS: [&str; 5] = ["column", "known", "this model", "mean, most frequent", "PCA"];

impl ByColumn {
    /// The name of the column in one line.
    fn told(&self) -> String {
        printable::line(&self.name).into_owned()
    }

    /// The cells of the column.
    pub(crate) fn texts(&self) -> [String; 5] {
        let [model, baseline, pca] = self.cells().map(Cell::text);
        [self.name.clone(), numerals::grouped(self.known()), model, baseline, pca]
    }
}

/// The columns as a table.
pub(super) fn table(columns: &[ByColumn]) -> String {
    let head = HEADS.map(str::to_owned);
    let lines = columns.iter().map(|column| {
        let [_, known, model, baseline, pca] = column.texts();
        [column.told(), known, model, baseline, pca]
    });
    let lines: Vec<[String; 5]> = [head].into_iter().chain(lines).collect();
    let width = |cell: usize| lines.iter().map(|line| line[cell].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3, 4].map(width);
    let mut text =
        String::from("by column: mean squared error of scaled numbers, share of words restored right\n");
    for line in &lines {
        let name = format!("{:<width$}", line[0], width = widths[0]);
        let cells = (1..5).map(|cell| format!("   {:>width$}", line[cell], width = widths[cell]));
        let _ = writeln!(text, "  {name}{}", cells.collect::<String>());
    }
    text
}

/// Means over all columns of a kind, for a table with words or holes: what is measured, and the errors of the model, of the mean
/// or most frequent word, and of PCA.
pub(super) fn summary(columns: &[ByColumn]) -> Vec<(&'static str, [Option<String>; 3])> {
    let is_words = |column: &&ByColumn| matches!(column.errors, Errors::Words { .. });
    let known = columns.iter().filter(|column| column.known() > 0);
    let (words, numbers): (Vec<&ByColumn>, Vec<&ByColumn>) = known.partition(is_words);
    let mean = |columns: &[&ByColumn], which: usize| -> Option<String> {
        let mut sum = 0.0;
        let mut last = Cell::Nothing;
        for column in columns {
            last = column.cells()[which];
            sum += match last {
                Cell::Error(number) | Cell::Share(number) => number,
                Cell::Nothing => return None,
            };
        }
        let mean = sum / columns.len() as f64;
        Some(match last {
            Cell::Share(_) => Cell::Share(mean).text(),
            Cell::Error(_) | Cell::Nothing => Cell::Error(mean).text(),
        })
    };
    let kinds = [("mean squared error", numbers), ("words right", words)];
    let kinds = kinds.into_iter().filter(|(_, columns)| !columns.is_empty());
    kinds.map(|(what, columns)| (what, [0, 1, 2].map(|which| mean(&columns, which)))).collect()
}

/// The remark on how many columns are restored better than by their mean or most frequent word.
pub(super) fn remark(columns: &[ByColumn]) -> String {
    const SHOWN: usize = 5;
    let judged: Vec<(&ByColumn, bool)> =
        columns.iter().filter_map(|column| Some((column, column.is_better()?))).collect();
    let worse: Vec<String> =
        judged.iter().filter(|(_, is_better)| !is_better).map(|(column, _)| column.told()).collect();
    let count = counted(judged.len(), "column");
    let remark = if judged.is_empty() {
        return "No verdict: nothing is known of any column, or no baseline was fitted.\n".to_owned();
    } else if worse.is_empty() {
        format!("The model restores every one of {count} better than its mean or most frequent word.\n")
    } else {
        format!(
            "The model restores {} of {count} better than their mean or most frequent word, and no better: {}; \
             more epochs or a longer --code may change that.\n",
            judged.len() - worse.len(),
            numerals::listed(&worse, SHOWN)
        )
    };
    let by_pca: Vec<String> =
        columns.iter().filter(|column| column.is_behind_pca()).map(ByColumn::told).collect();
    if by_pca.is_empty() {
        return remark;
    }
    let restored = numerals::listed(&by_pca, SHOWN);
    format!("{remark}PCA restores {} of them better: {restored}.\n", numerals::grouped(by_pca.len()))
}

/// The loss of columns where nothing is known but the column: the mean over the columns of the squared distance of numbers from
/// their mean, and of the weighted cross-entropy of the words' shares; `None` where no baseline was fitted.
pub(super) fn loss_of_columns_alone(columns: &[ByColumn], table: &TableColumns) -> Option<f64> {
    let mut weights = table.words.iter().map(|column| f64::from(column.weight));
    let mut sum = 0.0;
    for column in columns {
        sum += match column.errors {
            Errors::Number { mean_mse, .. } => mean_mse?,
            Errors::Words { shares_cross_entropy, .. } => weights.next()? * shares_cross_entropy,
        };
    }
    Some(sum / columns.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(name: &str, mse: f64) -> ByColumn {
        let errors = Errors::Number { known: 7, mse, mean_mse: Some(1.0), pca_mse: Some(0.5) };
        ByColumn { name: name.to_owned(), errors }
    }

    fn words(name: &str, known: usize, right: f64) -> ByColumn {
        let errors = Errors::Words {
            known,
            right,
            most_frequent: 0.5,
            pca_right: None,
            cross_entropy: 0.1,
            shares_cross_entropy: 0.7,
        };
        ByColumn { name: name.to_owned(), errors }
    }

    #[test]
    fn columns_stand_beside_their_baselines() {
        let columns = [number("age", 0.25), words("plan", 1000, 0.975), words("none", 0, 0.0)];
        let expected = "\
by column: mean squared error of scaled numbers, share of words restored right
  column   known   this model   mean, most frequent        PCA
  age          7     0.250000                1.0000   0.500000
  plan     1,000       97.5 %                50.0 %          -
  none         0            -                     -          -
";
        assert_eq!(table(&columns), expected);
        let rows = summary(&columns);
        assert_eq!(
            rows[0],
            ("mean squared error", ["0.250000", "1.0000", "0.500000"].map(|text| Some(text.to_owned())))
        );
        assert_eq!(rows[1].1, [Some("97.5 %".to_owned()), Some("50.0 %".to_owned()), None]);
    }

    #[test]
    fn the_remark_names_what_is_no_better() {
        let all = remark(&[number("age", 0.25), words("plan", 9, 0.5), words("none", 0, 0.0)]);
        assert_eq!(
            all,
            "The model restores every one of 2 columns better than its mean or most frequent word.\n"
        );
        let behind = remark(&[number("age", 0.625)]);
        assert!(behind.ends_with("\nPCA restores 1 of them better: age.\n"), "{behind}");
        let some = remark(&[number("age", 1.5), words("plan", 9, 0.9)]);
        assert!(
            some.contains("restores 1 of 2 columns better") && some.contains("no better: age; more epochs"),
            "{some}"
        );
    }
}
