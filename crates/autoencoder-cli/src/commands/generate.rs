//! `autoencoder generate`: new samples, decoded from codes that are drawn from a distribution.

use autoencoder::{Choice, Inference, Sampler, SamplerKind};

use super::{new_samples, typed_data};
use crate::arguments::Generate;
use crate::config::COMPONENTS;
use crate::data::Format;
use crate::failure::{Failure, Outcome};
use crate::figures::{samples_png, samples_room};
use crate::output;
use crate::run::{Loaded, comparison, expect_finite};
use crate::terminal::Notes;
use crate::terminal::numerals::{self, counted};

pub(crate) fn run(typed: &Generate, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &new_samples::FORMATS)?;
    if typed.components.is_some() && typed.sampler.is_none_or(|named| named.0 != SamplerKind::Mixture) {
        return Err(Failure::usage("--components needs --sampler mixture"));
    }
    typed_data::refuse_model(&typed.model, &typed.out)?;
    output::probe(&typed.out)?;
    let loaded = Loaded::open(&typed.model, notes)?;
    let shape = match format {
        Format::Png => Some(new_samples::image_shape(&loaded)?),
        Format::Npy | Format::Csv | Format::Idx | Format::Jsonl | Format::Svg | Format::Html => None,
    };
    let inference = loaded.inference(typed.products.precision, notes)?;
    let sampler = sampler(typed, &loaded, &inference, notes)?;
    let count = shape.map_or(typed.count, |shape| typed.count.min(samples_room(typed.count, shape)));
    has_memory_for(count, &loaded)?;
    let made = notes.during("generating samples", || {
        inference.generate(&sampler, 0..count, typed.temperature, typed.seed)
    });
    let origin = format!("sampler {}, seed {}", of_kind(&sampler), typed.seed);
    let Some(shape) = shape else {
        let written = new_samples::write(&loaded, &typed.out, format, made, notes)?;
        notes.wrote(&typed.out, format_args!("{written} ({origin})"));
        return Ok(());
    };
    expect_finite(loaded.path(), "sample", made.view())?;
    let shades = comparison::shades(&loaded.model.about.scaling, vec![made]);
    output::write_file(&typed.out, &samples_png(shades[0].view(), shape))?;
    let samples = counted(typed.count, "sample");
    let shown = match numerals::grouped(count) {
        _ if count == typed.count => samples,
        shown => format!("the first {shown} of {samples}, as many as find room"),
    };
    notes.wrote(&typed.out, format_args!("{shown} ({origin})"));
    Ok(())
}

/// The distribution in words: `mixture of 10 components`.
fn of_kind(sampler: &Sampler) -> String {
    match sampler.components() {
        1 => sampler.kind().name().to_owned(),
        components => format!("{} of {}", sampler.kind().name(), counted(components, "component")),
    }
}

/// The distribution that is asked for: the one that the model keeps, or else one that is fitted to the data of its run.
fn sampler(typed: &Generate, loaded: &Loaded, inference: &Inference, notes: Notes) -> Outcome<Sampler> {
    let is_variational = loaded.model.architecture().specification().is_variational();
    let kept = loaded.model.sampler.as_ref();
    let kind = match (typed.sampler, kept) {
        (Some(named), _) => named.0,
        (None, Some(kept)) => kept.kind(),
        (None, None) if is_variational => SamplerKind::Prior,
        (None, None) => SamplerKind::Gaussian,
    };
    if kind == SamplerKind::Prior {
        if is_variational {
            return Ok(Sampler::PRIOR);
        }
        let what = "--sampler prior needs a variational model, whose codes are trained to be standard normal";
        return Err(Failure::at(loaded.path(), what)
            .advise("take --sampler gaussian or mixture, or train with --preset vae"));
    }
    let fits = |kept: &&Sampler| {
        kept.kind() == kind && typed.components.is_none_or(|asked| asked == kept.components())
    };
    if let Some(kept) = kept.filter(fits) {
        return Ok(kept.clone());
    }
    let Some(plan) = loaded.plan()? else {
        let what = format_args!(
            "the model keeps no sampler {} of this kind, and there is no config.toml beside it that tells the data to fit one to",
            kind.name()
        );
        let failure = Failure::at(loaded.path(), what);
        return Err(failure.advise("give the folder of the run, or train with --sampler"));
    };
    let seed = plan.options.seed;
    let data = loaded.data_sets(plan, notes).map_err(|failure| {
        failure.advise("the sampler is fitted to this data of the run; put it back, or train with --sampler")
    })?;
    let components = typed.components.unwrap_or(COMPONENTS);
    let sampler = notes.during("fitting the sampler", || {
        Sampler::fit(inference, kind, components, &data.train.samples, seed)
            .map_err(|error| Failure::at(loaded.path(), error))
    })?;
    notes.say(format_args!(
        "sampler: {}, fitted to the codes of {}, as the model keeps {}",
        of_kind(&sampler),
        data.name,
        kept.map_or_else(|| "none".to_owned(), of_kind)
    ));
    Ok(sampler)
}

/// Checks that there is memory for so many codes and samples.
fn has_memory_for(count: usize, loaded: &Loaded) -> Outcome {
    let architecture = loaded.model.architecture();
    let numbers = count.saturating_mul(architecture.code() + architecture.features());
    Vec::<f32>::new().try_reserve_exact(numbers).map_err(|_| {
        Failure::new(format_args!("not enough memory for {numbers} numbers of codes and samples"))
            .advise("ask for fewer with --count")
    })
}
