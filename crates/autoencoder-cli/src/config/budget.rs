//! The time that a training may take, which is turned into a number of epochs before it begins.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A time, typed and written as `30s`, `5m` or `1h`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Budget {
    number: f64,
    unit: Unit,
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Unit {
    Seconds,
    Minutes,
    Hours,
}

impl Unit {
    const ALL: [Self; 3] = [Self::Seconds, Self::Minutes, Self::Hours];

    fn letter(self) -> char {
        match self {
            Self::Seconds => 's',
            Self::Minutes => 'm',
            Self::Hours => 'h',
        }
    }

    fn seconds(self) -> f64 {
        match self {
            Self::Seconds => 1.0,
            Self::Minutes => 60.0,
            Self::Hours => 3600.0,
        }
    }
}

/// The longest time, 1,000 days.
const LONGEST: Duration = Duration::from_secs(1000 * 24 * 3600);

impl Budget {
    pub(crate) fn time(self) -> Duration {
        Duration::from_secs_f64(self.number * self.unit.seconds())
    }
}

impl FromStr for Budget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unit = Unit::ALL.into_iter().find(|unit| text.ends_with(unit.letter()));
        let number = unit.and_then(|unit| text.strip_suffix(unit.letter())?.parse().ok());
        match (number, unit) {
            (Some(number), Some(unit))
                if number > 0.0 && number * unit.seconds() <= LONGEST.as_secs_f64() =>
            {
                Ok(Self { number, unit })
            }
            _ => Err(
                "expected a time above 0 in seconds, minutes or hours, as in 30s, 5m or 1h, at most 24000h"
                    .to_owned(),
            ),
        }
    }
}

impl TryFrom<String> for Budget {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Budget> for String {
    fn from(budget: Budget) -> Self {
        budget.to_string()
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.number, self.unit.letter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        for (text, seconds) in [("30s", 30.0), ("0.5m", 30.0), ("1h", 3600.0), ("24000h", 86_400_000.0)] {
            let budget: Budget = text.parse().unwrap();
            assert_eq!(
                (budget.time(), budget.to_string()),
                (Duration::from_secs_f64(seconds), text.to_owned())
            );
        }
        for text in ["", "s", "30", "0s", "-1s", "nans", "infs", "1e99h", "24001h", "30 s", "5min"] {
            assert!(text.parse::<Budget>().is_err(), "{text}");
        }
    }
}
