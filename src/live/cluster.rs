//! One API server, and the way a request takes to it.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, Request, Response, header};
use kube::Client;
use kube::client::Body;
use serde::de::DeserializeOwned;
use tokio::runtime::Runtime;
use tokio::sync::Notify;

use super::{Connection, Failure, Refusal};

/// Told of every request: method, path, status, and why it is sent again.
pub type Log = Box<dyn Fn(&str)>;

/// How often a request is sent before its failure counts.
const TRIES: u32 = 5;
/// The wait after the first failure; it doubles with each.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// No wait is longer, whatever the server asks for.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A connection to an API server.
pub struct Cluster {
    runtime: Runtime,
    client: Client,
    server: String,
    namespace: String,
    timeout: Option<Duration>,
    interrupt: Option<Arc<Notify>>,
    log: Option<Log>,
}

/// What is asked.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) method: Method,
    /// With its query.
    pub(super) path: String,
    pub(super) accept: &'static str,
    /// Content type and bytes.
    pub(super) body: Option<(&'static str, Vec<u8>)>,
}

impl Call {
    pub(super) fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), accept: JSON, body: None }
    }

    pub(super) fn accept(mut self, accept: &'static str) -> Self {
        self.accept = accept;
        self
    }
}

pub(super) const JSON: &str = "application/json";

/// A successful answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Warnings that the API server sends along.
    pub warnings: Vec<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as an object.
    ///
    /// # Errors
    /// When it is none.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|error| Failure::Unreadable(error.to_string()))
    }
}

impl Cluster {
    /// Reads the kubeconfig. Nothing is sent yet.
    ///
    /// # Errors
    /// When there is no kubeconfig or it names no usable server and credentials.
    pub fn connect(connection: &Connection, log: Option<Log>) -> Result<Self, Failure> {
        let wrong = |error: &dyn std::fmt::Display| Failure::Configuration(format!("no cluster to ask: {error}"));
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| wrong(&error))?;
        let config = runtime.block_on(connection.config())?;
        let (server, namespace) = (config.cluster_url.to_string(), config.default_namespace.clone());
        // Spawns its worker, so the runtime has to be entered.
        let client = runtime.block_on(async { Client::try_from(config) }).map_err(|error| wrong(&error))?;
        let timeout = connection.request_timeout;
        Ok(Self { runtime, client, server, namespace, timeout, interrupt: None, log })
    }

    /// The address of the server.
    #[must_use]
    pub fn server(&self) -> &str {
        self.server.trim_end_matches('/')
    }

    /// The namespace of the context.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// From now on Ctrl-C ends the request under way with [`Failure::Interrupted`] and not the program, so that it can be
    /// told what was done.
    pub fn catch_interrupts(&mut self) {
        let interrupt = Arc::new(Notify::new());
        let told = Arc::clone(&interrupt);
        self.runtime.spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                told.notify_one();
            }
        });
        // Lets the task register its handler.
        self.runtime.block_on(async { tokio::task::yield_now().await });
        self.interrupt = Some(interrupt);
    }

    /// Waits.
    pub(super) fn sleep(&self, duration: Duration) -> Result<(), Failure> {
        self.wait(async {
            tokio::time::sleep(duration).await;
            Ok(())
        })
    }

    pub(super) fn log(&self, text: &str) {
        if let Some(log) = &self.log {
            log(text);
        }
    }

    /// Sends a request, again while the server is overloaded or the connection breaks. Every request of gatelift may be
    /// sent twice: reads, dry runs, server-side apply and deletion by name and UID do the same the second time.
    pub(super) fn call(&self, call: &Call) -> Result<Answer, Failure> {
        let mut wait = FIRST_WAIT;
        for left in (0..TRIES).rev() {
            let (failure, asked_for) = match self.try_once(call) {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            if left == 0 || !is_passing(&failure) {
                return Err(failure);
            }
            let pause = asked_for.unwrap_or(wait).min(LONGEST_WAIT);
            self.log(&format!("{} {}: {failure}; again in {} ms", call.method, call.path, pause.as_millis()));
            self.sleep(pause)?;
            wait *= 2;
        }
        Err(Failure::Unreachable { server: self.server().to_owned(), reason: "no try was left".to_owned() })
    }

    /// The failure comes with the pause that the server asks for.
    fn try_once(&self, call: &Call) -> Result<Answer, (Failure, Option<Duration>)> {
        let unreachable = |reason: String| (Failure::Unreachable { server: self.server().to_owned(), reason }, None);
        let mut request = Request::builder()
            .method(call.method.clone())
            .uri(&call.path)
            .header(header::ACCEPT, call.accept)
            .header(header::USER_AGENT, concat!("gatelift/", env!("CARGO_PKG_VERSION")));
        let mut body = Vec::new();
        if let Some((kind, bytes)) = &call.body {
            request = request.header(header::CONTENT_TYPE, *kind);
            body.clone_from(bytes);
        }
        let request = request.body(Body::from(body)).map_err(|error| unreachable(error.to_string()))?;
        let exchange = async {
            let response = self.client.send(request).await.map_err(|error| reason(&error))?;
            let (head, body) = response.into_parts();
            let bytes = body.collect_bytes().await.map_err(|error| reason(&error))?;
            Ok::<_, String>(Response::from_parts(head, bytes.to_vec()))
        };
        let answered = self.wait(async {
            let limit = self.timeout.unwrap_or(Duration::MAX);
            Ok(match tokio::time::timeout(limit, exchange).await {
                Ok(answered) => answered,
                Err(_) => Err(format!("none within {} s (--request-timeout)", limit.as_secs_f32())),
            })
        });
        let response = answered.map_err(|failure| (failure, None))?.map_err(unreachable)?;
        let status = response.status();
        self.log(&format!("{} {} → {}", call.method, call.path, status.as_u16()));
        let headers = response.headers();
        let texts = |name| headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        let retry_after = texts(header::RETRY_AFTER).find_map(|text| text.parse().ok()).map(Duration::from_secs);
        let warnings = texts(header::WARNING).map(warning).collect();
        let body = response.into_body();
        if status.is_success() {
            return Ok(Answer { status: status.as_u16(), warnings, body });
        }
        Err((Failure::Refused(Box::new(Refusal::read(status.as_u16(), &body))), retry_after))
    }

    fn wait<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        match &self.interrupt {
            None => self.runtime.block_on(work),
            Some(interrupt) => self.runtime.block_on(async {
                tokio::select! {
                    biased;
                    () = interrupt.notified() => Err(Failure::Interrupted),
                    done = work => done,
                }
            }),
        }
    }
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster").field("server", &self.server).field("namespace", &self.namespace).finish()
    }
}

/// Whether the same request may work a moment later.
fn is_passing(failure: &Failure) -> bool {
    match failure {
        // An apply with a field that the schema does not have is a plain error of apimachinery `managedfields`, so a 500.
        Failure::Refused(refusal) if refusal.message.starts_with("failed to create typed patch object") => false,
        Failure::Refused(refusal) => matches!(refusal.code, 429 | 500 | 502 | 503 | 504),
        Failure::Unreachable { .. } => true,
        Failure::Configuration(_) | Failure::Unreadable(_) | Failure::Interrupted => false,
    }
}

/// The innermost cause: `connection refused` says more than `client error (Connect)`.
fn reason(error: &kube::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}

/// `299 - "text"` without its frame (RFC 7234 section 5.5).
fn warning(header: &str) -> String {
    match header.split_once('"').and_then(|(_, rest)| rest.rsplit_once('"')) {
        Some((text, _)) => text.replace("\\\"", "\""),
        None => header.to_owned(),
    }
}
