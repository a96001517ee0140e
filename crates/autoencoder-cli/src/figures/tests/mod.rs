//! Tests of every figure, also of awkward input: the right size, well formed, and the same bytes twice.

mod curves;
mod inside;
mod latent;
mod scores;
mod worst;

use ndarray::{Array2, ArrayView2, array};
use plotters::style::RGBColor;

use super::*;
use curves::loss_of;
use latent::latent;

/// A decoded PNG file: width, height and RGB bytes.
fn decoded(png: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
    (info.width as usize, info.height as usize, bytes)
}

/// The place where the first image begins: the hairline around it is unlike anything before it.
fn first_corner((width, height, rgb): &(usize, usize, Vec<u8>)) -> (usize, usize) {
    let RGBColor(red, green, blue) = palette::HAIRLINE;
    let pixel = |x: usize, y: usize| &rgb[(y * width + x) * 3..][..3];
    (0..*height)
        .flat_map(|y| (0..*width).map(move |x| (x, y)))
        .find(|&(x, y)| pixel(x, y) == [red, green, blue] && pixel(x + 1, y) == [red, green, blue])
        .map(|(x, y)| (x + 1, y + 1))
        .expect("a figure has an image")
}

/// Panics where the text between tags has a character or an ampersand that no XML parser takes.
fn assert_xml_text(svg: &str) {
    for letter in svg.chars() {
        let is_allowed =
            matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
        assert!(is_allowed, "{letter:?} is not in XML");
    }
    for after in svg.split('&').skip(1) {
        let known = ["amp;", "lt;", "gt;", "quot;", "apos;", "#"].iter().any(|name| after.starts_with(name));
        assert!(known, "a bare ampersand: &{after:.20}");
    }
}

/// Panics unless every tag is closed in its turn and no attribute is left open.
fn assert_well_formed(svg: &str) {
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "not an SVG: {svg:.80}");
    let mut open = Vec::new();
    let mut rest = svg;
    while let Some(start) = rest.find('<') {
        assert!(!rest[..start].contains('>'), "a bare > in text");
        let end = start + rest[start..].find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        assert_eq!(tag.matches('"').count() % 2, 0, "an open attribute in <{tag}>");
        // The letters of an embedded picture may be any.
        let numbers = tag.split("href=").next().unwrap_or_default();
        assert!(!numbers.contains("NaN") && !numbers.contains("inf"), "no number in <{tag}>");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "</{name}> closes another tag");
        } else if !tag.ends_with('/') {
            open.push(tag.split_whitespace().next().unwrap());
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

fn images(samples: usize, features: usize) -> Array2<f32> {
    Array2::from_shape_fn((samples, features), |(i, j)| ((i * 31 + j * 7) % 101) as f32 / 100.0)
}

fn two<'a>(input: ArrayView2<'a, f32>, reconstruction: ArrayView2<'a, f32>) -> [Series<'a>; 2] {
    [("input", input), ("reconstruction", reconstruction)].map(|(name, samples)| Series { name, samples })
}

#[test]
fn clean_samples_are_a_third_row_and_a_third_line() {
    let shape = ImageShape { height: 28, width: 28, channels: 1 };
    let [input, restored] = [images(3, 784), images(3, 784) * 0.5];
    let clean = Array2::from_elem((3, 784), 0.2);
    let mut series = two(input.view(), restored.view()).to_vec();
    let two_rows = decoded(&reconstructions_png(&series, shape, None));
    let two_lines = profiles_png(&series, &Panels::OF_SAMPLES, None);
    series.push(Series { name: "clean", samples: clean.view() });
    let three_rows = decoded(&reconstructions_png(&series, shape, None));
    assert_eq!((three_rows.0, three_rows.1), (two_rows.0, two_rows.1 + 140 + 6));
    let (left, top) = first_corner(&three_rows);
    let at = (top + 2 * (140 + 6) + 70) * three_rows.0 + left + 70;
    assert_eq!(three_rows.2[3 * at], 51, "clean is the lowest row");
    assert_ne!(profiles_png(&series, &Panels::OF_SAMPLES, None), two_lines);
}

#[test]
fn a_pixel_is_where_it_belongs_in_an_image_that_is_not_square() {
    let shape = ImageShape { height: 2, width: 3, channels: 1 };
    let original = array![[0.0, 0.2, 0.4, 0.6, 0.8, 1.0]];
    let figure = decoded(&reconstructions_png(&two(original.view(), (1.0 - &original).view()), shape, None));
    let (left, top) = first_corner(&figure);
    let zoom = 47; // 140 / 3, rounded
    let grey = |x: usize, y: usize| figure.2[(y * figure.0 + x) * 3];
    for row in 0..2 {
        for column in 0..3 {
            let expected = [[0, 51, 102], [153, 204, 255]][row][column];
            let (x, y) = (left + column * zoom, top + row * zoom);
            for (x, y) in [(x, y), (x + zoom - 1, y + zoom - 1)] {
                assert_eq!(grey(x, y), expected, "row {row}, column {column}");
                assert_eq!(
                    grey(x, y + 2 * zoom + 6),
                    255 - expected,
                    "reconstruction, row {row}, column {column}"
                );
            }
        }
    }
}

#[test]
fn channels_lie_side_by_side() {
    let shape = ImageShape { height: 1, width: 2, channels: 3 };
    let original = array![[1.0, 0.0, 0.2, 0.0, 2.0, -1.0]];
    let figure = decoded(&reconstructions_png(&two(original.view(), original.view()), shape, None));
    let (left, top) = first_corner(&figure);
    let at = |x: usize| &figure.2[(top * figure.0 + x) * 3..][..3];
    assert_eq!(at(left), [255, 0, 51]);
    assert_eq!(at(left + 70), [0, 255, 0], "values beyond 0 and 1 are cut");
}

#[test]
fn the_page_grows_with_the_samples() {
    let shape = ImageShape { height: 28, width: 28, channels: 1 };
    let size = |samples: usize, caption| {
        let images = images(samples, 784);
        let (width, height, _) =
            decoded(&reconstructions_png(&two(images.view(), images.view()), shape, caption));
        (width, height)
    };
    let (one_width, one_height) = size(1, None);
    assert_eq!(size(10, None), (one_width + 9 * 146, one_height));
    assert_eq!(size(20, None), (one_width + 9 * 146, one_height + 2 * 140 + 6 + 26), "two bands of ten");
    assert!(size(1, Some("a caption that is wider than the only image")).0 > one_width);
    assert!(size(400, None).1 <= 4000);
}

#[test]
fn awkward_samples_are_drawn() {
    for (samples, height, width) in [(0, 4, 4), (1, 1, 1), (3, 600, 2), (2, 1, 500), (2, 900, 700)] {
        let images = images(samples, height * width);
        let shape = ImageShape { height, width, channels: 1 };
        decoded(&reconstructions_png(&two(images.view(), images.view()), shape, Some("caption")));
    }
    let not_numbers = Array2::from_elem((2, 4), f32::NAN);
    let shape = ImageShape { height: 2, width: 2, channels: 1 };
    decoded(&reconstructions_png(&two(not_numbers.view(), not_numbers.view()), shape, None));
    for values in
        [images(0, 3), images(1, 1), images(30, 7), images(2, 100), Array2::zeros((3, 5)), not_numbers]
    {
        decoded(&profiles_png(&two(values.view(), values.view()), &Panels::OF_SAMPLES, Some("caption")));
    }
}

#[test]
#[should_panic(expected = "samples are not")]
fn a_shape_that_does_not_fit_is_a_bug() {
    let images = images(2, 6);
    reconstructions_png(
        &two(images.view(), images.view()),
        ImageShape { height: 2, width: 2, channels: 1 },
        None,
    );
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let points = images(500, 2);
    assert_eq!(latent_svg(&latent(&points)), latent_svg(&latent(&points)));
    assert_eq!(latent_png(&latent(&points)), latent_png(&latent(&points)));
    let shape = ImageShape { height: 5, width: 4, channels: 1 };
    let samples = images(4, 20);
    let picture = || reconstructions_png(&two(samples.view(), samples.view()), shape, Some("caption"));
    assert_eq!(picture(), picture());
    let profiles = || profiles_png(&two(samples.view(), samples.view()), &Panels::OF_SAMPLES, None);
    assert_eq!(profiles(), profiles());
    assert_eq!(loss_of(&[(1.0, 0.3), (2.0, 0.1)], &[]), loss_of(&[(1.0, 0.3), (2.0, 0.1)], &[]));
}

#[test]
fn very_long_rows_and_trainings_take_no_longer_than_the_page_is_wide() {
    let start = std::time::Instant::now();
    let row = images(2, 300_000);
    decoded(&profiles_png(&two(row.view(), row.view()), &Panels::OF_SAMPLES, None));
    let points: Vec<(f64, f64)> =
        (0..500_000).map(|epoch| (f64::from(epoch), 1.0 + f64::from(epoch % 9))).collect();
    let svg = loss_svg(&LossFigure {
        title: None,
        measure: "loss",
        curves: &[Curve { points: &points, stroke: Stroke::Full(0) }],
        legend: &[("training", Stroke::Full(0))],
        baselines: &[],
        size: Size::Narrow,
    });
    assert!(svg.len() < 200_000, "{}", svg.len());
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
