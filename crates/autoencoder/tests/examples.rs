//! Tests that the examples run to their end.

#[path = "../examples/generate.rs"]
mod generate;
#[path = "../examples/load_and_encode.rs"]
mod load_and_encode;
#[path = "../examples/observe_and_stop.rs"]
mod observe_and_stop;
#[path = "../examples/own_data_and_scaling.rs"]
mod own_data_and_scaling;
#[path = "../examples/scores_and_blame.rs"]
mod scores_and_blame;
#[path = "../examples/train_and_save.rs"]
mod train_and_save;
#[path = "../examples/variational_and_generate.rs"]
mod variational_and_generate;
#[path = "../examples/words_and_holes.rs"]
mod words_and_holes;

/// The second example reads the file that the first one wrote.
#[test]
fn a_model_is_trained_and_saved_then_loaded_and_used() {
    train_and_save::main().unwrap();
    load_and_encode::main().unwrap();
}

#[test]
fn own_data_is_scaled_and_its_odd_row_found() {
    own_data_and_scaling::main().unwrap();
}

#[test]
fn odd_rows_are_found_and_their_columns_blamed() {
    scores_and_blame::main().unwrap();
}

#[test]
fn words_and_holes_are_learnt_and_filled_in() {
    words_and_holes::main().unwrap();
}

#[test]
fn a_variational_model_generates() {
    variational_and_generate::main().unwrap();
}

#[test]
fn a_plain_model_generates_by_a_fitted_mixture() {
    generate::main().unwrap();
}

#[test]
fn a_training_is_observed_stopped_and_resumed() {
    observe_and_stop::main().unwrap();
}
