//! Tests of the figure of scores.

use autoencoder::{Detection, DetectionPoint, ThresholdOrigin, Thresholds};

use super::{assert_well_formed, decoded};
use crate::figures::{Curves, DetectorCurve, Flagged, ScoreGroup, ScoresFigure, scores_png, scores_svg};

/// Scores with a long tail.
fn tailed(count: usize) -> Vec<f64> {
    (0..count).map(|index| (index as f64 * 0.37).sin().abs().recip() - 3.0).collect()
}

fn figure<'a>(groups: &'a [ScoreGroup<'a>], usual: &'a Thresholds, threshold: f64) -> ScoresFigure<'a> {
    ScoresFigure {
        title: "scores < & >",
        measure: "score in nats",
        groups,
        usual: ("usual ones", usual),
        threshold,
        flagged: "threshold & 3 flagged",
        curves: None,
    }
}

#[test]
fn scores_of_any_kind_are_drawn() {
    let usual = [tailed(500), vec![2.0; 40], vec![-1.0], vec![1e300, -1e300], vec![0.0, 1e-300]];
    let scores = [tailed(3000), vec![7.0; 300], vec![1.0], vec![], vec![f64::MAX, f64::MIN, 0.0], tailed(25)];
    for usual in usual {
        let usual = Thresholds::of(usual, ThresholdOrigin::HeldOut);
        for scores in &scores {
            for threshold in [0.5, 1e9, -1e9, f64::MAX] {
                let group = |is_odd| ScoreGroup { name: "group <1>", is_odd, scores };
                for groups in [&[group(false)][..], &[group(false), group(true)], &[]] {
                    let svg = scores_svg(&figure(groups, &usual, threshold));
                    assert_well_formed(&svg);
                    assert!(svg.contains("usual ones") && svg.contains("threshold &amp; 3 flagged"));
                    assert_eq!(svg.matches("group &lt;1&gt;").count(), groups.len());
                    assert!(svg.len() < 100_000, "{}", svg.len());
                }
            }
        }
    }
}

#[test]
fn few_samples_are_dots_and_many_are_bars() {
    let usual = Thresholds::of(tailed(500), ThresholdOrigin::HeldOut);
    let dots = |count: usize| {
        let scores = vec![1.0; count];
        let groups = [ScoreGroup { name: "some", is_odd: true, scores: &scores }];
        scores_svg(&figure(&groups, &usual, 4.0)).matches("<circle").count()
    };
    // One more is the key in the legend.
    assert_eq!([dots(1), dots(19), dots(20)], [2, 20, 0]);
}

#[test]
fn a_threshold_beyond_all_scores_is_named_at_the_end_of_the_axis() {
    let usual = Thresholds::of(vec![1.0, 2.0], ThresholdOrigin::HeldOut);
    let named = |threshold: f64| {
        let svg = scores_svg(&figure(&[], &usual, threshold));
        [svg.contains("below the axis"), svg.contains("beyond the axis")]
    };
    assert_eq!(
        [named(-1e9), named(1.5), named(2.5), named(1e9)].concat(),
        [true, false, false, false, false, false, false, true]
    );
}

#[test]
fn curves_stand_below_with_their_areas_and_take_no_more_room_for_many_samples() {
    let scores = tailed(20_000);
    let is_odd: Vec<bool> = (0..20_000_u32).map(|index| index.is_multiple_of(7)).collect();
    let curve = DetectorCurve {
        name: "a detector",
        detection: Detection::of(&scores, &is_odd).unwrap(),
        points: DetectionPoint::of(&scores, &is_odd).unwrap(),
    };
    let area = format!("\n{:.4}\n", curve.detection.auroc);
    let detectors = vec![curve; 5];
    let flagged = Flagged { recall: 0.1, false_positive_rate: 0.2, precision: None, found: "3 of 4 found" };
    let usual = Thresholds::of(tailed(500), ThresholdOrigin::CrossFitted);
    let groups = [ScoreGroup { name: "all", is_odd: false, scores: &scores }];
    let plain = figure(&groups, &usual, 4.0);
    let with_curves = ScoresFigure {
        curves: Some(Curves { detectors: &detectors, odd: 1.0 / 7.0, flagged }),
        ..plain.clone()
    };
    let svg = scores_svg(&with_curves);
    assert_well_formed(&svg);
    assert_eq!(svg.matches("a detector").count(), 5);
    assert_eq!(svg.matches(&area).count(), 5);
    assert!(svg.contains("3 of 4 found") && svg.contains("ROC curve") && svg.contains("0.1429"));
    assert!(svg.len() < 400_000, "{}", svg.len());
    let ((width, height, _), (_, without, _)) =
        (decoded(&scores_png(&with_curves)), decoded(&scores_png(&plain)));
    assert!(width == 1520 && height > without, "{width} {height} {without}");
    assert!(svg.contains(&format!("width=\"{}\" height=\"{}\"", width / 2, height / 2)));
    assert_eq!(svg, scores_svg(&with_curves), "the same bytes");
}
