//! Tests of the figures of losses, of range tests, and of errors over the bits of codes.

use super::*;

pub(super) fn loss_of(points: &[(f64, f64)], baselines: &[Baseline<'_>]) -> String {
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
