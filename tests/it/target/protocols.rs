//! gRPC, TLS towards backends, passthrough, streams.

use gatelift::gateway::Object;
use gatelift::model::*;
use gatelift::report::Code;
use gatelift::target::Options;

use super::build::*;

fn speaking(object: &str, on: &str, to: &str, protocol: BackendProtocol) -> Rule {
    under(object, on, to, |p| p.backend_protocol = located(object, "protocol", protocol))
}

#[test]
fn grpc_services_have_a_grpc_route() {
    let grpc = |on: &str| speaking("shop/grpc", on, "shop/orders:50051", BackendProtocol::Grpc);
    let rules = vec![grpc("=/shop.Orders/Get"), grpc("/shop.Carts"), grpc("/")];
    let output = written(&routing(vec![], vec![secure("grpc.example.com", &["shop/tls"], rules)]));
    snapshot("grpc", &output);
    assert!(output.http_routes().is_empty());
}

/// competitor W17, W18: one kind a host, and no method names out of URL paths.
#[test]
fn mixed_hosts_have_an_http_route() {
    let grpc = speaking("shop/grpc", "/shop.Orders", "shop/orders:50051", BackendProtocol::Grpc);
    for other in [
        forward("shop/web", "/", "shop/web:80"),
        to_https("shop/web", "/"),
        speaking("shop/grpc", "/api/v1/foo", "shop/orders:50051", BackendProtocol::Grpc),
        speaking("shop/grpc", "~/a.*", "shop/orders:50051", BackendProtocol::Grpc),
    ] {
        let output = written(&routing(vec![host("a.com", vec![grpc.clone(), other])], vec![]));
        assert!(output.grpc_routes().is_empty());
        assert_eq!(output.http_routes().len(), 1);
        assert_eq!(output.codes(), [Code::AppProtocolNeeded]);
    }
}

#[test]
fn the_redirect_of_a_grpc_host_is_http() {
    let grpc = speaking("shop/grpc", "/", "shop/orders:50051", BackendProtocol::Grpc);
    let http = vec![host("a.com", vec![to_https("shop/grpc", "/")])];
    let output = written(&routing(http, vec![secure("a.com", &["shop/tls"], vec![grpc])]));
    assert_eq!(output.names("GRPCRoute"), ["shop/grpc-a-com"]);
    assert_eq!(output.names("HTTPRoute"), ["shop/grpc-a-com-redirect"]);
    assert!(output.grpc_routes()[0].spec.rules[0].matches.is_empty(), "every method");
}

/// competitor N14, N15: never plain HTTP to a TLS port.
#[test]
fn unchecked_tls_is_withheld() {
    for protocol in [BackendProtocol::Https, BackendProtocol::Grpcs] {
        let routing = routing(vec![host("a.com", vec![speaking("shop/web", "/", "shop/web:443", protocol)])], vec![]);
        let output = written(&routing);
        assert_eq!(output.codes(), [Code::BackendTlsNotCarried]);
        assert!(output.rules()[0].backend_refs.is_empty());
        let allow = [Code::BackendTlsNotCarried].into();
        let allowed = with(&routing, &Options { allow, ..Options::default() });
        let written = allowed.rules().len() + allowed.grpc_routes().len();
        assert_eq!(written, 1);
    }
    for protocol in [BackendProtocol::Fcgi, BackendProtocol::SameAsRequest] {
        let rule = speaking("shop/web", "/", "shop/web:9000", protocol);
        let output = written(&routing(vec![host("a.com", vec![rule])], vec![]));
        assert_eq!(output.codes(), [Code::FastCgiNotExpressible]);
    }
}

fn checked(object: &str, on: &str, to: &str, name: &str) -> Rule {
    under(object, on, to, |p| {
        p.backend_protocol = located(object, "protocol", BackendProtocol::Https);
        let secret = Some(("shop".to_owned(), "ca".to_owned()));
        p.backend_tls = located(
            object,
            "tls",
            BackendTls { verify: true, server_name: Some(name.to_owned()), secret, ..BackendTls::default() },
        );
    })
}

#[test]
fn checked_tls_is_a_policy() {
    let rules = vec![
        checked("shop/web", "/a", "shop/a:443", "a.internal"),
        checked("shop/web", "/b", "shop/a:443", "a.internal"),
    ];
    let output = written(&routing(vec![host("a.com", rules)], vec![]));
    snapshot("checked_tls", &output);
    assert_eq!(output.codes(), [Code::CaConfigMapNeeded]);
}

/// A policy holds for the whole Service.
#[test]
fn rules_that_disagree_about_a_service_have_no_policy() {
    let other_name = checked("shop/web", "/b", "shop/a:443", "b.internal");
    let plain = forward("shop/web", "/b", "shop/a:80");
    for other in [other_name, plain] {
        let rules = vec![checked("shop/web", "/a", "shop/a:443", "a.internal"), other];
        let output = written(&routing(vec![host("a.com", rules)], vec![]));
        assert!(output.names("BackendTLSPolicy").is_empty());
        assert_eq!(output.codes(), [Code::BackendTlsNotCarried]);
        assert!(output.rules()[0].backend_refs.is_empty());
    }
}

/// competitor N20: no HTTPS listener beside the passthrough.
#[test]
fn passthrough() {
    let mut through = host("raw.example.com", vec![forward("shop/raw", "/", "shop/raw:443")]);
    through.passthrough = true;
    through.tls = Some(Tls { secrets: vec![("shop".into(), "unused".into())], sni: None, client: None, origin: None });
    let http = vec![host("raw.example.com", vec![forward("shop/raw", "/", "shop/raw:80")])];
    let output = written(&routing(http, vec![through.clone()]));
    assert_eq!(
        output.listeners(),
        ["HTTP:80 raw.example.com = http-raw-example-com", "TLS:443 raw.example.com = tls-raw-example-com"]
    );
    assert_eq!(output.names("TLSRoute"), ["shop/raw-raw-example-com-tls"]);
    assert_eq!(output.names("HTTPRoute"), ["shop/raw-raw-example-com"]);

    through.host = HostPattern::Any;
    let output = written(&routing(vec![], vec![through]));
    assert_eq!(output.codes(), [Code::HostNotExpressible]);
    assert!(output.objects.is_empty());
}

#[test]
fn streams() {
    let mut routing = routing(vec![], vec![]);
    let stream = |to| vec![host("*", vec![forward("ingress-nginx/tcp-services", "/", to)])];
    routing.entry_points =
        vec![entry(9000, Protocol::Tcp, stream("shop/db:5432")), entry(53, Protocol::Udp, stream("shop/dns:53"))];
    let output = written(&routing);
    assert_eq!(output.listeners(), ["UDP:53 * = udp-53", "TCP:9000 * = tcp-9000"]);
    assert_eq!(output.names("TCPRoute"), ["ingress-nginx/tcp-services-tcp-9000"]);
    assert_eq!(output.names("ReferenceGrant").len(), 2);
    let Some(Object::UdpRoute(route)) = output.objects.last().map(|one| &one.object) else { panic!("no UDPRoute") };
    assert_eq!(route.spec.rules[0].backend_refs[0].namespace.as_deref(), Some("shop"));
}
