//! Columns in which no row has a value: they are no features, as there is nothing in them to learn.

use autoencoder::TableValues;
use ndarray::{Array2, Axis};

use crate::columns::Columns;
use crate::error::{Outcome, TableError};
use crate::field::{Field, Layout};
use crate::role::Role;

/// The values of a table, and the words of each of its columns of words.
pub(crate) type Values = (TableValues, Vec<Vec<String>>);

/// Leaves out the columns of which all fields are unknown, with a note for each, and their shares of holes too. Returns the values
/// of the other columns. Where no column has a value in the first rows of a table, those below may have some.
pub(crate) fn leave_out(
    columns: &mut Columns,
    (values, words): Values,
    holes: &mut Vec<f64>,
    are_first: bool,
) -> Outcome<Values> {
    let is_kept = |feature: usize| holes[feature] < 1.0;
    let read = columns.read();
    let kept = (0..read.len()).filter(|&feature| is_kept(feature)).count();
    if kept == read.len() || kept == 0 && are_first {
        return Ok((values, words));
    }
    if kept == 0 {
        let what = "expected a column with a value beside labels and ids, found none";
        return Err(TableError::new(what).advise("check that this is the right file"));
    }
    let (mut numbers_kept, mut words_kept, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
    for (feature, &place) in read.iter().enumerate() {
        if !is_kept(feature) {
            columns.roles[place] = Role::Ignored;
            let called = columns.called(place);
            columns.notes.push(format!("{called}: no row has a value, so that the column is left out"));
            continue;
        }
        columns.roles[place] = Role::Feature(kinds.len());
        kinds.push(columns.kinds[feature].clone());
        match &columns.layout.fields[place] {
            Field::Number(number) => numbers_kept.push(*number),
            Field::Time(first, reading) => numbers_kept.extend(*first..first + reading.features()),
            Field::Word(word) => words_kept.push(*word),
            Field::Label | Field::Id | Field::Ignored => {}
        }
    }
    holes.retain(|&holes| holes < 1.0);
    columns.layout = Layout::of(&columns.roles, &kinds, true);
    columns.kinds = kinds;
    let numbers: Array2<f64> = values.numbers().select(Axis(1), &numbers_kept);
    let places = values.words().select(Axis(1), &words_kept);
    let counts: Vec<usize> = words_kept.iter().map(|&word| values.counts()[word]).collect();
    let values = TableValues::new(numbers, places, counts).map_err(TableError::new)?;
    Ok((values, words_kept.iter().map(|&word| words[word].clone()).collect()))
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use crate::{Expected, ReadOptions, read};

    #[test]
    fn columns_without_a_value_are_no_features() {
        let text = "a,b,kind,\n1,,x,\n2,NA,y,\n";
        let table = read(text.as_bytes(), &ReadOptions::default(), None).unwrap();
        assert_eq!(table.numbers(), array![[1.0], [2.0]]);
        assert_eq!(table.values.words(), array![[0], [1]]);
        assert_eq!(table.told, "4 columns, named in line 1, but for the one of index 3");
        let notes = [
            "b: no row has a value, so that the column is left out",
            "column of index 3, without a name: no row has a value, so that the column is left out",
            "words: kind (2)",
        ];
        assert_eq!(table.notes, notes);
        let failure = read("a,b\n,\n,\n".as_bytes(), &ReadOptions::default(), None).unwrap_err();
        assert!(failure.what().starts_with("expected a column with a value"), "{failure}");
        let first = read("a,b\n,\n1,2\n".as_bytes(), &ReadOptions::default(), Some(1)).unwrap();
        assert_eq!(first.values.dim(), (1, 2), "rows that are not read may have values");
    }

    #[test]
    fn a_model_reads_the_columns_that_it_was_trained_on() {
        let text = "1,2,\n3,5,\n";
        let table = read(text.as_bytes(), &ReadOptions::default(), None).unwrap();
        assert_eq!(table.columns.names.len(), 0);
        for expected in [
            Expected::of_columns(table.columns.clone(), 2, "m"),
            Expected::of_schema(table.schema.clone(), "m"),
        ] {
            let options = ReadOptions { expected: Some(expected), ..ReadOptions::default() };
            assert_eq!(read(text.as_bytes(), &options, None).unwrap().numbers(), table.numbers());
        }
        // A column that a model knows stays, also where the table has nothing in it.
        let known = autoencoder::Columns::of_names(["a", "b"].map(str::to_owned));
        let expected = Some(Expected::of_columns(known, 2, "m"));
        let options = ReadOptions { expected, ..ReadOptions::default() };
        assert_eq!(read("a,b\n1,\n2,\n".as_bytes(), &options, None).unwrap().values.dim(), (2, 2));
    }
}
