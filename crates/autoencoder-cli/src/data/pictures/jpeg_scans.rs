//! Whether the coded data of a JPEG is all there: decoders fill what is missing with grey, without a word.
//!
//! Sequential files are followed code by code: their data must hold every block of every scan, and nothing more. Of
//! progressive files only the end marker is looked for, as the codes of one scan depend on the results of others.

use super::jpeg_bits::{Bits, Codes, Fault};
use super::jpeg_segments::{Segments, is_alone};

/// The number of bytes that may be left after the last block of a scan: some writers fill up.
const FILLING: usize = 16;

const UNUSUAL: &str =
    "found sampling factors that are not read (2 beside 4); save the picture anew as a usual JPEG or PNG";

/// Checks a file whose header a decoder has taken.
pub(super) fn check(file: &[u8]) -> Result<(), String> {
    let segments = Segments::new(file);
    let mut scans = Scans { segments, frame: None, tables: Default::default(), restarts: 0 };
    while let Some(marker) = scans.segments.next_marker() {
        match marker {
            0xD9 => return Ok(()),
            marker if is_alone(marker) => {}
            _ => scans.segment(marker)?,
        }
    }
    Err("damaged: the file ends before its end marker; copy the file again".into())
}

struct Scans<'a> {
    segments: Segments<'a>,
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
    fn segment(&mut self, marker: u8) -> Result<(), String> {
        let body = self.segments.body()?;
        match marker {
            0xC0..=0xC2 => {
                let frame = Frame::read(body);
                if frame.as_ref().is_some_and(|frame| !frame.is_decoded_rightly()) {
                    return Err(UNUSUAL.into());
                }
                self.frame = frame.filter(|_| marker != 0xC2);
            }
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
        let mut bits = Bits::new(self.segments.rest());
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

    /// Returns whether the decoder counts the blocks of every component rightly where it stands alone in a scan: it takes
    /// the width and the height of the picture for those of the component, up to whole units.
    fn is_decoded_rightly(&self) -> bool {
        let (widest, tallest) = self.most();
        let is_right = |size: usize, own: usize, most: usize| {
            let counted = (size.div_ceil(8 * most) * own).min(size.div_ceil(8));
            counted == blocks(size, own, most)
        };
        self.components.iter().all(|&(_, across, down)| {
            is_right(self.width, across, widest) && is_right(self.height, down, tallest)
        })
    }

    /// The greatest sampling of all components, across and down.
    fn most(&self) -> (usize, usize) {
        let widest = self.components.iter().map(|component| component.1).max().unwrap_or(1);
        let tallest = self.components.iter().map(|component| component.2).max().unwrap_or(1);
        (widest, tallest)
    }

    /// The number of units of a scan of these components: blocks of one component, or groups of blocks of several.
    fn units(&self, parts: &[Part<'_>]) -> usize {
        let (widest, tallest) = self.most();
        match parts {
            [part] => blocks(self.width, part.across, widest) * blocks(self.height, part.down, tallest),
            _ => self.width.div_ceil(8 * widest) * self.height.div_ceil(8 * tallest),
        }
    }
}

/// The number of blocks on a side of a component: `own` is its sampling, `most` the greatest of all components.
fn blocks(size: usize, own: usize, most: usize) -> usize {
    (size * own).div_ceil(most).div_ceil(8)
}

fn missing(unit: usize, units: usize) -> String {
    format!("damaged: the coded data ends after {unit} of {units} units; copy the file again")
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
