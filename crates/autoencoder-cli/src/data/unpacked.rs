//! Tables in gzip, told from their first bytes whatever they are called, and unpacked as they are read.

use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use crate::input;

/// The first bytes of gzip.
pub(super) const GZIP: [u8; 2] = [0x1F, 0x8B];

/// The number of bytes that are unpacked at a time.
const BUFFER: usize = 1 << 16;

/// An input, unpacked if it is gzip.
pub(super) fn unpacked<'a>(mut input: impl Read + Send + 'a) -> io::Result<Box<dyn Read + Send + 'a>> {
    let mut first = Vec::new();
    input.by_ref().take(GZIP.len() as u64).read_to_end(&mut first)?;
    let is_gzip = first == GZIP;
    let whole = Cursor::new(first).chain(input);
    Ok(if is_gzip {
        Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(whole)))
    } else {
        Box::new(whole)
    })
}

/// The first bytes of what is in a gzip file, at most as many as asked for; none where it is broken.
pub(super) fn first_within(path: &Path, count: u64) -> io::Result<Vec<u8>> {
    let mut first = Vec::new();
    let within = MultiGzDecoder::new(input::open(path)?).take(count).read_to_end(&mut first);
    // Whoever reads the whole file says what is wrong with it.
    Ok(if within.is_ok() { first } else { Vec::new() })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn read(bytes: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        unpacked(bytes)?.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn gzip_is_unpacked_and_all_else_is_read_as_it_is() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(b"a,b\n1,2\n").unwrap();
        let packed = packed.finish().unwrap();
        assert_eq!(read(&packed).unwrap(), "a,b\n1,2\n");
        assert_eq!(read(&packed.repeat(2)).unwrap(), "a,b\n1,2\n".repeat(2));
        for text in ["a,b\n", "a", ""] {
            assert_eq!(read(text.as_bytes()).unwrap(), text);
        }
        assert!(read(&packed[..packed.len() - 9]).is_err());
    }
}
