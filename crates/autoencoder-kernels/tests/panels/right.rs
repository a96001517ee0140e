//! Right operands of either layout, and penalties of the inputs that a product runs back to.

use autoencoder_kernels::{
    Activation, Instructions, Line, PANEL, Panels, PanelsMut, PenaltyGradient, Squares, backward,
    backward_with, forward, lines, panels, reference,
};
use ndarray::Array2;
use proptest::prelude::*;

use crate::numbers::{assert_close, bias_lines, exact, matrix, packed, poison, size};
use crate::transposed;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// A tied decoder: its forward product takes the transposed weights of the encoder, its backward product the
    /// weights themselves.
    #[test]
    fn a_product_takes_panels_and_squares_alike(rows in size(), inputs in size(), outputs in size(), seed: u64) {
        let (x, w, b) = (matrix(rows, inputs, seed), matrix(inputs, outputs, !seed), matrix(1, outputs, seed ^ 1));
        let turned = w.t().as_standard_layout().into_owned();
        let dy = matrix(rows, outputs, seed ^ 2);
        let z = reference::multiply(exact(&x).view(), exact(&w).view()) + &exact(&b);
        let y = z.mapv(|z| reference::activation(Activation::Tanh, z));
        let dx = reference::multiply(exact(&dy).view(), exact(&w).t());
        let (xs, dys, bs) = (packed(&x, rows), packed(&dy, rows), bias_lines(&b));
        for instructions in Instructions::available() {
            let [mut ys, mut dxs] = [poison(lines(rows, outputs)), poison(lines(rows, inputs))];
            // W is made of the panels of its transpose, as an update makes it.
            let squares = transposed(instructions, &turned);
            let x = Panels::new(&xs, rows, inputs, rows);
            let right = Squares::new(&squares, inputs, outputs);
            let target = PanelsMut::new(&mut ys, rows, outputs, rows);
            forward(instructions, x, right, |panel| &bs[panel], Activation::Tanh, target, None);
            let transposed = packed(&turned, outputs);
            backward(
                instructions,
                Panels::new(&dys, rows, outputs, rows),
                Panels::new(&transposed, outputs, inputs, outputs),
                x,
                Activation::Linear,
                PanelsMut::new(&mut dxs, rows, inputs, rows),
            );
            let name = instructions.name();
            assert_close(name, &Panels::new(&ys, rows, outputs, rows).to_array(), &y);
            assert_close(name, &Panels::new(&dxs, rows, inputs, rows).to_array(), &dx);
        }
    }

    #[test]
    fn a_penalty_joins_before_the_slope(rows in size(), inputs in size(), outputs in size(), seed: u64) {
        let (mut x, w, dy) = (matrix(rows, inputs, seed), matrix(inputs, outputs, !seed), matrix(rows, outputs, seed ^ 1));
        x[[0, 0]] = 0.0;
        let columns = matrix(1, inputs, seed ^ 3);
        let products = reference::multiply(exact(&dy).view(), exact(&w).t());
        let sign = |x: f32| if x == 0.0 { 0.0 } else { f64::from(x.signum()) };
        let expected = Array2::from_shape_fn((rows, inputs), |(row, column)| {
            let (x, pull) = (x[[row, column]], f64::from(columns[[0, column]]));
            (products[[row, column]] + 0.75 * sign(x) + pull) * (1.0 - f64::from(x).powi(2))
        });
        let (xs, dys, columns) = (packed(&x, rows), packed(&dy, rows), bias_lines(&columns));
        for instructions in Instructions::available() {
            let mut dx = poison(lines(rows, inputs));
            backward_with(
                instructions,
                Panels::new(&dys, rows, outputs, rows),
                Squares::new(&transposed(instructions, &w), outputs, inputs),
                Panels::new(&xs, rows, inputs, rows),
                Activation::Tanh,
                PenaltyGradient { sign: 0.75, columns: Some(&columns) },
                PanelsMut::new(&mut dx, rows, inputs, rows),
            );
            assert_close(instructions.name(), &Panels::new(&dx, rows, inputs, rows).to_array(), &expected);
        }
    }
}

#[test]
#[should_panic(expected = "panels of x and of its penalty")]
fn a_penalty_for_other_columns_is_a_bug() {
    let line = [Line([1.0; PANEL])];
    let panel = Panels::new(&line, 1, 1, 1);
    assert_eq!(panels(1), 1);
    let penalty = PenaltyGradient { sign: 0.0, columns: Some(&[Line::ZERO; 2]) };
    let mut dx = [Line::ZERO];
    let dx = PanelsMut::new(&mut dx, 1, 1, 1);
    backward_with(Instructions::best(), panel, panel, panel, Activation::Linear, penalty, dx);
}
