//! Base64 of RFC 4648, section 4, as Secrets and credentials are written in it.

/// The bytes of a text; `None` when it is no base64. Padding may be missing, white space is passed over.
#[must_use]
pub fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches(['=', '\n', '\r', ' ']);
    let (mut out, mut bits, mut held) = (Vec::with_capacity(digits.len() * 3 / 4), 0_u32, 0);
    for byte in digits.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.extend(u8::try_from(bits >> held & 0xff));
        }
    }
    (held < 6).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::decode_base64;

    #[test]
    fn vectors_of_the_rfc() {
        for (text, bytes) in [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg", "foob")] {
            assert_eq!(decode_base64(text).as_deref(), Some(bytes.as_bytes()), "{text}");
        }
        assert_eq!(decode_base64("Zm9v\nYmFy\n").as_deref(), Some(&b"foobar"[..]));
        for text in ["Z", "Zm9-", "Zm9vY"] {
            assert_eq!(decode_base64(text), None, "{text}");
        }
    }
}
