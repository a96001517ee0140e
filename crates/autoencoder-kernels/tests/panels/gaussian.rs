//! Gaussian codes against f64.

use autoencoder_kernels::{
    Instructions, Line, PANEL, Panels, PanelsMut, gaussian_codes, gaussian_divergence, gaussian_gradients,
    lines, panels,
};
use ndarray::Array2;
use proptest::prelude::*;

use crate::numbers::{assert_close, exact, matrix, packed, poison, size};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn codes_divergence_and_gradients(rows in size(), code in size(), seed: u64) {
        let (means, logs) = (matrix(rows, code, seed), matrix(rows, code, !seed) * 3.0);
        let (noise, dz) = (matrix(rows, code, seed ^ 1), matrix(rows, code, seed ^ 2));
        let first = panels(code) * PANEL;
        let mut both = Array2::zeros((rows, first + code));
        both.slice_mut(ndarray::s![.., ..code]).assign(&means);
        both.slice_mut(ndarray::s![.., first..]).assign(&logs);
        let (m, l, e, d) = (exact(&means), exact(&logs), exact(&noise), exact(&dz));
        let spread = l.mapv(|log| (log / 2.0).exp());
        let divergence: f64 = m.iter().zip(&l).map(|(m, l)| (m * m + l.exp() - 1.0 - l) / 2.0).sum();
        let scale = 0.25;
        let of_means = &d + &(&m * scale);
        let of_logs = (&d * &e * &spread + l.mapv(|log| scale * (log.exp() - 1.0))) * 0.5;
        let (statistics, noises, dzs) = (packed(&both, rows), packed(&noise, rows), packed(&dz, rows));
        let statistics = Panels::new(&statistics, rows, first + code, rows);
        let (noises, dzs) = (Panels::new(&noises, rows, code, rows), Panels::new(&dzs, rows, code, rows));
        for instructions in Instructions::available() {
            let name = instructions.name();
            let mut codes = poison(lines(rows, code));
            gaussian_codes(instructions, statistics, noises, &mut PanelsMut::new(&mut codes, rows, code, rows));
            assert_close(name, &Panels::new(&codes, rows, code, rows).to_array(), &(&m + &(&spread * &e)));
            let found = gaussian_divergence(instructions, statistics);
            prop_assert!((found - divergence).abs() < 1e-5 * divergence.abs() + 1e-5, "{name}: {found} {divergence}");
            let mut gradients: Vec<Line> = poison(lines(rows, first + code));
            let target = &mut PanelsMut::new(&mut gradients, rows, first + code, rows);
            gaussian_gradients(instructions, statistics, noises, dzs, scale as f32, target);
            let found = Panels::new(&gradients, rows, first + code, rows).to_array();
            assert_close(name, &found.slice(ndarray::s![.., ..code]).to_owned(), &of_means);
            assert_close(name, &found.slice(ndarray::s![.., first..]).to_owned(), &of_logs);
            // The columns between means and logarithms stay zero.
            prop_assert!(found.slice(ndarray::s![.., code..first]).iter().all(|&gradient| gradient == 0.0));
        }
    }
}
