//! Why an input is no table, and what to do about it.

use std::error::Error;
use std::fmt;

/// Why an input is no table: the fault with its place, and what somebody with such a table can do.
///
/// The error does not know where the input came from; whoever opened it puts the name of the file in front. Its text may
/// hold fields and names of the table, and these may hold any character.
///
/// ```
/// use autoencoder_table::{ReadOptions, read};
///
/// let text = "height,weight\n0.5,30\n0.25,45%\n";
/// let error = read(text.as_bytes(), &ReadOptions::default(), None).unwrap_err();
/// assert_eq!(error.what(), "line 3, column 2 (weight): expected a finite number, found \"45%\"");
/// assert_eq!(error.advice(), Some("write percentages as plain numbers, such as 45"));
/// assert!(!error.is_usage());
/// assert_eq!(error.to_string(), format!("{}; {}", error.what(), error.advice().unwrap()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableError {
    what: String,
    advice: Option<String>,
    /// The option of the program that does not go with the table.
    option: Option<&'static str>,
}

/// The result of everything that can fail.
pub(crate) type Outcome<T = ()> = Result<T, TableError>;

impl TableError {
    /// Something is wrong with the table.
    pub(crate) fn new(what: impl fmt::Display) -> Self {
        Self { what: what.to_string(), advice: None, option: None }
    }

    /// An option does not go with the table.
    pub(crate) fn usage(option: &'static str, what: impl fmt::Display) -> Self {
        Self { option: Some(option), ..Self::new(what) }
    }

    /// Adds what to do about the fault.
    #[must_use]
    pub(crate) fn advise(self, advice: impl fmt::Display) -> Self {
        Self { advice: Some(advice.to_string()), ..self }
    }

    /// The fault: its place, the expected and the found.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What to do about the fault.
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }

    /// The option that the fault is in, by its name in the program `autoencoder`: `--label-column`. None where the
    /// fault is in the table.
    pub fn option(&self) -> Option<&'static str> {
        self.option
    }

    /// Whether the fault is in the options, and not in the table.
    pub fn is_usage(&self) -> bool {
        self.option.is_some()
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(option) = self.option {
            write!(f, "{option}: ")?;
        }
        f.write_str(&self.what)?;
        match &self.advice {
            Some(advice) => write!(f, "; {advice}"),
            None => Ok(()),
        }
    }
}

impl Error for TableError {}
