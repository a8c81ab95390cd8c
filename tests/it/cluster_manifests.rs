//! What packaging/ holds for clusters: rights, and the plugin for krew.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value as Json;

fn documents(name: &str) -> Vec<Json> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging").join(name)).unwrap();
    let parsed = gatelift::syntax::documents(&text).into_iter().filter_map(|range| {
        gatelift::syntax::parse(&text, range).unwrap_or_else(|errors| panic!("{errors:?}")).map(|node| node.to_json())
    });
    parsed.collect()
}

fn texts<'a>(object: &'a Json, key: &str) -> Vec<&'a str> {
    object[key].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// The fields that krew checks (krew `internal/index/validation/validate.go`).
#[test]
fn the_krew_manifest_has_what_krew_asks_for() {
    let [plugin] = documents("krew.yaml").try_into().unwrap();
    assert_eq!(plugin["apiVersion"], "krew.googlecontainertools.github.com/v1alpha2");
    assert_eq!(plugin["kind"], "Plugin");
    assert_eq!(plugin["metadata"]["name"], "gatelift");
    let spec = &plugin["spec"];
    assert_eq!(spec["version"], "v@VERSION@", "krew wants a leading v");
    let short = spec["shortDescription"].as_str().unwrap();
    assert!((1..=50).contains(&short.len()) && !short.ends_with('.'), "{short}");
    for field in ["homepage", "description", "caveats"] {
        assert!(!spec[field].as_str().unwrap().is_empty(), "{field}");
    }
    let mut seen = BTreeSet::new();
    for platform in spec["platforms"].as_array().unwrap() {
        let labels = &platform["selector"]["matchLabels"];
        let (os, arch) = (labels["os"].as_str().unwrap(), labels["arch"].as_str().unwrap());
        assert!(seen.insert((os, arch)), "{os}/{arch} twice");
        let uri = platform["uri"].as_str().unwrap();
        assert!(
            uri.contains(&format!("-{os}-{arch}.")) && uri.ends_with(if os == "windows" { ".zip" } else { ".tar.gz" })
        );
        let sum = format!("@SHA256_{}_{}@", os.to_uppercase(), arch.to_uppercase());
        assert_eq!(platform["sha256"], sum.as_str());
        let bin = platform["bin"].as_str().unwrap();
        assert_eq!(bin, if os == "windows" { "kubectl-gatelift.exe" } else { "kubectl-gatelift" });
        let files = platform["files"].as_array().unwrap();
        assert!(files.iter().any(|file| file["to"] == bin), "{bin} is no file of the archive");
        assert!(files.iter().any(|file| file["from"] == "LICENSE"));
        for file in files.iter().filter(|file| file["to"] == ".") {
            let from = file["from"].as_str().unwrap();
            assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(from).exists(), "{from}");
        }
    }
    assert!(seen.contains(&("linux", "amd64")) && seen.contains(&("darwin", "arm64")), "{seen:?}");
}

/// Least privilege: nothing but what is needed, and no Ingress is ever written.
#[test]
fn cluster_roles_read_and_write_no_more_than_needed() {
    let roles = documents("rbac.yaml");
    let names: Vec<_> = roles.iter().map(|role| role["metadata"]["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["gatelift-reader", "gatelift-writer"]);
    for role in &roles {
        assert_eq!(
            (&role["kind"], &role["apiVersion"]),
            (&"ClusterRole".into(), &"rbac.authorization.k8s.io/v1".into())
        );
        let is_reader = role["metadata"]["name"] == "gatelift-reader";
        for rule in role["rules"].as_array().unwrap() {
            let verbs = texts(rule, "verbs");
            let allowed: &[&str] =
                if is_reader { &["get", "list"] } else { &["create", "delete", "get", "list", "patch"] };
            assert!(verbs.iter().all(|verb| allowed.contains(verb)), "{verbs:?}");
            assert!(is_reader || !texts(rule, "apiGroups").contains(&"networking.k8s.io"), "{rule}");
            for key in ["apiGroups", "resources"] {
                assert!(!texts(rule, key).contains(&"*"), "{rule}");
            }
        }
    }
}
