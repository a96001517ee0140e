//! Tests of the figure of the samples with the greatest scores.

use ndarray::{Array2, array};
use plotters::style::RGBColor;

use super::{assert_well_formed, assert_xml_text, decoded, images};
use crate::figures::{
    BlamedColumn, ImageShape, Strip, WorstContents, WorstFigure, WorstImages, WorstLines, WorstSample,
    palette, worst_png, worst_room, worst_svg,
};

fn samples(count: usize, name: &str) -> Vec<WorstSample> {
    let sample = |index: usize| WorstSample {
        name: format!("{name}{index}"),
        label: index.is_multiple_of(2).then(|| "<label>".to_owned()),
        score: "12.5".to_owned(),
        among_usual: "above all usual ones".to_owned(),
        is_flagged: index < 3,
    };
    (0..count).map(sample).collect()
}

fn figure<'a>(samples: &'a [WorstSample], contents: WorstContents<'a>) -> WorstFigure<'a> {
    let title = "the worst & others";
    WorstFigure { title, flagged: "above 12", samples, parts: "score", contents }
}

/// Draws a figure, small ones both ways, checks that both have one size, and returns the text.
fn drawn(figure: &WorstFigure<'_>) -> String {
    let svg = worst_svg(figure);
    assert_well_formed(&svg);
    assert_xml_text(&svg);
    let size = |name: &str| -> usize {
        svg.split(name).nth(1).and_then(|rest| rest.split('"').next()?.parse().ok()).unwrap()
    };
    let (width, height) = (size("width=\""), size("height=\""));
    assert!(width <= 1100 && height <= 2200, "{width} x {height}");
    if figure.samples.len() <= 2 {
        let (wide, high, _) = decoded(&worst_png(figure));
        assert_eq!((wide, high), (2 * width, 2 * height));
    }
    assert!(svg.contains("the worst &amp; others") && svg.contains("above 12"));
    svg
}

fn bar(share: f64) -> BlamedColumn {
    let [name, value, expected] = ["a <column> of a rather long name", "a & b", "0.25"].map(str::to_owned);
    BlamedColumn { name: (share > 0.1).then_some(name), value, expected, share }
}

#[test]
fn rows_of_any_kind_are_drawn_and_those_without_room_are_counted() {
    for (count, bars) in [(1, 0), (2, 1), (10, 6), (300, 6)] {
        let samples = samples(count, "row & ");
        let columns = vec![vec![bar(0.5); bars]; count];
        let figure = figure(&samples, WorstContents::Rows(&columns));
        let (svg, shown) = (drawn(&figure), worst_room(&figure));
        assert_eq!(svg.matches("row &amp; ").count(), shown);
        assert_eq!(svg.matches("a &lt;column&gt;").count(), shown * bars);
        assert_eq!(svg.contains("no column has a part of the score"), bars == 0);
        assert_eq!(svg.contains(&format!("room for the first {shown} of these {count}")), shown < count);
        assert_eq!(shown < count, count == 300);
    }
}

#[test]
fn a_bar_is_as_long_as_its_share() {
    let samples = samples(1, "row ");
    let columns = [vec![bar(0.25), bar(0.05), bar(2.0)]];
    let svg = drawn(&figure(&samples, WorstContents::Rows(&columns)));
    let widths: Vec<&str> = svg
        .split("<rect ")
        .filter(|rect| rect.contains("height=\"110\"") && !rect.contains("#E5E7EB"))
        .filter_map(|rect| rect.split("width=\"").nth(1)?.split('"').next())
        .collect();
    assert_eq!(widths, ["400", "80", "1600"]);
    assert!(svg.contains("25 %") && svg.contains("all others"));
}

#[test]
fn long_names_leave_room_for_the_score() {
    let samples = samples(1, &"production/line/".repeat(40));
    let columns = [vec![bar(0.5)]];
    let svg = drawn(&figure(&samples, WorstContents::Rows(&columns)));
    assert!(svg.contains("score 12.5, above all usual ones") && svg.contains("…"), "{svg}");
    let strip = Strip { name: "value".to_owned(), values: vec![1.0], expected: vec![2.0], parts: vec![1.0] };
    let lines = WorstLines { along: "feature", strips: &[vec![strip]] };
    let svg = drawn(&figure(&samples, WorstContents::Lines(lines)));
    assert!(svg.contains("score 12.5\n"), "the place among usual scores is left out: {svg}");
}

#[test]
fn lines_of_any_kind_are_drawn() {
    let wild = vec![f64::NAN, 1e300, -1e300, f64::INFINITY];
    let long: Vec<f64> = (0..100_000).map(|index| f64::from(index % 77)).collect();
    for (values, sizes) in [
        (vec![], [(1, 1), (25, 1)]),
        (vec![0.0], [(60, 3), (1, 1)]),
        (vec![2.0; 5], [(2, 1), (3, 2)]),
        (wild, [(2, 3), (1, 3)]),
        (long, [(1, 1), (2, 1)]),
    ] {
        for (count, strips) in sizes {
            let samples = samples(count, "row ");
            let strip = Strip {
                name: "series <1>".to_owned(),
                expected: values.iter().map(|value| value * 0.5).collect(),
                parts: values.iter().map(|value| value - 1.0).collect(),
                values: values.clone(),
            };
            let all = vec![vec![strip; strips]; count];
            let figure = figure(&samples, WorstContents::Lines(WorstLines { along: "row", strips: &all }));
            let svg = drawn(&figure);
            assert_eq!(svg.matches("series &lt;1&gt;").count(), worst_room(&figure) * strips);
            assert!(svg.len() < 3_000_000, "{}", svg.len());
        }
    }
}

#[test]
fn images_of_any_kind_are_drawn() {
    for (count, height, width, channels) in
        [(1, 28, 28, 1), (12, 28, 28, 1), (300, 8, 8, 1), (2, 600, 2, 1), (2, 300, 500, 3), (4, 1, 1, 3)]
    {
        let samples = samples(count, "picture ");
        let originals = images(count, height * width * channels);
        let mut restored = &originals * 0.5;
        restored[(0, 0)] = f32::NAN;
        let contents = WorstContents::Images(WorstImages {
            shape: ImageShape { height, width, channels },
            originals: originals.view(),
            restored: restored.view(),
        });
        let figure = figure(&samples, contents);
        let (svg, shown) = (drawn(&figure), worst_room(&figure));
        // The colours of the differences are a picture too.
        assert_eq!(svg.matches("data:image/png;base64,").count(), 3 * shown + 1);
        assert_eq!(shown < count, count == 300, "{shown} of {count}");
    }
}

#[test]
fn a_difference_has_the_colour_of_its_sign_and_size() {
    let samples = samples(1, "picture ");
    let (originals, restored) = (array![[0.0, 0.4, 0.8, 0.5]], array![[0.8, 0.4, 0.0, 0.1]]);
    let shape = ImageShape { height: 1, width: 4, channels: 1 };
    let contents =
        WorstContents::Images(WorstImages { shape, originals: originals.view(), restored: restored.view() });
    let (width, height, rgb) = decoded(&worst_png(&figure(&samples, contents)));
    let has = |RGBColor(red, green, blue): RGBColor| {
        // A pixel of the image is a square of 42 pixels of the figure: 21 units of two pixels each.
        let is_one = |x: usize, y: usize| rgb[(y * width + x) * 3..][..3] == [red, green, blue];
        (0..height).any(|y| (0..width - 42).any(|x| (x..x + 42).all(|x| is_one(x, y))))
    };
    for difference in [-1.0, 0.0, 1.0, 0.5] {
        assert!(has(palette::diverging(difference)), "{difference}");
    }
    assert!(!has(palette::diverging(-0.5)));
    let svg = worst_svg(&figure(&samples, contents));
    assert!(svg.contains("−80 %") && svg.contains("\n80 %"), "the scale is told in numbers");
}

#[test]
fn equal_images_have_a_white_difference() {
    let samples = samples(2, "picture ");
    let originals = Array2::from_elem((2, 4), 0.5);
    let shape = ImageShape { height: 2, width: 2, channels: 1 };
    let contents =
        WorstContents::Images(WorstImages { shape, originals: originals.view(), restored: originals.view() });
    assert!(drawn(&figure(&samples, contents)).contains("0 %"));
}
