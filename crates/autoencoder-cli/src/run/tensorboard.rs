//! TensorBoard's event files: the losses of every epoch as scalars.
//!
//! A file is a sequence of records, each a protocol buffer `Event` between its length and two checksums
//! (TensorFlow's `record_writer.cc` and `event.proto`).

use super::metrics::Row;

/// The bytes of the file of these epochs. The time of an epoch is the seconds of training until its end,
/// TensorBoard's relative time.
pub(crate) fn events(rows: &[Row]) -> Vec<u8> {
    let mut file = Vec::new();
    record(&mut file, &Message::default().double(1, 0.0).bytes(3, b"brain.Event:2").0);
    let mut seconds = 0.0;
    for row in rows {
        seconds += row.seconds.unwrap_or(0.0);
        let report = &row.report;
        let scalars = [
            ("loss/training", Some(report.train_loss)),
            ("loss/validation", report.validation_loss),
            ("reconstruction/training", report.train_terms.reconstruction),
            ("reconstruction/validation", report.validation_terms.reconstruction),
            ("kl/training", report.train_terms.kl),
            ("kl/validation", report.validation_terms.kl),
            ("penalty/training", report.train_terms.penalty),
            ("mse/training", Some(report.train_mse)),
            ("mse/validation", report.validation_mse),
            ("samples per second", row.samples_per_second()),
        ];
        let summary = scalars.into_iter().fold(Message::default(), |summary, (tag, value)| match value {
            Some(value) => {
                #[expect(clippy::cast_possible_truncation, reason = "TensorBoard's scalars are f32")]
                let value = Message::default().bytes(1, tag.as_bytes()).float(2, value as f32);
                summary.bytes(1, &value.0)
            }
            None => summary,
        });
        let event =
            Message::default().double(1, seconds).integer(2, report.epoch as u64).bytes(5, &summary.0);
        record(&mut file, &event.0);
    }
    file
}

/// Adds a record: the length with its checksum, then the bytes with theirs.
fn record(file: &mut Vec<u8>, bytes: &[u8]) {
    let length = (bytes.len() as u64).to_le_bytes();
    file.extend(length);
    file.extend(masked(crc32c::crc32c(&length)).to_le_bytes());
    file.extend(bytes);
    file.extend(masked(crc32c::crc32c(bytes)).to_le_bytes());
}

/// A checksum in the form that may itself be checksummed.
fn masked(checksum: u32) -> u32 {
    checksum.rotate_right(15).wrapping_add(0xA282_EAD8)
}

/// A protocol buffer that is being written.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn double(self, field: u64, value: f64) -> Self {
        self.key(field, 1).raw(&value.to_le_bytes())
    }

    fn float(self, field: u64, value: f32) -> Self {
        self.key(field, 5).raw(&value.to_le_bytes())
    }

    fn integer(self, field: u64, value: u64) -> Self {
        self.key(field, 0).varint(value)
    }

    fn bytes(self, field: u64, bytes: &[u8]) -> Self {
        self.key(field, 2).varint(bytes.len() as u64).raw(bytes)
    }

    fn key(self, field: u64, kind: u64) -> Self {
        self.varint(field << 3 | kind)
    }

    fn varint(mut self, mut value: u64) -> Self {
        while value >= 0x80 {
            self.0.push(value.to_le_bytes()[0] | 0x80);
            value >>= 7;
        }
        self.raw(&value.to_le_bytes()[..1])
    }

    fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }
}

#[cfg(test)]
mod tests {
    use autoencoder::EpochReport;

    use super::*;

    fn row(epoch: usize) -> Row {
        let mut report = EpochReport::default();
        (report.epoch, report.train_mse, report.train_loss) = (epoch, 0.25, 0.5);
        report.validation_mse = (epoch == 300).then_some(0.125);
        report.train_terms.kl = Some(3.0);
        Row { report, seconds: (epoch == 1).then_some(2.0), samples: 100 }
    }

    /// Takes the file apart again; every checksum must be right.
    fn records(mut file: &[u8]) -> Vec<Vec<u8>> {
        let mut records = Vec::new();
        while let Some((length, rest)) = file.split_first_chunk::<8>() {
            let (checksum, rest) = rest.split_first_chunk::<4>().unwrap();
            assert_eq!(u32::from_le_bytes(*checksum), masked(crc32c::crc32c(length)));
            let (bytes, rest) = rest.split_at(usize::try_from(u64::from_le_bytes(*length)).unwrap());
            let (checksum, rest) = rest.split_first_chunk::<4>().unwrap();
            assert_eq!(u32::from_le_bytes(*checksum), masked(crc32c::crc32c(bytes)));
            records.push(bytes.to_vec());
            file = rest;
        }
        records
    }

    #[test]
    fn the_file_is_what_tensorflow_writes() {
        // tf.io.TFRecordWriter of b"abc".
        let mut file = Vec::new();
        record(&mut file, b"abc");
        assert_eq!(file, b"\x03\0\0\0\0\0\0\0\xB0\x99I\x0Eabc\x6EW\xF1!");
    }

    #[test]
    fn every_epoch_is_an_event_with_what_is_known() {
        let records = records(&events(&[row(1), row(300)]));
        assert_eq!(records.len(), 3);
        assert_eq!(records[0], b"\x09\0\0\0\0\0\0\0\0\x1A\x0Dbrain.Event:2");
        let has = |record: &[u8], part: &[u8]| record.windows(part.len()).any(|window| window == part);
        let scalar = |tag: &str, value: f32| -> Vec<u8> {
            let head = [0x0A, u8::try_from(tag.len()).unwrap()];
            [&head[..], tag.as_bytes(), &[0x15], &value.to_le_bytes()].concat()
        };
        let time = |seconds: f64| [&[0x09][..], &seconds.to_le_bytes()].concat();
        let (first, second) = (&records[1], &records[2]);
        assert!(has(first, &scalar("kl/training", 3.0)) && !has(first, b"penalty/training"));
        assert!(first.starts_with(&[time(2.0), vec![0x10, 1, 0x2A]].concat()));
        assert!(second.starts_with(&[time(2.0), vec![0x10, 0xAC, 0x02, 0x2A]].concat()));
        assert!(has(first, &scalar("loss/training", 0.5)) && has(first, &scalar("samples per second", 50.0)));
        assert!(!has(first, b"validation") && !has(second, b"samples") && !has(second, b"loss/validation"));
        assert!(has(second, &scalar("mse/validation", 0.125)));
    }
}
