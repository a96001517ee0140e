//! What a block of rows holds between two layers: in f32, or rounded as products of bfloat16 want it.

use autoencoder_kernels::{
    BfloatLine, BfloatPairs, Instructions, Line, Operand, Panels, PanelsMut, RoundedMut, RowLine, Store,
    Target, lines, round_pairs,
};

use crate::network::Network;
use crate::samples::zeros::Zeros;

/// What the values between two layers are read for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Uses {
    /// As they are: for a loss, or a slope.
    pub values: bool,
    /// By a product, row by row.
    pub rows: bool,
    /// By the product that gradients are.
    pub steps: bool,
}

impl Uses {
    /// Only as they are.
    pub(crate) const VALUES: Self = Self { values: true, rows: false, steps: false };
}

/// The values between two layers for up to so many rows, and what products make of weights.
pub(crate) trait Buffer: Send + Sync + Sized + 'static {
    /// What the products multiply.
    type Operand: Operand;
    /// What they are written to as.
    type Target<'a>: Target<Operand = Self::Operand>
    where
        Self: 'a;

    /// From where on the first layer's product gains by skipping zeros that two samples share, and its gradient by skipping groups.
    const SKIPPING_PAYS: Zeros;

    /// Whether products read packed weights, and not the network's own lines.
    const PACKS: bool;

    /// Zeros for `height` rows, a multiple of 32, and `width` columns.
    fn zeros(height: usize, width: usize, uses: Uses) -> Self;

    /// The values themselves.
    fn values(&self, rows: usize) -> Panels<'_>;

    /// The values themselves, to be written by something else than a product; none if they are not kept.
    fn values_mut(&mut self, rows: usize) -> Option<PanelsMut<'_>>;

    /// Makes the operands of values that were written by something else than a product.
    fn update_operands(&mut self, instructions: Instructions, rows: usize);

    /// As the left operand of a product.
    fn rows(&self, rows: usize) -> Panels<'_, RowLine<Self::Operand>>;

    /// One panel, as either operand of the product that gradients are.
    fn steps(&self, panel: usize, rows: usize) -> &[Self::Operand];

    /// As the result of a product.
    fn target(&mut self, rows: usize) -> Self::Target<'_>;

    /// Lines that one panel of so many weights of the network becomes.
    fn packed_lines(weights: usize) -> usize;

    /// Makes these lines.
    fn pack(instructions: Instructions, weights: &[Line], packed: &mut [Self::Operand], store: Store);

    /// The weights of a layer as the right operand: the network's own, or `packed`, what [`Buffer::pack`] made of them.
    fn weights<'a>(
        network: &'a Network,
        layer: usize,
        packed: &'a [Self::Operand],
    ) -> Panels<'a, Self::Operand>;
}

/// Values that are operands as they are.
pub(crate) struct F32 {
    lines: Vec<Line>,
    height: usize,
    width: usize,
}

impl Buffer for F32 {
    type Operand = Line;
    type Target<'a> = PanelsMut<'a>;
    const SKIPPING_PAYS: Zeros = Zeros::PAY_IN_F32;
    const PACKS: bool = false;

    fn zeros(height: usize, width: usize, _: Uses) -> Self {
        Self { lines: vec![Line::ZERO; lines(height, width)], height, width }
    }

    fn values(&self, rows: usize) -> Panels<'_> {
        Panels::new(&self.lines, rows, self.width, self.height)
    }

    fn values_mut(&mut self, rows: usize) -> Option<PanelsMut<'_>> {
        Some(self.target(rows))
    }

    fn update_operands(&mut self, _: Instructions, _: usize) {}

    fn rows(&self, rows: usize) -> Panels<'_> {
        self.values(rows)
    }

    fn steps(&self, panel: usize, rows: usize) -> &[Line] {
        &self.lines[panel * self.height..][..rows]
    }

    fn target(&mut self, rows: usize) -> PanelsMut<'_> {
        PanelsMut::new(&mut self.lines, rows, self.width, self.height)
    }

    fn packed_lines(_: usize) -> usize {
        0
    }

    fn pack(_: Instructions, _: &[Line], _: &mut [Line], _: Store) {}

    fn weights<'a>(network: &'a Network, layer: usize, _: &'a [Line]) -> Panels<'a> {
        network.weights(layer)
    }
}

/// Values, and their roundings to bfloat16 as products want them.
pub(crate) struct Bf16 {
    values: Vec<Line>,
    rows: Vec<BfloatLine>,
    pairs: Vec<BfloatPairs>,
    uses: Uses,
    height: usize,
    width: usize,
}

impl Buffer for Bf16 {
    type Operand = BfloatPairs;
    type Target<'a> = RoundedMut<'a>;
    const SKIPPING_PAYS: Zeros = Zeros::PAY_IN_BF16;
    const PACKS: bool = true;

    fn zeros(height: usize, width: usize, uses: Uses) -> Self {
        let count = |wanted: bool, height: usize| if wanted { lines(height, width) } else { 0 };
        Self {
            values: vec![Line::ZERO; count(uses.values, height)],
            rows: vec![BfloatLine::ZERO; count(uses.rows, height)],
            pairs: vec![BfloatPairs::ZERO; count(uses.steps, height / 2)],
            uses,
            height,
            width,
        }
    }

    fn values(&self, rows: usize) -> Panels<'_> {
        Panels::new(&self.values, rows, self.width, self.height)
    }

    fn values_mut(&mut self, rows: usize) -> Option<PanelsMut<'_>> {
        let Self { values, uses, height, width, .. } = self;
        uses.values.then(|| PanelsMut::new(values, rows, *width, *height))
    }

    fn update_operands(&mut self, instructions: Instructions, rows: usize) {
        self.target(rows).round(instructions);
    }

    fn rows(&self, rows: usize) -> Panels<'_, BfloatLine> {
        Panels::new(&self.rows, rows, self.width, self.height)
    }

    fn steps(&self, panel: usize, rows: usize) -> &[BfloatPairs] {
        &self.pairs[panel * (self.height / 2)..][..rows.div_ceil(2)]
    }

    fn target(&mut self, rows: usize) -> RoundedMut<'_> {
        let Self { values, rows: rounded, pairs, uses, height, width } = self;
        let (height, width) = (*height, *width);
        RoundedMut::new(
            rows,
            width,
            uses.values.then(|| PanelsMut::new(values, rows, width, height)),
            uses.rows.then(|| PanelsMut::new(rounded, rows, width, height)),
            uses.steps.then(|| PanelsMut::new(pairs, rows.div_ceil(2), width, height / 2)),
        )
    }

    fn packed_lines(weights: usize) -> usize {
        weights.div_ceil(2)
    }

    fn pack(instructions: Instructions, weights: &[Line], packed: &mut [BfloatPairs], store: Store) {
        round_pairs(instructions, weights, packed, store);
    }

    fn weights<'a>(network: &'a Network, layer: usize, packed: &'a [BfloatPairs]) -> Panels<'a, BfloatPairs> {
        let steps = Self::packed_lines(network.layers[layer].inputs);
        Panels::new(packed, steps, network.layers[layer].outputs, steps)
    }
}
