//! One line at the end: what went in, what came out, what became of the settings.

use std::collections::BTreeMap;

use super::{Fate, Ledger};

/// What went in, what came out, what became of the settings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Objects that were converted, by kind.
    pub inputs: BTreeMap<String, usize>,
    /// Objects that were written, by kind, in the order in which kinds first appear in the output.
    pub outputs: Vec<(String, usize)>,
    /// Settings by fate.
    pub fates: BTreeMap<Fate, usize>,
}

impl Summary {
    /// Counts kinds and fates.
    #[must_use]
    pub fn new<'a>(
        inputs: impl IntoIterator<Item = &'a str>,
        outputs: impl IntoIterator<Item = &'a str>,
        ledger: &Ledger,
    ) -> Self {
        let mut summary = Self { fates: ledger.counts(), ..Self::default() };
        for kind in inputs {
            *summary.inputs.entry(kind.to_owned()).or_default() += 1;
        }
        for kind in outputs {
            match summary.outputs.iter_mut().find(|(known, _)| known == kind) {
                Some((_, count)) => *count += 1,
                None => summary.outputs.push((kind.to_owned(), 1)),
            }
        }
        summary
    }
}

/// `12 Ingresses → 1 Gateway, 9 HTTPRoutes; 41 settings: 37 carried, 3 approximated, 1 dropped`.
impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |counts: Vec<String>, nothing: &str| match counts.is_empty() {
            true => nothing.to_owned(),
            false => counts.join(", "),
        };
        let inputs = self.inputs.iter().map(|(kind, count)| counted(*count, kind)).collect();
        let outputs = self.outputs.iter().map(|(kind, count)| counted(*count, kind)).collect();
        write!(f, "{} → {}", list(inputs, "no objects to convert"), list(outputs, "no objects"))?;
        let settings: usize = self.fates.values().sum();
        if settings > 0 {
            let fates = self.fates.iter().map(|(fate, count)| format!("{count} {fate}")).collect();
            write!(f, "; {}: {}", counted(settings, "setting"), list(fates, ""))?;
        }
        Ok(())
    }
}

/// `1 Gateway`, `2 Ingresses`, `3 BackendTLSPolicies`.
fn counted(count: usize, noun: &str) -> String {
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{count} {stem}ies"),
        (_, Some(_) | None) if noun.ends_with('s') => format!("{count} {noun}es"),
        (_, Some(_) | None) => format!("{count} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_a_sentence() {
        let summary = Summary {
            inputs: BTreeMap::from([("Ingress".to_owned(), 12)]),
            outputs: vec![("Gateway".to_owned(), 1), ("HTTPRoute".to_owned(), 9), ("ReferenceGrant".to_owned(), 2)],
            fates: BTreeMap::from([(Fate::Dropped, 1), (Fate::Carried, 37), (Fate::Approximated, 3)]),
        };
        assert_eq!(
            summary.to_string(),
            "12 Ingresses → 1 Gateway, 9 HTTPRoutes, 2 ReferenceGrants; 41 settings: 37 carried, 3 approximated, 1 dropped"
        );
        assert_eq!(Summary::default().to_string(), "no objects to convert → no objects");
    }

    #[test]
    fn kinds_in_the_plural() {
        assert_eq!(counted(2, "Gateway"), "2 Gateways");
        assert_eq!(counted(2, "BackendTLSPolicy"), "2 BackendTLSPolicies");
        assert_eq!(counted(0, "Ingress"), "0 Ingresses");
    }
}
