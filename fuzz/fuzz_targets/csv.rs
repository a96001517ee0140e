//! Attacks tables of numbers, with and without labels.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::Csv);
