//! Backends that say who they are and what they received.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use serde_json::json;

/// A server for each Service port, by `namespace/name:port`. They end with the test.
pub(super) struct Services(BTreeMap<String, u16>);

impl Services {
    pub(super) fn start(names: impl Iterator<Item = String>) -> Self {
        let mut services = BTreeMap::new();
        for name in names {
            services.entry(name.clone()).or_insert_with(|| {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
                let port = listener.local_addr().unwrap().port();
                thread::spawn(move || serve(&listener, &name));
                port
            });
        }
        Self(services)
    }

    /// The port of a Service's server; `None` for a Service that the input does not hold.
    pub(super) fn port(&self, service: &str) -> Option<u16> {
        self.0.get(service).copied()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&String, &u16)> {
        self.0.iter()
    }
}

fn serve(listener: &TcpListener, name: &str) {
    for stream in listener.incoming().flatten() {
        let name = name.to_owned();
        thread::spawn(move || answer(stream, &name));
    }
}

fn answer(mut stream: TcpStream, service: &str) -> Option<()> {
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let first = lines.next()?.ok()?;
    let mut host = String::new();
    for line in lines {
        let line = line.ok()?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("host")) {
            let _ = name;
            value.trim().clone_into(&mut host);
        }
    }
    let body = json!({ "service": service, "path": first.split(' ').nth(1)?, "host": host }).to_string();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes()).ok()
}
