//! Bad and huge inputs: clear errors, bounded memory and time, and files that are never half written.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::binary::Run;
use crate::emit::Scratch;

const INGRESS: &str = "apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
";

/// Runs with so much address space and no more, in kilobytes; the threads' stacks are part of it.
fn within(kilobytes: u64, folder: &Path, args: &str) -> (Run, Duration) {
    let started = Instant::now();
    let command = format!("ulimit -v {kilobytes} && exec {} {args}", env!("CARGO_BIN_EXE_gatelift"));
    let output = Command::new("sh").args(["-c", &command]).current_dir(folder).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let run = Run { stdout: text(output.stdout), stderr: text(output.stderr), code: output.status.code() };
    (run, started.elapsed())
}

/// What a bad file is, the bytes, and what is to be said about it.
fn bad_inputs() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let deep = |open: &str, close: &str| format!("a: {}{}\n", open.repeat(10_000), close.repeat(10_000)).into_bytes();
    let mut block = String::new();
    for level in 0..10_000 {
        let _ = writeln!(block, "{}a:", " ".repeat(level));
    }
    let mut aliases = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for (this, last) in ('b'..='i').zip('a'..) {
        let _ = writeln!(aliases, "{this}: &{this} [{}]", vec![format!("*{last}"); 9].join(","));
    }
    let ingress = |more: &str| format!("{INGRESS}{more}").into_bytes();
    vec![
        ("deep-flow-lists", deep("[", "]"), "G2L009"),
        ("deep-flow-mappings", deep("{a: ", "}"), "G2L009"),
        ("deep-without-end", deep("[", ""), "G2L009"),
        ("deep-blocks", block.into_bytes(), "G2L009"),
        ("deep-json", format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000)).into_bytes(), "G2L009"),
        ("alias-bomb", aliases.into_bytes(), "G2L009"),
        ("duplicate-keys", ingress("spec: {}\n"), "G2L002"),
        ("truncated-utf8", [INGRESS.as_bytes(), b"# caf\xC3"].concat(), "G2L001"),
        ("latin-1", [INGRESS.as_bytes(), b"# caf\xE9\n"].concat(), "G2L001"),
        ("truncated-utf16", [b"\xFF\xFE".as_slice(), b"a\0:\0 "].concat(), "G2L001"),
        ("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xe6\x02\x00\xed\xfe".to_vec(), "G2L001"),
        ("elf", [b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".as_slice(), &[0xff; 4096]].concat(), "G2L001"),
        ("png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\x01\0".to_vec(), "G2L001"),
        ("one-long-word", "a".repeat(4_000_000).into_bytes(), "G2L003"),
        ("one-long-key", format!("{}: 1\n", "k".repeat(4_000_000)).into_bytes(), "G2L00"),
        ("one-long-line", format!("a: [{}]\n", "1, ".repeat(1_000_000)).into_bytes(), "G2L003"),
        ("long-quotes-without-end", format!("a: \"{}", "x".repeat(4_000_000)).into_bytes(), "G2L001"),
        ("many-documents", "---\n".repeat(200_000).into_bytes(), ""),
        ("many-anchors", (0..50_000).map(|n| format!("- &a{n} {n}\n")).collect::<String>().into_bytes(), "G2L003"),
    ]
}

/// Beside every bad file a good one is converted, in bounded time and memory; the bad one is named with its reason.
#[test]
#[cfg(target_os = "linux")]
fn bad_files_do_no_harm() {
    for (name, bytes, code) in bad_inputs() {
        let scratch = Scratch::new(&format!("robust-{name}"));
        fs::write(scratch.0.join("bad.yaml"), bytes).unwrap();
        fs::write(scratch.0.join("good.yaml"), INGRESS.replace("shop", "good")).unwrap();
        let (ran, took) = within(2_000_000, &scratch.0, "convert -f . --message-format concise");
        assert!(ran.is_orderly(), "{name}: exit {:?}\n{}", ran.code, ran.stderr.chars().take(2000).collect::<String>());
        assert!(
            ran.stdout.contains("good.example.com"),
            "{name}: {}",
            ran.stderr.chars().take(2000).collect::<String>()
        );
        let said = ran.stderr.lines().any(|line| line.contains("bad.yaml:") && line.contains(code));
        assert!(said || code.is_empty(), "{name}: {}", ran.stderr.chars().take(2000).collect::<String>());
        assert!(took < Duration::from_secs(60), "{name}: {took:?}");
        let longest = ran.stderr.lines().map(str::len).max().unwrap_or(0);
        assert!(longest < 10_000, "{name}: a line of {longest} bytes");
    }
}

/// What a good Ingress may hold: values without end, and expressions that would need memory without end.
#[test]
#[cfg(target_os = "linux")]
fn huge_values_do_no_harm() {
    let host = INGRESS.replace("shop.example.com", &format!("{}example.com", "a.".repeat(20_000)));
    let path = |text: &str| {
        INGRESS.replace("path: /, pathType: Prefix", &format!("path: '{text}', pathType: ImplementationSpecific"))
    };
    let annotated = |name: &str, value: &str| {
        let annotation = format!("namespace: shop, annotations: {{nginx.ingress.kubernetes.io/{name}: '{value}'}}");
        path("/a").replace("namespace: shop", &annotation)
    };
    let regex = |text: &str| {
        path(text)
            .replace("namespace: shop", "namespace: shop, annotations: {nginx.ingress.kubernetes.io/use-regex: 'true'}")
    };
    for (name, text) in [
        ("host", host),
        ("path", path(&format!("/{}", "a".repeat(20_000)))),
        ("repeated", regex("/(a{1000}){1000}")),
        ("repeated-deep", regex("/((((a{30}){30}){30}){30}){30}")),
        ("nested", regex(&format!("/{}a{}", "(".repeat(5_000), ")".repeat(5_000)))),
        ("alternatives", regex(&format!("/{}", "a|b".repeat(2_000)))),
        ("rewrite", annotated("rewrite-target", &format!("/{}", "$1".repeat(100_000)))),
        ("ranges", annotated("whitelist-source-range", &vec!["10.0.0.0/8"; 20_000].join(","))),
        ("snippet", annotated("configuration-snippet", &"more_set_headers \"a: b\";".repeat(20_000))),
    ] {
        let scratch = Scratch::new(&format!("robust-huge-{name}"));
        fs::write(scratch.0.join("in.yaml"), text).unwrap();
        let (ran, took) = within(2_000_000, &scratch.0, "convert -f in.yaml --message-format concise");
        assert!(ran.is_orderly(), "{name}: exit {:?}\n{}", ran.code, ran.stderr.chars().take(2000).collect::<String>());
        assert!(took < Duration::from_secs(60), "{name}: {took:?}");
        let longest = ran.stderr.lines().map(str::len).max().unwrap_or(0);
        assert!(longest < 10_000, "{name}: a line of {longest} bytes");
    }
}

#[test]
fn marks_and_line_ends_do_not_matter() {
    let convert = |bytes: &[u8]| crate::binary::run_with_input(Path::new("."), &["convert", "-f", "-"], bytes);
    let plain = convert(INGRESS.as_bytes());
    assert!(plain.stdout.contains("shop.example.com"));
    let crlf = INGRESS.replace('\n', "\r\n");
    let utf16: Vec<u8> = [0xFEFF].into_iter().chain(INGRESS.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [
        crlf.clone().into_bytes(),
        format!("\u{feff}{INGRESS}").into_bytes(),
        format!("\u{feff}{crlf}").into_bytes(),
        utf16,
    ] {
        assert_eq!(convert(&bytes).stdout, plain.stdout);
    }
}

/// 100 MB, most of it objects that pass by, one of them an Ingress.
#[test]
#[cfg(target_os = "linux")]
fn a_hundred_megabytes() {
    let scratch = Scratch::new("robust-100mb");
    let other = format!(
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: big\n  namespace: shop\ndata:\n  text: |\n{}",
        format!("    {}\n", "lorem ipsum ".repeat(80)).repeat(100)
    );
    let deployment = other.replace("v1\nkind: ConfigMap", "apps/v1\nkind: Deployment");
    let mut text = String::with_capacity(101 << 20);
    let mut number = 0;
    while text.len() < 100 << 20 {
        let object = if number % 10 == 0 { &other } else { &deployment };
        text += &object.replace("name: big", &format!("name: big-{number}"));
        number += 1;
    }
    text += "---\n";
    text += INGRESS;
    fs::write(scratch.0.join("big.yaml"), text).unwrap();
    let (ran, took) = within(3_000_000, &scratch.0, "convert -f big.yaml --message-format concise");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr.chars().take(2000).collect::<String>());
    assert!(ran.stdout.contains("shop.example.com"));
    println!("100 MB, {number} objects: {took:.1?}");
    assert!(took < Duration::from_secs(120), "{took:?}");
}

/// An interrupted run leaves the files of the one before.
#[test]
#[cfg(unix)]
fn an_interrupt_leaves_whole_files() {
    let scratch = Scratch::new("robust-interrupt");
    let many: String = (0..300).map(|n| format!("---\n{}", INGRESS.replace("shop", &format!("shop-{n}")))).collect();
    fs::write(scratch.0.join("in.yaml"), &many).unwrap();
    let convert = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatelift"));
        command.args(["convert", "-f", "in.yaml", "--no-prove", "--topology", "namespace", "--output-dir", "out"]);
        command.current_dir(&scratch.0).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let read = || -> std::collections::BTreeMap<_, _> {
        let mut files = std::collections::BTreeMap::new();
        let mut folders = vec![scratch.0.join("out")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().map(Result::unwrap) {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else {
                    files.insert(entry.path(), fs::read_to_string(entry.path()).unwrap());
                }
            }
        }
        files.retain(|path: &std::path::PathBuf, _| path.extension().is_some_and(|extension| extension == "yaml"));
        files
    };
    assert_eq!(convert().status().unwrap().code(), Some(0));
    let before = read();
    assert!(before.len() > 100, "{} files", before.len());
    let changed = many.replace("number: 80", "number: 81");
    fs::write(scratch.0.join("in.yaml"), changed).unwrap();
    for wait in [5, 50, 150, 400] {
        let mut child = convert().spawn().unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        let status = child.wait().unwrap();
        assert!(status.code().is_none_or(|code| code == 0), "ended by the signal, or done: {status}");
        for (path, text) in read() {
            let old = &before[&path];
            assert!(
                text == *old || text == old.replace("port: 80", "port: 81") || text.len() >= old.len(),
                "{}",
                path.display()
            );
        }
    }
}

/// `gatelift … | head` ends quietly, wherever the reader stops.
#[test]
#[cfg(unix)]
fn readers_may_stop_early() {
    let scratch = Scratch::new("robust-head");
    let many: String = (0..200).map(|n| format!("---\n{}", INGRESS.replace("shop", &format!("shop-{n}")))).collect();
    fs::write(scratch.0.join("in.yaml"), many).unwrap();
    for command in [
        "convert -f in.yaml --no-prove -q",
        "check -f in.yaml --no-prove -q --message-format sarif",
        "list diagnostics",
    ] {
        let line = format!("{} {command} | head -n 1; echo", env!("CARGO_BIN_EXE_gatelift"));
        let output = Command::new("sh").args(["-c", &line]).current_dir(&scratch.0).output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{command}");
        assert!(!output.stdout.is_empty(), "{command}");
    }
}
