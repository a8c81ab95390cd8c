//! Annotations, for people: what they mean on their controller and what becomes of them here.

use std::sync::LazyLock;

use crate::source::annotation::{AnnotationEntry as Row, Category, Refusal};
use crate::source::ingress_nginx::annotations::{ANNOTATIONS, PREFIX};
use crate::source::ingress_nginx::{Treatment, treatment};

/// An annotation that a dialect knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnotationEntry {
    /// With its prefix.
    pub key: String,
    /// Other keys of the same setting, with their prefix.
    pub aliases: Vec<String>,
    /// The values it takes.
    pub syntax: &'static str,
    /// What holds without it.
    pub default: &'static str,
    /// What it does on its controller.
    pub meaning: String,
    /// What kind of effect it has, in a word or two.
    pub category: &'static str,
    /// What the controller does with a value that it refuses.
    pub refused: &'static str,
    /// What it becomes, in a word or two.
    pub fate: &'static str,
    /// What it becomes.
    pub effect: &'static str,
}

static INGRESS_NGINX: LazyLock<Vec<AnnotationEntry>> = LazyLock::new(|| {
    let mut entries: Vec<_> = ANNOTATIONS.iter().map(entry).collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    entries
});

/// Every annotation that the dialects know, by key.
#[must_use]
pub fn annotations() -> &'static [AnnotationEntry] {
    &INGRESS_NGINX
}

/// Finds an annotation by one of its keys, or by what follows the `/`.
#[must_use]
pub fn annotation(text: &str) -> Option<&'static AnnotationEntry> {
    let is_meant = |key: &String| key == text || key.rsplit('/').next() == Some(text);
    annotations().iter().find(|entry| is_meant(&entry.key) || entry.aliases.iter().any(is_meant))
}

fn entry(row: &Row) -> AnnotationEntry {
    let full = |name: &str| format!("{PREFIX}/{name}");
    AnnotationEntry {
        key: full(row.key),
        aliases: row.aliases.iter().map(|alias| full(alias)).collect(),
        syntax: row.syntax,
        default: row.default,
        meaning: row.meaning.split_whitespace().collect::<Vec<_>>().join(" "),
        category: category(row.category),
        refused: refused(row.refused),
        fate: fate(treatment(row)),
        effect: effect(treatment(row)),
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Routing => "routing",
        Category::Protection => "protection",
        Category::Policy => "policy",
        Category::Header => "headers",
        Category::DropSafe => "no visible effect",
    }
}

fn refused(refused: Refusal) -> &'static str {
    match refused {
        Refusal::Default => "the default holds",
        Refusal::Lost => "the annotations that are read with it count for nothing",
        Refusal::Denied => "the paths of the Ingress answer 503",
        Refusal::Forbidden => "the hosts of the Ingress answer 403",
        Refusal::Skipped => "the controller leaves out the whole Ingress",
    }
}

fn fate(treatment: Treatment) -> &'static str {
    match treatment {
        Treatment::Carried => "carried",
        Treatment::Partly => "line by line",
        Treatment::Withheld => "rule withheld",
        Treatment::ProtectionNotCarried => "part of a protection",
        Treatment::NotCarried(_) => "not carried",
        Treatment::NoEffect => "no effect",
    }
}

fn effect(treatment: Treatment) -> &'static str {
    match treatment {
        Treatment::Carried => "It is part of the meaning that is converted; what the target cannot say is reported.",
        Treatment::Partly => {
            "Lines with a certain meaning are part of what is converted; the others are reported one by one as \
             annotation-not-carried (G2L118). With one among them that may protect the backend, the rules answer 500 until \
             `--allow protection-not-carried` accepts the loss."
        }
        Treatment::Withheld => {
            "It is not carried, and reported as protection-not-carried (G2L119): it may protect the backend, so its rules \
             answer 500 until `--allow protection-not-carried` accepts the loss."
        }
        Treatment::ProtectionNotCarried => {
            "It is not carried. It adjusts a protection; the annotation that switches the protection on decides \
             whether the rule is written."
        }
        Treatment::NotCarried(_) => "It is not carried, and reported as annotation-not-carried (G2L118).",
        Treatment::NoEffect => "It is left out in silence: no client and no backend can tell the difference.",
    }
}

#[cfg(test)]
mod tests {
    use super::annotation;

    #[test]
    fn found_by_every_name() {
        let full = annotation("nginx.ingress.kubernetes.io/rewrite-target");
        assert!(full.is_some());
        assert_eq!(annotation("rewrite-target"), full);
        assert_eq!(annotation("whitelist-source-range"), annotation("allowlist-source-range"));
        assert_eq!(annotation("target"), None);
    }
}
