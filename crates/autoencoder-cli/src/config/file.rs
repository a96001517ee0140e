//! The file config.toml: written with every setting, read with unknown keys refused.

use std::io::ErrorKind;
use std::path::Path;

use toml::Table;

use super::fields::fields;
use super::settings::Settings;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::nearest;

const HEAD: &str = "\
# The settings of this run. `autoencoder train --config` with this file gives the same model, byte for byte.
# Paths are written as they were given: a relative path starts from the folder that the program is run in.
";

/// The largest number of bytes of a configuration, 16 MiB.
const LONGEST: u64 = 1 << 24;

/// The advice where there is no configuration.
const EXPECTED: &str = "expected settings in TOML, such as the config.toml that `autoencoder train` writes into the folder of a run";

/// Reads a configuration.
pub(crate) fn read(path: &Path) -> Outcome<Settings> {
    let (text, _) = read_table(path)?;
    toml::from_str(&text).map_err(|error| fault(path, &text, &error))
}

/// Reads a file whose keys are all keys of a configuration, whatever the values are.
pub(super) fn read_table(path: &Path) -> Outcome<(String, Table)> {
    let text = input::read_text(path, LONGEST).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::at(path, "there is no such file").advise(EXPECTED),
        _ => Failure::at(path, error).advise(EXPECTED),
    })?;
    let table: Table = toml::from_str(&text).map_err(|error| fault(path, &text, &error))?;
    let keys = fields::<Settings>();
    if let Some(unknown) = table.keys().find(|key| !keys.contains(&key.as_str())) {
        let failure = Failure::at(path, format_args!("unknown key `{unknown}`"));
        return Err(match nearest(keys.iter().copied(), unknown) {
            Some(nearest) => failure.advise(format_args!("the nearest known key is `{nearest}`")),
            None => failure,
        });
    }
    Ok((text, table))
}

/// The error with its line number, in one line: the picture that `toml` draws of an error takes several.
pub(super) fn fault(path: &Path, text: &str, error: &toml::de::Error) -> Failure {
    let line = error.span().map(|span| text[..span.start.min(text.len())].lines().count().max(1));
    match line {
        Some(line) => Failure::at(path, format_args!("line {line}: {}", error.message())),
        None => Failure::at(path, error.message()),
    }
}

/// The text of a configuration.
pub(crate) fn text(settings: &Settings) -> Outcome<String> {
    let body = toml::to_string(settings).map_err(Failure::new)?;
    Ok(format!("{HEAD}{body}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A setting of every form, as they are written.
    const SETTINGS: &str = r#"data = "synthetic"
preset = "tutorial-2d"
layers = [20, 3]
activation = "leaky-relu"
tied = true
noise = "salt-and-pepper"
noise-strength = 0.25
learning-rate = 0.01
init = "glorot-gain"
freeze = ["encoder.0"]
validation = 0.1
scale = "min-max"
precision = "f32"
seed = 9
"#;

    fn written(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn what_is_written_is_what_was_read() {
        let (_folder, path) = written(SETTINGS);
        let settings = read(&path).unwrap();
        let text = text(&settings).unwrap();
        assert_eq!(text, format!("{HEAD}{SETTINGS}"));
        let (_folder, path) = written(&text);
        assert_eq!(read(&path).unwrap(), settings);
    }

    #[test]
    fn a_file_that_is_not_there_is_said_in_a_sentence_with_what_is_expected() {
        let (folder, path) = written("");
        for path in [path.with_file_name("none.toml"), folder.path().to_owned()] {
            let message = read(&path).unwrap_err().to_string();
            assert!(message.contains("; expected settings in TOML"), "{message}");
            assert_eq!(message.contains("there is no such file"), !path.exists(), "{message}");
        }
    }

    #[test]
    fn faults_name_the_file_the_line_and_the_nearest_key() {
        for (text, words) in [
            ("epoch = 3\n", &["config.toml", "`epoch`", "`epochs`"][..]),
            ("seed = 1\nlearning_rate = 0.1\n", &["`learning_rate`", "`learning-rate`"]),
            ("seed = 1\nepochs = \"many\"\n", &["config.toml", "line 2"]),
            ("seed = 1\n\nloss = \"bca\"\n", &["line 3", "bca"]),
            ("seed = \n", &["line 1"]),
            ("validation = 1.5\n", &["line 1", "1.5"]),
        ] {
            let (_folder, path) = written(text);
            let message = read(&path).unwrap_err().to_string();
            assert!(words.iter().all(|word| message.contains(word)), "{text:?}: {message}");
            assert_eq!(message.lines().count(), 1, "{message}");
        }
    }
}
