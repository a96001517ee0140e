//! `autoencoder plot weights`: the weights of layers, as images where they look at images or draw them.

use autoencoder::{About, Layer, Model};
use ndarray::{Array2, Axis, Slice};

use crate::arguments::PlotWeights;
use crate::commands::look::Look;
use crate::commands::scoring::Columns;
use crate::commands::typed_data;
use crate::data::Format;
use crate::failure::{Failure, Outcome};
use crate::figures::{LayerWeights, WeightsFigure, WeightsLook, weights_png, weights_svg};
use crate::output;
use crate::run::{Loaded, by_column, expect_finite};
use crate::terminal::{Notes, numerals};

/// The names of `--layer` that stand for layers of any model.
const FIRST: &str = "first";
const DECODER: &str = "decoder";
/// The most numbers of a sample or a layer that a map has.
const MOST_NUMBERS: usize = 640;

pub(super) fn run(typed: &PlotWeights, notes: Notes) -> Outcome {
    let format = Format::of(&typed.out, &[Format::Svg, Format::Png])?;
    typed_data::refuse_model(&typed.model, &typed.out)?;
    output::probe(&typed.out)?;
    let loaded = Loaded::open(&typed.model, notes)?;
    let model = loaded.model.folded();
    let chosen = chosen(&model, typed.layer.as_deref()).map_err(|failure| at(&loaded, failure))?;
    let mut layers = Vec::new();
    for &place in &chosen {
        layers.push(weights(&model, place, typed.count, loaded.path())?);
    }
    let title = format!("Weights of {}", model.architecture());
    let figure = WeightsFigure { title: &title, notes: &[note(&layers)], layers: &layers };
    let bytes = if format == Format::Svg { weights_svg(&figure).into_bytes() } else { weights_png(&figure) };
    output::write_file(&typed.out, &bytes)?;
    let names: Vec<&str> =
        chosen.iter().map(|&place| model.architecture().layers()[place].name.as_str()).collect();
    notes.wrote(&typed.out, format_args!("the weights of {}", names.join(" and ")));
    Ok(())
}

fn at(loaded: &Loaded, failure: Failure) -> Failure {
    Failure::usage(format_args!("{}: {failure}", loaded.path().display()))
}

/// The places of the layers that were asked for; without a word the first, which looks at samples, and the last, which draws them.
fn chosen(model: &Model, typed: Option<&str>) -> Outcome<Vec<usize>> {
    let layers = model.architecture().layers();
    let last = layers.len() - 1;
    match typed {
        None => Ok(vec![0, last]),
        Some(FIRST) => Ok(vec![0]),
        Some(DECODER) => Ok(vec![last]),
        Some(name) => {
            let place = layers.iter().position(|layer| layer.name == name);
            place.map(|place| vec![place]).ok_or_else(|| {
                let names: Vec<&str> = layers.iter().map(|layer| layer.name.as_str()).collect();
                Failure::new(format_args!(
                    "--layer {name}: expected {FIRST}, {DECODER} or one of {}",
                    numerals::listed(&names, 20)
                ))
            })
        }
    }
}

/// The weights of the strongest units of a layer, (units, numbers). Units of the last layer are those whose numbers it gets: each draws a
/// sample.
fn weights(model: &Model, place: usize, count: usize, path: &std::path::Path) -> Outcome<LayerWeights> {
    let (about, layers) = (&model.about, model.architecture().layers());
    let layer = &layers[place];
    let weights = of_layer(model, layer, place);
    expect_finite(path, "weight", weights.view())?;
    let (is_first, is_last) = (looks_at_samples(layers, place), place + 1 == layers.len());
    let weights = if is_last { weights.reversed_axes() } else { weights };
    let size = |unit: usize| weights.row(unit).iter().map(|&weight| f64::from(weight).powi(2)).sum::<f64>();
    let sizes: Vec<f64> = (0..weights.nrows()).map(size).collect();
    let mut units: Vec<usize> = (0..weights.nrows()).collect();
    units.sort_by(|&a, &b| sizes[b].total_cmp(&sizes[a]).then(a.cmp(&b)));
    units.truncate(count);
    let (numbers, all) = (weights.ncols(), weights.nrows());
    let look =
        if is_first || is_last { look(about, numbers) } else { WeightsLook::Counted("number that it gets") };
    if matches!(look, WeightsLook::Names(_) | WeightsLook::Counted(_)) {
        // A map is read by its order.
        units.sort_unstable();
    }
    let mut weights = weights.select(Axis(0), &units);
    if !matches!(look, WeightsLook::Images(_)) && numbers > MOST_NUMBERS {
        weights = weights.slice_axis(Axis(1), Slice::from(..MOST_NUMBERS)).to_owned();
    }
    let look = match look {
        WeightsLook::Names(mut names) => {
            names.truncate(MOST_NUMBERS);
            WeightsLook::Names(names)
        }
        look @ (WeightsLook::Images(_) | WeightsLook::Counted(_)) => look,
    };
    let what = if is_last { "what each unit before it draws" } else { "what each unit looks for" };
    let shown = if units.len() < all {
        format!("{} of {}", numerals::grouped(units.len()), numerals::counted(all, "unit"))
    } else {
        numerals::counted(all, "unit")
    };
    let part = if numbers > MOST_NUMBERS && weights.ncols() < numbers {
        format!(", the first {MOST_NUMBERS} of {} numbers", numerals::grouped(numbers))
    } else {
        String::new()
    };
    Ok(LayerWeights { name: format!("{}: {what}, {shown}{part}", layer.name), units, weights, look })
}

/// Whether a layer gets samples: the first does, and of a variational encoder of one layer both.
fn looks_at_samples(layers: &[Layer], place: usize) -> bool {
    place == 0 || layers[place].name == "encoder.logvar" && layers[0].name == "encoder.mu"
}

/// The weight of a layer, (outputs, inputs); a tied layer has the transposed weight of another.
fn of_layer(model: &Model, layer: &Layer, place: usize) -> Array2<f32> {
    let parameters = model.parameters();
    match layer.tied_to {
        Some(other) => parameters.weight(other).reversed_axes().to_owned(),
        None => parameters.weight(place).to_owned(),
    }
}

/// The look of units that look at samples of so many numbers, or draw them.
fn look(about: &About, numbers: usize) -> WeightsLook {
    let columns = Columns::of_features(about, numbers);
    match Look::of(about, &columns) {
        Look::Image(shape) if shape.height * shape.width * shape.channels == numbers => {
            WeightsLook::Images(shape)
        }
        Look::Row => {
            let mut names = match &about.schema {
                Some(schema) => schema.feature_names(),
                None => by_column::names(about, numbers),
            };
            // A model does not draw what tells it of holes.
            names.truncate(numbers);
            WeightsLook::Names(names)
        }
        Look::Image(_) | Look::Lines { .. } => WeightsLook::Counted("number of the sample"),
        Look::Stretch { .. } => WeightsLook::Counted("number of the window"),
    }
}

/// What colours and numbers mean.
fn note(layers: &[LayerWeights]) -> String {
    let is_coloured =
        layers.iter().any(|layer| matches!(&layer.look, WeightsLook::Images(shape) if shape.channels == 3));
    let colours = if is_coloured {
        "Grey is a weight of 0; brighter is above and darker below it, in each colour."
    } else {
        "White is a weight of 0, red above and blue below it."
    };
    let order = if layers.iter().any(|layer| matches!(layer.look, WeightsLook::Images(_))) {
        " The units with the largest weights come first, each with its number from 0."
    } else {
        ""
    };
    format!("{colours}{order}")
}

#[cfg(test)]
mod tests {
    use autoencoder::{Initialization, Specification};

    use super::*;

    fn model(specification: Specification) -> Model {
        Model::new(specification, Initialization::Glorot, 0).unwrap()
    }

    #[test]
    fn layers_are_chosen_by_name() {
        let model = model(Specification::new(12, [6, 2]));
        let chosen = |typed| chosen(&model, typed);
        assert_eq!(chosen(None).unwrap(), [0, 3]);
        assert_eq!(chosen(Some("first")).unwrap(), [0]);
        assert_eq!(chosen(Some("decoder")).unwrap(), [3]);
        assert_eq!(chosen(Some("encoder.1")).unwrap(), [1]);
        let refused = chosen(Some("third")).unwrap_err().to_string();
        assert!(refused.contains("encoder.0, encoder.1, decoder.0, decoder.1"), "{refused}");
    }

    #[test]
    fn the_strongest_units_come_and_the_last_layer_is_turned() {
        let mut model = model(Specification::new(3, [2]));
        model.about.sample_shape = vec![1, 3];
        let mut parameters = model.parameters().clone();
        parameters.weight_mut(0).row_mut(1).fill(9.0);
        let model = model.with_parameters(parameters);
        let path = std::path::Path::new("m");
        let first = weights(&model, 0, 1, path).unwrap();
        assert_eq!((first.units, first.weights.dim()), (vec![1], (1, 3)));
        let last = weights(&model, 1, 5, path).unwrap();
        assert_eq!(last.weights.dim(), (2, 3), "each unit of the code draws a sample");
        let unit = last.units[0];
        assert_eq!(last.weights.row(0), model.parameters().weight(1).column(unit));
    }
}
