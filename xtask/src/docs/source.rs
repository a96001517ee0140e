//! The source of a number on a page: a column of a run's metrics, or a value that a command prints as JSON.

use std::path::Path;

use serde_json::Value;

/// The source of a number.
#[derive(Debug, PartialEq)]
pub(super) enum Source {
    /// `FILE.csv COLUMN [epoch K]`: the column in the line of that epoch, else in the last.
    Column { file: String, column: String, epoch: Option<String>, divisor: f64 },
    /// `COMMAND --json | KEY.KEY`: what the command prints under these keys.
    Printed { command: String, keys: String, divisor: f64 },
}

impl Source {
    /// Reads the notation; a last `/ F` divides by F.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (text, divisor) = match text.rsplit_once(" / ") {
            Some((text, divisor)) => {
                (text, divisor.parse().map_err(|_| format!("expected a number, found {divisor}"))?)
            }
            None => (text, 1.0),
        };
        if let Some((command, keys)) = text.split_once(" | ") {
            let (command, keys) = (command.to_owned(), keys.to_owned());
            return Ok(Self::Printed { command, keys, divisor });
        }
        let words: Vec<&str> = text.split(' ').collect();
        let (file, column, epoch) = match words[..] {
            [file, column] => (file, column, None),
            [file, column, "epoch", epoch] => (file, column, Some(epoch.to_owned())),
            _ => {
                return Err(format!(
                    "expected FILE.csv COLUMN [epoch K], or COMMAND --json | KEY, found {text}"
                ));
            }
        };
        Ok(Self::Column { file: file.to_owned(), column: column.to_owned(), epoch, divisor })
    }

    /// The number itself: read below `folder`, or from what `run` prints for a command.
    pub(super) fn number(
        &self,
        folder: &Path,
        run: impl FnOnce(&str) -> Result<String, String>,
    ) -> Result<f64, String> {
        match self {
            Self::Column { file, column, epoch, divisor } => {
                let text =
                    std::fs::read_to_string(folder.join(file)).map_err(|error| format!("{file}: {error}"))?;
                Ok(in_table(&text, column, epoch.as_deref()).ok_or_else(|| format!("{file}: no {column}"))?
                    / divisor)
            }
            Self::Printed { command, keys, divisor } => {
                let printed: Value =
                    serde_json::from_str(&run(command)?).map_err(|error| error.to_string())?;
                let pointer = format!("/{}", keys.replace('.', "/"));
                let number = printed.pointer(&pointer).and_then(Value::as_f64);
                Ok(number.ok_or_else(|| format!("`{command}` prints no number {keys}"))? / divisor)
            }
        }
    }
}

fn in_table(text: &str, column: &str, epoch: Option<&str>) -> Option<f64> {
    let mut lines = text.lines();
    let place = lines.next()?.split(',').position(|name| name == column)?;
    let of_epoch = |line: &&str| epoch.is_none_or(|epoch| line.split(',').next() == Some(epoch));
    lines.rfind(of_epoch)?.split(',').nth(place)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const METRICS: &str = "epoch,train_mse,validation_mse\n1,0.5,0.4\n2,0.3,0.2\n";

    #[test]
    fn a_column_is_that_of_the_last_line_or_of_an_epoch() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("m.csv"), METRICS).unwrap();
        let number = |text: &str| {
            Source::parse(text).unwrap().number(folder.path(), |_| Err("no command here".to_owned()))
        };
        assert_eq!(number("m.csv validation_mse"), Ok(0.2));
        assert_eq!(number("m.csv train_mse epoch 1"), Ok(0.5));
        assert_eq!(number("m.csv train_mse epoch 1 / 0.25"), Ok(2.0));
        for wrong in ["m.csv test_mse", "m.csv train_mse epoch 3", "n.csv train_mse"] {
            assert!(number(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_printed_number_stands_under_its_keys() {
        let printed = |_: &str| Ok(r#"{"mse": 0.5, "baselines": {"pca": {"mse": 0.25}}}"#.to_owned());
        let number = |text: &str| Source::parse(text).unwrap().number(Path::new("."), printed);
        assert_eq!(number("autoencoder evaluate a --json | mse"), Ok(0.5));
        assert_eq!(number("autoencoder evaluate a --json | baselines.pca.mse"), Ok(0.25));
        assert!(number("autoencoder evaluate a --json | baselines.mean.mse").is_err());
    }
}
