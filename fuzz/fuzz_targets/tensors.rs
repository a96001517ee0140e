//! Attacks tensors of other programs, as samples.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::Tensors);
