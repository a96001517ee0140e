//! The names of combinations, for folders and tables.

use toml::{Table, Value};

use crate::terminal::numerals;

/// The largest length of a name: file names end at 255 bytes, and paths on some systems soon after.
const LONGEST: usize = 150;

/// The name of a combination's folder: a function of the combination's own values only, so that the name stays when
/// the lists grow.
///
/// A checksum of the values tells names apart that would look alike, where a file name cannot hold the values as they
/// are.
pub(super) fn of_folder(varied: &Table) -> String {
    let pairs: Vec<String> = varied.iter().map(|(key, value)| [key, "=", &text(value)].concat()).collect();
    let raw = pairs.join(",");
    let kept = |character: char| character.is_ascii_alphanumeric() || "._+-".contains(character);
    let plain = |text: &str| text.chars().map(|one| if kept(one) { one } else { '_' }).collect::<String>();
    let pairs: Vec<String> =
        varied.iter().map(|(key, value)| [key, "=", &plain(&text(value))].concat()).collect();
    let mut name = pairs.join(",");
    // Some systems take a large letter for a small one.
    if name != raw || name.len() > LONGEST || name.contains(|letter: char| letter.is_ascii_uppercase()) {
        // The name is ASCII, so it can be cut anywhere.
        name.truncate(LONGEST);
        name = format!("{name}~{:08x}", crc32c::crc32c(raw.as_bytes()));
    }
    name
}

/// A value as people read it: `0.001`, `adam`, `128-32`.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Float(number) => numerals::exact(*number),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join("-"),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> String {
        of_folder(&toml::from_str(text).unwrap())
    }

    #[test]
    fn names_are_what_they_stand_for() {
        let text = "learning-rate = 1e-3\nseed = 0\nlayers = [128, 32]\nkeep-best = true\nloss = \"bce\"\n";
        assert_eq!(name(text), "keep-best=true,layers=128-32,learning-rate=0.001,loss=bce,seed=0");
        assert_eq!(name("clip-norm = 1e-9"), "clip-norm=1e-9");
    }

    #[test]
    fn what_no_file_name_holds_is_replaced_and_told_apart() {
        let names = ["a/b", "a_b", "a\\b", "a:b", "A_b", "ä", "ö", "a,seed=1", ".."]
            .map(|path| name(&format!("init = '{path}'")));
        assert_eq!(names[1], "init=a_b");
        let mut distinct = names.clone().map(|name| name.to_lowercase()).to_vec();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), names.len(), "{names:?}");
        for name in &names {
            assert!(!name.contains(['/', '\\', ':']) && name.is_ascii(), "{name}");
        }
        let (one, other) =
            (format!("data = '{}1'", "x".repeat(300)), format!("data = '{}2'", "x".repeat(300)));
        assert!(name(&one).len() < 200 && name(&one) != name(&other));
    }
}
