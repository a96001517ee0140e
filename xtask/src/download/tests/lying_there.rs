//! Files, links and other things that lie in the target folder before a download: nothing is believed unread, followed or written over.

use super::*;

#[test]
fn a_file_of_the_right_size_is_not_believed_unread() {
    let mut flipped = gz();
    flipped[2000] ^= 1;
    let server = Server::start(vec![whole(&gz())]);
    let outcome = Bench::new().with(GZ, &flipped).download_from(&[&server]);
    assert!(outcome.done);
    outcome.says(&["wrong sha256", "now called"]);
    outcome.has_exactly(&[(GZ, &gz()), (&format!("{GZ}.wrong"), &flipped)]);
}

#[cfg(unix)]
#[test]
fn a_file_of_another_size_is_not_read() {
    let bench = Bench::new().with(GZ, b"");
    // A hole of 16 TiB: reading it would take hours.
    let huge = fs::File::options().write(true).open(bench.folder().join(GZ)).unwrap();
    if huge.set_len(1 << 44).is_err() {
        huge.set_len(1 << 40).unwrap();
    }
    for (_, said) in [bench.verify_unread(), bench.download_unread(&Origin::Mirrors, vec![nobody()])] {
        assert!(said.contains("wrong size: expected "), "{said}");
    }
}

#[test]
fn parts_that_earlier_transfers_left_are_taken_or_removed() {
    let server = Server::start(vec![rest(&gz())]);
    let bench = Bench::new()
        .with(&format!(".{GZ}.aaaaaa.part"), &gz()[..300])
        .with(&format!(".{GZ}.bbbbbb.part"), &gz()[..700])
        .with(&format!(".{GZ}.cccccc.part"), &vec![0; 100_000])
        .with(".others.dddddd.part", b"not ours");
    let outcome = bench.download_from(&[&server]);
    assert!(outcome.done, "{}", outcome.said);
    outcome.has_exactly(&[(".others.dddddd.part", b"not ours"), (GZ, &gz())]);
    assert_eq!(server.ranges(), [Some(700)], "the longest that can be the beginning");

    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(GZ), gz()).unwrap();
    let bench = Bench::new().with(&format!(".{NAME}.copy.aaaaaa.part"), &gz()[..300]);
    bench.download(&Origin::Folder(folder.path().to_owned()), Vec::new()).is_whole();
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_a_part_is_neither_followed_nor_removed() {
    for name in [format!("{GZ}.part"), format!(".{GZ}.aaaaaa.part")] {
        let (bench, victim) = (Bench::new().with("victim", b"precious"), TempDir::new().unwrap());
        let victim = victim.path().join("file");
        fs::write(&victim, b"precious").unwrap();
        std::os::unix::fs::symlink(&victim, bench.folder().join(&name)).unwrap();
        let server = Server::start(vec![whole(&gz())]);
        let outcome = bench.download_from(&[&server]);
        assert!(!outcome.done);
        outcome.says(&[&name, "expected a file, found a link; remove it"]);
        assert_eq!(fs::read(&victim).unwrap(), b"precious");
        assert!(server.seen().is_empty());
    }
}

#[cfg(unix)]
#[test]
fn a_hard_link_in_place_of_a_part_is_not_written_to() {
    let (bench, other) = (Bench::new().with("victim", b"precious"), TempDir::new().unwrap());
    let victim = other.path().join("file");
    fs::write(&victim, b"precious").unwrap();
    if fs::hard_link(&victim, bench.folder().join(format!("{GZ}.part"))).is_err() {
        return;
    }
    let server = Server::start(vec![whole(&gz())]);
    assert!(bench.download_from(&[&server]).done);
    assert_eq!(fs::read(&victim).unwrap(), b"precious");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_by_name_and_left_where_it_is() {
    for name in [GZ.to_owned(), NAME.to_owned(), format!("{GZ}.part"), format!(".{GZ}.aaaaaa.part")] {
        let bench = Bench::new().with("x", b"");
        let path = bench.folder().join(&name);
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        if !made.is_ok_and(|status| status.success()) {
            eprintln!("no mkfifo here: not checked");
            return;
        }
        let server = Server::start(vec![whole(&gz())]);
        let outcome = bench.download_from(&[&server]);
        assert!(!outcome.done);
        outcome.says(&[&format!("{}: expected a file, found a FIFO; remove it", path.display())]);
        assert!(fs::symlink_metadata(&path).is_ok());
        if [GZ, NAME].contains(&name.as_str()) {
            bench.verify().says(&["wrong    ", "expected a file, found a FIFO"]);
        }
    }
    let bench = Bench::new();
    fs::create_dir_all(bench.folder().join(GZ)).unwrap();
    bench.download(&Origin::Mirrors, vec![nobody()]).says(&["expected a file, found a folder"]);
}

#[cfg(unix)]
#[test]
fn a_part_is_private_and_the_file_is_as_any_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let bench = Bench::new().with("usual", b"");
    let bad = Server::start(vec![hangs_after(&gz(), 700)]);
    let outcome = bench.download_from(&[&bad]);
    let part = outcome.files.keys().find(|name| name.starts_with('.')).unwrap();
    assert_eq!(mode(&bench.folder().join(part)), 0o600);
    let good = Server::start(vec![rest(&gz())]);
    assert!(bench.download_from(&[&good]).done);
    assert_eq!(mode(&bench.folder().join(GZ)), mode(&bench.folder().join("usual")));
}
