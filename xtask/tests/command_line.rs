//! The task runner as it is typed: help, unknown names, and proxies taken from the environment.

#![allow(clippy::unwrap_used, reason = "in a test an unwrap is an assertion")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::thread;

/// `xtask` with a clean environment as far as proxies go.
fn xtask(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_ascii_lowercase());
    }
    command.args(arguments).envs(environment.iter().copied()).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Answers 407 to the first connection, whoever is asked for, and gives the request's first line.
fn answers_once() -> (String, thread::JoinHandle<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let thread = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let lines: Vec<String> = BufReader::new(&stream)
            .lines()
            .map_while(Result::ok)
            .take_while(|line| !line.is_empty())
            .collect();
        write!(
            stream,
            "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        lines[0].clone()
    });
    (address, thread)
}

#[test]
fn without_a_task_there_is_help() {
    let output = xtask(&[], &[]);
    assert_eq!(output.status.code(), Some(2));
    let help = stderr(&output);
    assert!(
        ["download", "e2e", "anchors", "bench", "docs", "fuzz", "tidy", "ci"]
            .iter()
            .all(|task| help.contains(task)),
        "{help}"
    );
}

#[test]
fn ci_lists_its_steps() {
    let output = xtask(&["ci", "--list"], &[]);
    assert!(output.status.success());
    let list = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(list.lines().next().unwrap().starts_with("format    cargo fmt"), "{list}");
}

#[test]
fn what_cannot_be_measured_is_said_before_anything_is_built() {
    for (arguments, expected) in [
        (
            &["bench", "--only", "speed"][..],
            "--only speed: expected one of reading, kernels, epoch, kinds, training, encode, pca, build",
        ),
        (
            &["bench", "--peers", "--only", "speed"],
            "--only speed: expected one of seed-f32, seed-bf16, batch-64, batch-1024, hinton, vae-like, threads, \
             encode, encode-bf16, reading",
        ),
        (
            &["bench", "--peers", "jax", "--environment", "conda=a"],
            "--environment conda=a: expected torch=FOLDER or tensorflow=FOLDER",
        ),
    ] {
        let output = xtask(arguments, &[]);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(stderr(&output), format!("error: {expected}\n"));
    }
}

#[test]
fn an_unknown_set_is_refused_with_the_known_ones() {
    let output = xtask(&["download", "cifar"], &[]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stderr(&output), "error: unknown data set \"cifar\"; known are mnist, fashion-mnist\n");
}

#[test]
fn a_proxy_in_the_environment_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (proxy, asked) = answers_once();
    // A host that no name server knows: only the proxy could.
    let arguments =
        ["download", "--to", folder.path().to_str().unwrap(), "--from", "http://mirror.invalid/mnist"];
    let output = xtask(&arguments, &[("HTTP_PROXY", &proxy)]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(asked.join().unwrap().contains("mirror.invalid"));
}

#[test]
fn no_proxy_is_honoured() {
    let folder = tempfile::tempdir().unwrap();
    let (server, asked) = answers_once();
    let arguments = ["download", "--to", folder.path().to_str().unwrap(), "--from", &server];
    // Nobody listens at the proxy's port 9.
    let output = xtask(&arguments, &[("HTTP_PROXY", "http://127.0.0.1:9"), ("NO_PROXY", "127.0.0.1")]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(asked.join().unwrap(), "GET /train-images-idx3-ubyte.gz HTTP/1.1");
}
