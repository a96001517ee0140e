//! The JSON objects that commands print have the keys that docs/formats.md says, no more and no fewer.
//!
//! The page has one example for each object, in a fenced block behind `<!-- json: NAME -->`. A key that ends in `?` is
//! not there in every object; a key in angle brackets stands for any number of keys; a text in angle brackets stands for
//! the object of that name. The first item of a list stands for all of them. Where the page has an object, a command may
//! print `null`, and where all keys of it may be missing, a word.

use std::collections::BTreeMap;
use std::fs;

use autoencoder::{
    Activation, Column, ColumnKind, DateOrder, Initialization, Model, NumberScalingKind, Pretraining, Schema,
    Specification, TimePart, TrainingOptions,
};
use serde_json::{Map, Value};

use crate::archive::{npy, npz};
use crate::program::Scratch;

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/formats.md"));

/// The examples of a page by name.
fn examples(page: &str) -> BTreeMap<String, Value> {
    let mut lines = page.lines();
    let mut examples = BTreeMap::new();
    while let Some(line) = lines.next() {
        let name = line.trim().strip_prefix("<!-- json: ").and_then(|rest| rest.strip_suffix(" -->"));
        let Some(name) = name else { continue };
        let fence = lines.by_ref().find(|line| !line.trim().is_empty());
        assert_eq!(fence.map(str::trim), Some("```json"), "the block of {name}");
        let text: Vec<&str> = lines.by_ref().take_while(|line| line.trim() != "```").collect();
        let value = serde_json::from_str(&text.join("\n")).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(examples.insert(name.to_owned(), value), None, "{name} stands there twice");
    }
    examples
}

/// Holds objects against the examples, and remembers which keys were there and which were not.
struct Comparison {
    examples: BTreeMap<String, Value>,
    /// By the path of each key that may be missing: whether it was missing, and whether it was there.
    seen: BTreeMap<String, [bool; 2]>,
    faults: Vec<String>,
}

/// A part of an example, and its path.
type Part<'a> = (String, &'a Map<String, Value>);

impl Comparison {
    fn new(page: &str) -> Self {
        Self { examples: examples(page), seen: BTreeMap::new(), faults: Vec::new() }
    }

    /// Compares an object with the keys of some examples together.
    fn expect(&mut self, names: &[&str], found: &Value) {
        let examples = self.examples.clone();
        let part = |name: &&str| ((*name).to_owned(), object(&examples, name));
        self.compare(&examples, &names.iter().map(part).collect::<Vec<_>>(), found);
    }

    fn compare(&mut self, examples: &BTreeMap<String, Value>, parts: &[Part<'_>], found: &Value) {
        let keys =
            || parts.iter().flat_map(|(path, part)| part.iter().map(move |(key, value)| (path, key, value)));
        let all_optional = keys().all(|(_, key, _)| key.ends_with('?'));
        let empty = Map::new();
        let (at, found) = match found {
            Value::Object(found) => (&parts[0].0, found),
            Value::Null => return,
            _ if all_optional => (&parts[0].0, &empty),
            found => return self.faults.push(format!("{}: expected an object, found {found}", parts[0].0)),
        };
        let any = keys().any(|(_, key, _)| key.starts_with('<'));
        for key in found
            .keys()
            .filter(|key| !any && !keys().any(|(_, known, _)| known.trim_end_matches('?') == *key))
        {
            self.faults.push(format!("{at}: found the key {key}, which the page does not name"));
        }
        for (path, key, example) in keys().filter(|(_, key, _)| !key.starts_with('<')) {
            let (name, is_optional) = (key.trim_end_matches('?'), key.ends_with('?'));
            let path = format!("{path}.{name}");
            if is_optional {
                self.seen.entry(path.clone()).or_default()[usize::from(found.contains_key(name))] = true;
            }
            match found.get(name) {
                Some(value) => self.value(examples, path, example, value),
                None if is_optional => {}
                None => self.faults.push(format!("{path} is missing")),
            }
        }
    }

    fn value(&mut self, examples: &BTreeMap<String, Value>, path: String, example: &Value, found: &Value) {
        match (example, found) {
            (Value::Object(part), found) => self.compare(examples, &[(path, part)], found),
            (Value::String(text), found) if text.starts_with('<') && text.ends_with('>') => {
                let name = text.trim_matches(['<', '>']);
                self.compare(examples, &[(name.to_owned(), object(examples, name))], found);
            }
            (Value::Array(items), Value::Array(found)) => {
                for (item, found) in
                    items.iter().take(1).flat_map(|item| found.iter().map(move |found| (item, found)))
                {
                    self.value(examples, format!("{path}[]"), item, found);
                }
            }
            (_, Value::Object(_) | Value::Array(_)) => self.faults.push(format!("{path}: found {found}")),
            _ => {}
        }
    }

    /// The faults, among them the keys that may be missing but never were, or that never were there.
    fn faults(mut self) -> Vec<String> {
        for (path, [missing, there]) in self.seen {
            if !(missing && there) {
                self.faults.push(format!(
                    "{path} ends in ? but was {} there",
                    if there { "always" } else { "never" }
                ));
            }
        }
        self.faults
    }
}

fn object<'a>(examples: &'a BTreeMap<String, Value>, name: &str) -> &'a Map<String, Value> {
    let example = examples.get(name).unwrap_or_else(|| panic!("the page has no object {name}"));
    example.as_object().unwrap_or_else(|| panic!("{name} is no object"))
}

/// A folder with 60 images of 3 x 3 in `small.idx`, so that trainings, baselines and figures are quick.
fn scratch() -> Scratch {
    let scratch = Scratch::new();
    let head = [0, 0, 8, 3, 0, 0, 0, 60, 0, 0, 0, 3, 0, 0, 0, 3];
    let pixels = (0..=255).cycle().step_by(37).take(60 * 9);
    scratch.write("small.idx", head.into_iter().chain(pixels).collect::<Vec<u8>>());
    scratch
}

/// Trainings that together print every key: the folder of each, and its arguments.
const TRAININGS: [(&str, &str); 7] = [
    ("plain", "--epochs 2 --validation 0.25 --keep-best"),
    (
        "vae",
        "--epochs 2 --validation 0.25 --penalty variational --noise masking --optimizer adamw --schedule cosine",
    ),
    (
        "gaussian",
        "--epochs 2 --validation none --penalty variational --loss gaussian --noise gaussian --optimizer sgd \
         --schedule exponential",
    ),
    (
        "sparse",
        "--epochs 2 --validation 0.25 --penalty sparse --loss huber --optimizer rmsprop --schedule one-cycle \
         --patience 9 --freeze encoder.0",
    ),
    ("l1", "--epochs 2 --validation none --penalty l1 --optimizer momentum --schedule step"),
    ("normalised", "--epochs 2 --validation none --normalization batch --tied"),
    ("untrained", "--epochs 0 --validation none"),
];

#[test]
fn train_evaluate_and_inspect_models() {
    let (scratch, mut comparison) = (scratch(), Comparison::new(PAGE));
    for (folder, words) in TRAININGS {
        let train = format!("train small.idx --layers 5,2 --batch-size 16 {words} --out {folder}");
        comparison.expect(&["train"], &scratch.json(&train));
        comparison.expect(&["inspect model"], &scratch.json(&format!("inspect {folder}")));
        let checkpoint = scratch.json(&format!("inspect {folder}/checkpoint.safetensors"));
        comparison.expect(&["inspect model", "inspect checkpoint"], &checkpoint);
    }
    let labels = |row: usize| if row.is_multiple_of(3) { "odd" } else { "even" };
    let rows: Vec<String> =
        (0..20).map(|row| format!("r{row},{},{},{}\n", row * row % 7, row, labels(row))).collect();
    scratch.write("labelled.csv", format!("who,x,y,label\n{}", rows.concat()));
    scratch.succeed(
        "train labelled.csv --label-column label --id-column who --validation 0.3 --layers 2 --epochs 1 --out labelled",
    );
    let labelled = scratch.json("inspect labelled/checkpoint.safetensors");
    comparison.expect(&["inspect model", "inspect checkpoint"], &labelled);
    scratch.succeed("train labelled.csv --drop who,label --window 4 --layers 2 --epochs 1 --out windows");
    comparison.expect(&["inspect model"], &scratch.json("inspect windows"));
    comparison.expect(&["evaluate"], &scratch.json("evaluate plain small.idx --against small.idx"));
    comparison.expect(&["evaluate"], &scratch.json("evaluate vae small.idx --importance-samples 3"));
    scratch.write("mixed.csv", MIXED);
    scratch.succeed("train mixed.csv --column when=days --epochs 1 --out mixed");
    comparison.expect(&["inspect model"], &scratch.json("inspect mixed"));
    comparison.expect(&["evaluate"], &scratch.json("evaluate mixed mixed.csv --by-column"));
    let model = Model::new(Specification::new(9, [5, 2]), Initialization::Glorot, 0).unwrap();
    fs::write(scratch.path("new.safetensors"), model.to_bytes()).unwrap();
    comparison.expect(&["inspect model"], &scratch.json("inspect new.safetensors"));
    fs::write(scratch.path("table.safetensors"), of_table().to_bytes()).unwrap();
    comparison.expect(&["inspect model"], &scratch.json("inspect table.safetensors"));
    let pretraining = Pretraining::new(model, TrainingOptions::default()).unwrap();
    fs::write(scratch.path("layers.safetensors"), pretraining.checkpoint()).unwrap();
    comparison.expect(
        &["inspect model", "inspect checkpoint", "inspect pretraining"],
        &scratch.json("inspect layers.safetensors"),
    );
    assert_eq!(comparison.faults(), Vec::<String>::new());
}

#[test]
fn scores() {
    let (scratch, mut comparison) = (scratch(), Comparison::new(PAGE));
    let label = |row: usize| if row.is_multiple_of(7) { "odd" } else { "even" };
    let rows: Vec<String> =
        (0..60).map(|row| format!("r{row},{},{},{}\n", row * row % 17, row % 11, label(row))).collect();
    scratch.write("t.csv", format!("who,x,y,label\n{}", rows.concat()));
    scratch.succeed("train t.csv --preset anomaly --label-column label --id-column who --out run");
    comparison.expect(&["score"], &scratch.json("score run"));
    comparison.expect(&["score"], &scratch.json("score run --contamination 0.1"));
    // The last piece behind the gap is shorter than a window.
    let times: Vec<String> = (0..60).map(|row| format!("{},{}\n", row + 5 * (row / 57), row % 7)).collect();
    scratch.write("times.csv", format!("t,x\n{}", times.concat()));
    scratch.succeed(
        "train times.csv --window 6 --time-column t --layers 2 --epochs 1 --validation none --out series",
    );
    comparison.expect(&["score"], &scratch.json("score series --top 3"));
    scratch.succeed("train small.idx --layers 5,2 --epochs 1 --out plain");
    comparison.expect(&["score"], &scratch.json("score plain small.idx --threshold 3"));
    comparison.expect(&["score"], &scratch.json("score plain small.idx --compare"));
    let input = fs::File::open(scratch.path("t.csv")).unwrap();
    let lines = scratch.command("score run - --json").stdin(input).output().unwrap().stdout;
    let lines: Vec<Value> =
        serde_json::Deserializer::from_slice(&lines).into_iter().map(Result::unwrap).collect();
    assert_eq!(lines.len(), 60);
    for line in &lines {
        comparison.expect(&["scored row"], line);
    }
    assert_eq!(comparison.faults(), Vec::<String>::new());
}

#[test]
fn compress() {
    let (scratch, mut comparison) = (scratch(), Comparison::new(PAGE));
    scratch.succeed("train small.idx --layers 5,2 --epochs 1 --out plain");
    comparison.expect(&["compress"], &scratch.json("compress plain --out codes.aez"));
    assert_eq!(comparison.faults(), Vec::<String>::new());
}

/// A table with words, holes and dates.
const MIXED: &str = "when,kind,n\n31.01.2024,a,1\n01.02.2024,b,\n03.02.2024,a,3\n04.02.2024,,4\n";

/// A model of a table with a number, a word, a time, and the name of each row.
fn of_table() -> Model {
    let columns = [
        Column::new("who", ColumnKind::Id),
        Column::new("age", ColumnKind::Number { scale: NumberScalingKind::Standard }).with_indicator(),
        Column::new("city", ColumnKind::Words { words: vec!["Basel".into(), "Bern".into()] }),
        Column::new(
            "since",
            ColumnKind::Time { parts: vec![TimePart::Days], order: DateOrder::default(), clock: false },
        ),
    ];
    let schema = Schema::new(columns).unwrap();
    let specification = Specification::new(6, [2])
        .with_output_activation(Activation::Linear)
        .with_table(schema.table_columns(&[vec![0.5, 0.5, 0.0]]));
    let mut model = Model::new(specification, Initialization::Glorot, 0).unwrap();
    model.about.schema = Some(schema);
    model
}

#[test]
fn neighbours() {
    let (scratch, mut comparison) = (scratch(), Comparison::new(PAGE));
    scratch.succeed("train small.idx --layers 5,2 --epochs 1 --out plain");
    comparison.expect(&["neighbours"], &scratch.json("neighbours plain small.idx --of 3,4 --count 2"));
    let rows: String = (0..30)
        .map(|row| format!("r{row},{},{},{}\n", row * row % 17, row % 11, row % 2))
        .collect::<Vec<_>>()
        .concat();
    scratch.write("t.csv", format!("who,x,y,label\n{rows}"));
    scratch.succeed("train t.csv --label-column label --id-column who --layers 2 --epochs 1 --out run");
    comparison.expect(&["neighbours"], &scratch.json("neighbours run --of r3 --count 2"));
    assert_eq!(comparison.faults(), Vec::<String>::new());
}

#[test]
fn find_lr_and_sweep() {
    let (scratch, mut comparison) = (scratch(), Comparison::new(PAGE));
    comparison
        .expect(&["find-lr"], &scratch.json("find-lr small.idx --layers 5,2 --batch-size 8 --steps 10"));
    let grid = "data = \"small.idx\"\nepochs = 1\nbatch-size = 16\nlayers = [[5, 2], [4, 1]]\n";
    scratch.write("grid.toml", grid);
    comparison.expect(&["sweep"], &scratch.json("sweep grid.toml"));
    assert_eq!(comparison.faults(), Vec::<String>::new());
}

#[test]
fn inspect_data() {
    let (scratch, mut comparison) = (scratch(), Comparison::new(PAGE));
    scratch.succeed("train small.idx --layers 5,2 --epochs 0 --out plain --quiet");
    scratch.succeed("encode plain small.idx --out codes.npy --quiet");
    scratch.write("named.csv", "x,y\n1,2\n");
    scratch.write("words.csv", "x,y\n1,dog\n");
    scratch.write("bare.csv", "1,2\n");
    scratch.write("mixed.csv", MIXED);
    let arrays = [("mean", npy("|u1", &[2], &[7; 2])), ("b", npy("|u1", &[3, 2], &[1, 2, 3, 0, 5, 6]))];
    scratch.write("arrays.npz", npz(&arrays, true));
    scratch.succeed("synthetic --count 5 --out digits --quiet");
    scratch.succeed("synthetic --kind photos --count 3 --out photos --quiet");
    for (example, file) in [
        ("inspect idx", "small.idx"),
        ("inspect npy", "codes.npy"),
        ("inspect arrays", "arrays.npz"),
        ("inspect arrays", "arrays.npz:b"),
        ("inspect csv", "named.csv"),
        ("inspect csv", "bare.csv"),
        ("inspect csv", "mixed.csv"),
        ("inspect images", "photos"),
    ] {
        comparison.expect(&[example], &scratch.json(&format!("inspect {file}")));
        let values = scratch.json(&format!("inspect {file} --values"));
        comparison.expect(&[example, "inspect --values"], &values);
    }
    fs::create_dir(scratch.path("parts")).unwrap();
    for (label, split) in [("hills", "train"), ("night", "test")] {
        fs::rename(scratch.path(&format!("photos/{label}")), scratch.path(&format!("parts/{split}")))
            .unwrap();
    }
    comparison.expect(&["inspect image-splits"], &scratch.json("inspect parts"));
    comparison.expect(&["inspect csv"], &scratch.json("inspect words.csv"));
    comparison.expect(&["inspect idx-folder"], &scratch.json("inspect digits"));
    fs::create_dir(scratch.path("cifar")).unwrap();
    scratch.write("cifar/test_batch.bin", [7; 3073]);
    comparison.expect(&["inspect cifar-10"], &scratch.json("inspect cifar"));
    assert_eq!(comparison.faults(), Vec::<String>::new());
}

#[test]
fn the_comparison_finds_what_differs() {
    let page = "\
<!-- json: a -->
```json
{\"one\": 1, \"two?\": {\"kind?\": 2}, \"any\": {\"<key>\": 0}, \"list\": [\"<b>\"]}
```
<!-- json: b -->

```json
{\"three\": 3}
```
";
    let faults = |objects: &[&str]| {
        let mut comparison = Comparison::new(page);
        for object in objects {
            comparison.expect(&["a"], &serde_json::from_str(object).unwrap());
        }
        comparison.faults()
    };
    let right = [
        r#"{"one": 1, "two": {"kind": 2}, "any": {"x": 1, "y": 2}, "list": [{"three": 3}, {"three": null}]}"#,
        r#"{"one": null, "two": "word", "any": {}, "list": []}"#,
        r#"{"one": 1, "any": null, "list": null}"#,
    ];
    assert_eq!(faults(&right), Vec::<String>::new());
    for (wrong, fault) in [
        (r#"{"any": {}, "list": []}"#, "a.one is missing"),
        (r#"{"one": 1, "any": {}, "list": [], "six": 6}"#, "found the key six"),
        (r#"{"one": 1, "any": {}, "list": [{"three": 3}, {}]}"#, "b.three is missing"),
        (r#"{"one": 1, "any": {}, "list": [{"three": {"x": 1}}]}"#, "b.three: found"),
        (r#"{"one": 1, "any": 2, "list": []}"#, "a.any: expected an object, found 2"),
    ] {
        let found = faults(&[&right[..], &[wrong]].concat());
        assert!(found.len() == 1 && found[0].contains(fault), "{found:?}");
    }
    assert_eq!(
        faults(&right[..1]),
        ["a.two ends in ? but was always there", "a.two.kind ends in ? but was always there"]
    );
    assert_eq!(faults(&right[2..]), ["a.two ends in ? but was never there"]);
}
