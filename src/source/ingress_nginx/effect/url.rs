//! URLs of annotations that name Services of the cluster.

use crate::model::ServicePort;

/// A Service and what the URL asks of it.
pub(super) struct Target<'t> {
    /// The Service.
    pub service: ServicePort,
    /// What follows host and port.
    pub rest: &'t str,
}

/// The Service that a URL of the form `http://name.namespace.svc[.domain][:port]…` names. Only plain HTTP: a Service
/// has no scheme.
pub(super) fn service_of(url: &str) -> Option<Target<'_>> {
    let after = url.strip_prefix("http://")?;
    let end = after.find(['/', '?', '$']).unwrap_or(after.len());
    let (authority, rest) = after.split_at(end);
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    let port = port.parse().ok().filter(|port| *port > 0)?;
    let mut labels = host.split('.');
    let (name, namespace, svc) = (labels.next()?, labels.next()?, labels.next()?);
    let named = crate::source::value::is_service_name(name) && !namespace.is_empty() && svc == "svc";
    let service = ServicePort { namespace: namespace.to_owned(), name: name.to_owned(), port, port_name: None };
    named.then_some(Target { service, rest })
}

#[cfg(test)]
mod tests {
    use super::service_of;

    #[test]
    fn names_of_services() {
        let found = |url: &str| service_of(url).map(|target| (target.service.to_string(), target.rest.to_owned()));
        let text = |service: &str, rest: &str| Some((service.to_owned(), rest.to_owned()));
        assert_eq!(
            found("http://auth.infra.svc.cluster.local:4180/oauth2/auth"),
            text("infra/auth:4180", "/oauth2/auth")
        );
        assert_eq!(found("http://auth.infra.svc$request_uri"), text("infra/auth:80", "$request_uri"));
        for url in
            ["https://auth.infra.svc/x", "http://auth.example.com/x", "http://auth.infra.svc:0/", "http://$host/x"]
        {
            assert_eq!(found(url), None, "{url}");
        }
    }
}
