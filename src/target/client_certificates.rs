//! In what client certificates differ on every target.

use super::Run;
use crate::model::{CertificateDemand, ClientCertificates, Pipeline};

/// What is lost of the certificates that a listener asks for, where the target has a field for the rest.
pub(super) fn differences(asked: &ClientCertificates, run: &Run) -> Vec<&'static str> {
    let ClientCertificates { authority: _, or_beside: _, demand, depth, error_page, passed_on: _, common_name: _ } =
        asked;
    // nginx opens the stream for everybody, and answers then.
    let nginx = run.routing.entry_points.iter().any(|entry| entry.pipeline == Pipeline::Nginx);
    let differences = [
        (nginx && *demand != CertificateDemand::Unchecked)
            .then_some("a client without leave fails in the handshake; ingress-nginx answers 400"),
        (*depth != 1).then_some("how long chains may be is the implementation's choice"),
        error_page.is_some().then_some("there is no error page for clients without leave"),
    ];
    differences.into_iter().flatten().collect()
}
