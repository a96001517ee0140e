//! Attacks checkpoints, resumed and trained for three steps.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::Checkpoint);
