//! Attacks rows that come one after the other, of CSV and JSON lines.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::Stream);
