//! What Envoy Gateway's own kinds say about one rule.

use super::telemetry::Telemetry;
use super::version::{COMPRESSOR, Version};
use super::written::Written;
use super::{backend, backend_traffic_policy, external_auth, guards, http_route_filter, json, limits, pages};
use super::{security_policy, tokens, upstream};
use crate::gateway::{BackendRef, HttpFilter, RequestMirror};
use crate::model::{
    AccessList, Action, BackendProtocol, BasicAuth, Forward, Located, Mirror, MirrorTarget, Origin, Policies, Rule,
    UserList,
};
use crate::report::{Code, Diagnostic, Severity};
use crate::target::extension::Reference;
use crate::target::rules::{Draft, Pen};
use crate::target::{Feature, backends, named, same_namespace};

/// The switch without which Envoy Gateway refuses Backends.
const ENABLE_BACKEND: &str = "the output holds Backends: set `extensionApis.enableBackend: true` in the configuration of \
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
struct Writing<'w, 'p, 'a> {
    pen: &'w mut Pen<'p, 'a>,
    rule: &'w Rule,
    namespace: &'w str,
    version: Version,
    draft: &'w mut Draft<'a>,
    traffic: backend_traffic_policy::Spec,
    security: security_policy::Spec,
    withheld: bool,
}

impl Writing<'_, '_, '_> {
    fn asked(&self, feature: Feature) -> bool {
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
        match written {
            Written::Exactly(value) => Some(value),
            Written::Nearly(value, differences) => {
                self.differences(feature, origin, differences);
                Some(value)
            }
            Written::Not(why) => {
                let finding = Diagnostic::new(Code::SettingNotCarried, self.pen.lost(feature)).note(why);
                self.pen.findings.lose(finding, origin);
                None
            }
        }
    }

    /// The same for what keeps requests away: its loss closes the rule.
    fn guard<T>(&mut self, feature: Feature, origin: &Origin, written: Written<T>) -> Option<T> {
        match written {
            Written::Exactly(value) => Some(value),
            Written::Nearly(value, differences) => {
                self.differences(feature, origin, differences);
                Some(value)
            }
            Written::Not(why) => {
                let message = self.pen.lost(feature);
                self.withheld |= self.pen.findings.withhold(Code::ProtectionNotCarried, message, &why, origin);
                None
            }
        }
    }

    fn differences(&mut self, feature: Feature, origin: &Origin, differences: Vec<String>) {
        let message = format!("{}: Envoy Gateway's differ in part", feature.name());
        let mut finding = Diagnostic::new(Code::SettingApproximated, message);
        finding.severity = severity(feature);
        finding = differences.into_iter().fold(finding, Diagnostic::note);
        self.pen.findings.approximate(finding, origin);
    }

    fn refer(&mut self, kind: &'static str, (namespace, name): (&str, &str), origin: &Origin) {
        self.draft.extension.references.push(Reference {
            from: security_policy::KIND,
            kind,
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            origin: origin.clone(),
        });
    }

    fn switch(&mut self, text: &str, origin: &Origin) {
        self.pen.findings.say(Diagnostic::new(Code::SwitchNeeded, text), Some(origin));
    }

    fn guards(&mut self) {
        let Policies { access, basic_auth, external_auth, api_keys, .. } = &*self.rule.policies;
        let holders = self.tokens();
        if let Some(Located { value, origin }) = access.as_ref().filter(|_| self.asked(Feature::AccessList)) {
            let written = guards::authorization(value, holders.as_deref());
            self.security.authorization = self.guard(Feature::AccessList, origin, written);
        } else if let (Some(holders), Some(Located { origin, .. })) = (holders, &self.rule.policies.tokens) {
            let written = guards::authorization(&AccessList::default(), Some(&holders));
            self.security.authorization = self.guard(Feature::Tokens, origin, written);
        }
        if let Some(Located { value, origin }) = basic_auth.as_ref().filter(|_| self.asked(Feature::BasicAuth)) {
            self.security.basic_auth = self.guard(Feature::BasicAuth, origin, guards::basic(value, self.namespace));
            if self.security.basic_auth.is_some() {
                self.refer("Secret", (&value.secret.0, &value.secret.1), origin);
                self.users(value, origin);
            }
        }
        if let Some(Located { value, origin }) = api_keys.as_ref().filter(|_| self.asked(Feature::ApiKeys)) {
            self.security.api_key_auth = self.guard(Feature::ApiKeys, origin, guards::keys(value, self.namespace));
            for (namespace, name) in &value.secrets {
                self.refer("Secret", (namespace, name), origin);
            }
        }
        if let Some(Located { value, origin }) = external_auth.as_ref().filter(|_| self.asked(Feature::ExternalAuth)) {
            let question = external_auth::question(value, self.namespace, self.version);
            let Some(question) = self.guard(Feature::ExternalAuth, origin, question) else { return };
            self.security.ext_auth = Some(question.auth);
            self.traffic.response_override.extend(question.sign_in);
            if let Some(service) = question.service {
                self.refer("Service", (&service.namespace, &service.name), origin);
            }
            if let Some(backend) = question.backend {
                self.draft.extension.objects.push(backend);
                self.switch(ENABLE_BACKEND, origin);
            }
        }
    }

    /// JSON Web Tokens; whose are let in, where not all are.
    fn tokens(&mut self) -> Option<Vec<tokens::Holder>> {
        let Policies { tokens, foreign, .. } = &*self.rule.policies;
        let Located { value, origin } = tokens.as_ref().filter(|_| self.asked(Feature::Tokens))?;
        let written = tokens::write(value, self.version);
        if let Written::Not(why) = &written {
            for lost in foreign.iter().filter(|one| one.value.said && one.origin.object != origin.object) {
                self.withheld |= self.pen.in_own_words(lost, why);
            }
        }
        let tokens::Policy { jwt, holders } = self.guard(Feature::Tokens, origin, written)?;
        self.security.jwt = Some(jwt);
        holders
    }

    /// The Secret needs an htpasswd file under Envoy Gateway's key.
    fn users(&mut self, auth: &BasicAuth, origin: &Origin) {
        let (namespace, name) = (named(&auth.secret.0), &auth.secret.1);
        let message = format!("Secret `{namespace}/{name}` needs an htpasswd file of {{SHA}} hashes under `.htpasswd`");
        let mut finding = Diagnostic::new(Code::SecretKeyNeeded, message);
        finding = match auth.format {
            UserList::File(".htpasswd") => return,
            UserList::File(key) => finding.help(format!(
                "kubectl get secret {name} -n {namespace} -o jsonpath='{{.data.{key}}}' | xargs -I% kubectl patch secret \
                 {name} -n {namespace} -p '{{\"data\":{{\".htpasswd\":\"%\"}}}}'"
            )),
            UserList::Map => finding.help("write a line `USER:HASH` for each key of the Secret into the file"),
        };
        if auth.users.is_none() {
            finding = finding.note("the Secret is not in the input, so its hashes have not been looked at");
        }
        self.pen.findings.say(finding, Some(origin));
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
