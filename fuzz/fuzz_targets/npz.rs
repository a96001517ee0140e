//! Attacks archives of npy arrays.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::Npz);
