//! Choices of namespaces: `from` and label selectors.

use std::collections::BTreeMap;

use super::objects::Objects;
use crate::gateway::{FromNamespaces, LabelExpression, LabelSelector};

impl Objects {
    /// Whether a namespace is chosen. `default` is what an absent `from` means: `Same` for routes, `None` for
    /// ListenerSets.
    pub(super) fn namespace_chosen(
        &self,
        choice: Option<&FromNamespaces>,
        default: &str,
        own: &str,
        namespace: &str,
    ) -> bool {
        match choice.and_then(|choice| choice.from.as_deref()).unwrap_or(default) {
            "All" => true,
            "Same" => own == namespace,
            "Selector" => choice
                .and_then(|choice| choice.selector.as_ref())
                .is_some_and(|selector| matches(selector, &self.labels_of(namespace))),
            _ => false,
        }
    }

    /// Labels of a namespace. Every namespace carries its name, whether or not it is in the input.
    fn labels_of(&self, namespace: &str) -> BTreeMap<String, String> {
        let mut labels = self.namespaces.get(namespace).cloned().unwrap_or_default();
        labels.entry("kubernetes.io/metadata.name".to_owned()).or_insert_with(|| namespace.to_owned());
        labels
    }
}

/// All requirements hold; an empty selector takes everything (meta/v1 LabelSelector).
pub(super) fn matches(selector: &LabelSelector, labels: &BTreeMap<String, String>) -> bool {
    selector.match_labels.iter().all(|(key, value)| labels.get(key) == Some(value))
        && selector.match_expressions.iter().all(|expression| holds(expression, labels))
}

fn holds(expression: &LabelExpression, labels: &BTreeMap<String, String>) -> bool {
    let value = labels.get(&expression.key);
    let listed = value.is_some_and(|value| expression.values.contains(value));
    match expression.operator.as_str() {
        "In" => listed,
        "NotIn" => !listed,
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_follow_the_label_selector() {
        let labels = BTreeMap::from([("team".to_owned(), "t1".to_owned())]);
        let expression = |operator: &str, key: &str, values: &[&str]| LabelExpression {
            key: key.to_owned(),
            operator: operator.to_owned(),
            values: values.iter().map(|v| (*v).to_owned()).collect(),
        };
        assert!(holds(&expression("In", "team", &["t1", "t2"]), &labels));
        assert!(!holds(&expression("NotIn", "team", &["t1"]), &labels));
        assert!(holds(&expression("NotIn", "other", &["t1"]), &labels), "an absent label is not in any list");
        assert!(holds(&expression("Exists", "team", &[]), &labels));
        assert!(holds(&expression("DoesNotExist", "other", &[]), &labels));
        assert!(!holds(&expression("Near", "team", &["t1"]), &labels), "an unknown operator holds for nothing");
    }
}
