//! The names of a struct's fields, as serde has them: nobody has to list them again.

use serde::de::value::Error;
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

/// The names of the fields of `T`, as they are written, in the order in which they are declared.
pub(crate) fn fields<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    // Nothing is read: the struct only says which fields it would read.
    let _ = T::deserialize(Listener { names: &mut names });
    names
}

/// A deserializer that has no value and remembers what a struct asks it for.
struct Listener<'a> {
    names: &'a mut &'static [&'static str],
}

impl<'de> Deserializer<'de> for Listener<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.names = fields;
        self.deserialize_any(visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Error> {
        Err(Error::custom("there is no value"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use autoencoder::Specification;

    use super::*;

    #[test]
    fn the_fields_of_a_struct_are_those_that_it_is_written_with() {
        let written = toml::Table::try_from(Specification::new(3, [2])).unwrap();
        let names = fields::<Specification>();
        assert_eq!(names[..3], ["features", "layers", "activation"], "in the order of the declaration");
        // A field that says nothing is not written.
        assert!(written.keys().all(|key| names.contains(&key.as_str())), "{names:?}, {written}");
        assert!(written.len() >= 9, "{written}");
        assert!(fields::<usize>().is_empty());
    }
}
