//! Attacks IDX arrays, plain and gzip: reader, view, samples, and what is written of them.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::Idx);
