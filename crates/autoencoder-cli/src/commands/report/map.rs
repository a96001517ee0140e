//! The map of codes.

use super::gathered::Gathered;
use super::html;
use crate::commands::plane::Plane;
use crate::failure::Outcome;
use crate::figures::{Classes, Colours, Latent, Numbers, Size, latent_svg};

pub(super) fn section(gathered: &Gathered) -> Outcome<String> {
    let plane = Plane::of(gathered.codes.view())?;
    let (colours, coloured) = match &gathered.samples.labels {
        Some(labels) => {
            (Colours::Classes(Classes { of_sample: &labels.of_sample, names: &labels.names }), "its label")
        }
        None => (Colours::Numbers(Numbers { name: "error", of_sample: &gathered.errors }), "its error"),
    };
    let latent = Latent {
        title: None,
        note: plane.note.as_deref(),
        points: plane.points.view(),
        colours,
        axis_names: [&plane.axis_names[0], &plane.axis_names[1]],
        size: Size::Narrow,
    };
    let text =
        format!("Each dot is the code of a sample, in the colour of {coloured}. The training saw no labels.");
    let contents =
        html::card(&latent_svg(&latent), "a map of the codes of all samples") + &html::quiet(&text);
    Ok(html::section("Map of the codes", &contents))
}
