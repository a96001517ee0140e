//! Tests of the figure of codes.

use ndarray::{Array2, array};
use proptest::prelude::*;

use super::*;

pub(super) fn latent(points: &Array2<f32>) -> Latent<'_> {
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
fn colours_of_classes_differ() {
    for count in [2, 10, 12, 13, 47] {
        let colours: Vec<_> = (0..count).map(|class| palette::class(class, count)).collect();
        for (i, first) in colours.iter().enumerate() {
            assert!(colours[..i].iter().all(|second| second != first), "class {i} of {count}");
        }
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
