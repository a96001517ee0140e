//! Compressed codes are read back, and what is none is refused.

use ndarray::Array2;
use proptest::prelude::*;

use super::*;

fn digest(word: u8) -> Digest {
    Digest::of(&[word])
}

fn compressed(count: usize, width: usize, bits: u8) -> CompressedCodes {
    let codes = Array2::from_shape_fn((count, width), |(row, column)| {
        if column == 1 { 2.5 } else { ((row * 7919 + column * 104_729) % 1009) as f32 / 100.0 - 5.0 }
    });
    CompressedCodes::of(codes.view(), Quantizer::fit(codes.view(), bits), digest(1))
}

fn columns(count: usize) -> Vec<TextColumn> {
    let names = (0..count).map(|row| format!("row {row}"));
    let labels = (0..count).map(|row| ["é", "", "7\n"][row % 3].to_owned());
    vec![TextColumn::new("id", names), TextColumn::new("label", labels)]
}

/// Bytes with the checksum that they should have.
fn signed(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.len() - DIGEST;
    let checksum = Digest::of(&bytes[..end]).to_bytes();
    bytes[end..].copy_from_slice(&checksum);
    bytes
}

#[test]
fn codes_and_texts_are_read_back() {
    for (count, width, bits) in [(1, 1, 1), (3, 2, 8), (500, 5, 4), (70, 3, 16), (2, 2, 12)] {
        let compressed = compressed(count, width, bits).with_columns(columns(count));
        let read = CompressedCodes::from_bytes(&compressed.to_bytes()).unwrap();
        assert_eq!(read, compressed, "{count} codes of {width} numbers, {bits} bits");
        assert_eq!(read.columns[1].texts().next(), Some("é"));
    }
}

#[test]
fn numbers_that_are_the_same_in_all_codes_cost_nothing() {
    let codes = Array2::from_elem((10_000, 3), 0.25);
    let compressed = CompressedCodes::of(codes.view(), Quantizer::fit(codes.view(), 8), digest(1));
    let bytes = compressed.to_bytes();
    assert!(bytes.len() < 120, "{} bytes", bytes.len());
    assert_eq!(CompressedCodes::from_bytes(&bytes).unwrap().codes(), codes);
    // More numbers than are believed without bytes have some behind them.
    let many = Array2::from_elem((FREE, 2), 0.25);
    let compressed = CompressedCodes::of(many.view(), Quantizer::fit(many.view(), 1), digest(1));
    let bytes = compressed.to_bytes();
    assert!(
        bytes.len() > FREE / BACKED && CompressedCodes::from_bytes(&bytes).unwrap().levels.nrows() == FREE
    );
}

#[test]
fn files_that_were_cut_or_changed_are_refused() {
    let bytes = compressed(40, 4, 8).with_columns(columns(40)).to_bytes();
    for length in 0..bytes.len() {
        assert!(CompressedCodes::from_bytes(&bytes[..length]).is_err(), "{length} bytes");
    }
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 0x10;
        assert!(CompressedCodes::from_bytes(&changed).is_err(), "byte {place}");
    }
    assert_eq!(CompressedCodes::from_bytes(b"PK\x03\x04"), Err(CompressedError::Foreign));
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(CompressedCodes::from_bytes(&longer), Err(CompressedError::Checksum));
}

#[test]
fn claims_are_refused_even_where_the_checksum_is_right() {
    let bytes = compressed(40, 4, 8).to_bytes();
    let with = |place: usize, new: &[u8]| {
        let mut bytes = bytes.clone();
        bytes[place..place + new.len()].copy_from_slice(new);
        CompressedCodes::from_bytes(&signed(bytes)).unwrap_err()
    };
    assert_eq!(with(8, &[2, 0]), CompressedError::Version { found: 2 });
    assert_eq!(with(10, &[17]), CompressedError::Damaged { part: "ranges" });
    assert_eq!(with(12, &u32::MAX.to_le_bytes()), CompressedError::Length);
    assert_eq!(with(16, &(1_u64 << 40).to_le_bytes()), CompressedError::Damaged { part: "head" });
    assert_eq!(with(16, &0_u64.to_le_bytes()), CompressedError::Damaged { part: "head" });
    assert_eq!(with(40, &f32::NAN.to_le_bytes()), CompressedError::Damaged { part: "ranges" });
}

#[test]
fn codes_of_another_model_are_told_by_both_digests() {
    let compressed = compressed(3, 2, 8);
    assert_eq!(compressed.check_model(digest(1)), Ok(()));
    let text = compressed.check_model(digest(2)).unwrap_err().to_string();
    assert!(text.contains(&digest(1).to_string()) && text.contains(&digest(2).to_string()), "{text}");
}

proptest! {
    #[test]
    fn random_bytes_behind_the_beginning_do_no_harm(
        tail in prop::collection::vec(any::<u8>(), 0..400),
        kept in 0_usize..120,
    ) {
        let mut bytes = compressed(9, 3, 8).with_columns(columns(9)).to_bytes();
        bytes.truncate(kept.max(8));
        bytes.extend(tail);
        bytes.extend([0; DIGEST]);
        let _ = CompressedCodes::from_bytes(&signed(bytes));
    }
}
