//! The schema of a table as a TOML file, which people read and change.

use std::path::Path;

use autoencoder::Schema;

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
    schema.check().map_err(|error| Failure::at(path, error))?;
    Ok(schema)
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
        let times =
            ColumnKind::Time { parts: vec![TimePart::Days, TimePart::Hour], order: DateOrder::default() };
        let schema = Schema::new([
            Column::new("who", ColumnKind::Id),
            Column::new("n", ColumnKind::Number { scale: NumberScalingKind::RankGauss }).with_holes(0.25),
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
