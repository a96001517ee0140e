//! Attacks compressed codes.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::Compressed);
