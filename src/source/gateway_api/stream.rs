//! TLSRoute, TCPRoute and UDPRoute: connections handed on by SNI or by port.

use super::objects::Object;
use super::rank::{Candidate, Rank, WrittenPath};
use super::route::{Lowering, Place, Route};
use crate::gateway::{ParentReference, StreamRouteSpec, StreamRule, TlsRouteSpec};
use crate::model::{Action, Cause, Forward, Matcher, PathMatcher, Rule, Shared};
use crate::syntax::FieldPath;

impl Lowering<'_> {
    /// Lowers a TLSRoute.
    pub(super) fn tls_route<'o>(&mut self, route: &'o Object<TlsRouteSpec>) -> Route<'o> {
        let spec = &route.spec;
        self.stream(Place::of("TLSRoute", route), &spec.parent_refs, &spec.hostnames, &spec.rules)
    }

    /// Lowers a TCPRoute.
    pub(super) fn tcp_route<'o>(&mut self, route: &'o Object<StreamRouteSpec>) -> Route<'o> {
        self.stream(Place::of("TCPRoute", route), &route.spec.parent_refs, &[], &route.spec.rules)
    }

    /// Lowers a UDPRoute.
    pub(super) fn udp_route<'o>(&mut self, route: &'o Object<StreamRouteSpec>) -> Route<'o> {
        self.stream(Place::of("UDPRoute", route), &route.spec.parent_refs, &[], &route.spec.rules)
    }

    /// The first rule takes every connection; there is nothing to match.
    fn stream<'o>(
        &mut self,
        at: Place<'o>,
        parents: &'o [ParentReference],
        hostnames: &[String],
        rules: &[StreamRule],
    ) -> Route<'o> {
        let mut candidates = Vec::new();
        if let Some(rule) = rules.first() {
            let path = FieldPath::root().field("spec.rules").index(0);
            let backends = self.backends(&at, &path, &rule.backend_refs);
            let forward = Forward {
                unavailable: self.unavailable(&backends),
                backends,
                rewrite: None,
                host: None,
                request_headers: Vec::new(),
                response_headers: Vec::new(),
                fallback: None,
            };
            let rule = Rule {
                matcher: Matcher::path(PathMatcher::Any),
                action: Action::Forward(forward),
                policies: Shared::default(),
                cause: Cause::Declared,
                origin: at.field(&path),
            };
            candidates.push(Candidate {
                rank: Rank::of(&rule.matcher, WrittenPath::Prefix(0), self.profile),
                rule: rule.into(),
                section: rules.first().and_then(|rule| rule.name.clone()),
                from_end: 1,
            });
        }
        Route { at, parents, hostnames: self.hostnames(hostnames), candidates, refused: None, dropped: false }
    }
}
