//! Numbers as files hold them: f32, or f64 where f32 has too few digits.

/// A number that files hold.
pub(crate) trait Real:
    Copy + idx_format::Element + std::fmt::Display + std::fmt::LowerExp + Into<f64>
{
    /// The type in the header of an npy file.
    const NPY: &'static str;
    /// The bytes, the least first.
    fn put(self, bytes: &mut Vec<u8>);
}

impl Real for f32 {
    const NPY: &'static str = "<f4";

    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }
}

impl Real for f64 {
    const NPY: &'static str = "<f8";

    fn put(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }
}
