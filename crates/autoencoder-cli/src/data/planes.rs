//! Images whose colours come one after the other, as planes: they become rows of pixels, each with its colours.

/// Whether samples of this shape are planes, (colours, height, width): one colour or three come first, and the last axis
/// has another size.
pub(super) fn are_planes(sample_shape: &[usize]) -> bool {
    matches!(*sample_shape, [1 | 3, _, width] if width != 1 && width != 3)
}

/// Whether samples of this shape may be planes of another number of colours, or may be no images: the first axis is shorter
/// than the others, and the last one is no number of colours.
pub(crate) fn may_be_planes(sample_shape: &[usize]) -> bool {
    match *sample_shape {
        [first, height, width] => {
            !matches!(first, 1 | 3) && first < height.min(width) && !matches!(width, 1 | 3)
        }
        _ => false,
    }
}

/// The shape of the same images as pixels, (height, width, colours).
///
/// # Panics
/// If the shape has not three axes.
pub(crate) fn as_pixels(planes: &[usize]) -> Vec<usize> {
    let [colours, height, width] = *planes else { panic!("planes have three axes") };
    vec![height, width, colours]
}

/// Turns rows of planes into rows of pixels of `colours` numbers each, in place.
pub(super) fn to_pixels<T: Copy>(rows: &mut [T], features: usize, colours: usize) {
    let pixels = features / colours;
    reorder(rows, features, |place| place % colours * pixels + place / colours);
}

/// Turns rows of pixels of `colours` numbers each into rows of planes, in place.
pub(crate) fn to_planes<T: Copy>(rows: &mut [T], features: usize, colours: usize) {
    let pixels = features / colours;
    reorder(rows, features, |place| place % pixels * colours + place / pixels);
}

/// Gives each place of a row the number that is `from` there.
fn reorder<T: Copy>(rows: &mut [T], features: usize, from: impl Fn(usize) -> usize) {
    let mut before = Vec::with_capacity(features);
    for row in rows.chunks_exact_mut(features) {
        before.clear();
        before.extend_from_slice(row);
        for (place, number) in row.iter_mut().enumerate() {
            *number = before[from(place)];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_are_told_by_their_first_and_last_axis() {
        for shape in [&[3, 28, 28][..], &[1, 5, 4], &[3, 3, 2]] {
            assert!(are_planes(shape), "{shape:?}");
        }
        for shape in [&[28, 28, 3][..], &[3, 28, 3], &[1, 28, 1], &[3, 28], &[2, 28, 28], &[3, 4, 5, 6], &[]]
        {
            assert!(!are_planes(shape), "{shape:?}");
        }
    }

    #[test]
    fn other_numbers_of_planes_are_ambiguous() {
        for shape in [[2, 28, 28], [4, 16, 16], [6, 32, 40]] {
            assert!(may_be_planes(&shape), "{shape:?}");
        }
        for shape in [&[28, 28, 4][..], &[16, 16, 16], &[3, 28, 28], &[2, 28, 3], &[28, 28], &[784]] {
            assert!(!may_be_planes(shape), "{shape:?}");
        }
    }

    #[test]
    fn planes_become_pixels_and_pixels_planes() {
        // Two images of 1 x 2 pixels: red, green, blue.
        let planes = [1, 2, 11, 12, 21, 22, 5, 6, 15, 16, 25, 26];
        let pixels = [1, 11, 21, 2, 12, 22, 5, 15, 25, 6, 16, 26];
        let mut rows = planes;
        to_pixels(&mut rows, 6, 3);
        assert_eq!(rows, pixels);
        to_planes(&mut rows, 6, 3);
        assert_eq!(rows, planes);
        assert_eq!(as_pixels(&[3, 1, 2]), [1, 2, 3]);
    }
}
