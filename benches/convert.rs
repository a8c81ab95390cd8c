//! How long a conversion of many Ingresses takes, and how much memory, beside what reading the text alone takes.
//!
//! ```console
//! $ cargo bench --bench convert                    # 10,000 Ingresses on 5,000 hosts
//! $ cargo bench --bench convert -- --small         # 500 on 250, in a few seconds
//! $ cargo bench --bench convert -- --ingresses N --runs N
//! ```
//! The input is made by rule, so every run measures the same. Times are the best of several runs.

#![expect(clippy::disallowed_methods, reason = "a benchmark is about time")]
#![expect(clippy::print_stdout, reason = "what it found is all it is for")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "nobody depends on it")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use gatelift::prove::{Limits, compare_all};
use gatelift::{Conversion, Options, read_text, syntax};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let number = |name: &str| args.iter().skip_while(|arg| *arg != name).nth(1).map(|number| number.parse().unwrap());
    let is_small = args.iter().any(|arg| arg == "--small");
    let ingresses = number("--ingresses").unwrap_or(if is_small { 500 } else { 10_000 });
    let runs = number("--runs").unwrap_or(if is_small { 1 } else { 3 });

    let input = Input::write(ingresses);
    let bytes = input.text.len() as f64;
    println!("{ingresses} Ingresses on {} hosts, {:.1} MB; best of {runs}", hosts(ingresses), bytes / 1e6);
    println!("CPU: of all threads; on a busy machine it tells more than the time on the clock\n");
    println!(
        "{:<28} {:>9} {:>9} {:>11} {:>13} {:>9} {:>9}",
        "", "clock", "CPU", "clock/parse", "CPU/parse", "peak", "x input"
    );
    let parse = best(runs, || parse_only(&input.text));
    row("parse alone, in process", parse, parse);
    println!();
    for (name, path) in [("one file", &input.file), ("a file an Ingress", &input.folder)] {
        for (how, further) in [("--no-prove", &["--no-prove"][..]), ("with proof", &[])] {
            let measured = (0..runs).map(|_| convert(path, further)).min_by_key(|measured| measured.cost.cpu).unwrap();
            row(&format!("{name}, {how}"), measured.cost, parse);
            println!(" {:>6.0} MB {:>9.1}", measured.peak_bytes as f64 / 1e6, measured.peak_bytes as f64 / bytes);
        }
    }
    prove_only(&input.text, runs, parse);
}

fn row(name: &str, cost: Cost, parse: Cost) {
    let seconds = |time: Duration| time.as_secs_f64();
    print!(
        "{name:<28} {:>7.2} s {:>7.2} s {:>11.1} {:>13.1}",
        seconds(cost.clock),
        seconds(cost.cpu),
        seconds(cost.clock) / seconds(parse.clock),
        seconds(cost.cpu) / seconds(parse.cpu),
    );
}

/// Time on the clock, and of all processors together.
#[derive(Clone, Copy)]
struct Cost {
    clock: Duration,
    cpu: Duration,
}

/// What a process has cost in user and kernel mode, in ticks of 10 ms (proc(5), `stat`, fields 14 and 15).
fn cpu_of(process: &str) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    let ticks = fields.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>());
    Some(Duration::from_millis(10 * ticks.sum::<Result<u64, _>>().ok()?))
}

/// The comparison by itself, in process: what a virtual host costs.
fn prove_only(text: &str, runs: usize, parse: Cost) {
    let manifests = read_text("all.yaml", text);
    let Conversion { before, after, .. } =
        gatelift::convert(&manifests, &Options { prove: false, ..Options::default() });
    let cost = best(runs, || {
        black_box(compare_all(&before, &after, &BTreeMap::new(), &Limits::default()));
    });
    row("comparison, in process", cost, parse);
    let hosts: usize = before.iter().flat_map(|routing| &routing.entry_points).map(|entry| entry.hosts.len()).sum();
    let each = cost.cpu.as_secs_f64() * 1e6 / hosts as f64;
    println!("\n\n{each:.0} µs CPU for each of {hosts} virtual hosts (a host on http and https is two)");
}

fn best(runs: usize, mut run: impl FnMut()) -> Cost {
    let cpu = || cpu_of("self").unwrap_or_default();
    let cost = |run: &mut dyn FnMut()| {
        let (start, spent) = (Instant::now(), cpu());
        run();
        Cost { clock: start.elapsed(), cpu: cpu().saturating_sub(spent) }
    };
    (0..runs).map(|_| cost(&mut run)).min_by_key(|cost| cost.cpu).unwrap()
}

/// Text to trees, one after the other, and nothing else: what a conversion cannot be faster than on one core.
fn parse_only(text: &str) {
    for range in syntax::documents(text) {
        assert!(black_box(syntax::parse(text, range)).is_ok());
    }
}

/// What a run of the binary cost.
struct Measured {
    cost: Cost,
    /// The most memory that the process held, as seen by looking every two milliseconds.
    peak_bytes: u64,
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
    let (mut peak_bytes, mut cpu) = (0, Duration::ZERO);
    let status = loop {
        peak_bytes = peak_bytes.max(peak_of(child.id()).unwrap_or(0));
        cpu = cpu.max(cpu_of(&child.id().to_string()).unwrap_or_default());
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let cost = Cost { clock: start.elapsed(), cpu };
    match status.code() {
        // 1 means findings, of which an input like this has some.
        Some(0 | 1) => Measured { cost, peak_bytes },
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
