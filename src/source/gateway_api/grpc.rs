//! GRPCRoute: a method of a service is the path `/service/method`.

use super::matches::{self, InvalidPattern, Ranked};
use super::objects::Object;
use super::rank::{Candidate, Rank, WrittenPath};
use super::route::{Lowering, Place, Route};
use crate::gateway::{GrpcMatch, GrpcMethodMatch, GrpcRouteSpec, GrpcRule, Profile};
use crate::model::{Cause, Matcher, PathMatcher, Rule};
use crate::report::Code;
use crate::syntax::FieldPath;

/// Any service and any method, as Envoy Gateway writes them into expressions (internal/gatewayapi/route.go).
const ANY_SERVICE: &str = r"(?i)\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*";
const ANY_METHOD: &str = "[A-Za-z_][A-Za-z_0-9]*";

impl Lowering<'_> {
    /// Lowers a route: each match of each rule is a candidate.
    pub(super) fn grpc_route<'o>(&mut self, route: &'o Object<GrpcRouteSpec>) -> Route<'o> {
        let at = Place::of("GRPCRoute", route);
        let mut lowered = Route {
            at,
            parents: &route.spec.parent_refs,
            hostnames: self.hostnames(&route.spec.hostnames),
            candidates: Vec::new(),
            refused: None,
            dropped: false,
        };
        for (index, rule) in route.spec.rules.iter().enumerate() {
            let path = FieldPath::root().field("spec.rules").index(index);
            self.grpc_rule(&at, &path, rule, route.spec.rules.len() - index, &mut lowered);
        }
        lowered.leave_out_if_dropped();
        lowered
    }

    fn grpc_rule(&mut self, at: &Place<'_>, path: &FieldPath, rule: &GrpcRule, from_end: usize, route: &mut Route<'_>) {
        let default = [GrpcMatch::default()];
        let written = if rule.matches.is_empty() { &default } else { rule.matches.as_slice() };
        let matched: Result<Vec<Ranked>, InvalidPattern> =
            written.iter().map(|entry| grpc_match(entry, self.profile)).collect();
        let matched = match matched {
            Ok(matched) => matched,
            Err(InvalidPattern(pattern)) => {
                let message = format!("the expression `{pattern}` is not accepted, so the rule is dropped");
                self.find(Code::RuleDropped, &at.field(path), message);
                return;
            }
        };
        let lowered = self.action(at, path, &rule.filters, &rule.backend_refs, "/");
        route.refused = route.refused.take().or(lowered.refused);
        route.dropped |= lowered.drops_route;
        let mut policies = lowered.policies;
        Self::speaks_grpc(&mut policies, at);
        let name = &rule.name;
        let policies = policies.shared();
        for (index, ranked) in matched.into_iter().enumerate() {
            let origin =
                at.field(&if rule.matches.is_empty() { path.clone() } else { path.key("matches").index(index) });
            let rule = Rule {
                matcher: ranked.matcher,
                action: lowered.action.clone(),
                policies: policies.clone(),
                cause: Cause::Declared,
                origin,
            };
            let rank = Rank::of(&rule.matcher, ranked.path, self.profile);
            route.candidates.push(Candidate { rank, rule: rule.into(), section: name.clone(), from_end });
        }
    }
}

fn grpc_match(written: &GrpcMatch, profile: &Profile) -> Result<Ranked, InvalidPattern> {
    let (matched, path) = match &written.method {
        None => (PathMatcher::Segment("/".to_owned()), WrittenPath::Prefix(0)),
        Some(method) => method_path(method, profile)?,
    };
    let headers = matches::fields(&written.headers, true, profile)?;
    Ok(Ranked { matcher: Matcher { headers, ..Matcher::path(matched) }, path })
}

/// The path of a method.
fn method_path(written: &GrpcMethodMatch, profile: &Profile) -> Result<(PathMatcher, WrittenPath), InvalidPattern> {
    let (service, method) = (written.service.as_deref(), written.method.as_deref());
    let expression = |service: &str, method: &str| {
        let pattern = format!("/{service}/{method}");
        matches::path_regex(&pattern, profile)
            .map(|regex| (PathMatcher::Regex(regex), WrittenPath::Regex(pattern.len())))
    };
    if written.kind.as_deref() == Some("RegularExpression") {
        return expression(service.unwrap_or(ANY_SERVICE), method.unwrap_or(ANY_METHOD));
    }
    match (service, method) {
        (Some(service), Some(method)) => {
            let path = format!("/{service}/{method}");
            let length = path.len();
            Ok((PathMatcher::Exact(path), WrittenPath::Exact(length)))
        }
        (Some(service), None) => {
            let path = format!("/{service}");
            let length = path.len();
            Ok((PathMatcher::Segment(path), WrittenPath::Prefix(length)))
        }
        (None, Some(method)) => {
            let (path, _) = expression(".*", &regex_syntax::escape(method))?;
            Ok((path, WrittenPath::Method))
        }
        (None, None) => Ok((PathMatcher::Segment("/".to_owned()), WrittenPath::Prefix(0))),
    }
}
