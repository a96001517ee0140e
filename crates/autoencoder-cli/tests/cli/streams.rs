//! Lines of the standard input, answered as they come: the answers are those of files, and one waits for no other line.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::program::Scratch;
use crate::scores::trained;

/// The time that an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program whose input is written and whose answers are read line by line.
struct Conversation {
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
}

impl Conversation {
    fn begin(scratch: &Scratch, words: &str) -> Self {
        let mut child = spawn(scratch, words);
        let (sender, answers) = mpsc::channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { input: child.stdin.take().unwrap(), child, answers }
    }

    /// Writes some text, and waits for the next line of the answers.
    fn say(&mut self, text: &str) -> String {
        self.input.write_all(text.as_bytes()).unwrap();
        self.answers.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no answer to {text}"))
    }

    /// Ends the input; returns the exit code, what else was answered, and the notes.
    fn end(self) -> (Option<i32>, Vec<String>, String) {
        drop(self.input);
        let output = self.child.wait_with_output().unwrap();
        (output.status.code(), self.answers.iter().collect(), String::from_utf8(output.stderr).unwrap())
    }
}

fn spawn(scratch: &Scratch, words: &str) -> Child {
    let mut command = scratch.command(words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Runs the program on an input.
fn fed(scratch: &Scratch, words: &str, text: impl Into<Vec<u8>>) -> Output {
    let mut child = spawn(scratch, words);
    let (mut input, text) = (child.stdin.take().unwrap(), text.into());
    // A program that refuses what it reads closes the pipe early.
    let writer = thread::spawn(move || input.write_all(&text).is_ok());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// The table of machines, and its scores as a file has them.
fn scored(form: &str) -> (Scratch, String, String) {
    let scratch = trained();
    scratch.succeed(&format!("score run pumps/table.csv --out scores.{form} -q"));
    let (table, scores) = (scratch.text("pumps/table.csv"), scratch.text(&format!("scores.{form}")));
    (scratch, table, scores)
}

/// Rows of the table as JSON lines, each with its keys in another order; empty fields are `null` or left out.
fn as_json(table: &str) -> String {
    let mut lines = table.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let line = |(row, line): (usize, &str)| {
        let fields = names.iter().zip(line.split(',')).enumerate();
        let field = |(column, (name, field)): (usize, (&&str, &str))| match field {
            "" if column.is_multiple_of(2) => None,
            "" => Some(format!("\"{name}\": null")),
            number if number.parse::<f64>().is_ok() => Some(format!("\"{name}\":{number}")),
            word => Some(format!(" \"{name}\" : \"{word}\"")),
        };
        let mut fields: Vec<String> = fields.filter_map(field).collect();
        let middle = row % fields.len();
        fields.rotate_left(middle);
        format!("{{{}}}\n", fields.join(", "))
    };
    lines.enumerate().map(line).collect()
}

#[test]
fn a_line_is_answered_before_the_next_is_written() {
    let (scratch, table, scores) = scored("csv");
    let mut conversation = Conversation::begin(&scratch, "score run -");
    let (lines, answers): (Vec<&str>, Vec<&str>) = (table.lines().collect(), scores.lines().collect());
    for (line, answer) in lines.iter().zip(&answers).take(20) {
        assert_eq!(conversation.say(&format!("{line}\n")), *answer);
    }
    // A line that has not ended is not answered, and the end of the input ends it.
    conversation.input.write_all(lines[20].as_bytes()).unwrap();
    let (code, rest, notes) = conversation.end();
    assert_eq!((code, rest), (Some(0), vec![answers[20].to_owned()]), "{notes}");
    let mut told = notes.lines().filter(|note| !note.starts_with("the threshold of"));
    assert_eq!(told.next(), Some("data: standard input, whose lines are answered as they come"));
    assert_eq!(told.next(), Some("standard input: 12 columns, named in line 1"));
    let holes = told.next().unwrap();
    assert!(holes.starts_with("standard input: fields without a value, which count as unknown: "), "{holes}");
    let names: Vec<&str> = told.collect();
    assert!(names.iter().all(|note| note.contains("which count as unknown") && *note != holes), "{notes}");

    let json = as_json(&table);
    let (scratch, _, scores) = scored("jsonl");
    let mut conversation = Conversation::begin(&scratch, "score run - -q");
    for (line, answer) in json.lines().zip(scores.lines()).take(5) {
        assert_eq!(conversation.say(&format!("{line}\n")), answer);
    }
    assert_eq!(conversation.end(), (Some(0), Vec::new(), String::new()));
}

#[test]
fn answers_have_the_bytes_of_files() {
    let (scratch, table, scores) = scored("csv");
    assert_eq!(text(fed(&scratch, "score run -", &*table).stdout), scores);
    assert_eq!(text(fed(&scratch, "score run - --threads 3", table.trim_end()).stdout), scores);
    let reversed = |line: &str| line.split(',').rev().collect::<Vec<_>>().join(";");
    let extra: Vec<String> = table.lines().map(|line| format!("{};\"a\nb\"\r\n", reversed(line))).collect();
    let output = fed(&scratch, "score run -", extra.concat());
    assert_eq!(text(output.stdout), scores);
    let notes = text(output.stderr);
    let told = "13 columns separated by semicolons, named in line 1; put into the order of run/model.safetensors; left out, as";
    assert!(notes.contains(told), "{notes}");
    let (scratch, table, scores) = scored("jsonl");
    assert_eq!(text(fed(&scratch, "score run - --json", &*table).stdout), scores);
    assert_eq!(text(fed(&scratch, "score run -", as_json(&table)).stdout), scores);
    assert_eq!(text(fed(&scratch, "score run - --json", as_json(&table)).stdout), scores);
    // An answer without an id or a label has no key for it.
    let one: Value =
        serde_json::from_slice(&fed(&scratch, "score run -", "{\"speed_rpm\": 900}").stdout).unwrap();
    assert!(one["score"].is_f64() && one.get("id").is_none() && one.get("label").is_none(), "{one}");
    // Files are written when all samples are there.
    let output = fed(&scratch, "score run - --out piped.jsonl", &*table);
    assert!(text(output.stdout).starts_with("scores of 600 samples"));
    assert_eq!(scratch.text("piped.jsonl"), scores);
}

#[test]
fn what_stands_before_a_fault_is_answered() {
    let (scratch, table, scores) = scored("csv");
    let head = |count: usize, text: &str| {
        let lines: Vec<&str> = text.lines().take(count).collect();
        lines.join("\n") + "\n"
    };
    for (fault, says) in [
        ("1,2\n", "line 302: expected 12 columns as in the first line, found 2"),
        (
            "1,north,P60,fast,,,,,,,,0\n",
            "line 302, column 4 (speed_rpm): expected a finite number, found \"fast\"",
        ),
        ("\"1,north,P60\n2,north", "line 302: a quote that is opened there is never closed"),
        (
            "1,north,P60,1e300,,,,,,,,0\n",
            "line 302: row 0, column 0 (both from 0): expected a number that is within f32",
        ),
    ] {
        let output = fed(&scratch, "score run - -q", head(301, &table) + fault + &table);
        let line = text(output.stderr);
        assert_eq!(output.status.code(), Some(1), "{fault}: {line}");
        assert!(line.lines().count() == 1 && line.contains(says), "{fault}: {line}");
        assert_eq!(text(output.stdout), head(301, &scores), "{fault}");
    }
    let json = head(3, &as_json(&table)) + "{\"speed_rpm\": [1]}\n";
    let output = fed(&scratch, "score run - -q", json);
    let line = text(output.stderr);
    assert!(
        line.starts_with("autoencoder: standard input: line 4, key speed_rpm: expected a number"),
        "{line}"
    );
    assert_eq!((output.status.code(), text(output.stdout).lines().count()), (Some(1), 3));
    for (input, answers) in [("", 0), ("\n\n", 0), (&*head(1, &table), 1)] {
        let output = fed(&scratch, "score run - -q", input);
        assert_eq!(
            (output.status.code(), text(output.stdout).lines().count()),
            (Some(1), answers),
            "{input}"
        );
        assert!(text(output.stderr).contains("expected at least 1 sample"));
    }
}

#[test]
fn flags_tell_by_the_exit_code_and_options_of_all_samples_are_refused() {
    let (scratch, table, scores) = scored("csv");
    for (threshold, code) in [("-1e9", 3), ("1e9", 0)] {
        let words = format!("score run - --threshold {threshold} --fail-if-flagged -q");
        let output = fed(&scratch, &words, &*table);
        assert_eq!((output.status.code(), text(output.stdout).lines().count()), (Some(code), 601));
        let line = text(output.stderr);
        assert_eq!(
            line.contains("standard input: 600 scores above the threshold of -1000000000"),
            code == 3,
            "{line}"
        );
    }
    let quantile = fed(&scratch, "score run - --quantile 0.5 -q", &*table);
    assert_ne!(text(quantile.stdout), scores);
    for (options, says) in [
        ("--contamination 0.1", "--contamination: the threshold would depend on all samples"),
        ("--top 3", "--top: the summary is of all samples"),
        ("--odd 1", "--odd: the summary is of all samples"),
        ("--skip-broken", "--skip-broken is for folders of pictures"),
    ] {
        let line = scratch.fail(&format!("score run - {options}"), 2);
        assert!(line.contains(says), "{line}");
    }
    let output = fed(&scratch, "score run - --decimal comma -q", as_json(&table));
    let line = text(output.stderr);
    assert_eq!(output.status.code(), Some(2), "{line}");
    assert!(line.contains("--decimal: standard input: this is for CSV, found JSON lines"), "{line}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let (scratch, table, _) = scored("csv");
    let mut child = spawn(&scratch, "score run - -q");
    let (mut input, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    input.write_all(table.as_bytes()).unwrap();
    output.read_exact(&mut [0; 10]).unwrap();
    drop(output);
    // The program notices when it answers.
    let rows = table.split_once('\n').unwrap().1.to_owned();
    let writer = thread::spawn(move || while input.write_all(rows.as_bytes()).is_ok() {});
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(output.stderr)), (Some(0), String::new()));
    writer.join().unwrap();
}

#[test]
fn models_of_plain_numbers_take_rows_without_names() {
    let scratch = Scratch::new();
    let rows: Vec<String> = (0..60).map(|row| format!("{},{}\n", row * row % 17, row % 11)).collect();
    let rows = rows.concat();
    scratch.write("plain.csv", &rows);
    scratch.succeed("train plain.csv --layers 1 --epochs 2 --threads 1 --out plain -q");
    scratch.succeed("score plain plain.csv --out scores.csv -q");
    let scores = scratch.text("scores.csv");
    assert_eq!(text(fed(&scratch, "score plain -", &*rows).stdout), scores);
    let arrays: Vec<String> = rows.lines().map(|row| format!("[{row}]\n")).collect();
    assert_eq!(text(fed(&scratch, "score plain -", arrays.concat()).stdout).lines().count(), 60);
    let line = text(fed(&scratch, "score plain - -q", "{\"a\": 1, \"b\": 2}").stderr);
    assert!(line.contains("plain/model.safetensors knows no names of columns; write the numbers"), "{line}");
    // The mean stands for holes of which the model knows nothing, and is told of once.
    let output = fed(&scratch, "score plain -", rows.clone() + ",1\n" + &rows + "1,\n,2\n");
    let notes = text(output.stderr);
    assert_eq!(text(output.stdout).lines().count(), 124, "{notes}");
    assert_eq!(notes.matches("read as the mean of the training").count(), 1, "{notes}");
    // Other units are told of the first rows together.
    let other: Vec<String> = (0..12).map(|row| format!("{},{}\n", 1000 + row, row)).collect();
    let notes = text(fed(&scratch, "score plain -", other.concat()).stderr);
    assert!(
        notes.contains("standard input: column 0 has ") && notes.contains("are these the same units?"),
        "{notes}"
    );
    // A model without a mean has nothing to put there.
    scratch.succeed("train plain.csv --scale none --layers 1 --epochs 2 --threads 1 --out bare -q");
    let output = fed(&scratch, "score bare - -q", rows.clone() + "\n,1\n" + &rows);
    let line = text(output.stderr);
    assert_eq!((output.status.code(), text(output.stdout).lines().count()), (Some(1), 61), "{line}");
    assert!(line.starts_with("autoencoder: standard input, line 62: found fields without a value"), "{line}");
}
