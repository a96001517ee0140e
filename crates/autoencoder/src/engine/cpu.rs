//! CPU engine: training steps on this processor.

use std::borrow::Cow;
use std::fmt;

use autoencoder_kernels::{Line, PANEL};

use super::device::{Batch, Engine, State};
use super::workspace::{Moments, Workspace};
use crate::evaluation::sums::{Means, Sums};
use crate::inference::losses::losses;
use crate::inference::prepare;
use crate::model::folding::fold;
use crate::model::parameters::Parameters;
use crate::network::Network;
use crate::network::buffer::{Buffer, F32};
use crate::options::Rule;
use crate::samples::Samples;
use crate::specification::architecture::Architecture;
use crate::stages::treatment::Treatment;

/// An engine on this processor: parameters and moments in the network's layout, and between [`Engine::begin`]
/// and [`Engine::end`] a workspace for steps.
pub(super) struct Cpu<B: Buffer> {
    architecture: Architecture,
    network: Network,
    moments: Moments,
    workspace: Option<Workspace<B>>,
    /// The number of rows of the last batch.
    batch: usize,
}

impl<B: Buffer> fmt::Debug for Cpu<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cpu").field("architecture", &self.architecture).finish_non_exhaustive()
    }
}

impl<B: Buffer> Cpu<B> {
    /// Makes an engine with these parameters, for an optimizer with `moments` moments.
    pub(super) fn new(architecture: &Architecture, parameters: &Parameters, moments: usize) -> Self {
        let network = Network::new(architecture, parameters);
        let moments = Moments::zeros(moments, network.lines.len());
        Self { architecture: architecture.clone(), network, moments, workspace: None, batch: 0 }
    }

    fn workspace(&self) -> &Workspace<B> {
        self.workspace.as_ref().expect(BEGUN)
    }

    /// The lines of the parameters, or of one moment.
    fn lines(&self, what: State) -> &[Line] {
        match what {
            State::Parameters => &self.network.lines,
            State::Moment(index) => &self.moments.0[index],
        }
    }
}

const BEGUN: &str = "an engine begins before its first step";

impl<B: Buffer> Engine for Cpu<B> {
    fn begin(&mut self, samples: &Samples, treatment: &Treatment, most: usize) {
        self.workspace = Some(Workspace::new(&self.network, samples, treatment.clone(), most));
    }

    fn end(&mut self) {
        self.workspace = None;
    }

    fn forward_backward(&mut self, batch: Batch<'_>) -> Sums {
        self.batch = batch.indices.len();
        let workspace = self.workspace.as_mut().expect(BEGUN);
        let sums = workspace.forward_backward(&self.network, batch);
        workspace.update_running_statistics(&mut self.network);
        sums
    }

    fn update(&mut self, rule: Rule) {
        let workspace = self.workspace.as_mut().expect(BEGUN);
        workspace.update(&mut self.network, &mut self.moments, rule, self.batch);
    }

    fn accumulate(&mut self) {
        self.workspace.as_mut().expect(BEGUN).accumulate_gradients(&self.network, self.batch);
    }

    fn gradients(&self) -> Vec<f32> {
        self.workspace().gradients().iter().flat_map(|line| line.0).collect()
    }

    fn set_gradients(&mut self, gradients: &[f32]) {
        let lines = self.workspace.as_mut().expect(BEGUN).gradients_mut();
        for (line, numbers) in lines.iter_mut().zip(gradients.as_chunks::<PANEL>().0) {
            line.0 = *numbers;
        }
    }

    fn gradient_norm(&self) -> f64 {
        self.workspace().gradient_norm(&self.network)
    }

    fn update_with_accumulated(&mut self, rule: Rule, scale: f32) {
        let workspace = self.workspace.as_mut().expect(BEGUN);
        workspace.update_with_accumulated(&mut self.network, &mut self.moments, rule, scale);
    }

    fn not_finite(&self) -> Option<f32> {
        self.network.lines.iter().flat_map(|line| line.0).find(|value| !value.is_finite())
    }

    fn read(&self, what: State, parameters: &mut Parameters) {
        self.network.unpack(self.lines(what), parameters);
    }

    fn restore(&mut self, what: State, parameters: &Parameters) {
        let lines = self.network.pack(parameters);
        match what {
            State::Parameters => self.network.lines = lines,
            State::Moment(index) => self.moments.0[index] = lines,
        }
    }

    fn moments(&self) -> usize {
        self.moments.0.iter().filter(|lines| !lines.is_empty()).count()
    }

    #[cfg(test)]
    fn holds_only_what_is_read(&self) -> bool {
        let states = (0..self.moments()).map(State::Moment).chain([State::Parameters]);
        states.into_iter().all(|state| {
            let mut parameters = Parameters::zeros(&self.architecture);
            self.read(state, &mut parameters);
            self.network.pack(&parameters) == self.lines(state)
        })
    }

    fn losses(&self, samples: &Samples) -> Means {
        let plain = self.architecture.folded().map(|plain| {
            let mut parameters = Parameters::zeros(&self.architecture);
            self.read(State::Parameters, &mut parameters);
            let parameters = fold(&self.architecture, &parameters, &plain);
            Network::new(&plain, &parameters)
        });
        let network = plain.map_or(Cow::Borrowed(&self.network), Cow::Owned);
        losses::<F32>(&network, &prepare::<F32>(&network), samples, None)
    }

    fn gradients_of(&self, batch: Batch<'_>, treatment: &Treatment, gradients: &mut Parameters) {
        let rows = batch.indices.len();
        let mut workspace = Workspace::<B>::new(&self.network, batch.samples, treatment.clone(), rows);
        workspace.forward_backward(&self.network, batch);
        workspace.accumulate_gradients(&self.network, rows);
        self.network.unpack(workspace.gradients(), gradients);
    }
}
