//! Rows that come through the standard input one after the other, each of which is data as soon as it is there.

use std::io;

use autoencoder::{Schema, Values};
use autoencoder_table::{StreamColumns, StreamedRows, TableStream};

use super::arrivals::Arrivals;
use super::labels::Labels;
use super::options::ReadOptions;
use super::samples::Data;
use super::table::{explain, of_tables};
use crate::failure::{Failure, Outcome};

/// What the input is called in messages.
pub(crate) const STREAM: &str = "standard input";

/// Rows of known columns that come through the standard input.
pub(crate) struct Streamed {
    arrivals: Arrivals,
    table: TableStream,
    /// The schema that the columns have; without one, they hold numbers.
    schema: Option<Schema>,
    sample_shape: Option<Vec<usize>>,
}

impl Streamed {
    /// Begins to read the standard input, of which these options expect the columns of this schema.
    pub(crate) fn of_standard_input(options: &ReadOptions, schema: Option<&Schema>) -> Outcome<Self> {
        if options.skip_broken {
            let what = format_args!("--skip-broken is for folders of pictures, found {STREAM}");
            return Err(Failure::usage(what));
        }
        let table = TableStream::new(of_tables(options)).map_err(|error| explain(STREAM.as_ref(), &error))?;
        let arrivals = Arrivals::of(io::stdin()).map_err(failed)?;
        Ok(Self { arrivals, table, schema: schema.cloned(), sample_shape: options.sample_shape.clone() })
    }

    /// Waits for more of the input. Returns whether it goes on; at its end, the last line is whole.
    pub(crate) fn wait(&mut self) -> Outcome<bool> {
        let arrived = self.arrivals.next().map_err(failed)?;
        match &arrived {
            Some(bytes) => self.table.push(bytes),
            None => self.table.end(),
        }
        Ok(arrived.is_some())
    }

    /// Reads all rows that are there whole; those behind which a line is at fault come before the failure.
    pub(crate) fn read(&mut self) -> Outcome<Option<StreamedRows>> {
        self.table.read().map_err(|error| explain(STREAM.as_ref(), &error))
    }

    /// What the first line told, once it was read.
    pub(crate) fn opened(&self) -> Option<&StreamColumns> {
        self.table.opened()
    }

    /// Rows as data. A single row is called by its line.
    pub(crate) fn data(&self, rows: StreamedRows) -> Outcome<Data> {
        let name = match rows.lines[..] {
            [line] => format!("{STREAM}, line {line}"),
            _ => STREAM.to_owned(),
        };
        let is_plain = self.schema.is_none() && !rows.values.has_holes();
        let values =
            if is_plain { Values::Doubles(rows.values.into_numbers()) } else { Values::Table(rows.values) };
        let mut columns = self.opened().map(|opened| opened.columns.clone()).unwrap_or_default();
        let mut indicators = 0;
        if let Some(schema) = &self.schema {
            // Each feature has a name of its own, also where it stands for a word.
            columns.names = schema.feature_names();
            indicators = schema.indicators().len();
        }
        let data = Data {
            sample_shape: vec![values.dim().1 + indicators],
            values,
            channels_first: false,
            series: None,
            labels: rows.labels.map(|labels| Labels::of_names(&labels)),
            name,
            names: rows.ids,
            columns: Some(columns),
            schema: None,
            assumed: Vec::new(),
        };
        match &self.sample_shape {
            Some(asked) => data.shaped(asked),
            None => Ok(data),
        }
    }
}

fn failed(error: io::Error) -> Failure {
    Failure::at(STREAM.as_ref(), error)
}
