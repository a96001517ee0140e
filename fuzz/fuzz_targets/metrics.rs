//! Attacks metrics, drawn as figures.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::Metrics);
