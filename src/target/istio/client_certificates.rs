//! Client certificates: an option of each listener. Which authorities count is in the Secret of the listener's own
//! certificate, or in the one of the same name with `-cacert` (istio/istio pilot/pkg/config/kube/gateway/conversion.go,
//! buildTLS; pilot/pkg/credentials/kube/secrets.go, GetCaCert). `spec.tls.frontend` is read from 1.31 on.

use std::collections::BTreeMap;

use crate::model::{CertificateDemand, ClientCertificates, Located};
use crate::report::{Code, Diagnostic, Severity};
use crate::target::extension::Listeners;
use crate::target::sites::{Listening, Site, Speaks};
use crate::target::{Feature, Run, client_certificates, named, same_namespace};

const OPTION: &str = "gateway.istio.io/tls-terminate-mode";

/// Where the pods of a listener look for the authority, beside its certificate.
const SUFFIX: &str = "-cacert";

/// Why a listener cannot ask its clients; `None` where it can.
pub(super) fn refused(asked: &ClientCertificates, run: &Run, listening: &Listening) -> Option<String> {
    if run.options.gateway.is_some() {
        return Some(
            "an option of the listener asks for certificates, and this Gateway is not part of the output".into(),
        );
    }
    if asked.common_name.is_some() {
        return Some("Istio does not look at the name in a certificate".into());
    }
    if asked.demand == CertificateDemand::Unchecked {
        return Some("Istio takes no certificate that it does not check".into());
    }
    let Speaks::Https(secrets) = &listening.speaks else { return None };
    let (namespace, name) = &asked.authority;
    let Some((home, own)) = secrets.first() else { return Some("the listener has no certificate".into()) };
    let beside = same_namespace(namespace, home) && name.strip_suffix(SUFFIX).unwrap_or(name) == own;
    (!beside).then(|| {
        format!(
            "Istio takes the authority from the Secret `{}/{own}{SUFFIX}`: copy the one in `{}/{name}` there, and name the \
             copy in the input",
            named(home),
            named(namespace)
        )
    })
}

/// The options of a listener.
pub(super) fn options(run: &Run, listening: &Listening) -> BTreeMap<String, String> {
    let asked = listening.client.filter(|asked| refused(&asked.value, run, listening).is_none());
    let mode = asked.map(|asked| match asked.value.demand {
        CertificateDemand::Required => "MUTUAL",
        CertificateDemand::Optional | CertificateDemand::Unchecked => "OPTIONAL_MUTUAL",
    });
    mode.map(|mode| (OPTION.to_owned(), mode.to_owned())).into_iter().collect()
}

/// Says in what Istio's differ.
pub(super) fn tell(listeners: &mut Listeners, site: &Site) {
    for listening in &site.listenings {
        let Some(Located { value, origin }) = listening.client else { continue };
        if refused(value, listeners.run, listening).is_some() {
            continue;
        }
        let passed_on = value.passed_on.then_some("the backend does not get the certificate");
        let differences = client_certificates::differences(value, listeners.run).into_iter().chain(passed_on);
        let message = format!("{}: Istio's differ in part", Feature::ClientCertificates.name());
        let mut finding = Diagnostic::new(Code::SettingApproximated, message);
        finding.severity = Severity::Info;
        let finding = differences.fold(finding, Diagnostic::note);
        if !finding.notes.is_empty() {
            listeners.findings.approximate(finding, origin);
        }
    }
}
