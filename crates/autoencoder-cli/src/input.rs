//! Files as they are opened for reading: regular files, also through links, and nothing else.
//!
//! A device such as /dev/zero never ends, and a pipe may wait for ever: neither is opened where a file is expected.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// What lies at a path, in words.
pub(crate) fn kind(metadata: &Metadata) -> &'static str {
    let kind = metadata.file_type();
    if kind.is_file() {
        return "a regular file";
    }
    if kind.is_dir() {
        return "a folder";
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return "a pipe";
        }
        if kind.is_char_device() || kind.is_block_device() {
            return "a device";
        }
        if kind.is_socket() {
            return "a socket";
        }
    }
    "something else"
}

/// Returns whether a pipe lies at a path.
pub(crate) fn is_pipe(metadata: &Metadata) -> bool {
    kind(metadata) == "a pipe"
}

/// Returns whether a regular file lies at a path.
pub(crate) fn is_regular(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// Opens a regular file.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    // A pipe without a writer would wait already while it is opened.
    expect_file(&fs::metadata(path)?)?;
    let file = File::open(path)?;
    expect_file(&file.metadata()?)?;
    Ok(file)
}

fn expect_file(metadata: &Metadata) -> io::Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    let what = format!("expected a regular file, found {}", kind(metadata));
    Err(io::Error::new(
        if metadata.is_dir() { ErrorKind::IsADirectory } else { ErrorKind::InvalidInput },
        what,
    ))
}

/// Reads a regular file of at most `most` bytes.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let length = file.metadata()?.len();
    let too_long = |length: u64| {
        let what = format!("expected a file of at most {most} bytes, found {length}");
        io::Error::new(ErrorKind::FileTooLarge, what)
    };
    if length > most {
        return Err(too_long(length));
    }
    let mut bytes = Vec::new();
    let wanted = usize::try_from(length).unwrap_or(usize::MAX);
    bytes.try_reserve_exact(wanted).map_err(|_| io::Error::from(ErrorKind::OutOfMemory))?;
    // The file may grow while it is read.
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_long(bytes.len() as u64)) } else { Ok(bytes) }
}

/// Reads the first bytes of a regular file, at most as many as asked for.
pub(crate) fn read_first(path: &Path, count: u64) -> io::Result<Vec<u8>> {
    let mut first = Vec::new();
    open(path)?.take(count).read_to_end(&mut first)?;
    Ok(first)
}

/// Reads a regular file of text of at most `most` bytes.
pub(crate) fn read_text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?)
        .map_err(|_| io::Error::new(ErrorKind::InvalidData, "expected text in UTF-8, found other bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_up_to_a_length_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "12345").unwrap();
        assert_eq!(read_text(&path, 5).unwrap(), "12345");
        let refused = read(&path, 4).unwrap_err().to_string();
        assert_eq!(refused, "expected a file of at most 4 bytes, found 5");
        fs::write(&path, [0xFF]).unwrap();
        assert_eq!(read_text(&path, 4).unwrap_err().kind(), ErrorKind::InvalidData);
        assert_eq!(read(&folder.path().join("no"), 4).unwrap_err().kind(), ErrorKind::NotFound);
        let refused = read(folder.path(), 4).unwrap_err().to_string();
        assert_eq!(refused, "expected a regular file, found a folder");
    }

    #[cfg(unix)]
    #[test]
    fn devices_and_links_to_them_are_refused_and_links_to_files_are_followed() {
        use std::os::unix::fs::symlink;

        let folder = tempfile::tempdir().unwrap();
        let [link, file] = ["link", "file"].map(|name| folder.path().join(name));
        fs::write(&file, "1").unwrap();
        symlink(&file, &link).unwrap();
        assert_eq!(read(&link, 9).unwrap(), b"1");
        fs::remove_file(&link).unwrap();
        symlink("/dev/zero", &link).unwrap();
        for path in [&link, Path::new("/dev/zero")] {
            assert_eq!(read(path, 9).unwrap_err().to_string(), "expected a regular file, found a device");
        }
    }
}
