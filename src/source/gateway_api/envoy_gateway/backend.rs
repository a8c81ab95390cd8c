//! Backend: a destination that is no Service.

use serde_json::Value;

use super::fields::Fields;
use super::{Extension, security, source};
use crate::model::{BackendProtocol, BackendTls, Located, Policies};

/// Adds what a Backend says about how it is spoken to.
pub(in crate::source::gateway_api) fn read(object: &Extension, policies: &mut Policies) {
    let mut fields = Fields::new(Value::clone(&object.spec), source(object));
    // Where it is: the destination's name stands for that.
    for field in ["endpoints", "type"] {
        fields.ignore(field);
    }
    let protocols = fields.texts("appProtocols").unwrap_or_default();
    let http2 = protocols.iter().any(|protocol| protocol.ends_with("/h2c"));
    let tls = tls(&mut fields);
    let protocol = match (&tls, http2) {
        (Some(_), true) => Some(BackendProtocol::Grpcs),
        (Some(_), false) => Some(BackendProtocol::Https),
        (None, true) => Some(BackendProtocol::Grpc),
        (None, false) => None,
    };
    policies.backend_tls = policies.backend_tls.take().or(tls);
    policies.backend_protocol =
        policies.backend_protocol.take().or(protocol.map(|protocol| fields.located("appProtocols", protocol)));
    policies.foreign.extend(fields.foreign("Backend", |_| false));
}

fn tls(fields: &mut Fields) -> Option<Located<BackendTls>> {
    fields.peek("tls")?;
    let origin = fields.origin("tls");
    let own = fields.namespace("tls").to_owned();
    let skips = fields.flag("tls.insecureSkipVerify").unwrap_or_default();
    let authority = fields.take("tls.caCertificateRefs", |value| match value.as_array()?.as_slice() {
        [one] => security::secret(one, &own),
        _ => None,
    });
    let client = fields.take("tls.clientCertificateRef", |value| security::secret(value, &own));
    let tls = BackendTls {
        verify: !skips,
        server_name: fields.text("tls.sni"),
        secret: authority.or(client),
        protocols: protocols(fields),
        ciphers: fields.texts("tls.ciphers").unwrap_or_default().join(":"),
    };
    // The certificates of the system are what is left without an authority.
    fields.take("tls.wellKnownCACertificates", |value| (value.as_str() == Some("System")).then_some(()));
    fields.take("tls", |value| value.as_object().is_some_and(serde_json::Map::is_empty).then_some(()));
    Some(Located::new(tls, origin))
}

/// Versions from `minVersion` to `maxVersion`, as OpenSSL names them.
fn protocols(fields: &mut Fields) -> Vec<String> {
    const VERSIONS: [(&str, &str); 4] = [("1.0", "TLSv1"), ("1.1", "TLSv1.1"), ("1.2", "TLSv1.2"), ("1.3", "TLSv1.3")];
    let place = |value: &Value| VERSIONS.iter().position(|(version, _)| value.as_str() == Some(version));
    let least = fields.take("tls.minVersion", place);
    let most = fields.take("tls.maxVersion", place);
    if least.is_none() && most.is_none() {
        return Vec::new();
    }
    let range = least.unwrap_or(0)..=most.unwrap_or(VERSIONS.len() - 1);
    VERSIONS.get(range).unwrap_or_default().iter().map(|(_, name)| (*name).to_owned()).collect()
}
