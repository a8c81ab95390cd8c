//! Filters of a rule or of a backend.

use super::route::{Lowering, Place};
use super::{envoy_gateway, header_value};
use crate::gateway::{
    CorsFilter, HeaderModifier, HttpFilter, RequestMirror, RequestRedirect, UrlRewrite, milliseconds,
};
use crate::model::{
    BackendState, Cors, FieldMatch, Foreign, HeaderEdit, Located, Mirror, MirrorTarget, PathRewrite, Policies,
    Preflight, Refusal, Respond, Timeouts,
};
use crate::report::Code;
use crate::syntax::FieldPath;

/// What the filters of a rule ask for.
#[derive(Debug, Default)]
pub(super) struct Filters<'o> {
    pub redirect: Option<&'o RequestRedirect>,
    pub rewrite: Option<&'o UrlRewrite>,
    pub request_headers: Vec<HeaderEdit>,
    pub response_headers: Vec<HeaderEdit>,
    pub cors: Option<Located<Cors>>,
    pub mirror: Option<Located<Mirror>>,
    /// Of an HTTPRouteFilter.
    pub regex_rewrite: Option<PathRewrite>,
    /// Host towards the backend, of an HTTPRouteFilter.
    pub host: Option<String>,
    /// An answer in the place of the backends'.
    pub respond: Option<Respond>,
    /// Headers of that answer.
    pub answer_headers: Vec<Located<HeaderEdit>>,
    /// Conditions on cookies; one of the lists has to hold.
    pub cookies: Vec<Vec<FieldMatch>>,
    /// What is known by its text.
    pub foreign: Vec<Located<Foreign>>,
    /// A filter cannot be carried out: the rule's requests fail, the filter is not skipped.
    pub failed: bool,
    /// The implementation leaves out the whole route because of a filter.
    pub drops_route: bool,
    /// The data plane refuses its configuration because of a filter.
    pub refused: Option<Refusal>,
}

impl Filters<'_> {
    /// The policies among the filters.
    pub(super) fn policies(&self) -> Policies {
        Policies {
            cors: self.cors.clone(),
            mirror: self.mirror.clone(),
            answer_headers: self.answer_headers.clone(),
            foreign: self.foreign.clone(),
            ..Policies::default()
        }
    }
}

impl Lowering<'_> {
    /// Reads a list of filters, in order.
    pub(super) fn filters<'o>(&mut self, at: &Place<'_>, path: &FieldPath, written: &'o [HttpFilter]) -> Filters<'o> {
        let mut filters = Filters::default();
        for (index, filter) in written.iter().enumerate() {
            self.filter(at, &path.index(index), filter, &mut filters);
        }
        filters
    }

    fn filter<'o>(&mut self, at: &Place<'_>, path: &FieldPath, written: &'o HttpFilter, filters: &mut Filters<'o>) {
        match written.kind.as_str() {
            "RequestRedirect" => filters.redirect = filters.redirect.or(written.request_redirect.as_deref()),
            "URLRewrite" => filters.rewrite = filters.rewrite.or(written.url_rewrite.as_deref()),
            "RequestHeaderModifier" => {
                let edits = self.header_edits(at, path, written.request_header_modifier.as_deref(), filters);
                filters.request_headers.extend(edits);
            }
            "ResponseHeaderModifier" => {
                let edits = self.header_edits(at, path, written.response_header_modifier.as_deref(), filters);
                filters.response_headers.extend(edits);
            }
            "CORS" => {
                let origin = at.field(&path.key("cors"));
                filters.cors = written.cors.as_ref().map(|cors| Located::new(cors_policy(cors), origin));
            }
            "RequestMirror" => {
                if let Some(mirror) = &written.request_mirror {
                    self.mirror(at, &path.key("requestMirror"), mirror, filters);
                }
            }
            other if self.profile.unknown_filter_drops_route => {
                let message = format!("`{}` knows no filter `{other}` and leaves out the route", self.profile.name);
                self.find(Code::FilterNotRead, &at.field(path), message);
                filters.drops_route = true;
            }
            "ExtensionRef" => self.extension(at, &path.key("extensionRef"), written, filters),
            "ExternalAuth" => {
                let value = written.external_auth.as_ref().map(ToString::to_string).unwrap_or_default();
                let foreign =
                    Foreign { field: "HTTPRoute.externalAuth".to_owned(), value, protects: true, said: false };
                filters.foreign.push(Located::new(foreign, at.field(path)));
            }
            other => {
                let message = format!("the filter type `{other}` is not read");
                self.find(Code::FilterNotRead, &at.field(path), message);
            }
        }
    }

    fn header_edits(
        &mut self,
        at: &Place<'_>,
        path: &FieldPath,
        modifier: Option<&HeaderModifier>,
        filters: &mut Filters<'_>,
    ) -> Vec<HeaderEdit> {
        let Some(modifier) = modifier else { return Vec::new() };
        let names = modifier.set.iter().chain(&modifier.add).map(|header| &header.name).chain(&modifier.remove);
        if self.profile.host_edit_fails && names.into_iter().any(|name| name.eq_ignore_ascii_case("host")) {
            let message = "the Host header cannot be modified by this filter, so the rule answers 500".to_owned();
            self.find(Code::FilterNotRead, &at.field(path), message);
            filters.failed = true;
        }
        for header in modifier.set.iter().chain(&modifier.add) {
            if self.profile.header_commands && !header_value::formatted(&header.value) {
                let reason = format!("the value `{}` of header `{}` is no valid format", header.value, header.name);
                filters.refused = Some(Refusal { reason, origin: Some(at.field(path)) });
            }
        }
        // Envoy removes first and then adds (http_conn_man headers; envoyproxy/gateway filters.go).
        let removed = modifier.remove.iter().map(|name| HeaderEdit::Remove(name.clone()));
        let set = modifier.set.iter().map(|h| HeaderEdit::Set(h.name.clone(), h.value.clone()));
        let added = modifier.add.iter().map(|h| HeaderEdit::Add(h.name.clone(), h.value.clone()));
        removed.chain(set).chain(added).collect()
    }

    /// A copy to a backend that cannot be resolved is dropped; Envoy Gateway fails the rule (measured:
    /// eg-mirror-missing).
    fn mirror(&mut self, at: &Place<'_>, path: &FieldPath, written: &RequestMirror, filters: &mut Filters<'_>) {
        let backend = self.backend(at, &path.key("backendRef"), &written.backend_ref);
        if backend.state == BackendState::Missing {
            filters.failed |= self.profile.missing_mirror_fails;
            return;
        }
        if filters.mirror.is_some() {
            let message = "a rule's second mirror is not read".to_owned();
            self.find(Code::FilterNotRead, &at.field(path), message);
            return;
        }
        let percent = match (&written.fraction, written.percent) {
            (Some(fraction), _) => u64::from(fraction.numerator)
                .saturating_mul(100)
                .checked_div(u64::from(fraction.denominator.unwrap_or(100)))
                .unwrap_or_default(),
            (None, percent) => u64::from(percent.unwrap_or(100)),
        };
        let mirror = Mirror {
            to: MirrorTarget::Service(backend.service),
            percent: u8::try_from(percent.min(100)).unwrap_or(100),
            host: None,
            bodies: true,
        };
        filters.mirror = Some(Located::new(mirror, at.field(path)));
    }

    /// A filter that cannot be resolved must not be skipped (httproute_types.go, HTTPRouteFilterExtensionRef).
    fn extension(&mut self, at: &Place<'_>, path: &FieldPath, written: &HttpFilter, filters: &mut Filters<'_>) {
        let Some(reference) = &written.extension_ref else { return };
        let key = (at.namespace.to_owned(), reference.name.clone());
        if self.profile.envoy_gateway_objects
            && envoy_gateway::is_route_filter(&reference.group, &reference.kind)
            && self.route_filter(at, path, &reference.name, filters)
        {
            return;
        }
        let known = self.objects.others.contains(&(reference.group.clone(), reference.kind.clone(), key));
        let named = format!("{} `{}/{}`", reference.kind, at.namespace, reference.name);
        if known {
            self.find(Code::FilterNotRead, &at.field(path), format!("the filter {named} is not read"));
        } else {
            self.find(Code::ReferenceRefused, &at.field(path), format!("the filter {named} is not in the input"));
            filters.failed = true;
        }
    }
}

impl Lowering<'_> {
    /// An HTTPRouteFilter; false when it is not in the input.
    fn route_filter(&mut self, at: &Place<'_>, path: &FieldPath, name: &str, filters: &mut Filters<'_>) -> bool {
        let key = (at.namespace.to_owned(), name.to_owned());
        let Some(object) = self.objects.extensions.get("HTTPRouteFilter").and_then(|kind| kind.get(&key)) else {
            return false;
        };
        let read = envoy_gateway::read_filter(object, self.objects, self.profile);
        if let Some(reason) = &read.failed {
            let message = format!("HTTPRouteFilter `{}/{name}` fails: {reason}, so the rule answers 500", at.namespace);
            self.find(Code::FilterNotRead, &at.field(path), message);
            filters.failed = true;
        }
        filters.regex_rewrite = filters.regex_rewrite.take().or(read.rewrite);
        filters.host = filters.host.take().or(read.host);
        filters.respond = filters.respond.take().or(read.respond);
        filters.answer_headers.extend(read.answer_headers);
        filters.cookies.extend(read.cookies);
        filters.foreign.extend(read.foreign);
        true
    }
}

fn cors_policy(written: &CorsFilter) -> Cors {
    Cors {
        allow_origins: written.allow_origins.clone(),
        allow_methods: written.allow_methods.clone(),
        allow_headers: written.allow_headers.clone(),
        expose_headers: written.expose_headers.clone(),
        allow_credentials: written.allow_credentials.unwrap_or_default(),
        max_age: written.max_age.unwrap_or(5),
        preflight: Preflight::Fetch,
    }
}

/// Timeouts of a rule, the implementation's default where it sets none.
pub(super) fn timeouts(written: Option<&crate::gateway::HttpTimeouts>, default: Option<u64>) -> Option<Timeouts> {
    let duration = |text: Option<&String>| text.and_then(|text| milliseconds(text));
    let timeouts = Timeouts {
        request: duration(written.and_then(|t| t.request.as_ref())),
        backend_request: duration(written.and_then(|t| t.backend_request.as_ref())),
        ..Timeouts::default()
    };
    let unset = timeouts.request.is_none() && timeouts.backend_request.is_none();
    let timeouts = if unset { Timeouts { request: default, ..timeouts } } else { timeouts };
    (timeouts != Timeouts::default()).then_some(timeouts)
}
