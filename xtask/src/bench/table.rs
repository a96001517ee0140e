//! Tables as text: columns as wide as they must be, numbers to the right, words to the left.

use std::fmt;

/// A title, a heading for each column, and rows of as many cells; without rows it is the title alone.
#[derive(Debug)]
pub(crate) struct Table {
    title: String,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(title: impl Into<String>, headings: &[&str]) -> Self {
        let headings = headings.iter().map(|&heading| heading.to_owned()).collect();
        Self { title: title.into(), rows: vec![headings] }
    }

    /// Adds a row; one that is shorter leaves its last cells empty.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().map(move |row| row.get(column).map_or("", String::as_str))
    }

    /// A column of numbers: every cell below the heading begins with a digit, or is a dash for what is not known.
    fn is_numeric(&self, column: usize) -> bool {
        let numeric =
            |cell: &str| cell.is_empty() || cell == "-" || cell.starts_with(|c: char| c.is_ascii_digit());
        self.cells(column).skip(1).all(numeric)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.title)?;
        if self.rows.len() < 2 {
            return Ok(());
        }
        let columns = self.rows.first().map_or(0, Vec::len);
        let shape: Vec<(usize, bool)> = (0..columns)
            .map(|column| {
                let width = self.cells(column).map(|cell| cell.chars().count()).max().unwrap_or(0);
                (width, self.is_numeric(column))
            })
            .collect();
        let padded = |(cell, &(width, numeric)): (&String, &(usize, bool))| {
            if numeric { format!("  {cell:>width$}") } else { format!("  {cell:width$}") }
        };
        for row in &self.rows {
            let line: String = row.iter().zip(&shape).map(padded).collect();
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_below_each_other() {
        let mut table = Table::new("title", &["name", "s", "of"]);
        table.row(vec!["one".into(), "10.5".into(), "-".into()]);
        table.row(vec!["seventeen".into(), "9.25".into(), "7".into()]);
        table.row(vec!["none".into()]);
        let expected = "title\n  name          s  of\n  one        10.5   -\n  seventeen  9.25   7\n  none\n";
        assert_eq!(table.to_string(), expected);
        assert_eq!(Table::new("title", &["name"]).to_string(), "title\n");
    }
}
