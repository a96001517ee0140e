//! The score of a sample in Rust.

use autoencoder::ScoreView;

use super::tables::table;
use crate::program::{Curve, Program};
use crate::score::{DensityTable, Score, Tails};
use crate::text::{Text, double};

/// The function of the score, and what it needs.
pub(super) fn function(text: &mut Text, program: &Program, score: &Score) {
    let numbers = score.sizes.len();
    let tails = score.tails.filter(|_| numbers > 0);
    let has_words = score.has_words && !program.inputs.words.is_empty();
    let has_code = score.densities.iter().any(|density| density.view != ScoreView::Sample);
    let needs_network =
        tails.is_some() || has_words || score.densities.iter().any(|density| density.view != ScoreView::Code);
    text.lines(
        "
/// How badly a sample fits, in nats: the larger, the worse.
pub fn score(sample: &[f32; INPUTS]) -> f64 {
    let x = scale(sample);
",
    );
    match (has_code, needs_network) {
        (true, true) => text.line("    let code = encode_scaled(&x);\n    let y = decode_scaled(&code);"),
        (true, false) => text.line("    let code = encode_scaled(&x);"),
        (false, true) => text.line("    let y = decode_scaled(&encode_scaled(&x));"),
        (false, false) => text.line("    let _ = x;"),
    }
    text.line("    let mut nats = 0.0;");
    if let Some(tails) = tails {
        let part = match tails {
            Tails::Normal => "0.5 * left * left",
            Tails::Cauchy => "ln_1p(left * left)",
        };
        text.line(format_args!("    for (i, number) in sample[..{numbers}].iter().enumerate() {{"));
        text.line("        let left = f64::from(x[i] - y[i]) / SIZE[i];");
        text.line(format_args!("        nats += if number.is_nan() {{ 0.0 }} else {{ {part} }};\n    }}"));
    }
    for (index, column) in program.inputs.words.iter().enumerate().filter(|_| has_words) {
        let (first, behind) = (column.features.start, column.features.end);
        let word = format!("word(sample[{}], {})", numbers + index, behind - first);
        text.line(format_args!(
            "    nats += {word}.map_or(0.0, |word| surprise(&y[{first}..{behind}], word));"
        ));
    }
    for (index, density) in score.densities.iter().enumerate() {
        of_density(text, index, density, numbers);
    }
    text.line("    nats\n}");
    if tails.is_some() {
        text.line("\n// The usual size of what is left of each number when it is restored.");
        table(text, "SIZE", "f64", score.sizes.iter().map(|&size| double(size)));
    }
    if has_words {
        text.lines(SURPRISE);
    }
    if !score.densities.is_empty() {
        text.lines(DENSITY);
    }
    for (index, density) in score.densities.iter().enumerate() {
        text.line("");
        table(text, &format!("MEAN_{index}"), "f64", density.mean.iter().map(|&number| double(number)));
        let directions = density.directions.iter().map(|&number| double(number));
        table(text, &format!("DIRECTIONS_{index}"), "f64", directions);
        table(text, &format!("MIXTURES_{index}"), "f64", density.table.iter().map(|&number| double(number)));
    }
}

/// The lines that add the surprise of a density: what it sees of a sample, and the call.
fn of_density(text: &mut Text, index: usize, density: &DensityTable, numbers: usize) {
    let DensityTable { view, mean, width, components, .. } = density;
    let (first, coordinates) = match view {
        ScoreView::Code | ScoreView::Sample => (0, mean.len()),
        ScoreView::Joint => (mean.len() - numbers, mean.len()),
    };
    text.line(format_args!("    let mut point = [0.0; {coordinates}];"));
    if matches!(view, ScoreView::Code | ScoreView::Joint) {
        text.line("    point.iter_mut().zip(&code).for_each(|(to, &from)| *to = f64::from(from));");
    }
    let number = |known: &str, hole: &str| {
        format!(
            "    for (i, to) in point[{first}..].iter_mut().enumerate() {{
        *to = f64::from(if sample[i].is_nan() {{ {hole} }} else {{ {known} }});
    }}"
        )
    };
    match view {
        ScoreView::Code => {}
        ScoreView::Sample => text.line(number("x[i]", "y[i]")),
        ScoreView::Joint => text.line(number("x[i] - y[i]", "0.0")),
    }
    let components = components.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    text.line(format_args!(
        "    let projected: [f64; {width}] = project(&point, &MEAN_{index}, &DIRECTIONS_{index});"
    ));
    text.line(format_args!("    nats += unlikelihood(&projected, &[{components}], &MIXTURES_{index});"));
}

/// Whether the written module needs `exp` and `ln` of f64.
pub(super) fn needs_elementary_functions(program: &Program) -> bool {
    program.scales.iter().any(|scale| scale.curve == Curve::Log1p)
        || program.score.as_ref().is_ok_and(|score| {
            score.has_words && !program.inputs.words.is_empty()
                || !score.densities.is_empty()
                || needs_ln_1p(program)
        })
}

/// Whether the written module needs `ln_1p` of f64.
pub(super) fn needs_ln_1p(program: &Program) -> bool {
    let is_tailed = |score: &Score| score.tails == Some(Tails::Cauchy) && !score.sizes.is_empty();
    program.scales.iter().any(|scale| scale.curve == Curve::Log1p)
        || program.score.as_ref().is_ok_and(is_tailed)
}

const SURPRISE: &str = "
// The negative logarithm of the probability of a word, in nats, by the outputs of all words of its column.
fn surprise(y: &[f32], chosen: usize) -> f64 {
    const MOST: f64 = 87.3365447505531;
    let largest = f64::from(y.iter().copied().fold(f32::NEG_INFINITY, f32::max));
    let sum: f64 = y.iter().map(|&y| exp(f64::from(y) - largest)).sum();
    let nats = largest + ln(sum) - f64::from(y[chosen]);
    if nats < MOST { nats } else { MOST }
}
";

const DENSITY: &str = "
// A point on the directions of a density.
fn project<const D: usize>(point: &[f64], mean: &[f64], directions: &[f64]) -> [f64; D] {
    let mut projected = [0.0; D];
    for (projected, direction) in projected.iter_mut().zip(directions.chunks(point.len())) {
        *projected = point.iter().zip(mean).zip(direction).map(|((x, mean), along)| (x - mean) * along).sum();
    }
    projected
}

// The mean, over mixtures of Gaussian distributions, of the negative logarithm of the density at a point. A component is the logarithm
// of its weighted density at its mean, the mean, and column after column the triangle by which points are whitened.
fn unlikelihood(point: &[f64], components: &[usize], table: &[f64]) -> f64 {
    let width = point.len();
    let mut rest = table.chunks(1 + width + width * (width + 1) / 2);
    let mut nats = 0.0;
    for &count in components {
        let (mut largest, mut sum) = (f64::NEG_INFINITY, 0.0);
        for component in rest.by_ref().take(count) {
            let (mean, triangle) = component[1..].split_at(width);
            let mut logarithm = component[0];
            let mut first = 0;
            for column in 0..width {
                let along = &triangle[first..=first + column];
                let whitened: f64 = (0..=column).map(|row| (point[row] - mean[row]) * along[row]).sum();
                logarithm -= 0.5 * whitened * whitened;
                first += column + 1;
            }
            if logarithm > largest {
                sum = sum * exp(largest - logarithm) + 1.0;
                largest = logarithm;
            } else {
                sum += exp(logarithm - largest);
            }
        }
        nats -= (largest + ln(sum)) / components.len() as f64;
    }
    nats
}
";

/// ln(1 + x) in f64.
pub(super) const LN_1P: &str = "
// ln(1 + x) for x that is not negative: what is lost of x in 1 + x is made good by a quotient (Kahan).
fn ln_1p(x: f64) -> f64 {
    let one_more = 1.0 + x;
    if one_more == 1.0 { x } else { ln(one_more) * x / (one_more - 1.0) }
}
";

/// e^x and ln x in f64, which `core` does not have.
pub(super) const ELEMENTARY_FUNCTIONS: &str = "
// e^x: 2^n times the series of the exponential function in what is left of x.
fn exp(x: f64) -> f64 {
    if !(-708.0..=709.0).contains(&x) {
        return if x < 0.0 { 0.0 } else if x > 0.0 { f64::INFINITY } else { x };
    }
    let half = if x < 0.0 { -0.5 } else { 0.5 };
    let n = (x * core::f64::consts::LOG2_E + half) as i64;
    // ln 2 in two parts: the first has few bits, so that n times it is exact.
    let r = x - n as f64 * 6.931471803691238e-1 - n as f64 * 1.9082149292705877e-10;
    let mut e = 1.0;
    for i in (1..=14).rev() {
        e = 1.0 + e * r / f64::from(i);
    }
    e * f64::from_bits(((1023 + n) as u64) << 52)
}

// ln x for normal x above 0: with x = 2^n m and m between the root of a half and that of 2, ln m is 2 artanh((m - 1) / (m + 1)).
fn ln(x: f64) -> f64 {
    let shifted = x.to_bits().wrapping_add(0x3ff0_0000_0000_0000 - 0x3fe6_a09e_667f_3bcd);
    let n = (shifted >> 52) as i64 - 1023;
    let m = f64::from_bits((shifted & 0x000f_ffff_ffff_ffff) + 0x3fe6_a09e_667f_3bcd);
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let mut sum = 0.0;
    for i in (0..=11).rev() {
        sum = sum * square + 2.0 / f64::from(2 * i + 1);
    }
    n as f64 * core::f64::consts::LN_2 + s * sum
}
";
