//! Scalings of columns of numbers as nodes, in f64, there and back.

use autoencoder::{NumberMap, NumberScaling, Scaling};

use super::graph::{Element, Graph, Value, int, signed};

/// The maps of all features of a scaling of numbers; `None` where numbers are left as they are, or are bytes.
pub(super) fn maps_of(scaling: &Scaling) -> Option<Vec<NumberMap>> {
    match scaling {
        Scaling::None | Scaling::Bytes => None,
        Scaling::MinMax { minimum, maximum } => {
            let map = |(&least, &most): (&f64, &f64)| NumberMap::MinMax { least, width: most - least };
            Some(minimum.iter().zip(maximum).map(map).collect())
        }
        Scaling::Standard { mean, deviation } => {
            let map = |(&mean, &deviation): (&f64, &f64)| NumberMap::Standard { mean, deviation };
            Some(mean.iter().zip(deviation).map(map).collect())
        }
        Scaling::Columns { numbers, .. } => Some(numbers.iter().map(|number| number.by.clone()).collect()),
    }
}

/// Scaled numbers of numbers x (N, columns), both in f64.
pub(super) fn apply(graph: &mut Graph, maps: &[NumberMap], x: &Value) -> Value {
    let logarithms = has_logarithm(maps);
    let mut plain = x.clone();
    if logarithms.contains(&true) {
        let one = graph.scalar(1.0_f64);
        let size = graph.size(x);
        let size = graph.node("Add", &[&size, &one]);
        let logarithm = graph.node("Log", &[&size]);
        plain = signed_where(graph, &logarithms, x, &logarithm);
    }
    let (offsets, widths): (Vec<f64>, Vec<f64>) = maps.iter().map(offset_and_width).unzip();
    let [offsets, widths] = [offsets, widths].map(|numbers| graph.vector(&numbers));
    let centred = graph.node("Sub", &[&plain, &offsets]);
    let scaled = graph.node("Div", &[&centred, &widths]);
    with_ranks(graph, maps, x, &scaled, Ranks::apply)
}

/// The numbers whose scaled numbers are y (N, columns), both in f64.
pub(super) fn undo(graph: &mut Graph, maps: &[NumberMap], y: &Value) -> Value {
    let (offsets, widths): (Vec<f64>, Vec<f64>) = maps.iter().map(offset_and_width).unzip();
    let [offsets, widths] = [offsets, widths].map(|numbers| graph.vector(&numbers));
    let spread = graph.node("Mul", &[y, &widths]);
    let mut plain = graph.node("Add", &[&spread, &offsets]);
    let logarithms = has_logarithm(maps);
    if logarithms.contains(&true) {
        let one = graph.scalar(1.0_f64);
        let size = graph.size(&plain);
        let power = graph.node("Exp", &[&size]);
        let power = graph.node("Sub", &[&power, &one]);
        plain = signed_where(graph, &logarithms, &plain, &power);
    }
    with_ranks(graph, maps, y, &plain, Ranks::undo)
}

/// What a scaling takes off and what it divides by; a width of 0 divides nothing.
fn offset_and_width(map: &NumberMap) -> (f64, f64) {
    match map {
        NumberMap::None | NumberMap::RankGauss { .. } => (0.0, 1.0),
        NumberMap::MinMax { least: offset, width }
        | NumberMap::Standard { mean: offset, deviation: width }
        | NumberMap::Robust { median: offset, width }
        | NumberMap::Log1p { mean: offset, deviation: width } => (*offset, or_one(*width)),
    }
}

fn or_one(width: f64) -> f64 {
    if width > 0.0 { width } else { 1.0 }
}

fn has_logarithm(maps: &[NumberMap]) -> Vec<bool> {
    maps.iter().map(|map| matches!(map, NumberMap::Log1p { .. })).collect()
}

/// The sizes with the signs of `signs` in the columns that are asked for, and `signs` itself in the others.
fn signed_where(graph: &mut Graph, columns: &[bool], signs: &Value, sizes: &Value) -> Value {
    let nothing = graph.scalar(0.0_f64);
    let is_negative = graph.node("Less", &[signs, &nothing]);
    let negative = graph.node("Neg", &[sizes]);
    let signed = graph.node("Where", &[&is_negative, &negative, sizes]);
    let columns = graph.vector(columns);
    graph.node("Where", &[&columns, &signed, signs])
}

/// The numbers `others`, in which the columns with quantiles are those that `map` makes of x.
fn with_ranks(
    graph: &mut Graph,
    maps: &[NumberMap],
    x: &Value,
    others: &Value,
    map: impl Fn(&Ranks, &mut Graph, &Value) -> Value,
) -> Value {
    let (columns, ranks) = Ranks::of(maps);
    if columns.is_empty() {
        return others.clone();
    }
    let of_ranks = graph.select(x, &columns);
    let of_ranks = map(&ranks, graph, &of_ranks);
    let all = graph.concat(&[others, &of_ranks]);
    let place = |column: usize| {
        columns.iter().position(|&ranked| ranked == column).map_or(column, |place| maps.len() + place)
    };
    let places: Vec<usize> = (0..maps.len()).map(place).collect();
    graph.select(&all, &places)
}

/// The columns that are scaled by quantiles: straight lines between points (quantile, normal number), side by side.
struct Ranks {
    /// The points of each column, in rising order, and the deviation beyond the outermost.
    columns: Vec<(Vec<f64>, Vec<f64>, f64)>,
    /// The largest number of points.
    most: usize,
}

/// Straight lines: that of index i belongs to what lies above i points.
struct Lines {
    from: Vec<f64>,
    value: Vec<f64>,
    slope: Vec<f64>,
}

impl Ranks {
    /// The columns that are scaled by quantiles, and their points.
    fn of(maps: &[NumberMap]) -> (Vec<usize>, Self) {
        let of_map = |(column, map): (usize, &NumberMap)| match map {
            NumberMap::RankGauss { quantiles, deviation } if !quantiles.is_empty() => {
                let normal = NumberScaling::normal_quantiles(quantiles.len());
                Some((column, (quantiles.clone(), normal, or_one(*deviation))))
            }
            NumberMap::None
            | NumberMap::RankGauss { .. }
            | NumberMap::MinMax { .. }
            | NumberMap::Standard { .. }
            | NumberMap::Robust { .. }
            | NumberMap::Log1p { .. } => None,
        };
        let (places, columns): (Vec<usize>, Vec<_>) = maps.iter().enumerate().filter_map(of_map).unzip();
        let most = columns.iter().map(|(quantiles, ..)| quantiles.len()).max().unwrap_or(0);
        (places, Self { columns, most })
    }

    /// Normal numbers of numbers x (N, columns). Where several quantiles are x, the middle of their normal numbers.
    fn apply(&self, graph: &mut Graph, x: &Value) -> Value {
        let columns = || self.columns.iter();
        let (mut at, mut before) = (Vec::new(), Vec::new());
        let mut lines = Lines { from: Vec::new(), value: Vec::new(), slope: Vec::new() };
        for (quantiles, normal, deviation) in columns() {
            lines.add(quantiles, normal, 1.0 / deviation, self.most);
            let rest = self.most - normal.len();
            let padding = |count| std::iter::repeat_n(0.0, count);
            at.extend(normal.iter().copied().chain(padding(rest + 1)));
            before.extend(padding(1).chain(normal.iter().copied()).chain(padding(rest)));
        }
        let points = self.points(graph, columns().map(|(quantiles, ..)| quantiles));
        let below = self.count(graph, "Greater", x, &points);
        let until = self.count(graph, "GreaterOrEqual", x, &points);
        let on_lines = lines.at(graph, x, &below);
        let is_point = graph.node("Greater", &[&until, &below]);
        let [at, before] = [(at, &below), (before, &until)].map(|(table, index)| {
            let table = graph.vector(&table);
            graph.node("Gather", &[&table, index])
        });
        let sum = graph.node("Add", &[&at, &before]);
        let half = graph.scalar(0.5_f64);
        let middle = graph.node("Mul", &[&sum, &half]);
        graph.node("Where", &[&is_point, &middle, &on_lines])
    }

    /// The numbers whose normal numbers are y (N, columns).
    fn undo(&self, graph: &mut Graph, y: &Value) -> Value {
        let columns = || self.columns.iter();
        let mut lines = Lines { from: Vec::new(), value: Vec::new(), slope: Vec::new() };
        for (quantiles, normal, deviation) in columns() {
            lines.add(normal, quantiles, *deviation, self.most);
        }
        let points = self.points(graph, columns().map(|(_, normal, _)| normal));
        let until = self.count(graph, "GreaterOrEqual", y, &points);
        lines.at(graph, y, &until)
    }

    /// The points of all columns, (columns, most): none lies above those that fill a column up.
    fn points<'a>(&self, graph: &mut Graph, columns: impl Iterator<Item = &'a Vec<f64>>) -> Value {
        let fill = |points: &'a Vec<f64>| {
            points.iter().copied().chain(std::iter::repeat_n(f64::INFINITY, self.most - points.len()))
        };
        let points: Vec<f64> = columns.flat_map(fill).collect();
        graph.constant(&[self.columns.len(), self.most], points)
    }

    /// For each number of x (N, columns) the number of points of its column that it lies above, as an index into tables of most + 1
    /// entries for each column.
    fn count(&self, graph: &mut Graph, comparison: &str, x: &Value, points: &Value) -> Value {
        let axis = graph.vector(&[2_i64]);
        let x = graph.node("Unsqueeze", &[x, &axis]);
        let above = graph.node(comparison, &[&x, points]);
        let above = graph.cast(&above, Element::I64);
        let count = graph.sum(&above, 2);
        let firsts: Vec<i64> =
            (0..self.columns.len()).map(|column| signed(column * (self.most + 1))).collect();
        let firsts = graph.vector(&firsts);
        graph.node("Add", &[&count, &firsts])
    }
}

impl Lines {
    /// Adds the lines through the points of a column, with this slope beyond the outermost.
    fn add(&mut self, from: &[f64], to: &[f64], slope: f64, most: usize) {
        let last = from.len() - 1;
        for index in 0..=most {
            let point = index.saturating_sub(1).min(last);
            let next = (point + 1).min(last);
            let is_between = index > 0 && index <= last;
            let rise = (to[next] - to[point]) / (from[next] - from[point]);
            self.from.push(from[point]);
            self.value.push(to[point]);
            self.slope.push(match is_between {
                true if rise.is_finite() => rise,
                // No number lies between equal points.
                true => 0.0,
                false => slope,
            });
        }
    }

    /// The heights of the lines with these indices at x.
    fn at(self, graph: &mut Graph, x: &Value, index: &Value) -> Value {
        let [from, value, slope] = [self.from, self.value, self.slope].map(|table| {
            let table = graph.vector(&table);
            graph.node_with("Gather", &[&table, index], vec![int("axis", 0)])
        });
        let along = graph.node("Sub", &[x, &from]);
        let rise = graph.node("Mul", &[&along, &slope]);
        graph.node("Add", &[&value, &rise])
    }
}
