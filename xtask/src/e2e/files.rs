//! The files that train, encode, decode and reconstruct write: there, well formed, and consistent with each other.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use super::checks::number;
use super::npy::Npy;
use super::numbers::RUN;
use super::{Group, Stage, Stopped};

/// Decoding written codes and reconstructing are the same arithmetic; the bound is relative to the data's own range.
const SAME_NUMBERS: f64 = 1e-5;

pub(super) fn check(stage: &mut Stage) -> Group {
    training(stage);
    let (report, _) = stage.json(stage.on_data("evaluate", &stage.path(RUN), ""))?;
    let size = |pointer: &str| {
        let value = report.pointer(pointer).and_then(serde_json::Value::as_u64);
        value.and_then(|value| usize::try_from(value).ok()).unwrap_or(0)
    };
    let (samples, features, code) = (size("/samples"), size("/features"), size("/code"));
    codes(stage, samples, code)?;
    samples_in_every_format(stage, samples, features, number(&report, "/mse"))?;
    pictures(stage)?;
    inspections(stage)
}

fn training(stage: &mut Stage) {
    let run = stage.path(RUN);
    for name in ["model.safetensors", "checkpoint.safetensors", "config.toml"] {
        let bytes = fs::metadata(run.join(name)).map_or(0, |metadata| metadata.len());
        stage.checks.that(name, bytes > 0, format!("{bytes} bytes"), "there and not empty");
    }
    let metrics = fs::read_to_string(run.join("metrics.csv")).unwrap_or_default();
    stage.checks.equal("metrics.csv, rows below its header", metrics.lines().count().saturating_sub(1), 5);
    let columns: Vec<usize> = metrics.lines().map(|line| line.split(',').count()).collect();
    let even = columns.first().is_some_and(|&first| first > 3 && columns.iter().all(|&count| count == first));
    stage.checks.that("metrics.csv, columns", even, format!("{columns:?}"), "as many in every row");
    let svg = fs::read_to_string(run.join("loss.svg")).unwrap_or_default();
    let verdict = svg_fault(&svg);
    stage.checks.that("loss.svg", verdict.is_none(), verdict.unwrap_or("well formed"), "well formed");
    png(stage, "reconstructions.png of the run", &run.join("reconstructions.png"));
}

/// The first fault of an SVG file that counting shows.
fn svg_fault(svg: &str) -> Option<&'static str> {
    let opened = svg.matches('<').count();
    let closed = svg.matches('>').count();
    let elements = |name: &str| svg.matches(&format!("<{name}")).count();
    match () {
        () if !(svg.starts_with("<svg") || svg.starts_with("<?xml")) => Some("does not begin as SVG"),
        () if !svg.trim_end().ends_with("</svg>") => Some("does not end with </svg>"),
        () if svg.matches("<svg").count() != 1 => Some("not exactly one <svg"),
        () if opened != closed => Some("brackets do not match"),
        () if elements("text") != svg.matches("</text>").count() => Some("a text is not closed"),
        () if elements("polyline") + elements("path") + elements("line") == 0 => Some("no line is drawn"),
        () if svg.contains("NaN") => Some("a coordinate is not a number"),
        () => None,
    }
}

/// Checks signature, first and last chunk, and that something is in between; gives width and height.
fn png(stage: &mut Stage, name: &str, path: &Path) -> Option<(u32, u32)> {
    let bytes = fs::read(path).unwrap_or_default();
    let whole =
        bytes.starts_with(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR") && bytes.ends_with(b"IEND\xAE\x42\x60\x82");
    let holds = whole && bytes.len() > 1000;
    stage.checks.that(name, holds, format!("{} bytes", bytes.len()), "a whole PNG of more than 1000 bytes");
    let side = |at: usize| {
        bytes.get(at..at + 4).map(|four| u32::from_be_bytes(std::array::from_fn(|byte| four[byte])))
    };
    Some((side(16)?, side(20)?)).filter(|_| whole)
}

fn write(stage: &Stage, mut arguments: Vec<OsString>, out: &str) -> Result<(), Stopped> {
    arguments.extend(["--out".into(), stage.path(out).into_os_string()]);
    stage.succeed(arguments).map(drop)
}

fn read_npy(stage: &Stage, name: &str) -> Result<Npy, Stopped> {
    Npy::read(&stage.path(name)).map_err(|error| Stopped(format!("{name}: {error}")))
}

fn codes(stage: &mut Stage, samples: usize, code: usize) -> Group {
    let run = stage.path(RUN);
    write(stage, stage.on_data("encode", &run, ""), "codes.npy")?;
    write(stage, stage.on_data("encode", &run, ""), "codes.csv")?;
    let npy = read_npy(stage, "codes.npy")?;
    let shape = format!("{:?}", npy.shape);
    let expected = if stage.data.is_mnist() { vec![10_000, 128] } else { vec![samples, code] };
    stage.checks.equal("encode, shape of codes.npy", shape, format!("{expected:?}"));
    stage.checks.equal("encode, elements of codes.npy", npy.element.as_str(), "<f4");
    let rows = rows(&stage.path("codes.csv"), code);
    stage.checks.equal("encode, rows of numbers in codes.csv", rows, samples);
    Ok(())
}

/// The lines of a CSV file that hold at least `columns` fields, the first `columns` of them or the last being numbers.
fn rows(path: &Path, columns: usize) -> usize {
    let text = fs::read_to_string(path).unwrap_or_default();
    let is_row = |line: &&str| {
        let fields = line.split(',').filter(|field| field.trim().parse::<f64>().is_ok()).count();
        fields >= columns && columns > 0
    };
    text.lines().filter(is_row).count()
}

fn samples_in_every_format(stage: &mut Stage, samples: usize, features: usize, mse: f64) -> Group {
    let run = stage.path(RUN);
    write(stage, stage.on_data("reconstruct", &run, ""), "reconstructed.npy")?;
    let reconstructed = read_npy(stage, "reconstructed.npy")?;
    let shape = format!("{:?}", reconstructed.rows_and_columns());
    stage.checks.equal("reconstruct, samples and features", shape, format!("{:?}", (samples, features)));

    let tolerance = SAME_NUMBERS * reconstructed.largest().max(1.0);
    for codes in ["codes.npy", "codes.csv"] {
        let out = format!("decoded-from-{}.npy", codes.replace('.', "-"));
        write(stage, vec!["decode".into(), run.clone().into(), stage.path(codes).into()], &out)?;
        let distance = read_npy(stage, &out)?.distance(&reconstructed);
        let name = format!("decode of {codes} against reconstruct, largest difference");
        stage.checks.within(&name, distance, 0.0, tolerance);
    }
    for (command, what) in [("reconstruct", None), ("decode", Some(stage.path("codes.npy")))] {
        let arguments = || match &what {
            None => stage.on_data(command, &run, ""),
            Some(codes) => vec![command.into(), run.clone().into(), codes.into()],
        };
        let (csv, idx) = (format!("{command}.csv"), format!("{command}.idx"));
        write(stage, arguments(), &csv)?;
        write(stage, arguments(), &idx)?;
        let rows = rows(&stage.path(&csv), features);
        stage.checks.equal(&format!("{command}, rows of numbers in the .csv"), rows, samples);
        let elements = idx_elements(&fs::read(stage.path(&idx)).unwrap_or_default());
        let shown = elements.map_or_else(|| "not whole".to_owned(), |elements| elements.to_string());
        stage.checks.equal(
            &format!("{command}, elements in the .idx"),
            shown,
            (samples * features).to_string(),
        );
    }
    error_of_written_samples(stage, &reconstructed, mse)
}

/// The number of elements of an IDX file that is exactly as long as it says.
fn idx_elements(bytes: &[u8]) -> Option<usize> {
    let size = match bytes.get(..3)? {
        [0, 0, 0x08 | 0x09] => 1,
        [0, 0, 0x0B] => 2,
        [0, 0, 0x0C | 0x0D] => 4,
        [0, 0, 0x0E] => 8,
        _ => return None,
    };
    let dimensions = usize::from(*bytes.get(3)?);
    let sizes = bytes.get(4..4 + 4 * dimensions)?.chunks_exact(4);
    let elements = sizes
        .map(|four| u32::from_be_bytes(std::array::from_fn(|byte| four[byte])) as usize)
        .try_fold(1_usize, usize::checked_mul)?;
    (bytes.len() == 4 + 4 * dimensions + elements * size).then_some(elements)
}

/// On MNIST the originals are at hand: the written reconstructions must have the error that evaluate reports.
fn error_of_written_samples(stage: &mut Stage, reconstructed: &Npy, mse: f64) -> Group {
    let super::Data::Mnist(folder) = &stage.data else { return Ok(()) };
    let packed = folder.join("t10k-images-idx3-ubyte.gz");
    let Ok(file) = fs::File::open(&packed) else { return Ok(()) };
    let mut originals = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(file), &mut originals)
        .map_err(|error| Stopped(format!("{}: {error}", packed.display())))?;
    // Samples are written in the data's own units, grey values 0 to 255.
    let unit = if reconstructed.largest() > 1.5 { 255.0 } else { 1.0 };
    let pairs = originals[16..].iter().zip(&reconstructed.values);
    let sum: f64 = pairs.map(|(&original, value)| (f64::from(original) / 255.0 - value / unit).powi(2)).sum();
    let found = sum / reconstructed.values.len() as f64;
    // Grey values may be rounded to whole ones, which moves the error by about (1/255)^2 / 12.
    stage.checks.near("reconstruct, MSE of what was written", found, mse, 2e-6 + 1e-5 * mse);
    Ok(())
}

fn pictures(stage: &mut Stage) -> Group {
    let run = stage.path(RUN);
    write(stage, stage.on_data("reconstruct", &run, "--count 10"), "ten.png")?;
    write(stage, stage.on_data("reconstruct", &run, "--count 5"), "five.png")?;
    let ten = png(stage, "reconstruct, figure of 10", &stage.path("ten.png"));
    let five = png(stage, "reconstruct, figure of 5", &stage.path("five.png"));
    let wider = matches!((ten, five), (Some(ten), Some(five)) if ten != five);
    stage.checks.that("reconstruct, --count", wider, format!("{ten:?} and {five:?} pixels"), "another size");
    write(stage, vec!["decode".into(), run.into(), stage.path("codes.npy").into()], "decoded.png")?;
    png(stage, "decode, figure", &stage.path("decoded.png"));
    Ok(())
}

fn inspections(stage: &mut Stage) -> Group {
    let run = stage.path(RUN);
    let written = ["codes.npy", "reconstructed.npy", "reconstruct.idx"].map(|name| stage.path(name));
    let trained = ["model.safetensors", "checkpoint.safetensors"].map(|name| run.join(name));
    let mut files: Vec<_> = written.into_iter().chain(trained).collect();
    if let super::Data::Mnist(folder) = &stage.data {
        let packed = folder.join("t10k-images-idx3-ubyte.gz");
        files.extend(Some(packed).filter(|file| file.exists()));
    }
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = stage.succeed([OsString::from("inspect"), file.clone().into()])?.stdout;
        let (object, _) = stage.json([OsString::from("inspect"), file.into()])?;
        let keys = object.as_object().map_or(0, serde_json::Map::len);
        let holds = !text.is_empty() && keys > 0;
        stage.checks.that(
            &format!("inspect {name}"),
            holds,
            format!("{} bytes, {keys} JSON keys", text.len()),
            "both",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_a_drawing_are_found() {
        let good = "<svg width=\"1\"><text>a</text><polyline points=\"0,0 1,1\"/></svg>\n";
        assert_eq!(svg_fault(good), None);
        for (from, to) in
            [("<svg", "svg"), ("</svg>", ""), ("</text>", ""), ("polyline", "circle"), ("1,1", "NaN,1")]
        {
            assert!(svg_fault(&good.replace(from, to)).is_some(), "{from}");
        }
    }

    #[test]
    fn an_idx_file_is_as_long_as_it_says() {
        let file = [0, 0, 0x0D, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(idx_elements(&file), Some(2));
        assert_eq!(idx_elements(&file[..19]), None);
        assert_eq!(idx_elements(b"\0\0"), None);
        assert_eq!(idx_elements(&[0, 0, 0x0A, 0]), None);
    }
}
