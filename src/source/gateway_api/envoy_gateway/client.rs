//! ClientTrafficPolicy: what holds for all requests of a listener.

use serde_json::Value;

use super::fields::Fields;
use super::proxy::Telemetry;
use super::{filter, security};
use crate::gateway::Profile;
use crate::model::{
    CertificateDemand, ClientAddress, ClientCertificates, ConnectionSetting, EscapedSlashes, Foreign, HeaderEdit,
    Located, PathHandling, Underscores,
};

const KIND: &str = "ClientTrafficPolicy";

/// What holds for all requests of a listener.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::source::gateway_api) struct ListenerSettings {
    pub client: ClientAddress,
    pub paths: PathHandling,
    pub underscores: Underscores,
    pub certificates: Option<Located<ClientCertificates>>,
    pub answer_headers: Vec<Located<HeaderEdit>>,
    pub connections: Vec<Located<ConnectionSetting>>,
    /// What is logged and traced, as an EnvoyProxy says.
    pub telemetry: Telemetry,
    pub foreign: Vec<Located<Foreign>>,
    /// A path that the data plane answers itself.
    pub health: Option<Located<String>>,
    /// Other listeners of the port have others, so that they have to stand on the rules.
    pub own: bool,
    /// Among them whose address a client has, or what becomes of headers with an underscore.
    pub own_clients: bool,
}

impl ListenerSettings {
    /// What an implementation does by itself.
    pub(in crate::source::gateway_api) fn of(profile: &Profile) -> Self {
        Self {
            client: ClientAddress::Peer,
            paths: profile.paths,
            underscores: profile.underscores,
            certificates: None,
            answer_headers: Vec::new(),
            connections: Vec::new(),
            telemetry: Telemetry::default(),
            foreign: Vec::new(),
            health: None,
            own: false,
            own_clients: false,
        }
    }
}

/// Reads a policy over the implementation's defaults.
pub(super) fn read(mut fields: Fields, profile: &Profile) -> ListenerSettings {
    let mut settings = ListenerSettings::of(profile);
    settings.client = client_address(&mut fields);
    paths(&mut fields, &mut settings.paths);
    settings.underscores = match fields.text("headers.withUnderscoresAction").as_deref() {
        Some("Allow") => Underscores::Kept,
        Some("DropHeader") => Underscores::Dropped,
        Some(_) => Underscores::Refused,
        None => settings.underscores,
    };
    settings.connections = connections(&mut fields);
    settings.certificates = certificates(&mut fields);
    let origin = fields.origin("headers.lateResponseHeaders");
    let edits = filter::header_edits(&mut fields, "headers.lateResponseHeaders");
    settings.answer_headers = edits.into_iter().map(|edit| Located::new(edit, origin.clone())).collect();
    let origin = fields.origin("healthCheck");
    settings.health = fields.text("healthCheck.path").map(|path| Located::new(path, origin));
    settings.foreign = fields.foreign(KIND, |field| matches!(field, "tls" | "clientIPDetection"));
    settings
}

fn client_address(fields: &mut Fields) -> ClientAddress {
    let proxy = fields.flag("enableProxyProtocol").unwrap_or_default() || fields.peek("proxyProtocol").is_some();
    fields.take("proxyProtocol", |value| value.as_object().is_some_and(serde_json::Map::is_empty).then_some(()));
    fields.take("clientIPDetection.directSourceIP", |_| Some(()));
    if let Some(hops) = fields.number("clientIPDetection.xForwardedFor.numTrustedHops") {
        return ClientAddress::TrustedHops(u32::try_from(hops).unwrap_or(u32::MAX));
    }
    if let Some(proxies) = fields.texts("clientIPDetection.xForwardedFor.trustedCIDRs") {
        return ClientAddress::TrustedProxies(proxies);
    }
    if let Some(name) = fields.text("clientIPDetection.customHeader.name") {
        let required = fields.flag("clientIPDetection.customHeader.failClosed").unwrap_or_default();
        return ClientAddress::Header { name: name.to_ascii_lowercase(), required };
    }
    if proxy { ClientAddress::ProxyProtocol } else { ClientAddress::Peer }
}

fn paths(fields: &mut Fields, paths: &mut PathHandling) {
    let PathHandling::Envoy { escaped_slashes, merge_slashes } = paths else { return };
    match fields.text("path.escapedSlashesAction").as_deref() {
        Some("KeepUnchanged") => *escaped_slashes = EscapedSlashes::Kept,
        Some("RejectRequest") => *escaped_slashes = EscapedSlashes::Refused,
        Some("UnescapeAndForward") => *escaped_slashes = EscapedSlashes::Unescaped,
        Some(_) => *escaped_slashes = EscapedSlashes::Redirected,
        None => {}
    }
    if let Some(keep) = fields.flag("path.disableMergeSlashes") {
        *merge_slashes = !keep;
    }
}

fn connections(fields: &mut Fields) -> Vec<Located<ConnectionSetting>> {
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let mut found = Vec::new();
    let mut of = |fields: &Fields, path: &str, setting| found.push(fields.located(path, setting));
    let protocols = |value: &Value| match super::fields::texts(value)?.as_slice() {
        [only] if only == "http/1.1" => Some(false),
        [one, other] if [one, other].map(String::as_str).iter().all(|name| ["h2", "http/1.1"].contains(name)) => {
            (one != other).then_some(true)
        }
        _ => None,
    };
    if fields.take("tls.alpnProtocols", protocols) == Some(false) {
        of(fields, "tls", ConnectionSetting::NoHttp2);
    }
    let version = |value: &Value| value.as_str()?.strip_prefix("1.")?.parse::<u8>().ok();
    let versions = (fields.take("tls.minVersion", version), fields.take("tls.maxVersion", version));
    if let (lowest @ Some(_), highest) | (lowest @ None, highest @ Some(_)) = versions {
        // From 1.2 to 1.3 without a word (tls_types, minVersion, maxVersion).
        let versions = ConnectionSetting::TlsVersions(lowest.unwrap_or(2), highest.unwrap_or(3));
        of(fields, "tls", versions);
    }
    if let Some(ciphers) = fields.texts("tls.ciphers") {
        of(fields, "tls", ConnectionSetting::Ciphers(ciphers));
    }
    if let Some(curves) = fields.texts("tls.ecdhCurves") {
        of(fields, "tls", ConnectionSetting::Curves(curves));
    }
    if let Some(most) = fields.number("http2.maxConcurrentStreams") {
        of(fields, "http2", ConnectionSetting::Streams(small(most)));
    }
    if let Some(time) = fields.duration("timeout.http.idleTimeout") {
        of(fields, "timeout", ConnectionSetting::Idle(time));
    }
    if let Some(most) = fields.number("connection.connectionLimit.maxRequestsPerConnection") {
        of(fields, "connection", ConnectionSetting::Requests(small(most)));
    }
    found
}

/// The depth of a chain has no field; it counts as the usual one.
const DEPTH: u32 = 1;

fn certificates(fields: &mut Fields) -> Option<Located<ClientCertificates>> {
    let validation = "tls.clientValidation";
    fields.peek(validation)?;
    let origin = fields.origin("tls");
    let own = fields.namespace("tls").to_owned();
    let authorities =
        fields.take(&format!("{validation}.caCertificateRefs"), |value| match value.as_array()?.as_slice() {
            [one] => security::secret(one, &own),
            _ => None,
        });
    let optional = fields.flag(&format!("{validation}.optional")).unwrap_or_default();
    let demand = match fields.peek(&format!("{validation}.mode")).and_then(Value::as_str) {
        Some("Request") => CertificateDemand::Unchecked,
        Some("VerifyIfGiven") => CertificateDemand::Optional,
        Some("RequireAndVerify") => CertificateDemand::Required,
        // `RequireAny` stays among what is known by its text.
        Some(_) => CertificateDemand::Unchecked,
        None if optional => CertificateDemand::Optional,
        None => CertificateDemand::Required,
    };
    fields.take(&format!("{validation}.mode"), |mode| (mode.as_str() != Some("RequireAny")).then_some(()));
    fields.take("tls", |value| value.as_object().is_some_and(serde_json::Map::is_empty).then_some(()));
    let passes = |value: &Value| {
        let mode = value.get("mode").and_then(Value::as_str);
        let details = value.get("certDetailsToAdd").and_then(super::fields::texts).unwrap_or_default();
        (mode == Some("SanitizeSet") && details == ["Cert"]).then_some(())
    };
    let passed_on = fields.take("headers.xForwardedClientCert", passes).is_some();
    Some(Located::new(
        ClientCertificates {
            authority: authorities.unwrap_or_default(),
            or_beside: false,
            demand,
            depth: DEPTH,
            error_page: None,
            passed_on,
            common_name: None,
        },
        origin,
    ))
}
