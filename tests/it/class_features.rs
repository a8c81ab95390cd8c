//! What a GatewayClass does not list among its features is not written, or is said.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use gatelift::report::Code;
use gatelift::{Channel, Conversion, Options, Target};

/// Cases whose setting is lost without a feature: the case, the GatewayClass, the feature, what then stands nowhere.
const LOST: &[(&str, &str, &str, &str)] = &[
    ("ingress-nginx/cors-defaults", "nginx", "HTTPRouteCORS", "type: CORS"),
    ("ingress-nginx/mirror-to-a-service", "nginx", "HTTPRouteRequestMirror", "requestMirror:"),
    ("ingress-nginx/https-backend-that-is-verified", "nginx", "BackendTLSPolicy", "kind: BackendTLSPolicy"),
    ("ingress-nginx/rewrite-target-with-captures", "nginx", "HTTPRoutePathRewrite", "replacePrefixMatch:"),
    ("ingress-nginx/upstream-vhost", "nginx", "HTTPRouteHostRewrite", "urlRewrite:"),
    ("istio/policies-of-routes", "istio", "HTTPRouteRequestTimeout", "timeouts:"),
    ("istio/policies-of-routes", "istio", "HTTPRouteRetry", "retry:"),
];

/// Cases that are written all the same, because no other form of them is known.
const SAID: &[(&str, &str, &str)] = &[
    ("ingress-nginx/grpc-backend", "nginx", "GRPCRoute"),
    ("ingress-nginx/ssl-passthrough", "nginx", "TLSRoute"),
    ("ingress-nginx/tls-redirects-to-https", "nginx", "HTTPRouteSchemeRedirect"),
    ("istio/match-conditions", "istio", "HTTPRouteQueryParamMatching"),
];

fn listed() -> BTreeSet<String> {
    let others = ["Gateway", "HTTPRoute", "HTTPRouteMethodMatching"];
    let of_cases = LOST.iter().map(|case| case.2).chain(SAID.iter().map(|case| case.2));
    others.into_iter().chain(of_cases).map(str::to_owned).collect()
}

fn options(class: &str, features: BTreeSet<String>) -> Options {
    let class_features = [(class.to_owned(), features)].into();
    Options { class_features, channel: Channel::Experimental, target: Target::default(), ..Options::default() }
}

fn converted(case: &str, options: &Options) -> (String, Conversion) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(case).join("input.yaml");
    let input = gatelift::read_text("input.yaml", &fs::read_to_string(file).unwrap());
    let conversion = gatelift::convert(&input, options);
    let objects = conversion.objects.iter().map(gatelift::emit::value);
    (objects.map(|object| text(&object)).collect(), conversion)
}

/// JSON with the spacing of YAML, as far as the texts that are looked for go.
fn text(object: &serde_json::Value) -> String {
    serde_json::to_string_pretty(object).unwrap().replace('"', "")
}

/// The findings that name a feature, in their notes or messages, and whether each has a place.
fn about(conversion: &Conversion, feature: &str) -> Vec<(Code, bool)> {
    let names = |text: &String| text.contains(&format!(" {feature} "));
    let found = conversion.report.diagnostics.iter();
    let found = found.filter(|finding| names(&finding.message) || finding.notes.iter().any(names));
    found.map(|finding| (finding.code, !finding.labels.is_empty())).collect()
}

#[test]
fn a_setting_without_its_feature_is_lost() {
    for (case, class, feature, text) in LOST {
        let mut features = listed();
        let (whole, _) = converted(case, &options(class, features.clone()));
        assert!(whole.contains(text), "{case}: {whole}");
        features.remove(*feature);
        let (without, conversion) = converted(case, &options(class, features.clone()));
        assert!(!without.contains(text), "{case}: {without}");
        let said = about(&conversion, feature);
        assert!(
            !said.is_empty() && said.iter().all(|(code, has_place)| *has_place && *code != Code::ClassLacksFeature),
            "{case}: {said:?}"
        );
        // Accepted, it is written, and said to be unlisted.
        let allowing = Options { allow: [Code::ClassLacksFeature].into(), ..options(class, features) };
        let (allowed, conversion) = converted(case, &allowing);
        assert_eq!(allowed, whole, "{case}");
        assert!(about(&conversion, feature).contains(&(Code::ClassLacksFeature, true)), "{case}");
    }
}

#[test]
fn what_has_no_other_form_is_said() {
    for (case, class, feature) in SAID {
        let mut features = listed();
        let (whole, conversion) = converted(case, &options(class, features.clone()));
        assert_eq!(about(&conversion, feature), [], "{case}");
        features.remove(*feature);
        let (without, conversion) = converted(case, &options(class, features));
        assert_eq!(without, whole, "{case}");
        assert_eq!(about(&conversion, feature), [(Code::ClassLacksFeature, true)], "{case}");
    }
}

#[test]
fn a_class_that_says_nothing_decides_nothing() {
    for (case, class, ..) in LOST {
        let (none, said) = converted(case, &options("another", listed()));
        let (empty, _) = converted(case, &options(class, BTreeSet::new()));
        assert_eq!(none, empty, "{case}");
        assert!(said.report.diagnostics.iter().all(|finding| finding.code != Code::ClassLacksFeature), "{case}");
    }
}

/// Routes that are attached to a Gateway that is there are served by the class of that Gateway.
#[test]
fn an_existing_gateway_has_a_class_of_its_own() {
    let few: BTreeSet<String> = ["Gateway", "HTTPRoute"].map(str::to_owned).into();
    let attached = |class: &str| Options {
        gateway: Some("edge/public".parse().unwrap()),
        gateway_class: Some(class.to_owned()),
        ..options("small", few.clone())
    };
    assert!(!converted("ingress-nginx/cors-defaults", &attached("small")).0.contains("type: CORS"));
    assert!(converted("ingress-nginx/cors-defaults", &attached("large")).0.contains("type: CORS"));

    let gateway = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: public, namespace: edge}\n\
                   spec: {gatewayClassName: small, listeners: [{name: http, port: 80, protocol: HTTP}]}\n---\n";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/ingress-nginx/cors-defaults/input.yaml");
    let input = gatelift::read_text("input.yaml", &format!("{gateway}{}", fs::read_to_string(file).unwrap()));
    let conversion = gatelift::convert(&input, &Options { gateway_class: None, ..attached("") });
    let objects: String = conversion.objects.iter().map(gatelift::emit::value).map(|object| text(&object)).collect();
    assert!(!objects.contains("type: CORS"), "{objects}");
}
