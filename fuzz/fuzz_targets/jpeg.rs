//! Attacks a folder with a JPEG image.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::Jpeg);
