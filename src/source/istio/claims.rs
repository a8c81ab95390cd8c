//! What an AuthorizationPolicy asks of tokens: `requestPrincipals`, and conditions on `request.auth`.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::model::{ClaimDemand, ClaimValue, TokenDemand};

/// An item of `when`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Condition {
    key: String,
    values: Vec<String>,
    #[serde(alias = "not_values")]
    not_values: Vec<String>,
}

/// Most ways that are told apart.
const MOST: usize = 32;

/// Tokens that are asked for: one of these; empty where nothing is asked of them.
pub(super) type Ways = Vec<TokenDemand>;

/// What some conditions ask of tokens together.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Asked {
    /// The token has to be so: nothing is asked where this is empty.
    pub held: Ways,
    /// The token must not be so, all of these; none where no list is.
    pub not_held: Vec<Ways>,
}

/// What a source and conditions say of tokens; `None` for what is not read.
pub(super) fn asked(principals: &[String], not_principals: &[String], when: &[Condition]) -> Option<Asked> {
    let mut asked = Asked::default();
    asked.add(principals, not_principals, principal)?;
    for Condition { key, values, not_values } in when {
        if values.is_empty() && not_values.is_empty() {
            return None;
        }
        if key == "request.auth.principal" {
            asked.add(values, not_values, principal)?;
            continue;
        }
        let path = path(key)?;
        let exact = |value: &String| !value.is_empty() && !value.starts_with('*') && !value.ends_with('*');
        if !values.iter().chain(not_values).all(exact) {
            return None;
        }
        // A text that is one of the values, or a list with one of them (authz/matcher/metadata.go, OrMatch).
        let of = |values: &[String]| {
            let is = ClaimValue::TextOrInList(values.iter().cloned().collect());
            vec![TokenDemand::from([ClaimDemand { path: path.clone(), is }])]
        };
        if !values.is_empty() {
            asked.held = both(&asked.held, &of(values))?;
        }
        if !not_values.is_empty() {
            asked.not_held.push(of(not_values));
        }
    }
    Some(asked)
}

impl Asked {
    fn add(&mut self, values: &[String], not: &[String], read: fn(&String) -> Option<TokenDemand>) -> Option<()> {
        let ways = |values: &[String]| values.iter().map(read).collect::<Option<Ways>>();
        self.held = both(&self.held, &ways(values)?)?;
        if !not.is_empty() {
            self.not_held.push(ways(not)?);
        }
        Some(())
    }
}

/// Both have to hold; `None` when that is too much to tell apart.
pub(super) fn both(one: &Ways, other: &Ways) -> Option<Ways> {
    if one.is_empty() || other.is_empty() {
        return Some([one.as_slice(), other].concat());
    }
    let pairs = one.iter().flat_map(|a| other.iter().map(|b| a.union(b).cloned().collect()));
    let all: BTreeSet<TokenDemand> = pairs.collect();
    (all.len() <= MOST && all.iter().all(|demand| demand.len() <= 6)).then(|| all.into_iter().collect())
}

/// `*`, `issuer/*`, `*/subject`, `issuer/subject`: claims `iss` and `sub`, both of which have to be texts
/// (authz/model/generator.go, requestPrincipalGenerator). The issuer ends at the last slash.
fn principal(value: &String) -> Option<TokenDemand> {
    let claim = |name: &str, is| ClaimDemand { path: vec![name.to_owned()], is };
    let (issuer, subject) = if value == "*" { ("*", "*") } else { value.rsplit_once('/')? };
    let of = |name: &str, text: &str| match text {
        "*" => Some(claim(name, ClaimValue::Present)),
        text if text.is_empty() || text.starts_with('*') || text.ends_with('*') => None,
        text => Some(claim(name, ClaimValue::Text(BTreeSet::from([text.to_owned()])))),
    };
    // `*/*` ends with a star and begins with one: Istio reads the issuer as any and the subject as the text `*`.
    if value == "*/*" {
        return None;
    }
    Some(TokenDemand::from([of("iss", issuer)?, of("sub", subject)?]))
}

/// The claim that a key is about.
fn path(key: &str) -> Option<Vec<String>> {
    match key {
        "request.auth.audiences" => Some(vec!["aud".to_owned()]),
        "request.auth.presenter" => Some(vec!["azp".to_owned()]),
        _ => {
            let inner = key.strip_prefix("request.auth.claims[")?.strip_suffix(']')?;
            let steps: Vec<String> = inner.split("][").map(str::to_owned).collect();
            steps.iter().all(|step| !step.is_empty() && !step.contains(['[', ']'])).then_some(steps)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(principals: &[&str], when: &str) -> Option<Asked> {
        let principals: Vec<String> = principals.iter().map(|text| (*text).to_owned()).collect();
        asked(&principals, &[], &serde_json::from_str::<Vec<Condition>>(when).unwrap())
    }

    fn told(ways: &Ways) -> Vec<String> {
        let value = |is: &ClaimValue| match is {
            ClaimValue::Present => "*".to_owned(),
            ClaimValue::Text(values) => values.iter().cloned().collect::<Vec<_>>().join("|"),
            ClaimValue::InList(values) | ClaimValue::TextOrInList(values) => {
                format!("~{}", values.iter().cloned().collect::<Vec<_>>().join("|"))
            }
        };
        let claim = |claim: &ClaimDemand| format!("{}={}", claim.path.join("."), value(&claim.is));
        ways.iter().map(|demand| demand.iter().map(claim).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn principals_are_issuer_and_subject() {
        let of = |value: &str| ways(&[value], "[]").map(|asked| told(&asked.held).concat());
        assert_eq!(of("*").unwrap(), "iss=* sub=*");
        assert_eq!(of("https://login.example.com/*").unwrap(), "iss=https://login.example.com sub=*");
        assert_eq!(of("https://login.example.com//ann").unwrap(), "iss=https://login.example.com/ sub=ann");
        assert_eq!(of("*/ann").unwrap(), "iss=* sub=ann");
        for unread in ["ann", "https://login.example.com/a*", "*.example.com/ann", "issuer/", "*/*", "iss*"] {
            assert_eq!(of(unread), None, "{unread}");
        }
    }

    #[test]
    fn conditions_hold_together() {
        let when = r#"[{"key": "request.auth.claims[realm][role]", "values": ["admin", "editor"]},
                       {"key": "request.auth.audiences", "values": ["shop"]}]"#;
        let asked = ways(&["a/*", "b/*"], when).unwrap();
        let expected =
            ["aud=~shop iss=a realm.role=~admin|editor sub=*", "aud=~shop iss=b realm.role=~admin|editor sub=*"];
        assert_eq!(told(&asked.held), expected);
        for unread in [
            r#"[{"key": "request.headers[x]", "values": ["1"]}]"#,
            r#"[{"key": "request.auth.claims[role]", "values": ["adm*"]}]"#,
            r#"[{"key": "request.auth.claims[role", "values": ["admin"]}]"#,
            r#"[{"key": "request.auth.claims[role]"}]"#,
        ] {
            assert_eq!(ways(&[], unread), None, "{unread}");
        }
    }
}
