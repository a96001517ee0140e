//! Attacks model files, written again and used.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::Model);
