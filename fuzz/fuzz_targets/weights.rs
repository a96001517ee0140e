//! Attacks weights of other programs, as models.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::Weights);
