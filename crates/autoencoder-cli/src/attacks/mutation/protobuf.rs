//! Messages of protocol buffers, such as ONNX files: a field is changed anywhere in the tree, and the file put together with lengths
//! that hold.

use super::bytes;
use crate::attacks::random::Random;

/// Operators, attributes and names that a reader of ONNX knows.
const WORDS: [&str; 22] = [
    "Gemm",
    "MatMul",
    "Add",
    "Relu",
    "Sigmoid",
    "Mul",
    "Erf",
    "Div",
    "Identity",
    "Reshape",
    "Transpose",
    "Constant",
    "alpha",
    "beta",
    "transA",
    "transB",
    "value",
    "input",
    "output",
    "autoencoder",
    "autoencoder.part",
    "samples",
];

/// Whole numbers at the edges of their types.
const NUMBERS: [u64; 10] = [0, 1, 2, 7, 10, 11, 16, 255, u32::MAX as u64, u64::MAX];

/// The deepest message that is looked into.
const DEEPEST: usize = 8;

/// The largest number of fields that one is repeated to.
const MOST_COPIES: usize = 500;

/// A field of a message.
#[derive(Clone, Debug)]
struct Field {
    number: u64,
    value: Value,
}

#[derive(Clone, Debug)]
enum Value {
    Number(u64),
    /// Four or eight bytes.
    Fixed(Vec<u8>),
    Bytes(Vec<u8>),
    Message(Vec<Field>),
}

/// Changes a message: a field in its depth more often than the bytes around it.
pub(crate) fn protobuf(file: &mut Vec<u8>, random: &mut Random) {
    let Some(mut fields) = parse(file, 0).filter(|fields| !fields.is_empty()) else {
        return bytes::few(file, random);
    };
    if random.chance(10) {
        return bytes::few(file, random);
    }
    for _ in 0..=random.below(3) {
        change(&mut fields, random);
    }
    *file = written(&fields);
}

fn change(fields: &mut Vec<Field>, random: &mut Random) {
    let [place, other] = [random.below(fields.len()), random.below(fields.len())];
    let Some(field) = fields.get_mut(place) else { return };
    if let Value::Message(inner) = &mut field.value
        && !inner.is_empty()
        && random.chance(80)
    {
        return change(inner, random);
    }
    match random.below(8) {
        0 => drop(fields.remove(place)),
        1 => {
            let copied = fields[place].clone();
            fields.push(copied);
        }
        2 => fields.swap(place, other),
        3 => field.number = *random.pick(&[1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 14, 20, 1 << 28]),
        4 => {
            let copied = field.clone();
            let length = written(std::slice::from_ref(&copied)).len().max(1);
            let most = MOST_COPIES.min((1 << 15) / length);
            fields.extend(vec![copied; random.below(most + 1)]);
        }
        _ => field.value.change(random),
    }
}

impl Value {
    fn change(&mut self, random: &mut Random) {
        match self {
            Self::Number(number) => *number = *random.pick(&NUMBERS),
            Self::Fixed(fixed) => bytes::one(fixed, random),
            Self::Bytes(text) if random.chance(50) => *text = random.pick(&WORDS).as_bytes().to_vec(),
            Self::Bytes(raw) => bytes::one(raw, random),
            Self::Message(inner) => *self = Self::Bytes(written(inner)),
        }
    }
}

/// The fields of a message; `None` if the bytes are none.
fn parse(mut bytes: &[u8], depth: usize) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        let value = match tag & 7 {
            0 => Value::Number(varint(&mut bytes)?),
            1 => Value::Fixed(taken(&mut bytes, 8)?.to_vec()),
            5 => Value::Fixed(taken(&mut bytes, 4)?.to_vec()),
            2 => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                let inner = taken(&mut bytes, length)?;
                let message =
                    (depth < DEEPEST && !inner.is_empty()).then(|| parse(inner, depth + 1)).flatten();
                message.map_or_else(|| Value::Bytes(inner.to_vec()), Value::Message)
            }
            _ => return None,
        };
        fields.push(Field { number: tag >> 3, value });
    }
    Some(fields)
}

fn taken<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(taken)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let [byte] = taken(bytes, 1)? else { return None };
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// The bytes of a message.
fn written(fields: &[Field]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for Field { number, value } in fields {
        let kind = match value {
            Value::Number(_) => 0,
            Value::Fixed(fixed) => {
                if fixed.len() == 8 {
                    1
                } else {
                    5
                }
            }
            Value::Bytes(_) | Value::Message(_) => 2,
        };
        write_varint(number << 3 | kind, &mut bytes);
        match value {
            Value::Number(number) => write_varint(*number, &mut bytes),
            Value::Fixed(fixed) => bytes.extend(fixed),
            Value::Bytes(raw) => write_delimited(raw, &mut bytes),
            Value::Message(inner) => write_delimited(&written(inner), &mut bytes),
        }
    }
    bytes
}

fn write_delimited(raw: &[u8], bytes: &mut Vec<u8>) {
    write_varint(raw.len() as u64, bytes);
    bytes.extend(raw);
}

fn write_varint(mut value: u64, bytes: &mut Vec<u8>) {
    while value >= 0x80 {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_written_as_they_were_read() {
        // A number, a message with text in it, and four bytes.
        let bytes = [8, 150, 1, 18, 4, 10, 2, b'h', 0xFF, 29, 1, 2, 3, 4];
        let fields = parse(&bytes, 0).unwrap();
        assert_eq!((fields.len(), written(&fields)), (3, bytes.to_vec()));
        assert!(matches!(&fields[1].value, Value::Message(inner) if inner.len() == 1));
        assert!(parse(&bytes[..8], 0).is_none() && parse(&[15], 0).is_none());
    }

    #[test]
    fn any_number_of_changes_leaves_a_file() {
        for seed in 0..300 {
            let mut file = vec![8, 150, 1, 18, 4, 10, 2, b'h', 0xFF, 29, 1, 2, 3, 4];
            let random = &mut Random::new(seed);
            (0..9).for_each(|_| protobuf(&mut file, random));
            assert!(file.len() < 1 << 20);
        }
    }
}
