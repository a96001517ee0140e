//! A model as source code of C or Rust.

use std::path::PathBuf;

use autoencoder::{Inference, Model};
use autoencoder_convert::{SourceOptions, Weights, c_source, rounded_to_int8, rust_source};

use super::scored;
use crate::arguments::Export;
use crate::commands::scoring::ScoringModel;
use crate::commands::typed_data;
use crate::config::Named;
use crate::failure::{Failure, Outcome};
use crate::output::Staged;
use crate::run::{Loaded, expect_finite_error};
use crate::terminal::{Notes, numerals};

pub(super) fn write_c(typed: &Export, notes: Notes) -> Outcome {
    let header = typed.out.with_extension("h");
    if header == typed.out {
        let what = format_args!("{}: the header is written beside the code", typed.out.display());
        return Err(Failure::usage(what).advise("give the name of the code, which ends in .c"));
    }
    typed_data::refuse_model(&typed.model, &header)?;
    let name = typed.out.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    if name.is_empty() || name.contains(['"', '\\']) || name.contains(char::is_control) {
        let what = format_args!("{}: expected a name that #include can have", typed.out.display());
        return Err(Failure::usage(what).advise("take letters, digits and _"));
    }
    let Written { options, loaded } = open(typed, &[&header], notes)?;
    let source = c_source(&loaded.model, name, options);
    let files = [(header, source.header), (typed.out.clone(), source.code)];
    write(files.to_vec())?;
    tell(typed, &loaded, options, notes)
}

pub(super) fn write_rust(typed: &Export, notes: Notes) -> Outcome {
    let Written { options, loaded } = open(typed, &[], notes)?;
    write(vec![(typed.out.clone(), rust_source(&loaded.model, options))])?;
    tell(typed, &loaded, options, notes)
}

/// The model that is written, with what it scores samples with.
struct Written {
    options: SourceOptions,
    loaded: Loaded,
}

fn open(typed: &Export, beside: &[&PathBuf], notes: Notes) -> Outcome<Written> {
    for out in beside.iter().copied().chain([&typed.out]) {
        typed_data::check_output(&typed.samples, out)?;
    }
    let weights = typed.weights.map_or(Weights::Float, |Named(weights)| weights);
    let options = SourceOptions::default().with_weights(weights);
    if typed.kind.is_none() && typed.quantile.is_none() && typed.threshold.is_none() {
        return Ok(Written { options, loaded: Loaded::open(&typed.model, notes)? });
    }
    let (ScoringModel { mut loaded, scorer, .. }, threshold) = scored::open(typed, notes)?;
    loaded.model.scorer = Some(scorer);
    Ok(Written { options: options.with_threshold(threshold), loaded })
}

/// Writes files under temporary names, and renames them as soon as all are whole.
fn write(files: Vec<(PathBuf, String)>) -> Outcome {
    let staged: Outcome<Vec<Staged>> =
        files.iter().map(|(path, text)| Staged::new(path, text.as_bytes())).collect();
    staged?.into_iter().try_for_each(Staged::persist)
}

/// Notes what was written, and what rounded weights cost.
fn tell(typed: &Export, loaded: &Loaded, options: SourceOptions, notes: Notes) -> Outcome {
    let architecture = loaded.model.architecture();
    notes.wrote(&typed.out, format_args!("{architecture}, weights as {}", typed_name(options.weights)));
    if options.weights == Weights::Float {
        return Ok(());
    }
    let source = match typed_data::source(&typed.samples, loaded, &[&typed.out], notes) {
        Ok(source) => source,
        Err(failure) if typed.samples.data.is_some() => return Err(failure),
        Err(_) => {
            notes.say("the error of the rounded weights was not measured, as the data of the run is not there: give DATA");
            return Ok(());
        }
    };
    let seen = loaded.read(&source, typed.samples.split, notes)?;
    let error = |model: &Model| -> Outcome<f64> {
        let mse = Inference::new(model).evaluate(&seen.samples)?.mse;
        expect_finite_error("mean squared error of the reconstructions", mse)?;
        Ok(mse)
    };
    let (exact, rounded) = notes.during("measuring the error", || {
        Outcome::Ok((error(&loaded.model)?, error(&rounded_to_int8(&loaded.model))?))
    })?;
    let more = if exact > 0.0 { 100.0 * (rounded / exact - 1.0) } else { 0.0 };
    notes.say(format_args!(
        "mean squared error {}, and {} with weights as int8 ({more:+.2} %), over {} ({})",
        numerals::error(exact),
        numerals::error(rounded),
        numerals::counted(seen.samples.len(), "sample"),
        seen.origin
    ));
    Ok(())
}

fn typed_name(weights: Weights) -> &'static str {
    autoencoder::Choice::name(weights)
}
