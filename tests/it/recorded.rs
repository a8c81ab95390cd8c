//! The client against a server that answers from a script: what a real API server does only on bad days. Needs no cluster.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};

use crate::emit::Scratch;

/// A request as it came: method, path with query, headers in lower case.
#[derive(Debug, Clone)]
struct Asked {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
}

/// Status, headers, body.
type Reply = (u16, Vec<(&'static str, String)>, String);

/// An API server that serves Ingresses, Services, Secrets and nothing else, but for what the script says.
struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// `script` answers first, told how often this path was asked for before; what it leaves is answered as by a small
    /// cluster.
    fn start(script: impl Fn(&Asked, usize) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, script) = (Arc::clone(&asked), Arc::new(script));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, script) = (Arc::clone(&log), Arc::clone(&script));
                std::thread::spawn(move || serve(stream, &log, &*script));
            }
        });
        Self { port, asked }
    }

    fn asked(&self, part: &str) -> Vec<Asked> {
        self.asked.lock().unwrap().iter().filter(|asked| asked.path.contains(part)).cloned().collect()
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let scratch = Scratch::new(&format!("recorded-{}", self.port));
        let kubeconfig = kubeconfig(&scratch, self.port);
        let output = Command::new(env!("CARGO_BIN_EXE_gatelift"))
            .env_clear()
            .env("KUBECONFIG", kubeconfig)
            .args(arguments)
            .args([
                "--target",
                "standard",
                "--channel",
                "standard",
                "--class-map",
                "nginx=nginx",
                "--source",
                "ingress",
            ])
            .args(["--message-format", "concise"])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }
}

fn kubeconfig(scratch: &Scratch, port: u16) -> PathBuf {
    let file = scratch.0.join("kubeconfig");
    let text = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: test\n\
         clusters: [{{name: test, cluster: {{server: \"http://127.0.0.1:{port}\"}}}}]\n\
         users: [{{name: test, user: {{token: secret-token}}}}]\n\
         contexts: [{{name: test, context: {{cluster: test, user: test, namespace: shop}}}}]\n"
    );
    fs::write(&file, text).unwrap();
    file
}

fn serve(stream: TcpStream, log: &Mutex<Vec<Asked>>, script: &dyn Fn(&Asked, usize) -> Option<Reply>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let mut words = line.split_whitespace().map(str::to_owned);
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let asked = Asked { method, path, headers };
        let before = {
            let mut log = log.lock().unwrap();
            let before = log.iter().filter(|other| other.path == asked.path).count();
            log.push(asked.clone());
            before
        };
        let (status, headers, body) = script(&asked, before).unwrap_or_else(|| cluster(&asked.path));
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
        if stream.write_all(format!("{head}{body}").as_bytes()).is_err() {
            return;
        }
    }
}

fn ok(body: Json) -> Reply {
    (200, vec![("Content-Type", "application/json".to_owned())], body.to_string())
}

fn status(code: u16, reason: &str, message: &str) -> Reply {
    let body = json!({ "kind": "Status", "apiVersion": "v1", "code": code, "reason": reason, "message": message });
    (code, Vec::new(), body.to_string())
}

fn ingress(name: &str) -> Json {
    let backend = json!({ "service": { "name": "web", "port": { "number": 80 } } });
    json!({ "metadata": { "name": name, "namespace": "shop" }, "spec": { "rules": [{ "host": format!("{name}.example.com"),
        "http": { "paths": [{ "path": "/", "pathType": "Prefix", "backend": backend }] } }] } })
}

/// An old API server: discovery group by group.
fn cluster(path: &str) -> Reply {
    let list = |items: &[Json]| ok(json!({ "kind": "List", "metadata": {}, "items": items }));
    let resources = |rows: &[(&str, &str)]| {
        let rows = rows
            .iter()
            .map(|(name, kind)| json!({ "name": name, "kind": kind, "namespaced": true, "verbs": ["list"] }));
        ok(json!({ "kind": "APIResourceList", "resources": rows.collect::<Vec<_>>() }))
    };
    match path.split('?').next().unwrap() {
        "/api" => ok(json!({ "kind": "APIVersions", "versions": ["v1"] })),
        "/api/v1" => resources(&[("services", "Service"), ("secrets", "Secret"), ("configmaps", "ConfigMap")]),
        "/apis" => {
            let group = |name: &str| {
                let version = json!({ "groupVersion": format!("{name}/v1"), "version": "v1" });
                json!({ "name": name, "versions": [version.clone()], "preferredVersion": version })
            };
            ok(
                json!({ "kind": "APIGroupList", "groups": [group("networking.k8s.io"), group("broken.example.com"), group("gateway.networking.k8s.io")] }),
            )
        }
        "/apis/networking.k8s.io/v1" => resources(&[("ingresses", "Ingress")]),
        "/apis/gateway.networking.k8s.io/v1" => resources(&[("gateways", "Gateway"), ("httproutes", "HTTPRoute")]),
        // An aggregated API whose server is down.
        "/apis/broken.example.com/v1" => status(404, "NotFound", "no"),
        "/apis/networking.k8s.io/v1/namespaces/shop/ingresses" => list(&[ingress("a")]),
        "/api/v1/namespaces/shop/services" => list(&[]),
        "/api/v1/namespaces/shop/secrets" | "/api/v1/namespaces/shop/configmaps" | "/api/v1/configmaps" => list(&[]),
        _ => status(404, "NotFound", "the server could not find the requested resource"),
    }
}

const INGRESSES: &str = "/apis/networking.k8s.io/v1/namespaces/shop/ingresses";

#[test]
fn an_old_server_without_aggregated_discovery() {
    let server = Server::start(|_, _| None);
    let (code, out, err) = server.run(&["convert"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("hostname: a.example.com"), "{out}");
    let secrets = server.asked("/secrets");
    assert!(!secrets.is_empty());
    for asked in secrets {
        assert!(
            asked.headers["accept"].contains("as=PartialObjectMetadataList"),
            "what is in Secrets was asked for: {asked:?}"
        );
        assert!(!asked.headers["accept"].contains(','), "the server could answer otherwise: {asked:?}");
    }
    let asked = &server.asked(INGRESSES)[0];
    assert_eq!(asked.headers["authorization"], "Bearer secret-token");
    assert!(asked.headers["user-agent"].starts_with("gatelift/"), "{asked:?}");
}

/// As kubectl says it, for a namespace that does not exist as for one with nothing in it.
#[test]
fn an_empty_namespace_is_said() {
    let server = Server::start(|asked, _| {
        let empty = || ok(json!({ "kind": "List", "metadata": {}, "items": [] }));
        asked.path.contains("/namespaces/nowhere/").then(empty)
    });
    let (code, out, err) = server.run(&["convert", "-n", "nowhere"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.starts_with("No resources found in nowhere namespace.\n"), "{err}");
    let (_, _, err) = server.run(&["convert"]);
    assert!(!err.contains("No resources found"), "{err}");
}

/// A definition that has no hostnames, and a rule of its own.
fn older_definition() -> Json {
    let any = json!({ "type": "array", "items": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } });
    let spec = json!({ "type": "object", "properties": { "parentRefs": any, "rules": any },
        "x-kubernetes-validations": [{ "rule": "size(self.rules) > 5", "message": "here routes are long" }] });
    let schema = json!({ "type": "object", "properties": { "spec": spec } });
    json!({ "kind": "CustomResourceDefinition", "spec": { "group": "gateway.networking.k8s.io",
        "names": { "kind": "HTTPRoute" },
        "versions": [{ "name": "v1", "served": true, "schema": { "openAPIV3Schema": schema } }] } })
}

const DEFINITION: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/httproutes.gateway.networking.k8s.io";

#[cfg(feature = "crds")]
#[test]
fn the_output_is_checked_by_the_definitions_of_the_cluster() {
    let server = Server::start(|asked, _| (asked.path == DEFINITION).then(|| ok(older_definition())));
    let (code, out, err) = server.run(&["convert"]);
    assert_eq!(code, 1, "{err}");
    assert!(out.contains("hostname: a.example.com"), "{out}");
    let line = |text: &str| err.lines().find(|line| line.contains(text)).unwrap_or_else(|| panic!("{err}")).to_owned();
    let unknown = line("at `spec.hostnames`: the field is unknown there");
    assert!(unknown.starts_with("Ingress shop/a, spec.rules[0].host: error[G2L507] HTTPRoute shop/"), "{unknown}");
    assert!(line("here routes are long").contains("error[G2L507]"), "{err}");

    let server = Server::start(|asked, _| {
        (asked.path == DEFINITION).then(|| status(403, "Forbidden", "customresourcedefinitions is forbidden"))
    });
    let (code, _, err) = server.run(&["convert"]);
    assert!(code == 0 && err.contains("info[G2L508] the CRDs of the cluster may not be read"), "{err}");
}

/// Real API servers answer so to an apply with a field that their schema does not have.
#[test]
fn an_unknown_field_is_not_tried_again() {
    let server = Server::start(|asked, _| {
        let message = "failed to create typed patch object (shop/a): .spec.hostnames: field not declared in schema";
        (asked.method == "PATCH").then(|| status(500, "InternalError", message))
    });
    let (code, out, err) = server.run(&["apply"]);
    assert_eq!(code, 2, "{err}");
    assert_eq!(server.asked("fieldManager=gatelift").len(), 2, "{out}");
    assert!(err.contains("Ingress shop/a, spec.rules[0].host: error[G2L511] HTTPRoute shop/"), "{err}");
}

#[test]
fn overload_is_waited_for() {
    let server = Server::start(|asked, before| {
        if !asked.path.starts_with(INGRESSES) {
            return None;
        }
        match before {
            0 => Some((429, vec![("Retry-After", "1".to_owned())], String::new())),
            1 => Some(status(503, "ServiceUnavailable", "starting")),
            2 => Some(status(500, "InternalError", "etcd leader changed")),
            _ => None,
        }
    });
    let started = std::time::Instant::now();
    let (code, out, err) = server.run(&["convert", "-v"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("a.example.com"));
    assert_eq!(server.asked(INGRESSES).len(), 4);
    assert!(started.elapsed().as_millis() >= 1000, "Retry-After was not heeded");
    assert!(err.contains("HTTP status 429; again in 1000 ms"), "{err}");
    assert!(err.contains("GET /apis/networking.k8s.io/v1/namespaces/shop/ingresses?limit=500 → 200"), "{err}");
    assert!(!err.contains("secret-token"), "{err}");
}

#[test]
fn what_stays_broken_is_said_once() {
    let server =
        Server::start(|asked, _| asked.path.starts_with(INGRESSES).then(|| status(500, "InternalError", "no etcd")));
    let (code, _, err) = server.run(&["convert"]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("error[G2L503] ingresses.networking.k8s.io could not be listed"), "{err}");
    assert_eq!(server.asked(INGRESSES).len(), 5);
}

#[test]
fn a_snapshot_that_expires_is_listed_again() {
    let server = Server::start(|asked, before| {
        if !asked.path.starts_with(INGRESSES) {
            return None;
        }
        let page = |name: &str, next: &str| ok(json!({ "metadata": { "continue": next }, "items": [ingress(name)] }));
        match (asked.path.contains("continue=one"), before) {
            (true, 0) => Some(status(410, "Expired", "The provided continue parameter is too old")),
            (true, _) => Some(page("b", "")),
            (false, _) => Some(page("a", "one")),
        }
    });
    let (code, out, err) = server.run(&["convert", "-o", "name"]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(out.matches("httproute").count(), 2, "each once: {out}");
}

#[test]
fn a_kind_that_may_not_be_read_does_not_keep_the_rest() {
    let server = Server::start(|asked, _| {
        asked.path.contains("/secrets").then(|| status(403, "Forbidden", "secrets is forbidden"))
    });
    let (code, out, err) = server.run(&["convert"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("a.example.com") && err.contains("warning[G2L502] secrets may not be read"), "{err}");
    assert_eq!(server.run(&["convert", "--deny", "G2L502"]).0, 1);
}

#[test]
fn a_server_that_does_not_answer_and_one_that_is_not_there() {
    let server = Server::start(|asked, _| {
        if asked.path == "/api" {
            std::thread::sleep(std::time::Duration::from_secs(20));
        }
        None
    });
    let (code, out, err) = server.run(&["convert", "--request-timeout", "100ms"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("none within 0.1 s (--request-timeout)"), "{err}");

    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nobody = Server { port: free, asked: Arc::default() };
    let (code, _, err) = nobody.run(&["convert"]);
    assert_eq!(code, 2);
    assert!(err.contains(&format!("no answer from http://127.0.0.1:{free}")) && err.contains("refused"), "{err}");
}

#[test]
fn whom_to_act_as() {
    let server = Server::start(|_, _| None);
    let (code, _, err) = server.run(&["convert", "--as", "jane", "--as-group", "dev", "--as-group", "ops"]);
    assert_eq!(code, 0, "{err}");
    let asked = &server.asked(INGRESSES)[0];
    assert_eq!(asked.headers["impersonate-user"], "jane");
    assert!(asked.headers.contains_key("impersonate-group"), "{asked:?}");
    assert_eq!(asked.method, "GET");
}

/// What the API server's own rules refuse beyond ours is told at the line that caused it.
#[test]
fn a_refusal_names_the_line_of_the_input() {
    let server = Server::start(|asked, _| {
        if asked.method != "PATCH" {
            return None;
        }
        if asked.path.contains("/gateways/") {
            return Some((201, Vec::new(), json!({ "metadata": { "resourceVersion": "1" } }).to_string()));
        }
        let causes = json!([{ "field": "spec.rules[0].matches[0].path.value", "reason": "FieldValueInvalid",
            "message": "Invalid value: \"/forbidden\": failed rule: !self.startsWith('/forbidden')" }]);
        let body = json!({ "kind": "Status", "code": 422, "reason": "Invalid", "message": "HTTPRoute is invalid",
            "details": { "causes": causes } });
        Some((422, Vec::new(), body.to_string()))
    });
    let scratch = Scratch::new("recorded-refused");
    let file = scratch.0.join("in.yaml");
    let text = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  rules:\n  \
        - host: a.example.com\n    http:\n      paths:\n      - pathType: Prefix\n        path: /forbidden\n        \
        backend:\n          service:\n            name: web\n            port:\n              number: 80\n";
    fs::write(&file, text).unwrap();
    let (code, out, err) = server.run(&["apply", "-f", file.to_str().unwrap()]);
    assert_eq!(code, 2, "{err}");
    assert!(out.contains("/web-a-example-com refused in shop") && out.contains("created in shop"), "{out}\n{err}");
    assert!(err.contains("in.yaml:12:"), "{err}");
    assert!(
        err.contains(
            "error[G2L511] HTTPRoute shop/web-a-example-com is refused: `spec.rules[0].matches[0].path.value`"
        ),
        "{err}"
    );
    assert!(server.asked("/ingresses").is_empty(), "an apply of files asks for no Ingress");
}
