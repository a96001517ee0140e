//! Reports of IDX, npy and CSV files, and of files of several arrays.

use std::io::BufReader;
use std::path::Path;

use autoencoder::Values;
use serde_json::{Value, json};

use super::report::{Report, shown_sizes};
use crate::data::{
    Archive, Arrays, Member, NpyHeader, Part, Place, ReadOptions, open_idx, read_table, table_header,
};
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::terminal::Working;

pub(super) fn inspect_idx(path: &Path) -> Outcome<Report> {
    let reader = open_idx(path)?;
    let header = reader.header();
    let mut report = Report::new("idx", path);
    report.add("element_type", header.element_type().to_string(), header.element_type().to_string());
    report.add_sizes("sizes", header.sizes());
    report.add("elements", header.element_count(), header.element_count().to_string());
    report.add("gzip", reader.is_gzip(), if reader.is_gzip() { "yes" } else { "no" });
    report.add_length(path);
    Ok(report)
}

/// Reports an npy file of any element type, also of one that is not read as samples.
pub(super) fn inspect_npy(path: &Path) -> Outcome<Report> {
    let file = input::open(path).map_err(|error| Failure::at(path, error))?;
    let header = NpyHeader::read_from(BufReader::new(file)).map_err(|error| Failure::at(path, error))?;
    let mut report = Report::new("npy", path);
    let readable = header.element();
    let note = if readable.is_ok() { "" } else { " (not read as samples)" };
    report.add("element_type", header.descr.clone(), format!("{}{note}", header.descr));
    report.add_sizes("sizes", &header.shape);
    let elements = header.count();
    report.add("elements", elements, elements.to_string());
    let order = if header.fortran_order { "yes: first index fastest" } else { "no: last index fastest" };
    report.add("fortran_order", header.fortran_order, order);
    report.add_length(path);
    Ok(report)
}

/// Reports all arrays of a file, or the one that is named.
pub(super) fn inspect_archive(path: &Path, place: &Place, archive: &Archive) -> Outcome<Report> {
    let members: Vec<&Member> = match &place.part {
        Some(Part::Key(key)) => vec![archive.member(key)?],
        Some(Part::Set(_)) | None => archive.members().iter().collect(),
    };
    let mut report = Report::new(archive.kind(), path);
    let (arrays, lines): (Vec<Value>, Vec<String>) = members
        .into_iter()
        .map(|member| {
            let (name, element_type) = (&member.name, &member.element_type);
            let note = if member.is_readable() { "" } else { " (not read as samples)" };
            let line = format!("{name}: {element_type} {}{note}", shown_sizes(&member.shape));
            (json!({"name": name, "element_type": element_type, "sizes": member.shape}), line)
        })
        .unzip();
    report.add_lines("arrays", arrays, lines);
    report.add_length(&place.path);
    Ok(report)
}

/// Reports the arrays of a file of which one is read for its values.
pub(super) fn inspect_read(path: &Path, place: &Place, read: &Arrays) -> Outcome<Report> {
    if read.splits() {
        let what = "--values reads one array, found a training split and a test split";
        return Err(Failure::usage(format_args!("{}: {what}", path.display()))
            .advise(format_args!("give one, such as {}", read.example())));
    }
    inspect_archive(path, place, read.archive())
}

/// Reports a CSV file by its first row, which tells the columns. Rows are not counted, as that would be reading all
/// of the file.
pub(super) fn inspect_csv(path: &Path, options: &ReadOptions) -> Outcome<Report> {
    let header = table_header(path, options)?;
    let mut report = Report::new("csv", path);
    report.add("columns", header.count, header.count.to_string());
    if let Some(names) = header.names {
        report.add("column_names", names.clone(), names.join(", "));
    }
    let first = read_table(path, options, Some(1), &Working::UNSEEN);
    // One row does not tell how many words there are.
    if let Some(row) = first.ok().filter(|row| !matches!(row.values, Values::Table(_))) {
        report.add("sample_shape", row.sample_shape.clone(), shown_sizes(&row.sample_shape));
    }
    report.add_length(path);
    Ok(report)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::super::tests::outputs;

    #[test]
    fn an_idx_file_of_which_only_the_head_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("digits");
        fs::write(&path, [0, 0, 0x0D, 3, 0, 0, 0, 9, 0, 0, 0, 5, 0, 0, 0, 7]).unwrap();
        let (text, json) = outputs(&path);
        assert!(text.contains("kind          idx\n") && text.contains("sizes         9 x 5 x 7\n"), "{text}");
        let expected = json!({
            "kind": "idx", "path": path.to_str(), "element_type": "f32", "sizes": [9, 5, 7], "elements": 315,
            "gzip": false, "file_bytes": 16,
        });
        assert_eq!(json, expected);
        let path = folder.path().join("digits.gz");
        idx_format::write_path(&path, &[2, 3], &[1_u8; 6]).unwrap();
        assert_eq!(outputs(&path).1["gzip"], true);
    }

    #[test]
    fn an_npy_file_of_any_type() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npy");
        let text = "{'descr': '<c8', 'fortran_order': True, 'shape': (3, 5), }";
        let file =
            [b"\x93NUMPY\x01\x00", &[u8::try_from(text.len()).unwrap(), 0][..], text.as_bytes()].concat();
        fs::write(&path, file).unwrap();
        let (text, json) = outputs(&path);
        assert!(text.contains("<c8 (not read as samples)"), "{text}");
        assert_eq!((&json["sizes"], &json["fortran_order"]), (&json!([3, 5]), &json!(true)));
    }

    #[test]
    fn sizes_whose_product_overflows_are_nothing_where_one_is_zero_and_refused_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npy");
        let write = |shape: &str| {
            let text = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}");
            let length = u16::try_from(text.len()).unwrap().to_le_bytes();
            fs::write(&path, [b"\x93NUMPY\x01\x00", &length[..], text.as_bytes()].concat()).unwrap();
        };
        write("(18446744073709551615, 18446744073709551615, 0)");
        assert_eq!(outputs(&path).1["elements"], 0);
        write("(18446744073709551615, 2)");
        let arguments = super::super::tests::typed(&path, true);
        let refused = super::super::run(&arguments, crate::terminal::Notes::new(true), &mut std::io::sink());
        assert!(refused.unwrap_err().to_string().contains("cannot be multiplied"));
    }

    #[test]
    fn names_of_columns_are_printed_as_signs_and_kept_in_json() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs::write(&path, "a\u{1b}]0;x\u{7},\"b\nkind fake\",\u{202e}c\n1,2,3\n").unwrap();
        let (text, json) = outputs(&path);
        assert!(text.contains("a\\u{1b}]0;x\\u{7}, b\\nkind fake, \\u{202e}c\n"), "{text}");
        assert_eq!(json["column_names"][0], "a\u{1b}]0;x\u{7}");
        assert_eq!(json["column_names"][2], "\u{202e}c");
    }

    #[test]
    fn a_csv_file_with_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs::write(&path, "x, y\n1,2\n").unwrap();
        let json = outputs(&path).1;
        assert_eq!((&json["columns"], &json["column_names"]), (&json!(2), &json!(["x", "y"])));
        fs::write(&path, "3,dog\n1,cat\n").unwrap();
        assert_eq!(outputs(&path).1["columns"], 2);
    }
}
