//! Passwords in requests, as far as a hash can be told without running it.

use super::request::Request;
use crate::model::{BasicAuth, PasswordScheme, User};
use crate::syntax::decode_base64;

/// Whether a request shows a password that may be right. Users that are not in the input, and hashes that are made to be
/// slow (bcrypt, apr1, crypt), are taken to fit.
pub(super) fn pass(auth: &BasicAuth, request: &Request) -> bool {
    let Some((scheme, rest)) = request.header("authorization").and_then(|value| value.split_once(' ')) else {
        return false;
    };
    match auth.scheme {
        PasswordScheme::Basic if scheme.eq_ignore_ascii_case("basic") => {
            let decoded = decode_base64(rest.trim()).and_then(|bytes| String::from_utf8(bytes).ok());
            let given = decoded.as_deref().and_then(|text| text.split_once(':'));
            given.is_some_and(|(name, password)| {
                auth.users.as_ref().is_none_or(|users| {
                    users.iter().find(|user| user.name == name).is_some_and(|user| fits(&user.hash, password))
                })
            })
        }
        PasswordScheme::Digest if scheme.eq_ignore_ascii_case("digest") => {
            let known = |user: &User| rest.contains(&format!("username=\"{}\"", user.name));
            auth.users.as_ref().is_none_or(|users| users.iter().any(known))
        }
        PasswordScheme::Basic | PasswordScheme::Digest => false,
    }
}

/// Whether a password fits a hash of an htpasswd file (ngx_crypt).
fn fits(hash: &str, password: &str) -> bool {
    if let Some(plain) = hash.strip_prefix("{PLAIN}") {
        return plain == password;
    }
    match hash.strip_prefix("{SHA}") {
        Some(sum) => decode_base64(sum).is_some_and(|sum| sum == sha1_smol::Sha1::from(password).digest().bytes()),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn hashes_that_can_be_told() {
        assert!(fits("{SHA}Ys23Ag/5IOWqZCw9QGaVDdHwH00=", "bar") && !fits("{SHA}Ys23Ag/5IOWqZCw9QGaVDdHwH00=", "no"));
        assert!(fits("{PLAIN}bar", "bar") && !fits("{PLAIN}bar", "no"));
        assert!(fits("$apr1$abc$def", "anything"));
    }
}
