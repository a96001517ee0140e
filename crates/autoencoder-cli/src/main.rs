//! The program `autoencoder`; everything that it does is in the library beside this file.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    autoencoder_cli::main()
}
