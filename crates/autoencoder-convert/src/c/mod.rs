//! A model as C99: a file of code and a header, with no dependency but `math.h`, and no memory but the stack.

mod activations;
mod layers;
mod scaling;
mod score;
mod tables;

use autoencoder::Model;

use crate::program::{Program, SourceOptions};
use crate::text::{Text, double};

/// A model as two files of C99.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CSource {
    /// The header, `NAME.h`.
    pub header: String,
    /// The code, `NAME.c`.
    pub code: String,
}

/// Writes a model as C99, whose functions and constants begin with `name` in lower and in upper case.
///
/// ```
/// use autoencoder::{Initialization, Model, Specification};
/// use autoencoder_convert::{SourceOptions, c_source};
/// let model = Model::new(Specification::new(4, [2]), Initialization::Glorot, 0)?;
/// let source = c_source(&model, "pumps", SourceOptions::default());
/// assert!(source.header.contains("void pumps_encode(const float in[PUMPS_INPUTS], float code[PUMPS_CODE]);"));
/// # Ok::<(), autoencoder::SpecificationError>(())
/// ```
pub fn c_source(model: &Model, name: &str, options: SourceOptions) -> CSource {
    let program = Program::of(model, options);
    let names = Names::of(name);
    CSource { header: header(&program, &names), code: code(&program, &names) }
}

/// The names that those of functions and constants begin with.
struct Names {
    file: String,
    lower: String,
    upper: String,
}

impl Names {
    /// Names made of that of a file: letters, digits and `_`, of which the first is no digit.
    fn of(name: &str) -> Self {
        let plain =
            |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' };
        let mut lower: String = name.chars().map(plain).collect();
        if !lower.starts_with(|letter: char| letter.is_ascii_lowercase()) {
            lower.insert_str(0, "model_");
        }
        let file = crate::text::for_comment(name).replace('"', "?");
        Self { file, upper: lower.to_ascii_uppercase(), lower }
    }
}

fn comment(text: &mut Text, program: &Program) {
    for (index, line) in program.summary.iter().enumerate() {
        text.line(format_args!("{} {line}", if index == 0 { "/*" } else { " *" }));
    }
}

fn header(program: &Program, Names { lower, upper, .. }: &Names) -> String {
    let mut text = Text::default();
    comment(&mut text, program);
    text.line(" */");
    text.line(format_args!("#ifndef {upper}_H\n#define {upper}_H\n"));
    text.line(format_args!("/* Numbers of a sample. */\n#define {upper}_INPUTS {}", program.inputs.count()));
    text.line(format_args!("/* Numbers of a code. */\n#define {upper}_CODE {}", program.code));
    if let Ok(score) = &program.score {
        text.line(format_args!(
            "/* The score above which a sample is odd. */\n#define {upper}_THRESHOLD {}",
            double(score.threshold)
        ));
    }
    text.line("\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
    let (sample, code) = (format!("{upper}_INPUTS"), format!("{upper}_CODE"));
    text.line(format_args!(
        "/* The code of a sample. */\nvoid {lower}_encode(const float in[{sample}], float code[{code}]);\n"
    ));
    text.line(format_args!(
        "/* The sample that is decoded from a code. */\nvoid {lower}_decode(const float code[{code}], float out[{sample}]);\n"
    ));
    text.line(format_args!(
        "/* The sample that is decoded from the code of a sample. */\nvoid {lower}_reconstruct(const float in[{sample}], float out[{sample}]);\n"
    ));
    if program.score.is_ok() {
        text.line(format_args!(
            "/* How badly a sample fits, in nats: the larger, the worse. */\ndouble {lower}_score(const float in[{sample}]);\n"
        ));
    }
    text.line("#ifdef __cplusplus\n}\n#endif\n\n#endif");
    text.into_string()
}

fn code(program: &Program, names: &Names) -> String {
    let Names { file, lower, upper } = names;
    let mut text = Text::default();
    text.line(format_args!(
        "/* The code of {file}.h, which says what the model is. No memory but the stack is used, and functions may run side by side."
    ));
    text.line(" *");
    text.line(" * Products are added with one rounding, in the order of the inputs, as the program that wrote this does: so both give the");
    text.line(format_args!(
        " * same bits. Where a processor has no instruction for it, -D'{upper}_FMA(a, b, c)=((a) * (b) + (c))' is faster."
    ));
    text.line(" */");
    text.line(format_args!("#include \"{file}.h\"\n\n#include <math.h>\n"));
    text.line(format_args!(
        "#ifndef {upper}_FMA\n#define {upper}_FMA(a, b, c) fmaf((a), (b), (c))\n#endif\n"
    ));
    text.line(format_args!("#define FMA(a, b, c) {upper}_FMA(a, b, c)\n#define INPUTS {upper}_INPUTS"));
    text.line(format_args!("#define CODE {upper}_CODE\n#define FEATURES {}\n", program.features));
    tables::tables(&mut text, program);
    activations::functions(&mut text, program);
    layers::functions(&mut text, program);
    scaling::functions(&mut text, program);
    text.line(format_args!(
        "
void {lower}_encode(const float in[INPUTS], float code[CODE])
{{
    float x[FEATURES];
    scale(in, x);
    encode(x, code);
}}

void {lower}_decode(const float code[CODE], float out[INPUTS])
{{
    float y[FEATURES];
    decode(code, y);
    unscale(y, out);
}}

void {lower}_reconstruct(const float in[INPUTS], float out[INPUTS])
{{
    float code[CODE];
    {lower}_encode(in, code);
    {lower}_decode(code, out);
}}"
    ));
    if let Ok(score) = &program.score {
        score::function(&mut text, program, score, lower);
    }
    text.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_c() {
        for (file, name) in
            [("model", "model"), ("My-Pumps", "my_pumps"), ("2d", "model_2d"), ("é", "model__")]
        {
            assert_eq!(Names::of(file).lower, name);
        }
        assert_eq!(Names::of("a\"b").file, "a?b");
    }
}
