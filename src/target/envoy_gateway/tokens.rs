//! JSON Web Tokens, as parts of a SecurityPolicy. What cannot be written closes the rule.
//!
//! A request without a token is let through by `jwt.optional` and refused by the authorization, as Istio does it: with
//! 403, and 401 for a token that is not valid.

use std::collections::BTreeMap;

use super::security_policy::{
    ClaimToHeader, Jwt, JwtClaim, JwtExtractFrom, JwtHeader, JwtPrincipal, JwtProvider, LocalJwks, RemoteJwks,
};
use super::version::{AUTHORIZATION_CEL, Version};
use super::written::Written;
use crate::model::{ClaimDemand, ClaimValue, TokenDemand, TokenIssuer, TokenKeys, TokenPlace, Tokens};

/// The filter under whose name Envoy keeps what a token says.
const FILTER: &str = "envoy.filters.http.jwt_authn";

/// Claims of which one side makes a list of words and the other may not (Istio `spaceDelimitedClaims`, by default `scope`
/// and `permission`; Envoy Gateway reads scopes in `scope` or `scp`).
const SPLIT: &[&str] = &["permission", "scp"];

/// What a SecurityPolicy says of tokens.
#[derive(Debug, PartialEq)]
pub(super) struct Policy {
    pub jwt: Jwt,
    /// Those who are let in, where not all are who have a valid token or none.
    pub holders: Option<Vec<Holder>>,
}

/// Somebody with a token, as a rule of an authorization has it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Holder {
    pub principal: JwtPrincipal,
    pub cel: Option<String>,
}

/// Everything that is asked of tokens.
pub(super) fn write(tokens: &Tokens, version: Version) -> Written<Policy> {
    match policy(tokens, version) {
        Ok(policy) => {
            let kept = tokens.issuers.iter().any(|issuer| !issuer.forwarded);
            let difference = "the backend gets the token as well: Envoy Gateway always hands it on".to_owned();
            Written::with(policy, kept.then_some(difference).into_iter().collect())
        }
        Err(why) => Written::Not(why),
    }
}

fn policy(tokens: &Tokens, version: Version) -> Result<Policy, String> {
    let Tokens { issuers, required, demands: _ } = tokens;
    let named: BTreeMap<&str, String> = names(issuers);
    let name = |issuer: &str| named.get(issuer).cloned().unwrap_or_default();
    at_most(16, issuers.len(), "issuers")?;
    let providers = issuers.iter().map(|issuer| provider(issuer, name(&issuer.issuer))).collect::<Result<_, _>>()?;
    let holders = match tokens.demands_of_issuers() {
        None => None,
        Some(demands) => {
            at_most(64, demands.len(), "ways to be let in")?;
            let each = demands.iter().map(|(issuer, demand)| holder(issuer, name(issuer), demand, version));
            Some(each.collect::<Result<_, _>>()?)
        }
    };
    Ok(Policy { jwt: Jwt { optional: (!required).then_some(true), providers }, holders })
}

/// Limits of the CRD, but for that on the ways, which keeps policies readable.
fn at_most(most: usize, count: usize, what: &str) -> Result<(), String> {
    if count <= most { Ok(()) } else { Err(format!("{count} {what} are more than the {most} that are written")) }
}

/// A name for each issuer, after its host.
fn names(issuers: &[TokenIssuer]) -> BTreeMap<&str, String> {
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    for TokenIssuer { issuer, .. } in issuers {
        let text = issuer.split_once("://").map_or(issuer.as_str(), |(_, rest)| rest).to_ascii_lowercase();
        let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let base: String = words.collect::<Vec<_>>().join("-").chars().take(60).collect();
        let base = if base.is_empty() { "issuer".to_owned() } else { base };
        let mut free = std::iter::once(base.clone()).chain((2u32..).map(|number| format!("{base}-{number}")));
        if let Some(name) = free.find(|name| names.values().all(|taken| taken != name)) {
            names.insert(issuer, name);
        }
    }
    names
}

fn provider(issuer: &TokenIssuer, name: String) -> Result<JwtProvider, String> {
    // Said where it differs: `forwarded`.
    let TokenIssuer { issuer, audiences, keys, places, forwarded: _, claim_headers, payload_header } = issuer;
    if let Some(header) = payload_header {
        return Err(format!(
            "Envoy Gateway has no header for all claims (`{header}`), which clients could set themselves"
        ));
    }
    at_most(8, audiences.len(), "audiences")?;
    at_most(253, issuer.len(), "characters of an issuer")?;
    let (mut local_jwks, mut remote_jwks) = (None, None);
    match keys {
        TokenKeys::Url(uri) => {
            at_most(253, uri.len(), "characters of a URL")?;
            remote_jwks = Some(RemoteJwks { uri: uri.clone() });
        }
        TokenKeys::Inline(inline) => local_jwks = Some(LocalJwks { inline: inline.clone(), kind: "Inline" }),
        TokenKeys::Discovered => {
            return Err(format!(
                "Envoy Gateway does not ask `{issuer}` where its keys are, as Istio does: name them with `jwksUri`"
            ));
        }
    }
    let to_header = |(claim, header): &(String, String)| ClaimToHeader { claim: claim.clone(), header: header.clone() };
    Ok(JwtProvider {
        audiences: audiences.clone(),
        claim_to_headers: claim_headers.iter().map(to_header).collect(),
        extract_from: (*places != TokenPlace::defaults()).then(|| extract_from(places)),
        issuer: issuer.clone(),
        local_jwks,
        name,
        remote_jwks,
    })
}

fn extract_from(places: &[TokenPlace]) -> JwtExtractFrom {
    let mut from = JwtExtractFrom::default();
    for place in places {
        match place {
            TokenPlace::Header { name, prefix } => {
                from.headers.push(JwtHeader { name: name.clone(), value_prefix: prefix.clone() });
            }
            TokenPlace::Query(name) => from.params.push(name.clone()),
            TokenPlace::Cookie(name) => from.cookies.push(name.clone()),
        }
    }
    from
}

fn holder(issuer: &str, provider: String, demand: &TokenDemand, version: Version) -> Result<Holder, String> {
    let (mut claims, mut conditions) = (Vec::new(), Vec::new());
    for ClaimDemand { path, is } in demand {
        let name = dotted(path)?;
        match is {
            ClaimValue::Present => conditions.push(present(&provider, path, version)?),
            ClaimValue::Text(values) => claims.push(claim(name, "String", values.iter().cloned().collect())?),
            ClaimValue::InList(values) => claims.push(claim(name, "StringArray", values.iter().cloned().collect())?),
            ClaimValue::TextOrInList(_) => {
                return Err("a claim that is a text or a list has to be told as two".to_owned());
            }
        }
    }
    at_most(16, claims.len(), "claims")?;
    if claims.is_empty() {
        // What holds of all tokens of the issuer: a principal has to ask for something.
        claims.push(claim("iss".to_owned(), "String", vec![issuer.to_owned()])?);
    }
    let cel = (!conditions.is_empty()).then(|| conditions.join(" && "));
    Ok(Holder { principal: JwtPrincipal { claims, provider }, cel })
}

fn claim(name: String, value_type: &'static str, values: Vec<String>) -> Result<JwtClaim, String> {
    at_most(128, values.len(), "values of a claim")?;
    Ok(JwtClaim { name, value_type, values })
}

/// A claim within others, as Envoy Gateway writes it.
fn dotted(path: &[String]) -> Result<String, String> {
    let name = path.join(".");
    if path.iter().any(|step| step.is_empty() || step.contains(['.', '\'', '\\'])) {
        return Err(format!("Envoy Gateway would read the claim `{name}` as claims within claims"));
    }
    if let [only] = path
        && SPLIT.contains(&only.as_str())
    {
        return Err(format!("Envoy Gateway and Istio do not take the words of the claim `{name}` apart alike"));
    }
    at_most(253, name.len(), "characters of a claim's name")?;
    Ok(name)
}

/// That a claim is a text and not empty: a number has no `startsWith`, and an error is no match (measured on Envoy 1.40).
fn present(provider: &str, path: &[String], version: Version) -> Result<String, String> {
    if let Some(lacks) = version.lacks(&AUTHORIZATION_CEL) {
        return Err(format!("a token without `{}` would be let in: {lacks}", path.join(".")));
    }
    let steps = [FILTER, provider].into_iter().chain(path.iter().map(String::as_str));
    let value = steps.fold("metadata.filter_metadata".to_owned(), |value, step| format!("{value}['{step}']"));
    Ok(format!("{value}.startsWith('') && {value} != ''"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const V1_8: Version = Version(1, 8);
    const V1_9: Version = Version(1, 9);

    fn issuer(name: &str) -> TokenIssuer {
        TokenIssuer {
            issuer: name.to_owned(),
            audiences: Vec::new(),
            keys: TokenKeys::Url("https://login.example.com/keys".to_owned()),
            places: TokenPlace::defaults(),
            forwarded: true,
            claim_headers: Vec::new(),
            payload_header: None,
        }
    }

    fn of(issuers: Vec<TokenIssuer>, claims: Vec<(&str, ClaimValue)>) -> Tokens {
        let claim =
            |(name, is): (&str, ClaimValue)| ClaimDemand { path: name.split('/').map(str::to_owned).collect(), is };
        let demands = if claims.is_empty() { Vec::new() } else { vec![claims.into_iter().map(claim).collect()] };
        Tokens { issuers, required: false, demands }
    }

    fn admin() -> ClaimValue {
        ClaimValue::TextOrInList(BTreeSet::from(["admin".to_owned()]))
    }

    fn why_not(tokens: &Tokens, version: Version) -> String {
        match write(tokens, version) {
            Written::Not(why) => why,
            written => panic!("{written:?}"),
        }
    }

    #[test]
    fn providers_have_names_of_their_own() {
        let issuers = [issuer("https://login.example.com/"), issuer("http://login.example.com"), issuer("::")];
        let names: Vec<String> = names(&issuers).into_values().collect();
        assert_eq!(names, ["issuer", "login-example-com-2", "login-example-com"]);
    }

    #[test]
    fn a_claim_is_a_text_or_a_list_of_each_issuer() {
        let tokens = of(vec![issuer("a"), issuer("b")], vec![("realm/roles", admin())]);
        let Written::Exactly(Policy { jwt, holders: Some(holders) }) = write(&tokens, V1_8) else { panic!() };
        assert_eq!((jwt.optional, jwt.providers.len()), (Some(true), 2));
        let told = |holder: &Holder| {
            let claim = &holder.principal.claims[0];
            (holder.principal.provider.clone(), claim.name.clone(), claim.value_type)
        };
        let told: Vec<_> = holders.iter().map(told).collect();
        let expected = [("a", "String"), ("a", "StringArray"), ("b", "String"), ("b", "StringArray")];
        let expected = expected.map(|(provider, form)| (provider.to_owned(), "realm.roles".to_owned(), form));
        assert_eq!(told, expected);
    }

    #[test]
    fn what_cannot_be_said_is_not_written() {
        let subject = of(vec![issuer("a")], vec![("sub", ClaimValue::Present)]);
        assert!(why_not(&subject, V1_8).contains("1.9") && matches!(write(&subject, V1_9), Written::Exactly(_)));
        let without_keys = TokenIssuer { keys: TokenKeys::Discovered, ..issuer("a") };
        assert!(why_not(&of(vec![without_keys], vec![]), V1_9).contains("jwksUri"));
        let payload = TokenIssuer { payload_header: Some("x-claims".to_owned()), ..issuer("a") };
        assert!(why_not(&of(vec![payload], vec![]), V1_9).contains("x-claims"));
        for claim in ["a.b", "permission", "scp", "it's"] {
            let why = why_not(&of(vec![issuer("a")], vec![(claim, admin())]), V1_9);
            assert!(why.contains(claim), "{why}");
        }
        let many = TokenIssuer { audiences: vec!["x".to_owned(); 9], ..issuer("a") };
        assert!(why_not(&of(vec![many], vec![]), V1_9).contains("audiences"));
        let kept = TokenIssuer { forwarded: false, ..issuer("a") };
        assert!(matches!(write(&of(vec![kept], vec![]), V1_9), Written::Nearly(..)));
    }
}
