//! The bits of coded data in a JPEG, and the tables of codes that tell what they mean.

/// A fault of coded data.
pub(super) enum Fault {
    /// The data ends.
    Missing,
    /// The bits are no code of the table.
    Wrong,
}

/// The codes of a table, in the order of their lengths.
pub(super) struct Codes {
    /// For each length: the first code, the number of codes, and the place of the first symbol.
    lengths: [(u32, u32, usize); 17],
    symbols: Vec<u8>,
    /// For each eight bits that begin with a code of at most eight bits: its length and its symbol; else length 0.
    short: [(u8, u8); 256],
}

impl Codes {
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Self {
        let mut codes = Self { lengths: [(0, 0, 0); 17], symbols: symbols.to_vec(), short: [(0, 0); 256] };
        let (mut code, mut place) = (0_u32, 0);
        for (length, &count) in (1_u8..).zip(counts) {
            codes.lengths[usize::from(length)] = (code, count.into(), place);
            if length <= 8 {
                for (code, &symbol) in (code..).zip(symbols.iter().skip(place).take(count.into())) {
                    let from = (code as usize) << (8 - length);
                    let fits = codes.short.iter_mut().skip(from).take(1 << (8 - length));
                    fits.for_each(|short| *short = (length, symbol));
                }
            }
            code = (code + u32::from(count)) << 1;
            place += usize::from(count);
        }
        codes
    }
}

/// The bits of coded data, up to a marker or the end of the file.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    /// Bits that were taken from the data, the next one uppermost.
    buffer: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, buffer: 0, count: 0 }
    }

    /// The next byte of coded data: a byte FF is followed by 00.
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.data.get(self.at)?;
        if byte == 0xFF {
            if self.data.get(self.at + 1) != Some(&0) {
                return None;
            }
            self.at += 1;
        }
        self.at += 1;
        Some(byte)
    }

    fn fill(&mut self) {
        while self.count <= 56 {
            let Some(byte) = self.byte() else { return };
            self.buffer |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    pub(super) fn skip(&mut self, length: u8) -> Result<(), Fault> {
        let length = u32::from(length);
        if self.count < length {
            self.fill();
        }
        self.count = self.count.checked_sub(length).ok_or(Fault::Missing)?;
        self.buffer <<= length;
        Ok(())
    }

    pub(super) fn symbol(&mut self, codes: &Codes) -> Result<u8, Fault> {
        if self.count < 16 {
            self.fill();
        }
        let (length, symbol) = codes.short[(self.buffer >> 56) as usize];
        if length > 0 {
            return self.skip(length).map(|()| symbol);
        }
        for length in 9..=16_u8 {
            let (first, count, place) = codes.lengths[usize::from(length)];
            #[expect(clippy::cast_possible_truncation, reason = "at most 16 bits")]
            let code = (self.buffer >> (64 - u32::from(length))) as u32;
            if let Some(index) = code.checked_sub(first).filter(|&index| index < count) {
                self.skip(length)?;
                return codes.symbols.get(place + index as usize).copied().ok_or(Fault::Wrong);
            }
        }
        Err(if self.count < 16 { Fault::Missing } else { Fault::Wrong })
    }

    /// Goes behind a restart marker.
    pub(super) fn restart(&mut self) -> Option<()> {
        while self.byte().is_some() {}
        let fill = self.data.get(self.at..)?.iter().take_while(|&&byte| byte == 0xFF).count();
        let marker = self.data.get(self.at + fill)?;
        (fill > 0 && matches!(marker, 0xD0..=0xD7)).then(|| {
            self.at += fill + 1;
            (self.buffer, self.count) = (0, 0);
        })
    }

    /// The number of whole bytes that were not used.
    pub(super) fn bytes_left(&mut self) -> usize {
        let mut left = self.count as usize / 8;
        while self.byte().is_some() {
            left += 1;
        }
        left
    }
}
