//! Units far from where they learn: no number on their way is denormal.

use autoencoder_kernels::{
    Activation, ElementLoss, Instructions, Line, LossSums, Output, PANEL, Panels, PanelsMut, Squares,
    backward, forward, forward_loss, reference,
};
use ndarray::Array2;

use crate::numbers::{bias_lines, packed, poison};
use crate::transposed;

#[test]
fn what_passes_back_is_zero_before_it_is_denormal() {
    let (w, one) = (Array2::from_elem((1, 1), 1.0), [Line([0.5; PANEL])]);
    for instructions in Instructions::available() {
        let squares = transposed(instructions, &w);
        for (dy, expected) in [(1e-18, 2.5e-19), (1e-20, 0.0), (-1e-38, 0.0), (f32::NAN, f32::NAN)] {
            let mut dx = poison(1);
            backward(
                instructions,
                Panels::new(&[Line([dy; PANEL])], 1, 1, 1),
                Squares::new(&squares, 1, 1),
                Panels::new(&one, 1, 1, 1),
                Activation::Sigmoid,
                PanelsMut::new(&mut dx, 1, 1, 1),
            );
            let found = dx[0].0[0];
            let same =
                if expected.is_nan() { found.is_nan() } else { (found - expected).abs() <= 1e-5 * expected };
            assert!(same, "{} {dy}: {found}", instructions.name());
        }
    }
}

/// Sums far from zero, as too large a learning rate leaves them for ever: neither an output, nor a slope, nor a
/// product of these with a gradient is denormal. Such trainings took up to forty times as long.
#[test]
fn what_saturated_units_give_is_no_denormal_number() {
    // The least magnitude that passes back, if any does.
    let least = (-64_f32).exp2();
    for instructions in Instructions::available() {
        for activation in Activation::ALL {
            for z in [-14.0, -20.0, -28.0, -41.0, -60.0, -87.0, -90.0, -300.0, -1e9] {
                let name = format!("{} {activation:?} at {z}", instructions.name());
                let (y, slope) = one_unit(instructions, activation, z);
                assert!(y == 0.0 || (y * least).is_normal(), "{name}: {y}");
                if !activation.derives_from_output() {
                    assert!(slope == 0.0 || (slope * least).is_normal(), "{name}: slope {slope}");
                }
                let exact = reference::activation(activation, z.into());
                assert!(
                    (f64::from(y) - exact).abs() <= 3e-11 + 1e-5 * exact.abs(),
                    "{name}: {y} not {exact}"
                );
            }
        }
    }
}

/// f(z), and f'(z) where it is no function of f(z).
fn one_unit(instructions: Instructions, activation: Activation, z: f32) -> (f32, f32) {
    let x = [Line([z; PANEL])];
    let (w, bias) = (packed(&Array2::from_elem((1, 1), 1.0), 1), bias_lines(&Array2::zeros((1, 1))));
    let [mut y, mut slopes] = [poison(1), poison(1)];
    forward(
        instructions,
        Panels::new(&x, 1, 1, 1),
        Panels::new(&w, 1, 1, 1),
        |panel| &bias[panel],
        activation,
        PanelsMut::new(&mut y, 1, 1, 1),
        Some(PanelsMut::new(&mut slopes, 1, 1, 1)),
    );
    (y[0].0[0], slopes[0].0[0])
}

/// The cross-entropy takes logits; their sigmoid is formed with the loss.
#[test]
fn what_saturated_logits_cost_is_next_to_nothing() {
    let (w, bias) = (packed(&Array2::from_elem((1, 1), 1.0), 1), bias_lines(&Array2::zeros((1, 1))));
    let targets = [Line::ZERO];
    for instructions in Instructions::available() {
        for z in [-20.0, -27.0, -30.0, -60.0, -90.0, -1e4] {
            let (mut dz, mut sums) = (poison(1), [LossSums::default()]);
            let output = Output {
                activation: Activation::Linear,
                loss: ElementLoss::CrossEntropyOfLogits,
                targets: Panels::new(&targets, 1, 1, 1),
                scale: 1e-6,
            };
            forward_loss(
                instructions,
                Panels::new(&[Line([z; PANEL])], 1, 1, 1),
                Panels::new(&w, 1, 1, 1),
                |panel| &bias[panel],
                output,
                PanelsMut::new(&mut dz, 1, 1, 1),
                &mut sums,
            );
            let exact = f64::from(z).exp().ln_1p();
            let (gradient, name) = (dz[0].0[0], format!("{} {z}", instructions.name()));
            assert!(gradient == 0.0 || gradient > 1e-20, "{name}: {gradient}");
            assert!((sums[0].loss - exact).abs() < 1e-12 + 1e-5 * exact, "{name}: {sums:?} {exact}");
            assert!(sums[0].squared_error < 1e-16, "{name}: {sums:?}");
        }
    }
}
