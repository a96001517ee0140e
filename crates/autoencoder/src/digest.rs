//! Digests: 128 bits by which changed bytes are noticed.
//!
//! A digest is XXH3 with 128 bits (Collet 2019, <https://github.com/Cyan4973/xxHash>), which reads bytes about as fast as
//! memory gives them. It finds damage and mistakes; it keeps nobody from forging a file.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_128;

/// A digest of bytes, shown and stored as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Digest(pub(crate) u128);

impl Digest {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(XxHash3_128::oneshot(bytes))
    }

    /// The bytes of the digest, in the order of its digits.
    ///
    /// ```
    /// use autoencoder::Digest;
    /// let digest = Digest::of(b"samples");
    /// assert_eq!(Digest::from_bytes(digest.to_bytes()), digest);
    /// ```
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// The digest with these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

/// The error for text that is no digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDigest;

impl fmt::Display for NoDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a digest has 32 hexadecimal digits, 0 to 9 and a to f")
    }
}

impl std::error::Error for NoDigest {}

impl FromStr for Digest {
    type Err = NoDigest;

    fn from_str(text: &str) -> Result<Self, NoDigest> {
        let is_hexadecimal = text.len() == 32 && text.bytes().all(|byte| b"0123456789abcdef".contains(&byte));
        let digits = is_hexadecimal.then(|| u128::from_str_radix(text, 16).ok()).flatten();
        digits.map(Self).ok_or(NoDigest)
    }
}

impl TryFrom<String> for Digest {
    type Error = NoDigest;

    fn try_from(text: String) -> Result<Self, NoDigest> {
        text.parse()
    }
}

/// A digest of pieces that come one after the other.
#[derive(Default)]
pub(crate) struct Digester(XxHash3_128);

impl Digester {
    /// Adds the next piece. Pieces are told apart only by their bytes.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    /// Adds a number, in 8 bytes, the least first.
    pub(crate) fn add_number(&mut self, number: usize) {
        self.add(&(number as u64).to_le_bytes());
    }

    /// The digest of all pieces.
    pub(crate) fn finish(&self) -> Digest {
        Digest(self.0.finish_128())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_reference() {
        // `xxhsum -H2` of the same bytes.
        assert_eq!(Digest::of(b"").to_string(), "99aa06d3014798d86001c324468d497f");
        assert_eq!(Digest::of(b"a").to_string(), "a96faf705af16834e6c632b61e964e1f");
    }

    #[test]
    fn pieces_have_the_digest_of_the_whole() {
        let bytes: Vec<u8> = (0..1000u32).map(|index| (index * 7 % 251) as u8).collect();
        for cut in [0, 1, 16, 240, 241, 999] {
            let mut digester = Digester::default();
            digester.add(&bytes[..cut]);
            digester.add(&bytes[cut..]);
            assert_eq!(digester.finish(), Digest::of(&bytes), "cut at {cut}");
        }
    }

    #[test]
    fn text_is_read_back_or_refused() {
        let digest = Digest::of(b"samples");
        assert_eq!(digest.to_string().parse(), Ok(digest));
        for text in
            ["", "12", &"g".repeat(32), &"0".repeat(33), &"A".repeat(32), "+0000000000000000000000000000000"]
        {
            assert_eq!(text.parse::<Digest>(), Err(NoDigest), "{text}");
        }
    }
}
