//! Attacks configurations of sweeps.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::Grid);
