//! The six element types of the format, and the Rust types that stand for them.

use std::fmt;

use crate::codec::Codec;

/// The type of an array's elements, as the third byte of a file names it.
///
/// ```
/// use idx_format::ElementType;
///
/// assert_eq!(ElementType::from_code(0x0B), Some(ElementType::I16));
/// assert_eq!(ElementType::from_code(0x0A), None); // never assigned
/// assert_eq!(ElementType::I16.size(), 2);
/// assert_eq!(ElementType::I16.to_string(), "i16");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ElementType {
    /// Unsigned 8-bit integer, code `08`.
    U8,
    /// Signed 8-bit integer, code `09`.
    I8,
    /// Signed 16-bit integer, code `0B`.
    I16,
    /// Signed 32-bit integer, code `0C`.
    I32,
    /// 32-bit floating point number, code `0D`.
    F32,
    /// 64-bit floating point number, code `0E`.
    F64,
}

impl ElementType {
    /// All six, in the order of their codes.
    pub const ALL: [Self; 6] = [Self::U8, Self::I8, Self::I16, Self::I32, Self::F32, Self::F64];

    /// The byte that stands for this type in a header.
    pub const fn code(self) -> u8 {
        match self {
            Self::U8 => 0x08,
            Self::I8 => 0x09,
            Self::I16 => 0x0B,
            Self::I32 => 0x0C,
            Self::F32 => 0x0D,
            Self::F64 => 0x0E,
        }
    }

    /// The type a header's byte stands for; `None` for the 250 bytes that stand for nothing.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0x08 => Some(Self::U8),
            0x09 => Some(Self::I8),
            0x0B => Some(Self::I16),
            0x0C => Some(Self::I32),
            0x0D => Some(Self::F32),
            0x0E => Some(Self::F64),
            _ => None,
        }
    }

    /// Bytes of one element: 1, 2, 4 or 8.
    pub const fn size(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::I16 => 2,
            Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// The Rust name of the type, such as `u8`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::U8 => "u8",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::F32 => "f32",
            Self::F64 => "f64",
        }
    }

    /// The word that stands for the type in a file's name, such as `ubyte` in `images-idx3-ubyte`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::U8 => "ubyte",
            Self::I8 => "byte",
            Self::I16 => "short",
            Self::I32 => "int",
            Self::F32 => "float",
            Self::F64 => "double",
        }
    }

    /// The type a file name's word stands for.
    ///
    /// ```
    /// use idx_format::ElementType;
    ///
    /// assert_eq!(ElementType::from_word("int"), Some(ElementType::I32));
    /// assert_eq!(ElementType::from_word("integer"), None);
    /// ```
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|element_type| element_type.word() == word)
    }
}

impl fmt::Display for ElementType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A Rust type that can be an array's element: `u8`, `i8`, `i16`, `i32`, `f32` or `f64`.
///
/// The format has these six and no others, so the trait cannot be implemented elsewhere.
///
/// ```
/// use idx_format::{Element, ElementType};
///
/// fn type_of<T: Element>(_: &[T]) -> ElementType {
///     T::TYPE
/// }
/// assert_eq!(type_of(&[0.5_f32]), ElementType::F32);
/// ```
pub trait Element: Codec {
    /// The element type that this Rust type stands for.
    const TYPE: ElementType;
}

impl Element for u8 {
    const TYPE: ElementType = ElementType::U8;
}
impl Element for i8 {
    const TYPE: ElementType = ElementType::I8;
}
impl Element for i16 {
    const TYPE: ElementType = ElementType::I16;
}
impl Element for i32 {
    const TYPE: ElementType = ElementType::I32;
}
impl Element for f32 {
    const TYPE: ElementType = ElementType::F32;
}
impl Element for f64 {
    const TYPE: ElementType = ElementType::F64;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_a_type_or_none() {
        let known: Vec<u8> = (0..=255).filter(|code| ElementType::from_code(*code).is_some()).collect();
        assert_eq!(known, [0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E]);
        for element_type in ElementType::ALL {
            assert_eq!(ElementType::from_code(element_type.code()), Some(element_type));
            assert_eq!(ElementType::from_word(element_type.word()), Some(element_type));
        }
    }

    #[test]
    fn sizes_are_those_of_the_rust_types() {
        fn check<T: Element>() {
            assert_eq!(T::TYPE.size(), size_of::<T>());
        }
        check::<u8>();
        check::<i8>();
        check::<i16>();
        check::<i32>();
        check::<f32>();
        check::<f64>();
    }
}
