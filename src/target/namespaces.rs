//! Namespaces of references. Manifests without one go where kubectl puts them.

/// The namespace as a reference has to spell it.
pub(super) fn named(namespace: &str) -> &str {
    if namespace.is_empty() { "default" } else { namespace }
}

/// Whether two namespaces are one.
pub(super) fn same_namespace(one: &str, other: &str) -> bool {
    named(one) == named(other)
}

/// The `namespace` of a reference to an object of `namespace` from an object of `from`: absent for its own.
pub(super) fn other_namespace(namespace: &str, from: &str) -> Option<String> {
    (!same_namespace(namespace, from)).then(|| named(namespace).to_owned())
}
