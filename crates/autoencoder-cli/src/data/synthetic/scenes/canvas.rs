//! A canvas finer than the picture: shapes are filled point by point, and pixels are means of points, so edges are smooth.

/// The number of pixels of a picture, down and across.
pub(crate) const HEIGHT: usize = 32;
pub(crate) const WIDTH: usize = 48;

/// The number of points across and down a pixel.
const FINE: usize = 3;
const ACROSS: usize = WIDTH * FINE;

/// Red, green and blue, each from 0 to 255.
pub(super) type Colour = [f32; 3];

/// The colour between two others.
pub(super) fn mix(from: Colour, to: Colour, share: f32) -> Colour {
    let share = share.clamp(0.0, 1.0);
    std::array::from_fn(|part| from[part] + (to[part] - from[part]) * share)
}

/// Points of colour. Places are in pixels, from the upper left.
pub(super) struct FineCanvas(Vec<Colour>);

impl FineCanvas {
    pub(super) fn new() -> Self {
        Self(vec![[0.0; 3]; ACROSS * HEIGHT * FINE])
    }

    /// Gives each point a new colour, by its place and its old one.
    pub(super) fn paint(&mut self, colour: impl Fn(f32, f32, Colour) -> Colour) {
        let place = |index: usize| (index as f32 + 0.5) / FINE as f32;
        for (index, point) in self.0.iter_mut().enumerate() {
            *point = colour(place(index % ACROSS), place(index / ACROSS), *point);
        }
    }

    /// Fills all points for which `inside` holds.
    pub(super) fn fill(&mut self, colour: Colour, inside: impl Fn(f32, f32) -> bool) {
        self.paint(|x, y, old| if inside(x, y) { colour } else { old });
    }

    /// The picture's bytes, row by row.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 and 255")]
    pub(super) fn pixels(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(3 * WIDTH * HEIGHT);
        for (row, column) in (0..HEIGHT).flat_map(|row| (0..WIDTH).map(move |column| (row, column))) {
            for part in 0..3 {
                let points = (0..FINE * FINE).map(|point| {
                    let (down, right) = (row * FINE + point / FINE, column * FINE + point % FINE);
                    self.0[down * ACROSS + right][part]
                });
                let mean = points.sum::<f32>() / (FINE * FINE) as f32;
                bytes.push(mean.clamp(0.0, 255.0).round() as u8);
            }
        }
        bytes
    }
}
