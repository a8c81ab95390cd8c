//! The rank of a match: which rule of a host is tried first, spent when the lists are written.
//!
//! Where two matches tie, the older route goes first, then `namespace/name`, then the order in the route
//! (httproute_types.go, HTTPRouteRule): the callers collect candidates in that order and sort them stably.

use std::cmp::Reverse;

use crate::gateway::{AfterPath, Profile, RegexRank};
use crate::model::{FieldMatch, HostPattern, Matcher, Rule, Shared, ValueMatcher};

/// A match of a rule with its rank.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub rank: Rank,
    /// A listener copies it for each of its hosts.
    pub rule: Shared<Rule>,
    /// `name` of the rule, which policies may be attached to.
    pub section: Option<String>,
    /// How many rules of the route follow, this one counted.
    pub from_end: usize,
}

/// Greater is tried first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank([usize; 8]);

/// Orders the candidates of a host: greatest rank first, ties as they come.
pub(super) fn sort(candidates: &mut [Candidate]) {
    candidates.sort_by_key(|candidate| Reverse(candidate.rank));
}

/// A path as the route writes it: what ranks it, whatever it became in the matcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WrittenPath {
    /// The whole path, with its length.
    Exact(usize),
    /// The first elements, with their length.
    Prefix(usize),
    /// A regular expression, with its length.
    Regex(usize),
    /// A gRPC method of any service, which Envoy Gateway matches like a header (internal/gatewayapi/route.go).
    Method,
}

impl Rank {
    /// The rank of a matcher.
    pub(super) fn of(matcher: &Matcher, path: WrittenPath, profile: &Profile) -> Self {
        let facts = Facts::of(matcher, path);
        let [a, b, c, d, e, f] = facts.after_path(profile.after_path);
        match profile.after_path {
            AfterPath::Sum => Self([facts.sum(), 0, 0, 0, 0, 0, 0, 0]),
            AfterPath::MethodHeadersQueries | AfterPath::MethodAsHeader | AfterPath::HeadersQueries => {
                Self([facts.class(profile.regex_rank), facts.path_length(profile), a, b, c, d, e, f])
            }
        }
    }

    /// The rank of rules that keep the order in which they are written.
    pub(super) fn as_written() -> Self {
        Self([0; 8])
    }

    /// Adds what Traefik adds to its sum: the longest of the route's hosts, and the place of the rule in the route
    /// counted from the end.
    pub(super) fn with_traefik(self, hosts: &[HostPattern], from_end: usize) -> Self {
        let length = |host: &HostPattern| match host {
            HostPattern::Exact(host) => host.len(),
            HostPattern::Wildcard { suffix, .. } => suffix.len() + "*.".len(),
            HostPattern::Regex(_) | HostPattern::Any => 0,
        };
        let longest = hosts.iter().map(length).max().unwrap_or_default();
        let Self([sum, rest @ ..]) = self;
        let [b, c, d, e, f, g, h] = rest;
        Self([sum + longest + from_end, b, c, d, e, f, g, h])
    }
}

/// What ranks a match.
struct Facts {
    path: WrittenPath,
    methods: usize,
    headers: usize,
    exact_headers: usize,
    cookies: usize,
    exact_cookies: usize,
    queries: usize,
    exact_queries: usize,
}

impl Facts {
    fn of(matcher: &Matcher, path: WrittenPath) -> Self {
        let exact = |values: &[FieldMatch]| values.iter().filter(|m| matches!(m.value, ValueMatcher::Exact(_))).count();
        Self {
            path,
            methods: usize::from(matcher.method.is_some()),
            headers: matcher.headers.len() + usize::from(path == WrittenPath::Method),
            exact_headers: exact(&matcher.headers),
            cookies: matcher.cookies.len(),
            exact_cookies: exact(&matcher.cookies),
            queries: matcher.queries.len(),
            exact_queries: exact(&matcher.queries),
        }
    }

    fn class(&self, regex: RegexRank) -> usize {
        match (self.path, regex) {
            (WrittenPath::Exact(_), _) => 3,
            (WrittenPath::Regex(_), RegexRank::AbovePrefix) | (WrittenPath::Prefix(_), RegexRank::BelowPrefix) => 2,
            (WrittenPath::Regex(_) | WrittenPath::Prefix(_) | WrittenPath::Method, _) => 1,
        }
    }

    fn path_length(&self, profile: &Profile) -> usize {
        match self.path {
            WrittenPath::Regex(_) if !profile.regex_by_length => 0,
            WrittenPath::Exact(length) | WrittenPath::Prefix(length) | WrittenPath::Regex(length) => length,
            WrittenPath::Method => 0,
        }
    }

    fn after_path(&self, after: AfterPath) -> [usize; 6] {
        match after {
            AfterPath::MethodHeadersQueries => [self.methods, self.headers, self.queries, 0, 0, 0],
            AfterPath::MethodAsHeader => [
                self.headers + self.methods,
                self.exact_headers + self.methods,
                self.cookies,
                self.exact_cookies,
                self.queries,
                self.exact_queries,
            ],
            AfterPath::HeadersQueries => [self.headers, self.queries, 0, 0, 0, 0],
            AfterPath::Sum => [0; 6],
        }
    }

    /// traefik/traefik pkg/provider/kubernetes/gateway/httproute.go, buildMatchRule.
    fn sum(&self) -> usize {
        let path = match self.path {
            WrittenPath::Exact(_) => 100_000,
            WrittenPath::Prefix(1) | WrittenPath::Method => 1,
            WrittenPath::Prefix(length) | WrittenPath::Regex(length) => 10_000 + 100 * length,
        };
        path + 1_000 * self.methods + 100 * self.headers + 10 * self.queries
    }
}
