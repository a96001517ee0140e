//! The score of a sample in C.

use autoencoder::ScoreView;

use super::scaling::is_hole;
use crate::program::Program;
use crate::score::{DensityTable, Score, Tails};
use crate::text::{Text, double};

/// The function of the score, and what it needs.
pub(super) fn function(text: &mut Text, program: &Program, score: &Score, name: &str) {
    let numbers = score.sizes.len();
    let tails = score.tails.filter(|_| numbers > 0);
    let has_words = score.has_words && !program.inputs.words.is_empty();
    text.line("");
    if tails.is_some() {
        text.line("/* The usual size of what is left of each number when it is restored. */");
        table(text, "size", &score.sizes);
    }
    if has_words {
        text.lines(SURPRISE);
    }
    if !score.densities.is_empty() {
        text.lines(DENSITY);
    }
    for (index, density) in score.densities.iter().enumerate() {
        table(text, &format!("mean_{index}"), &density.mean);
        table(text, &format!("directions_{index}"), &density.directions);
        text.line(format_args!("static const int components_{index}[] = {{"));
        text.items(density.components.iter().map(ToString::to_string));
        text.line("};\n");
        table(text, &format!("mixtures_{index}"), &density.table);
    }
    text.line(format_args!(
        "double {name}_score(const float in[INPUTS])
{{
    float x[FEATURES], code[CODE], y[FEATURES];
    double nats = 0.0;
    scale(in, x);
    encode(x, code);
    decode(code, y);"
    ));
    if let Some(tails) = tails {
        let part = match tails {
            Tails::Normal => "0.5 * left * left",
            Tails::Cauchy => "log1p(left * left)",
        };
        text.line("    for (int i = 0; i < NUMBERS; i++) {");
        text.line("        const double left = (double)(x[i] - y[i]) / size[i];");
        text.line(format_args!("        nats += in[i] == in[i] ? {part} : 0.0;\n    }}"));
    }
    for (index, column) in program.inputs.words.iter().enumerate().filter(|_| has_words) {
        let (first, count) = (column.features.start, column.features.len());
        let place = numbers + index;
        let hole = is_hole(program, place);
        text.line(format_args!(
            "    nats += {hole} ? 0.0 : surprise(y + {first}, {count}, word(in[{place}], {count}));"
        ));
    }
    for (index, density) in score.densities.iter().enumerate() {
        of_density(text, index, density);
    }
    text.line("    return nats;\n}");
}

fn table(text: &mut Text, name: &str, numbers: &[f64]) {
    text.line(format_args!("static const double {name}[{}] = {{", numbers.len()));
    text.items(numbers.iter().map(|&number| double(number)));
    text.line("};\n");
}

/// The lines that add the surprise of a density: what it sees of a sample, and the call.
fn of_density(text: &mut Text, index: usize, density: &DensityTable) {
    let DensityTable { view, mean, width, components, .. } = density;
    let (coordinates, members) = (mean.len(), components.len());
    text.line(format_args!("    {{\n        double point[{coordinates}], projected[{width}];"));
    let number = |place: &str, what: &str| {
        format!("        for (int i = 0; i < NUMBERS; i++)\n            point[{place}] = {what};")
    };
    if matches!(view, ScoreView::Code | ScoreView::Joint) {
        text.line("        for (int i = 0; i < CODE; i++)\n            point[i] = code[i];");
    }
    match view {
        ScoreView::Code => {}
        ScoreView::Sample => text.line(number("i", "in[i] == in[i] ? x[i] : y[i]")),
        ScoreView::Joint => text.line(number("CODE + i", "in[i] == in[i] ? x[i] - y[i] : 0.0f")),
    }
    text.line(format_args!(
        "        project(point, mean_{index}, directions_{index}, {coordinates}, {width}, projected);"
    ));
    text.line(format_args!(
        "        nats += unlikelihood(projected, {width}, components_{index}, {members}, mixtures_{index});\n    }}"
    ));
}

const SURPRISE: &str = "
/* The negative logarithm of the probability of a word, in nats, by the outputs of all words of its column. */
static double surprise(const float *y, int words, int chosen)
{
    const double most = 87.33654475055310;
    double largest = y[0], sum = 0.0, nats;
    for (int i = 1; i < words; i++)
        largest = y[i] > largest ? y[i] : largest;
    for (int i = 0; i < words; i++)
        sum += exp(y[i] - largest);
    nats = largest + log(sum) - y[chosen];
    return nats < most ? nats : most;
}

";

const DENSITY: &str = "
/* A point on the directions of a density. */
static void project(const double *point, const double *mean, const double *directions, int coordinates, int width,
                    double *projected)
{
    for (int row = 0; row < width; row++) {
        projected[row] = 0.0;
        for (int i = 0; i < coordinates; i++)
            projected[row] += (point[i] - mean[i]) * directions[i];
        directions += coordinates;
    }
}

/* The mean, over mixtures of Gaussian distributions, of the negative logarithm of the density at a point. A component is the logarithm
 * of its weighted density at its mean, the mean, and column after column the triangle by which points are whitened. */
static double unlikelihood(const double *point, int width, const int *components, int members, const double *table)
{
    double nats = 0.0;
    for (int member = 0; member < members; member++) {
        double largest = -HUGE_VAL, sum = 0.0;
        for (int component = 0; component < components[member]; component++) {
            const double *mean = table + 1, *triangle = mean + width;
            double logarithm = *table;
            for (int column = 0; column < width; column++) {
                double whitened = 0.0;
                for (int row = 0; row <= column; row++)
                    whitened += (point[row] - mean[row]) * *triangle++;
                logarithm -= 0.5 * whitened * whitened;
            }
            if (logarithm > largest) {
                sum = sum * exp(largest - logarithm) + 1.0;
                largest = logarithm;
            } else {
                sum += exp(logarithm - largest);
            }
            table = triangle;
        }
        nats -= (largest + log(sum)) / members;
    }
    return nats;
}

";
