//! The figure of weights: a tile for each unit of a layer that looks at images or draws them, or a map of all weights of a layer, in symmetric
//! colours about 0.

use ndarray::{Array2, ArrayView1};
use plotters::backend::DrawingBackend;
use plotters::style::RGBColor;

use super::canvas::{self, Align, Canvas, Type};
use super::colour_bar;
use super::heading::Heading;
use super::page::{MARGIN, QUIET, TEXT, whole};
use super::palette;
use super::raster::Raster;
use super::reconstructions::{ImageShape, sized};
use super::typeface::{self, Weight};
use crate::terminal::numerals;

/// The contents of the figure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WeightsFigure<'a> {
    pub(crate) title: &'a str,
    pub(crate) notes: &'a [String],
    pub(crate) layers: &'a [LayerWeights],
}

/// Some weights of a layer.
#[derive(Clone, Debug)]
pub(crate) struct LayerWeights {
    pub(crate) name: String,
    /// The number of each unit that is drawn.
    pub(crate) units: Vec<usize>,
    /// The weights of each unit, (units, numbers of a sample or of another layer).
    pub(crate) weights: Array2<f32>,
    pub(crate) look: WeightsLook,
}

/// The look of a layer's weights.
#[derive(Clone, Debug)]
pub(crate) enum WeightsLook {
    /// A unit looks at an image, or draws one.
    Images(ImageShape),
    /// The numbers of a unit have names, and stand below each other.
    Names(Vec<String>),
    /// The numbers of a unit are counted by this word.
    Counted(&'static str),
}

/// The side that a small image is enlarged to about, and that a large one is reduced to.
const PLEASANT_SIDE: usize = 56;
const LARGEST_SIDE: usize = 160;
const GAP: usize = 6;
const CAPTION: usize = 15;
/// The width that tiles fill.
const TILES: usize = 700;
/// The room for the name above a layer, and below a layer.
const NAME: usize = 24;
const BELOW: usize = 26;
/// The sides of a cell of a map, by what is on it, and the sides of all of it.
const CELL: usize = 15;
const MAP: usize = 640;
/// The room for the names of columns.
const NAMES: f64 = 150.0;
/// The room at the right for the bar of colours.
const BAR: (usize, usize) = (12, 150);
const BAR_ROOM: usize = 96;
/// The share of the weights that the colours tell apart: a few that are far larger would make all others pale.
const WITHIN: f64 = 0.995;

const SMALL: Type = Type { ems: 10.5, align: Align::Middle, ..QUIET };
const STRONG: Type = Type { weight: Weight::SemiBold, ..TEXT };

/// Draws weights, as the text of an SVG file.
pub(crate) fn weights_svg(figure: &WeightsFigure<'_>) -> String {
    let page = Page::new(figure);
    canvas::svg(page.size.0, page.size.1, |canvas| page.draw(canvas))
}

/// Draws weights, as the bytes of a PNG file with two pixels for each unit of the SVG.
pub(crate) fn weights_png(figure: &WeightsFigure<'_>) -> Vec<u8> {
    let page = Page::new(figure);
    canvas::bitmap(page.size.0, page.size.1, 2, palette::PAPER, |canvas| page.draw(canvas)).png()
}

/// A layer with its place.
struct Placed<'a> {
    layer: &'a LayerWeights,
    top: usize,
    left: usize,
    /// The width and the height of a tile, or of a cell of a map.
    cell: (usize, usize),
    columns: usize,
    size: (usize, usize),
    /// The weight of the strongest colour.
    most: f64,
}

struct Page<'a> {
    heading: Heading,
    layers: Vec<Placed<'a>>,
    size: (u32, u32),
}

impl<'a> Page<'a> {
    fn new(figure: &WeightsFigure<'a>) -> Self {
        let unplaced: Vec<Placed<'a>> = figure.layers.iter().map(Placed::new).collect();
        let widest = unplaced.iter().map(|placed| placed.left + placed.size.0).max().unwrap_or(0).max(360);
        let width = (widest + BAR_ROOM) as f64;
        let heading = Heading::new(figure.title, figure.notes, width - 2.0 * MARGIN);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a heading is small")]
        let mut top = (MARGIN + heading.height()).ceil() as usize;
        let layers: Vec<Placed<'a>> = unplaced
            .into_iter()
            .map(|placed| {
                let placed = Placed { top: top + NAME, ..placed };
                top = placed.top + placed.size.1.max(BAR.1 + 30) + BELOW;
                placed
            })
            .collect();
        Self { heading, layers, size: (whole(width), whole(top as f64)) }
    }

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>) {
        self.heading.draw(canvas, (MARGIN, MARGIN));
        for placed in &self.layers {
            canvas.text(&placed.layer.name, (MARGIN, placed.top as f64 - 9.0), STRONG);
            placed.draw(canvas);
        }
    }
}

impl<'a> Placed<'a> {
    fn new(layer: &'a LayerWeights) -> Self {
        let (units, numbers) = layer.weights.dim();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a margin is small")]
        let margin = MARGIN as usize;
        let most = reach(&layer.weights);
        let placed = |left, cell, columns, size| Self { layer, top: 0, left, cell, columns, size, most };
        match &layer.look {
            WeightsLook::Images(shape) => {
                let cell = sized(*shape, PLEASANT_SIDE, LARGEST_SIDE);
                let fitting = ((TILES + GAP) / (cell.0 + GAP)).max(1);
                // All rows have one length, rather than a short last one.
                let columns = units.div_ceil(units.div_ceil(fitting).max(1)).max(1);
                let rows = units.div_ceil(columns);
                placed(
                    margin,
                    cell,
                    columns,
                    (columns * (cell.0 + GAP) - GAP, rows * (cell.1 + CAPTION + GAP) - GAP),
                )
            }
            WeightsLook::Names(names) => {
                let widths = names.iter().map(|name| {
                    typeface::width(
                        &typeface::fit(name, QUIET.weight, QUIET.ems, NAMES),
                        QUIET.weight,
                        QUIET.ems,
                    )
                });
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "names are cut")]
                let left = margin + widths.fold(0.0, f64::max).ceil() as usize + 8;
                let cell =
                    ((MAP / units.max(1)).clamp(1, 2 * CELL), (2 * MAP / numbers.max(1)).clamp(1, CELL));
                placed(left, cell, units, (cell.0 * units, cell.1 * numbers + 36))
            }
            WeightsLook::Counted(_) => {
                let cell = ((MAP / numbers.max(1)).clamp(1, 2 * CELL), (MAP / units.max(1)).clamp(1, CELL));
                placed(margin + 44, cell, numbers, (cell.0 * numbers, cell.1 * units + 36))
            }
        }
    }

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>) {
        match &self.layer.look {
            WeightsLook::Images(shape) => self.draw_tiles(canvas, *shape),
            WeightsLook::Names(names) => {
                // Units lie side by side below their numbers.
                self.draw_map(canvas, self.layer.weights.t().rows().into_iter());
                let foot = self.top as f64;
                let stride = QUIET_ROW.div_ceil(self.cell.1);
                for (row, name) in names.iter().enumerate().step_by(stride) {
                    let y = foot + (row * self.cell.1) as f64 + self.cell.1 as f64 / 2.0 + 0.35 * QUIET.ems;
                    let name = typeface::fit(name, QUIET.weight, QUIET.ems, NAMES);
                    canvas.text(&name, (self.left as f64 - 8.0, y), Type { align: Align::Right, ..QUIET });
                }
                self.draw_numbers(canvas, &self.layer.units, "unit");
            }
            WeightsLook::Counted(what) => {
                self.draw_map(canvas, self.layer.weights.rows().into_iter());
                let stride = QUIET_ROW.div_ceil(self.cell.1);
                for (row, unit) in self.layer.units.iter().enumerate().step_by(stride) {
                    let y =
                        (self.top + row * self.cell.1) as f64 + self.cell.1 as f64 / 2.0 + 0.35 * QUIET.ems;
                    let set = Type { align: Align::Right, ..QUIET };
                    canvas.text(&unit.to_string(), (self.left as f64 - 8.0, y), set);
                }
                let numbers: Vec<usize> = (1..=self.layer.weights.ncols()).collect();
                self.draw_numbers(canvas, &numbers, what);
            }
        }
        self.draw_bar(canvas);
    }

    fn draw_tiles<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, shape: ImageShape) {
        for (index, (weights, unit)) in
            self.layer.weights.rows().into_iter().zip(&self.layer.units).enumerate()
        {
            let (row, column) = (index / self.columns, index % self.columns);
            let left = self.left + column * (self.cell.0 + GAP);
            let top = self.top + row * (self.cell.1 + CAPTION + GAP);
            canvas.framed((left, top), self.tile(weights, shape));
            let middle = left as f64 + self.cell.0 as f64 / 2.0;
            canvas.text(&unit.to_string(), (middle, (top + self.cell.1) as f64 + 12.0), SMALL);
        }
    }

    fn tile(&self, weights: ArrayView1<'_, f32>, shape: ImageShape) -> Raster {
        let mut raster = Raster::blank(self.cell.0, self.cell.1);
        for y in 0..self.cell.1 {
            for x in 0..self.cell.0 {
                let (row, column) = (y * shape.height / self.cell.1, x * shape.width / self.cell.0);
                let first = (row * shape.width + column) * shape.channels;
                let part = |channel: usize| f64::from(weights[first + channel]) / self.most;
                let colour = if shape.channels == 1 {
                    palette::diverging(part(0))
                } else {
                    // Each weight is more or less of its own colour than grey.
                    let level = |channel: usize| level(f64::midpoint(part(channel), 1.0));
                    RGBColor(level(0), level(1), level(2))
                };
                raster.set(x, y, colour);
            }
        }
        raster
    }

    fn draw_map<'w, B: DrawingBackend>(
        &self,
        canvas: &mut Canvas<B>,
        rows: impl Iterator<Item = ArrayView1<'w, f32>>,
    ) {
        let rows: Vec<_> = rows.collect();
        let columns = rows.first().map_or(0, ArrayView1::len);
        let mut raster = Raster::blank(columns * self.cell.0, rows.len() * self.cell.1);
        for y in 0..raster.height {
            for x in 0..raster.width {
                let weight = rows[y / self.cell.1][x / self.cell.0];
                raster.set(x, y, palette::diverging(f64::from(weight) / self.most));
            }
        }
        canvas.framed((self.left, self.top), raster);
    }

    /// Writes numbers below a map, as many as find room, and what they count.
    fn draw_numbers<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, numbers: &[usize], what: &str) {
        let foot = (self.top + self.size.1 - 36) as f64;
        let widest = numbers.iter().map(|number| number.to_string().len()).max().unwrap_or(1);
        let stride = (8 * widest + 8).div_ceil(self.cell.0).max(1);
        for (place, number) in numbers.iter().enumerate().step_by(stride) {
            let x = (self.left + place * self.cell.0) as f64 + self.cell.0 as f64 / 2.0;
            canvas.text(&number.to_string(), (x, foot + 14.0), SMALL);
        }
        let middle = self.left as f64 + self.size.0 as f64 / 2.0;
        canvas.text(what, (middle, foot + 31.0), Type { align: Align::Middle, ..QUIET });
    }

    fn draw_bar<B: DrawingBackend>(&self, canvas: &mut Canvas<B>) {
        let most = numerals::in_figure(self.most);
        let least = numerals::in_figure(-self.most);
        let is_coloured = matches!(self.layer.look, WeightsLook::Images(ImageShape { channels: 3, .. }));
        let grey = |place: f64| RGBColor(level(place), level(place), level(place));
        let signed = |place: f64| palette::diverging(2.0 * place - 1.0);
        let colours: &colour_bar::Colours = if is_coloured { &grey } else { &signed };
        let left = self.left + self.size.0 + 22;
        let texts = [(0.0, least.as_str()), (0.5, "0"), (1.0, most.as_str())];
        colour_bar::upright(canvas, (left, self.top + 4), BAR, colours, &texts);
    }
}

/// The height of a line of text in a map.
const QUIET_ROW: usize = 14;

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the place is within 0 and 1")]
fn level(place: f64) -> u8 {
    (place.clamp(0.0, 1.0) * 255.0).round() as u8
}

/// The size of a weight that nearly all weights are within.
fn reach(weights: &Array2<f32>) -> f64 {
    let mut sizes: Vec<f64> =
        weights.iter().map(|&weight| f64::from(weight.abs())).filter(|size| size.is_finite()).collect();
    sizes.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among the weights")]
    let place = (sizes.len().saturating_sub(1) as f64 * WITHIN).ceil() as usize;
    sizes.get(place).copied().filter(|&size| size > 0.0).unwrap_or(1.0)
}
