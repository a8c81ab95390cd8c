//! Header edits as one header modifier.

use crate::gateway::{HeaderModifier, HeaderValue, HttpFilter};
use crate::model::HeaderEdit;

/// Most headers in each list of a modifier.
const MOST: usize = 16;

/// Which headers a filter changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Request,
    Response,
}

/// The edits as one modifier; `None` when nothing is edited. Where the data plane reads `%…%` in values as commands,
/// percent signs are doubled: a lone one makes Envoy refuse the whole listener (eg-reqh-percent).
///
/// # Errors
/// Says what no modifier can hold.
pub(super) fn modifier(edits: &[HeaderEdit], commands: bool) -> Result<Option<HeaderModifier>, String> {
    let mut merged: Vec<(String, Net)> = Vec::new();
    for edit in edits {
        let (name, value, adds) = match edit {
            HeaderEdit::Set(name, value) => (name, value.as_str(), false),
            HeaderEdit::Add(name, value) => (name, value.as_str(), true),
            HeaderEdit::Remove(name) => (name, "", false),
        };
        let value = if commands { value.replace('%', "%%") } else { value.to_owned() };
        check(name, &value)?;
        match merged.iter_mut().find(|(other, _)| other.eq_ignore_ascii_case(name)) {
            Some((_, net)) => *net = net.then(&value, adds),
            None => merged.push((name.clone(), Net::Untouched.then(&value, adds))),
        }
    }
    let mut modifier = HeaderModifier::default();
    for (name, net) in merged {
        match net {
            Net::Untouched => {}
            Net::Set(value) => modifier.set.push(HeaderValue { name, value }),
            Net::Add(value) => modifier.add.push(HeaderValue { name, value }),
            Net::Remove => modifier.remove.push(name),
        }
    }
    if [modifier.set.len(), modifier.add.len(), modifier.remove.len()].iter().any(|length| *length > MOST) {
        return Err(format!("a header modifier holds at most {MOST} headers of a kind"));
    }
    Ok((modifier != HeaderModifier::default()).then_some(modifier))
}

/// The filter of a modifier.
pub(super) fn filter(side: Side, modifier: HeaderModifier) -> HttpFilter {
    match side {
        Side::Request => HttpFilter {
            kind: "RequestHeaderModifier".to_owned(),
            request_header_modifier: Some(modifier.into()),
            ..HttpFilter::default()
        },
        Side::Response => HttpFilter {
            kind: "ResponseHeaderModifier".to_owned(),
            response_header_modifier: Some(modifier.into()),
            ..HttpFilter::default()
        },
    }
}

/// What several edits of one header come to: a modifier holds one a name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Net {
    Untouched,
    Set(String),
    Add(String),
    Remove,
}

impl Net {
    /// This and then one more edit. Two values of one header are one value with a comma (RFC 9110 5.3).
    fn then(&self, value: &str, adds: bool) -> Self {
        match (self, value.is_empty(), adds) {
            // The API refuses empty values; nginx drops a header that is set to nothing (proxy_set_header).
            (_, true, false) => Self::Remove,
            (before, true, true) => before.clone(),
            (_, false, false) | (Self::Remove, false, true) => Self::Set(value.to_owned()),
            (Self::Untouched, false, true) => Self::Add(value.to_owned()),
            (Self::Set(before), false, true) => Self::Set(format!("{before}, {value}")),
            (Self::Add(before), false, true) => Self::Add(format!("{before}, {value}")),
        }
    }
}

fn check(name: &str, value: &str) -> Result<(), String> {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || name.len() > 256 || !name.bytes().all(token) {
        return Err(format!("`{name}` is no header name"));
    }
    if value.len() > 4096 || value.bytes().any(|b| b < b' ' && b != b'\t') {
        return Err(format!("the value of `{name}` is too long or holds control characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, value: &str) -> HeaderEdit {
        HeaderEdit::Set(name.into(), value.into())
    }

    fn add(name: &str, value: &str) -> HeaderEdit {
        HeaderEdit::Add(name.into(), value.into())
    }

    #[test]
    fn one_action_a_name() {
        let edits = [
            set("A", "1"),
            add("a", "2"),
            HeaderEdit::Remove("B".into()),
            add("b", "3"),
            add("c", "4"),
            add("c", "5"),
            set("d", "6"),
            HeaderEdit::Remove("D".into()),
            set("e", ""),
        ];
        let modifier = modifier(&edits, false).unwrap().unwrap();
        let pairs = |list: &[HeaderValue]| list.iter().map(|h| format!("{}={}", h.name, h.value)).collect::<Vec<_>>();
        assert_eq!(pairs(&modifier.set), ["A=1, 2", "B=3"]);
        assert_eq!(pairs(&modifier.add), ["c=4, 5"]);
        assert_eq!(modifier.remove, ["d", "e"]);
    }

    #[test]
    fn percent_signs_are_no_commands() {
        let modifier = modifier(&[set("a", "100% %REQ(x)%")], true).unwrap().unwrap();
        assert_eq!(modifier.set[0].value, "100%% %%REQ(x)%%");
    }

    #[test]
    fn nothing_is_no_modifier_and_too_much_is_an_error() {
        assert_eq!(modifier(&[], false), Ok(None));
        let many: Vec<HeaderEdit> = (0..17).map(|n| set(&format!("h{n}"), "v")).collect();
        assert!(modifier(&many, false).is_err());
        assert!(modifier(&[set("bad name", "v")], false).is_err());
        assert!(modifier(&[set("a", "b\r\nc")], false).is_err());
    }
}
