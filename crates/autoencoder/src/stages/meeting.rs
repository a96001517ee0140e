//! Where all blocks of a batch meet: what a stage takes of all rows together.

use std::ops::Range;

use autoencoder_kernels::{Instructions, Line};

use crate::exchange::Exchange;
use crate::network::Network;
use crate::network::pieces::Piece;

/// The direction of a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From the samples to the loss.
    Forward,
    /// From the loss to the first layer.
    Backward,
}

/// What a stage takes of all rows of a batch: before it goes on, in either direction, all blocks wait for each other.
pub(crate) trait Meeting: Send + Sync {
    /// Lines that each group of rows is measured in, in this direction; 0 where nothing waits.
    fn lines(&self, direction: Direction) -> usize;

    /// Brings what depends on the weights alone up to date, before a step.
    fn prepare(&mut self, _network: &Network) {}

    /// Joins what was measured of all groups of rows, in their order, and gives the penalty that comes of it, summed over
    /// the samples.
    fn join(&mut self, direction: Direction, batch: MeasuredBatch<'_>) -> f64;

    /// What the blocks' stages read of it.
    fn shared(&self) -> &[Line];

    /// Adds to the gradients of a piece, `lines`, what comes of the stage itself and not of a product of rows; `own` are
    /// the piece's parameters.
    fn add_gradients(&self, _instructions: Instructions, _piece: &Piece, _own: &[Line], _lines: &mut [Line]) {
    }

    /// Brings running statistics nearer to those of the batch.
    fn update_running_statistics(&self, _network: &mut Network) {}
}

/// What was measured of a batch.
#[derive(Clone, Copy)]
pub(crate) struct MeasuredBatch<'a> {
    pub network: &'a Network,
    /// Rows of the batch that were measured here.
    pub rows: usize,
    /// Samples that the loss is the mean of.
    pub loss_samples: usize,
    /// The weight of the penalty in this step.
    pub penalty_weight: f32,
    /// Lines for each group of rows.
    pub measured: &'a [Line],
    /// The other trainers, which have other rows of the batch.
    pub exchange: Option<&'a dyn Exchange>,
}

/// The meetings of a list of stages, each at the place of its stage.
#[derive(Default)]
pub(crate) struct Meetings(pub Vec<Option<Box<dyn Meeting>>>);

/// A part of a step that every block takes without waiting: stages forward, stages backward, and then what is measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub forward: Range<usize>,
    pub backward: Range<usize>,
    /// The stage that meets after it.
    pub meeting: Option<(usize, Direction)>,
}

impl Meetings {
    /// What the blocks share at a stage.
    pub(crate) fn shared(&self, place: usize) -> &[Line] {
        self.get(place).map_or(&[], |meeting| meeting.shared())
    }

    fn get(&self, place: usize) -> Option<&dyn Meeting> {
        self.0.get(place)?.as_deref()
    }

    /// Lines that a stage measures each group of rows in.
    pub(crate) fn lines(&self, place: usize, direction: Direction) -> usize {
        self.get(place).map_or(0, |meeting| meeting.lines(direction))
    }

    /// Joins what a stage measured.
    pub(crate) fn join(&mut self, place: usize, direction: Direction, batch: MeasuredBatch<'_>) -> f64 {
        let meeting = self.0.get_mut(place).and_then(Option::as_mut);
        meeting.map_or(0.0, |meeting| meeting.join(direction, batch))
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &dyn Meeting> {
        self.0.iter().flatten().map(|meeting| &**meeting)
    }

    /// All of them, to be changed.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Box<dyn Meeting>> {
        self.0.iter_mut().flatten()
    }

    /// The most lines that any of them measures.
    pub(crate) fn most_lines(&self) -> usize {
        let lines = self.iter().flat_map(|meeting| {
            [Direction::Forward, Direction::Backward].map(|direction| meeting.lines(direction))
        });
        lines.max().unwrap_or(0)
    }

    /// A step through `count` stages, cut where blocks meet; the way back ends with the stage `last`.
    pub(crate) fn segments(&self, last: usize, count: usize) -> Vec<Segment> {
        let meets =
            |place: usize, direction| self.get(place).is_some_and(|meeting| meeting.lines(direction) > 0);
        let (mut segments, mut begin) = (Vec::new(), 0);
        for place in (0..count).filter(|&place| meets(place, Direction::Forward)) {
            segments.push(Segment {
                forward: begin..place,
                backward: 0..0,
                meeting: Some((place, Direction::Forward)),
            });
            begin = place;
        }
        let (mut forward, mut end) = (begin..count, count);
        for place in (last..count).rev().filter(|&place| meets(place, Direction::Backward)) {
            let forward = std::mem::replace(&mut forward, count..count);
            segments.push(Segment {
                forward,
                backward: place + 1..end,
                meeting: Some((place, Direction::Backward)),
            });
            end = place + 1;
        }
        segments.push(Segment { forward, backward: last..end, meeting: None });
        segments
    }
}
