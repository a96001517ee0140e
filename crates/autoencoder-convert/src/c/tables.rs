//! Tables of weights in C.

use crate::program::{Layer, Program, Rows};
use crate::text::{Text, single};

/// The tables of weights and biases.
pub(super) fn tables(text: &mut Text, program: &Program) {
    for Layer { name, rows, bias, inputs, outputs, .. } in program.layers() {
        text.line(format_args!("/* {outputs} rows of {inputs} inputs. */"));
        match rows {
            Rows::Float(weights) => {
                text.line(format_args!("static const float {name}_weight[{}] = {{", weights.len()));
                text.items(weights.iter().map(|&weight| constant(weight)));
            }
            Rows::Int8 { rows, scales } => {
                text.line(format_args!("static const signed char {name}_weight[{}] = {{", rows.len()));
                text.items(rows.iter().map(ToString::to_string));
                text.line("};");
                text.line(format_args!("static const float {name}_scale[{}] = {{", scales.len()));
                text.items(scales.iter().map(|&scale| constant(scale)));
            }
        }
        text.line("};");
        text.line(format_args!("static const float {name}_bias[{}] = {{", bias.len()));
        text.items(bias.iter().map(|&bias| constant(bias)));
        text.line("};\n");
    }
}

/// A float constant of C.
pub(super) fn constant(number: f32) -> String {
    format!("{}f", single(number))
}
