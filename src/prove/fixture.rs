//! Parts of routings for unit tests.

use std::sync::Arc;

use crate::model::{
    Action, Backend, BackendState, Cause, Forward, HostPattern, Matcher, ObjectRef, Origin, PathHandling, PathMatcher,
    Rule, ServicePort, Shared, Unavailable, VirtualHost,
};
use crate::syntax::{DocumentId, FieldPath};

pub(crate) fn origin() -> Origin {
    Origin::object(&Arc::new(ObjectRef {
        kind: "Ingress".to_owned(),
        namespace: "ns".to_owned(),
        name: "web".to_owned(),
        document: DocumentId(0),
        within: FieldPath::root(),
    }))
}

pub(crate) fn forward(name: &str) -> Forward {
    Forward {
        backends: vec![Backend {
            service: ServicePort { namespace: "ns".to_owned(), name: name.to_owned(), port: 80, port_name: None },
            weight: 1,
            state: BackendState::Usable,
            origin: origin(),
        }],
        rewrite: None,
        host: None,
        request_headers: Vec::new(),
        response_headers: Vec::new(),
        fallback: None,
        unavailable: Unavailable { no_endpoints: 503, missing: 503 },
    }
}

pub(crate) fn rule(path: PathMatcher) -> Rule {
    Rule {
        matcher: Matcher::path(path),
        action: Action::Forward(forward("a")),
        policies: Shared::default(),
        cause: Cause::Declared,
        origin: origin(),
    }
}

pub(crate) fn host(rules: Vec<Rule>) -> VirtualHost {
    VirtualHost {
        host: HostPattern::Exact("foo.com".to_owned()),
        paths: PathHandling::Raw,
        rules: rules.into(),
        unmatched: 404,
        tls: None,
        passthrough: false,
        origin: None,
    }
}
