//! A mutation fuzzer for stable Rust: real cases, damaged and mixed at random, through the parser, a conversion and a
//! comparison. `FUZZ_SECONDS=60 cargo test --test it fuzz -- --nocapture` lets each target run for a minute and prints how
//! far it came; without the variable each runs for a moment. `fuzz/` holds the same targets for cargo-fuzz.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use gatelift::{Options, convert, read_text, syntax, verify};
use serde_json::json;

use crate::cases;

/// An input that takes longer counts as a hang; wide, since the tests may share a busy machine with others.
const SLOW: Duration = Duration::from_secs(180);

/// A linear congruential generator: the same inputs for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

/// What is put into texts: what YAML, regular expressions and manifests are sensitive to.
const PIECES: &[&str] = &[
    "",
    "\n",
    "\n---\n",
    "  ",
    "\t",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "<<: *a\n",
    "|\n",
    ">-\n",
    "%",
    "!",
    "~",
    "null",
    "true",
    "0",
    "-1",
    "65536",
    "1e999",
    "(",
    ")",
    "(.*)",
    "(?=a)",
    "\\1",
    "$1",
    "$9",
    "/",
    "//",
    "/../",
    "/%2F",
    "*",
    "*.",
    ".",
    "\u{0}",
    "\u{feff}",
    "é",
    "\u{2028}",
    "\r\n",
    "Exact",
    "Prefix",
    "ImplementationSpecific",
    "nginx.ingress.kubernetes.io/",
    "nginx.ingress.kubernetes.io/use-regex: \"true\"\n",
    "nginx.ingress.kubernetes.io/rewrite-target: /$2\n",
    "nginx.ingress.kubernetes.io/canary: \"true\"\n",
    "kind: List\nitems:\n",
    "host: a.example.com\n",
    "# gatelift: allow(G2L203)\n",
];

fn seeds() -> Vec<String> {
    let cases = cases::all().into_iter().map(|case| std::fs::read(case.folder.join("input.yaml")).unwrap());
    cases.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).filter(|text| text.len() < 6_000).collect()
}

/// A seed with up to eight changes: pieces put in, spans taken out, doubled, or taken from another seed.
fn mutated(seeds: &[String], random: &mut Random) -> String {
    let mut text: Vec<char> = seeds[random.below(seeds.len())].chars().collect();
    for _ in 0..=random.below(8) {
        let at = random.below(text.len() + 1);
        let end = (at + random.below(60)).min(text.len());
        match random.below(5) {
            0 => drop(text.splice(at..at, PIECES[random.below(PIECES.len())].chars())),
            1 => drop(text.drain(at..end)),
            2 => drop(text.splice(at..at, text[at..end].to_vec())),
            3 => {
                let other: Vec<char> = seeds[random.below(seeds.len())].chars().collect();
                let from = random.below(other.len());
                let piece = other[from..(from + random.below(200)).min(other.len())].to_vec();
                drop(text.splice(at..end, piece));
            }
            _ => {
                let lines: Vec<&[char]> = text.split_inclusive(|c| *c == '\n').collect();
                let (a, b) = (random.below(lines.len()), random.below(lines.len()));
                let mut lines: Vec<Vec<char>> = lines.into_iter().map(<[char]>::to_vec).collect();
                if !lines.is_empty() {
                    lines.swap(a, b);
                }
                text = lines.concat();
            }
        }
    }
    text.into_iter().collect()
}

fn options() -> Options {
    Options { max_classes: 500, ..Options::default() }
}

fn parse(text: &str) {
    let mut end = 0;
    for range in syntax::documents(text) {
        assert!(range.start >= end && text.get(range.clone()).is_some(), "documents overlap or cut a character");
        end = range.end;
        let _ = syntax::comments(text, range.clone());
        if let Ok(Some(node)) = syntax::parse(text, range) {
            inside(text, &node);
        }
    }
}

fn inside(text: &str, node: &syntax::Node) {
    assert!(text.get(node.span.start as usize..node.span.end as usize).is_some(), "a span leaves the text");
    node.items().iter().chain(node.entries().iter().map(|entry| &entry.node)).for_each(|below| inside(text, below));
}

/// Two runs give the same, and what was written is taken back as it is.
fn converted(text: &str) {
    let objects =
        |text: &str| serde_json::to_value(&convert(&read_text("fuzz.yaml", text), &options()).objects).unwrap();
    let first = objects(text);
    assert_eq!(first, objects(text), "a second run differs");
    let list = json!({ "apiVersion": "v1", "kind": "List", "items": first });
    assert_eq!(first, objects(&list.to_string()), "converting the output changes it");
}

/// What is compared with itself is equal; with anything else there is an answer.
fn compared(text: &str, other: &str) {
    let (before, after) = (read_text("before.yaml", text), read_text("after.yaml", other));
    assert!(verify(&before, &before, &options()).equivalent, "not equal to itself");
    let _ = verify(&before, &after, &options());
}

fn seconds() -> Option<f64> {
    std::env::var("FUZZ_SECONDS").ok().map(|text| text.parse().unwrap())
}

/// Where an input is kept to be looked at.
fn kept(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}.yaml"))
}

fn run(name: &str, mut target: impl FnMut(&[String], &mut Random) -> Vec<String>, execute: impl Fn(&[String])) {
    let seed = std::env::var("FUZZ_SEED").ok().map_or(20_260_101, |text| text.parse().unwrap());
    let (seeds, mut random) = (seeds(), Random(seed));
    let limit = Duration::from_secs_f64(seconds().unwrap_or(1.0));
    let started = Instant::now();
    let (mut executions, mut slowest) = (0_u64, Duration::ZERO);
    let mut found = Vec::new();
    while started.elapsed() < limit && found.len() < 10 {
        let input = target(&seeds, &mut random);
        let begun = Instant::now();
        let crashed = catch_unwind(AssertUnwindSafe(|| execute(&input))).is_err();
        let took = begun.elapsed();
        if took > slowest {
            slowest = took;
            std::fs::write(kept(&format!("{name}-slowest")), input.join("\n=====\n")).unwrap();
        }
        executions += 1;
        if crashed || took > SLOW {
            let file = kept(&format!("{name}-{executions}"));
            std::fs::write(&file, input.join("\n=====\n")).unwrap();
            found.push(format!("{} after {took:?}: {}", if crashed { "crash" } else { "slow" }, file.display()));
        }
    }
    let elapsed = started.elapsed().as_secs_f64();
    println!("fuzz {name}: {executions} executions in {elapsed:.0} s, slowest {slowest:.1?}, {} findings", found.len());
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(executions > 0);
}

#[test]
fn syntax_target() {
    run("syntax", |seeds, random| vec![mutated(seeds, random)], |input| parse(&input[0]));
}

#[test]
fn convert_target() {
    run("convert", |seeds, random| vec![mutated(seeds, random)], |input| converted(&input[0]));
}

#[test]
fn verify_target() {
    let target = |seeds: &[String], random: &mut Random| {
        let one = mutated(seeds, random);
        let other = mutated(std::slice::from_ref(&one), random);
        vec![one, other]
    };
    run("verify", target, |input| compared(&input[0], &input[1]));
}
