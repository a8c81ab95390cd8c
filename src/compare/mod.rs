//! Differences between objects, as texts.

mod secret;
mod unified;

pub use secret::masked;
pub use unified::unified;

use serde_json::Value as Json;

/// One object as text on both sides; `None` where it does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// `gateway.networking.k8s.io.v1.HTTPRoute.shop.web`, as `kubectl diff` names its files.
    pub name: String,
    /// What is.
    pub before: Option<String>,
    /// What is to be.
    pub after: Option<String>,
}

impl Change {
    /// Whether the sides differ.
    #[must_use]
    pub fn is_change(&self) -> bool {
        self.before != self.after
    }
}

/// The name of an object's file, as `kubectl diff` gives it (kubectl `pkg/cmd/diff/diff.go`, `InfoObject.Name`).
#[must_use]
pub fn file_name(object: &Json) -> String {
    let text = |pointer: &str| object.pointer(pointer).and_then(Json::as_str).unwrap_or_default();
    let head = text("/apiVersion").replace('/', ".");
    format!("{head}.{}.{}.{}", text("/kind"), text("/metadata/namespace"), text("/metadata/name"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_those_of_kubectl() {
        let object = |version: &str| json!({ "apiVersion": version, "kind": "Gateway", "metadata": { "name": "web", "namespace": "shop" } });
        assert_eq!(file_name(&object("gateway.networking.k8s.io/v1")), "gateway.networking.k8s.io.v1.Gateway.shop.web");
        assert_eq!(file_name(&object("v1")), "v1.Gateway.shop.web");
    }
}
