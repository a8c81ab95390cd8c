//! The controller's command line.

use super::keyed::{BOOL, INT, TEXT, Taken, keyed};
use crate::model::{Located, Origin};
use crate::report::{Code, Diagnostic, Fate, Report};
use crate::source::annotation::suggestion;

keyed! {
    /// The controller's flags, as far as they change what requests see.
    pub struct Flags {
        /// The Deployment or DaemonSet that shows them; `None` when the input shows none.
        pub origin: Option<Origin>,
    }
    /// The flags.
    pub const FLAGS;

    /// What stands before the `/` of the controller's annotations.
    annotations_prefix: String = "annotations-prefix" [TEXT] Routing, default "nginx.ingress.kubernetes.io";
    /// The value of the annotation `kubernetes.io/ingress.class` that the controller serves.
    ingress_class: String = "ingress-class" [TEXT] Routing, default "nginx";
    /// The `spec.controller` of the IngressClasses that the controller serves.
    controller_class: String = "controller-class" [TEXT] Routing, default "k8s.io/ingress-nginx";
    /// An IngressClass with the name of --ingress-class is served whatever its controller.
    ingress_class_by_name: bool = "ingress-class-by-name" [BOOL] Routing, default "false";
    /// Ingresses without a class are served.
    watch_ingress_without_class: bool = "watch-ingress-without-class" [BOOL] Routing, default "false";
    /// Only this namespace is served; empty for all.
    watch_namespace: String = "watch-namespace" [TEXT] Routing, default "";
    /// The Service (`namespace/name`) for requests that nothing takes; empty for the built-in 404.
    default_backend_service: String = "default-backend-service" [TEXT] Routing, default "";
    /// The Secret (`namespace/name`) with the certificate for hosts without one; empty for a made-up one.
    default_ssl_certificate: String = "default-ssl-certificate" [TEXT] Policy, default "";
    /// Ingresses with `spec.defaultBackend` are left out.
    disable_catch_all: bool = "disable-catch-all" [BOOL] Routing, default "false";
    /// Services of the type ExternalName are not served.
    disable_svc_external_name: bool = "disable-svc-external-name" [BOOL] Routing, default "false";
    /// Annotations are checked by validators.
    enable_annotation_validation: bool = "enable-annotation-validation" [BOOL] Routing, default "true";
    /// Ingresses whose hosts or paths look like nginx configuration are left out.
    deep_inspect: bool = "deep-inspect" [BOOL] Routing, default "true";
    /// The annotation ssl-passthrough is in force.
    enable_ssl_passthrough: bool = "enable-ssl-passthrough" [BOOL] Routing, default "false";
    /// The port for http.
    http_port: i64 = "http-port" [INT] Routing, default "80";
    /// The port for https.
    https_port: i64 = "https-port" [INT] Routing, default "443";
    /// The ConfigMap (`namespace/name`) of the controller.
    configmap: String = "configmap" [TEXT] Routing, default "";
    /// The ConfigMap (`namespace/name`) with TCP services.
    tcp_services_configmap: String = "tcp-services-configmap" [TEXT] Routing, default "";
    /// The ConfigMap (`namespace/name`) with UDP services.
    udp_services_configmap: String = "udp-services-configmap" [TEXT] Routing, default "";
    /// The path under which the controller answers for itself.
    health_check_path: String = "health-check-path" [TEXT] Routing, default "/healthz";
}

/// Flags without an effect on requests: ports and addresses of its own, metrics, elections, logs (pkg/flags/flags.go).
const QUIET_FLAGS: &str = "\
    add_dir_header alsologtostderr apiserver-host bucket-factor certificate-authority default-server-port disable-full-test \
    disable-leader-election disable-sync-events dynamic-configuration-retries election-id election-ttl enable-metrics \
    exclude-socket-metrics health-check-timeout healthz-host healthz-port internal-logger-address kubeconfig length-buckets \
    log_backtrace_at log_dir log_file log_file_max_size logtostderr max-buckets maxmind-edition-ids maxmind-license-key \
    maxmind-mirror maxmind-retries-count maxmind-retries-timeout metrics-per-host metrics-per-undefined-host \
    monitor-max-batch-size one_output post-shutdown-grace-period profiler-address profiler-port profiling publish-service \
    publish-status-address report-node-internal-ip-address report-status-classes shutdown-grace-period size-buckets \
    skip_headers skip_log_headers ssl-passthrough-proxy-port status-port status-update-interval stderrthreshold stream-port \
    sync-period sync-rate-limit time-buckets update-status update-status-on-shutdown v validating-webhook \
    validating-webhook-certificate validating-webhook-key vmodule";

/// Flags that change what requests see and that the model does not hold.
const NOT_HELD: &[(&str, &str)] = &[
    ("enable-ssl-chain-completion", "certificates are sent as their Secrets hold them"),
    ("enable-topology-aware-routing", "which endpoints are near is the implementation's choice"),
    ("watch-namespace-selector", "Ingresses of every namespace are converted"),
];

/// Switches among the flags above: their value stands behind `=` only.
const SWITCHES: &str = "\
    add_dir_header alsologtostderr disable-full-test disable-leader-election disable-sync-events enable-metrics \
    enable-ssl-chain-completion enable-topology-aware-routing logtostderr metrics-per-host metrics-per-undefined-host \
    one_output profiling report-node-internal-ip-address report-status-classes skip_headers skip_log_headers update-status \
    update-status-on-shutdown";

impl Flags {
    /// Takes the arguments of the controller's container: `--name=value`, `--name value` and, for switches, `--name`.
    /// Other flags and values of the wrong type are passed over.
    pub fn apply<'a>(&mut self, arguments: impl IntoIterator<Item = &'a str>) {
        for Given { name, text, .. } in given(arguments) {
            self.set(name, text);
        }
    }

    /// Namespace and name of the objects that the flags name.
    pub fn names(&self) -> impl Iterator<Item = (String, String)> {
        let all = [
            &self.configmap,
            &self.default_backend_service,
            &self.default_ssl_certificate,
            &self.tcp_services_configmap,
            &self.udp_services_configmap,
        ];
        let named = all.into_iter().filter_map(|text| text.split_once('/'));
        named.map(|(namespace, name)| (namespace.to_owned(), name.to_owned())).collect::<Vec<_>>().into_iter()
    }

    fn is_usual(name: &str, text: &str) -> bool {
        let mut flags = Self::default();
        flags.set(name, text);
        flags == Self::default()
    }
}

/// A flag of a command line.
struct Given<'a> {
    /// Which argument it is.
    index: usize,
    name: &'a str,
    text: &'a str,
}

/// Every flag of a command line (pflag: one that is no switch takes the next argument, whatever it is).
fn given<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Vec<Given<'a>> {
    let mut found = Vec::new();
    let mut rest = arguments.into_iter().enumerate();
    while let Some((index, argument)) = rest.next() {
        let Some(flag) = argument.strip_prefix("--").or_else(|| argument.strip_prefix('-')) else { continue };
        let (name, text) = match flag.split_once('=') {
            Some((name, text)) => (name, text),
            None if is_switch(flag) => (flag, "true"),
            None => (flag, rest.next().map_or("", |(_, next)| next)),
        };
        found.push(Given { index, name, text });
    }
    found
}

fn is_switch(name: &str) -> bool {
    SWITCHES.split_whitespace().any(|switch| switch == name)
        || FLAGS.iter().any(|entry| entry.key == name && matches!(entry.default, "true" | "false"))
}

/// Every flag gets a fate; what the controller does not know, refuses, or what is not carried is said.
pub(super) fn account(arguments: &[Located<String>], report: &mut Report) {
    for Given { index, name, text } in given(arguments.iter().map(|argument| argument.value.as_str())) {
        let Some(Located { origin, .. }) = arguments.get(index) else { continue };
        match Flags::default().set(name, text) {
            Taken::Yes(_) if Flags::is_usual(name, text) => report.ledger.record(origin, Fate::Ignored, None),
            Taken::Yes(_) => report.ledger.record(origin, Fate::Carried, None),
            Taken::Refused(entry) => {
                let message = format!("the controller refuses `--{name}={text}`");
                let accepted = format!("accepted: {}", entry.syntax);
                report.push(Diagnostic::new(Code::ConfigValueRefused, message).at(origin, accepted));
                report.ledger.record(origin, Fate::Invalid, Some(Code::ConfigValueRefused));
            }
            Taken::Unknown => unheld(name, origin, report),
        }
    }
}

fn unheld(name: &str, origin: &Origin, report: &mut Report) {
    if let Some((_, why)) = NOT_HELD.iter().find(|(flag, _)| *flag == name) {
        let message = format!("`--{name}` of the controller is not carried");
        report.push(Diagnostic::new(Code::ConfigNotCarried, message).at(origin, *why));
        report.ledger.record(origin, Fate::Dropped, Some(Code::ConfigNotCarried));
    } else if QUIET_FLAGS.split_whitespace().any(|flag| flag == name) {
        report.ledger.record(origin, Fate::Ignored, None);
    } else {
        let message = format!("the controller knows no flag `--{name}`");
        let known = FLAGS.iter().map(|entry| entry.key).chain(QUIET_FLAGS.split_whitespace());
        let near = suggestion(name, known);
        let label = near.map_or_else(|| "is passed over".to_owned(), |near| format!("did you mean `--{near}`?"));
        report.push(Diagnostic::new(Code::ConfigKeyUnknown, message).at(origin, label));
        report.ledger.record(origin, Fate::Ignored, Some(Code::ConfigKeyUnknown));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::ingress_nginx::keyed::Taken;

    #[test]
    fn every_default_is_a_value() {
        let mut flags = Flags::default();
        for entry in FLAGS {
            assert!(matches!(flags.set(entry.key, entry.default), Taken::Yes(_)), "{}", entry.key);
        }
        assert_eq!(flags, Flags::default());
    }

    #[test]
    fn flags_come_in_three_forms() {
        let mut flags = Flags::default();
        let arguments = ["/nginx-ingress-controller", "--ingress-class=int", "--http-port", "8080", "--unknown", "x"];
        flags.apply(arguments.into_iter().chain([
            "--enable-metrics",
            "--enable-ssl-passthrough",
            "--deep-inspect=false",
            "--https-port=x",
        ]));
        assert_eq!((flags.ingress_class.as_str(), flags.http_port, flags.https_port), ("int", 8080, 443));
        assert!(flags.enable_ssl_passthrough && !flags.deep_inspect);
    }

    #[test]
    fn every_flag_has_a_fate() {
        let mut report = Report::default();
        let arguments =
            ["--http-port=8080", "--v=2", "--watch-namespace-selector", "a=b", "--https-port=x", "--ingres-class=a"];
        let located = arguments.map(|text| Located::new(text.to_owned(), super::super::hosts::nowhere()));
        account(&located, &mut report);
        let codes: Vec<_> = report.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
        assert_eq!(codes, [Code::ConfigNotCarried, Code::ConfigValueRefused, Code::ConfigKeyUnknown]);
        let lists = [QUIET_FLAGS, SWITCHES].map(|list| list.split_whitespace().collect::<Vec<_>>());
        assert!(lists.iter().all(|list| list.is_sorted()));
        assert!(lists[0].iter().all(|flag| FLAGS.iter().all(|entry| entry.key != *flag)));
    }
}
