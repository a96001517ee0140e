//! The bench of the download tests: two small sets, a folder to put them in, and the outcome of a download.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::super::catalogue::{Catalogue, Content, DataFile, DataSet};
use super::super::client::{Client, Limits};
use super::super::digest::Digest;
use super::super::part::is_part_of;
use super::super::report::Report;
use super::super::{Download, Origin, verify};
use super::server::Server;

pub(super) const NAME: &str = "pictures-idx1-ubyte";
pub(super) const GZ: &str = "pictures-idx1-ubyte.gz";

/// An IDX file of 3,000 elements that do not pack well.
pub(super) fn raw(seed: u32) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, 1, 0, 0, 0x0B, 0xB8];
    let mut state = seed;
    bytes.extend((0..3000).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    }));
    bytes
}

pub(super) fn packed(bytes: &[u8], level: Compression) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The file that the tests ask for.
pub(super) fn gz() -> Vec<u8> {
    packed(&raw(1), Compression::default())
}

/// The other set's file of the same name.
pub(super) fn other_gz() -> Vec<u8> {
    let mut bytes = raw(2);
    bytes.truncate(2900);
    packed(&bytes, Compression::default())
}

pub(super) fn content(bytes: &[u8]) -> Content {
    let mut hasher = Sha256::new();
    hasher.update(bytes);
    Content { bytes: bytes.len() as u64, sha256: Digest::finish(hasher) }
}

/// Two sets with one file of the same name each; `mirrors` are the first one's.
pub(super) fn catalogue(mirrors: Vec<String>) -> Catalogue {
    let set = |name: &str, mirrors, gz: &[u8], raw: &[u8]| DataSet {
        name: name.to_owned(),
        title: "for tests".to_owned(),
        licence: "none".to_owned(),
        mirrors,
        files: vec![DataFile { name: NAME.to_owned(), gz: content(gz), raw: content(raw) }],
    };
    // Unpacked, the two have the same size, as MNIST and Fashion-MNIST do.
    let sets = vec![set("digits", mirrors, &gz(), &raw(1)), set("clothes", Vec::new(), &other_gz(), &raw(2))];
    Catalogue { sets }
}

pub(super) fn limits() -> Limits {
    let short = Duration::from_millis(400);
    let long = Duration::from_secs(10);
    Limits { connect: long, response: short, silence: short, slowest: 1_000_000, least: long }
}

/// A download's outcome: whether it succeeded, what it said, what lies in the set's folder.
pub(super) struct Outcome {
    pub(super) done: bool,
    pub(super) said: String,
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl Outcome {
    #[track_caller]
    pub(super) fn says(&self, words: &[&str]) {
        for word in words {
            assert!(self.said.contains(word), "expected {word:?} in:\n{}", self.said);
        }
    }

    #[track_caller]
    pub(super) fn has_exactly(&self, expected: &[(&str, &[u8])]) {
        let names: Vec<&str> = self.files.keys().map(String::as_str).collect();
        assert_eq!(names, expected.iter().map(|(name, _)| *name).collect::<Vec<_>>(), "{}", self.said);
        for (name, bytes) in expected {
            assert!(self.files[*name] == *bytes, "{name} holds other bytes; {}", self.said);
        }
    }

    /// It worked, and nothing but the file is there.
    #[track_caller]
    pub(super) fn is_whole(&self) {
        assert!(self.done, "{}", self.said);
        self.has_exactly(&[(GZ, &gz())]);
    }

    /// It failed for the reason given, and at most a part is there.
    #[track_caller]
    pub(super) fn failed(&self, words: &[&str], part: Option<&[u8]>) {
        assert!(!self.done, "{}", self.said);
        self.says(words);
        let names: Vec<&String> = self.files.keys().collect();
        assert_eq!(names.len(), part.iter().len(), "{names:?}");
        for (name, bytes) in names.into_iter().zip(part) {
            assert!(is_part_of(name, GZ), "{name}");
            assert!(self.files[name] == bytes, "{name} holds other bytes; {}", self.said);
        }
    }
}

pub(super) fn files_in(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeMap::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        // Reading a FIFO would not end.
        .filter(|path| path.is_file())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap()))
        .collect()
}

/// A target folder and what to download into it.
pub(super) struct Bench {
    pub(super) to: TempDir,
    pub(super) limits: Limits,
}

impl Bench {
    pub(super) fn new() -> Self {
        Self { to: TempDir::new().unwrap(), limits: limits() }
    }

    pub(super) fn folder(&self) -> PathBuf {
        self.to.path().join("digits")
    }

    /// Puts a file into the set's folder beforehand.
    pub(super) fn with(self, name: &str, bytes: &[u8]) -> Self {
        fs::create_dir_all(self.folder()).unwrap();
        fs::write(self.folder().join(name), bytes).unwrap();
        self
    }

    pub(super) fn download(&self, origin: &Origin, mirrors: Vec<String>) -> Outcome {
        let (done, said) = self.download_unread(origin, mirrors);
        Outcome { done, said, files: files_in(&self.folder()) }
    }

    /// The same without a look at the files.
    pub(super) fn download_unread(&self, origin: &Origin, mirrors: Vec<String>) -> (bool, String) {
        let catalogue = catalogue(mirrors);
        let client = Client::new(self.limits, None);
        let mut said = Vec::new();
        let mut report = Report::new(&mut said, false);
        let download = Download { catalogue: &catalogue, client: &client, origin, to: self.to.path() };
        let result = download.run(&[&catalogue.sets[0]], &mut report);
        let mut said = String::from_utf8(said).unwrap();
        if let Err(error) = &result {
            said.push_str(&error.to_string());
        }
        (result.is_ok(), said)
    }

    pub(super) fn download_from(&self, servers: &[&Server]) -> Outcome {
        self.download(&Origin::Mirrors, servers.iter().map(|server| server.url()).collect())
    }

    pub(super) fn verify(&self) -> Outcome {
        let (done, said) = self.verify_unread();
        Outcome { done, said, files: files_in(&self.folder()) }
    }

    /// The same without a look at the files.
    pub(super) fn verify_unread(&self) -> (bool, String) {
        let catalogue = catalogue(Vec::new());
        let mut said = Vec::new();
        let mut report = Report::new(&mut said, false);
        let result = verify(&catalogue, &[&catalogue.sets[0]], self.to.path(), &mut report);
        (result.is_ok(), String::from_utf8(said).unwrap())
    }
}
