//! The controller's command line.

use super::keyed::{BOOL, INT, TEXT, keyed};

keyed! {
    /// The controller's flags, as far as they change what requests see.
    pub struct Flags {}
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
    /// The ConfigMap (`namespace/name`) with TCP services.
    tcp_services_configmap: String = "tcp-services-configmap" [TEXT] Routing, default "";
    /// The ConfigMap (`namespace/name`) with UDP services.
    udp_services_configmap: String = "udp-services-configmap" [TEXT] Routing, default "";
    /// The path under which the controller answers for itself.
    health_check_path: String = "health-check-path" [TEXT] Routing, default "/healthz";
}

impl Flags {
    /// Takes the arguments of the controller's container: `--name=value`, `--name value` and, for switches, `--name`.
    /// Other flags and values of the wrong type are passed over.
    pub fn apply<'a>(&mut self, arguments: impl IntoIterator<Item = &'a str>) {
        let mut arguments = arguments.into_iter().peekable();
        while let Some(argument) = arguments.next() {
            let Some(flag) = argument.strip_prefix("--") else { continue };
            let (name, text) = match flag.split_once('=') {
                Some((name, text)) => (name, text),
                None if is_switch(flag) => (flag, "true"),
                None => (flag, arguments.next_if(|next| !next.starts_with("--")).unwrap_or_default()),
            };
            self.set(name, text);
        }
    }
}

fn is_switch(name: &str) -> bool {
    FLAGS.iter().any(|entry| entry.key == name && matches!(entry.default, "true" | "false"))
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
            "--enable-ssl-passthrough",
            "--deep-inspect=false",
            "--https-port=x",
        ]));
        assert_eq!((flags.ingress_class.as_str(), flags.http_port, flags.https_port), ("int", 8080, 443));
        assert!(flags.enable_ssl_passthrough && !flags.deep_inspect);
    }
}
