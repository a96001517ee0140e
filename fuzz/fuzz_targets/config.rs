//! Attacks configurations, written again and checked into plans.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::Config);
