//! Tests of every figure, also of awkward input: the right size, well formed, and the same bytes twice.

mod inside;
mod scores;
mod worst;

use ndarray::{Array2, ArrayView2, array};
use plotters::style::RGBColor;
use proptest::prelude::*;

use super::*;

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

fn loss_of(points: &[(f64, f64)], baselines: &[Baseline<'_>]) -> String {
    let [train, validation] = [Stroke::Full(0), Stroke::Full(1)];
    let curves = [Curve { points, stroke: train }, Curve { points: &[], stroke: validation }];
    loss_svg(&LossFigure {
        title: Some("a < b & \"c\""),
        measure: "mean squared error",
        curves: &curves,
        legend: &[("train", train), ("validation", validation)],
        baselines,
        size: Size::Wide,
    })
}

#[test]
fn as_many_runs_as_can_be_are_told_apart_below_a_legend_that_stays_on_the_page() {
    let points = [(1.0, 0.3), (2.0, 0.1)];
    let strokes = (0..MOST_RUNS).flat_map(|run| [Stroke::Pale(run), Stroke::Full(run)]);
    let curves: Vec<Curve<'_>> = strokes.map(|stroke| Curve { points: &points, stroke }).collect();
    let name = "a run of a rather long name ".repeat(3);
    let mut legend: Vec<_> = (0..MOST_RUNS).map(|run| (name.as_str(), Stroke::Full(run))).collect();
    legend.extend([("validation", Stroke::FullKey), ("training", Stroke::PaleKey)]);
    let loss = LossFigure {
        title: Some("twelve"),
        measure: "loss",
        curves: &curves,
        legend: &legend,
        baselines: &[],
        size: Size::Wide,
    };
    let svg = loss_svg(&loss);
    let colour = |stroke: &str| svg.matches(&format!("stroke=\"{stroke}\"")).count();
    for RGBColor(red, green, blue) in palette::CLASSES {
        // The line and its sample in the legend.
        assert!(colour(&format!("#{red:02X}{green:02X}{blue:02X}")) >= 2, "{red} {green} {blue}: {svg:.600}");
    }
    // Text begins at x, in tenths of a unit: a row of the legend ends where its last name ends.
    let starts = svg.split("a run of a rather").count() - 1;
    assert_eq!(starts, MOST_RUNS);
    let xs = svg.split("<text x=\"").skip(1).filter_map(|text| {
        let (x, rest) = text.split_once('"')?;
        rest.split("</text>").next()?.contains("a run of").then(|| x.parse::<f64>().ok())?
    });
    let widest = xs.fold(0.0, f64::max);
    assert!(widest > 0.0 && widest + 2400.0 <= 7600.0, "{widest}");
    let (width, height, _) = decoded(&loss_png(&loss));
    assert_eq!((width, height), (1520, 880));
}

#[test]
fn losses_of_any_kind_are_drawn() {
    let baselines =
        [Baseline { name: "mean image", value: 0.0676 }, Baseline { name: "PCA(128)", value: 0.009 }];
    let many: Vec<_> = (1..=500).map(|epoch| (f64::from(epoch), 1.0 / f64::from(epoch))).collect();
    let cases: [&[(f64, f64)]; 8] = [
        &[],
        &[(1.0, 0.02)],
        &[(1.0, 0.02), (2.0, 0.02)],
        &[(1.0, 0.0), (2.0, 0.0)],
        &[(1.0, 3.0), (2.0, f64::NAN), (3.0, 1.0), (4.0, f64::INFINITY)],
        &[(1.0, -4.0), (2.0, -90.0)],
        &[(1.0, 1e-30), (2.0, 1e30)],
        &many,
    ];
    for points in cases {
        for baselines in [&baselines[..], &[]] {
            let svg = loss_of(points, baselines);
            assert_well_formed(&svg);
            assert!(
                svg.contains("epoch") && svg.contains("mean squared error") && svg.contains("validation")
            );
            assert!(svg.contains("a &lt; b &amp; &quot;c&quot;"));
            assert_eq!(svg.contains("PCA(128) 0.00900"), !baselines.is_empty());
        }
    }
}

fn rates_of(steps: &[Tried], suggestion: Option<f64>) -> String {
    let mark = |rate| Mark { name: "a rate of 0.0001", rate };
    let least = steps.last().map_or(1.0, |step| step.rate);
    rates_svg(&Rates {
        title: "a < b",
        measure: "loss",
        steps,
        suggestion: suggestion.map(mark),
        least: mark(least),
    })
}

#[test]
fn range_tests_of_any_kind_are_drawn() {
    let fall = |index: i32| {
        let loss = 1.0 / f64::from(index);
        Tried { rate: 1e-6 * 1.1f64.powi(index), loss, smoothed: 1.1 * loss }
    };
    let many: Vec<_> = (1..=200).map(fall).collect();
    let one = [Tried { rate: 1e-6, loss: 0.25, smoothed: 0.25 }];
    let flat = [one[0], Tried { rate: 1e-5, ..one[0] }];
    let zeros = [Tried { loss: 0.0, smoothed: 0.0, ..one[0] }; 2];
    let wild = [one[0], Tried { rate: 10.0, loss: 1e30, smoothed: 1e29 }];
    for steps in [&many[..], &one, &flat, &zeros, &wild] {
        for suggestion in [None, Some(steps[0].rate), Some(steps[steps.len() - 1].rate)] {
            let svg = rates_of(steps, suggestion);
            assert_well_formed(&svg);
            assert!(svg.contains("learning rate") && svg.contains("a &lt; b"));
            assert_eq!(svg.matches("a rate of 0.0001").count(), 1 + usize::from(suggestion.is_some()));
        }
    }
}

#[test]
fn a_long_training_names_no_epoch_that_was_not() {
    let points: Vec<_> = (1..=50).map(|epoch| (f64::from(epoch), 0.1)).collect();
    let svg = loss_of(&points, &[]);
    assert!(svg.contains(">\n50\n<") && !svg.contains(">\n0\n<") && !svg.contains(">\n51\n<"));
}

fn latent(points: &Array2<f32>) -> Latent<'_> {
    Latent {
        title: Some("codes"),
        note: Some("two of 128 numbers"),
        points: points.view(),
        colours: Colours::Nothing,
        axis_names: ["a", "b"],
        size: Size::Wide,
    }
}

#[test]
fn codes_of_any_kind_are_drawn() {
    let mut with_gaps = images(100, 2);
    with_gaps[(3, 1)] = f32::NAN;
    for points in [images(0, 2), images(1, 2), Array2::zeros((50, 2)), with_gaps, images(400, 2) * 1e30] {
        let samples = points.nrows();
        let without = latent(&points);
        assert_well_formed(&latent_svg(&without));
        for class_count in [1, 10, 13, 60] {
            let of_sample: Vec<_> = (0..samples).map(|sample| sample % class_count).collect();
            let names: Vec<_> = (0..class_count.min(11)).map(|class| format!("<class> {class}")).collect();
            let figure = Latent {
                colours: Colours::Classes(Classes { of_sample: &of_sample, names: &names }),
                ..without
            };
            let svg = latent_svg(&figure);
            assert_well_formed(&svg);
            assert!(svg.contains("two of 128 numbers"));
            assert_eq!(svg.contains("&lt;class&gt; 0"), samples > 0);
        }
    }
}

#[test]
fn both_forms_of_codes_have_one_size() {
    let points = images(300, 2);
    let svg = latent_svg(&latent(&points));
    let (width, height, _) = decoded(&latent_png(&latent(&points)));
    assert!(svg.contains(&format!("width=\"{}\" height=\"{}\"", width / 2, height / 2)));
}

#[test]
fn far_outliers_are_drawn_at_the_edge_and_said() {
    let mut points = images(1000, 2);
    let near = latent_svg(&latent(&points));
    assert!(!near.contains("far outside"));
    points[(7, 0)] = 1e6;
    let far = latent_svg(&latent(&points));
    assert!(far.contains("One point lies far outside"));
    assert_eq!(far.matches("h1").count(), 1000, "no point is left out");
}

#[test]
fn ten_thousand_codes_make_a_small_file() {
    let points = Array2::from_shape_fn((10_000, 2), |(i, j)| ((i * (j + 3) * 7919) % 10_007) as f32);
    let of_sample: Vec<_> = (0..10_000).map(|sample| sample % 10).collect();
    let colours = Colours::Classes(Classes { of_sample: &of_sample, names: &[] });
    let svg = latent_svg(&Latent { colours, ..latent(&points) });
    assert!(svg.len() < 250_000, "{} bytes", svg.len());
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
fn colours_of_classes_differ() {
    for count in [2, 10, 12, 13, 47] {
        let colours: Vec<_> = (0..count).map(|class| palette::class(class, count)).collect();
        for (i, first) in colours.iter().enumerate() {
            assert!(colours[..i].iter().all(|second| second != first), "class {i} of {count}");
        }
    }
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_makes_an_svg_that_parsers_take(
        texts in prop::collection::vec(
            prop_oneof![any::<String>(), "[\\x00-\\x20\\x7f-\\x9f<>&\"'\\]\\[\u{FFFE}\u{FFFF}\u{FEFF}a-c]{0,12}"],
            3,
        ),
    ) {
        let points = array![[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]];
        let latent = Latent {
            title: Some(&texts[0]),
            note: Some(&texts[1]),
            points: points.view(),
            colours: Colours::Classes(Classes { of_sample: &[0, 1, 2], names: &texts }),
            axis_names: [&texts[2], "y"],
            size: Size::Narrow,
        };
        let svg = latent_svg(&latent);
        assert_well_formed(&svg);
        assert_xml_text(&svg);
    }
}

#[test]
fn labels_that_are_not_shown_cost_nothing() {
    let start = std::time::Instant::now();
    let names: Vec<String> =
        (0..2000).map(|index| format!("{}{index}", "review text ".repeat(1000))).collect();
    let of_sample: Vec<usize> = (0..2000).collect();
    let points = images(2000, 2);
    let colours = Colours::Classes(Classes { of_sample: &of_sample, names: &names });
    latent_svg(&Latent { colours, ..latent(&points) });
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

#[test]
fn of_very_many_samples_some_are_drawn_and_the_figure_says_so() {
    let points = images(250_000, 2);
    let svg = latent_svg(&latent(&points));
    assert!(svg.contains("One sample in 3 is drawn."));
    assert!(svg.len() < 3_000_000, "{}", svg.len());
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

#[test]
fn an_epoch_beyond_all_steps_is_drawn() {
    let points = [(9_007_199_254_740_992.0, 0.1)];
    let curves = [Curve { points: &points, stroke: Stroke::Full(0) }];
    let svg = loss_svg(&LossFigure {
        title: None,
        measure: "loss",
        curves: &curves,
        legend: &[],
        baselines: &[],
        size: Size::Wide,
    });
    assert_well_formed(&svg);
}

#[test]
fn rates_are_well_formed_whatever_they_are() {
    let point = |bits: u8, bits_a_sample: f64, error: f64| RatePoint { bits, bits_a_sample, error };
    let curve = |unrounded: f64, points: Vec<RatePoint>| RateCurve {
        name: "PCA(3) & <b>".to_owned(),
        unrounded,
        points,
    };
    let falling = curve(0.01, vec![point(1, 40.0, 0.5), point(2, 80.0, 0.1), point(8, 300.0, 0.01)]);
    for curves in [
        vec![falling.clone()],
        vec![falling.clone(), curve(0.2, vec![point(1, 41.0, 0.4), point(2, 80.0, 0.2)])],
        vec![curve(0.0, vec![point(16, 0.0, 0.0)])],
        vec![curve(f64::NAN, vec![point(8, f64::INFINITY, f64::NAN)])],
        vec![curve(1e300, vec![point(8, 1e300, 1e-300)]), falling],
    ] {
        let figure = RateFigure { title: "Error of rounded codes", curves: &curves };
        assert_well_formed(&rate_svg(&figure));
        let (width, height, _) = decoded(&rate_png(&figure));
        assert_eq!((width, height), (1520, 880));
    }
}
