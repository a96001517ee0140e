//! The segments of a JPEG file: markers, each with its body.

/// The segments of a file, one after the other.
pub(super) struct Segments<'a> {
    file: &'a [u8],
    at: usize,
}

impl<'a> Segments<'a> {
    /// Begins behind the marker that begins a file.
    pub(super) fn new(file: &'a [u8]) -> Self {
        Self { file, at: 2 }
    }

    /// Goes behind the next marker; everything before it is skipped.
    pub(super) fn next_marker(&mut self) -> Option<u8> {
        loop {
            self.at += self.file.get(self.at..)?.iter().position(|&byte| byte == 0xFF)?;
            let fill = self.file[self.at..].iter().take_while(|&&byte| byte == 0xFF).count();
            let marker = *self.file.get(self.at + fill)?;
            self.at += fill + 1;
            if marker != 0 {
                return Some(marker);
            }
        }
    }

    /// The next marker of a segment before the first scan, or `None` where the scan, or the end of the picture, comes next.
    pub(super) fn next_header(&mut self) -> Option<u8> {
        loop {
            match self.next_marker()? {
                0xD9 | 0xDA => return None,
                marker if is_alone(marker) => {}
                marker => return Some(marker),
            }
        }
    }

    /// Goes behind the body of the segment whose marker came last.
    pub(super) fn body(&mut self) -> Result<&'a [u8], String> {
        let short = || "damaged: the file ends within a segment; copy the file again".to_owned();
        let rest = self.rest();
        let length = rest.first_chunk().map(|&bytes| usize::from(u16::from_be_bytes(bytes)));
        let length = length.ok_or_else(short)?;
        let body = rest.get(2..length).ok_or_else(short)?;
        self.at += length;
        Ok(body)
    }

    /// The bytes that follow.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.file.get(self.at..).unwrap_or_default()
    }
}

/// Returns whether a marker stands alone, without a body.
pub(super) fn is_alone(marker: u8) -> bool {
    matches!(marker, 0x01 | 0xD0..=0xD8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_by_hand() {
        let file = b"\xFF\xD8\xFF\xFE\0\x04ab\x12\x34\xFF\xFF\xDB\0\x02\xFF\0\xFF\xD9";
        let mut segments = Segments::new(file);
        assert_eq!((segments.next_marker(), segments.body()), (Some(0xFE), Ok(&b"ab"[..])));
        assert_eq!((segments.next_marker(), segments.body()), (Some(0xDB), Ok(&b""[..])), "after a gap");
        assert_eq!(segments.next_marker(), Some(0xD9), "FF 00 is no marker");
        assert!(segments.body().unwrap_err().contains("ends within a segment"));
        assert_eq!((segments.next_marker(), segments.rest()), (None, &b""[..]));
    }
}
