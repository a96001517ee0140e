//! Frozen layers.

use autoencoder::Architecture;

use super::*;

#[test]
fn frozen_layers_stay_as_they_are_and_the_others_learn() {
    for specification in [plain(), plain().with_tied_weights(true), plain().variational(1.0)] {
        for (names, clip_norm) in
            [(&["encoder.0"][..], None), (&["encoder"], Some(0.1)), (&["decoder"], None)]
        {
            let architecture = Architecture::new(specification.clone()).unwrap();
            let sets = names.iter().map(|name| LayerSet::named(&architecture, name).unwrap());
            let frozen = sets.fold(LayerSet::NONE, LayerSet::and);
            let options =
                options().with_frozen(frozen).with_clip_norm(clip_norm).with_optimizer(Optimizer::ADAMW);
            let before = trainer(&specification, options.clone()).model();
            let after = trained(&specification, options).model();
            for tensor in before.parameters().tensors() {
                let same = before.parameters().get(&tensor.name).unwrap()
                    == after.parameters().get(&tensor.name).unwrap();
                let is_frozen = names.iter().any(|name| tensor.name.starts_with(&format!("{name}.")));
                assert_eq!(same, is_frozen, "{} with {names:?} frozen", tensor.name);
            }
        }
    }
    let all = options().with_frozen((0..4).collect());
    let model = Model::new(plain(), Initialization::Glorot, 0).unwrap();
    assert!(Trainer::of_model(model, all).unwrap_err().to_string().contains("nothing is left to train"));
}

/// Layers above frozen layers are trained as if all layers were: only gradients that nothing reads are left
/// out.
#[test]
fn freezing_changes_no_other_gradient() {
    let free = trainer(&plain(), options()).gradients(&samples(50)).unwrap();
    let frozen = options().with_frozen(LayerSet::from_iter([0, 1]));
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

/// Any number of layers can be frozen: here 65 of the encoder and 65 of the decoder.
#[test]
fn the_decoder_of_a_hundred_and_thirty_layers_is_frozen_to_its_last() {
    let specification = Specification::new(ROWS * COLUMNS, vec![4; 65])
        // Linear activations keep gradients from vanishing over so many layers.
        .with_activation(Activation::Linear)
        .with_code_activation(Activation::Linear);
    let architecture = Architecture::new(specification.clone()).unwrap();
    assert_eq!(architecture.layers().len(), 130);
    let frozen = LayerSet::named(&architecture, "decoder").unwrap();
    assert_eq!(frozen.iter().collect::<Vec<_>>(), (65..130).collect::<Vec<_>>());
    let options = options().with_epochs(1).with_frozen(frozen);
    let before = trainer(&specification, options.clone()).model();
    let mut trainer = trainer(&specification, options);
    trainer.fit(&samples(100)).unwrap();
    let after = trainer.checkpoint();
    let after = Trainer::resume(&after, 1).unwrap().into_model();
    for tensor in before.parameters().tensors() {
        let same = before.parameters().get(&tensor.name) == after.parameters().get(&tensor.name);
        assert!(same || tensor.name.starts_with("encoder."), "{} was trained", tensor.name);
    }
    let names = after.parameters().tensors().iter().filter(|tensor| tensor.name.starts_with("encoder."));
    let trained = |name: &String| before.parameters().get(name) != after.parameters().get(name);
    assert!(names.map(|tensor| &tensor.name).any(trained), "nothing was trained");
}
