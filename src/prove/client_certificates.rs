//! Certificates that hosts ask of their clients, on both sides.

use crate::model::{ClientCertificates, VirtualHost};

/// Whether a host asks other certificates of its clients.
pub(super) fn differ(before: &VirtualHost, after: &VirtualHost) -> bool {
    let asked = |host: &VirtualHost| Some(host.tls.as_ref()?.client.as_ref()?.value.clone());
    others_asked(asked(before), asked(after))
}

fn others_asked(before: Option<ClientCertificates>, after: Option<ClientCertificates>) -> bool {
    match (before, after) {
        (Some(before), Some(mut after)) => {
            if may_be_beside(&before, &after) || may_be_beside(&after, &before) {
                after.authority.clone_from(&before.authority);
            }
            after.or_beside = before.or_beside;
            before != after
        }
        (before, after) => before.is_some() != after.is_some(),
    }
}

/// Whether one says `x` or `x-cacert`, and the other `x-cacert`.
fn may_be_beside(one: &ClientCertificates, other: &ClientCertificates) -> bool {
    let ((namespace, name), (home, beside)) = (&one.authority, &other.authority);
    one.or_beside && namespace == home && beside.strip_suffix("-cacert") == Some(name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CertificateDemand;

    #[test]
    fn an_authority_may_be_in_either_secret_only_where_istio_looks_for_it() {
        let asked = |name: &str, or_beside| {
            Some(ClientCertificates {
                authority: ("shop".to_owned(), name.to_owned()),
                or_beside,
                demand: CertificateDemand::Required,
                depth: 1,
                error_page: None,
                passed_on: false,
                common_name: None,
            })
        };
        assert!(!others_asked(asked("x", true), asked("x", false)));
        assert!(!others_asked(asked("x-cacert", false), asked("x", true)));
        assert!(!others_asked(asked("x", true), asked("x-cacert", false)));
        assert!(others_asked(asked("x", false), asked("x-cacert", false)));
        assert!(others_asked(asked("x", true), asked("y-cacert", false)));
        assert!(others_asked(asked("x", true), None));
    }
}
