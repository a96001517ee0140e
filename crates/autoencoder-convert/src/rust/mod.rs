//! A model as a module of Rust that needs nothing but `core`.

mod functions;
mod scaling;
mod score;
mod tables;

use autoencoder::{Activation, Model};

use crate::polynomials::{self, horner};
use crate::program::{Layer, Program, Rows, SourceOptions};
use crate::text::{Text, double, single};

/// Writes a model as a module of Rust: constants and the functions `encode`, `decode`, `reconstruct` and, where the model keeps one,
/// `score`. The module needs nothing but `core`.
///
/// ```
/// use autoencoder::{Initialization, Model, Specification};
/// use autoencoder_convert::{SourceOptions, rust_source};
/// let model = Model::new(Specification::new(4, [2]), Initialization::Glorot, 0)?;
/// let source = rust_source(&model, SourceOptions::default());
/// assert!(source.contains("pub fn encode(sample: &[f32; INPUTS]) -> [f32; CODE]"));
/// # Ok::<(), autoencoder::SpecificationError>(())
/// ```
pub fn rust_source(model: &Model, options: SourceOptions) -> String {
    let program = Program::of(model, options);
    let mut text = Text::default();
    for line in &program.summary {
        text.line(format_args!("// {line}"));
    }
    text.lines(functions::HEAD);
    text.line(format_args!(
        "\n/// Numbers of a sample.\npub const INPUTS: usize = {};",
        program.inputs.count()
    ));
    text.line(format_args!("/// Numbers of a code.\npub const CODE: usize = {};", program.code));
    if let Ok(score) = &program.score {
        text.line(format_args!(
            "/// The score above which a sample is odd.\npub const THRESHOLD: f64 = {};",
            double(score.threshold)
        ));
    }
    text.line(format_args!("const FEATURES: usize = {};", program.features));
    text.lines(functions::PUBLIC);
    if let Ok(score) = &program.score {
        score::function(&mut text, &program, score);
    }
    chains(&mut text, &program);
    text.lines(functions::MULTIPLY_ADD);
    activations(&mut text, &program);
    scaling::functions(&mut text, &program);
    if score::needs_elementary_functions(&program) {
        text.lines(score::ELEMENTARY_FUNCTIONS);
    }
    if score::needs_ln_1p(&program) {
        text.lines(score::LN_1P);
    }
    tables::tables(&mut text, &program);
    text.into_string()
}

/// The functions from a scaled sample to its code, and back.
fn chains(text: &mut Text, program: &Program) {
    text.lines(if program.is_int8() { functions::INT8_DENSE } else { functions::FLOAT_DENSE });
    if program.top_k.is_some() {
        text.lines(functions::TOP_K);
    }
    let end = program.top_k.map(|k| format!("keep_largest(&mut y, {k});"));
    chain(text, &program.encoder, "fn encode_scaled(x: &[f32; FEATURES]) -> [f32; CODE] {", end.as_deref());
    chain(text, &program.decoder, "fn decode_scaled(x: &[f32; CODE]) -> [f32; FEATURES] {", None);
}

fn chain(text: &mut Text, layers: &[Layer], head: &str, end: Option<&str>) {
    text.line("");
    text.line(head);
    for (index, Layer { name, rows, outputs, activation, .. }) in layers.iter().enumerate() {
        let name = name.to_ascii_uppercase();
        let tables = match rows {
            Rows::Float(_) => format!("&{name}_WEIGHT, &{name}_BIAS"),
            Rows::Int8 { .. } => format!("&{name}_WEIGHT, &{name}_SCALE, &{name}_BIAS"),
        };
        let input = if index == 0 { "x" } else { "&y" };
        let change = if index + 1 == layers.len() && end.is_some() { "mut " } else { "" };
        let f = function(*activation);
        text.line(format_args!("    let {change}y: [f32; {outputs}] = dense({tables}, {f}, {input});"));
    }
    if let Some(end) = end {
        text.line(format_args!("    {end}"));
    }
    text.line("    y\n}");
}

/// The name of an activation's function.
fn function(activation: Activation) -> String {
    activation.name().replace('-', "_")
}

/// The functions of all activations that the layers have.
fn activations(text: &mut Text, program: &Program) {
    let activations = program.activations();
    let has = |some: &[Activation]| activations.iter().any(|activation| some.contains(activation));
    if has(&[Activation::Sigmoid, Activation::Elu, Activation::Silu, Activation::Softplus]) {
        text.lines(
            &functions::POWER_OF_E
                .replace("    POLYNOMIAL\n", &polynomial("e", "r", &polynomials::POWER_OF_E)),
        );
    }
    for &activation in &activations {
        // SiLU is made of the sigmoid.
        if activation == Activation::Silu && !has(&[Activation::Sigmoid]) {
            text.lines(functions::source(Activation::Sigmoid));
        }
        let polynomials = polynomials::of(activation, polynomial);
        text.lines(&functions::source(activation).replace("    POLYNOMIAL\n", &polynomials));
    }
}

fn polynomial(name: &str, variable: &str, coefficients: &[f32]) -> String {
    horner(
        coefficients,
        |first| format!("let {name} = {};", single(first)),
        |next| format!("let {name} = multiply_add({name}, {variable}, {});", single(next)),
    )
}
