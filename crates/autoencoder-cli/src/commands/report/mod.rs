//! `autoencoder report`: one page on a run, which needs no network and no script, and a model card.

mod again;
mod card;
mod facts;
mod gathered;
mod html;
mod losses;
mod map;
mod samples;
mod scores;
mod verdict;

use std::path::{Path, PathBuf};

use super::typed_data;
use crate::arguments::Report;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::output::{self, Staged};
use crate::run::files;
use crate::terminal::{Notes, numerals};
use gathered::Gathered;

/// The name of the page where none is asked for.
const PAGE: &str = "report.html";
/// The largest card that is looked at before it is replaced.
const LONGEST_CARD: u64 = 16 << 20;

pub(crate) fn run(typed: &Report, notes: Notes) -> Outcome {
    let out = typed.out.clone().unwrap_or_else(|| PathBuf::from(PAGE));
    let is_page = out
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("html") || ending.eq_ignore_ascii_case("htm"));
    if !is_page {
        let what = format_args!("{}: expected a name that ends in .html", out.display());
        return Err(Failure::usage(what).advise("give --out such a name"));
    }
    let card = typed.card.then(|| out.with_file_name(card::CARD));
    let outs: Vec<&Path> = std::iter::once(&out).chain(&card).map(PathBuf::as_path).collect();
    for out in &outs {
        refuse_run(&typed.run, out)?;
        typed_data::check_output(&typed.samples, out)?;
    }
    if let Some(card) = &card {
        refuse_other_card(card)?;
    }
    let gathered = Gathered::new(typed, &outs, notes)?;
    let page = page(&gathered)?;
    let mut staged = vec![Staged::new(&out, page.as_bytes())?];
    if let Some(card) = &card {
        staged.push(Staged::new(card, card::markdown(&gathered).as_bytes())?);
    }
    staged.into_iter().try_for_each(Staged::persist)?;
    let samples = numerals::counted(gathered.samples.samples.len(), "sample");
    notes.wrote(&out, format_args!("a report, judged on {samples} ({})", gathered.samples.origin));
    if let Some(card) = &card {
        notes.wrote(card, "a model card");
    }
    Ok(())
}

/// Refuses to write over a file that is read of the run.
fn refuse_run(run: &Path, out: &Path) -> Outcome {
    typed_data::refuse_model(run, out)?;
    if run.is_dir() {
        let read = [files::METRICS, files::CONFIG];
        read.iter().try_for_each(|file| output::refuse_input(out, &run.join(file)))?;
    }
    Ok(())
}

/// Refuses to write over a README that is not a card of ours.
fn refuse_other_card(path: &Path) -> Outcome {
    if !path.exists() {
        return Ok(());
    }
    let is_ours = input::read_text(path, LONGEST_CARD).is_ok_and(|text| text.contains(card::MARK));
    if is_ours {
        return Ok(());
    }
    let what = "there is a file of this name that `autoencoder report --card` did not write";
    Err(Failure::at(path, what).advise("move it away, or give --out another folder"))
}

fn page(gathered: &Gathered) -> Outcome<String> {
    let mut sections = vec![facts::section(gathered)];
    sections.push(verdict::section(gathered));
    sections.extend(losses::section(gathered));
    sections.push(samples::restorations(gathered)?);
    sections.push(samples::worst(gathered)?);
    sections.push(map::section(gathered)?);
    sections.extend(scores::section(gathered));
    sections.extend(again::section(gathered)?);
    Ok(html::page(&facts::title(gathered), &lead(gathered), &sections))
}

/// The verdict in a sentence, and the numbers that matter.
fn lead(gathered: &Gathered) -> String {
    let closing = gathered.verdict.closing();
    let sentence = closing.lines().next().unwrap_or_default();
    let architecture = gathered.loaded.model.architecture();
    let (heads, rows) = gathered.verdict.rows();
    let mut numbers: Vec<(String, String)> = Vec::new();
    if let Some(row) = rows.first() {
        for (head, cell) in heads.iter().zip(&row[1..]) {
            numbers.push(((*head).to_owned(), cell.clone()));
        }
    }
    // PCA stands beside the model where both have one error.
    if let ([_], [_, .., pca]) = (&heads[..], &rows[..]) {
        numbers.push((pca[0].clone(), pca[1].clone()));
    }
    numbers.push((
        "code".to_owned(),
        format!(
            "{} of {}",
            numerals::grouped(architecture.code()),
            numerals::grouped(architecture.features())
        ),
    ));
    if let Some(training) = &gathered.loaded.model.about.training {
        numbers.push(("training".to_owned(), numerals::counted(training.epochs, "epoch")));
    }
    numbers.push(("parameters".to_owned(), numerals::grouped(architecture.parameters())));
    html::paragraph(sentence).replacen("<p>", "<p class=\"lead\">", 1) + &html::numbers(&numbers)
}
