//! Windows over rows in time: where they begin, and their labels.

use autoencoder::Window;

use super::labels::Labels;

/// Windows over rows in time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Series {
    pub(crate) window: Window,
    /// The rows before which others are missing, in rising order.
    pub(crate) breaks: Vec<usize>,
    /// The fields (row, column) without a value, which were filled in.
    pub(crate) filled: Vec<(usize, usize)>,
}

impl Series {
    /// The windows over the first `count` rows, and those over the others.
    pub(crate) fn split(self, count: usize) -> [Self; 2] {
        let (before, behind): (Vec<usize>, Vec<usize>) =
            self.breaks.into_iter().partition(|&row| row < count);
        let behind = behind.into_iter().map(|row| row - count).filter(|&row| row > 0).collect();
        let (filled, filled_behind): (Vec<_>, Vec<_>) =
            self.filled.into_iter().partition(|&(row, _)| row < count);
        let filled_behind = filled_behind.into_iter().map(|(row, column)| (row - count, column)).collect();
        [(before, filled), (behind, filled_behind)].map(|(breaks, filled)| Self {
            window: self.window,
            breaks,
            filled,
        })
    }

    /// The first rows of the windows over so many rows.
    pub(crate) fn starts(&self, count: usize) -> Vec<usize> {
        self.window.starts(count, &self.breaks)
    }

    /// The labels of the windows: of each that which most of its rows have.
    pub(crate) fn labels(&self, of_rows: &Labels) -> Labels {
        let of_window = |start: usize| {
            let mut counts = vec![0_usize; of_rows.names.len()];
            for &label in &of_rows.of_sample[start..start + self.window.rows.get()] {
                counts[label] += 1;
            }
            (0..counts.len()).rev().max_by_key(|&label| counts[label]).unwrap_or_default()
        };
        let of_sample = self.starts(of_rows.of_sample.len()).into_iter().map(of_window).collect();
        Labels { of_sample, names: of_rows.names.clone() }
    }

    /// The number of rows from which the first `windows` are made.
    pub(super) fn rows_of(window: Window, windows: usize) -> usize {
        windows.saturating_sub(1).saturating_mul(window.stride.get()).saturating_add(window.rows.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_have_the_label_of_most_of_their_rows() {
        let series = Series { window: Window::new(3, 1).unwrap(), breaks: vec![], filled: vec![] };
        let labels =
            Labels { of_sample: vec![0, 0, 1, 1, 2], names: ["a", "b", "c"].map(str::to_owned).to_vec() };
        assert_eq!(series.labels(&labels).of_sample, [0, 1, 1]);
        let broken = Series { breaks: vec![2, 5, 6], filled: vec![(1, 0), (7, 1)], ..series };
        let [before, behind] = broken.split(5);
        assert_eq!((before.breaks, behind.breaks), (vec![2], vec![1]));
        assert_eq!((before.filled, behind.filled), (vec![(1, 0)], vec![(2, 1)]));
    }
}
