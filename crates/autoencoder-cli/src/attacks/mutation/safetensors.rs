//! Model files and checkpoints: the JSON at their beginning is changed as a tree, tensors as tensors, and lengths and
//! offsets hold afterwards.

use serde_json::Value;

use super::tree::Tree;
use super::{bytes, text};
use crate::attacks::random::Random;

/// The key whose value is the description of a model: JSON inside a string.
const KEY: &str = "autoencoder";

/// The field that would tell every change; files without it are read too.
const CHECKSUM: &str = "checksum";

/// Names that the reader knows.
const WORDS: [&str; 65] = [
    "kind",
    "version",
    "model",
    "checkpoint",
    "pretraining",
    "specification",
    "about",
    "progress",
    "features",
    "layers",
    "activation",
    "linear",
    "sigmoid",
    "relu",
    "tanh",
    "gelu",
    "softplus",
    "loss",
    "mse",
    "mae",
    "bce",
    "huber",
    "gaussian",
    "delta",
    "deviation",
    "tied",
    "penalty",
    "none",
    "sparse",
    "l1",
    "contractive",
    "variational",
    "weight",
    "target",
    "batch",
    "normalization",
    "top_k",
    "table",
    "numbers",
    "words",
    "scaling",
    "bytes",
    "min-max",
    "standard",
    "minimum",
    "mean",
    "sample_shape",
    "options",
    "epochs",
    "adam",
    "sgd",
    "momentum",
    "rmsprop",
    "step",
    "cosine",
    "one-cycle",
    "exponential",
    "masking",
    "swap",
    "frozen",
    "bf16",
    "steps",
    "history",
    "encoder.0.weight",
    "",
];

/// Types of tensors.
const TYPES: [&str; 6] = ["F32", "F64", "BF16", "U8", "I64", "BOOL"];

/// A tensor with its own bytes.
#[derive(Clone)]
struct Tensor {
    name: String,
    dtype: String,
    shape: Vec<u64>,
    data: Vec<u8>,
}

/// Changes a file, or its bytes where it is no safetensors file.
pub(crate) fn safetensors(file: &mut Vec<u8>, random: &mut Random) {
    let Some((mut description, mut tensors)) = apart(file) else { return bytes::few(file, random) };
    description.remove(CHECKSUM);
    for _ in 0..=random.below(3) {
        match random.below(20) {
            0..=12 => description.change(&WORDS, random),
            13..=15 => change(&mut tensors, random),
            _ => number(&mut tensors, random),
        }
    }
    let mut description = description.json();
    if random.chance(5) {
        let mut changed = description.into_bytes();
        text(&mut changed, random);
        description = String::from_utf8_lossy(&changed).into_owned();
    }
    *file = together(&description, &tensors, random);
    if random.chance(5) {
        bytes::one(file, random);
    }
}

fn apart(file: &[u8]) -> Option<(Tree, Vec<Tensor>)> {
    let (length, rest) = file.split_first_chunk()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (head, data) = rest.split_at_checked(length)?;
    let head: serde_json::Map<String, Value> = serde_json::from_slice(head).ok()?;
    let description = Tree::parse(head.get("__metadata__")?.get(KEY)?.as_str()?)?;
    let tensor = |(name, value): (&String, &Value)| {
        let number = |value: &Value| value.as_u64();
        let offset = |index: usize| usize::try_from(value["data_offsets"][index].as_u64()?).ok();
        Some(Tensor {
            name: name.clone(),
            dtype: value["dtype"].as_str()?.to_owned(),
            shape: value["shape"].as_array()?.iter().filter_map(number).collect(),
            data: data.get(offset(0)?..offset(1)?)?.to_vec(),
        })
    };
    Some((description, head.iter().filter_map(tensor).collect()))
}

fn together(description: &str, tensors: &[Tensor], random: &mut Random) -> Vec<u8> {
    let mut keys =
        vec![("__metadata__".to_owned(), Tree::Object(vec![(KEY.to_owned(), string(description))]))];
    let mut end = 0;
    for Tensor { name, dtype, shape, data } in tensors {
        let numbers =
            |numbers: &[u64]| Tree::List(numbers.iter().map(|n| Tree::Leaf(n.to_string())).collect());
        let start = end;
        end += data.len() as u64;
        let tensor = vec![
            ("dtype".to_owned(), string(dtype)),
            ("shape".to_owned(), numbers(shape)),
            ("data_offsets".to_owned(), numbers(&[start, end])),
        ];
        keys.push((name.clone(), Tree::Object(tensor)));
    }
    let mut head = Tree::Object(keys);
    // Now and then the offsets do not hold.
    if random.chance(5) {
        head.change(&WORDS, random);
    }
    let mut head = head.json().into_bytes();
    head.resize(head.len().next_multiple_of(8), b' ');
    let mut file = (head.len() as u64).to_le_bytes().to_vec();
    file.append(&mut head);
    for tensor in tensors {
        file.extend(&tensor.data);
    }
    file
}

fn string(text: &str) -> Tree {
    Tree::Leaf(Value::from(text).to_string())
}

/// Changes the list of tensors, or one of them with its bytes.
fn change(tensors: &mut Vec<Tensor>, random: &mut Random) {
    if tensors.is_empty() {
        return;
    }
    let [one, other] = [random.below(tensors.len()), random.below(tensors.len())];
    match random.below(6) {
        0 => drop(tensors.remove(one)),
        1 => {
            let mut copied = tensors[one].clone();
            copied.name = random.pick(&["best.", "optimizer.first.", "optimizer.second.", "x."]).to_string()
                + &copied.name;
            tensors.push(copied);
        }
        2 => {
            let name = tensors[one].name.clone();
            tensors[one].name = std::mem::replace(&mut tensors[other].name, name);
        }
        3 => (*random.pick(&TYPES)).clone_into(&mut tensors[one].dtype),
        4 => tensors[one].shape.reverse(),
        _ => {
            let tensor = &mut tensors[one];
            if let Some(side) = tensor.shape.first_mut() {
                *side = *random.pick(&[0, 1, 2, side.saturating_add(1), side.saturating_sub(1), 1 << 40]);
            }
            // The bytes follow the shape, as long as they are few.
            let count = tensor.shape.iter().fold(4_u64, |count, &side| count.saturating_mul(side));
            if let Ok(bytes) = usize::try_from(count)
                && bytes <= 1 << 16
            {
                tensor.data.resize(bytes, 0);
            }
        }
    }
}

/// Puts a number at the edge of f32 into a tensor.
fn number(tensors: &mut [Tensor], random: &mut Random) {
    if tensors.is_empty() {
        return;
    }
    let place = random.below(tensors.len());
    let data = &mut tensors[place].data;
    if !data.is_empty() {
        let place = random.below(data.len() / 4) * 4;
        bytes::float(data, place, random);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attacks::target::Target;

    #[test]
    fn a_file_that_comes_apart_is_put_together_again() {
        for seed in Target::Head.seeds() {
            let (mut description, tensors) = apart(&seed).unwrap();
            description.remove(CHECKSUM);
            // This seed draws no change of the head.
            let again = together(&description.json(), &tensors, &mut Random::new(1));
            assert!(Target::Head.read(&again));
            let (same, as_many) = apart(&again).unwrap();
            assert_eq!((same.json(), as_many.len()), (description.json(), tensors.len()));
        }
    }

    #[test]
    fn a_checksum_does_not_stop_mutations() {
        let model = &Target::Model.seeds()[0];
        assert!(apart(model).unwrap().0.json().contains(CHECKSUM));
        for seed in 0..100 {
            let mut changed = model.clone();
            safetensors(&mut changed, &mut Random::new(seed));
            let Some((description, _)) = apart(&changed) else { continue };
            assert!(!description.json().contains(CHECKSUM));
        }
    }
}
