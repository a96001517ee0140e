//! Buffers for the values between two layers, in f32 or also rounded to bfloat16 for products.

use autoencoder_kernels::{
    BfloatLine, BfloatPairs, Instructions, Line, Operand, Panels, PanelsMut, RoundedMut, RowLine, Store,
    Target, lines, round_pairs,
};

use crate::network::Network;
use crate::samples::zeros::Zeros;

/// The readers of the values between two layers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Uses {
    /// A loss, an activation's slope or another element-wise step, which read f32 values.
    pub values: bool,
    /// A product that takes the values row by row as its left operand.
    pub rows: bool,
    /// The product that forms the gradients of weights.
    pub steps: bool,
}

impl Uses {
    /// Element-wise steps only.
    pub(crate) const VALUES: Self = Self { values: true, rows: false, steps: false };
}

/// A buffer for the values between two layers, (rows, columns) in panels, together with the form of weights
/// that its products multiply.
///
/// Products multiply the values themselves in [`F32`], and rounded copies in [`Bf16`].
pub(crate) trait Buffer: Send + Sync + Sized + 'static {
    /// The numbers that products multiply.
    type Operand: Operand;
    /// The form in which a product writes its results into the buffer.
    type Target<'a>: Target<Operand = Self::Operand>
    where
        Self: 'a;

    /// The shares of zeros from which on skipping pays: pairs of zeros shared by two samples in the first
    /// layer's product, and groups of zeros in the product that forms the gradient.
    const SKIPPING_PAYS: Zeros;

    /// Whether products read packed weights instead of the network's own lines.
    const PACKS: bool;

    /// Makes a buffer of zeros for `height` rows, a multiple of 32, and `width` columns.
    fn zeros(height: usize, width: usize, uses: Uses) -> Self;

    /// The values of the first `rows` rows in f32.
    fn values(&self, rows: usize) -> Panels<'_>;

    /// The values of the first `rows` rows in f32, for writing by anything but a product; `None` if the
    /// buffer does not keep f32 values. [`update_operands`](Self::update_operands) must follow.
    fn values_mut(&mut self, rows: usize) -> Option<PanelsMut<'_>>;

    /// Updates the operands of products from the values, after anything but a product has written the values.
    fn update_operands(&mut self, instructions: Instructions, rows: usize);

    /// The first `rows` rows as the left operand of a product.
    fn rows(&self, rows: usize) -> Panels<'_, RowLine<Self::Operand>>;

    /// One panel of the first `rows` rows, as either operand of the product that forms gradients.
    fn steps(&self, panel: usize, rows: usize) -> &[Self::Operand];

    /// The first `rows` rows as the target of a product.
    fn target(&mut self, rows: usize) -> Self::Target<'_>;

    /// The number of lines that `weights` lines of one panel of the network's weights take when packed.
    fn packed_lines(weights: usize) -> usize;

    /// Packs lines of weights into `packed`, which is overwritten.
    fn pack(instructions: Instructions, weights: &[Line], packed: &mut [Self::Operand], store: Store);

    /// The weights of a layer as the right operand of a product: the network's own lines, or `packed`, which
    /// [`Buffer::pack`] made of them.
    fn weights<'a>(
        network: &'a Network,
        layer: usize,
        packed: &'a [Self::Operand],
    ) -> Panels<'a, Self::Operand>;
}

/// Values in f32, which products multiply as they are.
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

/// Values in f32 and their roundings to bfloat16, each kept only if it is read. Products multiply the rounded
/// numbers.
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
        let matrix = &network.layers[layer].matrix;
        let steps = Self::packed_lines(matrix.rows);
        Panels::new(packed, steps, matrix.columns, steps)
    }
}
