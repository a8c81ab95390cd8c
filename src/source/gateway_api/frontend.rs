//! What clients have to show in the handshake: `spec.tls.frontend` of a Gateway, by port, or an option of a listener.

use serde_json::Value;

use super::objects::{Object, Objects};
use crate::gateway::{GatewaySpec, Listener, Profile};
use crate::model::{CertificateDemand, ClientCertificates, Located, Origin};
use crate::syntax::FieldPath;

/// How long a chain may be has no field; it counts as the usual length.
const DEPTH: u32 = 1;

/// What is asked on a port: its own setting, else that of all ports (gateway_types.go, FrontendTLSConfig).
pub(super) fn certificates(gateway: &Object<GatewaySpec>, port: u16) -> Option<Located<ClientCertificates>> {
    let frontend = gateway.spec.tls.as_ref()?.get("frontend")?;
    let ports = frontend.get("perPort").and_then(Value::as_array).into_iter().flatten();
    let own = ports.enumerate().find(|(_, entry)| entry.get("port").and_then(Value::as_u64) == Some(port.into()));
    let path = FieldPath::root().field("spec.tls.frontend");
    let (tls, path) = match own {
        Some((index, entry)) => (entry.get("tls")?, path.key("perPort").index(index).key("tls")),
        None => (frontend.get("default")?, path.key("default")),
    };
    let validation = tls.get("validation")?;
    let authority = match validation.get("caCertificateRefs").and_then(Value::as_array).map(Vec::as_slice) {
        Some([one]) => {
            let text = |key: &str| one.get(key).and_then(Value::as_str).map(str::to_owned);
            let namespace = text("namespace").unwrap_or_else(|| gateway.namespace.clone());
            (namespace, text("name").unwrap_or_default())
        }
        // Several authorities stand for none by name.
        Some(_) | None => Default::default(),
    };
    let demand = match validation.get("mode").and_then(Value::as_str) {
        Some("AllowInsecureFallback") => CertificateDemand::Unchecked,
        Some(_) | None => CertificateDemand::Required,
    };
    let asked = ClientCertificates {
        authority,
        or_beside: false,
        demand,
        depth: DEPTH,
        error_page: None,
        passed_on: false,
        common_name: None,
    };
    Some(Located::new(asked, gateway.field(path.key("validation"))))
}

/// What an option of a listener asks for in Istio. The authority is in the Secret of its certificate, or beside it
/// (istio/istio pilot/pkg/config/kube/gateway/conversion.go, buildTLS).
pub(super) fn of_option(
    listener: &Listener,
    origin: &Origin,
    namespace: &str,
    objects: &Objects,
    profile: &Profile,
) -> Option<Located<ClientCertificates>> {
    let tls = listener.tls.as_ref().filter(|_| profile.istio_objects)?;
    let demand = match tls.options.get("gateway.istio.io/tls-terminate-mode")?.as_str() {
        "MUTUAL" => CertificateDemand::Required,
        "OPTIONAL_MUTUAL" => CertificateDemand::Optional,
        _ => return None,
    };
    let certificate = tls.certificate_refs.first()?;
    let home = certificate.namespace.clone().unwrap_or_else(|| namespace.to_owned());
    let beside = (home.clone(), format!("{}-cacert", certificate.name));
    let is_known = objects.secrets.contains_key(&beside);
    let authority = if is_known { beside } else { (home, certificate.name.clone()) };
    let or_beside = !is_known;
    let asked = ClientCertificates {
        authority,
        or_beside,
        demand,
        depth: DEPTH,
        error_page: None,
        passed_on: false,
        common_name: None,
    };
    Some(Located::new(asked, origin.clone()))
}
