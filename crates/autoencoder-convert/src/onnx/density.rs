//! Densities as nodes: how unlikely points are among those of a fit, in f64.

use autoencoder::{Density, Gaussian};
use ndarray::{Array1, Array2, Axis, Slice};

use super::error::ExportError;
use super::graph::{Graph, Value};

/// How many times as many components as there are may stand in a graph: mixtures that are fitted here have from 1 to 4.
const MOST_FILLED: usize = 4;

/// The surprises at points (N, D), in nats, (N): the mean, over the mixtures, of the negative logarithm of the density.
///
/// # Errors
/// If the mixtures differ so much in the number of their components that most of what fills them up would stand for nothing.
pub(super) fn surprises(graph: &mut Graph, density: &Density, points: &Value) -> Result<Value, ExportError> {
    let projected = project(graph, density, points);
    let members: Vec<Vec<(f64, &Gaussian)>> = density.ensemble().members().map(Iterator::collect).collect();
    let (count, width) = (members.len(), density.directions().nrows());
    let most = members.iter().map(Vec::len).max().unwrap_or(0);
    let all: usize = members.iter().map(Vec::len).sum();
    if count * most > MOST_FILLED * all {
        return Err(ExportError::Scorer);
    }
    let components = Components::of(&members, most, width);
    let middle = graph.vector(&components.middle.to_vec());
    let centred = graph.node("Sub", &[&projected, &middle]);
    let whitening = graph.matrix(components.whitening.view());
    let whitened = graph.node("MatMul", &[&centred, &whitening]);
    let means = graph.vector(&components.means);
    let away = graph.node("Sub", &[&whitened, &means]);
    let squares = graph.square(&away);
    let squares = graph.reshape(&squares, &[count, most, width]);
    let distances = graph.sum(&squares, 3);
    let half = graph.scalar(0.5_f64);
    let halves = graph.node("Mul", &[&distances, &half]);
    let log_peaks = graph.constant(&[count, most], components.log_peaks);
    let densities = graph.node("Sub", &[&log_peaks, &halves]);
    let of_members = graph.log_sum_exp(&densities, 2);
    let sums = graph.sum(&of_members, 1);
    let share = graph.scalar(-1.0 / count as f64);
    Ok(graph.node("Mul", &[&sums, &share]))
}

/// Points on the directions of the density, (N, d).
fn project(graph: &mut Graph, density: &Density, points: &Value) -> Value {
    let mean = graph.vector(&density.mean().to_vec());
    let directions = graph.matrix(density.directions().t());
    let centred = graph.node("Sub", &[points, &mean]);
    graph.node("MatMul", &[&centred, &directions])
}

/// The components of all mixtures side by side, as many for each: those that fill a mixture up have no density anywhere.
struct Components {
    /// What is taken from points first, so that large numbers that differ little keep their differences, (d).
    middle: Array1<f64>,
    /// The whitening matrices, (d, mixtures x components x d).
    whitening: Array2<f64>,
    /// The whitened means without the middle.
    means: Vec<f64>,
    /// The logarithms of the weighted densities at the means.
    log_peaks: Vec<f64>,
}

impl Components {
    fn of(members: &[Vec<(f64, &Gaussian)>], most: usize, width: usize) -> Self {
        let all = || members.iter().flatten();
        let sum = all().fold(Array1::zeros(width), |sum: Array1<f64>, (_, gaussian)| sum + gaussian.mean());
        let middle = sum / all().count() as f64;
        let mut whitening = Array2::zeros((width, members.len() * most * width));
        let mut means = vec![0.0; members.len() * most * width];
        let mut log_peaks = vec![f64::MIN; members.len() * most];
        for (member, components) in members.iter().enumerate() {
            for (component, (weight, gaussian)) in components.iter().enumerate() {
                let place = member * most + component;
                let columns = place * width..(place + 1) * width;
                whitening.slice_axis_mut(Axis(1), Slice::from(columns.clone())).assign(&gaussian.whitening());
                let mean = (&gaussian.mean() - &middle).dot(&gaussian.whitening());
                means[columns].iter_mut().zip(mean).for_each(|(to, from)| *to = from);
                log_peaks[place] = weight.ln() + gaussian.log_peak();
            }
        }
        Self { middle, whitening, means, log_peaks }
    }
}
