//! A connection that breaks in the middle, real: a proxy before the API server that closes after some requests.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::{chosen, live, ran};
use crate::emit::Scratch;

/// Hands bytes on to the server until the client has written `limit` bytes, then refuses everything.
fn proxy(server: &str, limit: usize) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = server.to_owned();
    let written = Arc::new(AtomicUsize::new(0));
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            if written.load(Ordering::SeqCst) >= limit {
                return;
            }
            let upstream = TcpStream::connect(&server).unwrap();
            let (mut from_server, mut to_client) = (upstream.try_clone().unwrap(), client.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut from_server, &mut to_client));
            let written = Arc::clone(&written);
            std::thread::spawn(move || forward(client, upstream, &written, limit));
        }
    });
    port
}

fn forward(mut client: TcpStream, mut upstream: TcpStream, written: &AtomicUsize, limit: usize) {
    let mut buffer = [0; 4096];
    while let Ok(count) = client.read(&mut buffer) {
        if count == 0 || written.fetch_add(count, Ordering::SeqCst) + count >= limit {
            break;
        }
        if upstream.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = (client.shutdown(std::net::Shutdown::Both), upstream.shutdown(std::net::Shutdown::Both));
}

/// The kubeconfig with another port.
fn through(kubeconfig: &Path, folder: &Path, port: u16) -> (String, std::path::PathBuf) {
    let text = fs::read_to_string(kubeconfig).unwrap();
    let address = text.split("https://").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let file = folder.join("kubeconfig");
    fs::write(&file, text.replace(&address, &format!("127.0.0.1:{port}"))).unwrap();
    (address, file)
}

#[test]
fn an_apply_that_loses_the_server_is_told_and_resumed() {
    let Some(live) = live("an_apply_that_loses_the_server_is_told_and_resumed") else { return };
    let (namespace, scratch) = ("live-lost", Scratch::new("live-lost"));
    live.store.fresh_namespace(namespace);
    let backend = json!({ "service": { "name": "web", "port": { "number": 80 } } });
    let items: Vec<_> = (0..20)
        .map(|n| {
            json!({ "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
                "metadata": { "name": format!("web-{n:02}"), "namespace": namespace },
                "spec": { "ingressClassName": "nginx", "rules": [{ "host": format!("h{n:02}.example.com"), "http":
                    { "paths": [{ "path": "/", "pathType": "Prefix", "backend": backend }] } }] } })
        })
        .collect();
    let file = scratch.0.join("in.json");
    fs::write(&file, json!({ "apiVersion": "v1", "kind": "List", "items": items }).to_string()).unwrap();
    let arguments =
        chosen(&["apply", "-f", file.to_str().unwrap(), "--source", "ingress", "--message-format", "concise"]);

    let (server, _) = through(&live.kubeconfig, &scratch.0, 0);
    let port = proxy(&server, 16_000);
    let (_, broken) = through(&live.kubeconfig, &scratch.0, port);
    let mut command = live.command(&arguments);
    command.env("KUBECONFIG", &broken);
    let lost = ran(command);
    assert_eq!(lost.status, 2, "{lost:?}");
    let count = |run: &super::Ran, word: &str| run.out.lines().filter(|line| line.contains(word)).count();
    let (created, unsure, left) =
        (count(&lost, " created in "), count(&lost, " unsure in "), count(&lost, " not tried in "));
    assert_eq!(created + unsure + left, 21, "every object is in the list: {lost:?}");
    assert!(created > 2 && unsure == 1 && left > 2, "{lost:?}");
    assert!(lost.err.contains("ended early: no answer from https://127.0.0.1:"), "{lost:?}");
    assert!(lost.err.contains("error[G2L512]"), "{lost:?}");

    let resumed = live.run(&arguments);
    assert_eq!(resumed.status, 0, "{resumed:?}");
    assert_eq!(count(&resumed, " created in ") + count(&resumed, " unchanged in "), 21, "{resumed:?}");
    assert!(count(&resumed, " unchanged in ") >= created, "{resumed:?}");
    eprintln!("lost after {created} objects, resumed: {} more", count(&resumed, " created in "));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_with_a_list_of_what_was_done() {
    let Some(live) = live("ctrl_c_ends_with_a_list_of_what_was_done") else { return };
    let (namespace, scratch) = ("live-interrupt", Scratch::new("live-interrupt"));
    live.store.fresh_namespace(namespace);
    let file = scratch.0.join("in.yaml");
    fs::write(
        &file,
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: a, namespace: {namespace}}}\n\
             spec: {{rules: [{{host: a.example.com, http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: \
             {{name: a, port: {{number: 80}}}}}}}}]}}}}]}}\n"
        ),
    )
    .unwrap();
    // Nobody gives the objects a status, so this waits until it is interrupted.
    let arguments =
        chosen(&["apply", "-f", file.to_str().unwrap(), "--source", "ingress", "--wait", "--timeout", "0", "-v"]);
    let mut child = live.command(&arguments).spawn().unwrap();
    let mut errors = child.stderr.take().unwrap();
    let mut seen = Vec::new();
    let mut buffer = [0; 1024];
    // The third look at a route's status: everything is applied.
    while String::from_utf8_lossy(&seen).matches("GET /apis/gateway.networking.k8s.io/v1/namespaces").count() < 8 {
        let count = errors.read(&mut buffer).unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&buffer[..count]);
    }
    let signalled = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(signalled.success());
    errors.read_to_end(&mut seen).unwrap();
    let output = child.wait_with_output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&seen));
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(out.contains("nginx created") || out.contains(" created in "), "{out}");
    assert!(err.contains("interrupted"), "{err}");
}
