//! Tables of numbers in Rust.

use crate::program::{Layer, Program, Rows};
use crate::text::{Text, single};

/// The tables of weights and biases.
pub(super) fn tables(text: &mut Text, program: &Program) {
    for Layer { name, rows, bias, inputs, outputs, .. } in program.layers() {
        let name = name.to_ascii_uppercase();
        text.line(format_args!("\n// {outputs} rows of {inputs} inputs."));
        match rows {
            Rows::Float(weights) => {
                table(text, &format!("{name}_WEIGHT"), "f32", weights.iter().map(|&weight| single(weight)));
            }
            Rows::Int8 { rows, scales } => {
                table(text, &format!("{name}_WEIGHT"), "i8", rows.iter().map(ToString::to_string));
                table(text, &format!("{name}_SCALE"), "f32", scales.iter().map(|&scale| single(scale)));
            }
        }
        table(text, &format!("{name}_BIAS"), "f32", bias.iter().map(|&bias| single(bias)));
    }
}

/// A table of numbers, each as it is written.
pub(super) fn table(text: &mut Text, name: &str, of: &str, items: impl ExactSizeIterator<Item = String>) {
    text.line(format_args!("static {name}: [{of}; {}] = [", items.len()));
    text.items(items);
    text.line("];");
}
