//! Layers in C: the products, one layer after the other.

use super::activations::function;
use crate::program::{Layer, Program, Rows};
use crate::text::Text;

/// The functions from a scaled sample to its code, and back.
pub(super) fn functions(text: &mut Text, program: &Program) {
    if program.is_int8() {
        text.lines(INT8_DENSE);
    } else {
        text.lines(FLOAT_DENSE);
    }
    if program.top_k.is_some() {
        text.lines(TOP_K);
    }
    chain(text, &program.encoder, "static void encode(const float *x, float *code)", ["x", "code"], || {
        program.top_k.map(|k| format!("    keep_largest(code, {k});"))
    });
    chain(text, &program.decoder, "static void decode(const float *code, float *y)", ["code", "y"], || None);
}

const FLOAT_DENSE: &str = "
/* y = f(W x + b), with a row of W after the other. */
static void dense(const float *weight, const float *bias, int inputs, int outputs,
                  float (*f)(float), const float *x, float *y)
{
    for (int row = 0; row < outputs; row++) {
        float sum = 0.0f;
        for (int k = 0; k < inputs; k++)
            sum = FMA(x[k], weight[k], sum);
        y[row] = f(sum + bias[row]);
        weight += inputs;
    }
}

";

const INT8_DENSE: &str = "
/* y = f(s Q x + b), with a row of Q after the other, and a scale s for each. */
static void dense(const signed char *weight, const float *scale, const float *bias, int inputs, int outputs,
                  float (*f)(float), const float *x, float *y)
{
    for (int row = 0; row < outputs; row++) {
        float sum = 0.0f;
        for (int k = 0; k < inputs; k++)
            sum = FMA(x[k], (float)weight[k], sum);
        y[row] = f(FMA(sum, scale[row], bias[row]));
        weight += inputs;
    }
}

";

const TOP_K: &str = "
/* The k largest numbers of a code stay, among equal ones those with the lower index, and the others become 0. */
static void keep_largest(float *code, int k)
{
    float kept[CODE];
    for (int i = 0; i < CODE; i++) {
        int before = 0;
        for (int j = 0; j < CODE; j++)
            before += code[j] > code[i] || (code[j] == code[i] && j < i);
        kept[i] = before < k ? code[i] : 0.0f;
    }
    for (int i = 0; i < CODE; i++)
        code[i] = kept[i];
}

";

/// A function that runs through layers, from the first of two buffers to the second; what is between alternates between two more.
fn chain(
    text: &mut Text,
    layers: &[Layer],
    head: &str,
    [from, to]: [&str; 2],
    end: impl Fn() -> Option<String>,
) {
    text.line(head);
    text.line("{");
    let (_, hidden) = layers.split_last().expect("a model has layers on both sides of its code");
    for (buffer, name) in ["a", "b"].iter().enumerate() {
        if let Some(widest) = hidden.iter().skip(buffer).step_by(2).map(|layer| layer.outputs).max() {
            text.line(format_args!("    float {name}[{widest}];"));
        }
    }
    for (index, Layer { name, rows, inputs, outputs, activation, .. }) in layers.iter().enumerate() {
        let buffer = |index: usize| if index.is_multiple_of(2) { "a" } else { "b" };
        let input = if index == 0 { from } else { buffer(index - 1) };
        let output = if index + 1 == layers.len() { to } else { buffer(index) };
        let tables = match rows {
            Rows::Float(_) => format!("{name}_weight, {name}_bias"),
            Rows::Int8 { .. } => format!("{name}_weight, {name}_scale, {name}_bias"),
        };
        let f = function(*activation);
        text.line(format_args!("    dense({tables}, {inputs}, {outputs}, {f}, {input}, {output});"));
    }
    if let Some(line) = end() {
        text.line(line);
    }
    text.line("}\n");
}
