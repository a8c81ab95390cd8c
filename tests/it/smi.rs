//! TrafficTargets for Istio: which pods policies are written for, and which Services stay closed without them.

use gatelift::report::{Code, Severity};
use gatelift::{Conversion, Options, Target, convert, read_text, verify};

/// A Service that is split to one other, a Deployment behind it, and who may ask it.
const INPUT: &str = "
apiVersion: split.smi-spec.io/v1alpha4
kind: TrafficSplit
metadata: {name: web, namespace: shop}
spec: {service: web, backends: [{service: v1, weight: 1}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: v1, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {serviceAccountName: web}
---
apiVersion: specs.smi-spec.io/v1alpha4
kind: TCPRoute
metadata: {name: port, namespace: shop}
spec: {matches: {ports: [80]}}
---
apiVersion: access.smi-spec.io/v1alpha3
kind: TrafficTarget
metadata: {name: front-to-web, namespace: shop}
spec:
  destination: {kind: ServiceAccount, name: web, namespace: shop}
  sources: [{kind: ServiceAccount, name: front, namespace: shop}]
  rules: [{kind: TCPRoute, name: port}]
";

fn options(target: &str) -> Options {
    Options { target: Target { name: target.to_owned(), version: None }, ..Options::default() }
}

fn converted(text: &str) -> Conversion {
    convert(&read_text("input.yaml", text), &options("istio"))
}

fn has(conversion: &Conversion, code: Code) -> bool {
    conversion.report.diagnostics.iter().any(|found| found.code == code)
}

/// The routes answer, and a policy stands before the pods.
fn is_open(text: &str) -> bool {
    let conversion = converted(text);
    let policies = conversion.objects.iter().filter(|object| object.kind() == "AuthorizationPolicy").count();
    let withheld = has(&conversion, Code::RuleWithheld);
    let lost = has(&conversion, Code::ProtectionNotCarried);
    assert_eq!(withheld, lost, "a rule is withheld where its protection is lost");
    !withheld && policies > 0
}

#[test]
fn a_service_with_known_pods_is_served_behind_policies() {
    assert!(is_open(INPUT));
    assert!(!has(&converted(INPUT), Code::Unexplained));
}

/// Behind a waypoint it is the waypoint that a pod sees: policies of pods would refuse what it hands on.
#[test]
fn behind_a_waypoint_a_service_stays_closed() {
    let options = Options { waypoint: Some("waypoint".to_owned()), ..options("istio") };
    let conversion = convert(&read_text("input.yaml", INPUT), &options);
    assert!(has(&conversion, Code::ProtectionNotCarried) && has(&conversion, Code::RuleWithheld));
    assert!(conversion.objects.iter().all(|object| object.kind() != "AuthorizationPolicy"));
    assert!(!has(&conversion, Code::Unexplained));
}

#[test]
fn elsewhere_nothing_is_served_without_its_access_control() {
    for target in ["standard", "envoy-gateway"] {
        let conversion = convert(&read_text("input.yaml", INPUT), &options(target));
        assert!(has(&conversion, Code::ProtectionNotCarried) && has(&conversion, Code::RuleWithheld), "{target}");
        assert!(conversion.objects.iter().all(|object| object.kind() != "AuthorizationPolicy"), "{target}");
    }
}

#[test]
fn a_service_stays_closed_where_policies_do_not_say_the_same() {
    let pod = |labels: &str, rest: &str, spec: &str| {
        format!(
            "{INPUT}---\napiVersion: v1\nkind: Pod\nmetadata: {{name: one, namespace: shop, labels: {labels}{rest}}}\nspec: {spec}\n"
        )
    };
    let owned = ", ownerReferences: [{kind: Rollout, name: web, controller: true}]";
    let cases = [
        (
            "the labels choose another account's pods",
            pod("{app: web, track: canary}", "", "{serviceAccountName: other}"),
        ),
        ("what makes some of the pods is not known", pod("{app: web}", owned, "{serviceAccountName: other}")),
        ("a pod without a sidecar", pod("{app: web}", "", "{serviceAccountName: web, hostNetwork: true}")),
        ("the port of the pods is another", INPUT.replace("targetPort: 80}", "targetPort: 8080}")),
        ("the port has a name", INPUT.replace("targetPort: 80}", "targetPort: web}")),
        ("no Service has the port", INPUT.replace("ports: [80]", "ports: [81]")),
        ("no workload runs under the account", INPUT.replace("{serviceAccountName: web}", "{serviceAccountName: v1}")),
        ("no workload is in the input", INPUT.replace("kind: Deployment", "kind: Widget")),
        (
            "an expression is none of a policy",
            INPUT.replace("rules: [", "rules: [{kind: HTTPRouteGroup, name: odd}, ")
                + "---\napiVersion: specs.smi-spec.io/v1alpha4\nkind: HTTPRouteGroup\nmetadata: {name: odd, namespace: shop}\nspec: {matches: [{name: odd, pathRegex: '/a+'}]}\n",
        ),
        ("a group is not in the input", INPUT.replace("rules: [", "rules: [{kind: HTTPRouteGroup, name: gone}, ")),
        ("a route is of datagrams", INPUT.replace("TCPRoute", "UDPRoute")),
        ("a source is no service account", INPUT.replace("sources: [{kind: ServiceAccount", "sources: [{kind: Group")),
        (
            "a destination elsewhere",
            INPUT.replace("name: web, namespace: shop}\n  sources", "name: web, namespace: other}\n  sources"),
        ),
        ("names of matches are no list", INPUT.replace("name: port}]", "name: port, matches: port}]")),
    ];
    for (what, text) in cases {
        assert!(!is_open(&text), "{what}");
    }
}

/// A pod that is known, and has the account, changes nothing.
#[test]
fn pods_of_a_known_workload_are_protected_by_its_policy() {
    let owned = "metadata: {name: web-abc, namespace: shop, labels: {app: web, hash: abc}, ownerReferences: [{kind: ReplicaSet, name: web, controller: true}]}";
    assert!(is_open(&format!("{INPUT}---\napiVersion: v1\nkind: Pod\n{owned}\nspec: {{serviceAccount: web}}\n")));
}

#[test]
fn a_target_without_rules_lets_nobody_in() {
    let conversion = converted(&INPUT.replace("  rules: [{kind: TCPRoute, name: port}]\n", ""));
    let policy = conversion.objects.iter().find(|object| object.kind() == "AuthorizationPolicy").unwrap();
    let spec = serde_json::to_value(policy).unwrap()["spec"].clone();
    assert_eq!(spec, serde_json::json!({ "action": "ALLOW", "selector": { "matchLabels": { "app": "web" } } }));
}

#[test]
fn verify_misses_the_policies() {
    let before = read_text("before.yaml", INPUT);
    let written = converted(INPUT).objects;
    let text = |with_policies: bool| {
        let objects = written.iter().filter(|object| with_policies || object.kind() != "AuthorizationPolicy");
        let texts: Vec<_> = objects.map(|object| serde_json::to_string(object).unwrap()).collect();
        read_text("after.yaml", &texts.join("\n---\n"))
    };
    let protected = verify(&before, &text(true), &options("istio"));
    let open = verify(&before, &text(false), &options("istio"));
    let loses = |verification: &gatelift::Verification| {
        verification.differences.iter().any(|found| found.codes.contains(&Code::LetIn))
    };
    assert!(!open.equivalent && loses(&open), "{open:?}");
    assert!(!loses(&protected), "{protected:?}");
}

/// Workloads are of interest to TrafficTargets alone: elsewhere nobody is told about what is wrong with them.
#[test]
fn workloads_are_read_where_somebody_asks() {
    let workload = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: ${REPLICAS}}\n";
    let alone = read_text("input.yaml", workload);
    assert!(alone.manifests.is_empty() && alone.report.diagnostics.is_empty());
    let beside = read_text("input.yaml", &format!("{INPUT}---\n{workload}"));
    assert!(beside.report.diagnostics.iter().any(|found| found.severity == Severity::Error));
}
