//! How long a conversion of many Ingresses takes, and how much memory, beside what reading the text alone takes.
//!
//! ```console
//! $ cargo bench --bench convert                    # 10,000 Ingresses on 5,000 hosts
//! $ cargo bench --bench convert -- --small         # 500 on 250, in a few seconds
//! $ cargo bench --bench convert -- --ingresses N
//! ```
//! The input is made by rule, so every run measures the same. Times are the best of several runs.

#![expect(clippy::disallowed_methods, reason = "a benchmark is about time")]
#![expect(clippy::print_stdout, reason = "what it found is all it is for")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "nobody depends on it")]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use gatelift::syntax;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let number = args.iter().skip_while(|arg| *arg != "--ingresses").nth(1);
    let is_small = args.iter().any(|arg| arg == "--small");
    let ingresses = number.map_or(if is_small { 500 } else { 10_000 }, |number| number.parse().unwrap());
    let runs = if is_small { 1 } else { 3 };

    let input = Input::write(ingresses);
    let megabytes = input.text.len() as f64 / 1e6;
    println!("{ingresses} Ingresses on {} hosts, {megabytes:.1} MB; best of {runs}\n", hosts(ingresses));
    let parse = best(runs, || parse_only(&input.text));
    println!("{:<28} {:>8.3} s", "parse alone, in process", parse.as_secs_f64());
    for (name, path) in [("one file", &input.file), ("a file an Ingress", &input.folder)] {
        for (how, further) in [("--no-prove", &["--no-prove"][..]), ("with proof", &[])] {
            let measured = (0..runs).map(|_| convert(path, further)).min_by_key(|measured| measured.time).unwrap();
            println!(
                "{:<28} {:>8.3} s  {:>6.1} x parse  {:>6.0} MB at most  exit {}",
                format!("{name}, {how}"),
                measured.time.as_secs_f64(),
                measured.time.as_secs_f64() / parse.as_secs_f64(),
                measured.peak_bytes as f64 / 1e6,
                measured.code,
            );
        }
    }
}

fn best(runs: usize, mut run: impl FnMut()) -> Duration {
    let time = |run: &mut dyn FnMut()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..runs).map(|_| time(&mut run)).min().unwrap()
}

/// Text to trees, one after the other, and nothing else: what a conversion cannot be faster than on one core.
fn parse_only(text: &str) {
    for range in syntax::documents(text) {
        assert!(black_box(syntax::parse(text, range)).is_ok());
    }
}

/// What a run of the binary cost.
struct Measured {
    time: Duration,
    /// The most memory that the process held, as seen by looking every two milliseconds.
    peak_bytes: u64,
    code: i32,
}

fn convert(path: &Path, further: &[&str]) -> Measured {
    let errors = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-stderr");
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_gatelift"))
        .arg("convert")
        .arg("-f")
        .arg(path)
        .args(further)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&errors).unwrap())
        .spawn()
        .unwrap();
    let mut peak_bytes = 0;
    let status = loop {
        peak_bytes = peak_bytes.max(peak_of(child.id()).unwrap_or(0));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let time = start.elapsed();
    match status.code() {
        // 1 means findings, of which an input like this has some.
        Some(code @ (0 | 1)) => Measured { time, peak_bytes, code },
        _ => panic!("{status}: {}", fs::read_to_string(&errors).unwrap()),
    }
}

/// The high-water mark of a process, where the system tells it.
fn peak_of(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// The same manifests twice: in one file, and in a folder with a file each.
struct Input {
    text: String,
    file: PathBuf,
    folder: PathBuf,
}

impl Input {
    fn write(ingresses: usize) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{ingresses}"));
        let (file, folder) = (root.join("all.yaml"), root.join("each"));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&folder).unwrap();
        let documents: Vec<String> = (0..ingresses).map(|index| ingress(index, ingresses)).chain(context()).collect();
        for (index, document) in documents.iter().enumerate() {
            fs::write(folder.join(format!("{index:05}.yaml")), document).unwrap();
        }
        let text = documents.join("---\n");
        fs::write(&file, &text).unwrap();
        Self { text, file, folder }
    }
}

/// Two Ingresses a host.
fn hosts(ingresses: usize) -> usize {
    ingresses.div_ceil(2)
}

const SERVICES: usize = 200;

/// The IngressClass and the Services that the Ingresses share.
fn context() -> impl Iterator<Item = String> {
    let class = "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata:\n  name: nginx\nspec:\n  \
                 controller: k8s.io/ingress-nginx\n";
    let services = (0..SERVICES).map(|index| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: app-{index}\n  namespace: team-{}\nspec:\n  selector:\n    \
             app: app-{index}\n  ports:\n  - name: http\n    port: 80\n    targetPort: 8080\n",
            index % TEAMS
        )
    });
    std::iter::once(class.to_owned()).chain(services)
}

const TEAMS: usize = 40;

/// The n-th Ingress. The first half opens the hosts, the second half adds paths, canaries and expressions to them.
fn ingress(index: usize, ingresses: usize) -> String {
    let host = index % hosts(ingresses);
    let is_first = index == host;
    // The Service of a host is in its team's namespace.
    let service = host % SERVICES;
    let has_regex = host % 50 == 7;
    let is_canary = !is_first && host % 10 == 3;

    let mut annotations = Vec::new();
    let paths: &[(&str, &str)] = match (is_first, is_canary, has_regex) {
        (true, _, _) => &[("/", "Prefix"), ("/api", "Prefix"), ("/healthz", "Exact"), ("/static/", "Prefix")],
        (false, true, _) => {
            annotations.extend(["canary: \"true\"", "canary-by-header: X-Canary", "canary-weight: \"15\""]);
            &[("/", "Prefix")]
        }
        (false, false, true) => {
            annotations.extend(["use-regex: \"true\"", "rewrite-target: /$2"]);
            &[("/app(/|$)(.*)", "ImplementationSpecific"), ("/v[0-9]+/items/(.*)", "ImplementationSpecific")]
        }
        (false, false, false) => &[("/admin", "Prefix"), ("/reports/daily", "Exact")],
    };
    match host % 4 {
        0 => annotations.push("proxy-body-size: 8m"),
        1 => annotations.push("proxy-read-timeout: \"120\""),
        2 if is_first => annotations.push("enable-cors: \"true\""),
        _ => {}
    }

    let mut text = format!(
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web-{index}\n  namespace: team-{}\n  \
         creationTimestamp: \"2024-{:02}-{:02}T08:00:00Z\"\n",
        service % TEAMS,
        1 + index % 12,
        1 + index % 28,
    );
    if !annotations.is_empty() {
        text.push_str("  annotations:\n");
    }
    for annotation in annotations {
        writeln!(text, "    nginx.ingress.kubernetes.io/{annotation}").unwrap();
    }
    text.push_str("spec:\n  ingressClassName: nginx\n");
    if is_first && !host.is_multiple_of(3) {
        writeln!(text, "  tls:\n  - hosts:\n    - h{host}.example.com\n    secretName: tls-{host}").unwrap();
    }
    writeln!(text, "  rules:\n  - host: h{host}.example.com\n    http:\n      paths:").unwrap();
    for (path, kind) in paths {
        // A canary leads to another Service than the rule it belongs to.
        let service = if is_canary { (service + TEAMS) % SERVICES } else { service };
        write!(
            text,
            "      - path: {path}\n        pathType: {kind}\n        backend:\n          service:\n            \
             name: app-{service}\n            port:\n              number: 80\n"
        )
        .unwrap();
    }
    text
}
