//! Attacks a folder with a WebP image.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::WebP);
