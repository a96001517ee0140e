//! JSON as a tree that may say what no serialiser writes: keys twice, numbers of any length, not a number.

use std::fmt::Write;

use serde_json::Value;

use crate::attacks::random::Random;

/// Numbers at the edges of their types, and words in place of numbers.
const LEAVES: [&str; 33] = [
    "0",
    "-0",
    "1",
    "-1",
    "2",
    "3",
    "7",
    "255",
    "65536",
    "2147483648",
    "4294967296",
    "9007199254740992",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999999999999999999",
    "0.5",
    "0.9999999",
    "1.0000001",
    "-0.5",
    "1e-45",
    "1e-400",
    "5e-324",
    "3.4e38",
    "1e39",
    "1e308",
    "1e309",
    "null",
    "true",
    "\"\"",
    "[]",
    "{}",
];

/// The largest number of nodes that a list grows to, and from which trees only shrink.
const MOST_NODES: usize = 2000;

/// The largest number of bytes of text that a change adds: files that are attacked are no longer.
const MOST_BYTES: usize = 1 << 16;

/// A node of JSON.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    /// Anything without parts, as it is written.
    Leaf(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl From<&Value> for Tree {
    fn from(value: &Value) -> Self {
        match value {
            Value::Array(values) => Self::List(values.iter().map(Self::from).collect()),
            Value::Object(keys) => {
                Self::Object(keys.iter().map(|(key, value)| (key.clone(), Self::from(value))).collect())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Self::Leaf(value.to_string())
            }
        }
    }
}

impl Tree {
    pub(super) fn parse(json: &str) -> Option<Self> {
        serde_json::from_str::<Value>(json).ok().map(|value| Self::from(&value))
    }

    /// The JSON of the tree.
    pub(super) fn json(&self) -> String {
        let mut json = String::new();
        self.write(&mut json);
        json
    }

    fn write(&self, json: &mut String) {
        match self {
            Self::Leaf(text) => json.push_str(text),
            Self::List(parts) => {
                json.push('[');
                for (index, part) in parts.iter().enumerate() {
                    json.push_str(if index > 0 { "," } else { "" });
                    part.write(json);
                }
                json.push(']');
            }
            Self::Object(keys) => {
                json.push('{');
                for (index, (key, part)) in keys.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    write!(json, "{comma}{}:", Value::from(key.as_str())).expect("a String takes everything");
                    part.write(json);
                }
                json.push('}');
            }
        }
    }

    /// Takes a key out, if this is an object that has the key.
    pub(super) fn remove(&mut self, key: &str) {
        if let Self::Object(keys) = self {
            keys.retain(|(name, _)| name != key);
        }
    }

    /// The number of nodes.
    fn count(&self) -> usize {
        1 + match self {
            Self::Leaf(_) => 0,
            Self::List(parts) => parts.iter().map(Self::count).sum(),
            Self::Object(keys) => keys.iter().map(|(_, part)| part.count()).sum(),
        }
    }

    /// The node of this place in the order of the text.
    fn node(&mut self, place: usize) -> &mut Self {
        if place == 0 {
            return self;
        }
        let mut place = place - 1;
        let parts: Vec<&mut Self> = match self {
            Self::Leaf(_) => Vec::new(),
            Self::List(parts) => parts.iter_mut().collect(),
            Self::Object(keys) => keys.iter_mut().map(|(_, part)| part).collect(),
        };
        for part in parts {
            let count = part.count();
            if place < count {
                return part.node(place);
            }
            place -= count;
        }
        unreachable!("a place below the number of nodes has a node")
    }

    /// Changes one node; `words` are names that the reader knows.
    pub(super) fn change(&mut self, words: &[&str], random: &mut Random) {
        let count = self.count();
        let [place, other] = [random.below(count), random.below(count)];
        if count > MOST_NODES {
            *self.node(place) = Self::Leaf("0".to_owned());
            return;
        }
        let copied = self.node(other).clone();
        let node = self.node(place);
        match random.below(12) {
            0 => *node = copied,
            1 => {
                let depth = *random.pick(&[1, 10, 200]);
                *node = (0..depth).fold(node.clone(), |part, _| Self::List(vec![part]));
            }
            _ => node.change_itself(copied, words, random),
        }
    }

    fn change_itself(&mut self, copied: Self, words: &[&str], random: &mut Random) {
        match self {
            Self::Leaf(text) if text.starts_with('"') && random.chance(60) => {
                *text = Value::from(*random.pick(words)).to_string();
            }
            Self::Leaf(text) => match text.parse::<u64>() {
                Ok(number) if random.chance(40) => {
                    let changed = [number.wrapping_add(1), number.wrapping_sub(1), number.wrapping_mul(2)];
                    *text = random.pick(&changed).to_string();
                }
                _ => (*random.pick(&LEAVES)).clone_into(text),
            },
            Self::List(parts) => match random.below(5) {
                0 => parts.push(copied),
                1 => drop(parts.pop()),
                2 => parts.reverse(),
                3 => {
                    let first = parts.first().cloned().unwrap_or(copied);
                    let most = (MOST_NODES / first.count()).min(MOST_BYTES / first.json().len().max(1));
                    parts.extend(vec![first; most.min(*random.pick(&[1, 2, 20, 1000]))]);
                }
                _ => parts.clear(),
            },
            Self::Object(keys) if keys.is_empty() => {
                keys.push(((*random.pick(words)).to_owned(), copied));
            }
            Self::Object(keys) => {
                let [one, other] = [random.below(keys.len()), random.below(keys.len())];
                match random.below(5) {
                    0 => drop(keys.remove(one)),
                    1 => keys.push(keys[one].clone()),
                    2 => (*random.pick(words)).clone_into(&mut keys[one].0),
                    3 => keys.push(((*random.pick(words)).to_owned(), copied)),
                    _ => {
                        let part = keys[one].1.clone();
                        keys[one].1 = std::mem::replace(&mut keys[other].1, part);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_written_as_it_was_read_and_every_node_has_a_place() {
        let json = r#"{"a":[1,{"b":null},"x"],"c":-0.5}"#;
        let mut tree = Tree::parse(json).unwrap();
        assert_eq!(tree.json(), json);
        assert_eq!(tree.count(), 7);
        let nodes: Vec<String> = (0..7).map(|place| tree.node(place).json()).collect();
        assert_eq!(nodes[1..], [r#"[1,{"b":null},"x"]"#, "1", r#"{"b":null}"#, "null", r#""x""#, "-0.5"]);
    }

    #[test]
    fn any_number_of_changes_leaves_a_tree() {
        for seed in 0..300 {
            let mut tree = Tree::parse(r#"{"a":[1,{"b":null},"x"],"c":-0.5}"#).unwrap();
            let random = &mut Random::new(seed);
            (0..9).for_each(|_| tree.change(&["kind"], random));
            assert!(!tree.json().is_empty());
        }
    }
}
