//! Reports of folders of data: MNIST-style IDX files, images, batches of CIFAR-10.

use std::path::Path;

use serde_json::{Value, json};

use super::arrays;
use super::report::{Report, shown_sizes};
use crate::data::{Cifar, IdxFolder, IdxPair, ImageFolder, PicturePart, Split, open_idx};
use crate::failure::Outcome;
use crate::terminal::numerals::counted;

pub(super) fn inspect_idx(path: &Path, folder: &IdxFolder) -> Outcome<Report> {
    let mut report = Report::new("idx-folder", path);
    for (name, pair) in [("train", &folder.train), ("test", &folder.test)] {
        match pair {
            Some(pair) => {
                let (value, lines) = inspect_pair(pair)?;
                report.add_lines(name, value, lines);
            }
            None => report.add(name, Value::Null, "none"),
        }
    }
    Ok(report)
}

fn inspect_pair(pair: &IdxPair) -> Outcome<(Value, Vec<String>)> {
    let mut value = json!({});
    let mut lines = Vec::new();
    for (name, path) in [("images", Some(&pair.images)), ("labels", pair.labels.as_ref())] {
        let Some(path) = path else {
            lines.push(format!("no {name}"));
            value[name] = Value::Null;
            continue;
        };
        let report = arrays::inspect_idx(path)?;
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        lines.push(format!("{file_name}: {}", open_idx(path)?.header()));
        value[name] = report.into_json();
    }
    Ok((value, lines))
}

/// Reports the pictures of a folder, or of each of its splits.
pub(super) fn inspect_images(path: &Path, folder: &ImageFolder) -> Outcome<Report> {
    if !folder.splits() {
        return inspect_part(path, folder, folder.part(Split::Train));
    }
    let mut report = Report::new("image-splits", path);
    let (train, test) = (folder.part(Split::Train), folder.part(Split::Test));
    for (name, part) in [("train", Some(train)), ("test", Some(test)), ("validation", folder.validation())] {
        let Some(part) = part else {
            report.add(name, Value::Null, "none");
            continue;
        };
        let pictures = inspect_part(part.folder(), folder, part)?.into_json();
        let name_of_folder = part.folder().file_name().unwrap_or_default().to_string_lossy();
        let shape = folder.first_shape(part)?;
        let count = counted(part.count(), "picture");
        report.add(name, pictures, format!("{name_of_folder}: {count}, {} (the first)", shown_sizes(&shape)));
    }
    let labels = folder.labels();
    report.add("labels", labels.to_vec(), shown_labels(labels));
    Ok(report)
}

/// Reports the number of pictures, and the shape of the first picture alone.
fn inspect_part(path: &Path, folder: &ImageFolder, part: &PicturePart) -> Outcome<Report> {
    let mut report = Report::new("images", path);
    report.add("samples", part.count(), part.count().to_string());
    let shape = folder.first_shape(part)?;
    report.add("sample_shape", shape.clone(), format!("{} (the first image)", shown_sizes(&shape)));
    let labels = folder.labels();
    report.add("labels", labels.to_vec(), shown_labels(labels));
    Ok(report)
}

fn shown_labels(labels: &[String]) -> String {
    if labels.is_empty() { "none".to_owned() } else { labels.join(", ") }
}

/// Reports the batches of CIFAR-10, of a folder or one alone.
pub(super) fn inspect_cifar(path: &Path, batches: &Cifar) -> Outcome<Report> {
    let mut report = Report::new("cifar-10", path);
    let [train, test] = batches.counts()?;
    report.add("train_samples", train, train.to_string());
    report.add("test_samples", test, test.to_string());
    report.add_sizes("sample_shape", &[32, 32, 3]);
    let classes = batches.classes()?;
    report.add("labels", classes.clone(), classes.join(", "));
    Ok(report)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::super::tests::outputs;

    #[test]
    fn a_folder_of_idx_files_and_their_spellings() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        idx_format::write_path(path.join("t10k-images.idx3-ubyte.gz"), &[2, 5, 3], &[1_u8; 30]).unwrap();
        idx_format::write_path(path.join("t10k-labels-idx1-ubyte"), &[2], &[1_u8; 2]).unwrap();
        let (text, json) = outputs(path);
        assert!(
            text.contains("train  none\ntest   t10k-images.idx3-ubyte.gz: u8 2 x 5 x 3\n       t10k-l"),
            "{text}"
        );
        assert_eq!(json["train"], json!(null));
        assert_eq!(json["test"]["images"]["sizes"], json!([2, 5, 3]));
        assert_eq!(json["test"]["labels"]["sizes"], json!([2]));
    }

    #[test]
    fn a_folder_of_images() {
        let folder = tempfile::tempdir().unwrap();
        for label in ["cat", "dog"] {
            fs::create_dir(folder.path().join(label)).unwrap();
            let file = fs::File::create(folder.path().join(label).join("a.png")).unwrap();
            let mut encoder = png::Encoder::new(file, 3, 2);
            encoder.set_color(png::ColorType::Grayscale);
            encoder.write_header().unwrap().write_image_data(&[7; 6]).unwrap();
        }
        let json = outputs(folder.path()).1;
        let expected = json!({
            "kind": "images", "path": folder.path().to_str(), "samples": 2, "sample_shape": [2, 3],
            "labels": ["cat", "dog"],
        });
        assert_eq!(json, expected);
    }
}
