//! The kinds of numbers in arrays, and what can be done about elements of another kind.

/// The kinds of elements that are read, whatever the order of their bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ElementKind {
    Bool,
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F16,
    Bf16,
    F32,
    F64,
}

impl ElementKind {
    /// The number of bytes of an element.
    pub(super) fn size(self) -> usize {
        match self {
            Self::Bool | Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 | Self::F16 | Self::Bf16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    /// The name of the kind.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::U8 => "u8",
            Self::I8 => "i8",
            Self::U16 => "u16",
            Self::I16 => "i16",
            Self::U32 => "u32",
            Self::I32 => "i32",
            Self::U64 => "u64",
            Self::I64 => "i64",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
            Self::F32 => "f32",
            Self::F64 => "f64",
        }
    }
}

/// The name of the element type of records, whose header is a list.
pub(super) const RECORD: &str = "a record";

/// Advice about elements that are not read, by the name of their type in npy or in safetensors.
pub(super) fn conversion(found: &str) -> &'static str {
    let name = found.trim_start_matches(['<', '>', '|', '=']);
    match name.as_bytes() {
        _ if found == RECORD => {
            "numpy.lib.recfunctions.structured_to_unstructured(array) makes numbers of the fields; a .csv file has them as columns with names"
        }
        [b'U' | b'S', ..] => {
            "a .csv file may hold words; array.astype('float32') converts text that is numbers"
        }
        [b'O', ..] => "array.astype('float32') converts objects that are numbers; a .csv file may hold words",
        [b'M' | b'm', ..] => {
            "array.astype('float64') counts dates and times as numbers; a .csv file may hold dates"
        }
        // A conversion to real numbers would drop the imaginary part.
        [b'c', ..] => {
            "make two real numbers of each, as with numpy.concatenate((array.real, array.imag), axis=-1)"
        }
        // Numbers of a byte and less are those of tensors alone.
        [b'f', b'4' | b'6' | b'8', ..] => "convert the tensor, as with tensor.to(torch.float32)",
        _ => "convert the array, as with array.astype('float32')",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_goes_with_the_type() {
        for (found, part) in [
            ("<U9", "a .csv file may hold words"),
            ("|S3", "a .csv file may hold words"),
            ("|O", "converts objects"),
            ("<M8[ns]", "array.astype('float64')"),
            (">c16", "array.real, array.imag"),
            ("c64", "array.real, array.imag"),
            ("f8_e4m3", "tensor.to(torch.float32)"),
            ("<f16", "array.astype('float32')"),
            (RECORD, "structured_to_unstructured(array)"),
        ] {
            assert!(conversion(found).contains(part), "{found}: {}", conversion(found));
        }
    }
}
