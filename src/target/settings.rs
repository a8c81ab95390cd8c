//! Policies of a rule as fields of a rule.

use super::backend_tls::Need;
use super::capability::{Carry, Feature};
use super::rules::{Draft, Pen};
use super::{Channel, backends, cors, durations};
use crate::gateway::{HttpFilter, RequestMirror};
use crate::model::{
    Affinity, BackendProtocol, BasicAuth, ErrorAnswer, Foreign, Forward, Located, Mirror, MirrorTarget, Origin,
    PasswordScheme, Policies, Retry, RetryOn, Rule,
};
use crate::report::{Code, Diagnostic, Severity};
use crate::syntax::Step;

/// Where a setting was read.
fn origin<T>(setting: &Option<Located<T>>) -> Option<&Origin> {
    setting.as_ref().map(|located| &located.origin)
}

impl<'a> Pen<'_, 'a> {
    /// Everything that changes how requests are treated, but not where they go. Losing it is said, nothing more.
    pub(super) fn settings(&mut self, rule: &Rule, forward: &Forward, namespace: &str, draft: &mut Draft<'a>) {
        let Policies {
            cors: _,
            access: _,
            backend_protocol: _,
            backend_tls: _,
            timeouts,
            body_limit,
            mirror,
            affinity,
            unmodelled: _,
            // Only objects of the implementation itself hold such settings, and those are not written anew.
            foreign: _,
            basic_auth: _,
            external_auth: _,
            api_keys: _,
            tokens: _,
            satisfy_any: _,
            rate_limits,
            bandwidth,
            retry,
            request_buffer,
            balance,
            circuit_breaker,
            outlier_detection,
            error_pages,
            // Written with the backend's own headers.
            answer_headers: _,
            // Said to be lost where they are read.
            nginx_headers: _,
            answer_rewrites,
            compression,
            fault,
            access_log,
            tracing,
            // Of Gateways.
            log_format: _,
            sampling: _,
            tracer: _,
            // Of listeners.
            connections: _,
        } = &*rule.policies;
        let of = |origin: Option<&Origin>, feature| origin.cloned().map(|origin| (feature, origin));
        let asked = [
            of(origin(rate_limits), Feature::RateLimits),
            of(origin(bandwidth), Feature::Bandwidth),
            of(origin(request_buffer), Feature::RequestBuffer),
            of(origin(balance), Feature::LoadBalancing),
            of(origin(circuit_breaker), Feature::CircuitBreaker),
            of(origin(outlier_detection), Feature::OutlierDetection),
            error_pages.first().map(|page| (error_feature(&page.value.instead), page.origin.clone())),
            of(answer_rewrites.first().map(|rewrite| &rewrite.origin), Feature::AnswerRewrites),
            of(origin(compression), Feature::Compression),
            of(origin(fault), Feature::Fault),
            of(origin(access_log), Feature::AccessLog),
            of(origin(tracing), Feature::Tracing),
        ];
        for (feature, origin) in asked.into_iter().flatten() {
            self.carry_or_lose(feature, &origin, draft);
        }
        self.cors(&rule.policies, draft);
        if let Some(timeouts) = timeouts {
            let tries_again = retry.is_some() && self.carry(Feature::Retry) == Carry::Write;
            self.timeouts(timeouts, tries_again, draft);
        }
        // 0 lifts a limit that Gateway API does not have.
        if let Some(limit) = body_limit.as_ref().filter(|limit| limit.value > 0) {
            self.carry_or_lose(Feature::BodyLimit, &limit.origin, draft);
        }
        if let Some(mirror) = mirror.as_ref().filter(|mirror| mirror.value.percent > 0) {
            self.mirror(mirror, namespace, draft);
        }
        if let Some(affinity) = affinity {
            self.affinity(affinity, draft);
        }
        if let Some(retry) = retry {
            self.retry(retry, draft);
        }
        if let Some(fallback) = &forward.fallback {
            self.carry_or_lose(Feature::FallbackBackend, &fallback.origin, draft);
        }
    }

    /// What keeps requests away from the backend. True when the rule has to be withheld.
    pub(super) fn protection(&mut self, policies: &Policies, draft: &mut Draft<'a>) -> bool {
        let mut withheld = false;
        for protection in &policies.unmodelled {
            let message = match protection.origin.path.steps().last() {
                Some(Step::Key(key)) => format!("`{key}` is not carried"),
                Some(Step::Index(_)) | None => format!("{} is not carried", protection.value),
            };
            let why = "without it the backend would answer requests that are refused today";
            withheld |= self.findings.withhold(Code::ProtectionNotCarried, message, why, &protection.origin);
        }
        // What is said of tokens is left to a target that has words for it; else the input's own words are told.
        let own_words = policies.foreign.iter().any(|foreign| foreign.value.said);
        let hands_on = self.carry(Feature::Tokens) == Carry::HandOn;
        let tokens = policies.tokens.as_ref().filter(|_| hands_on || !own_words);
        let carried = super::istio::are_carried(self.run);
        let lost = |foreign: &&Located<Foreign>| {
            foreign.value.protects && !carried && !(foreign.value.said && tokens.is_some())
        };
        for protection in policies.foreign.iter().filter(lost) {
            withheld |=
                self.in_own_words(protection, "without it the backend would answer requests that are refused today");
        }
        let access = policies.access.as_ref().filter(|access| !access.value.admits_all());
        let digest = |auth: &BasicAuth| match auth.scheme {
            PasswordScheme::Basic => Feature::BasicAuth,
            PasswordScheme::Digest => Feature::DigestAuth,
        };
        // With an address list alone, or authentication alone, any of them is all of them.
        let authenticated = policies.basic_auth.is_some() || policies.external_auth.is_some();
        let either = access.filter(|_| authenticated);
        let guards = [
            access.map(|access| (Feature::AccessList, &access.origin)),
            policies.basic_auth.as_ref().map(|auth| (digest(&auth.value), &auth.origin)),
            origin(&policies.external_auth).map(|origin| (Feature::ExternalAuth, origin)),
            origin(&policies.api_keys).map(|origin| (Feature::ApiKeys, origin)),
            tokens.map(|tokens| (Feature::Tokens, &tokens.origin)),
            either.and(origin(&policies.satisfy_any)).map(|origin| (Feature::SatisfyAny, origin)),
        ];
        for (feature, origin) in guards.into_iter().flatten() {
            withheld |= self.guard(feature, origin, draft);
        }
        withheld
    }

    /// A policy of the input that is lost. True when the rule has to be withheld.
    pub(super) fn in_own_words(&mut self, lost: &Located<Foreign>, why: &str) -> bool {
        let message = format!("the {} of the Istio gateway is not carried", lost.value.field);
        self.findings.withhold(Code::ProtectionNotCarried, message, why, &lost.origin)
    }

    /// One protection. True when the rule has to be withheld.
    fn guard(&mut self, feature: Feature, origin: &Origin, draft: &mut Draft<'a>) -> bool {
        let why = match self.carry(feature) {
            Carry::HandOn => {
                draft.handed_on.insert(feature);
                return false;
            }
            // There is no such field in Gateway API, whatever the target says of itself.
            Carry::Write => "Gateway API has no field for it",
            Carry::Lose(why) => why,
        };
        let message = self.lost(feature);
        self.findings.withhold(Code::ProtectionNotCarried, message, why, origin)
    }

    /// How the backend is to be spoken to; `None` when the rule has to be withheld.
    pub(super) fn backend_protocol(&mut self, rule: &Rule, forward: &Forward, draft: &mut Draft<'a>) -> Option<Need> {
        let need = Need::of(&rule.policies);
        let Some(protocol) = &rule.policies.backend_protocol else { return Some(need) };
        let feature = match (protocol.value, &need) {
            (BackendProtocol::Http | BackendProtocol::Grpc, _) => return Some(need),
            (BackendProtocol::Fcgi | BackendProtocol::SameAsRequest, _) => Feature::OtherBackendProtocol,
            (BackendProtocol::Https | BackendProtocol::Grpcs, Need::Checked { .. }) => Feature::VerifiedBackendTls,
            (BackendProtocol::Https | BackendProtocol::Grpcs, Need::Plain | Need::Unchecked) => {
                Feature::UnverifiedBackendTls
            }
        };
        let why = match self.carry(feature) {
            Carry::HandOn => {
                draft.handed_on.insert(feature);
                return Some(Need::Plain);
            }
            Carry::Write if self.needs.agree(&need, &forward.backends) => return Some(need),
            Carry::Write => "a BackendTLSPolicy holds for a whole Service, and other rules speak to it otherwise",
            Carry::Lose(why) => why,
        };
        let code = if feature == Feature::OtherBackendProtocol {
            Code::FastCgiNotExpressible
        } else {
            Code::BackendTlsNotCarried
        };
        let message = self.lost(feature);
        if self.findings.withhold(code, message, why, &protocol.origin) { None } else { Some(Need::Plain) }
    }

    /// A written rule speaks TLS to its backends: they get a policy.
    pub(super) fn trust(&mut self, need: &Need, forward: &Forward, field: &Origin) {
        let Need::Checked { authorities, .. } = need else { return };
        self.tls.add(need, &forward.backends, field);
        let Some((namespace, secret)) = authorities else { return };
        for backend in &forward.backends {
            let wanted = &backend.service.namespace;
            let message = format!("the authority in Secret `{namespace}/{secret}` has to be in a ConfigMap");
            let help = format!(
                "kubectl create configmap {secret} -n {} --from-literal=ca.crt=\"$(kubectl get secret {secret} -n {} \
                 -o jsonpath='{{.data.ca\\.crt}}' | base64 -d)\"",
                super::named(wanted),
                super::named(namespace)
            );
            self.findings.say(Diagnostic::new(Code::CaConfigMapNeeded, message).help(help), Some(field));
        }
    }

    /// Cross-origin requests; asked of redirects too, whose preflight requests are answered before.
    pub(super) fn cors(&mut self, policies: &Policies, draft: &mut Draft<'a>) {
        let Some(Located { value, origin }) = &policies.cors else { return };
        if !self.writes(Feature::Cors, origin, draft) {
            return;
        }
        let written = cors::write(value);
        for what in written.approximated {
            self.findings.approximate(Diagnostic::new(Code::CorsApproximated, what), origin);
        }
        for value in written.lost {
            let message = format!("`{value}` has no place in a CORS filter");
            let finding = Diagnostic::new(Code::SettingNotCarried, message);
            if written.filter.is_some() {
                self.findings.approximate(finding, origin);
            } else {
                self.findings.lose(finding, origin);
            }
        }
        draft.body.filters.extend(written.filter.map(|filter| HttpFilter {
            kind: "CORS".to_owned(),
            cors: Some(filter.into()),
            ..HttpFilter::default()
        }));
    }

    fn mirror(&mut self, Located { value, origin }: &Located<Mirror>, namespace: &str, draft: &mut Draft<'a>) {
        let Mirror { to, percent, host: _, bodies: _ } = value;
        let service = match to {
            MirrorTarget::Url(_) => return self.carry_or_lose(Feature::MirrorToUrl, origin, draft),
            MirrorTarget::Service(service) => service,
        };
        if !self.writes(Feature::MirrorToService, origin, draft) {
            return;
        }
        if service.port == 0 {
            let message = format!("the port of the mirror `{service}` is not known by number");
            return self.findings.lose(Diagnostic::new(Code::SettingNotCarried, message), origin);
        }
        if !super::same_namespace(&service.namespace, namespace) {
            draft.foreign.push(backends::foreign(service, origin));
        }
        draft.body.filters.push(HttpFilter {
            kind: "RequestMirror".to_owned(),
            request_mirror: Some(Box::new(RequestMirror {
                backend_ref: backends::service_ref(service, namespace),
                fraction: None,
                percent: (*percent < 100).then_some(u32::from(*percent)),
            })),
            ..HttpFilter::default()
        });
    }

    fn affinity(&mut self, Located { value, origin }: &Located<Affinity>, draft: &mut Draft<'a>) {
        // The standard field goes before policies where the cluster has it.
        let standard = self.run.options.channel == Channel::Experimental && self.run.target.profile.session_persistence;
        if !standard && !self.writes(Feature::CookieAffinity, origin, draft) {
            return;
        }
        let Affinity { cookie, max_age, path, domain: _, secure: _, same_site: _, change_on_failure: _ } = value;
        let lifetime = max_age.filter(|age| *age > 0).and_then(|age| durations::write(age.checked_mul(1000)?));
        let mut session = serde_json::json!({ "sessionName": cookie, "type": "Cookie" });
        if let (Some(lifetime), Some(fields)) = (lifetime, session.as_object_mut()) {
            fields.insert("absoluteTimeout".to_owned(), lifetime.into());
            fields.insert("cookieConfig".to_owned(), serde_json::json!({ "lifetimeType": "Permanent" }));
        }
        if path.is_some() {
            let message = "the path of a session cookie is the implementation's choice";
            let mut finding = Diagnostic::new(Code::SettingNotCarried, message);
            finding.severity = Severity::Info;
            self.findings.approximate(finding, origin);
        }
        draft.body.session_persistence = Some(session);
    }

    /// GEP-1731: attempts after these statuses and after failed connections.
    fn retry(&mut self, Located { value, origin }: &Located<Retry>, draft: &mut Draft<'a>) {
        if !self.writes(Feature::Retry, origin, draft) {
            return;
        }
        let Retry { retries, on, per_try, within, backoff, non_idempotent } = value;
        if *retries == 0 {
            // `attempts` is 1 or more. Where nothing is tried again by default, nothing has to be said.
            if self.run.target.profile.default_retries.is_some() {
                let why = "no route can say that nothing is tried again, and the implementation tries again by default";
                let finding = Diagnostic::new(Code::SettingNotCarried, self.lost(Feature::Retry)).note(why);
                self.findings.lose(finding, origin);
            }
            return;
        }
        let status = |reason: &RetryOn| match reason {
            RetryOn::Status(status @ 400..600) => Some(*status),
            RetryOn::Connect
            | RetryOn::Reset
            | RetryOn::Timeout
            | RetryOn::InvalidAnswer
            | RetryOn::Status(_)
            | RetryOn::Grpc(_) => None,
        };
        let codes: Vec<u16> = on.iter().filter_map(status).collect();
        let mut retry = serde_json::json!({ "attempts": retries });
        if let Some(fields) = retry.as_object_mut() {
            if !codes.is_empty() {
                fields.insert("codes".to_owned(), codes.into());
            }
            if let Some(backoff) = backoff.and_then(durations::write) {
                fields.insert("backoff".to_owned(), backoff.into());
            }
        }
        draft.body.retry = Some(retry);
        let timed = draft.body.timeouts.as_ref().is_some_and(|times| times.backend_request.is_some());
        let lost = [
            (!non_idempotent).then_some("requests of every method are tried again, POST too"),
            (per_try.is_some() && !timed).then_some("one attempt has no time of its own"),
            within.is_some_and(|within| within > 0).then_some("all attempts together have no time of their own"),
        ];
        let finding = Diagnostic::new(Code::SettingApproximated, "retries: an HTTPRoute's differ in part");
        let finding = lost.into_iter().flatten().fold(finding, Diagnostic::note);
        if !finding.notes.is_empty() {
            self.findings.approximate(finding, origin);
        }
    }

    /// Whether the standard field is to be written; otherwise it is handed on, or its loss is said.
    pub(super) fn writes(&mut self, feature: Feature, origin: &Origin, draft: &mut Draft<'a>) -> bool {
        match self.carry(feature) {
            Carry::Write => return true,
            Carry::HandOn => {
                draft.handed_on.insert(feature);
            }
            Carry::Lose(why) => {
                let finding = Diagnostic::new(Code::SettingNotCarried, self.lost(feature)).note(why);
                self.findings.lose(finding, origin);
            }
        }
        false
    }

    /// A setting that no field of Gateway API holds.
    fn carry_or_lose(&mut self, feature: Feature, origin: &Origin, draft: &mut Draft<'a>) {
        if self.writes(feature, origin, draft) {
            let finding = Diagnostic::new(Code::SettingNotCarried, self.lost(feature));
            self.findings.lose(finding, origin);
        }
    }

    /// `CORS: not carried to …`.
    pub(super) fn lost(&self, feature: Feature) -> String {
        format!("{}: not carried to `{}`", feature.name(), self.run.target.name)
    }
}

fn error_feature(answer: &ErrorAnswer) -> Feature {
    match answer {
        ErrorAnswer::Backend(Some(_)) => Feature::ErrorService,
        ErrorAnswer::Backend(None) | ErrorAnswer::Redirect(_) | ErrorAnswer::Text { .. } => Feature::ErrorPages,
    }
}
