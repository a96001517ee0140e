//! Attacks heads of model files and checkpoints, as `inspect` reads them.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::Head);
