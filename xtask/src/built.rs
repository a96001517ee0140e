//! Builds with cargo, which says where the programs lie.

use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::workspace;

/// The release program.
pub(crate) fn program() -> Result<PathBuf, Box<dyn Error>> {
    let mut built =
        executables(&["build", "--release", "--package", "autoencoder-cli"], &workspace::root(), &[])?;
    built.remove("autoencoder").ok_or_else(|| "cargo built no program called autoencoder".into())
}

/// Runs cargo in `folder` with these environment variables, `arguments` being a command that builds: every executable that
/// comes of it, by its target's name.
pub(crate) fn executables(
    arguments: &[&str],
    folder: &Path,
    environment: &[(String, OsString)],
) -> Result<BTreeMap<String, PathBuf>, Box<dyn Error>> {
    let output = Command::new(workspace::cargo())
        .args(arguments)
        .arg("--message-format=json-render-diagnostics")
        .current_dir(folder)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("cargo {}: {}", arguments.join(" "), output.status).into());
    }
    Ok(parse(&String::from_utf8_lossy(&output.stdout)))
}

fn parse(messages: &str) -> BTreeMap<String, PathBuf> {
    let executable = |line: &str| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let name = message.pointer("/target/name")?.as_str()?.to_owned();
        Some((name, PathBuf::from(message.get("executable")?.as_str()?)))
    };
    messages.lines().filter_map(executable).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_from_libraries_of_the_same_name() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"autoencoder"},"executable":"/a/autoencoder"}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"autoencoder"},"executable":null}"#,
            "\n{\"reason\":\"build-finished\",\"success\":true}\nno json\n"
        );
        let expected = BTreeMap::from([("autoencoder".to_owned(), PathBuf::from("/a/autoencoder"))]);
        assert_eq!(parse(messages), expected);
    }
}
