//! What ingress-nginx tells backends of a request, and the variables that its headers may hold.

use super::guard::client_address;
use super::headers::{Changes, PEER, set};
use super::location::bare_host;
use super::outcome::Outcome;
use super::request::Request;
use crate::model::{Action, ClientAddress, EntryPoint, Forward, HeaderEdit, NginxHeaders, Rule, nginx_variable};

/// A request at an entry point, under the rule that took it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) entry: &'a EntryPoint,
    pub(super) rule: Option<&'a Rule>,
    pub(super) request: &'a Request,
}

impl Asked<'_> {
    /// What is set on every request to a backend (nginx.tmpl, location; reference 2.12).
    pub(super) fn received(&self, changes: &mut Changes) {
        let request = self.request;
        set(changes, "x-real-ip", self.client());
        set(changes, "x-forwarded-for", if self.trusted() { self.client() } else { self.peer() });
        set(changes, "x-forwarded-host", self.host());
        set(changes, "x-forwarded-port", self.port());
        for name in ["x-forwarded-proto", "x-forwarded-scheme", "x-scheme"] {
            set(changes, name, self.scheme());
        }
        let line = self.forwarded_header();
        for (original, name) in [("x-original-forwarded-for", line), ("x-original-forwarded-host", "x-forwarded-host")]
        {
            // An empty value makes nginx leave the header out.
            changes.insert(original.to_owned(), request.header(name).map(str::to_owned));
        }
        if let Some(id) = request.header("x-request-id") {
            set(changes, "x-request-id", id);
        }
        for name in ["proxy", "te"] {
            changes.insert(name.to_owned(), None);
        }
        let upgrade = request.header("upgrade");
        changes.insert("connection".to_owned(), upgrade.map(|_| "upgrade".to_owned()));
        for headers in self.own() {
            self.edit(&headers.received, changes);
        }
    }

    /// What `default-backend` is told when it takes over (nginx.tmpl:1398).
    pub(super) fn taken_over(&self, forward: &Forward, outcome: &Outcome, changes: &mut Changes) {
        let fallback = forward.fallback.as_ref().map(|backend| backend.service.to_string());
        let taken = matches!(outcome, Outcome::Forward { service, .. } if Some(service) == fallback.as_ref());
        let own = forward.backends.iter().any(|backend| Some(backend.service.to_string()) == fallback);
        if !taken || own {
            return;
        }
        set(changes, "x-code", "503");
        changes.insert("x-format".to_owned(), self.request.header("accept").map(str::to_owned));
        for (name, variable) in [
            ("x-namespace", "namespace"),
            ("x-ingress-name", "ingress_name"),
            ("x-service-name", "service_name"),
            ("x-service-port", "service_port"),
        ] {
            if let Some(value) = self.variable(variable) {
                set(changes, name, value);
            }
        }
    }

    /// What clients are told in nginx's own words.
    pub(super) fn answered(&self, changes: &mut Changes) {
        for headers in self.own() {
            self.edit(&headers.answered, changes);
        }
    }

    /// Those of the entry point, then those of the rule.
    fn own(&self) -> impl Iterator<Item = &NginxHeaders> {
        let all = [Some(&self.entry.implicit), self.rule.map(|rule| &*rule.policies)];
        all.into_iter().flatten().filter_map(|policies| policies.nginx_headers.as_deref())
    }

    /// Edits whose value is known; one that comes to nothing takes the header away.
    fn edit(&self, edits: &[HeaderEdit], changes: &mut Changes) {
        for edit in edits {
            let (HeaderEdit::Set(name, text) | HeaderEdit::Add(name, text)) = edit else { continue };
            if let Some(value) = self.text(text) {
                changes.insert(name.to_ascii_lowercase(), Some(value).filter(|value| !value.is_empty()));
            }
        }
    }

    /// A text with its variables; `None` where one of them is not known.
    fn text(&self, text: &str) -> Option<String> {
        let mut pieces = text.split('$');
        let mut out = pieces.next()?.to_owned();
        for piece in pieces {
            let (name, rest) = nginx_variable(piece);
            out.push_str(&self.variable(name)?);
            out.push_str(rest);
        }
        Some(out)
    }

    /// A variable of nginx, or of the controller's template, where the request decides it.
    fn variable(&self, name: &str) -> Option<String> {
        let request = self.request;
        let header = |name: &str| Some(request.header(name).unwrap_or_default().to_owned());
        let backend = || match &self.rule?.action {
            Action::Forward(forward) => forward.backends.first().map(|backend| &backend.service),
            Action::Redirect(_) | Action::Respond(_) => None,
        };
        let ingress = || self.rule.map(|rule| &*rule.origin.object).filter(|object| object.kind == "Ingress");
        match name {
            "request_method" => Some(request.method.clone()),
            "request_uri" => Some(request.path.clone()),
            "args" | "query_string" => Some(request.path.split_once('?').map_or("", |(_, query)| query).to_owned()),
            "scheme" => Some(request.scheme.clone()),
            "http_host" => Some(request.host.clone().unwrap_or_default()),
            "host" => Some(bare_host(request).to_ascii_lowercase()),
            "best_http_host" => Some(self.host()),
            "pass_access_scheme" => Some(self.scheme()),
            "pass_server_port" | "pass_port" => Some(self.port()),
            "server_port" => Some(request.listener_port().to_string()),
            "remote_addr" | "the_real_ip" => Some(self.client()),
            "realip_remote_addr" => Some(self.peer()),
            "full_x_forwarded_for" => Some(self.chain(self.forwarded_header(), &self.peer())),
            "proxy_add_x_forwarded_for" => Some(self.chain("x-forwarded-for", &self.client())),
            // No request that is asked about shows a certificate.
            "ssl_client_verify" => Some(if request.scheme == "https" { "NONE" } else { "" }.to_owned()),
            "ssl_client_s_dn" | "ssl_client_i_dn" | "ssl_client_escaped_cert" => Some(String::new()),
            "namespace" => Some(ingress()?.namespace.clone()),
            "ingress_name" => Some(ingress()?.name.clone()),
            "service_name" => Some(backend()?.name.clone()),
            "service_port" => backend().map(|service| service.port_name.clone().unwrap_or(service.port.to_string())),
            "request_id" | "req_id" => request.header("x-request-id").map(str::to_owned),
            _ => header(&name.strip_prefix("http_")?.replace('_', "-")),
        }
    }

    fn chain(&self, header: &str, address: &str) -> String {
        self.request.header(header).map_or_else(|| address.to_owned(), |line| format!("{line}, {address}"))
    }

    /// The header with the addresses of proxies (`forwarded-for-header`).
    fn forwarded_header(&self) -> &str {
        match &self.entry.client {
            ClientAddress::Header { name, required: _ } => name,
            ClientAddress::Peer
            | ClientAddress::ForwardedFirst
            | ClientAddress::TrustedHops(_)
            | ClientAddress::TrustedProxies(_)
            | ClientAddress::ProxyProtocol => "x-forwarded-for",
        }
    }

    fn peer(&self) -> String {
        self.request.client.as_deref().unwrap_or(PEER).to_owned()
    }

    fn client(&self) -> String {
        client_address(&self.entry.client, self.request).to_owned()
    }

    fn trusted(&self) -> bool {
        self.entry.client != ClientAddress::Peer
    }

    /// What the client says of itself, where it is believed.
    fn said(&self, name: &str) -> Option<String> {
        self.request.header(name).filter(|_| self.trusted()).map(str::to_owned)
    }

    fn host(&self) -> String {
        self.said("x-forwarded-host").or_else(|| self.request.host.clone()).unwrap_or_default()
    }

    fn scheme(&self) -> String {
        self.said("x-forwarded-proto").unwrap_or_else(|| self.request.scheme.clone())
    }

    fn port(&self) -> String {
        self.said("x-forwarded-port").unwrap_or_else(|| self.request.listener_port().to_string())
    }
}
