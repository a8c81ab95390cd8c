//! What Envoy Gateway's own kinds say about one rule.

use super::telemetry::Telemetry;
use super::version::{COMPRESSOR, Version};
use super::written::Written;
use super::{backend, backend_traffic_policy, http_route_filter, json, limits, pages, security_policy, upstream};
use crate::gateway::{BackendRef, HttpFilter, RequestMirror};
use crate::model::{Action, BackendProtocol, Forward, Located, Mirror, MirrorTarget, Origin, Policies, Rule};
use crate::report::{Code, Diagnostic, Severity};
use crate::target::rules::{Draft, Pen};
use crate::target::{Feature, backends, same_namespace};

/// The switch without which Envoy Gateway refuses Backends.
pub(super) const ENABLE_BACKEND: &str = "the output holds Backends: set `extensionApis.enableBackend: true` in the configuration of \
                              Envoy Gateway";

/// Writes what was handed on for a rule of a namespace. True when the rule has to be withheld.
pub(in crate::target) fn write<'a>(pen: &mut Pen<'_, 'a>, rule: &Rule, namespace: &str, draft: &mut Draft<'a>) -> bool {
    let version = pen.run.version();
    let mut writing = Writing {
        pen,
        rule,
        namespace,
        version,
        draft,
        traffic: backend_traffic_policy::Spec::default(),
        security: security_policy::Spec::default(),
        withheld: false,
    };
    writing.filter();
    writing.guards();
    writing.traffic();
    if let Action::Forward(forward) = &rule.action {
        writing.backends(forward);
        writing.mirror();
    }
    let Writing { draft, traffic, security, withheld, .. } = writing;
    if traffic != backend_traffic_policy::Spec::default() {
        draft.extension.policies.insert(backend_traffic_policy::KIND, json(&traffic));
    }
    if security != security_policy::Spec::default() {
        draft.extension.policies.insert(security_policy::KIND, json(&security));
    }
    withheld
}

/// One rule on its way.
pub(super) struct Writing<'w, 'p, 'a> {
    pub(super) pen: &'w mut Pen<'p, 'a>,
    pub(super) rule: &'w Rule,
    pub(super) namespace: &'w str,
    pub(super) version: Version,
    pub(super) draft: &'w mut Draft<'a>,
    pub(super) traffic: backend_traffic_policy::Spec,
    pub(super) security: security_policy::Spec,
    pub(super) withheld: bool,
}

impl Writing<'_, '_, '_> {
    pub(super) fn asked(&self, feature: Feature) -> bool {
        self.draft.handed_on.contains(&feature)
    }

    fn filter(&mut self) {
        let origin = &self.rule.origin;
        if self.asked(Feature::RegexRewrite) {
            match http_route_filter::rewrite(self.rule) {
                Ok(spec) => self.draft.extension.filter = Some((http_route_filter::KIND, json(&spec))),
                Err(why) => {
                    let message = self.pen.lost(Feature::RegexRewrite);
                    self.withheld |= self.pen.findings.withhold(Code::RewriteNotExpressible, message, &why, origin);
                }
            }
        }
        if self.asked(Feature::FixedResponse) {
            match http_route_filter::answer(self.rule) {
                Some(spec) => self.draft.extension.filter = Some((http_route_filter::KIND, json(&spec))),
                None => {
                    let message = "an answer with a status under 200 is written as one of 500";
                    self.pen.findings.approximate(Diagnostic::new(Code::BackendError, message), origin);
                }
            }
        }
    }

    /// What is written of a setting; its differences are said, and so is its loss.
    fn setting<T>(&mut self, feature: Feature, origin: &Origin, written: Written<T>) -> Option<T> {
        let told = self.told(feature, origin, written);
        told.map_err(|why| {
            let finding = Diagnostic::new(Code::SettingNotCarried, self.pen.lost(feature)).note(why);
            self.pen.findings.lose(finding, origin);
        })
        .ok()
    }

    /// What is written, its differences said.
    ///
    /// # Errors
    /// Says why nothing is.
    pub(super) fn told<T>(&mut self, feature: Feature, origin: &Origin, written: Written<T>) -> Result<T, String> {
        match written {
            Written::Exactly(value) => Ok(value),
            Written::Nearly(value, differences) => {
                self.differences(feature, origin, differences);
                Ok(value)
            }
            Written::Not(why) => Err(why),
        }
    }

    pub(super) fn differences(&mut self, feature: Feature, origin: &Origin, differences: Vec<String>) {
        let message = format!("{}: Envoy Gateway's differ in part", feature.name());
        let mut finding = Diagnostic::new(Code::SettingApproximated, message);
        finding.severity = severity(feature);
        finding = differences.into_iter().fold(finding, Diagnostic::note);
        self.pen.findings.approximate(finding, origin);
    }

    pub(super) fn switch(&mut self, text: &str, origin: &Origin) {
        self.pen.findings.say(Diagnostic::new(Code::SwitchNeeded, text), Some(origin));
    }

    fn traffic(&mut self) {
        let Policies {
            rate_limits,
            timeouts,
            retry,
            body_limit,
            request_buffer,
            affinity,
            balance,
            circuit_breaker,
            outlier_detection,
            error_pages,
            compression,
            fault,
            tracing,
            ..
        } = &*self.rule.policies;
        let version = self.version;
        if let Some(Located { value, origin }) = rate_limits.as_ref().filter(|_| self.asked(Feature::RateLimits)) {
            self.traffic.rate_limit = self.setting(Feature::RateLimits, origin, limits::rate(value, version));
        }
        if let Some(Located { value, origin }) = timeouts.as_ref().filter(|_| self.asked(Feature::IdleTimeout)) {
            self.traffic.timeout = self.setting(Feature::IdleTimeout, origin, upstream::timeouts(value, version));
        }
        if let Some(Located { value, origin }) = retry.as_ref().filter(|_| self.asked(Feature::Retry)) {
            self.traffic.retry = self.setting(Feature::Retry, origin, upstream::retry(value));
        }
        if let Some(Located { value, origin }) = body_limit.as_ref().filter(|_| self.asked(Feature::BodyLimit)) {
            let written = limits::body(*value, self.streams());
            self.traffic.request_buffer = self.setting(Feature::BodyLimit, origin, written);
        }
        if let Some(Located { value, origin }) = request_buffer.as_ref().filter(|_| self.asked(Feature::RequestBuffer))
        {
            self.traffic.request_buffer = self.setting(Feature::RequestBuffer, origin, limits::buffer(*value));
        }
        if let Some(Located { value, origin }) = balance.as_ref().filter(|_| self.asked(Feature::LoadBalancing)) {
            self.traffic.load_balancer =
                self.setting(Feature::LoadBalancing, origin, upstream::balance(value, version));
        }
        // A session's endpoint goes before any other choice.
        if let Some(Located { value, origin }) = affinity.as_ref().filter(|_| self.asked(Feature::CookieAffinity)) {
            self.traffic.load_balancer = self.setting(Feature::CookieAffinity, origin, upstream::affinity(value));
        }
        if let Some(Located { value, origin }) =
            circuit_breaker.as_ref().filter(|_| self.asked(Feature::CircuitBreaker))
        {
            let written = limits::circuit_breaker(value);
            self.traffic.circuit_breaker = self.setting(Feature::CircuitBreaker, origin, written);
        }
        if let Some(Located { value, origin }) =
            outlier_detection.as_ref().filter(|_| self.asked(Feature::OutlierDetection))
        {
            self.traffic.health_check = self.setting(Feature::OutlierDetection, origin, limits::outliers(value));
        }
        let pages_are_asked = self.asked(Feature::ErrorPages);
        for Located { value, origin } in error_pages.iter().filter(|_| pages_are_asked) {
            let page = self.setting(Feature::ErrorPages, origin, pages::error_page(value));
            self.traffic.response_override.extend(page);
        }
        if let Some(Located { value, origin }) = compression.as_ref().filter(|_| self.asked(Feature::Compression)) {
            let written = self.setting(Feature::Compression, origin, pages::compressors(value)).unwrap_or_default();
            match version.lacks(&COMPRESSOR) {
                Some(_) => self.traffic.compression = written,
                None => self.traffic.compressor = written,
            }
        }
        if let Some(Located { value, origin }) = fault.as_ref().filter(|_| self.asked(Feature::Fault)) {
            self.traffic.fault_injection = self.setting(Feature::Fault, origin, limits::fault(value));
        }
        if let Some(Located { value, origin }) = tracing.as_ref().filter(|_| self.asked(Feature::Tracing)) {
            self.traffic.telemetry =
                self.setting(Feature::Tracing, origin, pages::tracing(*value, &Telemetry::of(self.pen.run.routing)));
        }
    }

    /// Whether bodies may never end.
    fn streams(&self) -> bool {
        match self.rule.policies.backend_protocol.as_ref().map(|protocol| protocol.value) {
            Some(BackendProtocol::Grpc | BackendProtocol::Grpcs) => true,
            Some(
                BackendProtocol::Http | BackendProtocol::Https | BackendProtocol::SameAsRequest | BackendProtocol::Fcgi,
            )
            | None => false,
        }
    }

    /// Backends whose certificate nobody checks.
    fn backends(&mut self, forward: &Forward) {
        let Policies { backend_protocol: Some(protocol), backend_tls, .. } = &*self.rule.policies else { return };
        if let Some(Located { value, origin }) = backend_tls
            && value.verify
            && !self.asked(Feature::UnverifiedBackendTls)
            && !(value.protocols.is_empty() && value.ciphers.is_empty())
        {
            let difference = "a BackendTLSPolicy has no versions of TLS and no ciphers: they are Envoy's own";
            self.differences(Feature::VerifiedBackendTls, origin, vec![difference.to_owned()]);
        }
        if !self.asked(Feature::UnverifiedBackendTls) {
            return;
        }
        let tls = backend_tls.as_ref().map(|tls| &tls.value);
        if tls.is_some_and(|tls| tls.verify) {
            let why = "Envoy Gateway checks a certificate by the name of the server, which is not given";
            self.withheld |=
                self.pen.findings.withhold(Code::BackendTlsNotCarried, self.unchecked_is_lost(), why, &protocol.origin);
            return;
        }
        let mut references = Vec::with_capacity(self.draft.body.backend_refs.len());
        for reference in &self.draft.body.backend_refs {
            let found = forward
                .backends
                .iter()
                .find(|backend| backend.service.name == reference.name && Some(backend.service.port) == reference.port);
            let Some(backend) = found else { continue };
            match backend::unchecked(&backend.service, tls, self.namespace, self.version) {
                Ok((named, object)) => {
                    references.push(BackendRef { weight: reference.weight, ..named });
                    self.draft.extension.objects.push(object);
                }
                Err(why) => {
                    let message = self.unchecked_is_lost();
                    self.withheld |=
                        self.pen.findings.withhold(Code::BackendTlsNotCarried, message, &why, &protocol.origin);
                    return;
                }
            }
        }
        self.draft.body.backend_refs = references;
        self.draft.foreign.clear();
        self.switch(ENABLE_BACKEND, &protocol.origin);
        let difference = "Envoy reaches the Service by its cluster address, so kube-proxy chooses the endpoint";
        self.differences(Feature::UnverifiedBackendTls, &protocol.origin, vec![difference.to_owned()]);
        if let Some(Located { value, origin }) = backend_tls {
            let differences = backend::differences(value, self.version);
            if !differences.is_empty() {
                self.differences(Feature::UnverifiedBackendTls, origin, differences);
            }
        }
    }

    fn unchecked_is_lost(&self) -> String {
        self.pen.lost(Feature::UnverifiedBackendTls)
    }

    fn mirror(&mut self) {
        let Some(Located { value: Mirror { to, percent, host, bodies }, origin }) = &self.rule.policies.mirror else {
            return;
        };
        let MirrorTarget::Url(url) = to else { return };
        if !self.asked(Feature::MirrorToUrl) {
            return;
        }
        // The path of a mirror is the request's own.
        let base = ["$request_uri", "$uri$is_args$args", "$uri"].iter().find_map(|tail| url.strip_suffix(tail));
        let mut differences = Vec::new();
        let parsed = match backend::parse(base.unwrap_or(url), self.namespace) {
            Ok(parsed) => parsed,
            Err(why) => {
                self.setting::<()>(Feature::MirrorToUrl, origin, Written::Not(why));
                return;
            }
        };
        if base.is_none() || !matches!(parsed.path.as_str(), "" | "/") {
            differences.push("the copy has the path of the request".to_owned());
        }
        if !bodies {
            differences.push("the copy has the body, too".to_owned());
        }
        if host.is_some() {
            differences.push("the copy has the Host header of the request".to_owned());
        }
        let reference = match parsed.place {
            backend::Place::Service(service) => {
                if !same_namespace(&service.namespace, self.namespace) {
                    self.draft.foreign.push(backends::foreign(&service, origin));
                }
                backends::service_ref(&service, self.namespace)
            }
            backend::Place::Host(host) => {
                self.draft.extension.objects.push(host.object(self.namespace));
                self.switch(ENABLE_BACKEND, origin);
                host.reference()
            }
        };
        if !differences.is_empty() {
            self.differences(Feature::MirrorToUrl, origin, differences);
        }
        self.draft.body.filters.push(HttpFilter {
            kind: "RequestMirror".to_owned(),
            request_mirror: Some(Box::new(RequestMirror {
                backend_ref: reference,
                fraction: None,
                percent: (*percent < 100).then_some(u32::from(*percent)),
            })),
            ..HttpFilter::default()
        });
    }
}

/// How bad it is that a setting differs in part.
fn severity(feature: Feature) -> Severity {
    let visible =
        [Feature::ExternalAuth, Feature::BodyLimit, Feature::RateLimits, Feature::Retry, Feature::MirrorToUrl];
    if visible.contains(&feature) { Severity::Warning } else { Severity::Info }
}
