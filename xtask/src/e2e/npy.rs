//! Reads the `.npy` files that the program wrote, independently of the program.

use std::fmt;
use std::path::Path;

/// A `.npy` file: its shape, and its elements as numbers.
#[derive(Debug, PartialEq)]
pub(crate) struct Npy {
    pub(crate) element: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f64>,
}

/// The reason why a `.npy` file cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotNpy(String);

impl fmt::Display for NotNpy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no .npy file we can read: {}", self.0)
    }
}

impl Npy {
    pub(crate) fn read(path: &Path) -> Result<Self, NotNpy> {
        let bytes = std::fs::read(path).map_err(|error| NotNpy(format!("{}: {error}", path.display())))?;
        Self::parse(&bytes)
    }

    fn parse(bytes: &[u8]) -> Result<Self, NotNpy> {
        let wrong = |what: &str| NotNpy(what.to_owned());
        let rest = bytes.strip_prefix(b"\x93NUMPY").ok_or_else(|| wrong("the first bytes"))?;
        let (length, start) = match rest {
            [1, _, a, b, ..] => (usize::from(u16::from_le_bytes([*a, *b])), 4),
            [2 | 3, _, a, b, c, d, ..] => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, 6),
            _ => return Err(wrong("the version")),
        };
        let header = rest.get(start..start + length).ok_or_else(|| wrong("the header's length"))?;
        let header = std::str::from_utf8(header).map_err(|_| wrong("the header's text"))?;
        let data = &rest[start + length..];
        if !header.contains("'fortran_order': False") || !header.ends_with('\n') {
            return Err(NotNpy(format!("the header {header:?}")));
        }
        let element = between(header, "'descr': '", "'").ok_or_else(|| wrong("no descr"))?;
        let shape: Vec<usize> = between(header, "'shape': (", ")")
            .ok_or_else(|| wrong("no shape"))?
            .split(',')
            .map(str::trim)
            .filter(|size| !size.is_empty())
            .map(|size| size.parse().map_err(|_| NotNpy(format!("the size {size:?}"))))
            .collect::<Result<_, _>>()?;
        let values: Vec<f64> = match element {
            "<f4" => chunks::<4>(data).map(|bytes| f64::from(f32::from_le_bytes(bytes))).collect(),
            "<f8" => chunks::<8>(data).map(f64::from_le_bytes).collect(),
            "|u1" => data.iter().map(|&byte| f64::from(byte)).collect(),
            other => return Err(NotNpy(format!("elements {other:?}"))),
        };
        let size = element.as_bytes().last().map_or(1, |digit| usize::from(digit - b'0'));
        if values.len() != shape.iter().product::<usize>() || data.len() != values.len() * size {
            return Err(NotNpy(format!("{} bytes of data for the shape {shape:?} of {element}", data.len())));
        }
        Ok(Self { element: element.to_owned(), shape, values })
    }

    /// The size of the first axis, and the product of all other sizes.
    pub(crate) fn rows_and_columns(&self) -> (usize, usize) {
        (self.shape.first().copied().unwrap_or(0), self.shape.iter().skip(1).product())
    }

    pub(crate) fn largest(&self) -> f64 {
        self.values.iter().fold(0.0, |largest, value| value.abs().max(largest))
    }

    /// The largest difference to another, infinite where they differ in size or a value is not finite.
    pub(crate) fn distance(&self, other: &Self) -> f64 {
        if self.values.len() != other.values.len() {
            return f64::INFINITY;
        }
        let differences = self.values.iter().zip(&other.values).map(|(one, another)| (one - another).abs());
        differences
            .fold(0.0, |largest, value| if value.is_finite() { value.max(largest) } else { f64::INFINITY })
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let rest = &text[text.find(before)? + before.len()..];
    rest.split(after).next()
}

fn chunks<const N: usize>(data: &[u8]) -> impl Iterator<Item = [u8; N]> + '_ {
    data.chunks_exact(N).map(|chunk| std::array::from_fn(|index| chunk[index]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    #[test]
    fn arrays_are_read() {
        let data: Vec<u8> = [1.0_f32, -2.5, 3.0, 4.0].iter().flat_map(|value| value.to_le_bytes()).collect();
        let npy =
            Npy::parse(&file("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }   \n", &data))
                .unwrap();
        assert_eq!((npy.element.as_str(), npy.rows_and_columns()), ("<f4", (2, 2)));
        assert_eq!(npy.values, [1.0, -2.5, 3.0, 4.0]);
        assert!((npy.distance(&npy)).abs() < f64::EPSILON);
        let nan = Npy {
            values: vec![f64::NAN; 4],
            ..Npy::parse(&file("{'descr': '|u1', 'fortran_order': False, 'shape': (4,), }\n", &[1, 2, 3, 4]))
                .unwrap()
        };
        assert!(nan.distance(&npy).is_infinite());
    }

    #[test]
    fn wrong_files_are_refused() {
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n";
        for bytes in [
            b"no".to_vec(),
            file(header, &[0; 7]),
            file(header, &[0; 9]),
            file(&header.replace("False", "True"), &[0; 8]),
            file(&header.replace("<f4", ">f4"), &[0; 8]),
            file(header, &[])[..20].to_vec(),
        ] {
            assert!(Npy::parse(&bytes).is_err());
        }
    }
}
