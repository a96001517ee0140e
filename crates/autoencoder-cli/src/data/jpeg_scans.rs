//! Whether the coded data of a JPEG is all there: decoders fill what is missing with grey, without a word.
//!
//! Sequential files are followed code by code: their data must hold every block of every scan, and nothing more. Of
//! progressive files only the end marker is looked for, as the codes of one scan depend on the results of others.

/// The number of bytes that may be left after the last block of a scan: some writers fill up.
const FILLING: usize = 16;

/// Checks a file that a decoder has taken.
pub(super) fn check(file: &[u8]) -> Result<(), String> {
    let mut scans = Scans { file, at: 2, frame: None, tables: Default::default(), restarts: 0 };
    while let Some(marker) = scans.next_marker() {
        match marker {
            0xD9 => return Ok(()),
            0x01 | 0xD0..=0xD8 => {}
            _ => scans.segment(marker)?,
        }
    }
    Err("damaged: the file ends before its end marker; copy the file again".into())
}

struct Scans<'a> {
    file: &'a [u8],
    at: usize,
    /// The frame, if it is one whose codes can be followed.
    frame: Option<Frame>,
    /// Tables of codes: four for the first coefficients of blocks, four for the others.
    tables: [[Option<Codes>; 4]; 2],
    /// The number of units between restarts; 0 without restarts.
    restarts: usize,
}

struct Frame {
    height: usize,
    width: usize,
    /// The name and the sampling of each component, across and down.
    components: Vec<(u8, usize, usize)>,
}

impl Scans<'_> {
    /// Goes behind the next marker; everything before it is skipped.
    fn next_marker(&mut self) -> Option<u8> {
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

    fn segment(&mut self, marker: u8) -> Result<(), String> {
        let short = || "damaged: the file ends within a segment; copy the file again".to_owned();
        let rest = &self.file[self.at..];
        let length = usize::from(u16::from_be_bytes([
            *rest.first().ok_or_else(short)?,
            *rest.get(1).ok_or_else(short)?,
        ]));
        let body = rest.get(2..length).ok_or_else(short)?;
        self.at += length;
        match marker {
            0xC0 | 0xC1 => self.frame = Frame::read(body),
            0xC4 => self.read_tables(body),
            0xDD => self.restarts = body.first_chunk().map_or(0, |&bytes| u16::from_be_bytes(bytes).into()),
            0xDA => self.scan(body)?,
            _ => {}
        }
        Ok(())
    }

    fn read_tables(&mut self, mut body: &[u8]) {
        while let Some((&[kind], rest)) = body.split_first_chunk::<1>()
            && let Some((counts, rest)) = rest.split_first_chunk::<16>()
        {
            let symbols = counts.iter().map(|&count| usize::from(count)).sum::<usize>().min(rest.len());
            let table = Codes::new(counts, &rest[..symbols]);
            self.tables[usize::from(kind >> 4 & 1)][usize::from(kind & 3)] = Some(table);
            body = &rest[symbols..];
        }
    }

    /// Follows the codes of a scan, if they can be followed.
    fn scan(&mut self, head: &[u8]) -> Result<(), String> {
        let Some((frame, parts)) =
            self.frame.as_ref().and_then(|frame| Some((frame, self.parts(frame, head)?)))
        else {
            return Ok(());
        };
        let units = frame.units(&parts);
        let mut bits = Bits::new(&self.file[self.at..]);
        for unit in 0..units {
            if self.restarts > 0 && unit > 0 && unit.is_multiple_of(self.restarts) {
                bits.restart().ok_or_else(|| missing(unit, units))?;
            }
            for part in &parts {
                for _ in 0..part.blocks {
                    follow_block(&mut bits, part).map_err(|fault| match fault {
                        Fault::Missing => missing(unit, units),
                        Fault::Wrong => {
                            format!(
                                "damaged: the data of unit {} of {units} is no code; copy the file again",
                                unit + 1
                            )
                        }
                    })?;
                }
            }
        }
        let left = bits.bytes_left();
        if left > FILLING {
            return Err(format!(
                "damaged: {left} bytes of coded data are left over after the last pixel; copy the file again"
            ));
        }
        Ok(())
    }

    /// The components of a scan with their tables.
    fn parts(&self, frame: &Frame, head: &[u8]) -> Option<Vec<Part<'_>>> {
        let (&count, rest) = head.split_first()?;
        let pairs = rest.get(..2 * usize::from(count))?;
        let part = |pair: &[u8]| {
            let &(_, across, down) = frame.components.iter().find(|component| component.0 == pair[0])?;
            Some(Part {
                first: self.tables[0][usize::from(pair[1] >> 4 & 3)].as_ref()?,
                others: self.tables[1][usize::from(pair[1] & 3)].as_ref()?,
                across,
                down,
                blocks: if count == 1 { 1 } else { across * down },
            })
        };
        pairs.chunks_exact(2).map(part).collect()
    }
}

/// A component of a scan.
struct Part<'a> {
    first: &'a Codes,
    others: &'a Codes,
    across: usize,
    down: usize,
    /// The number of blocks in one unit.
    blocks: usize,
}

impl Frame {
    fn read(body: &[u8]) -> Option<Self> {
        let &[8, height, lower_height, width, lower_width, count, ref rest @ ..] = body else { return None };
        let size = |high, low| usize::from(u16::from_be_bytes([high, low]));
        let components = rest.chunks_exact(3).take(usize::from(count));
        let components =
            components.map(|part| (part[0], usize::from(part[1] >> 4), usize::from(part[1] & 15)));
        let frame = Self {
            height: size(height, lower_height),
            width: size(width, lower_width),
            components: components.collect(),
        };
        let is_sampled = frame.components.iter().all(|&(_, across, down)| across > 0 && down > 0);
        (is_sampled && frame.height > 0 && frame.components.len() == usize::from(count)).then_some(frame)
    }

    /// The number of units of a scan of these components: blocks of one component, or groups of blocks of several.
    fn units(&self, parts: &[Part<'_>]) -> usize {
        let widest = self.components.iter().map(|component| component.1).max().unwrap_or(1);
        let tallest = self.components.iter().map(|component| component.2).max().unwrap_or(1);
        match parts {
            [part] => {
                let blocks = |size: usize, own: usize, most: usize| (size * own).div_ceil(most).div_ceil(8);
                blocks(self.width, part.across, widest) * blocks(self.height, part.down, tallest)
            }
            _ => self.width.div_ceil(8 * widest) * self.height.div_ceil(8 * tallest),
        }
    }
}

fn missing(unit: usize, units: usize) -> String {
    format!("damaged: the coded data ends after {unit} of {units} units; copy the file again")
}

enum Fault {
    /// The data ends.
    Missing,
    /// The bits are no code of the table.
    Wrong,
}

fn follow_block(bits: &mut Bits<'_>, part: &Part<'_>) -> Result<(), Fault> {
    let size = bits.symbol(part.first)?;
    bits.skip(size & 15)?;
    let mut coefficient = 1;
    while coefficient < 64 {
        let symbol = bits.symbol(part.others)?;
        let (run, size) = (usize::from(symbol >> 4), symbol & 15);
        match (run, size) {
            (15, 0) => coefficient += 16,
            (_, 0) => return Ok(()),
            _ => coefficient += run + 1,
        }
        bits.skip(size)?;
    }
    Ok(())
}

/// The codes of a table, in the order of their lengths.
struct Codes {
    /// For each length: the first code, the number of codes, and the place of the first symbol.
    lengths: [(u32, u32, usize); 17],
    symbols: Vec<u8>,
    /// For each eight bits that begin with a code of at most eight bits: its length and its symbol; else length 0.
    short: [(u8, u8); 256],
}

impl Codes {
    fn new(counts: &[u8; 16], symbols: &[u8]) -> Self {
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
struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    /// Bits that were taken from the data, the next one uppermost.
    buffer: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    fn new(data: &'a [u8]) -> Self {
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

    fn skip(&mut self, length: u8) -> Result<(), Fault> {
        let length = u32::from(length);
        if self.count < length {
            self.fill();
        }
        self.count = self.count.checked_sub(length).ok_or(Fault::Missing)?;
        self.buffer <<= length;
        Ok(())
    }

    fn symbol(&mut self, codes: &Codes) -> Result<u8, Fault> {
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
    fn restart(&mut self) -> Option<()> {
        while self.byte().is_some() {}
        let fill = self.data.get(self.at..)?.iter().take_while(|&&byte| byte == 0xFF).count();
        let marker = self.data.get(self.at + fill)?;
        (fill > 0 && matches!(marker, 0xD0..=0xD7)).then(|| {
            self.at += fill + 1;
            (self.buffer, self.count) = (0, 0);
        })
    }

    /// The number of whole bytes that were not used.
    fn bytes_left(&mut self) -> usize {
        let mut left = self.count as usize / 8;
        while self.byte().is_some() {
            left += 1;
        }
        left
    }
}
