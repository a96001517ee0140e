//! Attacks ONNX files, as models.

#![no_main]

autoencoder_fuzz::attack!(autoencoder_fuzz::Target::Onnx);
