//! Drawing on a terminal, which the tool `script` gives the program.

use std::process::{Command, Stdio};

use crate::program::{SMALL, Scratch};

/// Runs the program on a terminal of a kind, or of no known kind; returns all that the terminal shows, or nothing
/// where the tool is missing.
fn shown(scratch: &Scratch, term: Option<&str>, words: &str) -> Option<String> {
    let mut command = Command::new("script");
    let program = format!("{} {words}", env!("CARGO_BIN_EXE_autoencoder"));
    command.args(["-qec", &program, "/dev/null"]).current_dir(scratch.path("")).stdin(Stdio::null());
    match term {
        Some(term) => command.env("TERM", term),
        None => command.env_remove("TERM"),
    };
    let output = command.output().ok()?;
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{words}: {shown}");
    Some(shown)
}

const ESCAPE: char = '\x1b';

#[test]
fn a_terminal_that_cannot_draw_gets_the_lines_that_a_pipe_gets() {
    let scratch = Scratch::new();
    let words = format!("{SMALL} --force --out run");
    for term in [Some("dumb"), Some("unknown"), Some(""), None] {
        let Some(shown) = shown(&scratch, term, &words) else { return };
        for line in ["epoch 1/2: train MSE ", "epoch 2/2: train MSE "] {
            assert_eq!(shown.matches(line).count(), 1, "{term:?}: {shown}");
        }
        assert!(!shown.contains(ESCAPE), "{term:?}: {shown:?}");
    }
    let shown = shown(&scratch, Some("xterm"), &words).unwrap();
    assert!(shown.contains(ESCAPE) && shown.contains("epoch 2/2: train MSE "), "{shown:?}");
}

#[test]
fn long_work_is_shown_while_it_lasts_and_short_work_is_not() {
    let scratch = Scratch::new();
    let wide = (0..20).map(|row| vec![(row % 2).to_string(); 500].join(",")).collect::<Vec<_>>();
    scratch.write("wide.csv", wide.join("\n"));
    scratch.succeed("train wide.csv --preset vae --layers 200,20 --epochs 1 --scale none --out run");
    let long = "evaluate run wide.csv --threads 1 --importance-samples 6000";
    let Some(shown_long) = shown(&scratch, Some("xterm"), long) else { return };
    assert!(shown_long.contains("drawing codes  "), "{shown_long:?}");
    assert!(shown_long.contains(" %"), "{shown_long:?}");
    let last = shown_long.rsplit("drawing codes").next().unwrap();
    assert!(last.contains("\x1b[2K") && last.contains("log-likelihood"), "it vanishes: {last:?}");
    for (term, words) in
        [("xterm", "evaluate run wide.csv --threads 1 --importance-samples 2"), ("dumb", long)]
    {
        let shown = shown(&scratch, Some(term), words).unwrap();
        assert!(!shown.contains("drawing codes"), "{term} {words}: {shown:?}");
    }
}

#[test]
fn a_large_file_is_read_and_written_behind_a_bar() {
    let scratch = Scratch::new();
    let line = vec!["0.1234567"; 2000].join(",");
    scratch.write("large.csv", vec![line; 4000].join("\n"));
    let words = "corrupt large.csv --noise gaussian --out noisy.csv";
    let Some(shown) = shown(&scratch, Some("xterm"), words) else { return };
    for what in ["reading large.csv  ", "writing noisy.csv  "] {
        let bar = shown.split(what).nth(1).unwrap_or_else(|| panic!("{what}: {shown:?}"));
        assert!(bar.contains(" %"), "{what}: {shown:?}");
    }
}
