//! A model card: what the model is, its data, its errors, its use and its limits, as Markdown with a head in YAML.

use super::again;
use super::facts::{self, Fact};
use super::gathered::Gathered;
use crate::printable;
use crate::run::{by_column, files};

/// The name of the file of a model card.
pub(super) const CARD: &str = "README.md";
/// The line by which a card of ours is known again.
pub(super) const MARK: &str = "<!-- Written by `autoencoder report --card`. -->";

pub(super) fn markdown(gathered: &Gathered) -> String {
    let title = facts::title(gathered);
    let (heads, rows) = gathered.verdict.rows();
    let heads: Vec<&str> = std::iter::once("errors").chain(heads).collect();
    let mut parts = vec![
        head(gathered),
        format!("{MARK}\n\n# {}\n", text(&title)),
        paragraphs(&gathered.verdict.closing()),
        "## Model\n".to_owned(),
        list(&facts::model(gathered)),
        "## Data\n".to_owned(),
        list(&facts::data(gathered)),
        "## Errors\n".to_owned(),
        table(&heads, &rows),
        paragraphs(&gathered.verdict.nats()),
    ];
    let columns = gathered.verdict.columns();
    if !columns.is_empty() {
        let rows: Vec<Vec<String>> = columns.iter().map(|column| column.texts().to_vec()).collect();
        parts.push(table(&by_column::HEADS, &rows));
    }
    parts.extend([usage(gathered), limits(gathered)]);
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

/// The head of the card. A string of JSON is one of YAML too.
fn head(gathered: &Gathered) -> String {
    let specification = gathered.loaded.model.architecture().specification();
    let mut tags = vec!["autoencoder"];
    if specification.is_variational() {
        tags.push("variational-autoencoder");
    }
    if specification.table.is_some() || gathered.loaded.model.about.columns.is_some() {
        tags.push("tabular");
    }
    if gathered.loaded.model.scorer.is_some() {
        tags.push("anomaly-detection");
    }
    let tags = tags.iter().map(|tag| format!("- {tag}\n")).collect::<Vec<_>>().concat();
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    // The same numbers as in the table of errors.
    let (heads, rows) = gathered.verdict.rows();
    let metric = |(head, cell): (&&str, &String)| match cell.strip_suffix(" %") {
        None => format!("    - type: mse\n      name: {}\n      value: {cell}\n", quoted(head)),
        Some(percent) => format!(
            "    - type: accuracy\n      name: {}\n      value: {percent}\n",
            quoted(&format!("{head}, percent"))
        ),
    };
    let of_model = rows.first().into_iter().flat_map(|row| &row[1..]);
    let metrics: String = heads.iter().zip(of_model).map(metric).collect();
    let title = facts::title(gathered);
    format!(
        "---\nlibrary_name: autoencoder\ntags:\n{tags}metrics:\n- mse\nmodel-index:\n- name: {}\n  results:\n  - task:\n      type: \
         reconstruction\n    dataset:\n      name: {}\n      type: {}\n    metrics:\n{metrics}---\n",
        quoted(&title),
        quoted(&gathered.samples.origin),
        if tags.contains("tabular") { "tabular" } else { "other" }
    )
}

/// Text from elsewhere, of which no letter is markup of Markdown or HTML.
fn text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for letter in printable::line(text).chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '!' | '|' | '~' => safe.extend(['\\', letter]),
            letter => safe.push(letter),
        }
    }
    safe
}

fn paragraphs(lines: &str) -> String {
    lines.lines().map(|line| format!("{}\n", text(line))).collect::<Vec<_>>().join("\n")
}

fn list(facts: &[Fact]) -> String {
    let line = |(name, told): &Fact| format!("- **{}:** {}\n", text(name), text(told));
    facts.iter().map(line).collect::<Vec<_>>().concat()
}

fn table(heads: &[&str], rows: &[Vec<String>]) -> String {
    let line =
        |cells: &mut dyn Iterator<Item = String>| format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "));
    let mut lines = line(&mut heads.iter().map(|head| text(head)));
    let align = |index: usize| if index == 0 { ":---" } else { "---:" };
    lines.push_str(&line(&mut (0..heads.len()).map(|index| align(index).to_owned())));
    for row in rows {
        lines.push_str(&line(&mut row.iter().map(|cell| text(cell))));
    }
    lines
}

fn usage(gathered: &Gathered) -> String {
    let mut commands = vec![
        "autoencoder encode RUN DATA --out codes.npy".to_owned(),
        "autoencoder reconstruct RUN DATA --out restored.npy".to_owned(),
        "autoencoder evaluate RUN DATA".to_owned(),
    ];
    if gathered.loaded.model.scorer.is_some() {
        commands.push("autoencoder score RUN DATA".to_owned());
    }
    let again = if gathered.settings.is_some() {
        format!("\nThe same training again, byte for byte:\n\n```sh\n{}\n```\n", again::command())
    } else {
        String::new()
    };
    format!(
        "## Use\n\nRUN is the folder of this card, with `{}` in it. The weights are safetensors with PyTorch's names.\n\n```sh\n{}\n```\n{again}",
        files::MODEL,
        commands.join("\n")
    )
}

fn limits(gathered: &Gathered) -> String {
    let mut limits = vec![
        "The model restores samples like those that it was trained on, and others badly or not at all."
            .to_owned(),
        "Its errors are means over samples: single samples are restored far better or far worse.".to_owned(),
    ];
    if gathered.samples.were_trained_on {
        limits.push(
            "The errors above are those of samples that it was trained on; on others they are larger."
                .to_owned(),
        );
    }
    if gathered.loaded.model.scorer.is_some() {
        limits.push(
            "A score above the threshold says that a sample is unusual, not that it is wrong: one of a hundred usual samples is flagged too."
                .to_owned(),
        );
    }
    let limits = limits.iter().map(|limit| format!("- {limit}\n")).collect::<Vec<_>>().concat();
    format!("## Limits\n\n{limits}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_data_is_no_markup() {
        assert_eq!(text("<script>[x](y) | *b* `c`"), r"&lt;script&gt;\[x\](y) \| \*b\* \`c\`");
        let table = table(&["a", "b"], &[vec!["x|y".to_owned(), "1".to_owned()]]);
        assert_eq!(table, "| a | b |\n| :--- | ---: |\n| x\\|y | 1 |\n");
    }
}
