//! What is under `packaging/` and in the guide for pipelines says flags that exist, and does what it says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::emit::Scratch;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The program would take the arguments.
fn assert_taken(line: &str) {
    let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
    if let Err(error) = gatelift::cli::command().try_get_matches_from(&words) {
        panic!("{line}: {error}");
    }
}

/// Every `gatelift …` of the shell blocks of the guide.
#[test]
fn the_guide_says_flags_that_exist() {
    let guide = read("docs/guide/ci.md");
    let mut lines = 0;
    for line in guide.lines().map(|line| line.strip_prefix("$ ").unwrap_or(line)) {
        if line.starts_with("gatelift ") {
            assert_taken(line.split(['#', ';', '|', '>']).next().unwrap());
            lines += 1;
        }
    }
    assert!(lines >= 7, "{lines} lines");
}

/// The configuration in the guide is read.
#[test]
fn the_guides_configuration_is_one() {
    let guide = read("docs/guide/ci.md");
    let text = guide.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let loaded = gatelift::config::Loaded::read("gatelift.toml", text).unwrap();
    assert_eq!(loaded.config.annotations.len(), 1);
}

#[test]
fn hooks_of_pre_commit() {
    let hooks: Vec<Value> = serde_saphyr::from_str(&read(".pre-commit-hooks.yaml")).unwrap();
    for hook in hooks {
        let args: Vec<_> = hook["args"].as_array().unwrap().iter().map(|arg| arg.as_str().unwrap()).collect();
        assert_taken(&format!("{} {}", hook["entry"].as_str().unwrap(), args.join(" ")));
    }
}

const OPEN: &str = "apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop, annotations: {nginx.ingress.kubernetes.io/auth-type: basic, nginx.ingress.kubernetes.io/auth-secret: a}}
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
";

/// A script with `gatelift` on its path, in a folder with an Ingress that has an error.
#[cfg(unix)]
fn shell(name: &str, script: &str, config: &str) -> (Option<i32>, String, Scratch) {
    let scratch = Scratch::new(name);
    fs::create_dir_all(scratch.0.join("deploy")).unwrap();
    fs::write(scratch.0.join("deploy/web.yaml"), OPEN).unwrap();
    fs::write(scratch.0.join("gatelift.toml"), config).unwrap();
    let folder = Path::new(env!("CARGO_BIN_EXE_gatelift")).parent().unwrap();
    let output = Command::new("bash")
        .args(["-c", script])
        .current_dir(&scratch.0)
        .env("PATH", format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default()))
        .env("GITHUB_STEP_SUMMARY", scratch.0.join("summary"))
        .env("GATELIFT_PATH", "deploy")
        .env("GATELIFT_ARGS", "--deny warnings")
        .env("GATELIFT_SARIF", "out.sarif")
        .output()
        .unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.code(), said, scratch)
}

const ALLOWED: &str = "[levels]\nallow = [\"protection-not-carried\", \"policy-differs\", \"no-class\"]\n";

/// The script of the action fails on a real finding and passes when it is accepted.
#[test]
#[cfg(unix)]
fn the_action() {
    let action: Value = serde_saphyr::from_str(&read("packaging/github-action/action.yml")).unwrap();
    let script = action["runs"]["steps"][1]["run"].as_str().unwrap();
    let (code, said, scratch) = shell("action-fails", script, "");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("::error title=G2L119 protection-not-carried,file=deploy/web.yaml,line=3"), "{said}");
    assert!(fs::read_to_string(scratch.0.join("summary")).unwrap().starts_with("## gatelift: "));
    assert!(fs::read_to_string(scratch.0.join("out.sarif")).unwrap().contains("G2L119"));
    let (code, said, _scratch) = shell("action-passes", script, ALLOWED);
    assert_eq!(code, Some(0), "{said}");
    for input in ["path", "args", "sarif"] {
        assert!(action["inputs"][input]["description"].is_string(), "{input}");
    }
}

#[test]
#[cfg(unix)]
fn the_git_hook() {
    let hook = root().join("packaging/pre-commit");
    let script = format!(
        "git init -q . && git config user.email a@b && git config user.name a && cp {} .git/hooks/pre-commit && \
         git add deploy && git commit -qm x",
        hook.display()
    );
    let (code, said, _scratch) = shell("hook-fails", &script, "");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("error[G2L119]"), "{said}");
    let (code, said, _scratch) = shell("hook-passes", &script, ALLOWED);
    assert_eq!(code, Some(0), "{said}");
}

/// No container engine runs here, so the file is held against what it names: the version of Rust that the crate asks for,
/// files that are there, the profile's folder, a user that is not root, and a program that is the one copied.
#[test]
fn the_container_file() {
    let (manifest, text) = (read("Cargo.toml"), read("packaging/Containerfile"));
    let lines: Vec<(&str, &str)> =
        text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' ')).collect();
    let all = |name: &str| lines.iter().filter(|(field, _)| *field == name).map(|(_, rest)| *rest).collect::<Vec<_>>();
    let version = manifest.split("rust-version = \"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(all("FROM"), [&format!("docker.io/library/rust:{version}-alpine AS build"), "scratch"]);
    let build = all("RUN")[1];
    assert!(build.starts_with("cargo build --release --locked"), "{build}");
    let copies: Vec<_> =
        all("COPY").iter().filter_map(|copy| copy.strip_prefix("--from=build ")?.split_once(' ')).collect();
    let entry: Vec<String> = serde_json::from_str(all("ENTRYPOINT")[0]).unwrap();
    assert!(copies.contains(&("/src/target/release/gatelift", entry[0].as_str())), "{copies:?}");
    for (from, _) in copies.iter().filter(|(from, _)| from.starts_with("/src/") && !from.contains("/target/")) {
        assert!(root().join(from.trim_start_matches("/src/")).is_file(), "{from}");
    }
    let (user, group) = all("USER")[0].split_once(':').unwrap();
    assert!(user.parse::<u32>().unwrap() > 0 && group.parse::<u32>().unwrap() > 0);
    assert_taken("gatelift check -f . -R");
    assert!(text.contains(":/work:ro\" gatelift check -f . -R`") && all("WORKDIR").contains(&"/work"));
}

/// What is kept out of the container's build is nothing that Cargo or the sources name.
#[test]
fn the_container_has_what_the_build_needs() {
    let manifest = read("Cargo.toml");
    for ignored in read(".dockerignore").lines().filter(|line| !line.starts_with('#')) {
        assert!(!manifest.contains(&format!("\"{ignored}/")), "{ignored}");
        assert!(!["src", "tests", "benches", "Cargo.toml", "Cargo.lock", "LICENSE", "README.md"].contains(&ignored));
    }
}
