//! Meetings: points of a step where all blocks of a batch wait for each other, because a stage needs numbers
//! from the whole batch.

use std::ops::Range;

use autoencoder_kernels::{Instructions, Line};

use crate::exchange::Exchange;
use crate::network::Network;
use crate::network::pieces::Piece;

/// The direction of a pass through the stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// The forward pass, from the samples to the loss.
    Forward,
    /// The backward pass, from the loss to the first layer.
    Backward,
}

/// The part of a stage that all blocks share. Before the stage runs in a direction in which it asks for
/// lines, all blocks measure their rows and wait until the results are joined.
pub(crate) trait Meeting: Send + Sync {
    /// The number of lines that each group of rows is measured in, in this direction; 0 if there is no
    /// meeting.
    fn lines(&self, direction: Direction) -> usize;

    /// Computes what depends on the weights alone, once before each step.
    fn prepare(&mut self, _network: &Network) {}

    /// Joins the measurements of all groups of rows, in their order, and returns the penalty that follows
    /// from them, summed over the samples.
    fn join(&mut self, direction: Direction, batch: MeasuredBatch<'_>) -> f64;

    /// The results of the meeting that the blocks' stages read.
    fn shared(&self) -> &[Line];

    /// Adds the gradients that do not come from products of rows to `lines`, the gradients of a piece. `own`
    /// are the piece's parameters.
    fn add_gradients(&self, _instructions: Instructions, _piece: &Piece, _own: &[Line], _lines: &mut [Line]) {
    }

    /// Moves running statistics towards the statistics of the batch.
    fn update_running_statistics(&self, _network: &mut Network) {}
}

/// The measurements of a batch and the settings that a meeting needs to join them.
#[derive(Clone, Copy)]
pub(crate) struct MeasuredBatch<'a> {
    pub network: &'a Network,
    /// The number of rows that this trainer measured.
    pub rows: usize,
    /// The number of samples that the loss is the mean over.
    pub loss_samples: usize,
    /// The weight of the penalty in this step.
    pub penalty_weight: f32,
    /// The measured lines, group after group.
    pub measured: &'a [Line],
    /// The exchange with other trainers, which measured other rows of the batch.
    pub exchange: Option<&'a dyn Exchange>,
}

/// The meetings of a list of stages, each at the place of its stage.
#[derive(Default)]
pub(crate) struct Meetings(pub Vec<Option<Box<dyn Meeting>>>);

/// A segment of a step: stages forward, then stages backward, then the measurements for a meeting. Every
/// block runs a segment without waiting for the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub forward: Range<usize>,
    pub backward: Range<usize>,
    /// The stage and the direction of the meeting that ends the segment, if any.
    pub meeting: Option<(usize, Direction)>,
}

impl Meetings {
    /// The results of the meeting at a stage; empty if the stage has no meeting.
    pub(crate) fn shared(&self, place: usize) -> &[Line] {
        self.get(place).map_or(&[], |meeting| meeting.shared())
    }

    /// The meeting at a stage, if there is one.
    fn get(&self, place: usize) -> Option<&dyn Meeting> {
        self.0.get(place)?.as_deref()
    }

    /// The number of lines that a stage measures each group of rows in.
    pub(crate) fn lines(&self, place: usize, direction: Direction) -> usize {
        self.get(place).map_or(0, |meeting| meeting.lines(direction))
    }

    /// Joins the measurements of a stage and returns the penalty that follows from them.
    pub(crate) fn join(&mut self, place: usize, direction: Direction, batch: MeasuredBatch<'_>) -> f64 {
        let meeting = self.0.get_mut(place).and_then(Option::as_mut);
        meeting.map_or(0.0, |meeting| meeting.join(direction, batch))
    }

    /// All meetings.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &dyn Meeting> {
        self.0.iter().flatten().map(|meeting| &**meeting)
    }

    /// All meetings, for changing.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Box<dyn Meeting>> {
        self.0.iter_mut().flatten()
    }

    /// The most lines that any meeting measures a group of rows in.
    pub(crate) fn most_lines(&self) -> usize {
        let lines = self.iter().flat_map(|meeting| {
            [Direction::Forward, Direction::Backward].map(|direction| meeting.lines(direction))
        });
        lines.max().unwrap_or(0)
    }

    /// Cuts a step through `count` stages into segments, at the meetings. The backward pass ends with the
    /// stage `last`.
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
