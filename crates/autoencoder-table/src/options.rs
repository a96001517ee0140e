//! Options of reading a table: what the first line is, what columns are, and the columns that are expected.

use std::collections::HashSet;

use autoencoder::{Choice, Column, ColumnKind, Columns, LabelColumn, NumberScalingKind, Schema};

use crate::decimal_mark::DecimalMark;
use crate::dialect::Separator;

/// What the first line of a table is.
///
/// ```
/// use autoencoder_table::{HeaderLine, ReadOptions, read};
///
/// let read = |header| read("1,2\n3,4\n".as_bytes(), &ReadOptions { header, ..ReadOptions::default() }, None);
/// assert_eq!(read(HeaderLine::Auto)?.told, "2 columns without names");
/// assert_eq!(read(HeaderLine::Yes)?.columns.names, ["1", "2"]);
/// # Ok::<(), autoencoder_table::TableError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderLine {
    /// Names or a sample, as the lines below tell.
    #[default]
    Auto,
    /// The names of the columns.
    Yes,
    /// A sample.
    No,
}

impl Choice for HeaderLine {
    const ALL: &'static [Self] = &[Self::Auto, Self::Yes, Self::No];

    fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Yes => "yes",
            Self::No => "no",
        }
    }

    fn summary(self) -> &'static str {
        match self {
            Self::Auto => "The lines below tell, and a note says what was assumed",
            Self::Yes => "The first line has the names of the columns",
            Self::No => "The first line is a sample",
        }
    }
}

/// The options of reading a table; the defaults suit a table of which nothing is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadOptions {
    /// What the first line is.
    pub header: HeaderLine,
    /// The column that holds labels: its name in the header line, or its index from 0; as in Python, -1 is the last
    /// column. None if no column does, or as `expected` says.
    pub label_column: Option<String>,
    /// The column that says what each row is called, given as the column of labels is: it is kept beside the rows.
    pub id_column: Option<String>,
    /// Columns that are left out, given as the column of labels is.
    pub drop: Vec<String>,
    /// The columns that are read, given as the column of labels is; all others are left out. All are read if this is empty.
    pub only: Vec<String>,
    /// What single columns are, each given as the column of labels is; the first lines tell of the others. The words of a
    /// column are found in the table.
    pub kinds: Vec<(String, ColumnKind)>,
    /// Whether columns of dates and times of which nothing is said are left out, with a note; else they are refused.
    pub leaves_out_dates: bool,
    /// Whether each column with holes gets an indicator, as [`Column::indicator`](autoencoder::Column::indicator) says. The columns
    /// of `expected` keep those that they have.
    pub indicates_holes: bool,
    /// The way in which all columns of numbers are scaled; standard if none is given.
    pub scale: Option<NumberScalingKind>,
    /// The ways in which single columns of numbers are scaled, each given as the column of labels is.
    pub scales: Vec<(String, NumberScalingKind)>,
    /// What stands between the fields of a line.
    pub separator: Separator,
    /// What marks the decimals of a number.
    pub decimal_mark: DecimalMark,
    /// The columns of a training, which the table is matched with by name.
    pub expected: Option<Expected>,
}

impl ReadOptions {
    /// The columns that options name, each by its name or its index.
    pub(crate) fn named(&self) -> impl Iterator<Item = &str> {
        let lists = self.drop.iter().chain(&self.only).chain(&self.label_column).chain(&self.id_column);
        let kinds = self.kinds.iter().map(|(column, _)| column);
        lists.chain(kinds).chain(self.scales.iter().map(|(column, _)| column)).map(String::as_str)
    }
}

/// The columns that a model was trained on, or that a schema asks for.
///
/// A table's columns are put into their order; columns that are not among them are left out, and missing ones are an
/// error. The columns of labels and of ids are found again, if the table has them.
///
/// ```
/// use autoencoder_table::{Columns, Expected, ReadOptions, read};
/// use ndarray::array;
///
/// let columns = Columns::of_names(["height", "weight"].map(str::to_owned));
/// let expected = Some(Expected::of_columns(columns, 2, "the model"));
/// let options = ReadOptions { expected, ..ReadOptions::default() };
/// let table = read("weight,age,height\n30,7,0.5\n".as_bytes(), &options, None)?;
/// assert_eq!(table.numbers(), array![[0.5, 30.0]]);
/// let told = "put into the order of the model; left out, as the model has no such column: age";
/// assert_eq!(table.told, format!("3 columns, named in line 1; {told}"));
/// # Ok::<(), autoencoder_table::TableError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// The names of the columns that are read, where they have names, and the columns of labels and ids.
    pub(crate) columns: Columns,
    /// The number of columns that are read.
    pub(crate) features: usize,
    /// What all columns are. Without a schema, those that are read hold numbers.
    pub(crate) schema: Option<Schema>,
    /// Whether columns of words for which the schema has none get those of the table.
    pub(crate) finds_words: bool,
    /// What the columns are those of, for messages.
    pub(crate) origin: String,
}

impl Expected {
    /// The columns of numbers that a model was trained on, of which there are `features`.
    pub fn of_columns(columns: Columns, features: usize, origin: impl Into<String>) -> Self {
        Self { columns, features, schema: None, finds_words: false, origin: origin.into() }
    }

    /// The columns of the schema of a model. Words that are not in the schema are read as
    /// [`OTHER`](autoencoder::OTHER).
    ///
    /// ```
    /// use autoencoder::{Column, ColumnKind, Schema};
    /// use autoencoder_table::{Expected, ReadOptions, read};
    /// use ndarray::array;
    ///
    /// let words = ColumnKind::Words { words: vec!["basic".to_owned(), "full".to_owned()] };
    /// let schema = Schema::new([Column::new("plan", words)])?;
    /// let expected = Some(Expected::of_schema(schema, "the model"));
    /// let table = read("plan\nfull\ngold\n".as_bytes(), &ReadOptions { expected, ..ReadOptions::default() }, None)?;
    /// assert_eq!(table.values.words(), array![[1], [2]]);
    /// assert_eq!(table.notes, ["plan: 1 field has a word that the model does not know, and is read as (other): gold (line 3)"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_schema(schema: Schema, origin: impl Into<String>) -> Self {
        let is_named = schema.is_named();
        let seen = || schema.columns.iter().filter(|column| column.is_seen());
        let names = seen().filter(|_| is_named).map(|column| column.name.clone());
        let mut columns = Columns::of_names(names);
        let name = |place: usize| {
            if is_named {
                LabelColumn::Name(schema.columns[place].name.clone())
            } else {
                LabelColumn::Index(place)
            }
        };
        columns.label = schema.label().map(name);
        columns.id = schema.id().map(name);
        let features = seen().count();
        Self { columns, features, schema: Some(schema), finds_words: false, origin: origin.into() }
    }

    /// The columns of a schema that somebody wrote for a table: columns of words without words get those of the table.
    pub fn of_written(schema: Schema, origin: impl Into<String>) -> Self {
        Self { finds_words: true, ..Self::of_schema(schema, origin) }
    }

    /// Whether it is known what the columns are, and not only that they hold numbers.
    pub fn has_schema(&self) -> bool {
        self.schema.is_some()
    }

    /// The columns of the schema that are read, in its order.
    pub(crate) fn seen(&self) -> Option<impl Iterator<Item = &Column>> {
        Some(self.schema.as_ref()?.columns.iter().filter(|column| column.is_seen()))
    }

    /// The name of a column that is read, if it has one.
    pub(crate) fn name(&self, feature: usize) -> Option<&str> {
        let name = match self.seen() {
            Some(mut seen) => seen.nth(feature).map(|column| column.name.as_str()),
            None => self.columns.names.get(feature).map(String::as_str),
        };
        name.filter(|name| !name.is_empty())
    }

    /// Whether the schema leaves out a column of this name, or of this index if it has no names.
    pub(crate) fn leaves_out(&self, name: &str) -> bool {
        let columns = self.schema.iter().flat_map(|schema| &schema.columns);
        columns.filter(|column| !column.is_seen()).any(|column| column.name == name)
    }

    /// The indices of a column of labels or ids of the training in a table: none if the table has no such column, several if
    /// several have its name. `dropped` columns of the table are left out.
    pub(crate) fn among(
        &self,
        column: Option<&LabelColumn>,
        names: Option<&[String]>,
        (count, dropped): (usize, usize),
    ) -> Vec<usize> {
        let aside = [&self.columns.label, &self.columns.id].into_iter().flatten().count();
        let is_whole = self.is_whole(count);
        match (column, names) {
            (Some(LabelColumn::Name(wanted)), Some(names)) => {
                (0..count).filter(|&index| names[index] == *wanted).collect()
            }
            (Some(&LabelColumn::Index(index)), _)
                if (is_whole || count == self.features + aside + dropped) && index < count =>
            {
                vec![index]
            }
            // A table without names that has all columns has them in the same places.
            (Some(LabelColumn::Name(wanted)), None) if is_whole => {
                let columns = self.schema.iter().flat_map(|schema| &schema.columns);
                columns
                    .enumerate()
                    .filter(|(_, column)| column.name == *wanted)
                    .map(|(place, _)| place)
                    .collect()
            }
            (Some(LabelColumn::Index(_)) | None, _) | (Some(LabelColumn::Name(_)), None) => Vec::new(),
        }
    }

    /// Whether a table of so many columns has all those of the schema.
    pub(crate) fn is_whole(&self, count: usize) -> bool {
        self.schema.as_ref().is_some_and(|schema| schema.columns.len() == count)
    }

    /// Whether a line has the names of all columns.
    pub(crate) fn is_named_by<'a>(&self, fields: impl Iterator<Item = &'a str>) -> bool {
        let fields: HashSet<&str> = fields.collect();
        let names = &self.columns.names;
        !names.is_empty() && names.iter().all(|name| fields.contains(name.as_str()))
    }
}
