//! Reading a cluster.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::objects::{moved, path};
use super::{chosen, live};
use crate::emit::Scratch;

/// Kinds that the server stores without CRDs of their own.
const STORED: &[&str] = &["Ingress", "IngressClass", "Service", "Secret", "ConfigMap"];

/// The cases that say the same in any cluster: one namespace, no times, nothing that the server refuses.
fn cases() -> Vec<(String, Vec<gatelift::model::Manifest>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/ingress-nginx");
    let mut cases = Vec::new();
    for entry in fs::read_dir(root).unwrap() {
        let input = entry.unwrap().path().join("input.yaml");
        let Ok(text) = fs::read_to_string(&input) else { continue };
        let read = gatelift::read_text("input.yaml", &text);
        let namespaces: std::collections::BTreeSet<_> =
            read.manifests.iter().map(|m| &m.object.namespace).filter(|namespace| !namespace.is_empty()).collect();
        let is_plain = namespaces.len() == 1
            && read.report.diagnostics.is_empty()
            && !text.contains("creationTimestamp")
            && read.manifests.iter().all(|m| STORED.contains(&m.object.kind.as_str()) && m.api_version.ends_with("v1"));
        if is_plain {
            let name = input.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
            cases.push((name, read.manifests));
        }
    }
    cases.sort_by(|a, b| a.0.cmp(&b.0));
    cases
}

#[test]
fn convert_gives_what_files_give() {
    let Some(live) = live("convert_gives_what_files_give") else { return };
    let scratch = Scratch::new("live-convert");
    let mut compared = 0;
    for (name, manifests) in cases() {
        let namespace = "live-convert";
        live.store.fresh_namespace(namespace);
        let objects: Vec<Json> = manifests.iter().map(|manifest| moved(manifest, namespace)).collect();
        if !objects.iter().all(|object| live.store.apply(object).is_ok()) {
            // What the API server refuses is in no cluster.
            continue;
        }
        let file = scratch.0.join("input.json");
        let list = json!({ "apiVersion": "v1", "kind": "List", "items": objects });
        fs::write(&file, serde_json::to_vec(&list).unwrap()).unwrap();
        let from_files = live.run(&chosen(&["convert", "-f", file.to_str().unwrap()]));
        let from_cluster = live.run(&chosen(&["convert", "-n", namespace]));
        // Classes are the cluster's, and other cases may need another.
        for object in objects.iter().filter(|object| object["kind"] == "IngressClass") {
            live.store.delete(&path(object));
        }
        assert!((0..=2).contains(&from_files.status), "{name}\n{}", from_files.err);
        assert_eq!(from_files.out, from_cluster.out, "{name}\n{}\n{}", from_files.err, from_cluster.err);
        assert_eq!(from_files.status, from_cluster.status, "{name}\n{}\n{}", from_files.err, from_cluster.err);
        compared += 1;
    }
    eprintln!("{compared} cases are the same from files and from a cluster");
    assert!(compared >= 60, "{compared}");
}

fn ingress(namespace: &str, name: &str, host: &str) -> Json {
    let backend = json!({ "service": { "name": "web", "port": { "number": 80 } } });
    json!({ "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": { "name": name, "namespace": namespace },
        "spec": { "ingressClassName": "nginx", "rules": [
            { "host": host, "http": { "paths": [{ "path": "/", "pathType": "Prefix", "backend": backend }] } }] } })
}

#[test]
fn labels_choose_what_is_converted() {
    let Some(live) = live("labels_choose_what_is_converted") else { return };
    live.store.fresh_namespace("live-labels");
    let mut labelled = ingress("live-labels", "a", "a.example.com");
    labelled["metadata"]["labels"] = json!({ "team": "red" });
    live.store.apply_all(&[labelled, ingress("live-labels", "b", "b.example.com")]);
    let ran = live.run(&chosen(&["convert", "-n", "live-labels", "--source", "ingress", "-l", "team in (red,blue)"]));
    assert!(ran.out.contains("a.example.com") && !ran.out.contains("b.example.com"), "{ran:?}");
    let refused = live.run(&chosen(&["convert", "-n", "live-labels", "-l", "team in ("]));
    assert_eq!(refused.status, 2, "{refused:?}");
    assert!(refused.err.contains("error[G2L503]"), "{refused:?}");
}

#[test]
fn a_user_without_rights_is_told_what_is_missing() {
    let Some(live) = live("a_user_without_rights_is_told_what_is_missing") else { return };
    let ran = live.run(&chosen(&["convert", "--context", "nobody", "-A", "--message-format", "concise"]));
    assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(ran.err.contains("error[G2L501] ingresses.networking.k8s.io may not be read"), "{ran:?}");
    assert!(ran.err.contains("warning[G2L502] secrets may not be read"), "{ran:?}");
    let viewer = live.run(&chosen(&["convert", "--context", "viewer", "-n", "default"]));
    assert_eq!(viewer.status, 0, "{viewer:?}");
    let unknown = live.run(&["convert", "--context", "elsewhere", "-A"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.err.contains("elsewhere"), "{unknown:?}");
}

/// `rules` of the ClusterRole: group, resource, verb.
fn rights(manifest: &str) -> Vec<(String, String, String)> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging").join(manifest)).unwrap();
    let mut rights = Vec::new();
    for range in gatelift::syntax::documents(&text) {
        let Some(role) = gatelift::syntax::parse(&text, range).unwrap() else { continue };
        let role = role.to_json();
        let list = |rule: &Json, key: &str| -> Vec<String> {
            rule[key].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        for rule in role["rules"].as_array().into_iter().flatten() {
            for group in list(rule, "apiGroups") {
                for resource in list(rule, "resources") {
                    rights.extend(list(rule, "verbs").into_iter().map(|verb| (group.clone(), resource.clone(), verb)));
                }
            }
        }
    }
    rights
}

/// Everything that a run asks for is in packaging/rbac.yaml.
#[test]
fn the_cluster_role_allows_what_is_asked() {
    let Some(live) = live("the_cluster_role_allows_what_is_asked") else { return };
    let rights = rights("rbac.yaml");
    live.store.fresh_namespace("live-rbac");
    live.store.apply_all(&[ingress("live-rbac", "a", "a.example.com")]);
    let runs: [&[&str]; 3] = [
        &["convert", "-A", "-v"],
        &["trace", "-n", "live-rbac", "-v", "http://a.example.com/"],
        &["verify", "-v", "-n", "live-rbac", "--before", "cluster", "--after", "cluster"],
    ];
    let mut asked = 0;
    for arguments in runs {
        let ran = live.run(arguments);
        for line in ran.err.lines().filter_map(|line| line.strip_prefix("GET /")) {
            let path = line.split(['?', ' ']).next().unwrap();
            let parts: Vec<&str> = path.split('/').collect();
            let (group, rest) = match parts.as_slice() {
                ["api" | "apis"] => continue,
                ["api", _, rest @ ..] => ("", rest),
                ["apis", group, _, rest @ ..] => (*group, rest),
                _ => panic!("{line}"),
            };
            let (resource, verb) = match rest {
                ["namespaces", _, resource] | [resource] => (*resource, "list"),
                ["namespaces", _, resource, _] | [resource, _] => (*resource, "get"),
                _ => panic!("{line}"),
            };
            let right = (group.to_owned(), resource.to_owned(), verb.to_owned());
            assert!(rights.contains(&right), "{right:?} is not in packaging/rbac.yaml");
            asked += 1;
        }
    }
    assert!(asked > 30, "{asked}");
}

#[test]
fn trace_and_verify_read_a_cluster() {
    let Some(live) = live("trace_and_verify_read_a_cluster") else { return };
    let namespace = "live-trace";
    live.store.fresh_namespace(namespace);
    let service = json!({ "apiVersion": "v1", "kind": "Service", "metadata": { "name": "web", "namespace": namespace },
        "spec": { "ports": [{ "port": 80 }] } });
    live.store.apply_all(&[ingress(namespace, "web", "web.example.com"), service]);
    let trace = live.run(&chosen(&["trace", "-n", namespace, "--source", "ingress", "http://web.example.com/a"]));
    assert!(trace.out.matches("so     forward to live-trace/web:80").count() == 2, "{trace:?}");

    let scratch = Scratch::new("live-trace");
    let after = scratch.0.join("after.yaml");
    let converted = live.run(&chosen(&["convert", "-n", namespace, "--source", "ingress"]));
    fs::write(&after, &converted.out).unwrap();
    let verify =
        ["verify", "-n", namespace, "--target", "standard", "--source", "ingress", "--before", "cluster", "--after"];
    let equal = live.run(&[&verify[..], &[after.to_str().unwrap()]].concat());
    assert_eq!(equal.status, 0, "{equal:?}");
    fs::write(&after, converted.out.replace("port: 80\n", "port: 81\n")).unwrap();
    let different = live.run(&[&verify[..], &[after.to_str().unwrap()]].concat());
    assert_eq!(different.status, 1, "{different:?}");
    // Nothing is routed by Gateway API in this namespace.
    let empty = live.run(&[&verify[..], &["cluster"]].concat());
    assert_eq!(empty.status, 1, "{empty:?}");
}

/// Peak memory of a process in KiB, while it runs.
#[cfg(target_os = "linux")]
fn peak(child: &mut std::process::Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(5));
    }
    peak
}

#[cfg(target_os = "linux")]
#[test]
fn five_thousand_ingresses_come_in_pages() {
    let Some(live) = live("five_thousand_ingresses_come_in_pages") else { return };
    let namespace = "live-many";
    live.store.fresh_namespace(namespace);
    let many: Vec<Json> =
        (0..5000).map(|n| ingress(namespace, &format!("web-{n}"), &format!("h{n}.example.com"))).collect();
    live.store.apply_all(&many);
    let scratch = Scratch::new("live-many");
    let (out, err) = (scratch.0.join("out"), scratch.0.join("err"));
    let mut command = live.command(&chosen(&["convert", "-n", namespace, "--source", "ingress", "--no-prove", "-v"]));
    command.stdout(fs::File::create(&out).unwrap()).stderr(fs::File::create(&err).unwrap());
    let started = std::time::Instant::now();
    let mut child = command.spawn().unwrap();
    let peak = peak(&mut child);
    let took = started.elapsed();
    let log = fs::read_to_string(&err).unwrap();
    let pages = log.lines().filter(|line| line.contains("/ingresses?limit=500")).count();
    let hosts = fs::read_to_string(&out).unwrap().matches("kind: HTTPRoute").count();
    eprintln!("5,000 Ingresses: {pages} pages, {took:.1?}, peak {} MiB", peak / 1024);
    assert_eq!((pages, hosts), (10, 5000));
    assert!(peak < 1024 * 1024, "peak {peak} KiB");
    live.store.fresh_namespace(namespace);
}
