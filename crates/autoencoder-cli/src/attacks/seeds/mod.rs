//! Seeds: small files of every form that a reader takes, made by code so that the repository holds no binary files.

mod pictures;
mod weights;

use std::io::Write;

use autoencoder::{
    Activation, Choice, Digest, EarlyStopping, Inference, Initialization, LayerSet, Loss, Model, Noise,
    Normalization, NumberScalingKind, Optimizer, Pretraining, Sampler, SamplerKind, Samples, Scaling,
    Schedule, ScoreKind, Scorer, Specification, TableColumns, TableValues, Trainer, TrainingOptions, Values,
    WordColumn,
};
use autoencoder_convert::{CompressedCodes, Quantizer, TextColumn};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use idx_format::{Element, Header};
use ndarray::Array2;
use rawzip::{CompressionMethod, ZipArchiveWriter};
use safetensors::Dtype;
use safetensors::tensor::TensorView;

#[cfg(test)]
pub(crate) use self::pictures::{exif, jpeg, sampled_jpeg};
pub(crate) use self::pictures::{jpegs, png, webp};
pub(super) use self::weights::weights;

type Seeds = Vec<Vec<u8>>;

pub(super) fn idx() -> Seeds {
    fn array<T: Element>(sizes: &[usize], elements: &[T]) -> Vec<u8> {
        idx_format::write(Vec::new(), sizes, elements).expect("a Vec takes everything")
    }
    let mut seeds = vec![
        array(&[2, 2, 3], &[0_u8, 1, 2, 253, 254, 255, 9, 8, 7, 6, 5, 4]),
        array(&[2, 1], &[-1_i8, 1]),
        array(&[1, 2, 1], &[-300_i16, 300]),
        array(&[3, 1], &[1 << 20, -(1 << 20), 7]),
        array(&[2, 2], &[0.5_f32, -1.5, 1e30, -0.0]),
        array(&[1, 2], &[0.25_f64, 1e-300]),
        array(&[4], &[1_u8, 2, 3, 4]),
        Header::new(idx_format::ElementType::U8, &[0, 28, 28]).expect("a header of nothing").to_bytes(),
    ];
    let halves = seeds[0].split_at(9);
    let [first, second] = [halves.0, halves.1].map(gzip);
    seeds.push(gzip(&seeds[0]));
    seeds.push([first, second].concat());
    seeds
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("a Vec takes everything")
}

/// A member of a zip archive: its name, its bytes, and whether they are deflated.
pub(super) type ZipMember = (String, Vec<u8>, bool);

/// A zip archive of members.
pub(super) fn zip(members: &[ZipMember]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut archive = ZipArchiveWriter::new(&mut file);
    for (name, bytes, is_deflated) in members {
        let method = if *is_deflated { CompressionMethod::DEFLATE } else { CompressionMethod::STORE };
        let begun = archive.new_file(name).compression_method(method).start();
        let Ok((mut entry, config)) = begun else { continue };
        let written = if *is_deflated {
            let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::fast()));
            writer.write_all(bytes).expect("a Vec takes everything");
            let (encoder, descriptor) = writer.finish().expect("a Vec takes everything");
            encoder.finish().expect("a Vec takes everything");
            descriptor
        } else {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(bytes).expect("a Vec takes everything");
            writer.finish().expect("a Vec takes everything").1
        };
        entry.finish(written).expect("a Vec takes everything");
    }
    archive.finish().expect("a Vec takes everything");
    file
}

pub(super) fn npz() -> Seeds {
    let arrays = npy();
    let file = |members: &[(&str, usize, bool)]| {
        let member = |&(name, array, is_deflated): &(&str, usize, bool)| {
            (format!("{name}.npy"), arrays[array].clone(), is_deflated)
        };
        zip(&members.iter().map(member).collect::<Vec<_>>())
    };
    vec![
        file(&[("arr_0", 0, false)]),
        file(&[("arr_0", 3, true)]),
        file(&[("x_train", 0, true), ("y_train", 5, true), ("x_test", 0, false)]),
        file(&[("X", 2, false), ("y", 5, false)]),
    ]
}

pub(super) fn compressed() -> Seeds {
    let file = |count: usize, width: usize, bits: u8, has_texts: bool| {
        let codes = Array2::from_shape_fn((count, width), |(row, column)| {
            if column == 1 { 0.5 } else { ((row * 31 + column * 17) % 23) as f32 / 7.0 }
        });
        let quantizer = Quantizer::fit(codes.view(), bits);
        let compressed = CompressedCodes::of(codes.view(), quantizer, Digest::of(b"model"));
        let texts = |name: &str, of: usize| {
            TextColumn::new(name, (0..count).map(|row| format!("{name} {}", row % of)))
        };
        let columns = if has_texts { vec![texts("id", count), texts("label", 3)] } else { Vec::new() };
        compressed.with_columns(columns).to_bytes()
    };
    vec![file(1, 1, 1, false), file(40, 3, 8, false), file(25, 2, 4, true), file(9, 5, 16, true)]
}

pub(super) fn tensors() -> Seeds {
    let numbers: Vec<u8> = (0..64).map(|index| index * 3 % 61).collect();
    let tensor = |dtype, shape: &[usize], bytes: usize| {
        TensorView::new(dtype, shape.to_vec(), &numbers[..bytes]).expect("the bytes of the shape")
    };
    let file = |tensors: Vec<(&str, TensorView<'_>)>| {
        safetensors::serialize(tensors, None).expect("tensors that differ in name")
    };
    vec![
        file(vec![("samples", tensor(Dtype::F32, &[2, 3], 24))]),
        file(vec![("codes", tensor(Dtype::BF16, &[4, 2], 16)), ("mean", tensor(Dtype::F64, &[2], 16))]),
        file(vec![("X", tensor(Dtype::U8, &[2, 3, 5, 2], 60)), ("y", tensor(Dtype::I64, &[2], 16))]),
    ]
}

pub(super) fn npy() -> Seeds {
    let file = |version: u8, descr: &str, fortran: &str, shape: &str, data: &[u8]| {
        let text = format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
        let length = u32::try_from(text.len()).expect("the text is short").to_le_bytes();
        let length = &length[..if version == 1 { 2 } else { 4 }];
        [b"\x93NUMPY", &[version, 0][..], length, text.as_bytes(), data].concat()
    };
    let floats: Vec<u8> = [0.5_f32, -1.0, 2.0, 3.5, 1e9, -0.0].iter().flat_map(|n| n.to_le_bytes()).collect();
    let doubles: Vec<u8> = [0.5_f64, 1e-40, 2.0, -3.0].iter().flat_map(|n| n.to_be_bytes()).collect();
    vec![
        file(1, "<f4", "False", "(2, 3)", &floats),
        file(2, "<f4", "True", "(3, 2)", &floats),
        file(3, ">f8", "False", "(2, 2)", &doubles),
        file(1, "|u1", "False", "(2, 2, 3)", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 254, 255]),
        file(1, "|u1", "True", "(2, 1, 2)", &[1, 2, 3, 4]),
        file(1, "|i1", "False", "(2, 1)", &[7, 3]),
    ]
}

pub(super) fn csv() -> Seeds {
    texts(&[
        "1,2,3\n4,5,6\n",
        "label,width,height\ncat,0.5,-1e-3\ndog,+2,3e38\n",
        "\"0\", 1 ,\"2\"\r\n1,.5,5.\r\n",
        "7\n8\n9\n",
        "a,label\n0.1,0\n0.2,1\n",
        "who,kind,n\nx,\"a b\",1\ny,c,\nz,?,3\nw,c,NA\n",
        "1;2,5;ja\n3;;nein\n4;5,5;ja\n",
        "day,n\n2024-01-31,1\n2024-02-01,2\n",
    ])
}

pub(super) fn streams() -> Seeds {
    texts(&[
        "1,2,3\n4,,6\n",
        "[1, 2.5, -3e2]\n\n[4, 5, null]\n",
        "kind,width,height,id\ncat,0.5,-1e-3,a\n\n\"do\"\"g\",+2,,\"b\nc\"\ndog,7,8,d\n",
        "height;kind;width\r\n1,5;cat;3\r\n2;bird;0,25\r\n",
        "{\"width\": 1.5, \"kind\": \"cat\", \"id\": 7}\n{\"height\": null, \"width\": -2e3}\n",
        "{\"kind\": \"\\u00fc \\\"x\\\"\", \"more\": true}\n {\"kind\": \"dog\", \"height\": \"3\"}\n",
    ])
}

fn texts(texts: &[&str]) -> Seeds {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn specifications() -> Vec<Specification> {
    let plain = || Specification::new(6, [4, 3]);
    vec![
        plain(),
        plain().with_tied_weights(true).with_activation(Activation::Relu),
        plain()
            .with_loss(Loss::Huber { delta: 0.5 })
            .with_output_activation(Activation::Linear)
            .with_top_k(2),
        plain().with_loss(Loss::Bce).variational(0.5),
        plain().sparse(0.125, 0.5),
        plain().contractive(0.01),
        plain().with_normalization(Normalization::Batch),
        Specification::new(4, [2]).l1(0.01),
        Specification::new(6, [4, 2])
            .with_output_activation(Activation::Linear)
            .with_table(TableColumns::new(2, [WordColumn::new(3, 0.5), WordColumn::new(1, 2.0)])),
    ]
}

fn model_of(specification: Specification, index: usize) -> Model {
    let features = specification.features;
    let mut model = Model::new(specification, Initialization::Glorot, 1).expect("a specification of ours");
    model.about.scaling = match index % 4 {
        0 => Scaling::Bytes,
        1 => Scaling::MinMax { minimum: vec![-0.1; features], maximum: vec![1.0; features] },
        2 => Scaling::Standard { mean: vec![0.5; features], deviation: vec![0.25; features] },
        _ => Scaling::None,
    };
    // A sigmoid reaches numbers within 0 and 1 only.
    if model.architecture().specification().output_activation == Activation::Sigmoid && index % 4 == 2 {
        model.about.scaling = Scaling::None;
    }
    if features == 6 && index.is_multiple_of(2) {
        model.about.sample_shape = vec![2, 3];
    }
    if let Some(table) = &model.architecture().specification().table {
        let Values::Table(rows) = rows_of(table, 9) else { unreachable!("rows of a table") };
        let kinds = [NumberScalingKind::RankGauss, NumberScalingKind::Robust];
        model.about.scaling = rows.fit(|column| kinds[column % 2]);
        model.about.sample_shape = vec![features];
    }
    model
}

/// Rows of a table with these columns, every fourth number and word a hole.
pub(super) fn rows_of(table: &TableColumns, rows: usize) -> Values {
    let numbers = |(row, column): (usize, usize)| {
        if (row + column) % 4 == 3 { f64::NAN } else { (row * 3 + column) as f64 / 2.0 }
    };
    let words = |(row, column): (usize, usize)| {
        let word = (row + column) % table.words[column].words;
        if (row + column) % 4 == 2 { TableValues::HOLE } else { u32::try_from(word).expect("few words") }
    };
    let counts: Vec<usize> = table.words.iter().map(|column| column.words).collect();
    let numbers = Array2::from_shape_fn((rows, table.numbers), numbers);
    let words = Array2::from_shape_fn((rows, counts.len()), words);
    Values::Table(TableValues::new(numbers, words, counts).expect("words below their number"))
}

pub(super) fn models() -> Seeds {
    let model = |(index, specification)| {
        let mut model = model_of(specification, index);
        let inference = Inference::new(&model);
        let of_any = || ScoreKind::ALL.iter().copied().filter(|kind| !kind.draws_codes());
        let kind = if model.architecture().specification().is_variational() {
            ScoreKind::Bound
        } else {
            of_any().cycle().nth(index).expect("kinds of any model")
        };
        let scorer = Scorer::fit(&inference, kind, &samples_of(&model), None, 0);
        let kind = if index.is_multiple_of(2) { SamplerKind::Mixture } else { SamplerKind::Gaussian };
        let sampler = Sampler::fit(&inference, kind, 2, &samples_of(&model), 0);
        model.scorer = Some(scorer.expect("samples of the model's width"));
        model.sampler = Some(sampler.expect("samples of the model's width"));
        model.to_bytes()
    };
    specifications().into_iter().enumerate().map(model).collect()
}

pub(super) fn onnx() -> Seeds {
    weights::onnx(&models())
}

pub(super) fn checkpoints() -> Seeds {
    let options = |index: usize| {
        let options = TrainingOptions::default().with_epochs(2).with_batch_size(3);
        match index {
            0 => options.with_optimizer(Optimizer::MOMENTUM).with_schedule(Schedule::COSINE),
            1 => options.with_keep_best(true).with_noise(Some(Noise::Masking { share: 0.3 })),
            2 => options.with_early_stopping(EarlyStopping::new(3)).with_clip_norm(1.0),
            3 => options.with_optimizer(Optimizer::Sgd).with_penalty_warmup_epochs(1.5),
            4 => options.with_warmup_epochs(0.5).with_accumulate(2),
            _ => options,
        }
    };
    let mut seeds = Seeds::new();
    for (index, specification) in specifications().into_iter().enumerate() {
        let model = model_of(specification, index);
        let samples = samples_of(&model);
        let mut trainer = Trainer::of_model(model, options(index)).expect("options of ours");
        trainer.validate(&samples).fit(&samples).expect("a short training of ours");
        seeds.push(trainer.checkpoint());
    }
    let model = model_of(Specification::new(6, [4, 3]), 3);
    let pretraining = Pretraining::new(model, options(9).with_frozen(LayerSet::default()));
    seeds.push(pretraining.expect("options of ours").checkpoint());
    seeds
}

fn samples_of(model: &Model) -> Samples {
    let shape = (8, model.architecture().features());
    let values = match (&model.architecture().specification().table, &model.about.scaling) {
        (Some(table), _) => rows_of(table, shape.0),
        (None, Scaling::Bytes) => {
            Values::Bytes(Array2::from_shape_fn(shape, |(row, _)| [0, 85, 255][row % 3]))
        }
        (
            None,
            Scaling::None | Scaling::MinMax { .. } | Scaling::Standard { .. } | Scaling::Columns { .. },
        ) => Values::Floats(Array2::from_shape_fn(shape, |(row, column)| ((row + column) % 5) as f32 / 4.0)),
    };
    model.samples(values).expect("samples of the model's width")
}

pub(super) fn metrics() -> Seeds {
    let head = "epoch,train_mse,train_loss,validation_mse,validation_loss,seconds,samples_per_second";
    let rows = "1,0.1,0.1,0.3,0.3,0.25,400.0\n2,0.05,0.05,,,,\n3,0.03,0.03,0.1,0.1,0.25,400.0\n";
    let terms = "1,0.1,9.0,0.3,9.5,0.25,400.0,7.0,2.0\n2,0.05,8.0,,,,,6.5,1.5\n";
    texts(&[
        &format!("{head}\n{rows}"),
        &format!("{head},train_reconstruction,train_kl\n{terms}"),
        &format!("{head}\n"),
        &format!("{head}\n7,1e-9,2e9,NaN,inf,0,0\n"),
    ])
}

pub(super) fn configs() -> Seeds {
    texts(&[
        "data = \"synthetic\"\npreset = \"sharp\"\nlayers = [64, 16]\nactivation = \"relu\"\nseed = 3\n",
        "epochs = 3\nbatch-size = 128\nlearning-rate = 0.001\noptimizer = \"adamw\"\nweight-decay = 0.01\n",
        "schedule = \"step\"\nschedule-factor = 0.5\nschedule-epochs = 2\nwarmup-epochs = 0.5\nclip-norm = 1\n",
        "penalty = \"sparse\"\nsparsity-target = 0.125\npenalty-weight = 0.5\nnoise = \"masking\"\nnoise-strength = 0.2\n",
        "penalty = 'variational'\nloss = 'bce'\nvalidation = 0.1\npatience = 3\nkeep-best = true\n",
        "tied = true\ninit = \"he\"\nscale = \"standard\"\nfreeze = [\"encoder.0\"]\ndropout = 0.1\ntop-k = 4\n",
        "loss = \"huber\"\nhuber-delta = 0.5\nvalidation = \"none\"\nprecision = \"f32\"\nnormalization = \"batch\"\n",
    ])
}

pub(super) fn grids() -> Seeds {
    texts(&[
        "seed = [1, 2]\nepochs = 3\nlearning-rate = [0.1, 1, 0.01]\n",
        "layers = [[16, 4], [8]]\nloss = [\"mse\", \"mae\"]\n",
        "validation = [0.1, \"none\"]\nlayers = [16, 4]\ntied = [true, false]\n",
        "penalty = [\"none\", \"l1\"]\npreset = \"sharp\"\nfreeze = [[\"encoder.0\"], []]\n",
    ])
}
