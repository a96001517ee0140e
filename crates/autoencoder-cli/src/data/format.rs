//! File formats, asked for by the endings of names.

use std::path::Path;

use crate::failure::{Failure, Outcome};

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// `NumPy`'s arrays.
    Npy,
    /// Comma-separated values.
    Csv,
    /// A JSON object on each line.
    Jsonl,
    /// The format of MNIST.
    Idx,
    /// A picture of pixels.
    Png,
    /// A picture of lines.
    Svg,
    /// A page for a browser.
    Html,
}

impl Format {
    const fn extension(self) -> &'static str {
        match self {
            Self::Npy => "npy",
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Idx => "idx",
            Self::Png => "png",
            Self::Svg => "svg",
            Self::Html => "html",
        }
    }

    /// The format that the extension of `path` asks for. An extension of none of `allowed` is wrong usage.
    pub(crate) fn of(path: &Path, allowed: &[Self]) -> Outcome<Self> {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let format = allowed.iter().find(|format| extension.eq_ignore_ascii_case(format.extension()));
        format.copied().ok_or_else(|| {
            let names: Vec<String> =
                allowed.iter().map(|format| format!(".{}", format.extension())).collect();
            let expected = match names.as_slice() {
                [] => String::new(),
                [only] => only.clone(),
                [first @ .., last] => format!("{} or {last}", first.join(", ")),
            };
            Failure::usage(format_args!("{}: expected a name that ends in {expected}", path.display()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_decides() {
        let allowed = [Format::Npy, Format::Csv, Format::Idx];
        assert_eq!(Format::of(Path::new("a.b/X.NPY"), &allowed).unwrap(), Format::Npy);
        assert_eq!(Format::of(Path::new("x.idx"), &allowed).unwrap(), Format::Idx);
        for name in ["x.png", "x", "npy", ".npy", "x.npy.gz"] {
            let failure = Format::of(Path::new(name), &allowed).unwrap_err();
            assert_eq!(
                failure.to_string(),
                format!("{name}: expected a name that ends in .npy, .csv or .idx")
            );
            assert_eq!(failure.exit_code(), 2);
        }
    }
}
