//! `autoencoder import`: the model of another program, made a model of this one.

use std::fs;
use std::path::Path;

use autoencoder::Model;
use autoencoder_convert::{ImportError, ImportOptions, Imported, LayerMap, import_onnx, import_safetensors};

use crate::arguments::{Import, ImportScale};
use crate::config::Named;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::output;
use crate::run::{LARGEST, RunFolder, files};
use crate::terminal::{Notes, numerals};

/// The largest number of bytes of an ONNX file: no message of its format may be larger.
const LARGEST_ONNX: u64 = 2 << 30;

pub(crate) fn run(typed: &Import, notes: Notes) -> Outcome {
    let is_file =
        typed.out.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("safetensors"));
    let out = if is_file { typed.out.clone() } else { typed.out.join(files::MODEL) };
    output::refuse_input(&out, &typed.file)?;
    if is_file {
        output::probe(&out)?;
    } else if RunFolder::new(typed.out.clone()).is_taken() {
        return Err(Failure::at(&typed.out, "there is a run already").advise("give another folder to --out"));
    }
    let Imported { model, notes: told, .. } = read(&typed.file, &options(typed))?;
    if !is_file {
        fs::create_dir_all(&typed.out).map_err(|error| Failure::at(&typed.out, error))?;
    }
    output::write_file(&out, &model.to_bytes())?;
    for note in told {
        notes.say(format_args!("{}: {note}", typed.file.display()));
    }
    let widths: Vec<String> = model.architecture().widths().map(|width| width.to_string()).collect();
    let parameters = numerals::grouped(model.architecture().parameters());
    notes.wrote(&out, format_args!("a model of {}, {parameters} parameters", widths.join("-")));
    Ok(())
}

fn options(typed: &Import) -> ImportOptions {
    let mut options = ImportOptions::default();
    let name = |named: Option<Named<_>>| named.map(|Named(activation)| activation);
    options.activation = name(typed.activation);
    options.code_activation = name(typed.code_activation);
    options.output_activation = name(typed.output_activation);
    options.bytes = typed.scale == Some(Named(ImportScale::Bytes));
    options.sample_shape.clone_from(&typed.sample_shape);
    let map = typed.map.iter().flatten();
    options.map = LayerMap::of(map.map(|layer| (layer.ours.clone(), layer.theirs.clone())));
    options
}

/// Reads a file whose first bytes tell its format.
fn read(path: &Path, options: &ImportOptions) -> Outcome<Imported> {
    let failed = |error| Failure::at(path, error);
    let first = input::read_first(path, 9).map_err(failed)?;
    if let Some((found, advice)) = foreign(&first) {
        return Err(
            Failure::at(path, format_args!("expected safetensors or ONNX, found {found}")).advise(advice)
        );
    }
    let imported = if first.get(8) == Some(&b'{') {
        let bytes = input::read(path, LARGEST).map_err(failed)?;
        if Model::from_bytes(&bytes).is_ok() {
            return Err(Failure::at(path, "a model of this program already").advise("use it as MODEL"));
        }
        import_safetensors(&bytes, options)
    } else {
        let bytes = input::read(path, LARGEST_ONNX).map_err(failed)?;
        import_onnx(&bytes, options)
    };
    imported.map_err(|error| {
        let advice = advice(&error);
        Failure::at(path, error).advise(advice)
    })
}

/// What to do about an error.
fn advice(error: &ImportError) -> &'static str {
    match error {
        ImportError::NoActivation { .. } => "give --activation",
        ImportError::Chain { .. } | ImportError::Mirror { .. } | ImportError::Map { .. } => {
            "--map says which layer is which, as in encoder.0=fc1,encoder.1=fc2,decoder.0=fc3,decoder.1=fc4"
        }
        ImportError::OptionsOfOwn => "leave --activation and the other options out",
        ImportError::OtherActivation { .. } => "leave it out",
        ImportError::Part { .. } => "export with --part model",
        ImportError::SampleShape { .. } => "give other sizes to --sample-shape",
        ImportError::Safetensors(_)
        | ImportError::Onnx(_)
        | ImportError::Own(_)
        | ImportError::Tensor { .. }
        | ImportError::Node { .. }
        | ImportError::NoLayers
        | ImportError::Activations { .. }
        | ImportError::Specification(_) => "docs/formats.md has what is understood",
    }
}

/// Files that hold models in other formats, and what makes one of these of them.
fn foreign(first: &[u8]) -> Option<(&'static str, &'static str)> {
    let begins = |signature: &[u8]| first.starts_with(signature);
    if begins(b"PK\x03\x04") {
        let advice = "PyTorch writes safetensors by safetensors.torch.save_file(module.state_dict(), \"weights.safetensors\"), and Keras ONNX by model.export(\"model.onnx\", format=\"onnx\")";
        return Some(("an archive, such as torch.save or Keras writes", advice));
    }
    if begins(b"\x89HDF") {
        return Some(("an HDF5 file", "Keras writes ONNX by model.export(\"model.onnx\", format=\"onnx\")"));
    }
    begins(b"\x80").then_some((
        "a pickled file",
        "PyTorch writes safetensors by safetensors.torch.save_file(module.state_dict(), \"weights.safetensors\")",
    ))
}
