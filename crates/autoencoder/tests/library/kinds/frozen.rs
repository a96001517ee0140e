//! Frozen layers.

use autoencoder::Architecture;

use super::*;

#[test]
fn frozen_layers_stay_as_they_are_and_the_others_learn() {
    for specification in [plain(), plain().tied(), plain().variational(1.0)] {
        for (names, clip_norm) in
            [(&["encoder.0"][..], None), (&["encoder"], Some(0.1)), (&["decoder"], None)]
        {
            let architecture = Architecture::new(specification.clone()).unwrap();
            let sets = names.iter().map(|name| LayerSet::named(&architecture, name).unwrap());
            let frozen = sets.fold(LayerSet::NONE, LayerSet::and);
            let options = TrainingOptions { frozen, clip_norm, optimizer: Optimizer::ADAMW, ..options() };
            let before = trainer(&specification, options).model();
            let after = trained(&specification, options).model();
            for tensor in before.parameters().tensors() {
                let same = before.parameters().get(&tensor.name).unwrap()
                    == after.parameters().get(&tensor.name).unwrap();
                let is_frozen = names.iter().any(|name| tensor.name.starts_with(&format!("{name}.")));
                assert_eq!(same, is_frozen, "{} with {names:?} frozen", tensor.name);
            }
        }
    }
    let all = TrainingOptions { frozen: (0..4).collect(), ..options() };
    let model = Model::new(plain(), Initialization::Glorot, 0).unwrap();
    assert!(Trainer::new(model, all).unwrap_err().to_string().contains("nothing is left to train"));
}

/// What is trained above frozen layers is trained as if all were: only what nothing reads is left out.
#[test]
fn freezing_changes_no_other_gradient() {
    let free = trainer(&plain(), options()).gradients(&samples(50)).unwrap();
    let frozen = TrainingOptions { frozen: LayerSet::from_iter([0, 1]), ..options() };
    let some = trainer(&plain(), frozen).gradients(&samples(50)).unwrap();
    for tensor in free.tensors() {
        let (free, some) = (free.get(&tensor.name).unwrap(), some.get(&tensor.name).unwrap());
        if tensor.name.starts_with("encoder.") {
            assert!(some.iter().all(|&gradient| gradient == 0.0));
        } else {
            assert_eq!(free, some, "{}", tensor.name);
        }
    }
}
