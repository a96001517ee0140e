//! Tables as CSV files: the readings of pumps, windows of a signal, and readings of a building in time.

use std::fmt::Write;

use super::target::Target;
use autoencoder_table::time_of_days;

use crate::data::synthetic::beats;
use crate::data::synthetic::building;
use crate::data::synthetic::pumps::{self, Pump, READINGS, WORDS};
use crate::failure::Outcome;
use crate::terminal::numerals::counted;

/// The column that says which rows are odd.
const ODD: &str = "odd";

/// Writes the readings twice: as people keep them, with words and empty fields, and as numbers alone.
pub(super) fn write_pumps(target: &Target<'_>, count: usize, seed: u64) -> Outcome {
    let names = ["table.csv", "numbers.csv"];
    target.expect_none_of(&names)?;
    let rows = pumps::pumps(count, seed);
    let odd = rows.iter().filter(|row| row.odd).count();
    let holes = rows.iter().flat_map(|row| row.holes).filter(|&hole| hole).count();
    let (rows_text, odd_text) = (counted(count, "row"), odd_rows(odd));
    let holds = format!(
        "{rows_text} of an id, {} words and {} numbers, {}; {odd_text}",
        WORDS.len(),
        READINGS.len(),
        counted(holes, "empty field")
    );
    target.write(names[0], with_words(&rows).as_bytes(), holds)?;
    let holds = format!(
        "the same {rows_text} with the {} numbers alone, none of them missing; {odd_text}",
        READINGS.len()
    );
    target.write(names[1], numbers(&rows).as_bytes(), holds)?;
    target.next("autoencoder train FOLDER/table.csv --label-column odd --id-column id --out runs/table");
    Ok(())
}

/// Writes windows of the signal.
pub(super) fn write_beats(target: &Target<'_>, count: usize, seed: u64) -> Outcome {
    let name = "series.csv";
    target.expect_none_of(&[name])?;
    let windows = beats::windows(count, seed);
    let mut text = String::new();
    for time in 0..beats::LENGTH {
        let _ = write!(text, "t{time},");
    }
    text.push_str(ODD);
    text.push('\n');
    for window in &windows {
        for value in window.values {
            let _ = write!(text, "{},", decimal(value, 3));
        }
        text.push_str(flag(window.odd));
        text.push('\n');
    }
    let odd = windows.iter().filter(|window| window.odd).count();
    let holds = format!("{} of {} values; {}", counted(count, "window"), beats::LENGTH, odd_rows(odd));
    target.write(name, text.as_bytes(), holds)?;
    target.next(
        "autoencoder train FOLDER/series.csv --label-column odd --preset sharp --layers 32,6 --batch-size 64 --epochs 100 \
         --validation 0.1 --out runs/series",
    );
    Ok(())
}

/// Writes readings in time.
pub(super) fn write_building(target: &Target<'_>, count: usize, seed: u64) -> Outcome {
    let name = "readings.csv";
    target.expect_none_of(&[name])?;
    let rows = building::hours(count, seed);
    let mut text = String::from("time");
    for (name, _) in building::READINGS {
        let _ = write!(text, ",{name}");
    }
    let _ = writeln!(text, ",{ODD}");
    for row in &rows {
        // The minutes are always 00.
        let time = time_of_days(row.days, true);
        text.push_str(time.strip_suffix(":00").unwrap_or(&time));
        for (&value, (_, decimals)) in row.readings.iter().zip(building::READINGS) {
            let _ = write!(text, ",{}", decimal(value, decimals));
        }
        let _ = writeln!(text, ",{}", flag(row.odd));
    }
    let odd = rows.iter().filter(|row| row.odd).count();
    let holds = format!(
        "{} of a time and {} numbers, some hours missing; {}",
        counted(count, "row"),
        building::READINGS.len(),
        odd_rows(odd)
    );
    target.write(name, text.as_bytes(), holds)?;
    target.next(
        "autoencoder train FOLDER/readings.csv --label-column odd --time-column time --window 24 --preset anomaly --out runs/readings",
    );
    Ok(())
}

fn odd_rows(odd: usize) -> String {
    match odd {
        0 => format!("none is odd, and the column `{ODD}` says so"),
        1 => format!("1 is odd, marked in the column `{ODD}`"),
        odd => format!("{odd} are odd, marked in the column `{ODD}`"),
    }
}

const fn flag(odd: bool) -> &'static str {
    if odd { "1" } else { "0" }
}

/// The table with all columns and with empty fields.
fn with_words(rows: &[Pump]) -> String {
    let mut text = String::from("id");
    for name in WORDS.into_iter().chain(READINGS.map(|(name, _)| name)).chain([ODD]) {
        text.push(',');
        text.push_str(name);
    }
    text.push('\n');
    for (index, row) in rows.iter().enumerate() {
        let _ = write!(text, "{}", 1001 + index);
        let fields = [row.site.to_owned(), row.model.to_owned()].into_iter().chain(readings(row));
        for (field, hole) in fields.zip(row.holes) {
            text.push(',');
            if !hole {
                text.push_str(&field);
            }
        }
        let _ = writeln!(text, ",{}", flag(row.odd));
    }
    text
}

/// The table of the numbers alone, without empty fields.
fn numbers(rows: &[Pump]) -> String {
    let mut text = String::new();
    for (name, _) in READINGS {
        text.push_str(name);
        text.push(',');
    }
    text.push_str(ODD);
    text.push('\n');
    for row in rows {
        for reading in readings(row) {
            text.push_str(&reading);
            text.push(',');
        }
        text.push_str(flag(row.odd));
        text.push('\n');
    }
    text
}

fn readings(row: &Pump) -> impl Iterator<Item = String> {
    row.readings.iter().zip(READINGS).map(|(&value, (_, decimals))| decimal(value, decimals))
}

/// A number with this many decimals; zero has no sign.
fn decimal(value: f32, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|byte| matches!(byte, b'0' | b'.')) => rest.to_owned(),
        _ => text,
    }
}
