//! The table of a sweep, for the terminal.

use toml::Value;

use super::names;
use super::ranking::{RankedRun, Ranking};
use crate::terminal::numerals;

/// The columns of losses that are shown beside the training loss.
#[derive(Clone, Copy, Debug)]
struct ShownColumns {
    validation: bool,
    /// The training MSE, shown where a run has no validation.
    train_mse: bool,
}

impl Ranking<'_> {
    /// The table as text.
    pub(super) fn table(&self) -> String {
        let mut ended = self.runs.iter().filter(|row| row.train_loss.is_some());
        let shown = ShownColumns {
            validation: ended.clone().any(|row| row.validation_loss.is_some()),
            train_mse: ended.any(|row| row.validation_loss.is_none()),
        };
        let mut head = vec!["rank"];
        head.extend(self.keys());
        head.push("train loss");
        head.extend(shown.train_mse.then_some("train MSE"));
        head.extend(shown.validation.then_some(["validation loss", "validation MSE"]).into_iter().flatten());
        head.extend(["epochs", "seconds", "folder"]);
        let mut lines = vec![head.into_iter().map(str::to_owned).collect()];
        lines.extend(self.runs.iter().map(|row| row.cells(shown)));
        let is_words = |column: usize| {
            let value = |row: &RankedRun<'_>| row.settings.values().nth(column.checked_sub(1)?).map(is_word);
            self.runs.iter().any(|row| value(row) == Some(true))
        };
        aligned(&lines, is_words)
    }
}

impl RankedRun<'_> {
    fn cells(&self, shown: ShownColumns) -> Vec<String> {
        let none = || "-".to_owned();
        let loss = |loss: Option<f64>| loss.map_or_else(none, numerals::error);
        let count = |count: Option<usize>| count.map_or_else(none, |count| count.to_string());
        let mut cells = vec![count(self.rank)];
        cells.extend(self.settings.values().map(names::text));
        cells.push(loss(self.train_loss));
        cells.extend(shown.train_mse.then(|| loss(self.train_mse)));
        let validation = || [self.validation_loss, self.validation_mse].map(loss);
        cells.extend(shown.validation.then(validation).into_iter().flatten());
        cells.push(count(self.epochs));
        cells.push(self.seconds.map_or_else(none, |seconds| format!("{seconds:.1}")));
        let folder = self.folder.display();
        cells.push(match &self.failure {
            Some(failure) => format!("{folder}   failed: {failure}"),
            None => folder.to_string(),
        });
        cells
    }
}

/// Returns whether a value is a word, which is read from its left.
fn is_word(value: &Value) -> bool {
    !matches!(value, Value::Integer(_) | Value::Float(_))
}

/// Lines of cells in columns: words begin at one place, numbers end at one. The last column is words.
fn aligned(lines: &[Vec<String>], is_words: impl Fn(usize) -> bool) -> String {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let mut cells = Vec::with_capacity(columns);
        for (column, cell) in line.iter().enumerate() {
            let width = widths[column];
            cells.push(match is_words(column) {
                _ if column + 1 == columns => cell.clone(),
                true => format!("{cell:width$}"),
                false => format!("{cell:>width$}"),
            });
        }
        text += &cells.join("  ");
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_and_numbers_end_at_one_place() {
        let lines = [["a", "b", "c"], ["wide", "10", "d"], ["x", "1", "long"]];
        let lines = lines.map(|line| line.map(str::to_owned).to_vec());
        let text = aligned(&lines, |column| column == 0);
        assert_eq!(text, "a      b  c\nwide  10  d\nx      1  long\n");
    }
}
