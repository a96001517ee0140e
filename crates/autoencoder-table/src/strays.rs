//! Lines of a table that are no rows: titles, comments, units below the names, names that come again, sums at the end.

use csv::StringRecord;

use crate::cell::{Cell, Look};
use crate::columns::Columns;
use crate::dialect::Dialect;
use crate::error::{Outcome, TableError};
use crate::field::Field;
use crate::guessing::Line;

/// The words with which rows of sums and means begin, in lower case.
const SUMS: [&str; 11] = [
    "total",
    "totals",
    "grand total",
    "sum",
    "subtotal",
    "mean",
    "average",
    "gesamt",
    "summe",
    "somme",
    "suma",
];

/// Refuses a table whose first line is shorter than most lines below it: it is a title, it leaves out the names of rows, as in
/// R, or the lines below end in a separator.
pub(crate) fn check_first(first: &StringRecord, below: &[Line], dialect: Dialect) -> Outcome {
    let below: Vec<&Line> = below.iter().filter(|(_, row)| !(row.len() == 1 && row[0].is_empty())).collect();
    let Some((_, last)) = below.last() else { return Ok(()) };
    let (own, count) = (first.len(), last.len());
    let alike: Vec<&&Line> = below.iter().filter(|(_, row)| row.len() == count).collect();
    if own >= count || 2 * alike.len() <= below.len() {
        return Ok(());
    }
    let (line, row) = alike[0];
    let fields = if own == 1 { "field" } else { "fields" };
    let found = format!("line 1 has {own} {fields} and line {line} has {count}");
    let names_next = "take the lines above the names away";
    if first[0].starts_with('#') {
        let what = format_args!("{found}: line 1 begins with # and seems to be a comment");
        return Err(TableError::new(what).advise(names_next));
    }
    let is_word = |field: &str| Cell::of(field) == Cell::Other(Look::Word);
    let holds_names = row.iter().all(is_word) && alike.len() > 1 && !alike[1].1.iter().all(is_word);
    if own == 1 && (count > 2 || holds_names) && is_word(&first[0]) {
        let what = format_args!("{found}: line 1 seems to be a title");
        return Err(TableError::new(what).advise(names_next));
    }
    let are_names = first.iter().all(|field| Cell::of(field).number().is_none());
    if count != own + 1 || alike.len() < below.len() || below.len() < if are_names { 1 } else { 2 } {
        return Ok(());
    }
    if alike.iter().all(|(_, row)| row[own].is_empty()) {
        let sign = dialect.separator_name();
        let what = format_args!("{found}: the lines below line 1 end in a {sign}");
        return Err(TableError::new(what)
            .advise(format_args!("take the {sign} at the end of these lines away, or add one to line 1")));
    }
    let what =
        format_args!("{found}: the first column seems to hold names of rows, which line 1 does not name");
    let advice = "write the table without names of rows (in R: row.names = FALSE), or name their column in line 1 and give it with --id-column";
    Err(TableError::new(what).advise(advice))
}

/// What to do about a line with a field that is no number in this column, if the line seems to be no row.
pub(crate) fn advice(columns: &Columns, line: u64, record: &StringRecord, column: usize) -> Option<String> {
    let names = columns.names.as_deref().unwrap_or_default();
    if !names.is_empty() && record.iter().eq(names.iter().map(String::as_str)) {
        return Some(format!("line {line} repeats the names of line 1: take it away"));
    }
    if SUMS.contains(&record[column].to_lowercase().trim_end_matches(':')) {
        return Some(format!(
            "line {line} seems to hold sums or means of the others: take it away if it does"
        ));
    }
    let of_numbers = record.iter().zip(&columns.layout.fields);
    let mut of_numbers =
        of_numbers.filter(|(_, field)| matches!(field, Field::Number(_))).map(|(text, _)| text);
    let is_word = |field: &str| matches!(columns.dialect.cell(field), Cell::Hole | Cell::Other(Look::Word));
    if names.is_empty() || !of_numbers.all(is_word) {
        return None;
    }
    if names.len() > 2 && names.iter().filter(|name| !name.is_empty()).count() == 1 {
        return Some("line 1 seems to be a title: take the lines above the names away".to_owned());
    }
    // A line that only says what separates the fields may stand above the names.
    (line <= 3).then(|| format!("if line {line} holds units or more names and no sample, take it away"))
}

#[cfg(test)]
mod tests {
    use crate::{ReadOptions, read};

    const ROWS: &str = "1.5,2,3\n4,5.5,6\n7,8,9.5\n";

    fn refused(text: &str) -> String {
        read(text.as_bytes(), &ReadOptions::default(), None).unwrap_err().to_string()
    }

    #[test]
    fn lines_above_the_names_are_titles_and_comments() {
        for (title, says) in [
            (
                "My table",
                "line 1 has 1 field and line 2 has 3: line 1 seems to be a title; take the lines above",
            ),
            (
                "# made, by me",
                "line 1 has 2 fields and line 2 has 3: line 1 begins with # and seems to be a comment",
            ),
            ("# made by me\n# today", "line 1 has 1 field and line 3 has 3: line 1 begins with #"),
            (
                "My table,,\n,,",
                "line 3, column 1 (My table): expected a finite number, found \"a\"; line 1 seems to be a title",
            ),
        ] {
            let text = format!("{title}\na,b,c\n{ROWS}");
            assert!(refused(&text).contains(says), "{title}: {}", refused(&text));
        }
        let semicolons = format!("My table\na,b,c\n{ROWS}").replace(',', ";");
        assert!(refused(&semicolons).contains("line 1 seems to be a title"), "{}", refused(&semicolons));
    }

    #[test]
    fn lines_below_the_names_are_units_sums_remarks_and_names_again() {
        for (text, says) in [
            (
                format!("a,b,c\nm,s,kg\n{ROWS}"),
                "found \"m\"; if line 2 holds units or more names and no sample, take it away",
            ),
            (format!("a,b,c\n{ROWS}Total,15,18\n"), "found \"Total\"; line 5 seems to hold sums or means"),
            (
                format!("a,b,c\n{ROWS}(3 rows)\n"),
                "line 5: expected 3 columns as in the first line, found 1; if the line is a remark",
            ),
            (
                format!("a,b,c\n{ROWS}a,b,c\n{ROWS}"),
                "line 5, column 1 (a): expected a finite number, found \"a\"; line 5 repeats the names of line 1",
            ),
            (
                format!("a,b,c\n{}a,b,c\n", ROWS.repeat(100)),
                "line 302 repeats the names of line 1: take it away",
            ),
        ] {
            assert!(refused(&text).contains(says), "{says}: {}", refused(&text));
        }
        let mixed = "a,b,c\n1,x,2\n2,y,3\n3,x,4\na,b,c\n1,y,5\n";
        assert!(
            refused(mixed).starts_with("line 5, column 1 (a): expected a finite number"),
            "{}",
            refused(mixed)
        );
    }

    #[test]
    fn lines_that_end_in_a_separator_are_told_from_names_of_rows() {
        let says = "line 1 has 2 fields and line 2 has 3: the lines below line 1 end in a comma; take the comma at the end of these lines away, or add one to line 1";
        assert_eq!(refused("a,b\n1,2,\n3,4,\n"), says);
        assert!(refused("a;b\n1,5;2;\n3;4,5;\n").contains("end in a semicolon"));
        assert!(refused("a,b\nx,2,1\ny,4,2\n").contains("the first column seems to hold names of rows"));
    }

    #[test]
    fn names_that_were_written_as_a_comment_lose_its_sign() {
        let table = read(format!("# a,b,c\n{ROWS}").as_bytes(), &ReadOptions::default(), None).unwrap();
        assert_eq!(table.columns.names, ["a", "b", "c"]);
        assert_eq!(table.notes, ["line 1 begins with #, which is no part of the name a"]);
        let numbers =
            read(format!("# 300,350,420\n{ROWS}").as_bytes(), &ReadOptions::default(), None).unwrap();
        assert_eq!(numbers.columns.names, ["300", "350", "420"]);
    }
}
