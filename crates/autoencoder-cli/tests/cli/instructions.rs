//! The vector instructions that the environment chooses.

use std::process::Output;

use autoencoder::{Instructions, Model};

use crate::program::Scratch;

/// Every preset, and every kind of model or training that computes something of its own.
const TRAININGS: [&str; 14] = [
    "--preset tutorial --layers 24,8",
    "--preset vae --layers 24,8",
    "--preset hinton --layers 24,12,8",
    "--preset sharp --layers 24,8",
    "--layers 24,8 --tied --optimizer adamw",
    "--layers 24,8 --penalty sparse --optimizer rmsprop",
    "--layers 24,8 --penalty l1 --activation silu --code-activation gelu",
    "--layers 24,12,8 --penalty contractive --activation tanh",
    "--layers 24,8 --normalization batch --activation elu --dropout 0.2",
    "--layers 24,8 --noise gaussian --activation leaky-relu --loss huber",
    "--layers 24,8 --noise masking --activation softplus --loss bce --clip-norm 1",
    "--layers 24,8 --noise salt-and-pepper --loss mae --accumulate 2",
    "--layers 64 --top-k 5 --code-activation linear --noise swap",
    "--layers 24,12,8 --pretrain-epochs 1 --shift 1 --optimizer nesterov",
];

impl Scratch {
    fn with(&self, set: &str, words: &str) -> Output {
        self.command(words).env("AUTOENCODER_INSTRUCTIONS", set).output().unwrap()
    }
}

#[test]
fn each_set_gives_the_same_bytes_on_any_number_of_threads() {
    let scratch = Scratch::new();
    for set in Instructions::available().into_iter().map(Instructions::short_name) {
        for (index, words) in TRAININGS.into_iter().enumerate() {
            let runs = [1, 3].map(|threads| {
                let run = format!("{set}-{index}-{threads}");
                let quick =
                    "train synthetic --limit 120 --batch-size 50 --epochs 1 --validation none --quiet";
                let output = scratch.with(set, &format!("{quick} {words} --threads {threads} --out {run}"));
                assert!(
                    output.status.success(),
                    "{set} {words}: {}",
                    String::from_utf8_lossy(&output.stderr)
                );
                scratch.read(&format!("{run}/checkpoint.safetensors"))
            });
            assert!(runs[0] == runs[1], "{set}: {words}");
        }
    }
}

/// The sets differ by rounding and by no more, which also shows that the environment is heard.
#[test]
fn sets_differ_by_rounding() {
    let scratch = Scratch::new();
    let train =
        "train synthetic --limit 120 --batch-size 50 --epochs 1 --layers 24,8 --validation none --quiet";
    let mut models = Vec::new();
    for set in Instructions::available().into_iter().map(Instructions::short_name) {
        assert!(scratch.with(set, &format!("{train} --out {set}")).status.success(), "{set}");
        models.push((set, Model::from_bytes(&scratch.read(&format!("{set}/model.safetensors"))).unwrap()));
    }
    let (_, portable) = &models[0];
    for (set, model) in &models[1..] {
        let pairs = || portable.parameters().as_slice().iter().zip(model.parameters().as_slice());
        assert!(pairs().all(|(a, b)| (a - b).abs() < 1e-4), "{set}: more than rounding");
        assert!(pairs().any(|(a, b)| a.to_bits() != b.to_bits()), "{set}: the very bits of portable");
    }
}

#[test]
fn a_set_that_is_not_there_is_refused_with_those_that_are() {
    let scratch = Scratch::new();
    for name in ["sse9", "AVX-512", "portable,avx2"] {
        let output = scratch.with(name, "train synthetic");
        let said = String::from_utf8(output.stderr).unwrap();
        let expected = format!(
            "autoencoder: AUTOENCODER_INSTRUCTIONS: expected a set of instructions of this processor, found {name}; \
             this processor has portable"
        );
        assert!(said.starts_with(&expected) && said.lines().count() == 1, "{said}");
        assert_eq!(output.status.code(), Some(2));
    }
    assert!(scratch.with("", "inspect --help").status.success(), "an empty variable is none");
}
