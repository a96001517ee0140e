//! Options of reading a table: what the first line is, the column of labels, and the columns that are expected.

use std::collections::HashSet;

use autoencoder::{Choice, Columns, LabelColumn};

use crate::dialect::{DecimalMark, Separator};

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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// What the first line is.
    pub header: HeaderLine,
    /// The column that holds labels: its name in the header line, or its index from 0; as in Python, -1 is the last
    /// column. None if all columns are features, or as `expected` says.
    pub label_column: Option<String>,
    /// The column that says what each row is called, given as the column of labels is: it is kept beside the rows.
    pub id_column: Option<String>,
    /// Columns that are left out, given as the column of labels is.
    pub drop: Vec<String>,
    /// The columns that are features, given as the column of labels is; all others are left out. All are features if this is
    /// empty.
    pub only: Vec<String>,
    /// What stands between the fields of a line.
    pub separator: Separator,
    /// What marks the decimals of a number.
    pub decimal_mark: DecimalMark,
    /// The columns of a training, which the table is matched with by name.
    pub expected: Option<Expected>,
}

/// The columns that a model was trained on.
///
/// A table's features are put into their order; columns that a model does not know are left out, and missing ones are an
/// error. The column of labels is found again, if the table has it.
///
/// ```
/// use autoencoder_table::{Columns, Expected, ReadOptions, read};
/// use ndarray::array;
///
/// let columns = Columns::of_names(["height", "weight"].map(str::to_owned));
/// let expected = Some(Expected { columns, features: 2, origin: "the model".to_owned() });
/// let options = ReadOptions { expected, ..ReadOptions::default() };
/// let table = read("weight,age,height\n30,7,0.5\n".as_bytes(), &options, None)?;
/// assert_eq!(table.numbers, array![[0.5, 30.0]]);
/// let told = "put into the order of the model; left out, as the model has no such column: age";
/// assert_eq!(table.told, format!("3 columns, named in line 1; {told}"));
/// # Ok::<(), autoencoder_table::TableError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The names of the features, and the column of labels.
    pub columns: Columns,
    /// The number of features.
    pub features: usize,
    /// What the columns are those of, for messages.
    pub origin: String,
}

impl Expected {
    /// The indices of a column of labels or ids of the training in a table: none if the table has no such column, several if
    /// several have its name. `dropped` columns of the table are left out.
    pub(crate) fn among(
        &self,
        column: Option<&LabelColumn>,
        names: Option<&[String]>,
        (count, dropped): (usize, usize),
    ) -> Vec<usize> {
        let aside = [&self.columns.label, &self.columns.id].into_iter().flatten().count();
        match (column, names) {
            (Some(LabelColumn::Name(wanted)), Some(names)) => {
                (0..count).filter(|&index| names[index] == *wanted).collect()
            }
            (Some(&LabelColumn::Index(index)), _)
                if count == self.features + aside + dropped && index < count =>
            {
                vec![index]
            }
            (Some(LabelColumn::Index(_)) | None, _) | (Some(LabelColumn::Name(_)), None) => Vec::new(),
        }
    }

    /// Whether a line has the names of all features.
    pub(crate) fn is_named_by<'a>(&self, fields: impl Iterator<Item = &'a str>) -> bool {
        let fields: HashSet<&str> = fields.collect();
        let names = &self.columns.names;
        !names.is_empty() && names.iter().all(|name| fields.contains(name.as_str()))
    }
}
