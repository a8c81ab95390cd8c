//! Which kinds the API server serves.

use serde_json::Value as Json;

use super::cluster::Call;
use super::{Cluster, Failure};

/// Everything in one answer, since Kubernetes 1.26; older servers answer with the plain list of groups.
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
     application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// A kind that the API server serves, in the version that it prefers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Served {
    /// Group; empty for the core.
    pub group: String,
    /// Version.
    pub version: String,
    /// Kind.
    pub kind: String,
    /// As it stands in paths: `httproutes`.
    pub plural: String,
    /// Whether its objects are in namespaces.
    pub namespaced: bool,
    /// Other versions that are served too.
    pub versions: Vec<String>,
}

impl Served {
    /// `gateway.networking.k8s.io/v1`.
    #[must_use]
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// `httproutes.gateway.networking.k8s.io`, as the API server's messages name it.
    #[must_use]
    pub fn resource(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// The path of all objects, or of those of one namespace.
    #[must_use]
    pub fn path(&self, namespace: Option<&str>) -> String {
        self.path_of_version(&self.version, namespace)
    }

    /// The same in another version.
    #[must_use]
    pub fn path_of_version(&self, version: &str, namespace: Option<&str>) -> String {
        let root = if self.group.is_empty() { "/api".to_owned() } else { format!("/apis/{}", self.group) };
        match namespace.filter(|_| self.namespaced) {
            Some(namespace) => format!("{root}/{version}/namespaces/{namespace}/{}", self.plural),
            None => format!("{root}/{version}/{}", self.plural),
        }
    }
}

impl Cluster {
    /// The kinds that can be listed, sorted.
    ///
    /// # Errors
    /// When the server does not answer or does not tell. A group that is announced and does not answer (an aggregated
    /// API that is down) is left out.
    pub fn served(&self) -> Result<Vec<Served>, Failure> {
        let mut found = Vec::new();
        for root in ["/api", "/apis"] {
            let answer: Json = self.call(&Call::get(root).accept(AGGREGATED))?.json()?;
            match answer.get("kind").and_then(Json::as_str) {
                Some("APIGroupDiscoveryList") => {
                    for group in list(&answer, "items") {
                        let name = text(group.get("metadata").unwrap_or(group), "name");
                        let versions = list(group, "versions")
                            .iter()
                            .map(|version| (text(version, "version"), list(version, "resources").to_vec()));
                        found.extend(preferred(&name, versions));
                    }
                }
                _ if root == "/api" => found.extend(self.group("", &["v1".to_owned()])?),
                _ => {
                    for group in list(&answer, "groups") {
                        found.extend(self.group(&text(group, "name"), &versions(group))?);
                    }
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// The kinds of a group, version by version.
    fn group(&self, name: &str, versions: &[String]) -> Result<Vec<Served>, Failure> {
        let mut resources = Vec::new();
        for version in versions {
            let root = if name.is_empty() { format!("/api/{version}") } else { format!("/apis/{name}/{version}") };
            match self.call(&Call::get(root)) {
                Ok(answer) => {
                    resources.push((version.clone(), list(&answer.json::<Json>()?, "resources").to_vec()));
                }
                Err(failure) if failure.ends_everything() => return Err(failure),
                Err(_) => {}
            }
        }
        Ok(preferred(name, resources.into_iter()))
    }
}

/// The preferred version of a group first.
fn versions(group: &Json) -> Vec<String> {
    let first = group.get("preferredVersion").map(|version| text(version, "version")).unwrap_or_default();
    let others = list(group, "versions").iter().map(|version| text(version, "version"));
    let others: Vec<String> = others.filter(|version| *version != first).collect();
    std::iter::once(first).filter(|version| !version.is_empty()).chain(others).collect()
}

/// Each kind once, in the first version that has it; both forms of discovery name the same facts differently.
fn preferred(group: &str, versions: impl Iterator<Item = (String, Vec<Json>)>) -> Vec<Served> {
    let mut found: Vec<Served> = Vec::new();
    for (version, resources) in versions {
        for resource in resources {
            let is_listed = list(&resource, "verbs").iter().any(|verb| verb == "list");
            let plural = text(&resource, if resource.get("resource").is_some() { "resource" } else { "name" });
            if !is_listed || plural.contains('/') {
                continue;
            }
            if let Some(known) = found.iter_mut().find(|served| served.plural == plural) {
                known.versions.push(version.clone());
                continue;
            }
            let kind = match resource.get("responseKind") {
                Some(kind) => text(kind, "kind"),
                None => text(&resource, "kind"),
            };
            let namespaced = match resource.get("namespaced") {
                Some(namespaced) => namespaced == true,
                None => text(&resource, "scope") == "Namespaced",
            };
            let version = version.clone();
            found.push(Served { group: group.to_owned(), version, kind, plural, namespaced, versions: Vec::new() });
        }
    }
    found
}

fn list<'a>(json: &'a Json, key: &str) -> &'a [Json] {
    json.get(key).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text(json: &Json, key: &str) -> String {
    json.get(key).and_then(Json::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_forms_say_the_same() {
        let aggregated = json!({ "resource": "httproutes", "responseKind": { "kind": "HTTPRoute" }, "scope": "Namespaced",
            "verbs": ["get", "list"] });
        let plain = json!({ "name": "httproutes", "kind": "HTTPRoute", "namespaced": true, "verbs": ["get", "list"] });
        let status = json!({ "name": "httproutes/status", "kind": "HTTPRoute", "namespaced": true, "verbs": ["get"] });
        let of = |resource: &Json| {
            let versions =
                ["v1", "v1beta1"].map(|version| (version.to_owned(), vec![resource.clone(), status.clone()]));
            preferred("gateway.networking.k8s.io", versions.into_iter())
        };
        assert_eq!(of(&aggregated), of(&plain));
        let [route] = of(&plain).try_into().unwrap();
        assert_eq!((route.version.as_str(), route.versions), ("v1", vec!["v1beta1".to_owned()]));
    }
}
