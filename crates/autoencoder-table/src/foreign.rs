//! Files that are no tables of text, told from their first bytes.

use crate::error::TableError;

/// What a file is that is no table of text, and what to do with it.
///
/// ```
/// use autoencoder_table::Foreign;
///
/// let foreign = Foreign::of(b"PAR1\x15\x04").unwrap();
/// assert_eq!((foreign.found, foreign.advice), ("a Parquet file", "write the table as CSV"));
/// assert_eq!(Foreign::of(b"a,b\n1,2\n"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Foreign {
    /// What the file is, in words.
    pub found: &'static str,
    /// What to do with it.
    pub advice: &'static str,
}

const AS_CSV: &str = "write the table as CSV";
const UNPACK: &str = "unpack the file first";
const AGAIN: &str = "download the file again, as a server may have sent a message in its place";

/// The beginnings of files that are no tables of text.
const BEGINNINGS: [(&[u8], &str, &str); 17] = [
    (
        b"PK\x03\x04",
        "a zip archive, such as an Excel workbook",
        "save the sheet as CSV, or unpack the archive",
    ),
    (b"\xD0\xCF\x11\xE0", "an old Excel workbook", "save the sheet as CSV"),
    (b"\x1F\x8B", "gzip", UNPACK),
    (b"\xFD7zXZ", "an xz archive", UNPACK),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"\x28\xB5\x2F\xFD", "a zstd archive", UNPACK),
    (b"PAR1", "a Parquet file", AS_CSV),
    (b"ARROW1", "an Arrow file", AS_CSV),
    (b"\x89HDF", "an HDF5 file", AS_CSV),
    (b"MATLAB 5.0", "a MATLAB file", "write its arrays as .npy, .npz or .csv"),
    (b"SQLite format 3", "an SQLite database", AS_CSV),
    (b"%PDF", "a PDF document", AS_CSV),
    (b"\x80\x04\x95", "a Python pickle", "write the data as .npy, .npz or .csv"),
    (b"\x80\x05\x95", "a Python pickle", "write the data as .npy, .npz or .csv"),
    (b"\x80\x03", "a Python pickle", "write the data as .npy, .npz or .csv"),
    (b"\x93NUMPY", "a NumPy array", "give the file a name that ends in .npy"),
    (
        b"version https://git-lfs.github.com/spec/",
        "a pointer of Git LFS in place of the file",
        "fetch the file itself with git lfs pull",
    ),
];

/// The beginnings of web pages and of ARFF, behind blanks and in lower case.
const TAGS: [&[u8]; 8] =
    [b"<!doctype", b"<html", b"<head", b"<body", b"<?xml", b"<table", b"<error", b"<svg"];

impl Foreign {
    /// What begins with these bytes, if it is known to be no table.
    pub fn of(first: &[u8]) -> Option<Self> {
        if let Some(&(_, found, advice)) = BEGINNINGS.iter().find(|(begin, ..)| first.starts_with(begin)) {
            return Some(Self { found, advice });
        }
        let text = first.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(first).trim_ascii_start();
        let begins =
            |begin: &[u8]| text.get(..begin.len()).is_some_and(|text| text.eq_ignore_ascii_case(begin));
        let (found, advice) = if TAGS.iter().any(|tag| begins(tag)) {
            ("an HTML or XML page", AGAIN)
        } else if is_json(text) {
            ("JSON", AS_CSV)
        } else if begins(b"@relation") {
            ("an ARFF file", AS_CSV)
        } else if is_libsvm(text) {
            (
                "lines of libsvm, a label and then index:value",
                "write a table with all values, as CSV, or an array, as .npy",
            )
        } else {
            return None;
        };
        Some(Self { found, advice })
    }

    pub(crate) fn refused(self) -> TableError {
        TableError::new(format_args!("expected a table of text, found {}", self.found)).advise(self.advice)
    }
}

/// Whether a text begins an object or a list of JSON.
fn is_json(text: &[u8]) -> bool {
    let Some((b'{' | b'[', rest)) = text.split_first() else { return false };
    matches!(rest.trim_ascii_start().first(), Some(b'"' | b'{' | b'['))
}

/// Whether the first lines are a number and then pairs of an index that rises and a value, several pairs in one of them.
fn is_libsvm(text: &[u8]) -> bool {
    const LINES: usize = 5;
    let Some(end) = text.iter().rposition(|&byte| byte == b'\n') else { return false };
    let Ok(text) = str::from_utf8(&text[..end]) else { return false };
    let pairs = |line: &str| -> Option<usize> {
        let mut tokens = line.split_ascii_whitespace();
        tokens.next()?.parse::<f64>().ok()?;
        let (mut before, mut count) = (None, 0);
        for token in tokens.filter(|token| !token.starts_with("qid:")) {
            let (index, value) = token.split_once(':')?;
            let index: u64 = index.parse().ok()?;
            value.parse::<f64>().ok().filter(|_| before < Some(index))?;
            (before, count) = (Some(index), count + 1);
        }
        Some(count)
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty()).take(LINES);
    let counts: Option<Vec<usize>> = lines.map(pairs).collect();
    counts.is_some_and(|counts| counts.iter().any(|&count| count > 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_tables_are_named() {
        let found = |bytes: &[u8]| Foreign::of(bytes).map(|foreign| foreign.found);
        for (bytes, expected) in [
            (&b"PK\x03\x04\x14\0"[..], "a zip archive, such as an Excel workbook"),
            (b"\n <!DOCTYPE html><html>", "an HTML or XML page"),
            (b"\xEF\xBB\xBF<?xml version", "an HTML or XML page"),
            (b"[{\"a\": 1}]", "JSON"),
            (b"{\n \"a\": 1}", "JSON"),
            (b"0 1:0.0 3:0.0\n1 1:0.5 3:2\n", "lines of libsvm, a label and then index:value"),
            (b"0\n-1 2:0.5 7:1e-3\n", "lines of libsvm, a label and then index:value"),
            (b"3 qid:1 1:1 2:0\n", "lines of libsvm, a label and then index:value"),
            (b"version https://git-lfs.github.com/spec/v1\noid", "a pointer of Git LFS in place of the file"),
            (b"@RELATION iris\n", "an ARFF file"),
        ] {
            assert_eq!(found(bytes), Some(expected), "{}", bytes.escape_ascii());
        }
        for table in [
            &b"a,b\n1,2\n"[..],
            b"<0.5,1\n<NA>,2\n",
            b"[1,2\n",
            b"version,b\n",
            b"20240131 12:30\n20240131 12:31\n",
            b"a:b\n1:2\n",
            b"1\n2\n",
            b"",
        ] {
            assert_eq!(Foreign::of(table), None, "{}", table.escape_ascii());
        }
    }
}
