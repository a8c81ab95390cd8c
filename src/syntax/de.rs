//! Nodes to typed values through serde, with errors that name the field.
//!
//! Follows what decoding in Go does with JSON: a null field of a struct is an absent one, a null where text is due is
//! the empty text, and a number without a fraction is an integer however it was written.

use std::cell::RefCell;

use serde::Deserialize;
use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::node::whole;
use super::wrong_value::WrongValue;
use super::{Entry, FieldPath, Node, Value};

impl Node {
    /// Reads a typed value. Fields that the type does not have are passed over.
    ///
    /// # Errors
    /// The first field, in the order of the text, whose value does not fit.
    pub fn read<'de, T: Deserialize<'de>>(&'de self) -> Result<T, WrongValue> {
        T::deserialize(self)
    }

    /// Reads a typed value as [`read`](Self::read) does, and tells which fields of the text the type does not have; after
    /// an error, those before it.
    ///
    /// Fields below a `flatten`ed, untagged or internally tagged type are not told: serde reads those itself.
    pub fn read_strict<'de, T: Deserialize<'de>>(&'de self) -> (Result<T, WrongValue>, Vec<FieldPath>) {
        let unknown = RefCell::new(Vec::new());
        let value = T::deserialize(Cursor { node: self, place: &Place::Top, unknown: Some(&unknown) });
        (value, unknown.into_inner())
    }
}

/// The way down to a node, kept on the stack; made into a [`FieldPath`] only for an error.
enum Place<'p> {
    Top,
    Key(&'p Place<'p>, &'p str),
    Index(&'p Place<'p>, usize),
}

impl Place<'_> {
    fn path(&self) -> FieldPath {
        match self {
            Self::Top => FieldPath::root(),
            Self::Key(above, key) => above.path().key(key),
            Self::Index(above, index) => above.path().index(*index),
        }
    }
}

/// A node with its place.
#[derive(Clone, Copy)]
struct Cursor<'de, 'p> {
    node: &'de Node,
    place: &'p Place<'p>,
    unknown: Option<&'p RefCell<Vec<FieldPath>>>,
}

impl<'de> Cursor<'de, '_> {
    fn visit_entries<V: Visitor<'de>>(
        self,
        entries: &'de [Entry],
        nulls: bool,
        visitor: V,
    ) -> Result<V::Value, WrongValue> {
        visitor.visit_map(Entries { rest: entries.iter(), value: None, nulls, cursor: self })
    }

    fn visit_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongValue> {
        match &self.node.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Int(value) => visitor.visit_i64(*value),
            Value::Float(value) => visitor.visit_f64(*value),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Sequence(items) => visitor.visit_seq(Items { rest: items.iter().enumerate(), cursor: self }),
            Value::Mapping(entries) => self.visit_entries(entries, true, visitor),
        }
    }

    fn visit_number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongValue> {
        match &self.node.value {
            Value::Float(value) => match whole(*value) {
                Some(value) => visitor.visit_i64(value),
                None => visitor.visit_f64(*value),
            },
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Mapping(_) => self.visit_any(visitor),
        }
    }

    fn located<T>(self, result: Result<T, WrongValue>) -> Result<T, WrongValue> {
        result.map_err(|error| error.or_at(|| self.place.path()))
    }
}

macro_rules! numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongValue> {
            self.located(self.visit_number(visitor))
        })*
    };
}

impl<'de> Deserializer<'de> for Cursor<'de, '_> {
    type Error = WrongValue;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongValue> {
        self.located(self.visit_any(visitor))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongValue> {
        match &self.node.value {
            Value::Null => visitor.visit_none(),
            Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Mapping(_) => self.located(visitor.visit_some(self)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongValue> {
        match &self.node.value {
            Value::Null => visitor.visit_borrowed_str(""),
            Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Mapping(_) => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongValue> {
        self.deserialize_str(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WrongValue> {
        match &self.node.value {
            Value::Mapping(entries) => self.located(self.visit_entries(entries, false, visitor)),
            // A list would do for serde (fields in order), never for Kubernetes.
            Value::Sequence(_) => self.located(Err(WrongValue::invalid_type(serde::de::Unexpected::Seq, &visitor))),
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) => {
                self.deserialize_any(visitor)
            }
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, WrongValue> {
        self.located(visitor.visit_newtype_struct(self))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WrongValue> {
        match &self.node.value {
            Value::String(text) => self.located(visitor.visit_enum(StrDeserializer::new(text))),
            Value::Mapping(entries) => match &entries[..] {
                [entry] => self.located(visitor.visit_enum(Variant { entry, cursor: self })),
                _ => self.located(Err(WrongValue::custom("expected a mapping with one key"))),
            },
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Sequence(_) => {
                self.deserialize_any(visitor)
            }
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WrongValue> {
        if let Some(unknown) = self.unknown {
            unknown.borrow_mut().push(self.place.path());
        }
        visitor.visit_unit()
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    forward_to_deserialize_any! {
        bool i128 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple tuple_struct map identifier
    }
}

struct Items<'de, 'p> {
    rest: std::iter::Enumerate<std::slice::Iter<'de, Node>>,
    cursor: Cursor<'de, 'p>,
}

impl<'de> SeqAccess<'de> for Items<'de, '_> {
    type Error = WrongValue;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, WrongValue> {
        let Some((index, node)) = self.rest.next() else { return Ok(None) };
        let place = Place::Index(self.cursor.place, index);
        let cursor = Cursor { node, place: &place, unknown: self.cursor.unknown };
        cursor.located(seed.deserialize(cursor)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Entries<'de, 'p> {
    rest: std::slice::Iter<'de, Entry>,
    value: Option<&'de Entry>,
    /// Whether null values are told: to maps, not to structs.
    nulls: bool,
    cursor: Cursor<'de, 'p>,
}

impl<'de> MapAccess<'de> for Entries<'de, '_> {
    type Error = WrongValue;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, WrongValue> {
        let nulls = self.nulls;
        self.value = self.rest.find(|entry| nulls || entry.node.value != Value::Null);
        let Some(entry) = self.value else { return Ok(None) };
        let place = Place::Key(self.cursor.place, &entry.key);
        seed.deserialize(BorrowedStrDeserializer::new(&entry.key))
            .map(Some)
            .map_err(|error: WrongValue| error.or_at(|| place.path()))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, WrongValue> {
        let entry = self.value.take().ok_or_else(|| WrongValue::custom("a value was asked for before its key"))?;
        let place = Place::Key(self.cursor.place, &entry.key);
        let cursor = Cursor { node: &entry.node, place: &place, unknown: self.cursor.unknown };
        cursor.located(seed.deserialize(cursor))
    }
}

/// `{ Variant: content }`.
struct Variant<'de, 'p> {
    entry: &'de Entry,
    cursor: Cursor<'de, 'p>,
}

impl<'de, 'p> EnumAccess<'de> for Variant<'de, 'p> {
    type Error = WrongValue;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), WrongValue> {
        Ok((seed.deserialize(BorrowedStrDeserializer::<WrongValue>::new(&self.entry.key))?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de, '_> {
    type Error = WrongValue;

    fn unit_variant(self) -> Result<(), WrongValue> {
        self.newtype_variant_seed(std::marker::PhantomData)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, WrongValue> {
        let place = Place::Key(self.cursor.place, &self.entry.key);
        let cursor = Cursor { node: &self.entry.node, place: &place, unknown: self.cursor.unknown };
        cursor.located(seed.deserialize(cursor))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, WrongValue> {
        let place = Place::Key(self.cursor.place, &self.entry.key);
        Cursor { node: &self.entry.node, place: &place, unknown: self.cursor.unknown }.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WrongValue> {
        let place = Place::Key(self.cursor.place, &self.entry.key);
        let cursor = Cursor { node: &self.entry.node, place: &place, unknown: self.cursor.unknown };
        cursor.deserialize_struct("", fields, visitor)
    }
}

macro_rules! from_the_top {
    ($($method:ident($($argument:ident: $type:ty),*))*) => {
        $(fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, WrongValue> {
            Cursor { node: self, place: &Place::Top, unknown: None }.$method($($argument,)* visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = WrongValue;

    from_the_top! {
        deserialize_any() deserialize_option() deserialize_str() deserialize_string() deserialize_ignored_any()
        deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64()
        deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64()
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
        deserialize_newtype_struct(name: &'static str)
    }

    forward_to_deserialize_any! {
        bool i128 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple tuple_struct map identifier
    }
}
