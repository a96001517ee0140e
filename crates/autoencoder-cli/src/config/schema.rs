//! The schema of a table as a TOML file, which people read and change.

use std::path::Path;

use autoencoder::Schema;
use toml::{Table, Value};

use super::file::fault;
use crate::failure::{Failure, Outcome};
use crate::input;

/// The largest number of bytes of a schema, 16 MiB.
const LONGEST: u64 = 1 << 24;

const HEAD: &str = "\
# The columns of a table: name, kind (number, words, time, id, label or dropped), and how each is treated.
# `autoencoder train DATA --schema` with this file reads columns so; words that are left out are found in the table.
";

/// Reads a schema.
pub(crate) fn read_schema(path: &Path) -> Outcome<Schema> {
    let text = input::read_text(path, LONGEST).map_err(|error| {
        Failure::at(path, error)
            .advise("expected a schema in TOML, as `autoencoder inspect --schema` prints it")
    })?;
    let schema: Schema = toml::from_str(&text).map_err(|error| fault(path, &text, &error))?;
    check_keys(&text).map_err(|what| Failure::at(path, what))?;
    let names: Vec<&str> = schema.columns.iter().map(|column| &*column.name).collect();
    if let Some(twice) = (1..names.len()).find(|&place| names[..place].contains(&names[place])) {
        return Err(Failure::at(path, format_args!("the column {} stands there twice", names[twice])));
    }
    schema.check().map_err(|error| Failure::at(path, error))?;
    Ok(schema)
}

/// Refuses a key that its column does not have.
fn check_keys(text: &str) -> Result<(), String> {
    const OF_ALL: [&str; 6] = ["name", "kind", "holes", "decimals", "residual", "indicator"];
    let table: Table = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let columns =
        table.get("column").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table);
    for column in columns {
        let text = |key: &str| column.get(key).and_then(Value::as_str).unwrap_or_default();
        let own: &[&str] = match text("kind") {
            "number" => &["scale"],
            "words" => &["words"],
            "time" => &["parts", "order", "clock"],
            _ => &[],
        };
        let is_known = |key: &&String| OF_ALL.contains(&key.as_str()) || own.contains(&key.as_str());
        if let Some(key) = column.keys().find(|key| !is_known(key)) {
            return Err(format!(
                "column {}: a column of kind {} has no key `{key}`",
                text("name"),
                text("kind")
            ));
        }
    }
    Ok(())
}

/// The text of a schema.
pub(crate) fn schema_text(schema: &Schema) -> Outcome<String> {
    let body = toml::to_string(schema).map_err(Failure::new)?;
    Ok(format!("{HEAD}\n{body}"))
}

#[cfg(test)]
mod tests {
    use autoencoder::{Column, ColumnKind, DateOrder, NumberScalingKind, TimePart};

    use super::*;

    #[test]
    fn a_schema_that_was_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("schema.toml");
        let words = ColumnKind::Words { words: vec!["a \"b\"".to_owned()] };
        let times = ColumnKind::Time {
            parts: vec![TimePart::Days, TimePart::Hour],
            order: DateOrder::default(),
            clock: false,
        };
        let schema = Schema::new([
            Column::new("who", ColumnKind::Id),
            Column::new("n", ColumnKind::Number { scale: NumberScalingKind::RankGauss })
                .with_holes(0.25)
                .with_indicator(),
            Column::new("plan", words),
            Column::new("when", times),
        ])
        .unwrap();
        std::fs::write(&path, schema_text(&schema).unwrap()).unwrap();
        assert_eq!(read_schema(&path).unwrap(), schema);
        std::fs::write(
            &path,
            "[[column]]\nname = \"x\"\nkind = \"number\"\n\n[[column]]\nname = \"y\"\nkind = \"nmber\"\n",
        )
        .unwrap();
        let refused = read_schema(&path).unwrap_err().to_string();
        assert!(refused.contains("schema.toml: line ") && refused.contains("nmber"), "{refused}");
    }
}
