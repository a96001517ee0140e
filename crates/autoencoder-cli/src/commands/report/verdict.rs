//! The errors of the model beside those of the baselines, over all features and by column.

use super::gathered::Gathered;
use super::html;
use crate::run::by_column;

/// The most columns whose errors stand in the page.
const MOST_COLUMNS: usize = 60;

pub(super) fn section(gathered: &Gathered) -> String {
    let verdict = &gathered.verdict;
    let (heads, rows) = verdict.rows();
    let heads: Vec<&str> = std::iter::once("errors").chain(heads).collect();
    let mut contents = html::measures(&heads, &rows, true);
    for line in verdict.nats().lines() {
        contents.push_str(&html::paragraph(line));
    }
    for line in verdict.closing().lines() {
        contents.push_str(&html::paragraph(line));
    }
    if gathered.samples.were_trained_on {
        contents
            .push_str(&html::quiet("The model was trained on these samples: on others its error is larger."));
    }
    let columns = verdict.columns();
    if !columns.is_empty() {
        let rows: Vec<Vec<String>> =
            columns.iter().take(MOST_COLUMNS).map(|column| column.texts().to_vec()).collect();
        contents.push_str(&html::heading("By column"));
        contents.push_str(&html::quiet(
            "Mean squared errors of scaled numbers, and shares of the words that are restored right.",
        ));
        contents.push_str(&html::measures(&by_column::HEADS, &rows, false));
        if columns.len() > MOST_COLUMNS {
            let text = format!("The first {MOST_COLUMNS} of {} columns.", columns.len());
            contents.push_str(&html::quiet(&text));
        }
    }
    html::section("Is that good?", &contents)
}
