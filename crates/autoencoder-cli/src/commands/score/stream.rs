//! `autoencoder score MODEL -`: the lines of the standard input are answered as they come.

use autoencoder::Values;
use autoencoder_table::StreamedRows;

use super::super::scoring::{Columns, ScoredRows, ScoringModel, Threshold, csv_header};
use crate::arguments::Score;
use crate::data::{ReadOptions, STANDARD_INPUT, STREAM, Streamed};
use crate::failure::{Failure, Outcome};
use crate::run::columns_beside;
use crate::terminal::numerals::{self, counted};
use crate::terminal::{Notes, Results};

/// The number of first rows of which is told together what does not seem to fit the model.
const FIRST: usize = 100;

const QUIET: Notes = Notes::new(true);

/// Whether lines are to be answered as they come: files are written when all samples are there.
pub(super) fn is_asked(typed: &Score) -> bool {
    typed.samples.data.as_deref() == Some(STANDARD_INPUT)
        && typed.out.is_none()
        && typed.per_feature.is_none()
}

pub(super) fn run(typed: &Score, notes: Notes, results: &mut Results) -> Outcome {
    refuse_what_needs_all(typed)?;
    let model = ScoringModel::open(&typed.model, &typed.scoring, &typed.products, notes)?;
    if let Some(window) = model.loaded.model.about.window {
        let what = format_args!(
            "the model is one of windows of {}, and a line of {STANDARD_INPUT} is a single row",
            counted(window.rows.get(), "row")
        );
        let failure = Failure::at(model.loaded.path(), what);
        return Err(failure.advise("give a file of rows in time, or /dev/stdin, which is read whole"));
    }
    let threshold = Threshold::of(&typed.scoring, model.scorer.thresholds(), &[]);
    threshold.tell(model.scorer.thresholds(), notes);
    let threshold = threshold.score;
    let expected = Some(model.loaded.known().expected_of_rows());
    let options = ReadOptions { expected, ..typed.samples.read_options() };
    let mut input = Streamed::of_standard_input(&options, model.loaded.model.about.schema.as_ref())?;
    notes.say(format_args!("data: {STREAM}, whose lines are answered as they come"));
    let mut answers = Answers::new(typed, &model, threshold, notes);
    let answered = answers.answer_all(&mut input, results);
    answers.tell_of_first(&input);
    answered?;
    match answers.flagged {
        flagged @ 1.. if typed.fail_if_flagged => Err(Failure::flagged(format_args!(
            "{STREAM}: {} above the threshold of {}",
            counted(flagged, "score"),
            numerals::short(threshold)
        ))),
        _ => Ok(()),
    }
}

/// Refuses options that look at all samples before the first is answered.
fn refuse_what_needs_all(typed: &Score) -> Outcome {
    let summary = "the summary is of all samples";
    let given = [
        (
            "--contamination",
            typed.scoring.contamination.is_some(),
            "the threshold would depend on all samples",
        ),
        ("--odd", typed.odd.is_some(), summary),
        ("--top", typed.top.is_some(), summary),
        ("--compare", typed.compare, summary),
    ];
    let Some((option, _, why)) = given.into_iter().find(|(_, is_given, _)| *is_given) else { return Ok(()) };
    let what = format_args!("{option}: {why}, and each line of {STANDARD_INPUT} is answered as it comes");
    Err(Failure::usage(what).advise("give a file, or /dev/stdin, which is read whole"))
}

/// The answers to lines, as they are written.
struct Answers<'a> {
    typed: &'a Score,
    model: &'a ScoringModel,
    threshold: f64,
    notes: Notes,
    /// The number of rows that were answered, and of those that were flagged.
    rows: usize,
    flagged: usize,
    first: First,
    told: Told,
}

/// The first rows.
#[derive(Debug)]
enum First {
    /// More first rows are to come; these came already.
    Coming(Option<Box<StreamedRows>>),
    /// It was told of them what does not seem to fit the model.
    Told,
}

/// What was said already, and is said once.
#[derive(Debug, Default)]
struct Told {
    /// What the first line told.
    columns: bool,
    /// What is assumed of each row.
    rows: bool,
    /// What stands for holes.
    holes: bool,
}

impl<'a> Answers<'a> {
    fn new(typed: &'a Score, model: &'a ScoringModel, threshold: f64, notes: Notes) -> Self {
        Self {
            typed,
            model,
            threshold,
            notes,
            rows: 0,
            flagged: 0,
            first: First::Coming(None),
            told: Told::default(),
        }
    }

    /// Answers lines to the end of the input, or until nobody reads the answers any more.
    fn answer_all(&mut self, input: &mut Streamed, results: &mut Results) -> Outcome {
        loop {
            let more = input.wait();
            let answered = self.answer(input, results);
            // What was answered is handed on, whatever comes behind it.
            results.hand_on()?;
            answered?;
            if !more? || results.is_closed() {
                return Ok(());
            }
        }
    }

    /// Answers all lines that are there whole.
    fn answer(&mut self, input: &mut Streamed, results: &mut Results) -> Outcome {
        loop {
            let read = input.read();
            self.open(input, results)?;
            let Some(rows) = read? else { return Ok(()) };
            for note in &rows.notes {
                self.notes.say(format_args!("{STREAM}: {note}"));
            }
            self.collect(&rows, input);
            // Together, as each has the score that it has alone.
            match (self.scored(rows.clone(), input), rows.lines.len()) {
                (Ok(lines), _) => self.print(&lines, input, results)?,
                (Err(failure), 1) => return Err(failure),
                // Rows before the row at fault are answered, and the failure names the line of that row.
                (Err(_), count) => {
                    for row in 0..count {
                        let lines = self.scored(rows.select(row..row + 1), input)?;
                        self.print(&lines, input, results)?;
                    }
                }
            }
        }
    }

    /// Says what the first line told, and writes the header of the answers, once that is known.
    fn open(&mut self, input: &Streamed, results: &mut Results) -> Outcome {
        let Some(opened) = input.opened().filter(|_| !self.told.columns) else { return Ok(()) };
        self.told.columns = true;
        self.notes.say(format_args!("{STREAM}: {}", opened.told));
        if self.is_json(input) {
            return Ok(());
        }
        results.print_csv(&csv_header(columns_beside(&opened.columns))?)
    }

    /// Whether answers are JSON.
    fn is_json(&self, input: &Streamed) -> bool {
        self.typed.json || input.opened().is_some_and(|opened| opened.is_json)
    }

    fn print(&self, lines: &str, input: &Streamed, results: &mut Results) -> Outcome {
        if self.is_json(input) { results.print_json_lines(lines) } else { results.print_csv(lines) }
    }

    /// Scores rows, and returns the lines that answer them.
    fn scored(&mut self, rows: StreamedRows, input: &Streamed) -> Outcome<String> {
        let data = input.data(rows)?;
        let has_holes = matches!(&data.values, Values::Table(table) if table.has_holes());
        let is_new = !self.told.rows || has_holes && !self.told.holes;
        (self.told.rows, self.told.holes) = (true, self.told.holes || has_holes);
        let notes = if is_new { self.notes } else { QUIET };
        let seen = self.model.loaded.see_noting(data, notes, QUIET)?;
        let scores =
            self.model.scores_with_parts(&seen, QUIET).map_err(|failure| failure.of(&seen.origin))?;
        let columns = Columns::of(&self.model.loaded.model, &seen.samples);
        let scored = ScoredRows {
            seen: &seen,
            first: self.rows,
            scores: &scores,
            scorer: &self.model.scorer,
            columns: &columns,
            threshold: self.threshold,
        };
        let has_keys = input.opened().is_some_and(|opened| opened.is_json);
        let lines = if self.is_json(input) { json_lines(&scored, has_keys) } else { scored.csv_lines() }?;
        self.rows += scored.len();
        self.flagged += scores.scores.iter().filter(|&&score| score > self.threshold).count();
        Ok(lines)
    }

    /// Keeps the first rows until there are so many that something can be told of them.
    fn collect(&mut self, rows: &StreamedRows, input: &Streamed) {
        let First::Coming(first) = &mut self.first else { return };
        let held = first.as_ref().map_or(0, |first| first.lines.len());
        let more = rows.select(0..rows.lines.len().min(FIRST - held));
        let held = held + more.lines.len();
        match first {
            Some(first) => first.append(more),
            None => *first = Some(Box::new(more)),
        }
        if held == FIRST {
            self.tell_of_first(input);
        }
    }

    /// Tells of the first rows together what does not seem to fit the model, as of a file of these rows.
    fn tell_of_first(&mut self, input: &Streamed) {
        if let First::Coming(Some(first)) = std::mem::replace(&mut self.first, First::Told)
            && let Ok(data) = input.data(*first)
        {
            // Rows that the model does not take are refused where they are answered.
            let _ = self.model.loaded.see_noting(data, QUIET, self.notes);
        }
    }
}

/// Rows as JSON lines. An object without a key of labels or ids has an answer without it.
fn json_lines(scored: &ScoredRows<'_>, has_keys: bool) -> Outcome<String> {
    let mut lines = String::new();
    for row in 0..scored.len() {
        let mut answer = scored.row(row);
        if has_keys {
            answer.id = answer.id.filter(|id| !id.is_empty());
            answer.label = answer.label.filter(|label| !label.is_empty());
        }
        lines.push_str(&serde_json::to_string(&answer).map_err(Failure::new)?);
        lines.push('\n');
    }
    Ok(lines)
}
