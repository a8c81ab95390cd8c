//! What holds for whole listeners and Gateways: client certificates, connections, the access log.

use gatelift::model::*;
use gatelift::report::{Code, Fate};
use gatelift::target::{ENVOY_GATEWAY, ISTIO, Options, STANDARD, Topology};
use serde_json::{Value as Json, json};

use super::build::*;

fn asking(name: &str, demand: CertificateDemand) -> VirtualHost {
    let mut asking = secure(name, &["shop/tls"], vec![forward("shop/web", "/", "shop/web:80")]);
    let asked = ClientCertificates {
        authority: ("shop".into(), "ca".into()),
        or_beside: false,
        demand,
        depth: 1,
        error_page: None,
        passed_on: false,
        common_name: None,
    };
    asking.tls.as_mut().unwrap().client = located("shop/web", "certificates", asked);
    asking
}

fn gateway_tls(output: &Output) -> Option<Json> {
    output.gateways()[0].spec.tls.clone()
}

/// gateway_types.go, FrontendTLSConfig: the handshake comes before the host.
#[test]
fn client_certificates_are_asked_for_by_port() {
    let hosts = || vec![asking("a.com", CertificateDemand::Required), asking("b.com", CertificateDemand::Required)];
    let output = written(&routing(vec![], hosts()));
    let reference = json!([{ "group": "", "kind": "ConfigMap", "name": "ca" }]);
    let tls = gateway_tls(&output).unwrap();
    assert_eq!(tls["frontend"]["perPort"][0]["port"], 443);
    let validation = json!({ "caCertificateRefs": reference, "mode": "AllowValidOnly" });
    assert_eq!(tls["frontend"]["perPort"][0]["tls"]["validation"], validation);
    assert_eq!(output.rules().iter().map(|rule| rule.backend_refs.len()).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(output.fate("shop/web", "certificates"), Some((Fate::Approximated, Some(Code::SettingApproximated))));

    let open = secure("c.com", &["shop/tls"], vec![forward("shop/web", "/", "shop/web:80")]);
    for other in [open, asking("c.com", CertificateDemand::Unchecked), asking("c.com", CertificateDemand::Optional)] {
        let output = written(&routing(vec![], hosts().into_iter().chain([other]).collect()));
        assert_eq!(gateway_tls(&output), None, "the other host asks otherwise");
        assert!(output.codes().contains(&Code::ProtectionNotCarried));
    }
    let existing = Options { gateway: Some(("infra".into(), "edge".into())), ..Options::default() };
    assert!(with(&routing(vec![], hosts()), &existing).codes().contains(&Code::ProtectionNotCarried));
}

#[test]
fn what_is_lost_of_client_certificates_is_said_on_every_target() {
    const ANSWERS: &str = "ingress-nginx answers 400";
    let said = |target, demand, pipeline| {
        let mut host = asking("a.com", demand);
        let asked = &mut host.tls.as_mut().unwrap().client.as_mut().unwrap().value;
        asked.authority.1 = "tls-cacert".into();
        (asked.depth, asked.error_page) = (3, Some("https://a.com/sorry".into()));
        let mut routing = routing(vec![], vec![host]);
        routing.entry_points[0].pipeline = pipeline;
        for_target(target, &routing, &Options::default()).findings().join("\n")
    };
    for target in [&STANDARD, &ENVOY_GATEWAY, &ISTIO] {
        let text = said(target, CertificateDemand::Required, Pipeline::Nginx);
        for lost in [ANSWERS, "how long chains may be", "no error page for clients"] {
            assert!(text.contains(lost), "{}: {lost}: {text}", target.name);
        }
        let text = said(target, CertificateDemand::Required, Pipeline::Envoy);
        assert!(!text.contains(ANSWERS) && text.contains("how long chains may be"), "{}: {text}", target.name);
    }
    let text = said(&ENVOY_GATEWAY, CertificateDemand::Unchecked, Pipeline::Nginx);
    assert!(!text.contains(ANSWERS) && text.contains("no error page"), "nobody is refused: {text}");
}

fn logged(all: &[bool]) -> Routing {
    let rule = |(index, logged): (usize, &bool)| {
        let object = format!("shop/web{index}");
        under(&object, &format!("/{index}"), "shop/web:80", |p| p.access_log = located(&object, "log", *logged))
    };
    routing(vec![host("a.com", all.iter().enumerate().map(rule).collect())], vec![])
}

#[test]
fn the_access_log_is_off_where_no_rule_wants_it() {
    let proxies = |output: &Output| output.names("EnvoyProxy").len();
    let off = for_target(&ENVOY_GATEWAY, &logged(&[false, false]), &Options::default());
    assert_eq!(proxies(&off), 1);
    assert_eq!(off.fate("shop/web0", "log"), Some((Fate::Approximated, Some(Code::SettingApproximated))));
    let infrastructure = off.gateways()[0].spec.infrastructure.clone().unwrap();
    let reference = json!({ "group": "gateway.envoyproxy.io", "kind": "EnvoyProxy", "name": "nginx" });
    assert_eq!(infrastructure["parametersRef"], reference);

    let some = for_target(&ENVOY_GATEWAY, &logged(&[false, true]), &Options::default());
    assert_eq!(proxies(&some), 0);
    assert_eq!(some.fate("shop/web0", "log"), Some((Fate::Dropped, Some(Code::SettingNotCarried))));
    assert_eq!(some.fate("shop/web1", "log"), None, "a log is what there is anyway");
}

#[test]
fn connections_are_settings_of_the_gateway_or_lost() {
    let mut asked = routing(vec![host("a.com", vec![forward("shop/web", "/", "shop/web:80")])], vec![]);
    asked.entry_points[0].implicit.connections =
        located("shop/web", "idle", ConnectionSetting::Idle(30_000)).into_iter().collect();
    assert_eq!(written(&asked).fate("shop/web", "idle"), Some((Fate::Dropped, Some(Code::SettingNotCarried))));
    let output = for_target(&ENVOY_GATEWAY, &asked, &Options::default());
    assert_eq!((output.names("ClientTrafficPolicy").len(), output.fate("shop/web", "idle")), (1, None));

    let sets = Options { topology: Topology::ListenerSet, ..Options::default() };
    let output = for_target(&ENVOY_GATEWAY, &asked, &sets);
    assert_eq!(output.names("ClientTrafficPolicy").len(), 1, "the Gateway's holds for its ListenerSets");
}
