//! One request to a proxy on this machine.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use gatelift::prove::Request;
use serde_json::Value as Json;

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    /// The backend that answered, with what it received.
    pub(super) service: Option<String>,
    path: String,
    host: String,
}

impl Answer {
    pub(super) fn is_from(&self, service: &str, path: &str, host: &str) -> bool {
        self.service.as_deref() == Some(service) && self.path == path && self.host == host
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.service, &self.location) {
            (Some(service), _) => write!(f, "forwarded to {service} as {}{}", self.host, self.path),
            (None, Some(location)) => write!(f, "{} to {location}", self.status),
            (None, None) => write!(f, "{}", self.status),
        }
    }
}

pub(super) fn ask(port: u16, request: &Request) -> Answer {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let host = request.host.as_deref().unwrap_or_default();
    let mut text = format!("{} {} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n", request.method, request.path);
    for (name, value) in &request.headers {
        text += &format!("{name}: {value}\r\n");
    }
    stream.write_all(format!("{text}\r\n").as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A proxy may close the connection hard once it has answered.
    let _ = stream.read_to_end(&mut answer);
    parse(&String::from_utf8_lossy(&answer))
}

fn parse(text: &str) -> Answer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let header = |name: &str| {
        let lines = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    };
    // The body of an echo is one line of JSON, in one chunk or as it is.
    let said: Json =
        body.lines().find_map(|line| serde_json::from_str(line).ok().filter(Json::is_object)).unwrap_or_default();
    let part = |name: &str| said[name].as_str().map(str::to_owned);
    Answer {
        status,
        location: header("location"),
        service: part("service"),
        path: part("path").unwrap_or_default(),
        host: part("host").unwrap_or_default(),
    }
}
