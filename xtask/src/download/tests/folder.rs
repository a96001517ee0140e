//! `--from`: folders and addresses of one's own, with files packed or not, dashed or dotted.

use super::*;

fn source(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn copy(files: &[(&str, &[u8])]) -> Outcome {
    let folder = source(files);
    Bench::new().download(&Origin::Folder(folder.path().to_owned()), Vec::new())
}

#[test]
fn packed_and_unpacked_dashed_and_dotted_files_are_taken() {
    let dotted = "pictures.idx1-ubyte";
    for name in [GZ.to_owned(), format!("{dotted}.gz"), format!("digits/{GZ}"), NAME.to_owned()] {
        copy(&[(&name, &gz())]).is_whole();
    }
    for name in [NAME, dotted, "digits/pictures.idx1-ubyte"] {
        let outcome = copy(&[(name, &raw(1))]);
        assert!(outcome.done, "{}", outcome.said);
        outcome.has_exactly(&[(NAME, &raw(1))]);
    }
}

#[test]
fn the_sum_finds_the_right_file_among_wrong_ones() {
    let outcome = copy(&[(GZ, &other_gz()), (NAME, b"junk"), ("pictures.idx1-ubyte", &raw(1))]);
    assert!(outcome.done, "{}", outcome.said);
    outcome.has_exactly(&[(NAME, &raw(1))]);
}

#[test]
fn what_is_wrong_in_a_folder_is_named() {
    let repacked = packed(&raw(1), Compression::none());
    let mut long = gz();
    long.resize(5000, 0);
    let cases: [(&str, &[u8], &str); 7] = [
        (
            "unrelated",
            b"",
            "neither as pictures-idx1-ubyte.gz nor pictures-idx1-ubyte nor pictures.idx1-ubyte.gz",
        ),
        (GZ, b"<html>", "what arrived is an HTML page"),
        (GZ, &gz()[..500], "too short: the body ended after 500 of"),
        (GZ, &other_gz(), "the file clothes/pictures-idx1-ubyte.gz"),
        (NAME, &raw(2), "the file clothes/pictures-idx1-ubyte"),
        (GZ, &repacked, "the right content packed by another program; unpack it"),
        (GZ, &long, "too long"),
    ];
    for (name, bytes, words) in cases {
        copy(&[(name, bytes)]).failed(&[words], None);
    }
}

#[test]
fn a_folder_that_is_the_target_is_harmless() {
    let bench = Bench::new().with(GZ, &gz());
    bench.download(&Origin::Folder(bench.folder()), Vec::new()).is_whole();
    let bench = Bench::new().with("pictures.idx1-ubyte.gz", &gz());
    let outcome = bench.download(&Origin::Folder(bench.folder()), Vec::new());
    outcome.has_exactly(&[(GZ, &gz()), ("pictures.idx1-ubyte.gz", &gz())]);
}

#[test]
fn an_address_is_asked_for_every_spelling() {
    let server = Server::start(vec![status(404), status(404), status(404), whole(&raw(1))]);
    let outcome = Bench::new().download(&Origin::Address(server.url()), Vec::new());
    assert!(outcome.done, "{}", outcome.said);
    outcome.has_exactly(&[(NAME, &raw(1))]);
    let paths: Vec<String> = server.seen().into_iter().map(|request| request.path).collect();
    assert_eq!(
        paths,
        [
            format!("/{GZ}"),
            "/pictures.idx1-ubyte.gz".into(),
            format!("/{NAME}"),
            "/pictures.idx1-ubyte".into()
        ]
    );

    let server = Server::start((0..8).map(|_| status(404)).collect());
    Bench::new().download(&Origin::Address(server.url()), Vec::new()).failed(&["404 Not Found"], None);
    assert_eq!(server.seen()[4].path, format!("/digits/{GZ}"), "then below the set's name");
    assert_eq!(server.seen().len(), 8);
}

#[test]
fn an_address_where_nobody_listens_is_asked_once() {
    let outcome = Bench::new().download(&Origin::Address(nobody()), Vec::new());
    outcome.failed(&["no connection"], None);
    assert_eq!(outcome.said.matches("no connection").count(), 1);
}

#[test]
fn an_origin_is_an_address_or_a_folder_that_exists() {
    assert!(matches!(Origin::parse(None).unwrap(), Origin::Mirrors));
    let address = Origin::parse(Some("HTTPS://example.org/mnist")).unwrap();
    assert!(matches!(address, Origin::Address(url) if url == "HTTPS://example.org/mnist/"));
    let folder = TempDir::new().unwrap();
    assert!(matches!(Origin::parse(folder.path().to_str()).unwrap(), Origin::Folder(_)));
    let error = Origin::parse(Some("no/such/folder")).unwrap_err().to_string();
    assert!(error.contains("--from no/such/folder: expected a folder that exists"), "{error}");
}
