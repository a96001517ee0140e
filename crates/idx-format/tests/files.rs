//! Files on disk: found under each spelling, read and written by path, named in errors.
#![allow(clippy::unwrap_used, reason = "a test that is wrong may panic")]

use std::fs;
use std::path::PathBuf;

use idx_format::{ElementType, ErrorKind, Separator, find_file, open, read_path, write_path};

/// An empty folder of a test's own.
fn folder(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("idx-format-{test}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn each_of_the_four_spellings_is_found() {
    let folder = folder("spellings");
    for (name, separator, is_gzip) in [
        ("images-idx3-ubyte", Separator::Dash, false),
        ("images.idx3-ubyte", Separator::Dot, false),
        ("images-idx3-ubyte.gz", Separator::Dash, true),
        ("images.idx3-ubyte.gz", Separator::Dot, true),
    ] {
        let path = folder.join(name);
        fs::write(&path, [0]).unwrap();
        let found = find_file(&folder, "images", 3, ElementType::U8).unwrap();
        assert_eq!(found.path, path);
        assert_eq!((found.name.separator, found.name.is_gzip), (separator, is_gzip));
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn of_several_spellings_the_uncompressed_one_is_taken_and_no_folder_is() {
    let folder = folder("several");
    fs::write(folder.join("images-idx3-ubyte.gz"), [0]).unwrap();
    fs::write(folder.join("images.idx3-ubyte"), [0]).unwrap();
    fs::create_dir(folder.join("images-idx3-ubyte")).unwrap();
    let found = find_file(&folder, "images", 3, ElementType::U8).unwrap();
    assert_eq!(found.name.to_string(), "images.idx3-ubyte");
}

#[test]
fn a_name_that_is_nowhere_is_an_error_with_all_four() {
    let folder = folder("nowhere");
    fs::write(folder.join("images-idx3-ubyte"), [0]).unwrap();
    let error = find_file(&folder, "images", 3, ElementType::I32).unwrap_err();
    let ErrorKind::FileNotFound { folder: searched, tried } = error.kind() else { panic!("{error}") };
    assert_eq!(*searched, folder);
    assert_eq!(*tried, ["images-idx3-int", "images.idx3-int", "images-idx3-int.gz", "images.idx3-int.gz"]);
    assert!(tried.iter().all(|name| error.to_string().contains(name)));
}

#[test]
fn a_file_that_is_not_there_says_the_reason_of_the_system() {
    let missing = folder("missing").join("no").join("digits.idx");
    let reason = fs::read(&missing).unwrap_err().to_string();
    for error in [
        read_path(&missing).unwrap_err(),
        open(&missing).unwrap_err(),
        write_path(&missing, &[1], &[1_u8]).unwrap_err(),
    ] {
        assert_eq!(error.to_string(), format!("{}: opening failed: {reason}", missing.display()));
        assert_eq!(error.io_error().unwrap().to_string(), reason);
        assert_eq!(std::io::Error::from(error).to_string(), reason);
    }
}

#[test]
fn errors_name_the_file_also_later_on() {
    let folder = folder("named");
    let path = folder.join("labels-idx1-ubyte");
    fs::write(&path, [0, 0, 8, 1, 0, 0, 0, 3, 7]).unwrap();
    let mut reader = open(&path).unwrap();
    let wrong = reader.read_array::<f32>().unwrap_err();
    assert_eq!(wrong.path(), Some(path.as_path()));
    let truncated = reader.read_array::<u8>().unwrap_err();
    assert!(truncated.to_string().starts_with(&path.display().to_string()), "{truncated}");

    let missing = read_path(folder.join("missing")).unwrap_err();
    assert_eq!(*missing.kind(), ErrorKind::Open);
    assert_eq!(missing.io_error().unwrap().kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn a_path_written_is_read_back() {
    let path = folder("plain").join("numbers-idx2-double");
    write_path(&path, &[2, 3], &[1.0_f64, -0.0, 3.5, 4.0, 5.0, 6.0]).unwrap();
    assert_eq!(fs::read(&path).unwrap()[..4], [0, 0, 0x0E, 2]);
    assert_eq!(read_path(&path).unwrap().as_slice::<f64>().unwrap(), [1.0, -0.0, 3.5, 4.0, 5.0, 6.0]);
}

#[cfg(feature = "gzip")]
#[test]
fn a_path_in_gz_is_compressed_and_what_a_name_says_does_not_matter_to_reading() {
    let folder = folder("gzip");
    let path = folder.join("numbers-idx1-int.gz");
    write_path(&path, &[3], &[1, -2, 3]).unwrap();
    assert_eq!(fs::read(&path).unwrap()[..2], [0x1F, 0x8B]);
    let misnamed = folder.join("numbers-idx1-int");
    fs::rename(&path, &misnamed).unwrap();
    assert!(open(&misnamed).unwrap().is_gzip());
    assert_eq!(read_path(&misnamed).unwrap().as_slice::<i32>().unwrap(), [1, -2, 3]);
}

#[cfg(not(feature = "gzip"))]
#[test]
fn a_path_in_gz_is_refused_without_the_feature() {
    let path = folder("no-gzip").join("numbers-idx1-int.gz");
    let error = write_path(&path, &[3], &[1, -2, 3]).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::GzipDisabled);
    assert!(!path.exists());
}

#[test]
fn sizes_that_disagree_leave_no_file() {
    let path = folder("disagree").join("a-idx1-ubyte");
    let error = write_path(&path, &[3], &[1_u8]).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::ElementCount { expected: 3, found: 1 });
    assert!(!path.exists());
}
