//! The outputs of several routings as one. Two routings may want one name for different objects; what is renamed then
//! takes its references along, so that a policy stays with its own route.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::{Emitted, arranged, names};
use crate::gateway::{BackendRef, HttpFilter, Object};

/// Kind, namespace and name of an object.
type Named = (String, String, String);

/// Kinds that other objects of an output name, those that name none of the rest first.
const NAMED: &[&[&str]] =
    &[&["Backend", "HTTPRouteFilter"], &["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"]];

/// Puts outputs together. Where an earlier one has the name of something else, the later one's gets a name of its own,
/// and so do the references to it within its output.
#[must_use]
pub fn joined(outputs: Vec<Vec<Emitted>>) -> Vec<Emitted> {
    let mut all: Vec<Emitted> = Vec::new();
    let mut taken: BTreeMap<Named, usize> = BTreeMap::new();
    for mut output in outputs {
        for kinds in NAMED {
            let is_other = |object: &Object| {
                let before = taken.get(&named(object)).and_then(|&index| all.get(index));
                before.is_some_and(|before| before.object != *object)
            };
            let renamed = rename(&mut output, |object| kinds.contains(&object.kind()) && is_other(object));
            if !renamed.is_empty() {
                output.iter_mut().for_each(|one| refer(&mut one.object, &renamed));
            }
        }
        for one in output {
            taken.entry(named(&one.object)).or_insert(all.len());
            all.push(one);
        }
    }
    arranged(all)
}

fn named(object: &Object) -> Named {
    let metadata = object.metadata();
    (object.kind().to_owned(), metadata.namespace.clone(), metadata.name.clone())
}

/// Marks names with a hash of the content. What had a name, and the new one.
fn rename(output: &mut [Emitted], is_renamed: impl Fn(&Object) -> bool) -> BTreeMap<Named, String> {
    let mut renamed = BTreeMap::new();
    for one in output.iter_mut().filter(|one| is_renamed(&one.object)) {
        let Ok(content) = serde_json::to_string(&one.object) else { continue };
        let name = names::marked(&one.object.metadata().name, &content, names::LABEL);
        renamed.insert(named(&one.object), name.clone());
        one.object.metadata_mut().name = name;
    }
    renamed
}

/// Follows new names in what an object refers to.
fn refer(object: &mut Object, renamed: &BTreeMap<Named, String>) {
    let own = object.metadata().namespace.clone();
    let new_name = |kind: &str, namespace: Option<&str>, name: &str| {
        renamed.get(&(kind.to_owned(), namespace.unwrap_or(&own).to_owned(), name.to_owned())).cloned()
    };
    let backend = |reference: &mut BackendRef| {
        let kind = reference.kind.as_deref().unwrap_or("Service");
        if let Some(name) = new_name(kind, reference.namespace.as_deref(), &reference.name) {
            reference.name = name;
        }
    };
    let filter = |filter: &mut HttpFilter| {
        if let Some(reference) = &mut filter.extension_ref
            && let Some(name) = new_name(&reference.kind, None, &reference.name)
        {
            reference.name = name;
        }
        if let Some(mirror) = &mut filter.request_mirror {
            backend(&mut mirror.backend_ref);
        }
    };
    match object {
        Object::HttpRoute(route) => {
            for rule in Arc::make_mut(&mut route.spec).rules.iter_mut().flatten() {
                rule.filters.iter_mut().for_each(filter);
                rule.backend_refs.iter_mut().for_each(backend);
            }
        }
        Object::GrpcRoute(route) => {
            for rule in &mut Arc::make_mut(&mut route.spec).rules {
                rule.filters.iter_mut().for_each(filter);
                rule.backend_refs.iter_mut().for_each(backend);
            }
        }
        Object::Policy(policy) => {
            for list in ["/targetRefs", "/extAuth/http/backendRefs"] {
                let references = Arc::make_mut(&mut policy.spec).pointer_mut(list).and_then(Json::as_array_mut);
                for reference in references.into_iter().flatten() {
                    let text = |key: &str| reference.get(key).and_then(Json::as_str);
                    let (kind, name) = (text("kind").unwrap_or("Service"), text("name").unwrap_or_default());
                    let new_name = new_name(kind, text("namespace"), name);
                    if let (Some(name), Some(fields)) = (new_name, reference.as_object_mut()) {
                        fields.insert("name".to_owned(), name.into());
                    }
                }
            }
        }
        Object::Gateway(_)
        | Object::ListenerSet(_)
        | Object::TlsRoute(_)
        | Object::TcpRoute(_)
        | Object::UdpRoute(_)
        | Object::ReferenceGrant(_)
        | Object::BackendTlsPolicy(_) => {}
    }
}
