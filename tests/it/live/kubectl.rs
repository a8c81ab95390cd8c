//! The plugin as a real kubectl runs it: found by its name, completed, on a cluster, and its differences beside kubectl's.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;

use super::{Live, Ran, chosen, live, ran};
use crate::emit::Scratch;

/// A folder for the PATH with the plugin in it.
struct Plugin {
    kubectl: PathBuf,
    folder: Scratch,
}

/// kubectl and the plugin; `None` without a kubectl, which is said loudly.
fn plugin(test: &str) -> Option<Plugin> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let Some(kubectl) = std::env::split_paths(&path).map(|folder| folder.join("kubectl")).find(|file| file.is_file())
    else {
        eprintln!("SKIPPED {test}: there is no kubectl on the PATH; `.ci/kubectl` builds one");
        return None;
    };
    let folder = Scratch::new(test);
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_gatelift"), folder.0.join("kubectl-gatelift")).unwrap();
    Some(Plugin { kubectl, folder })
}

impl Plugin {
    fn command(&self, arguments: &[&str]) -> Command {
        let path = std::env::join_paths([&self.folder.0, Path::new("/usr/bin"), Path::new("/bin")]).unwrap();
        let mut command = Command::new(&self.kubectl);
        command.env_clear().env("PATH", path).env("HOME", &self.folder.0).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments))
    }

    fn on(&self, live: &Live, arguments: &[&str]) -> Command {
        let mut command = self.command(arguments);
        command.env("KUBECONFIG", &live.kubeconfig);
        command
    }

    /// What kubectl offers for the last word.
    fn completed(&self, words: &[&str]) -> String {
        self.run(&[&["__complete", "gatelift"], words].concat()).out
    }
}

#[test]
fn kubectl_finds_and_completes_the_plugin() {
    let Some(plugin) = plugin("kubectl_finds_and_completes_the_plugin") else { return };
    let list = plugin.run(&["plugin", "list"]);
    let path = plugin.folder.0.join("kubectl-gatelift");
    assert!(list.status == 0 && list.out.lines().any(|line| line == path.to_str().unwrap()), "{list:?}");
    let help = plugin.run(&["gatelift", "convert", "--help"]);
    assert!(help.status == 0 && help.out.contains("Usage: kubectl gatelift convert [OPTIONS]"), "{help:?}");
    assert!(help.out.contains("kubectl gatelift convert -f ingress.yaml | kubectl apply -f -"), "{help:?}");

    let install = plugin.run(&["gatelift", "completions", "kubectl", "--install"]);
    assert_eq!(install.status, 0, "{install:?}");
    assert!(plugin.folder.0.join("kubectl_complete-gatelift").is_file(), "{install:?}");
    assert!(plugin.completed(&["conv"]).starts_with("convert\t"), "{}", plugin.completed(&["conv"]));
    let targets = plugin.completed(&["convert", "--target", ""]);
    assert!(targets.contains("standard\t") && targets.contains("envoy-gateway\t"), "{targets}");
    assert!(
        plugin.completed(&["apply", "--dry-r"]).starts_with("--dry-run"),
        "{}",
        plugin.completed(&["apply", "--dry-r"])
    );
}

#[test]
fn kubectl_runs_the_plugin_on_a_cluster() {
    let test = "kubectl_runs_the_plugin_on_a_cluster";
    let (Some(live), Some(plugin)) = (live(test), plugin(test)) else { return };
    let namespace = "live-kubectl";
    live.store.fresh_namespace(namespace);
    let backend = json!({ "service": { "name": "web", "port": { "number": 80 } } });
    live.store.apply_all(&[json!({ "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": { "name": "web", "namespace": namespace },
        "spec": { "ingressClassName": "nginx", "rules": [{ "host": "web.example.com", "http": { "paths": [
            { "path": "/", "pathType": "Prefix", "backend": backend }] } }] } })]);
    let arguments = |verb: &'static str, more: &[&'static str]| {
        chosen(&[&["gatelift", verb, "-n", namespace, "-q", "--source", "ingress"], more].concat())
    };

    let converted = ran(plugin.on(&live, &arguments("convert", &[])));
    assert!(converted.status == 0 && converted.out.contains("kind: HTTPRoute"), "{converted:?}");
    let logged = ran(plugin.on(&live, &["gatelift", "convert", "-n", namespace, "-v", "6"]));
    assert!(logged.err.lines().any(|line| line.starts_with("GET /apis/networking.k8s.io/v1/")), "{logged:?}");
    let quieter = ran(plugin.on(&live, &["gatelift", "convert", "-n", namespace, "-v=5"]));
    assert!(!quieter.err.contains("GET /apis/"), "{quieter:?}");

    // The same files with the same names, for any program that shows differences.
    let output = plugin.folder.0.join("out.yaml");
    std::fs::write(&output, &converted.out).unwrap();
    let show = plugin.folder.0.join("show");
    std::fs::write(&show, "#!/bin/sh\nfor side; do echo side; ls \"$side\"; done\nexit 1\n").unwrap();
    std::fs::set_permissions(&show, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let shown = |arguments: &[&str]| {
        let mut command = plugin.on(&live, arguments);
        command.env("KUBECTL_EXTERNAL_DIFF", &show);
        ran(command)
    };
    let ours = shown(&arguments("diff", &[]));
    let theirs = shown(&["diff", "--server-side", "-f", output.to_str().unwrap()]);
    assert_eq!((ours.status, ours.out.as_str()), (1, theirs.out.as_str()), "{ours:?}\n{theirs:?}");
    assert_eq!(ours.out.matches(&format!(".HTTPRoute.{namespace}.web-web-example-com")).count(), 2, "{}", ours.out);

    let mut diff = plugin.on(&live, &arguments("diff", &[]));
    diff.env("KUBECTL_EXTERNAL_DIFF", "diff -u");
    let diff = ran(diff);
    assert!(diff.status == 1 && diff.out.contains("+  gatewayClassName: nginx\n"), "{diff:?}");
    assert_eq!(ran(plugin.on(&live, &arguments("apply", &[]))).status, 0);
    assert_eq!(ran(plugin.on(&live, &arguments("diff", &[]))).status, 0);
    assert_eq!(ran(plugin.on(&live, &["gatelift", "convert", "--context", "elsewhere"])).status, 2);
}
