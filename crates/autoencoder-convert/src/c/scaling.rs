//! The scaling of a sample in C, and how it is undone.

use super::tables::constant;
use crate::program::{Curve, NumberScale, Program};
use crate::text::{Text, double};

/// The functions `scale` and `unscale`, and what they need.
pub(super) fn functions(text: &mut Text, program: &Program) {
    let Program { scales, inputs, .. } = program;
    let numbers = scales.len();
    if numbers > 0 {
        text.line(format_args!("#define NUMBERS {numbers}\n"));
        table(text, "offset", scales.iter().map(|scale| scale.offset));
        table(text, "width", scales.iter().map(|scale| scale.width));
        if inputs.numbers.iter().all(|number| number.hole.is_some()) {
            text.line("/* What stands for a number that is not known. */");
            text.line("static const float hole[NUMBERS] = {");
            text.items(inputs.numbers.iter().filter_map(|number| number.hole).map(constant));
            text.line("};\n");
        }
        curves(text, scales);
    }
    for (index, column) in inputs.words.iter().enumerate() {
        text.line(format_args!(
            "/* Shares of the words of a column, which stand for one that is not known. */"
        ));
        text.line(format_args!("static const float share_{index}[{}] = {{", column.shares.len()));
        text.items(column.shares.iter().map(|&share| constant(share)));
        text.line("};\n");
    }
    if !inputs.words.is_empty() {
        text.lines(WORDS);
    }
    scale(text, program);
    unscale(text, program);
}

fn table(text: &mut Text, name: &str, numbers: impl Iterator<Item = f64>) {
    text.line(format_args!("static const double {name}[NUMBERS] = {{"));
    text.items(numbers.map(double));
    text.line("};\n");
}

/// The functions of columns whose map is no straight line.
fn curves(text: &mut Text, scales: &[NumberScale]) {
    if scales.iter().all(|scale| scale.curve == Curve::None) {
        return;
    }
    if scales.iter().any(|scale| matches!(scale.curve, Curve::Ranks { .. })) {
        text.lines(RANKS);
    }
    let (mut there, mut back) = (Vec::new(), Vec::new());
    for (column, scale) in scales.iter().enumerate() {
        match &scale.curve {
            Curve::None => {}
            Curve::Log1p => {
                there.push(format!("    case {column}:\n        return x < 0.0 ? -log1p(-x) : log1p(x);"));
                back.push(format!("    case {column}:\n        return x < 0.0 ? -expm1(-x) : expm1(x);"));
            }
            Curve::Ranks { quantiles, places, deviation } => {
                for (name, numbers) in [("quantiles", quantiles), ("places", places)] {
                    text.line(format_args!("static const double {name}_{column}[{}] = {{", numbers.len()));
                    text.items(numbers.iter().map(|&number| double(number)));
                    text.line("};\n");
                }
                let tables = format!(
                    "quantiles_{column}, places_{column}, {}, {}",
                    quantiles.len(),
                    double(*deviation)
                );
                there.push(format!("    case {column}:\n        return to_place({tables}, x);"));
                back.push(format!("    case {column}:\n        return of_place({tables}, x);"));
            }
        }
    }
    for (name, says, cases) in [
        ("bent", "The number of a column before it is shifted and divided.", there),
        ("unbent", "The number that a bent one was.", back),
    ] {
        text.line(format_args!("/* {says} */\nstatic double {name}(int column, double x)\n{{"));
        text.line(format_args!("    switch (column) {{\n{}", cases.join("\n")));
        text.line("    default:\n        return x;\n    }\n}\n");
    }
}

const WORDS: &str = "
/* The index of a word, or -1 where it is not known. */
static int word(float in, int words)
{
    return in >= 0.0f && in < (float)words ? (int)in : -1;
}

static void set_word(float *x, const float *share, int words, int chosen)
{
    for (int i = 0; i < words; i++)
        x[i] = chosen < 0 ? share[i] : (i == chosen ? 1.0f : 0.0f);
}

static float likeliest(const float *y, int words)
{
    int most = 0;
    for (int i = 1; i < words; i++)
        if (y[i] > y[most])
            most = i;
    return (float)most;
}

";

const RANKS: &str = "
/* The place of x among quantiles: in the middle of those that are equal to it. */
static double to_place(const double *quantiles, const double *places, int count, double deviation, double x)
{
    int below = 0, until;
    if (x < quantiles[0])
        return places[0] + (x - quantiles[0]) / deviation;
    if (x > quantiles[count - 1])
        return places[count - 1] + (x - quantiles[count - 1]) / deviation;
    while (below < count && quantiles[below] < x)
        below++;
    until = below;
    while (until < count && quantiles[until] <= x)
        until++;
    if (until > below)
        return 0.5 * (places[below] + places[until - 1]);
    return places[below - 1] + (x - quantiles[below - 1]) / (quantiles[below] - quantiles[below - 1]) *
                                   (places[below] - places[below - 1]);
}

/* The number whose place among quantiles is y. */
static double of_place(const double *quantiles, const double *places, int count, double deviation, double y)
{
    int low = 0, high = count - 1;
    if (y <= places[0])
        return quantiles[0] + (y - places[0]) * deviation;
    if (y >= places[high])
        return quantiles[high] + (y - places[high]) * deviation;
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        if (places[middle] <= y)
            low = middle;
        else
            high = middle;
    }
    return quantiles[low] + (y - places[low]) / (places[high] - places[low]) * (quantiles[high] - quantiles[low]);
}

";

fn scale(text: &mut Text, program: &Program) {
    let Program { scales, inputs, .. } = program;
    let is_bent = scales.iter().any(|scale| scale.curve != Curve::None);
    text.line("/* What the model sees of a sample. */\nstatic void scale(const float *in, float *x)\n{");
    if !scales.is_empty() {
        let number = if is_bent { "bent(i, in[i])" } else { "(double)in[i]" };
        let scaled = format!("(float)(({number} - offset[i]) / width[i])");
        let knows_holes = inputs.numbers.iter().all(|number| number.hole.is_some());
        let x = if knows_holes { format!("in[i] == in[i] ? {scaled} : hole[i]") } else { scaled };
        text.line(format_args!("    for (int i = 0; i < NUMBERS; i++)\n        x[i] = {x};"));
    }
    for (index, column) in inputs.words.iter().enumerate() {
        let (first, count) = (column.features.start, column.features.len());
        let place = scales.len() + index;
        text.line(format_args!(
            "    set_word(x + {first}, share_{index}, {count}, word(in[{place}], {count}));"
        ));
    }
    for &(column, feature) in &inputs.indicators {
        let is_hole = is_hole(program, column);
        text.line(format_args!("    x[{feature}] = {is_hole} ? 1.0f : 0.0f;"));
    }
    text.line("}\n");
}

/// The condition that nothing is known of a column.
pub(super) fn is_hole(program: &Program, column: usize) -> String {
    match column.checked_sub(program.scales.len()) {
        None => format!("in[{column}] != in[{column}]"),
        Some(index) => format!("word(in[{column}], {}) < 0", program.inputs.words[index].features.len()),
    }
}

fn unscale(text: &mut Text, program: &Program) {
    let Program { scales, inputs, .. } = program;
    let is_bent = scales.iter().any(|scale| scale.curve != Curve::None);
    text.line("/* A restored sample in the units of the data. */\nstatic void unscale(const float *y, float *out)\n{");
    if !scales.is_empty() {
        let number = "y[i] * width[i] + offset[i]";
        let out = if is_bent { format!("(float)unbent(i, {number})") } else { format!("(float)({number})") };
        text.line(format_args!("    for (int i = 0; i < NUMBERS; i++)\n        out[i] = {out};"));
    }
    for (index, column) in inputs.words.iter().enumerate() {
        let (first, count) = (column.features.start, column.features.len());
        text.line(format_args!("    out[{}] = likeliest(y + {first}, {count});", scales.len() + index));
    }
    text.line("}");
}
