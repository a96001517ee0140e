//! Models as source code of other languages, compiled and held against the library.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a line says that a compiler is missing")]
#![allow(clippy::cast_possible_truncation, reason = "samples are small numbers")]

mod c;
mod cases;
mod compiled;
mod numpy;
mod rust;
