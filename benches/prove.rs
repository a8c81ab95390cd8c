//! How long a proof takes for a virtual host, beside the conversion itself: hosts with exact and prefix paths, and one
//! host on which every path is an expression.
//!
//! ```console
//! $ cargo bench --bench prove
//! $ cargo bench --bench prove -- --small
//! ```
//! The input is made by rule, so every run measures the same. Times are the best of several runs.

#![expect(clippy::disallowed_methods, reason = "a benchmark is about time")]
#![expect(clippy::print_stdout, reason = "what it found is all it is for")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use gatelift::prove::{Limits, compare_all};
use gatelift::{Conversion, Options, Target, convert, read_text};

fn main() {
    let is_small = std::env::args().any(|arg| arg == "--small");
    let (hosts, expressions, runs) = if is_small { (50, 20, 1) } else { (2_000, 200, 3) };
    println!("best of {runs}; a host counts twice where it is served on http and https\n");
    measure(&format!("{hosts} hosts, 5 exact and prefix paths each"), &plain(hosts), runs);
    measure(&format!("1 host, {expressions} expressions"), &all_expressions(expressions), runs);
}

/// Both targets, because what an expression becomes depends on it.
fn measure(name: &str, manifests: &str, runs: usize) {
    for target in ["standard", "envoy-gateway"] {
        let target = Target { name: target.to_owned(), version: None };
        let options = Options { prove: false, target, ..Options::default() };
        let input = read_text("bench.yaml", manifests);
        let (conversion, converting) = best(runs, || convert(&input, &options));
        let Conversion { before, after, .. } = &conversion;
        let (proof, proving) = best(runs, || compare_all(before, after, &BTreeMap::new(), &Limits::default()));
        let virtual_hosts: usize = before.iter().flat_map(|r| &r.entry_points).map(|entry| entry.hosts.len()).sum();
        println!("{name}, {}", options.target.name);
        println!("  conversion  {:>9.1} ms", milliseconds(converting));
        println!(
            "  proof       {:>9.1} ms  {:.2} x conversion, {:.3} ms a virtual host ({virtual_hosts})",
            milliseconds(proving),
            proving.as_secs_f64() / converting.as_secs_f64(),
            milliseconds(proving) / virtual_hosts as f64,
        );
        println!(
            "  {} classes, {} differences, {} not decided\n",
            proof.classes,
            proof.differences.len(),
            proof.unproved.len()
        );
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn best<T>(runs: usize, mut run: impl FnMut() -> T) -> (T, Duration) {
    let mut time = || {
        let start = Instant::now();
        let answer = black_box(run());
        (answer, start.elapsed())
    };
    let first = time();
    (1..runs).map(|_| time()).fold(first, |best, next| if next.1 < best.1 { next } else { best })
}

fn ingress(text: &mut String, name: &str, host: &str, annotations: &str, paths: &[(String, &str)]) {
    let _ = write!(
        text,
        "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {name}\n  namespace: bench\n{annotations}\
         spec:\n  ingressClassName: nginx\n  rules:\n  - host: {host}\n    http:\n      paths:\n"
    );
    for (index, (path, kind)) in paths.iter().enumerate() {
        let _ = writeln!(
            text,
            "      - {{path: '{path}', pathType: {kind}, backend: {{service: {{name: s{}, port: {{number: 80}}}}}}}}",
            index % 7
        );
    }
}

fn plain(hosts: usize) -> String {
    let mut text = String::new();
    for host in 0..hosts {
        let paths =
            [("/", "Prefix"), ("/api", "Prefix"), ("/api/v1", "Prefix"), ("/health", "Exact"), ("/files", "Prefix")];
        let paths = paths.map(|(path, kind)| (path.to_owned(), kind));
        ingress(&mut text, &format!("i{host}"), &format!("h{host}.example.com"), "", &paths);
    }
    text
}

/// Expressions of the kinds that people write, no two alike.
fn all_expressions(count: usize) -> String {
    let mut text = String::new();
    let tails = ["(/|$)(.*)", "/[0-9]+", "/[^/]+/edit", "/(a|b)/.*", "[a-z]*"];
    let paths: Vec<(String, &str)> =
        (0..count).map(|at| (format!("/p{at}{}", tails[at % tails.len()]), "ImplementationSpecific")).collect();
    let annotations = "  annotations:\n    nginx.ingress.kubernetes.io/use-regex: \"true\"\n";
    ingress(&mut text, "expressions", "regex.example.com", annotations, &paths);
    text
}
