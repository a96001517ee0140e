//! The scaling of a sample in Rust, and how it is undone.

use super::tables::table;
use crate::program::{Curve, NumberScale, Program};
use crate::text::{Text, double, single};

/// The functions `scale` and `unscale`, and what they need.
pub(super) fn functions(text: &mut Text, program: &Program) {
    let Program { scales, inputs, .. } = program;
    if !inputs.words.is_empty() {
        text.lines(WORDS);
    }
    curves(text, scales);
    scale(text, program);
    unscale(text, program);
    if !scales.is_empty() {
        text.line("");
        table(text, "OFFSET", "f64", scales.iter().map(|scale| double(scale.offset)));
        table(text, "WIDTH", "f64", scales.iter().map(|scale| double(scale.width)));
        let holes: Vec<f32> = inputs.numbers.iter().filter_map(|number| number.hole).collect();
        if holes.len() == scales.len() {
            text.line("// What stands for a number that is not known.");
            table(text, "HOLE", "f32", holes.into_iter().map(single));
        }
    }
    for (index, column) in inputs.words.iter().enumerate() {
        text.line("// Shares of the words of a column, which stand for one that is not known.");
        table(text, &format!("SHARE_{index}"), "f32", column.shares.iter().map(|&share| single(share)));
    }
}

/// The functions of columns whose map is no straight line.
fn curves(text: &mut Text, scales: &[NumberScale]) {
    if scales.iter().all(|scale| scale.curve == Curve::None) {
        return;
    }
    if scales.iter().any(|scale| matches!(scale.curve, Curve::Ranks { .. })) {
        text.lines(RANKS);
    }
    if scales.iter().any(|scale| scale.curve == Curve::Log1p) {
        text.lines(LOG1P);
    }
    let (mut there, mut back) = (Vec::new(), Vec::new());
    for (column, scale) in scales.iter().enumerate() {
        match &scale.curve {
            Curve::None => {}
            Curve::Log1p => {
                there.push(format!("        {column} => signed_log1p(x),"));
                back.push(format!("        {column} => signed_expm1(x),"));
            }
            Curve::Ranks { quantiles, places, deviation } => {
                for (name, numbers) in [("QUANTILES", quantiles), ("PLACES", places)] {
                    text.line("");
                    let numbers = numbers.iter().map(|&number| double(number));
                    table(text, &format!("{name}_{column}"), "f64", numbers);
                }
                let tables = format!("&QUANTILES_{column}, &PLACES_{column}, {}", double(*deviation));
                there.push(format!("        {column} => to_place({tables}, x),"));
                back.push(format!("        {column} => of_place({tables}, x),"));
            }
        }
    }
    for (name, says, cases) in [
        ("bent", "The number of a column before it is shifted and divided.", there),
        ("unbent", "The number that a bent one was.", back),
    ] {
        text.line(format_args!("\n// {says}\nfn {name}(column: usize, x: f64) -> f64 {{"));
        text.line(format_args!("    match column {{\n{}\n        _ => x,\n    }}\n}}", cases.join("\n")));
    }
}

const WORDS: &str = "
// The index of a word, or nothing where it is not known.
fn word(input: f32, words: usize) -> Option<usize> {
    (input >= 0.0 && input < words as f32).then_some(input as usize)
}

fn set_word(x: &mut [f32], share: &[f32], chosen: Option<usize>) {
    match chosen {
        None => x.copy_from_slice(share),
        Some(chosen) => x.iter_mut().enumerate().for_each(|(i, x)| *x = if i == chosen { 1.0 } else { 0.0 }),
    }
}

fn likeliest(y: &[f32]) -> f32 {
    (1..y.len()).fold(0, |most, i| if y[i] > y[most] { i } else { most }) as f32
}
";

const RANKS: &str = "
// The place of x among quantiles: in the middle of those that are equal to it.
fn to_place(quantiles: &[f64], places: &[f64], deviation: f64, x: f64) -> f64 {
    let last = quantiles.len() - 1;
    if x < quantiles[0] {
        return places[0] + (x - quantiles[0]) / deviation;
    }
    if x > quantiles[last] {
        return places[last] + (x - quantiles[last]) / deviation;
    }
    let below = quantiles.partition_point(|&quantile| quantile < x);
    let until = quantiles.partition_point(|&quantile| quantile <= x);
    if until > below {
        return 0.5 * (places[below] + places[until - 1]);
    }
    let part = (x - quantiles[below - 1]) / (quantiles[below] - quantiles[below - 1]);
    places[below - 1] + part * (places[below] - places[below - 1])
}

// The number whose place among quantiles is y.
fn of_place(quantiles: &[f64], places: &[f64], deviation: f64, y: f64) -> f64 {
    let last = places.len() - 1;
    if y <= places[0] {
        return quantiles[0] + (y - places[0]) * deviation;
    }
    if y >= places[last] {
        return quantiles[last] + (y - places[last]) * deviation;
    }
    let high = places.partition_point(|&place| place <= y);
    let part = (y - places[high - 1]) / (places[high] - places[high - 1]);
    quantiles[high - 1] + part * (quantiles[high] - quantiles[high - 1])
}
";

const LOG1P: &str = "
// ln(1 + |x|) with the sign of x.
fn signed_log1p(x: f64) -> f64 {
    ln_1p(x.abs()).copysign(x)
}

// (e^|x| - 1) with the sign of x.
fn signed_expm1(x: f64) -> f64 {
    let (size, power) = (x.abs(), exp(x.abs()));
    let one_less = if power == 1.0 { size } else { (power - 1.0) * size / ln(power) };
    (if power.is_finite() { one_less } else { power }).copysign(x)
}
";

fn scale(text: &mut Text, program: &Program) {
    let Program { scales, inputs, .. } = program;
    let is_bent = scales.iter().any(|scale| scale.curve != Curve::None);
    text.line("\n// What the model sees of a sample.\nfn scale(sample: &[f32; INPUTS]) -> [f32; FEATURES] {");
    text.line("    let mut x = [0.0; FEATURES];");
    if !scales.is_empty() {
        let number = if is_bent { "bent(i, f64::from(number))" } else { "f64::from(number)" };
        let scaled = format!("(({number} - OFFSET[i]) / WIDTH[i]) as f32");
        let knows_holes = inputs.numbers.iter().all(|number| number.hole.is_some());
        let x = if knows_holes {
            format!("if number.is_nan() {{ HOLE[i] }} else {{ {scaled} }}")
        } else {
            scaled
        };
        text.line(format_args!(
            "    for (i, &number) in sample[..{}].iter().enumerate() {{\n        x[i] = {x};\n    }}",
            scales.len()
        ));
    }
    for (index, column) in inputs.words.iter().enumerate() {
        let place = scales.len() + index;
        let (first, behind) = (column.features.start, column.features.end);
        text.line(format_args!(
            "    set_word(&mut x[{first}..{behind}], &SHARE_{index}, word(sample[{place}], {}));",
            behind - first
        ));
    }
    for &(column, feature) in &inputs.indicators {
        let is_hole = match column.checked_sub(scales.len()) {
            None => format!("sample[{column}].is_nan()"),
            Some(index) => {
                format!("word(sample[{column}], {}).is_none()", inputs.words[index].features.len())
            }
        };
        text.line(format_args!("    x[{feature}] = if {is_hole} {{ 1.0 }} else {{ 0.0 }};"));
    }
    text.line("    x\n}");
}

fn unscale(text: &mut Text, program: &Program) {
    let Program { scales, inputs, .. } = program;
    let is_bent = scales.iter().any(|scale| scale.curve != Curve::None);
    text.line("\n// A restored sample in the units of the data.\nfn unscale(y: &[f32; FEATURES]) -> [f32; INPUTS] {");
    text.line("    let mut sample = [0.0; INPUTS];");
    if !scales.is_empty() {
        let number = "f64::from(y[i]) * WIDTH[i] + OFFSET[i]";
        let number = if is_bent { format!("unbent(i, {number})") } else { format!("({number})") };
        text.line(format_args!(
            "    for (i, number) in sample[..{}].iter_mut().enumerate() {{\n        *number = {number} as f32;\n    }}",
            scales.len()
        ));
    }
    for (index, column) in inputs.words.iter().enumerate() {
        let (first, behind) = (column.features.start, column.features.end);
        text.line(format_args!("    sample[{}] = likeliest(&y[{first}..{behind}]);", scales.len() + index));
    }
    text.line("    sample\n}");
}
