//! Bytes to text.

/// The text of a file.
pub(super) struct Decoded {
    /// Without a byte order mark; what was no UTF-8 is replaced by U+FFFD.
    pub text: String,
    /// Where in `text` something was replaced, ascending.
    pub damaged: Vec<usize>,
}

/// UTF-8 with or without a byte order mark, and UTF-16 with one (PowerShell's `>` writes it; goyaml reads it too).
pub(super) fn decode(bytes: Vec<u8>) -> Decoded {
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest.to_vec()),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: Vec<u8>) -> Decoded {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Decoded { text, damaged: Vec::new() },
        Err(error) => error.into_bytes(),
    };
    let mut decoded = Decoded { text: String::with_capacity(bytes.len()), damaged: Vec::new() };
    for chunk in bytes.utf8_chunks() {
        decoded.text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            decoded.replace();
        }
    }
    decoded
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Decoded {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut decoded = Decoded { text: String::with_capacity(bytes.len()), damaged: Vec::new() };
    for character in char::decode_utf16(pairs.iter().copied().map(unit)) {
        match character {
            Ok(character) => decoded.text.push(character),
            Err(_) => decoded.replace(),
        }
    }
    if !odd.is_empty() {
        decoded.replace();
    }
    decoded
}

impl Decoded {
    fn replace(&mut self) {
        self.damaged.push(self.text.len());
        self.text.push(char::REPLACEMENT_CHARACTER);
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn byte_order_marks_are_taken_off() {
        assert_eq!(decode(b"\xEF\xBB\xBFa: 1".to_vec()).text, "a: 1");
        assert_eq!(decode(b"\xFF\xFEa\0\xE9\0".to_vec()).text, "aé");
        assert_eq!(decode(b"\xFE\xFF\0a\xD8\x34\xDD\x1E".to_vec()).text, "a𝄞");
    }

    #[test]
    fn damage_is_placed() {
        let decoded = decode(b"\xC3\xA9\xFFx\xC3".to_vec());
        assert_eq!((decoded.text.as_str(), decoded.damaged), ("é\u{FFFD}x\u{FFFD}", vec![2, 6]));
        assert_eq!(decode(b"\xFF\xFEa".to_vec()).damaged, [0]);
        assert!(decode("written: \u{FFFD}".into()).damaged.is_empty());
    }
}
