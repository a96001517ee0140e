//! The folder of a run where none is asked for: named after the preset for digits, and after the data for anything else.

use std::path::{Path, PathBuf};

use autoencoder::Choice;

use crate::config::Settings;
use crate::data::{DEFAULT_FOLDER, SYNTHETIC};

/// The folder that holds the folders of runs.
const RUNS: &str = "runs";

/// The name of data whose own name has no letter or digit.
const NAMELESS: &str = "data";

/// The largest number of characters of a name: file names end at 255 bytes, and a character has up to four.
const LONGEST: usize = 60;

/// The folder of a training with these settings: `runs/` and the name of the preset for the digits that presets are
/// made for (`data/mnist`, the built-in digits, or no data at all), otherwise `runs/` and the name of the data.
pub(super) fn default_folder(asked: &Settings) -> PathBuf {
    let name = match asked.data.as_deref() {
        None | Some(SYNTHETIC) => None,
        Some(data) if is_same(Path::new(data), Path::new(DEFAULT_FOLDER)) => None,
        Some(data) => Some(name(Path::new(data))),
    };
    Path::new(RUNS).join(name.unwrap_or_else(|| asked.preset().name().to_owned()))
}

fn is_same(one: &Path, other: &Path) -> bool {
    one == other
        || one.canonicalize().ok().zip(other.canonicalize().ok()).is_some_and(|(one, other)| one == other)
}

/// The name of a folder, or of a file without its extensions, as a name that every system and shell takes.
fn name(data: &Path) -> String {
    let is_folder = data.is_dir();
    // The path of a folder may end in dots: only the whole path has the name then.
    let whole = if data.file_name().is_none() { data.canonicalize().ok() } else { None };
    let named = whole.as_deref().unwrap_or(data).file_name().unwrap_or_default().to_string_lossy();
    let stem = if is_folder { &*named } else { stem(&named) };
    let kept = |character: char| character.is_alphanumeric() || "._+=-".contains(character);
    let safe: String = stem.chars().map(|one| if kept(one) { one } else { '-' }).take(LONGEST).collect();
    // A point in front hides a folder, and a hyphen there makes the name an option.
    let safe = safe.trim_matches(['.', '-']);
    if safe.contains(char::is_alphanumeric) { safe.to_owned() } else { NAMELESS.to_owned() }
}

/// The name of a file without its extension, and without `.gz` after that.
fn stem(name: &str) -> &str {
    let shorter = |name: &'_ str| {
        name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(stem, _)| stem.len())
    };
    let packed = Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    let unpacked = if packed { &name[..shorter(name).unwrap_or(name.len())] } else { name };
    &unpacked[..shorter(unpacked).unwrap_or(unpacked.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(data: Option<&str>, preset: &str) -> String {
        let settings: Settings = toml::from_str(&format!("preset = \"{preset}\"")).unwrap();
        let settings = Settings { data: data.map(str::to_owned), ..settings };
        default_folder(&settings).to_str().unwrap().replace('\\', "/")
    }

    #[test]
    fn digits_lie_where_their_preset_is_named() {
        for data in [None, Some("synthetic"), Some("data/mnist"), Some("data/mnist/")] {
            assert_eq!(folder(data, "vae"), "runs/vae", "{data:?}");
        }
        assert_eq!(default_folder(&Settings::default()), Path::new("runs").join("tutorial"));
        assert_eq!(folder(Some("./synthetic"), "vae"), "runs/synthetic", "a file of that name");
    }

    #[test]
    fn other_data_lends_its_own_name() {
        for (data, name) in [
            ("sales.csv", "sales"),
            ("a/b/sales.2026.csv.gz", "sales.2026"),
            ("sales.CSV.GZ", "sales"),
            ("faces.npy", "faces"),
            ("train-images-idx3-ubyte.gz", "train-images-idx3-ubyte"),
            ("photos/", "photos"),
            ("Ärzte.csv", "Ärzte"),
            ("my data (1).csv", "my-data--1"),
            ("--force.csv", "force"),
            (".hidden.csv", "hidden"),
            ("a\u{1b}[2J.csv", "a--2J"),
            ("?.csv", "data"),
            ("/", "data"),
            ("", "data"),
        ] {
            assert_eq!(folder(Some(data), "sharp"), format!("runs/{name}"), "{data:?}");
        }
        assert_eq!(folder(Some(&format!("{}.csv", "ä".repeat(120))), "sharp").len(), 5 + 2 * 60);
    }

    #[test]
    fn folders_keep_their_points_and_have_names_behind_dots() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("v1.2");
        std::fs::create_dir_all(path.join("inner")).unwrap();
        for data in [path.clone(), path.join("inner/..")] {
            assert_eq!(folder(data.to_str(), "sharp"), "runs/v1.2", "{}", data.display());
        }
    }
}
