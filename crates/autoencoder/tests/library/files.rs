//! Model files: a written file is read again, and each attack is refused for its reason.

use std::collections::HashMap;

use autoencoder::{
    FileError, FileHead, FileKind, Initialization, Model, Normalization, Pretraining, Samples, Scaling,
    Specification, Trainer, TrainingOptions, Values,
};
use ndarray::Array2;
use proptest::prelude::*;
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};

use crate::support::BreakAfter;

fn model() -> Model {
    let mut model = Model::new(Specification::new(6, [4, 3]), Initialization::Normal, 1).unwrap();
    model.about.scaling = Scaling::MinMax { minimum: vec![0.1; 6], maximum: vec![1.0 / 3.0; 6] };
    model.about.sample_shape = vec![2, 3];
    model
}

fn checkpoint() -> Vec<u8> {
    let options = TrainingOptions::default().with_epochs(2).with_batch_size(4);
    let mut trainer = Trainer::of_model(untrained(), options).unwrap();
    trainer.validate(&samples()).fit(&samples()).unwrap();
    trainer.checkpoint()
}

/// A pretraining in the second of five epochs of its first layer.
fn pretraining() -> Vec<u8> {
    let options = TrainingOptions::default().with_epochs(5).with_batch_size(8);
    let mut pretraining = Pretraining::new(untrained(), options).unwrap();
    pretraining.train_layer(&samples(), &mut BreakAfter(2)).unwrap();
    pretraining.checkpoint()
}

fn untrained() -> Model {
    Model::new(Specification::new(6, [4, 3]), Initialization::Glorot, 1).unwrap()
}

fn samples() -> Samples {
    let values = Array2::from_shape_fn((8, 6), |(row, column)| ((row + column) % 5) as f32 / 4.0);
    Samples::new(Values::Floats(values), Scaling::None).unwrap()
}

/// A description without its checksums, as the files of earlier programs have it.
fn without_checksums(description: &str) -> String {
    description
        .rfind(",\"checksum\":")
        .map_or_else(|| description.to_owned(), |at| description[..at].to_owned() + "}")
}

/// Writes a file again without checksums, with its tensors and its JSON object changed.
fn rewritten(
    bytes: &[u8],
    change: impl Fn(&mut Vec<(String, Dtype, Vec<usize>, Vec<u8>)>),
    json: impl Fn(&str) -> String,
) -> Vec<u8> {
    written(bytes, change, |text| json(&without_checksums(text)))
}

/// Writes a file again, with its tensors and its JSON object changed, and with its old checksums where `json` leaves them.
fn written(
    bytes: &[u8],
    change: impl Fn(&mut Vec<(String, Dtype, Vec<usize>, Vec<u8>)>),
    json: impl Fn(&str) -> String,
) -> Vec<u8> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).unwrap();
    let object = json(&metadata.metadata().as_ref().unwrap()["autoencoder"]);
    let file = SafeTensors::deserialize(bytes).unwrap();
    let mut tensors: Vec<_> = file
        .tensors()
        .into_iter()
        .map(|(name, view)| (name, view.dtype(), view.shape().to_vec(), view.data().to_vec()))
        .collect();
    change(&mut tensors);
    let views = tensors.iter().map(|(name, dtype, shape, data)| {
        (name.clone(), TensorView::new(*dtype, shape.clone(), data).unwrap())
    });
    serialize(views, Some(HashMap::from([("autoencoder".to_owned(), object)]))).unwrap()
}

/// Penalties had other names in older files, which are still read.
#[test]
fn penalties_by_their_old_names_are_read() {
    let plain = || Specification::new(6, [4, 3]);
    let renamed = [
        (plain().sparse(0.125, 0.5), r#""kind":"sparse""#, r#""kind":"kl-sparsity""#),
        (plain().contractive(0.5), r#""kind":"contractive""#, r#""kind":"contraction""#),
        (plain().variational(0.5), r#""weight":0.5"#, r#""kl_weight":0.5"#),
    ];
    for (specification, new, old) in renamed {
        let model = Model::new(specification, Initialization::Glorot, 1).unwrap();
        let file = rewritten(
            &model.to_bytes(),
            |_| {},
            |json| {
                assert!(json.contains(new), "{json}");
                json.replace(new, old)
            },
        );
        assert_eq!(Model::from_bytes(&file).unwrap(), model, "{old}");
    }
}

fn refuse(bytes: &[u8]) -> FileError {
    Model::from_bytes(bytes).expect_err("a file to refuse")
}

#[test]
fn a_model_is_read_as_it_was_written_and_written_the_same() {
    let model = model();
    let bytes = model.to_bytes();
    let read = Model::from_bytes(&bytes).unwrap();
    assert_eq!(read, model);
    assert_eq!(read.to_bytes(), bytes);
}

#[test]
fn names_and_layout_are_those_of_pytorch() {
    let bytes = model().to_bytes();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(file.tensor("encoder.0.weight").unwrap().shape(), [4, 6]);
    assert_eq!(file.tensor("decoder.1.bias").unwrap().shape(), [6]);
    let weight = file.tensor("encoder.1.weight").unwrap();
    let second_row = f32::from_le_bytes(weight.data()[4 * 4..][..4].try_into().unwrap());
    assert_eq!(second_row.to_bits(), model().parameters().weight(1)[[1, 0]].to_bits());
}

#[test]
fn the_head_alone_says_what_the_file_holds() {
    let bytes = checkpoint();
    let length = FileHead::length(bytes[..8].try_into().unwrap()).unwrap();
    let head = FileHead::parse(&bytes[8..8 + usize::try_from(length).unwrap()]).unwrap();
    assert_eq!(head.kind, FileKind::Checkpoint);
    assert_eq!(head.architecture.to_string(), "6-4-3-4-6");
    assert_eq!(head.progress.unwrap().history.len(), 2);
    assert_eq!(head.tensors.len(), 8 * 3);
    assert!(matches!(FileHead::length([0xff; 8]), Err(FileError::HeadTooLong { .. })));
}

#[test]
fn the_model_in_a_checkpoint_can_be_read() {
    let bytes = checkpoint();
    let model = Model::from_bytes(&bytes).unwrap();
    assert_eq!(model.about.training.as_ref().unwrap().epochs, 2);
    assert_eq!(&model, &Trainer::resume(&bytes, 2).unwrap().model());
}

#[test]
fn a_model_is_no_checkpoint() {
    let error = Trainer::resume(&model().to_bytes(), 5).unwrap_err();
    assert_eq!(error.to_string(), "expected a checkpoint, found a model");
}

#[test]
fn every_truncation_is_refused() {
    let bytes = model().to_bytes();
    for length in 0..bytes.len() {
        refuse(&bytes[..length]);
    }
    refuse(&[&bytes[..], &[0]].concat());
}

#[test]
fn a_file_of_another_program_is_named_as_such() {
    let data = 1.0f32.to_le_bytes();
    let tensor = TensorView::new(Dtype::F32, vec![1], &data).unwrap();
    let bytes = serialize([("weight", tensor)], None).unwrap();
    assert!(matches!(refuse(&bytes), FileError::Foreign));
}

#[test]
fn an_unknown_version_is_refused_before_its_form() {
    for found in [0, 2] {
        let bytes =
            rewritten(&model().to_bytes(), |_| {}, |_| format!("{{\"version\": {found}, \"news\": []}}"));
        assert_eq!(
            refuse(&bytes).to_string(),
            format!("expected a format version from 1 to 1, found {found}")
        );
    }
}

#[test]
fn unknown_or_malformed_descriptions_are_refused() {
    for object in ["", "[]", "{\"version\": 1}", "{\"version\": -1}", "nonsense"] {
        let bytes = rewritten(&model().to_bytes(), |_| {}, |_| object.to_owned());
        assert!(matches!(refuse(&bytes), FileError::Description(_)), "{object}");
    }
}

#[test]
fn a_specification_that_stands_for_nothing_is_refused() {
    let bytes = rewritten(&model().to_bytes(), |_| {}, |json| json.replace("[4,3]", "[4,0]"));
    assert!(matches!(refuse(&bytes), FileError::Specification(_)));
    let bytes =
        rewritten(&model().to_bytes(), |_| {}, |json| json.replace("[4,3]", "[18446744073709551615]"));
    assert!(matches!(refuse(&bytes), FileError::Specification(_)));
}

#[test]
fn every_flipped_bit_is_noticed() {
    for (bytes, read) in [
        (
            model().to_bytes(),
            (|bytes| Model::from_bytes(bytes).map(drop)) as fn(&[u8]) -> Result<(), FileError>,
        ),
        (checkpoint(), |bytes| Trainer::resume(bytes, 3).map(drop)),
        (pretraining(), |bytes| Pretraining::resume(bytes).map(drop)),
    ] {
        read(&bytes).unwrap();
        let mut bytes = bytes;
        for at in 0..bytes.len() {
            // One bit of each byte, another one from byte to byte.
            bytes[at] ^= 1 << (at % 8);
            assert!(read(&bytes).is_err(), "byte {at} of {}", bytes.len());
            bytes[at] ^= 1 << (at % 8);
        }
    }
}

#[test]
fn changed_numbers_and_changed_descriptions_are_told_apart() {
    let bytes = model().to_bytes();
    let weight = written(&bytes, |tensors| tensors[0].3[0] ^= 1, str::to_owned);
    assert!(matches!(refuse(&weight), FileError::Checksum { part: "tensors" }));
    let renamed = written(&bytes, |_| {}, |json| json.replace("\"mse\"", "\"mae\""));
    assert!(matches!(refuse(&renamed), FileError::Checksum { part: "description" }));
    assert!(FileHead::of_file(&renamed).is_err(), "the head alone tells it too");
}

#[test]
fn a_file_without_checksums_is_read() {
    let old = rewritten(&model().to_bytes(), |_| {}, str::to_owned);
    assert_eq!(Model::from_bytes(&old).unwrap(), model());
    assert_eq!(FileHead::of_file(&old).unwrap().checksums, None);
    assert!(FileHead::of_file(&model().to_bytes()).unwrap().checksums.is_some());
}

/// A description may claim anything: memory is asked for only after its tensors were found.
#[test]
fn claims_of_many_parameters_layers_and_epochs_are_refused_at_once() {
    let begun = std::time::Instant::now();
    let wide = rewritten(
        &model().to_bytes(),
        |_| {},
        |json| {
            let json = json.replace("\"features\":6", "\"features\":600000000").replace("[4,3]", "[1]");
            let scaling = json.find("\"scaling\":").unwrap()..json.find(",\"sample_shape\"").unwrap();
            let json =
                [&json[..scaling.start], "\"scaling\":{\"kind\":\"bytes\"}", &json[scaling.end..]].concat();
            json.replace("[2,3]", "[600000000]")
        },
    );
    assert!(matches!(refuse(&wide), FileError::Shape { .. }), "{}", refuse(&wide));
    let deep = vec!["1"; 1_000_000].join(",");
    let deep = rewritten(&model().to_bytes(), |_| {}, |json| json.replace("[4,3]", &format!("[{deep}]")));
    let refused = refuse(&deep).to_string();
    assert_eq!(refused, "the encoder would have 1000000 layers, expected at most 1000");
    for epochs in [usize::MAX, 100_000_000_000, 1_000_000_000, 3] {
        let claim = format!("\"epochs\":{epochs}}}}}");
        let long = rewritten(&checkpoint(), |_| {}, |json| json.replace("\"epochs\":2}}", &claim));
        let refused = Trainer::resume(&long, 5).unwrap_err().to_string();
        assert_eq!(refused, format!("epochs in the history: expected {epochs}, found 2"));
    }
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}

#[test]
fn scalings_that_scale_nothing_are_refused() {
    for (maximum, says) in
        [("-0.5", "expected a number from 0.1, found -0.5"), ("1e39", "a finite f32 number")]
    {
        let bytes =
            rewritten(&model().to_bytes(), |_| {}, |json| json.replace("0.3333333333333333", maximum));
        let refused = refuse(&bytes).to_string();
        assert!(
            refused.starts_with("maximum of the scaling of feature 0") && refused.contains(says),
            "{refused}"
        );
    }
}

/// The number of samples is known only when the training goes on.
#[test]
fn progress_beyond_the_samples_is_refused() {
    for (new, says) in [
        (
            "\"part\":{\"samples\":1000000,",
            "samples of the epoch under way of the training so far: expected at most 8",
        ),
        ("\"part\":{\"samples\":3,", "expected a multiple of 4 for this number of samples, found 3"),
        (
            "\"part\":{\"samples\":4,",
            "steps of the training so far: expected 5 for this number of samples, found 4",
        ),
    ] {
        let bytes = rewritten(&checkpoint(), |_| {}, |json| json.replace("\"part\":{\"samples\":0,", new));
        let refused = Trainer::resume(&bytes, 5).unwrap().fit(&samples()).unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
    }
    let steps = |json: &str| json.replace("\"steps\":4,", "\"steps\":18446744073709551615,");
    let bytes = rewritten(&checkpoint(), |_| {}, steps);
    let refused = Trainer::resume(&bytes, 5).unwrap().fit(&samples()).unwrap_err().to_string();
    assert!(refused.contains("found 18446744073709551615"), "{refused}");
}

#[test]
fn missing_extra_and_misshapen_tensors_are_named() {
    let bytes = model().to_bytes();
    let missing =
        rewritten(&bytes, |tensors| tensors.retain(|tensor| tensor.0 != "decoder.0.bias"), str::to_owned);
    assert_eq!(refuse(&missing).to_string(), "expected the tensor decoder.0.bias, found none");
    let extra = rewritten(
        &bytes,
        |tensors| tensors.push(("more".to_owned(), Dtype::U8, vec![1], vec![0])),
        str::to_owned,
    );
    assert_eq!(refuse(&extra).to_string(), "found the tensor more, which the model does not have");
    let reshape = |name: &str, shape: [usize; 2]| {
        rewritten(
            &bytes,
            |tensors| {
                tensors
                    .iter_mut()
                    .filter(|tensor| tensor.0 == name)
                    .for_each(|tensor| tensor.2 = shape.to_vec());
            },
            str::to_owned,
        )
    };
    let error = refuse(&reshape("encoder.0.weight", [6, 4]));
    assert_eq!(error.to_string(), "tensor encoder.0.weight: expected F32 [4, 6], found F32 [6, 4]");
}

#[test]
fn another_type_of_the_same_size_is_refused() {
    let bytes = rewritten(
        &model().to_bytes(),
        |tensors| tensors.iter_mut().for_each(|tensor| tensor.1 = Dtype::I32),
        str::to_owned,
    );
    assert!(matches!(refuse(&bytes), FileError::Shape { .. }));
}

#[test]
fn numbers_that_are_not_finite_are_refused_with_their_place() {
    for bad in [f32::NAN, f32::INFINITY] {
        let bytes = rewritten(
            &model().to_bytes(),
            |tensors| {
                let tensor = tensors.iter_mut().find(|tensor| tensor.0 == "encoder.1.weight").unwrap();
                tensor.3[8..12].copy_from_slice(&bad.to_le_bytes());
            },
            str::to_owned,
        );
        let error = refuse(&bytes);
        assert!(
            matches!(&error, FileError::NotFinite { tensor, index: 2, .. } if tensor == "encoder.1.weight"),
            "{error}"
        );
    }
}

#[test]
fn a_variance_below_zero_is_refused() {
    let specification = Specification::new(6, [4, 3]).with_normalization(Normalization::Batch);
    let normalized = Model::new(specification, Initialization::Glorot, 0).unwrap();
    let bytes = rewritten(
        &normalized.to_bytes(),
        |tensors| {
            let tensor = tensors.iter_mut().find(|tensor| tensor.0 == "decoder.0.variance").unwrap();
            tensor.3[4..8].copy_from_slice(&(-0.5f32).to_le_bytes());
        },
        str::to_owned,
    );
    let refused = refuse(&bytes).to_string();
    assert_eq!(refused, "tensor decoder.0.variance: expected numbers from 0, found -0.5");
}

#[test]
fn what_contradicts_the_model_is_refused() {
    let shape = rewritten(&model().to_bytes(), |_| {}, |json| json.replace("[2,3]", "[3,3]"));
    assert_eq!(refuse(&shape).to_string(), "size of the sample shape: expected 6, found 9");
    let mut model = model();
    model.about.scaling = Scaling::Standard { mean: vec![0.0; 5], deviation: vec![1.0; 5] };
    assert!(matches!(refuse(&model.to_bytes()), FileError::Contradiction { .. }));
    let moments = rewritten(
        &checkpoint(),
        |tensors| tensors.retain(|tensor| !tensor.0.starts_with("optimizer.second")),
        str::to_owned,
    );
    assert!(matches!(Trainer::resume(&moments, 5), Err(FileError::Contradiction { .. })));

    for (layer, found) in [("", "none"), (",\"layer\":2", "2")] {
        let bytes = rewritten(&pretraining(), |_| {}, |json| json.replace(",\"layer\":0", layer));
        let error = Pretraining::resume(&bytes).unwrap_err().to_string();
        assert_eq!(error, format!("the layer that is pretrained: expected one from 0 to 1, found {found}"));
    }
    let long = rewritten(&pretraining(), |_| {}, |json| json.replace("\"epochs\":5", "\"epochs\":0"));
    let error = Pretraining::resume(&long).unwrap_err().to_string();
    assert_eq!(error, "epochs in the history: expected at most 0, found 1");
}

#[test]
fn scalings_whose_two_halves_differ_in_length_are_refused() {
    let bytes = rewritten(
        &model().to_bytes(),
        |_| {},
        |json| {
            let start = json.find("\"maximum\":[").unwrap();
            let end = start + json[start..].find(']').unwrap();
            format!("{}\"maximum\":[1.0{}", &json[..start], &json[end..])
        },
    );
    refuse(&bytes);
}

proptest! {
    #[test]
    fn mutated_files_never_panic(at: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
        for file in files_once() {
            let mut bytes = file.clone();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = Model::from_bytes(&bytes);
            let _ = Trainer::resume(&bytes, 3);
            let _ = Pretraining::resume(&bytes);
            bytes.truncate(cut.index(bytes.len()));
            let _ = Model::from_bytes(&bytes);
            let _ = FileHead::parse(&bytes);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
        let _ = Model::from_bytes(&bytes);
        let _ = FileHead::parse(&bytes);
    }
}

fn files_once() -> &'static [Vec<u8>; 2] {
    static FILES: std::sync::OnceLock<[Vec<u8>; 2]> = std::sync::OnceLock::new();
    FILES.get_or_init(|| [checkpoint(), pretraining()])
}
