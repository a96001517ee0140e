//! Writes `.npy` files: version 1, little-endian, last index fastest, as `NumPy` writes them.

use std::io::{self, Write};

/// Writes the header of an array; `descr` is `<f4`, `<f8` or `|u1`.
pub(super) fn write_header(output: &mut dyn Write, descr: &str, shape: &[usize]) -> io::Result<()> {
    let sizes: String = match shape {
        [only] => format!("{only},"),
        sizes => sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    let dictionary = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({sizes}), }}");
    // Blanks and a line feed fill up to 64 bytes, so that the elements of a mapped file are aligned.
    let length = (10 + dictionary.len() + 1).next_multiple_of(64) - 10;
    let announced = u16::try_from(length).map_err(|_| io::Error::other("too many dimensions"))?;
    output.write_all(b"\x93NUMPY\x01\x00")?;
    output.write_all(&announced.to_le_bytes())?;
    writeln!(output, "{dictionary:<width$}", width = length - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ReadOptions, Source, Split};
    use crate::terminal::Notes;

    #[test]
    fn the_header_is_numpys_byte_for_byte() {
        let mut file = Vec::new();
        write_header(&mut file, "<f4", &[2, 3]).unwrap();
        let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
        let expected = [&b"\x93NUMPY\x01\x00\x76\x00"[..], text.as_bytes(), &[b' '; 58], b"\n"].concat();
        assert_eq!(file, expected);
        for shape in [&[][..], &[5], &[2, 3, 4, 5]] {
            let mut file = Vec::new();
            write_header(&mut file, "|u1", shape).unwrap();
            assert_eq!(file.len() % 64, 0);
        }
    }

    /// npyz is an independent reader and writer.
    #[test]
    fn npyz_reads_what_we_write_and_we_what_it_writes() {
        use npyz::WriterBuilder;
        let mut file = Vec::new();
        write_header(&mut file, "<f4", &[2, 1, 3]).unwrap();
        let numbers = [0.5_f32, -1.0, 2.0, 3.0, 4.0, 5.0];
        file.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        let array = npyz::NpyFile::new(&file[..]).unwrap();
        assert_eq!(array.shape(), [2, 1, 3]);
        assert_eq!(array.into_vec::<f32>().unwrap(), numbers);

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npy");
        let output = std::fs::File::create(&path).unwrap();
        let mut writer =
            npyz::WriteOptions::new().default_dtype().shape(&[2, 1, 3]).writer(output).begin_nd().unwrap();
        writer.extend(numbers).unwrap();
        writer.finish().unwrap();
        let source = Source::resolve(path.to_str(), &ReadOptions::default()).unwrap();
        let data = source.read(Split::Test, None, Notes::new(true)).unwrap();
        assert_eq!(data.sample_shape, [1, 3]);
        let expected = ndarray::array![[0.5, -1.0, 2.0], [3.0, 4.0, 5.0]];
        assert_eq!(data.values, autoencoder::Values::Floats(expected));
    }
}
