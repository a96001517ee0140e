//! Rows of matrices.

use ndarray::{Array2, ArrayRef2};

/// Row `index` of an array whose rows are contiguous.
pub(crate) fn row_slice<T>(values: &ArrayRef2<T>, index: usize) -> &[T] {
    values.row(index).to_slice().expect("rows of samples are contiguous")
}

/// Removes rows from a matrix without another matrix beside it.
pub(super) fn drop_rows<T: Copy>(values: &mut Array2<T>, rows: &[usize]) {
    let (count, features) = values.dim();
    let mut keeps = vec![true; count];
    for &row in rows {
        keeps[row] = false;
    }
    // Numbers in another order than row after row are copied.
    let whole = std::mem::replace(values, Array2::from_shape_vec((0, 0), Vec::new()).expect("no numbers"));
    let whole = if whole.is_standard_layout() { whole } else { whole.as_standard_layout().into_owned() };
    let (mut numbers, offset) = whole.into_raw_vec_and_offset();
    let (offset, mut end) = (offset.unwrap_or(0), 0);
    for row in (0..count).filter(|&row| keeps[row]) {
        let begin = offset + row * features;
        numbers.copy_within(begin..begin + features, end);
        end += features;
    }
    numbers.truncate(end);
    let kept = keeps.iter().filter(|keep| **keep).count();
    *values = Array2::from_shape_vec((kept, features), numbers).expect("the numbers of the rows that stay");
}
