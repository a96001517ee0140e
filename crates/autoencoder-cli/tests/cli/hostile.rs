//! Input that was made to do harm, or that nobody would make: one line of signs to read, in bounded time.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::program::{SMALL, Scratch};

/// A small table.
const TABLE: &str = "a,b,label\n1,2,x\n2,1,y\n3,5,x\n5,3,y\n";

#[test]
fn counts_beyond_their_bounds_are_refused() {
    let scratch = Scratch::new();
    scratch.write("a.csv", TABLE);
    for number in ["9223372036854775808", "18446744073709551615", "99999999999999999999999"] {
        for option in ["--epochs", "--batch-size", "--limit", "--layers", "--top-k", "--seed", "--accumulate"]
        {
            let output = scratch.run(&format!("train a.csv --label-column label {option} {number}"));
            let message = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{option} {number}: {message}");
            assert!(message.contains(option) && !message.contains("panicked"), "{message}");
        }
    }
    for words in [
        "find-lr a.csv --label-column label --steps 99999999999",
        "synthetic --out s --count 99999999999",
        "decode run --random 99999999999 --out o.npy",
        "generate run --count 99999999999 --out o.npy",
        "interpolate run a.csv --from 0 --to 1 --steps 99999999999 --out o.npy",
        "neighbours run a.csv --of 0 --count 99999999999",
        "evaluate run --importance-samples 99999999999",
        "train a.csv --label-column label --layers 100000000,2",
    ] {
        assert_eq!(scratch.run(words).status.code(), Some(2), "{words}");
    }
    scratch.write("many.toml", "data = 'a.csv'\nlabel-column = 'label'\nepochs = 9223372036854775807\n");
    let line = scratch.fail("train --config many.toml --out new", 2);
    assert!(line.contains("--epochs: expected at most 500,000"), "{line}");
}

#[test]
fn what_is_printed_holds_no_orders_to_the_terminal() {
    let scratch = Scratch::new();
    scratch.write("h.csv", "a\u{1b}]0;x\u{7},b\n1,2\n3,4\n5,\u{1b}[8mhidden\u{202e}\n");
    scratch.write("c.toml", "data = \"\\u001b]0;x\\u0007\"\n");
    let line = scratch.fail("train h.csv --out new", 1);
    assert!(line.contains(r"\u{1b}[8mhidden\u{202e}"), "{line}");
    assert!(scratch.fail("train --config c.toml --out new", 1).contains(r"\u{1b}]0;x\u{7}"));
    let shown = scratch.succeed("inspect h.csv");
    assert!(shown.contains(r"a\u{1b}]0;x\u{7}, b"), "{shown}");
    assert_eq!(scratch.json("inspect h.csv")["column_names"][0], "a\u{1b}]0;x\u{7}");
    let output = scratch.command("train").args(["--epo\u{1b}[8mchs", "3"]).output().unwrap();
    assert!(!output.stderr.contains(&0x1B), "{:?}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_label_of_two_lines_is_shown_in_one() {
    let scratch = Scratch::new();
    scratch.write("a.csv", TABLE.replace(",y", ",\"y\nz\""));
    scratch.succeed("train a.csv --label-column label --layers 2 --epochs 1 --validation none --out run");
    let near = scratch.succeed("neighbours run a.csv --label-column label --of 0 --count 3");
    assert!(near.lines().count() == 4 && near.contains(r"y\nz"), "{near}");
    let mut words = scratch.command("score run a.csv --label-column label --odd");
    let scores = String::from_utf8(words.arg("y\nz").output().unwrap().stdout).unwrap();
    assert!(scores.contains(r"2 samples labelled y\nz"), "{scores}");
    assert!(!scores.lines().any(|line| line.starts_with('z')), "{scores}");
}

#[cfg(unix)]
#[test]
fn a_label_of_control_characters_makes_a_whole_svg() {
    let scratch = Scratch::new();
    scratch.write("a.csv", TABLE.replace(",y", ",y\u{1b}\u{1}\u{FFFE}"));
    scratch.succeed("train a.csv --label-column label --layers 2 --epochs 1 --out run");
    scratch.succeed("plot latent run a.csv --label-column label --out l.svg");
    let svg = scratch.text("l.svg");
    assert!(svg.contains("y\u{FFFD}\u{FFFD}\u{FFFD}"));
    assert!(!svg.contains(['\u{1b}', '\u{1}', '\u{FFFE}']));
}

#[cfg(unix)]
#[test]
fn devices_are_refused_wherever_a_file_is_expected() {
    let scratch = Scratch::new();
    for words in [
        "train /dev/zero --out new",
        "inspect /dev/zero",
        "evaluate /dev/zero a.csv",
        "train --config /dev/zero --out new",
        "plot loss /dev/zero --out l.svg",
        "decode /dev/zero a.csv --out o.npy",
    ] {
        let line = scratch.fail(words, 1);
        assert!(line.contains("/dev/zero") && line.contains("a device"), "{words}: {line}");
    }
}

#[cfg(unix)]
#[test]
fn a_table_through_a_pipe_is_read_whole_and_once() {
    let scratch = Scratch::new();
    let fed = |words: &str, text: &'static str| {
        let mut child = scratch
            .command(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let writer = thread::spawn(move || {
            use std::io::Write;
            let (first, rest) = text.as_bytes().split_at(3);
            let _ = pipe.write_all(first);
            thread::sleep(Duration::from_millis(50));
            // A pipe that is refused is closed early.
            let _ = pipe.write_all(rest);
        });
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, notes) = fed("train /dev/stdin --layers 1 --epochs 1 --out run", "0.1\n0.2\n0.3\n0.4\n0.5\n");
    assert_eq!(code, Some(0), "{notes}");
    let (code, notes) = fed("encode run /dev/stdin --out codes.csv", "0.1\n0.2\n0.3\n0.4\n0.5\n");
    assert_eq!((code, scratch.text("codes.csv").lines().count()), (Some(0), 6), "{notes}");
    let (code, notes) = fed("corrupt /dev/stdin --noise swap --out noisy.csv", "a,b\n1,x\n2,y\n,x\n");
    assert_eq!((code, scratch.text("noisy.csv").lines().count()), (Some(0), 4), "{notes}");
    let (code, notes) = fed("impute run - --out filled.csv", "0.1\nNA\n0.3\n");
    assert_eq!((code, scratch.text("filled.csv").lines().count()), (Some(0), 3), "{notes}");
    for (words, text) in [
        ("train /dev/stdin --out new", "\u{0}\u{0}\u{8}\u{3}12345678"),
        ("inspect /dev/stdin", "1,2\n3,4\n5,6\n"),
    ] {
        let (code, notes) = fed(words, text);
        assert_eq!(code, Some(1), "{words}: {notes}");
        assert!(
            notes.contains("/dev/stdin: found a pipe") && notes.contains("; save the data in a file"),
            "{notes}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_without_a_writer_holds_nothing_up() {
    let scratch = Scratch::new();
    scratch.write("a.csv", "1,2\n3,4\n5,7\n");
    scratch.succeed("train a.csv --layers 1 --epochs 1 --out run");
    let pipe = |name: &str| {
        let _ = std::fs::remove_file(scratch.path(name));
        let made = std::process::Command::new("mkfifo").arg(scratch.path(name)).status();
        made.is_ok_and(|status| status.success())
    };
    if !pipe("p.csv") {
        return;
    }
    let line = scratch.fail("inspect p.csv", 1);
    assert!(line.contains("p.csv: found a pipe, and ") && line.contains("save the data"), "{line}");
    for file in ["checkpoint.safetensors", "metrics.csv", "model.safetensors"] {
        let path = format!("run/{file}");
        let bytes = scratch.read(&path);
        assert!(pipe(&path));
        let line = scratch.fail("train --resume --epochs 2 --out run", 1);
        assert!(line.contains(&format!("{path}: expected a file of the run, found a pipe; move")), "{line}");
        std::fs::remove_file(scratch.path(&path)).unwrap();
        scratch.write(&path, bytes);
    }
}

#[test]
fn names_of_any_length_are_shortened_in_messages() {
    let scratch = Scratch::new();
    scratch.write("long.toml", format!("{}=1", "x".repeat(3_000_000)));
    let line = scratch.fail("train --config long.toml --out run", 1);
    assert!(line.len() < 5000 && line.contains("unknown key `xxx"), "{}", line.len());
}

#[test]
fn what_is_no_file_of_losses_is_no_figure() {
    let scratch = Scratch::new();
    for text in ["junk\n", "epoch,train_mse\n1,0.5\n", ""] {
        scratch.write("m.csv", text);
        let line = scratch.fail("plot loss m.csv --out l.svg", 1);
        assert!(line.contains("m.csv: expected columns that begin with epoch,train_mse"), "{line}");
    }
}

#[test]
fn a_configuration_of_control_characters_is_read_back() {
    let scratch = Scratch::new();
    scratch.write("a.csv", TABLE.replace("label", "\u{1b}l\u{7f}"));
    let words =
        ["a.csv", "--label-column", "\u{1b}l\u{7f}", "--layers", "1", "--epochs", "1", "--out", "run"];
    assert!(scratch.command("train").args(words).output().unwrap().status.success());
    scratch.succeed("train --config run/config.toml --out again");
    assert_eq!(scratch.read("run/model.safetensors"), scratch.read("again/model.safetensors"));
}

#[test]
fn labels_that_a_spreadsheet_would_compute_are_kept_as_they_are() {
    let scratch = Scratch::new();
    scratch.write("a.csv", TABLE.replace(",y", ",=1+1"));
    scratch.succeed("corrupt a.csv --label-column label --noise masking --out c.csv");
    assert!(scratch.text("c.csv").contains(",=1+1\n"));
    scratch.succeed(&format!("{SMALL} --out run"));
}
