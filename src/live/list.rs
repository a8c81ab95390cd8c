//! Lists, page by page.

use serde_json::Value as Json;

use super::cluster::{Call, JSON};
use super::{Cluster, Failure, Served};

/// Objects a page, as kubectl asks for them.
const PAGE: usize = 500;
/// How often a list is begun again because its snapshot was compacted away in the middle.
const RESTARTS: usize = 3;
/// Heads of objects without the rest: what is in Secrets is never sent.
const HEADS: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
const HEAD: &str = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

/// Which objects of a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// One namespace; `None` for all.
    pub namespace: Option<String>,
    /// A label selector.
    pub labels: Option<String>,
    /// A field selector.
    pub fields: Option<String>,
    /// Only `metadata`.
    pub heads_only: bool,
}

impl Cluster {
    /// Lists the objects of a kind in pages of 500, with `apiVersion` and `kind` filled in. Each page is handed on before
    /// the next is asked for, so one page is in memory at a time.
    ///
    /// `take` gets the page and whether it is the first: a list whose snapshot expired begins again, and what was taken
    /// of it has to go.
    ///
    /// # Errors
    /// What the API server refused, or that it does not answer.
    pub fn list(&self, kind: &Served, scope: &Scope, take: &mut dyn FnMut(Vec<Json>, bool)) -> Result<(), Failure> {
        let path = kind.path(scope.namespace.as_deref());
        let mut next: Option<String> = None;
        let mut restarts = 0;
        loop {
            let call = Call::get(page(&path, scope, next.as_deref()));
            let call = call.accept(if scope.heads_only { HEADS } else { JSON });
            let mut answer: Json = match self.call(&call) {
                Ok(answer) => answer.json()?,
                // The token of the page is older than what the store keeps (410 Gone, reason Expired).
                Err(failure) if is_expired(&failure) && next.is_some() && restarts < RESTARTS => {
                    restarts += 1;
                    next = None;
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            let items = match answer.get_mut("items").map(Json::take) {
                Some(Json::Array(items)) => items,
                _ => Vec::new(),
            };
            take(items.into_iter().map(|item| with_head(item, kind)).collect(), next.is_none());
            next = answer.pointer("/metadata/continue").and_then(Json::as_str).map(str::to_owned);
            if next.as_ref().is_none_or(String::is_empty) {
                return Ok(());
            }
        }
    }

    /// One object; `None` when it does not exist.
    ///
    /// # Errors
    /// What the API server refused, or that it does not answer.
    pub fn object(&self, kind: &Served, namespace: &str, name: &str, head_only: bool) -> Result<Option<Json>, Failure> {
        let path = format!("{}/{}", kind.path(Some(namespace)), escaped(name));
        match self.call(&Call::get(path).accept(if head_only { HEAD } else { JSON })) {
            Ok(answer) => Ok(Some(with_head(answer.json()?, kind))),
            Err(failure) if failure.refusal().is_some_and(super::Refusal::is_not_found) => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

fn is_expired(failure: &Failure) -> bool {
    failure.refusal().is_some_and(|refusal| refusal.code == 410)
}

fn page(path: &str, scope: &Scope, next: Option<&str>) -> String {
    let mut query = format!("{path}?limit={PAGE}");
    let given = [("labelSelector", &scope.labels), ("fieldSelector", &scope.fields)];
    for (name, value) in given.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
        query += &format!("&{name}={}", escaped(value));
    }
    if let Some(token) = next {
        query += &format!("&continue={}", escaped(token));
    }
    query
}

/// Items of lists do not say what they are, and heads say that they are heads.
fn with_head(mut item: Json, kind: &Served) -> Json {
    if let Json::Object(fields) = &mut item {
        fields.insert("apiVersion".to_owned(), kind.api_version().into());
        fields.insert("kind".to_owned(), kind.kind.clone().into());
    }
    item
}

/// Percent-encoded for a path segment or query value.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out += &format!("%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_name_their_selectors() {
        let scope = Scope {
            labels: Some("app in (a,b)".to_owned()),
            fields: Some("metadata.name=x".to_owned()),
            ..Scope::default()
        };
        assert_eq!(
            page("/api/v1/services", &scope, Some("a=")),
            "/api/v1/services?limit=500&labelSelector=app%20in%20%28a%2Cb%29&fieldSelector=metadata.name%3Dx&continue=a%3D"
        );
    }
}
