//! The kernels that pass over their operands once: the update of Adam, the sigmoid, and the sigmoid with the squared
//! error and its gradient.

use autoencoder_kernels::{
    Activation, ElementLoss, Instructions, LOSS_ROWS, Line, LossSums, Output, PANEL, Panels, PanelsMut,
    Store, forward, forward_loss, lines, panels, reference, update,
};
use ndarray::Array2;

use super::numbers::{check, matrix, packed, poison};

/// A block of samples as a training step has it.
const ROWS: usize = 128;
const FEATURES: usize = 784;

/// Adam on the parameters of the tutorial's network.
pub(crate) struct Update {
    parameters: Vec<Line>,
    gradients: Vec<Line>,
    moments: [Vec<Line>; 2],
}

impl Update {
    /// A parameter is read with its gradient and both moments, and all but the gradient are written.
    pub(crate) const BYTES: usize = 7 * size_of::<f32>();

    /// The tenth step at a learning rate of 0.001.
    fn rule() -> autoencoder_kernels::Update {
        let (beta1, beta2) = (0.9_f32, 0.999_f32);
        autoencoder_kernels::Update::Adam {
            rate: 1e-3 / (1.0 - beta1.powi(10)),
            beta1,
            beta2,
            root: 1.0 / (1.0 - beta2.powi(10)).sqrt(),
            epsilon: 1e-8,
            keep: 1.0,
        }
    }

    pub(crate) fn new() -> Self {
        let widths = [784, 256, 128, 256, 784];
        let count: usize = widths.windows(2).map(|pair| lines(pair[0] + 1, pair[1])).sum();
        let make = |seed| packed(matrix(count, PANEL, seed).view());
        Self { parameters: make(4), gradients: make(5), moments: [make(6), make(7)] }
    }

    pub(crate) fn elements(&self) -> usize {
        self.parameters.len() * PANEL
    }

    pub(crate) fn run(&mut self) {
        let [m, v] = &mut self.moments;
        update(
            Instructions::best(),
            Self::rule(),
            &mut self.parameters,
            &self.gradients,
            [m, v],
            Store::Cached,
        );
    }

    /// One step of every parameter.
    pub(crate) fn check(&mut self) -> Result<(), String> {
        let at = |lines: &[Line], row: usize, column: usize| f64::from(lines[row].0[column]);
        let (p, m, v) = (self.parameters.clone(), self.moments[0].clone(), self.moments[1].clone());
        self.run();
        for (row, line) in self.parameters.iter().enumerate() {
            for (column, &found) in line.0.iter().enumerate() {
                let g = at(&self.gradients, row, column);
                let (expected, ..) = reference::update(
                    Self::rule(),
                    at(&p, row, column),
                    g,
                    at(&m, row, column),
                    at(&v, row, column),
                );
                check("update", (row, column), found, expected)?;
            }
        }
        Ok(())
    }
}

/// Bias and sigmoid as the forward product ends with them: the layer has one input, so that the product hardly
/// counts.
pub(crate) struct Sigmoid {
    inputs: Array2<f32>,
    x: Vec<Line>,
    weights: Vec<Line>,
    y: Vec<Line>,
}

impl Sigmoid {
    /// z is read and y written.
    pub(crate) const BYTES: usize = 2 * size_of::<f32>();

    pub(crate) fn new() -> Self {
        let inputs = matrix(ROWS, 1, 8) * 8.0 - 4.0;
        Self {
            x: packed(inputs.view()),
            weights: vec![Line([1.0; PANEL]); panels(FEATURES)],
            y: poison(lines(ROWS, FEATURES)),
            inputs,
        }
    }

    pub(crate) fn elements(&self) -> usize {
        self.y.len() * PANEL
    }

    pub(crate) fn run(&mut self) {
        forward(
            Instructions::best(),
            Panels::new(&self.x, ROWS, 1, ROWS),
            Panels::new(&self.weights, 1, FEATURES, 1),
            |_| &Line::ZERO,
            Activation::Sigmoid,
            PanelsMut::new(&mut self.y, ROWS, FEATURES, ROWS),
            None,
        );
    }

    pub(crate) fn check(&mut self) -> Result<(), String> {
        self.run();
        let y = Panels::new(&self.y, ROWS, FEATURES, ROWS);
        for (row, column) in (0..ROWS).flat_map(|row| (0..FEATURES).map(move |column| (row, column))) {
            let expected = reference::activation(Activation::Sigmoid, f64::from(self.inputs[[row, 0]]));
            check("sigmoid", (row, column), y.at(row, column), expected)?;
        }
        Ok(())
    }
}

/// Bias, sigmoid, squared error and its gradient as the output layer ends with them; see [`Sigmoid`].
pub(crate) struct Loss {
    inputs: Array2<f32>,
    x: Vec<Line>,
    weights: Vec<Line>,
    targets: Vec<Line>,
    gradients: Vec<Line>,
    sums: Vec<LossSums>,
}

impl Loss {
    /// z and its target are read, a gradient written.
    pub(crate) const BYTES: usize = 3 * size_of::<f32>();

    pub(crate) fn new() -> Self {
        let inputs = matrix(ROWS, 1, 9) * 8.0 - 4.0;
        Self {
            x: packed(inputs.view()),
            weights: vec![Line([1.0; PANEL]); panels(FEATURES)],
            targets: packed(matrix(ROWS, FEATURES, 10).view()),
            gradients: poison(lines(ROWS, FEATURES)),
            sums: vec![LossSums::default(); ROWS.div_ceil(LOSS_ROWS)],
            inputs,
        }
    }

    pub(crate) fn elements(&self) -> usize {
        self.gradients.len() * PANEL
    }

    pub(crate) fn run(&mut self) {
        let output = Output {
            activation: Activation::Sigmoid,
            loss: ElementLoss::SquaredError,
            targets: Panels::new(&self.targets, ROWS, FEATURES, ROWS),
            scale: 1.0,
        };
        forward_loss(
            Instructions::best(),
            Panels::new(&self.x, ROWS, 1, ROWS),
            Panels::new(&self.weights, 1, FEATURES, 1),
            |_| &Line::ZERO,
            output,
            PanelsMut::new(&mut self.gradients, ROWS, FEATURES, ROWS),
            &mut self.sums,
        );
    }

    pub(crate) fn check(&mut self) -> Result<(), String> {
        self.run();
        let view = |lines| Panels::new(lines, ROWS, FEATURES, ROWS);
        let (targets, gradients) = (view(&self.targets), view(&self.gradients));
        for (row, column) in (0..ROWS).flat_map(|row| (0..FEATURES).map(move |column| (row, column))) {
            let y = reference::activation(Activation::Sigmoid, f64::from(self.inputs[[row, 0]]));
            let (_, slope) =
                reference::loss(ElementLoss::SquaredError, y, f64::from(targets.at(row, column)));
            check("loss", (row, column), gradients.at(row, column), slope * y * (1.0 - y))?;
        }
        Ok(())
    }
}
