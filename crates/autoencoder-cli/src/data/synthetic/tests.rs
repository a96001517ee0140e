//! Tests of the generated data: the same bytes for ever, every class, ink where MNIST has ink.

use ndarray::Axis;

use super::*;

/// FNV-1a, written out so that the pinned numbers depend on nothing else.
fn fingerprint(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn mean(image: &[u8]) -> f64 {
    image.iter().map(|&pixel| f64::from(pixel)).sum::<f64>() / (255.0 * image.len() as f64)
}

#[test]
fn the_first_digits_never_change() {
    // Results that people have written down were computed from these bytes: a change of the bytes is a breaking
    // change of the program.
    let (images, labels) = digits(64, 0, 0);
    assert_eq!(labels[..12], PINNED_LABELS);
    assert_eq!(fingerprint(images.iter().copied()), PINNED_IMAGES);
}

const PINNED_LABELS: [u8; 12] = [8, 9, 0, 5, 7, 7, 4, 7, 9, 0, 9, 9];
const PINNED_IMAGES: u64 = 0x438f_99b3_713e_40bc;

#[test]
fn a_shorter_set_is_a_prefix_of_a_longer_one() {
    let (long, long_labels) = digits(50, 7, 1);
    for count in [0, 1, 49] {
        let (short, labels) = digits(count, 7, 1);
        assert_eq!(short.dim(), (count, PIXELS));
        assert_eq!(short, long.slice_axis(Axis(0), (..count).into()));
        assert_eq!(labels, long_labels[..count]);
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(|| digits(100, 3, 0));
    let many = rayon::ThreadPoolBuilder::new().num_threads(5).build().unwrap().install(|| digits(100, 3, 0));
    assert_eq!(alone, many);
}

#[test]
fn seeds_and_streams_give_different_digits() {
    let base = digits(20, 0, 0).0;
    let other_seed = digits(20, 1, 0).0;
    let other_stream = digits(20, 0, 1).0;
    for i in 0..20 {
        assert_ne!(base.row(i), other_seed.row(i), "digit {i}");
        assert_ne!(base.row(i), other_stream.row(i), "digit {i}");
        assert_ne!(other_seed.row(i), other_stream.row(i), "digit {i}");
    }
}

#[test]
fn every_label_is_about_a_tenth() {
    let (_, labels) = digits(5000, 0, 0);
    let mut counts = [0; 10];
    for label in labels {
        counts[usize::from(label)] += 1;
    }
    for (digit, count) in counts.into_iter().enumerate() {
        assert!((430..=570).contains(&count), "digit {digit}: {count} of 5000");
    }
}

#[test]
fn ink_is_as_in_mnist() {
    // MNIST's training images: mean 0.1307, standard deviation 0.3081, 80.9 % of pixels exactly 0.
    let (images, _) = digits(3000, 0, 0);
    let pixels = images.as_slice().unwrap();
    let mean_ink = mean(pixels);
    let mean_square =
        pixels.iter().map(|&p| (f64::from(p) / 255.0).powi(2)).sum::<f64>() / pixels.len() as f64;
    let deviation = (mean_square - mean_ink * mean_ink).sqrt();
    let empty =
        pixels.iter().map(|&pixel| f64::from(u8::from(pixel == 0))).sum::<f64>() / pixels.len() as f64;
    assert!((0.12..0.14).contains(&mean_ink), "mean {mean_ink}");
    assert!((0.28..0.33).contains(&deviation), "deviation {deviation}");
    assert!((0.77..0.84).contains(&empty), "empty {empty}");
    for (i, image) in images.outer_iter().enumerate() {
        let ink = mean(image.as_slice().unwrap());
        assert!((0.02..0.35).contains(&ink), "digit {i} has {ink} ink");
        assert!(image.iter().any(|&pixel| pixel == 255), "digit {i} has no full ink");
    }
}

#[test]
fn the_margin_is_empty_and_the_digit_in_the_middle() {
    let (images, _) = digits(3000, 0, 0);
    let mut centre = (0.0, 0.0);
    for image in images.outer_iter() {
        let mut total = 0.0;
        let mut moment = (0.0, 0.0);
        for (i, &pixel) in image.iter().enumerate() {
            let (row, column) = (i / SIDE, i % SIDE);
            let margin = row.min(column).min(SIDE - 1 - row).min(SIDE - 1 - column);
            assert!(margin >= 2 || pixel == 0, "ink at row {row}, column {column}");
            total += f64::from(pixel);
            moment.0 += f64::from(pixel) * row as f64;
            moment.1 += f64::from(pixel) * column as f64;
        }
        centre.0 += moment.0 / total / 3000.0;
        centre.1 += moment.1 / total / 3000.0;
    }
    assert!((centre.0 - 13.5).abs() < 0.7 && (centre.1 - 13.5).abs() < 0.7, "centre of ink {centre:?}");
}

#[test]
fn two_digits_of_one_class_are_never_alike() {
    let (images, labels) = digits(400, 0, 0);
    for digit in 0..10 {
        let rows: Vec<_> = (0..400).filter(|&i| labels[i] == digit).map(|i| images.row(i)).collect();
        for (i, first) in rows.iter().enumerate() {
            for second in &rows[..i] {
                let difference =
                    first.iter().zip(second).map(|(&p, &q)| f64::from(p.abs_diff(q))).sum::<f64>();
                assert!(difference > 255.0 * 3.0, "two {digit}s differ by only {difference}");
            }
        }
    }
}

#[test]
fn no_sample_of_any_kind_ever_changes() {
    // Tutorials and results that people have written down were computed from these numbers.
    let pumps = pumps::pumps(50, 0);
    let readings =
        pumps.iter().flat_map(|pump| pump.readings).flat_map(|reading| reading.to_bits().to_le_bytes());
    let windows = beats::windows(50, 0);
    let values =
        windows.iter().flat_map(|window| window.values).flat_map(|value| value.to_bits().to_le_bytes());
    let pictures = scenes::pictures(30, 0);
    let pixels = pictures.iter().flat_map(|picture| picture.rgb.iter().copied());
    assert_eq!([fingerprint(readings), fingerprint(values), fingerprint(pixels)], PINNED);
}

const PINNED: [u64; 3] = [0x06e9_b73f_c2ec_9a80, 0x7f72_b61a_17cf_4bd8, 0x5e8a_596b_f670_b0db];
