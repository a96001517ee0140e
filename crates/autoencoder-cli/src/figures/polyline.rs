//! Lines through many points, thinned to what can be seen: drawing costs as much as the picture is wide, however many
//! points there are.

/// The width of a column, in figure units: one pixel of a finished bitmap.
const COLUMN: f64 = 0.5;

/// A point of a line: its place from the left, and its height. A point without a height leaves a gap.
pub(super) type Point = (f64, Option<f64>);

/// The lines through `points`, which go from left to right: one line for each stretch without a gap.
///
/// Where there are more points than can be told apart, only the highest and the lowest of each column are kept, and the
/// first and last of all.
pub(super) fn lines(points: &[Point]) -> Vec<Vec<(f64, f64)>> {
    match (points.first(), points.last()) {
        (Some(first), Some(last)) if points.len() as f64 > 2.0 * columns(first.0, last.0) => {
            unbroken(&thinned(points))
        }
        _ => unbroken(points),
    }
}

/// The number of columns from `left` to `right`.
fn columns(left: f64, right: f64) -> f64 {
    ((right - left) / COLUMN).max(0.0).floor() + 1.0
}

fn unbroken(points: &[Point]) -> Vec<Vec<(f64, f64)>> {
    let stretches = points.split(|point| point.1.is_none());
    let lines = stretches.map(|line| line.iter().filter_map(|&(x, y)| Some((x, y?))).collect::<Vec<_>>());
    lines.filter(|line| !line.is_empty()).collect()
}

fn thinned(points: &[Point]) -> Vec<Point> {
    let left = points[0].0;
    let column = |point: &Point| columns(left, point.0);
    let mut kept = Vec::new();
    for stretch in points.chunk_by(|one, other| column(one).total_cmp(&column(other)).is_eq()) {
        let seen = || stretch.iter().enumerate().filter_map(|(index, point)| Some((index, point.1?)));
        let least = seen().min_by(|one, other| one.1.total_cmp(&other.1));
        let greatest = seen().max_by(|one, other| one.1.total_cmp(&other.1));
        let mut places: Vec<usize> =
            [least, greatest].into_iter().flatten().map(|(index, _)| index).collect();
        places.sort_unstable();
        places.dedup();
        kept.extend(places.into_iter().map(|index| stretch[index]));
        // A gap in a column is seen only where nothing else is in the column.
        if least.is_none() {
            kept.push((stretch[0].0, None));
        }
    }
    let ends = [points.first(), points.last()].map(|end| end.filter(|point| point.1.is_some()).copied());
    if kept.first() != ends[0].as_ref() {
        kept.splice(0..0, ends[0]);
    }
    if kept.last() != ends[1].as_ref() {
        kept.extend(ends[1]);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_points_stay_as_they_are_and_gaps_break_the_line() {
        let points = [(0.0, Some(1.0)), (50.0, None), (60.0, Some(2.0)), (100.0, Some(3.0))];
        assert_eq!(lines(&points), [vec![(0.0, 1.0)], vec![(60.0, 2.0), (100.0, 3.0)]]);
        assert!(lines(&[]).is_empty() && lines(&[(1.0, None)]).is_empty());
    }

    #[test]
    fn of_many_points_the_outermost_of_every_column_are_kept() {
        let height = |index: usize| if index == 70_000 { 99.0 } else { (index % 7) as f64 };
        let points: Vec<Point> =
            (0..100_000).map(|index| (index as f64 / 1000.0, Some(height(index)))).collect();
        let [line] = &lines(&points)[..] else { panic!("one line without a gap") };
        assert!(line.len() <= 2 * 201 + 2, "{}", line.len());
        assert!(line.contains(&(70.0, 99.0)), "the one high point is seen");
        assert_eq!((line.first(), line.last()), (Some(&(0.0, 0.0)), Some(&(99.999, height(99_999)))));
        assert!(line.windows(2).all(|pair| pair[0].0 <= pair[1].0));
    }

    #[test]
    fn alternating_gaps_make_no_more_lines_than_columns() {
        let height = |index: usize| (!index.is_multiple_of(3)).then_some(index as f64);
        let points: Vec<Point> = (0..90_000).map(|index| (index as f64 / 1000.0, height(index))).collect();
        assert!(lines(&points).iter().map(Vec::len).sum::<usize>() <= 2 * 181 + 2);
    }
}
