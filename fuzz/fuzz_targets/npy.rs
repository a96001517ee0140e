//! Attacks npy arrays, as samples and as codes.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::Npy);
