//! Writing a whole array at once, to any output or to a file.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use crate::element::Element;
use crate::error::{Error, Result};
use crate::error_kind::ErrorKind;
use crate::header::Header;
use crate::writer::Writer;

/// Writes a whole array: header and elements. Returns the output, flushed.
///
/// # Errors
///
/// The errors of [`Header::new`], [`ErrorKind::ElementCount`] when the elements are not as many as
/// the sizes multiply to, [`ErrorKind::Write`].
///
/// ```
/// let file = idx_format::write(Vec::new(), &[1, 2], &[-2_i16, 258])?;
/// assert_eq!(file, [0, 0, 0x0B, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0xFF, 0xFE, 0x01, 0x02]);
/// # Ok::<(), idx_format::Error>(())
/// ```
pub fn write<W: Write, T: Element>(output: W, sizes: &[usize], elements: &[T]) -> Result<W> {
    let mut writer = Writer::new(output, sizes)?;
    writer.write_all(elements)?;
    writer.finish()
}

/// Writes a file, compressed when its name ends in `.gz`; one that exists is overwritten.
///
/// # Errors
///
/// [`ErrorKind::Open`], [`ErrorKind::GzipDisabled`] for a `.gz` without the feature `gzip`, and the errors of [`write()`].
/// Sizes and elements are compared before the file is made.
///
/// ```
/// let path = std::env::temp_dir().join("idx-format-example-idx2-float");
/// idx_format::write_path(&path, &[2, 1], &[0.5_f32, -0.0])?;
/// assert_eq!(idx_format::read_path(&path)?.as_slice::<f32>()?, [0.5, -0.0]);
/// # std::fs::remove_file(path).unwrap();
/// # Ok::<(), idx_format::Error>(())
/// ```
pub fn write_path<T: Element>(path: impl AsRef<Path>, sizes: &[usize], elements: &[T]) -> Result<()> {
    let path = path.as_ref();
    write_file(path, sizes, elements).map_err(|error| error.with_path(path))
}

fn write_file<T: Element>(path: &Path, sizes: &[usize], elements: &[T]) -> Result<()> {
    let expected = Header::new(T::TYPE, sizes)?.element_count();
    if expected != elements.len() {
        return Err(Error::new(ErrorKind::ElementCount { expected, found: elements.len() }));
    }
    let is_gzip = path.extension().is_some_and(|extension| extension == "gz");
    if is_gzip && !cfg!(feature = "gzip") {
        return Err(Error::new(ErrorKind::GzipDisabled));
    }
    let file = File::create(path).map_err(|error| Error::new(ErrorKind::Open).caused_by(error))?;
    #[cfg(feature = "gzip")]
    if is_gzip {
        let mut writer = Writer::new_gzip(file, sizes, crate::DEFAULT_GZIP_LEVEL)?;
        writer.write_all(elements)?;
        return writer.finish().map(|_| ());
    }
    write(file, sizes, elements).map(|_| ())
}
