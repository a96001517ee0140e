//! Attacks a folder with a PNG image.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::Png);
