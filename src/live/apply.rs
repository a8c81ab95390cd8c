//! Server-side apply: one object, or all in the order in which they need each other.

use http::Method;
use serde_json::{Value as Json, json};

use super::cluster::{Call, JSON};
use super::list::escaped;
use super::{Cluster, Failure, Refusal, Scope, Served};

/// Who owns the fields that gatelift sets.
pub const FIELD_MANAGER: &str = "gatelift";
/// The label on everything that gatelift writes.
const LABEL: &str = "app.kubernetes.io/managed-by=gatelift";

/// How objects are applied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applying {
    /// Take over fields that other managers set.
    pub force: bool,
    /// Ask what would happen.
    pub dry_run: bool,
}

/// What became of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It did not exist.
    Created,
    /// It was changed.
    Configured,
    /// It was as wanted.
    Unchanged,
    /// Another manager set some of its fields; nothing was changed.
    Conflict(Refusal),
    /// The API server refused it.
    Refused(Refusal),
    /// The API server does not serve its kind.
    NotServed,
    /// The connection was lost while it was sent: it may or may not be there.
    Unsure,
    /// It was not sent any more.
    NotTried,
}

impl Fate {
    /// Whether the object is in the cluster as wanted.
    #[must_use]
    pub fn is_applied(&self) -> bool {
        match self {
            Self::Created | Self::Configured | Self::Unchanged => true,
            Self::Conflict(_) | Self::Refused(_) | Self::NotServed | Self::Unsure | Self::NotTried => false,
        }
    }
}

/// What came of applying objects.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// One fate an object, in their order.
    pub fates: Vec<Fate>,
    /// Why it ended early.
    pub ended: Option<Failure>,
    /// What the API server warned of.
    pub warnings: Vec<String>,
}

/// An object that an earlier run made and this one did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOver {
    /// Its kind.
    pub kind: Served,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    uid: String,
}

/// Group, kind, namespace and name of an object.
#[must_use]
pub fn identity(object: &Json) -> (String, String, String, String) {
    let text = |pointer: &str| object.pointer(pointer).and_then(Json::as_str).unwrap_or_default().to_owned();
    let version = text("/apiVersion");
    let group = version.split_once('/').map_or("", |(group, _)| group).to_owned();
    (group, text("/kind"), text("/metadata/namespace"), text("/metadata/name"))
}

/// The kind of an object among those that are served, and the version that the object asks for.
#[must_use]
pub fn find<'a>(served: &'a [Served], object: &Json) -> Option<&'a Served> {
    let (group, kind, ..) = identity(object);
    let version = object.get("apiVersion")?.as_str()?.rsplit('/').next()?;
    served.iter().find(|served| {
        let has_version = served.version == version || served.versions.iter().any(|other| other == version);
        served.group == group && served.kind == kind && has_version
    })
}

/// Where an object comes in the order: what others refer to first. Parameters of classes, Gateways, their ListenerSets,
/// grants, policies and filters, routes.
#[must_use]
pub fn rank(object: &Json) -> usize {
    let (_, kind, ..) = identity(object);
    match kind.as_str() {
        "EnvoyProxy" | "NginxProxy" | "GatewayParameters" | "AgentgatewayParameters" => 0,
        "GatewayClass" => 1,
        "Gateway" => 2,
        "ListenerSet" | "XListenerSet" => 3,
        "ReferenceGrant" => 4,
        kind if kind.ends_with("Route") => 6,
        _ => 5,
    }
}

impl Cluster {
    /// Applies objects one after the other. `step` is told of each. A refusal of one does not keep the others; a lost
    /// connection, Ctrl-C or unknown credentials end it, and every object has its fate all the same.
    pub fn apply(
        &self,
        served: &[Served],
        objects: &[Json],
        how: Applying,
        step: &mut dyn FnMut(usize, &Fate),
    ) -> Outcome {
        let mut outcome = Outcome::default();
        for (index, object) in objects.iter().enumerate() {
            let fate = match (&outcome.ended, find(served, object)) {
                (Some(_), _) => Fate::NotTried,
                (None, None) => Fate::NotServed,
                (None, Some(kind)) => match self.apply_one(kind, object, how) {
                    Ok((fate, warnings)) => {
                        outcome.warnings.extend(warnings);
                        fate
                    }
                    Err(Failure::Refused(refusal)) if refusal.code == 409 => Fate::Conflict(*refusal),
                    Err(Failure::Refused(refusal)) if refusal.code != 401 => Fate::Refused(*refusal),
                    Err(failure) => {
                        let fate = match failure {
                            Failure::Unreachable { .. } | Failure::Unreadable(_) | Failure::Interrupted => Fate::Unsure,
                            Failure::Configuration(_) | Failure::Refused(_) => Fate::NotTried,
                        };
                        outcome.ended = Some(failure);
                        fate
                    }
                },
            };
            step(index, &fate);
            outcome.fates.push(fate);
        }
        outcome
    }

    fn apply_one(&self, kind: &Served, object: &Json, how: Applying) -> Result<(Fate, Vec<String>), Failure> {
        let before = self.stored(kind, object)?;
        let (after, warnings, status) = self.patch(kind, object, how)?;
        // Not by the resource version: where a CRD has defaults for the status, it moves once without a change.
        let fate = match before.filter(|_| status != 201).map(|before| bare(before) == bare(after)) {
            None => Fate::Created,
            Some(true) => Fate::Unchanged,
            Some(false) => Fate::Configured,
        };
        Ok((fate, warnings))
    }

    /// The object as it is stored, in the version of `like`.
    ///
    /// # Errors
    /// What the API server refused, or that it does not answer.
    pub fn stored(&self, kind: &Served, like: &Json) -> Result<Option<Json>, Failure> {
        match self.call(&Call::get(path(kind, like))) {
            Ok(answer) => Ok(Some(answer.json()?)),
            Err(failure) if failure.refusal().is_some_and(Refusal::is_not_found) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// The object as it would be after an apply.
    ///
    /// # Errors
    /// What the API server refused, or that it does not answer.
    pub fn merged(&self, kind: &Served, object: &Json, force: bool) -> Result<Json, Failure> {
        self.patch(kind, object, Applying { force, dry_run: true }).map(|(merged, ..)| merged)
    }

    fn patch(&self, kind: &Served, object: &Json, how: Applying) -> Result<(Json, Vec<String>, u16), Failure> {
        let mut path = format!("{}?fieldManager={FIELD_MANAGER}&fieldValidation=Strict", path(kind, object));
        if how.force {
            path += "&force=true";
        }
        if how.dry_run {
            path += "&dryRun=All";
        }
        // JSON is YAML, and the only name that the API server has for this.
        let body = Some(("application/apply-patch+yaml", object.to_string().into_bytes()));
        let answer = self.call(&Call { method: Method::PATCH, path, accept: JSON, body })?;
        Ok((answer.json()?, answer.warnings, answer.status))
    }

    /// Objects in these namespaces that carry gatelift's label, that gatelift itself has applied, and that are not among
    /// `objects`.
    ///
    /// # Errors
    /// What the API server refused, or that it does not answer.
    pub fn left_over(
        &self,
        served: &[Served],
        objects: &[Json],
        namespaces: &[String],
    ) -> Result<Vec<LeftOver>, Failure> {
        let kept: Vec<_> = objects.iter().map(identity).collect();
        let mut found = Vec::new();
        for kind in served.iter().filter(|kind| is_written(kind)) {
            for namespace in namespaces {
                let scope =
                    Scope { namespace: Some(namespace.clone()), labels: Some(LABEL.to_owned()), ..Scope::default() };
                let mut listed = Vec::new();
                self.list(kind, &scope, &mut |page, is_first| {
                    if is_first {
                        listed.clear();
                    }
                    listed.extend(page);
                })?;
                let ours = listed.iter().filter(|object| is_applied_by_us(object) && !kept.contains(&identity(object)));
                found.extend(ours.map(|object| left_over(kind, object)));
            }
        }
        // What refers to others goes first.
        found.sort_by_key(|left: &LeftOver| std::cmp::Reverse(rank(&json!({ "kind": left.kind.kind }))));
        Ok(found)
    }

    /// Deletes an object, unless it was made anew in the meantime.
    ///
    /// # Errors
    /// What the API server refused, or that it does not answer.
    pub fn delete(&self, left: &LeftOver, dry_run: bool) -> Result<(), Failure> {
        let dry_run = if dry_run { "?dryRun=All" } else { "" };
        let path = format!("{}/{}{dry_run}", left.kind.path(Some(&left.namespace)), escaped(&left.name));
        let options = json!({ "apiVersion": "v1", "kind": "DeleteOptions", "preconditions": { "uid": left.uid } });
        let body = Some((JSON, options.to_string().into_bytes()));
        match self.call(&Call { method: Method::DELETE, path, accept: JSON, body }) {
            Ok(_) => Ok(()),
            Err(failure) if failure.refusal().is_some_and(Refusal::is_not_found) => Ok(()),
            Err(failure) => Err(failure),
        }
    }
}

/// Kinds that gatelift writes: those of Gateway API and the policies of implementations. Never an Ingress.
fn is_written(kind: &Served) -> bool {
    kind.namespaced && (kind.group == crate::gateway::GROUP || kind.group == "gateway.envoyproxy.io")
}

fn is_applied_by_us(object: &Json) -> bool {
    let managers = object.pointer("/metadata/managedFields").and_then(Json::as_array);
    managers.into_iter().flatten().any(|entry| {
        let text = |key: &str| entry.get(key).and_then(Json::as_str);
        text("manager") == Some(FIELD_MANAGER) && text("operation") == Some("Apply")
    })
}

fn left_over(kind: &Served, object: &Json) -> LeftOver {
    let (_, _, namespace, name) = identity(object);
    let uid = object.pointer("/metadata/uid").and_then(Json::as_str).unwrap_or_default().to_owned();
    LeftOver { kind: kind.clone(), namespace, name, uid }
}

fn path(kind: &Served, object: &Json) -> String {
    let (_, _, namespace, name) = identity(object);
    let version = object.get("apiVersion").and_then(Json::as_str).and_then(|version| version.rsplit('/').next());
    let root = kind.path_of_version(version.unwrap_or(&kind.version), Some(&namespace));
    format!("{root}/{}", escaped(&name))
}

/// An object without what the API server and controllers keep about it, for comparing: an apply sets none of that.
#[must_use]
pub fn bare(mut object: Json) -> Json {
    if let Some(fields) = object.as_object_mut() {
        fields.remove("status");
    }
    if let Some(metadata) = object.get_mut("metadata").and_then(Json::as_object_mut) {
        for field in ["managedFields", "uid", "resourceVersion", "generation", "creationTimestamp", "selfLink"] {
            metadata.remove(field);
        }
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_need_comes_first() {
        let mut kinds = [
            "HTTPRoute",
            "BackendTrafficPolicy",
            "ReferenceGrant",
            "ListenerSet",
            "Gateway",
            "EnvoyProxy",
            "GRPCRoute",
        ];
        kinds.sort_by_key(|kind| rank(&json!({ "kind": kind })));
        let order = [
            "EnvoyProxy",
            "Gateway",
            "ListenerSet",
            "ReferenceGrant",
            "BackendTrafficPolicy",
            "HTTPRoute",
            "GRPCRoute",
        ];
        assert_eq!(kinds, order);
    }

    #[test]
    fn only_what_we_applied_is_ours() {
        let managed = |manager: &str, operation: &str| json!({ "metadata": { "managedFields": [{ "manager": manager, "operation": operation }] } });
        assert!(is_applied_by_us(&managed("gatelift", "Apply")));
        assert!(!is_applied_by_us(&managed("kubectl-client-side-apply", "Update")));
        assert!(!is_applied_by_us(&managed("gatelift", "Update")));
    }

    #[test]
    fn an_ingress_is_never_pruned() {
        let kind = |group: &str, kind: &str| Served {
            group: group.to_owned(),
            version: "v1".to_owned(),
            kind: kind.to_owned(),
            plural: String::new(),
            namespaced: true,
            versions: Vec::new(),
        };
        assert!(!is_written(&kind("networking.k8s.io", "Ingress")) && !is_written(&kind("", "Service")));
        assert!(is_written(&kind(crate::gateway::GROUP, "HTTPRoute")));
    }
}
