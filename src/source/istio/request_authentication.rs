//! RequestAuthentication (istio/api security/v1/request_authentication.proto): whose tokens are valid.

use serde::Deserialize;

use super::protections::Selector;
use crate::model::{TokenIssuer, TokenKeys, TokenPlace};
use crate::syntax::Node;

/// `spec`. What stands in no field here makes the policy one that is not read.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    /// Read by itself.
    #[serde(rename = "selector")]
    _selector: Option<Selector>,
    #[serde(alias = "jwt_rules")]
    jwt_rules: Vec<JwtRule>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct JwtRule {
    issuer: String,
    audiences: Vec<String>,
    #[serde(alias = "jwks_uri")]
    jwks_uri: String,
    jwks: String,
    #[serde(alias = "from_headers")]
    from_headers: Vec<FromHeader>,
    #[serde(alias = "from_params")]
    from_params: Vec<String>,
    #[serde(alias = "from_cookies")]
    from_cookies: Vec<String>,
    #[serde(alias = "output_payload_to_header")]
    output_payload_to_header: String,
    #[serde(alias = "forward_original_token")]
    forward_original_token: bool,
    #[serde(alias = "output_claim_to_headers")]
    output_claim_to_headers: Vec<ClaimToHeader>,
    /// For how long istiod waits for keys.
    #[serde(rename = "timeout")]
    _timeout: String,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
struct FromHeader {
    name: String,
    prefix: String,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
struct ClaimToHeader {
    header: String,
    claim: String,
}

/// The issuers that a policy names; `None` when it says something that is not read.
pub(super) fn issuers(spec: &Node) -> Option<Vec<TokenIssuer>> {
    let (read, unknown) = spec.read_strict::<Spec>();
    let Spec { _selector: _, jwt_rules } = read.ok().filter(|_| unknown.is_empty())?;
    jwt_rules.into_iter().map(issuer).collect()
}

fn issuer(rule: JwtRule) -> Option<TokenIssuer> {
    let JwtRule { issuer, audiences, jwks_uri, jwks, output_payload_to_header, forward_original_token, .. } = rule;
    let keys = match (jwks_uri.is_empty(), jwks.is_empty()) {
        (true, true) => TokenKeys::Discovered,
        (false, true) => TokenKeys::Url(jwks_uri),
        (true, false) => TokenKeys::Inline(jwks),
        (false, false) => return None,
    };
    let headers = rule.from_headers.into_iter().map(|FromHeader { name, prefix }| TokenPlace::Header { name, prefix });
    let params = rule.from_params.into_iter().map(TokenPlace::Query);
    let cookies = rule.from_cookies.into_iter().map(TokenPlace::Cookie);
    let places: Vec<TokenPlace> = headers.chain(params).chain(cookies).collect();
    let to_header = |ClaimToHeader { header, claim }| (claim, header);
    (!issuer.is_empty()).then(|| TokenIssuer {
        issuer,
        audiences,
        keys,
        places: if places.is_empty() { TokenPlace::defaults() } else { places },
        forwarded: forward_original_token,
        claim_headers: rule.output_claim_to_headers.into_iter().map(to_header).collect(),
        payload_header: (!output_payload_to_header.is_empty()).then_some(output_payload_to_header),
    })
}

/// The issuers of all policies, as Istio asks them (pilot/pkg/security/authn/policy_applier.go: by name). `None` when one
/// issuer is named twice, otherwise.
pub(super) fn together<'i>(policies: impl Iterator<Item = &'i [TokenIssuer]>) -> Option<Vec<TokenIssuer>> {
    let mut all: Vec<TokenIssuer> = Vec::new();
    for issuer in policies.flatten() {
        match all.iter().find(|other| other.issuer == issuer.issuer) {
            Some(other) if other == issuer => {}
            Some(_) => return None,
            None => all.push(issuer.clone()),
        }
    }
    all.sort_by(|a, b| a.issuer.cmp(&b.issuer));
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(spec: &str) -> Option<Vec<TokenIssuer>> {
        issuers(&Node::from_json(&serde_json::from_str(spec).unwrap()))
    }

    #[test]
    fn keys_and_places() {
        let read = read(
            r#"{"jwtRules": [{"issuer": "b", "jwks": "{}", "fromCookies": ["t"], "fromHeaders": [{"name": "x-t"}]},
                             {"issuer": "a", "jwksUri": "https://a/keys", "timeout": "3s", "forwardOriginalToken": true},
                             {"issuer": "c"}]}"#,
        );
        let all = together([read.as_deref().unwrap(), read.as_deref().unwrap()].into_iter()).unwrap();
        let short: Vec<_> = all.iter().map(|one| (one.issuer.as_str(), &one.keys, one.forwarded)).collect();
        let (url, inline) = (TokenKeys::Url("https://a/keys".into()), TokenKeys::Inline("{}".into()));
        assert_eq!(short, [("a", &url, true), ("b", &inline, false), ("c", &TokenKeys::Discovered, false)]);
        assert_eq!(all[0].places, TokenPlace::defaults());
        let header = TokenPlace::Header { name: "x-t".into(), prefix: String::new() };
        assert_eq!(all[1].places, [header, TokenPlace::Cookie("t".into())]);
    }

    #[test]
    fn what_is_not_known_is_not_read() {
        for rule in [r#"{"issuer": "a", "spaceDelimitedClaims": ["x"]}"#, r#"{"jwksUri": "https://a/keys"}"#] {
            assert_eq!(read(&format!(r#"{{"jwtRules": [{rule}]}}"#)), None, "{rule}");
        }
        let (one, other) =
            (read(r#"{"jwtRules": [{"issuer": "a"}]}"#), read(r#"{"jwtRules": [{"issuer": "a", "jwks": "{}"}]}"#));
        assert_eq!(together([one.as_deref().unwrap(), other.as_deref().unwrap()].into_iter()), None);
    }
}
