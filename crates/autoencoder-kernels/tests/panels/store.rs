//! The way in which results are stored changes none of them.

use autoencoder_kernels::{
    BfloatPairs, Instructions, Line, PANEL, Store, round_pairs, square_lines, transpose, update,
};
use proptest::prelude::*;

use crate::RULES;
use crate::bfloat::POISONED;
use crate::numbers::{matrix, packed, poison};

const STORES: [Store; 2] = [Store::Cached, Store::PastCaches];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn past_the_caches_or_not_is_the_same(count in 1usize..=PANEL, seed: u64) {
        let make = |seed: u64| -> Vec<Line> { packed(&matrix(count, PANEL, seed), count) };
        let (p, g, m) = (make(seed), make(!seed), make(seed ^ 5));
        let v: Vec<Line> = make(seed ^ 9).iter().map(|line| Line(line.0.map(f32::abs))).collect();
        for instructions in Instructions::available() {
            for rule in RULES {
                let updated = STORES.map(|store| {
                    let (mut p, mut m, mut v) = (p.clone(), v.clone(), v.clone());
                    update(instructions, rule, &mut p, &g, [&mut m, &mut v], store);
                    (p, m, v)
                });
                prop_assert!(updated[0].0 != p, "{rule:?} changed nothing");
                prop_assert!(updated[0] == updated[1], "{} {rule:?}", instructions.name());
            }
            let turned = STORES.map(|store| {
                let mut numbers = poison(square_lines::<Line>(PANEL, PANEL));
                let mut pairs = vec![POISONED; square_lines::<BfloatPairs>(PANEL, PANEL)];
                transpose(instructions, &m, &mut numbers, store);
                transpose(instructions, &m, &mut pairs, store);
                (numbers, pairs)
            });
            prop_assert!(turned[0] == turned[1], "{}: transposed", instructions.name());
            let rounded = STORES.map(|store| {
                let mut pairs = vec![POISONED; count.div_ceil(2)];
                round_pairs(instructions, &m, &mut pairs, store);
                pairs
            });
            prop_assert!(rounded[0] == rounded[1] && !rounded[0].contains(&POISONED), "{}: rounded", instructions.name());
        }
    }
}
