//! Who is let in, as parts of a SecurityPolicy. What cannot be written closes the rule.

use std::net::IpAddr;

use super::security_policy::{
    ApiKeyAuth, Authorization, AuthorizationRule, BasicAuth, ExtractFrom, Principal, SecretRef,
};
use super::tokens::Holder;
use super::written::Written;
use crate::model::{self, AccessList, AccessRule, ApiKeys, KeyPlace, PasswordScheme};
use crate::target::other_namespace;

/// Client addresses, rules in order, and what becomes of the others. Where holders of tokens are asked for, a client has
/// to be one of them as well.
pub(super) fn authorization(list: &AccessList, holders: Option<&[Holder]>) -> Written<Authorization> {
    let AccessList { rules, otherwise_refused } = list;
    let rule = |admit: bool, client_cidrs: &[String], holder: Option<&Holder>| AuthorizationRule {
        action: action(admit),
        cel: holder.and_then(|holder| holder.cel.clone()),
        principal: Principal {
            client_cidrs: client_cidrs.to_vec(),
            jwt: holder.map(|holder| holder.principal.clone()),
        },
    };
    let mut written = Vec::with_capacity(rules.len());
    for (number, AccessRule { admit, blocks }) in rules.iter().enumerate() {
        let blocks: Option<Vec<String>> = blocks.iter().map(|block| cidr(block)).collect();
        let Some(blocks) = blocks.filter(|blocks| !blocks.is_empty()) else {
            return Written::not("an entry of the list is no address block");
        };
        match holders.filter(|_| *admit) {
            None => written.push(rule(*admit, &blocks, None)),
            Some(holders) => {
                written.extend(holders.iter().map(|holder| rule(true, &blocks, Some(holder))));
                let refused_anyway = *otherwise_refused && number + 1 == rules.len();
                written.extend((!refused_anyway).then(|| rule(false, &blocks, None)));
            }
        }
    }
    let others = holders.filter(|_| !otherwise_refused).unwrap_or_default();
    written.extend(others.iter().map(|holder| rule(true, &[], Some(holder))));
    let refused = *otherwise_refused || holders.is_some();
    Written::Exactly(Authorization { default_action: action(!refused), rules: written })
}

fn action(admit: bool) -> &'static str {
    if admit { "Allow" } else { "Deny" }
}

/// A block with its length: the API takes no bare addresses.
fn cidr(block: &str) -> Option<String> {
    let (address, bits) = block.trim().split_once('/').unwrap_or((block.trim(), ""));
    let address: IpAddr = address.parse().ok()?;
    let most: u8 = if address.is_ipv4() { 32 } else { 128 };
    let bits: u8 = if bits.is_empty() { most } else { bits.parse().ok().filter(|bits| *bits <= most)? };
    Some(format!("{address}/{bits}"))
}

/// User and password. Envoy reads `{SHA}` hashes in an htpasswd file and nothing else.
pub(super) fn basic(auth: &model::BasicAuth, namespace: &str) -> Written<BasicAuth> {
    let model::BasicAuth { scheme, realm: _, secret, format: _, users } = auth;
    match scheme {
        PasswordScheme::Digest => return Written::not("Envoy Gateway has no digest authentication"),
        PasswordScheme::Basic => {}
    }
    let foreign = users.iter().flatten().find(|user| !user.hash.starts_with("{SHA}"));
    if let Some(user) = foreign {
        let why = format!(
            "Envoy checks {{SHA}} hashes only, and that of user `{}` is another; set the password again with \
             `htpasswd -s`",
            user.name
        );
        return Written::Not(why);
    }
    let (own, name) = secret;
    let users = SecretRef { name: name.clone(), namespace: other_namespace(own, namespace) };
    Written::Exactly(BasicAuth { users })
}

/// Keys in requests.
pub(super) fn keys(keys: &ApiKeys, namespace: &str) -> Written<ApiKeyAuth> {
    let ApiKeys { secrets, places, keys: _ } = keys;
    let mut from = ExtractFrom::default();
    for place in places {
        match place {
            KeyPlace::Header(name) => from.headers.push(name.clone()),
            KeyPlace::Query(name) => from.params.push(name.clone()),
            KeyPlace::Cookie(name) => from.cookies.push(name.clone()),
        }
    }
    let ExtractFrom { cookies, headers, params } = from;
    let one_each = [
        ExtractFrom { headers, ..ExtractFrom::default() },
        ExtractFrom { params, ..ExtractFrom::default() },
        ExtractFrom { cookies, ..ExtractFrom::default() },
    ];
    let extract_from: Vec<ExtractFrom> = one_each.into_iter().filter(|from| *from != ExtractFrom::default()).collect();
    if extract_from.is_empty() || secrets.is_empty() {
        return Written::not("it names no keys, or no place for them");
    }
    let reference =
        |(own, name): &(String, String)| SecretRef { name: name.clone(), namespace: other_namespace(own, namespace) };
    Written::Exactly(ApiKeyAuth { credential_refs: secrets.iter().map(reference).collect(), extract_from })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{User, UserList};

    #[test]
    fn lists_keep_their_order_and_get_lengths() {
        let list =
            AccessList::deny_then_allow(vec!["10.0.0.7".into()], vec!["10.0.0.0/8".into(), "2001:db8::1".into()]);
        let Written::Exactly(written) = authorization(&list, None) else { panic!() };
        assert_eq!(written.default_action, "Deny");
        let rules: Vec<_> = written.rules.iter().map(|r| (r.action, r.principal.client_cidrs.join(" "))).collect();
        assert_eq!(rules, [("Deny", "10.0.0.7/32".to_owned()), ("Allow", "10.0.0.0/8 2001:db8::1/128".to_owned())]);
        let wrong = AccessList::deny_then_allow(vec!["office".into()], Vec::new());
        assert!(matches!(authorization(&wrong, None), Written::Not(_)), "a list that is not whole protects less");
    }

    /// Who is not a holder is refused, and so is a holder from elsewhere.
    #[test]
    fn holders_come_from_listed_addresses() {
        use super::super::security_policy::JwtPrincipal;
        let holder = |provider: &str| Holder {
            principal: JwtPrincipal { claims: Vec::new(), provider: provider.to_owned() },
            cel: None,
        };
        let of = |list: &AccessList| {
            let Written::Exactly(written) = authorization(list, Some(&[holder("a"), holder("b")])) else { panic!() };
            let told = |rule: &AuthorizationRule| {
                let Principal { client_cidrs, jwt } = &rule.principal;
                let provider = jwt.as_ref().map_or("", |jwt| jwt.provider.as_str());
                format!("{} {} {provider}", rule.action, client_cidrs.join(","))
            };
            assert_eq!(written.default_action, "Deny");
            written.rules.iter().map(told).collect::<Vec<_>>()
        };
        assert_eq!(of(&AccessList::default()), ["Allow  a", "Allow  b"]);
        let listed = AccessList::deny_then_allow(vec!["10.0.0.7".into()], vec!["10.0.0.0/8".into()]);
        assert_eq!(of(&listed), ["Deny 10.0.0.7/32 ", "Allow 10.0.0.0/8 a", "Allow 10.0.0.0/8 b"]);
        let but = AccessList {
            rules: vec![
                AccessRule { admit: true, blocks: vec!["10.0.0.7/32".into()] },
                AccessRule { admit: false, blocks: vec!["10.0.0.0/8".into()] },
            ],
            otherwise_refused: false,
        };
        let expected = [
            "Allow 10.0.0.7/32 a",
            "Allow 10.0.0.7/32 b",
            "Deny 10.0.0.7/32 ",
            "Deny 10.0.0.0/8 ",
            "Allow  a",
            "Allow  b",
        ];
        assert_eq!(of(&but), expected);
    }

    #[test]
    fn other_hashes_than_sha_are_refused() {
        let of = |hash: &str| model::BasicAuth {
            scheme: PasswordScheme::Basic,
            realm: String::new(),
            secret: ("shop".into(), "users".into()),
            format: UserList::File("auth"),
            users: Some(vec![User { name: "ann".into(), hash: hash.into() }]),
        };
        assert!(matches!(basic(&of("{SHA}Ys23Ag/5IOWqZCw9QGaVDdHwH00="), "shop"), Written::Exactly(_)));
        assert!(matches!(basic(&of("$apr1$x$y"), "shop"), Written::Not(why) if why.contains("ann")));
    }
}
