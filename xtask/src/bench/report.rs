//! The report of measurements: tables to read, one for each kind, and one JSON file that holds everything.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::Value;

use super::machine::Circumstances;
use super::table::Table;

/// The file of results. It is written again after each, so that what was measured stays when the next is interrupted.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    #[serde(skip)]
    path: PathBuf,
    #[serde(flatten)]
    circumstances: Circumstances,
    /// `mnist` or `made up`.
    data: &'static str,
    quick: bool,
    threads: usize,
    /// The results, one for each measurement or each comparison.
    results: Vec<Value>,
    /// The measurements that failed, each with its reason.
    failures: Vec<String>,
}

impl Report {
    pub(crate) fn new(
        path: PathBuf,
        circumstances: Circumstances,
        data: &'static str,
        quick: bool,
        threads: usize,
    ) -> Self {
        Self { path, circumstances, data, quick, threads, results: Vec::new(), failures: Vec::new() }
    }

    pub(crate) fn add(&mut self, results: impl IntoIterator<Item = Value>) -> Result<(), Box<dyn Error>> {
        self.results.extend(results);
        self.write()
    }

    /// Prints a failure and keeps it for the end.
    pub(crate) fn fail(&mut self, what: &str, why: &str) -> Result<(), Box<dyn Error>> {
        println!("\nFAIL  {what}: {why}");
        self.failures.push(format!("{what}: {why}"));
        self.write()
    }

    /// Says where the results are; fails if any measurement failed.
    pub(crate) fn finish(self) -> Result<(), Box<dyn Error>> {
        println!("\nresults in {}", self.path.display());
        if self.failures.is_empty() {
            return Ok(());
        }
        Err(format!("not everything could be measured:\n  {}", self.failures.join("\n  ")).into())
    }

    fn write(&self) -> Result<(), Box<dyn Error>> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        let named = |error: std::io::Error| format!("{}: {error}", self.path.display());
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(named)?;
        }
        Ok(fs::write(&self.path, text).map_err(named)?)
    }
}

/// The form in which a table shows a value.
#[derive(Debug, Clone, Copy)]
enum Form {
    Plain,
    Decimals(usize),
    Percent,
    Megabytes,
    /// A mark where the value is below this bound, else nothing.
    AtLeast(f64),
}

/// A heading, the key of its values, and their form.
type Column = (&'static str, &'static str, Form);

/// A kind of measurement, named by the `bench` of its lines.
#[derive(Debug)]
struct Kind {
    bench: &'static str,
    title: &'static str,
    columns: &'static [Column],
}

use Form::{AtLeast, Decimals, Megabytes, Percent, Plain};

/// The share of the plain network's speed that every kind is to reach.
const ENOUGH: f64 = 0.85;

const KINDS: [Kind; 12] = [
    Kind {
        bench: "reading",
        title: "reading MNIST's packed training images",
        columns: &[
            ("MB", "megabytes", Decimals(1)),
            ("best s", "best_seconds", Decimals(3)),
            ("median s", "median_seconds", Decimals(3)),
            ("MB/s", "megabytes_per_second", Decimals(0)),
        ],
    },
    Kind {
        bench: "peak",
        title: "peak: multiply-adds in registers",
        columns: &[
            ("precision", "precision", Plain),
            ("threads", "threads", Plain),
            ("instructions", "instructions", Plain),
            ("GFLOP/s", "gflops", Decimals(1)),
        ],
    },
    Kind {
        bench: "kernel",
        title: "products; the share is of the peak measured beside each",
        columns: &[
            ("kernel", "kernel", Plain),
            ("rows", "rows", Plain),
            ("inputs", "inputs", Plain),
            ("outputs", "outputs", Plain),
            ("precision", "precision", Plain),
            ("threads", "threads", Plain),
            ("GFLOP/s", "gflops", Decimals(1)),
            ("peak", "peak_gflops", Decimals(1)),
            ("share", "share", Percent),
        ],
    },
    Kind {
        bench: "element-wise",
        title: "element by element",
        columns: &[
            ("kernel", "kernel", Plain),
            ("elements", "elements", Plain),
            ("precision", "precision", Plain),
            ("threads", "threads", Plain),
            ("ns/element", "nanoseconds_per_element", Decimals(3)),
            ("GB/s", "gigabytes_per_second", Decimals(1)),
        ],
    },
    Kind {
        bench: "epoch",
        title: "an epoch of the trainer alone; the peak is of just before",
        columns: &[
            ("network", "network", Plain),
            ("batch", "batch", Plain),
            ("precision", "precision", Plain),
            ("threads", "threads", Plain),
            ("samples", "samples", Plain),
            ("best s", "best_seconds", Decimals(3)),
            ("median s", "median_seconds", Decimals(3)),
            ("GFLOP/s", "gflops", Decimals(1)),
            ("peak", "peak_gflops", Decimals(1)),
            ("share", "share", Percent),
        ],
    },
    Kind {
        bench: "kinds",
        title: "steps of every kind beside those of the plain network; the ratio is of multiply-adds a second",
        columns: &[
            ("kind", "kind", Plain),
            ("network", "network", Plain),
            ("batch", "batch", Plain),
            ("threads", "threads", Plain),
            ("GFLOP/s", "gflops", Decimals(1)),
            ("plain", "plain_gflops", Decimals(1)),
            ("ratio", "ratio", Decimals(2)),
            ("least", "least_ratio", Decimals(2)),
            ("greatest", "greatest_ratio", Decimals(2)),
            ("", "ratio", AtLeast(ENOUGH)),
        ],
    },
    Kind {
        bench: "training",
        title: "`autoencoder train` as a user starts it",
        columns: &[
            ("network", "network", Plain),
            ("batch", "batch", Plain),
            ("precision", "precision", Plain),
            ("threads", "threads", Plain),
            ("epochs", "epochs", Plain),
            ("best epoch s", "best_epoch_seconds", Decimals(3)),
            ("median epoch s", "median_epoch_seconds", Decimals(3)),
            ("process s", "process_seconds", Decimals(2)),
            ("peak MB", "peak_memory_bytes", Megabytes),
            ("validation MSE", "validation_mse", Decimals(5)),
        ],
    },
    Kind {
        bench: "encode",
        title: "encoding images held in memory",
        columns: &[
            ("network", "network", Plain),
            ("values", "values", Plain),
            ("precision", "precision", Plain),
            ("threads", "threads", Plain),
            ("images", "images", Plain),
            ("best s", "best_seconds", Decimals(4)),
            ("median s", "median_seconds", Decimals(4)),
        ],
    },
    Kind {
        bench: "pca",
        title: "fitting principal components to samples held in memory",
        columns: &[
            ("samples", "samples", Plain),
            ("features", "features", Plain),
            ("components", "components", Plain),
            ("threads", "threads", Plain),
            ("best s", "best_seconds", Decimals(3)),
            ("median s", "median_seconds", Decimals(3)),
        ],
    },
    Kind {
        bench: "build",
        title: "clean builds, everything downloaded",
        columns: &[
            ("what", "what", Plain),
            ("command", "command", Plain),
            ("units", "units", Plain),
            ("s", "seconds", Decimals(0)),
            ("s of cores", "core_seconds", Decimals(0)),
            ("program MB", "program_bytes", Megabytes),
        ],
    },
    Kind {
        bench: "start",
        title: "how soon the program answers",
        columns: &[
            ("what", "what", Plain),
            ("median ms", "milliseconds", Decimals(1)),
            ("least ms", "least_milliseconds", Decimals(1)),
        ],
    },
    Kind {
        bench: "profiles",
        title: "the same work built with other profiles, by turns; the ratio is of seconds beside ours",
        columns: &[
            ("work", "work", Plain),
            ("profile", "profile", Plain),
            ("threads", "threads", Plain),
            ("best s", "best_seconds", Decimals(4)),
            ("ratio", "ratio", Decimals(3)),
            ("least", "least_ratio", Decimals(3)),
            ("greatest", "greatest_ratio", Decimals(3)),
        ],
    },
];

/// A table for each kind of line that there is.
pub(crate) fn tables(lines: &[Value]) -> Vec<Table> {
    let table = |kind: &Kind| {
        let of_kind = |line: &&Value| line.get("bench").and_then(Value::as_str) == Some(kind.bench);
        let headings: Vec<&str> = kind.columns.iter().map(|column| column.0).collect();
        let mut table = Table::new(kind.title, &headings);
        let mut empty = true;
        for line in lines.iter().filter(of_kind) {
            table.row(kind.columns.iter().map(|&(_, key, form)| shown(line.get(key), form)).collect());
            empty = false;
        }
        (!empty).then_some(table)
    };
    KINDS.iter().filter_map(table).collect()
}

fn shown(value: Option<&Value>, form: Form) -> String {
    match (form, value.and_then(Value::as_f64)) {
        (Decimals(digits), Some(number)) => format!("{number:.digits$}"),
        (Percent, Some(number)) => format!("{:.0} %", 100.0 * number),
        (AtLeast(enough), Some(number)) if number >= enough => String::new(),
        (AtLeast(enough), Some(_)) => format!("below {enough}"),
        (Megabytes, Some(number)) => format!("{:.0}", number / 1e6),
        _ => match value {
            None | Some(Value::Null) => "-".to_owned(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lines_go_to_the_table_of_their_kind() {
        let lines = [
            json!({"bench": "peak", "precision": "f32", "threads": 1, "instructions": "AVX-512", "gflops": 120.04}),
            json!({"bench": "peak", "threads": 2, "gflops": 99.96}),
            json!({"bench": "training", "best_epoch_seconds": 0.84, "peak_memory_bytes": 131_000_000}),
            json!({"bench": "unknown"}),
        ];
        let tables: Vec<String> = tables(&lines).iter().map(ToString::to_string).collect();
        assert_eq!(tables.len(), 2);
        assert_eq!(
            tables[0],
            "peak: multiply-adds in registers\n  precision  threads  instructions  GFLOP/s\n  f32              1  AVX-512         120.0\n  \
             -                2  -               100.0\n"
        );
        assert!(tables[1].contains("  131  "), "{}", tables[1]);
    }

    #[test]
    fn a_kind_that_is_too_slow_is_marked() {
        let line = |kind, ratio: f64| json!({"bench": "kinds", "kind": kind, "ratio": ratio, "batch": 256});
        let tables = tables(&[line("tied", 0.85), line("masking", 0.8449)]);
        let table = tables.first().unwrap().to_string();
        let rows: Vec<&str> = table.lines().skip(2).collect();
        assert!(rows[0].contains("0.85") && !rows[0].contains("below"), "{table}");
        assert!(rows[1].contains("0.84") && rows[1].ends_with("below 0.85"), "{table}");
    }

    #[test]
    fn a_report_holds_results_and_failures() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a").join("b.json");
        let mut report = Report::new(path.clone(), Circumstances::look(), "mnist", true, 2);
        report.add([json!({"bench": "peak"})]).unwrap();
        report.fail("kernels", "wrong").unwrap();
        let written: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(written["results"], json!([{"bench": "peak"}]));
        assert_eq!((&written["data"], &written["threads"]), (&json!("mnist"), &json!(2)));
        assert!(written["machine"]["threads"].as_u64() >= Some(1));
        assert!(written["flags"]["release_profile"].is_object());
        assert!(report.finish().unwrap_err().to_string().ends_with("kernels: wrong"));
    }
}
