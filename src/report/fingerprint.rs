//! What stays the same about a finding when lines move, rules are reordered or a message is worded anew.

use crate::model::Origin;
use crate::syntax::Step;

use super::{Code, Diagnostic};

/// A finding at one place: its code, the object, and the field without the numbers of list items. Two items of a list
/// with the same finding share it; who compares counts them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint {
    /// What was found.
    pub code: Code,
    /// `Ingress shop/web`; for text that is no object the file's name; empty for the input as a whole.
    pub object: String,
    /// `spec.rules[].host`; empty for the object as a whole.
    pub field: String,
}

impl Fingerprint {
    /// Of a finding at a field.
    #[must_use]
    pub fn at(code: Code, origin: &Origin) -> Self {
        Self { code, object: origin.object.label(), field: without_numbers(origin) }
    }

    /// Of a finding that is about no field; `file` is the name of the file that it is about, if there is one.
    #[must_use]
    pub fn without_field(code: Code, file: &str) -> Self {
        Self { code, object: file.to_owned(), field: String::new() }
    }

    /// Of a finding with its first place.
    #[must_use]
    pub fn of(diagnostic: &Diagnostic, file: &str) -> Self {
        match (&diagnostic.text, diagnostic.labels.first()) {
            (None, Some(label)) => Self::at(diagnostic.code, &label.origin),
            (Some(_), _) | (None, None) => Self::without_field(diagnostic.code, file),
        }
    }

    /// 64 bits of it (FNV-1a), in hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> String {
        let text = format!("{}\n{}\n{}", self.code, self.object, self.field);
        let hash = text
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        format!("{hash:016x}")
    }
}

fn without_numbers(origin: &Origin) -> String {
    let mut text = String::new();
    for step in origin.path.steps() {
        match step {
            Step::Index(_) => text += "[]",
            Step::Key(key) if key.contains(['.', '/', '[', ' ']) => text += &format!("[{key:?}]"),
            Step::Key(key) if text.is_empty() => text += key,
            Step::Key(key) => text += &format!(".{key}"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::ObjectRef;
    use crate::syntax::{DocumentId, FieldPath};

    #[test]
    fn numbers_of_documents_and_items_do_not_count() {
        let origin = |document: u32, item: usize| {
            let object = ObjectRef {
                kind: "Ingress".to_owned(),
                namespace: "shop".to_owned(),
                name: "web".to_owned(),
                document: DocumentId(document),
                within: FieldPath::root().key("items").index(item),
            };
            Origin::field(&Arc::new(object), FieldPath::root().field("spec.rules").index(item).key("host"))
        };
        let print = Fingerprint::at(Code::WildcardWider, &origin(0, 0));
        assert_eq!((print.object.as_str(), print.field.as_str()), ("Ingress shop/web", "spec.rules[].host"));
        assert_eq!(print.digest(), Fingerprint::at(Code::WildcardWider, &origin(3, 7)).digest());
        assert_ne!(print.digest(), Fingerprint::at(Code::RuleWithheld, &origin(0, 0)).digest());
        assert_eq!(print.digest().len(), 16);
    }
}
