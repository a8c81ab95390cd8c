//! Who is let in: the policies of an Istio gateway and the SecurityPolicies that they become, each asked by a reading of its
//! own that knows nothing of the model.

use gatelift::{Options, Target, convert, read_text};
use serde_json::{Value as Json, json};

use crate::tokens::{every_policy, guarded};

/// A request of `a.com`.
struct Asked {
    client: &'static str,
    path: &'static str,
    /// What a valid token says.
    token: Option<Json>,
}

fn list<'j>(value: &'j Json, key: &str) -> Vec<&'j Json> {
    value[key].as_array().into_iter().flatten().collect()
}

fn texts<'j>(value: &'j Json, key: &str) -> Vec<&'j str> {
    list(value, key).into_iter().filter_map(Json::as_str).collect()
}

/// A text, or a list with it.
fn says(claim: &Json, value: &str) -> bool {
    claim == value || claim.as_array().is_some_and(|all| all.iter().any(|one| one == value))
}

fn within(block: &str, client: &str) -> bool {
    gatelift::model::block_contains(block, client)
}

/// `*` at the end, or the whole.
fn is_like(pattern: &str, text: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == text, |start| text.starts_with(start))
}

mod istio {
    use super::*;

    /// istio.io, Authorization Policy: DENY first, then one ALLOW if there is any.
    pub fn lets_in(policies: &[Json], asked: &Asked) -> bool {
        let of = |action: &str| policies.iter().filter(|policy| policy["action"] == action).collect::<Vec<_>>();
        let fits = |policy: &&Json| list(policy, "rules").into_iter().any(|rule| fits(rule, asked));
        let allowing = of("ALLOW");
        !of("DENY").iter().any(fits) && (allowing.is_empty() || allowing.iter().any(fits))
    }

    fn fits(rule: &Json, asked: &Asked) -> bool {
        let any = |items: Vec<&Json>, fits: &dyn Fn(&Json) -> bool| items.is_empty() || items.into_iter().any(fits);
        any(list(rule, "from"), &|from| is_from(&from["source"], asked))
            && any(list(rule, "to"), &|to| is_to(&to["operation"], asked))
            && list(rule, "when").into_iter().all(|when| holds(when, asked))
    }

    fn is_to(operation: &Json, asked: &Asked) -> bool {
        let (hosts, paths) = (texts(operation, "hosts"), texts(operation, "paths"));
        (hosts.is_empty() || hosts.contains(&"a.com"))
            && (paths.is_empty() || paths.iter().any(|p| is_like(p, asked.path)))
    }

    fn is_from(source: &Json, asked: &Asked) -> bool {
        let text = |name: &str| asked.token.as_ref()?[name].as_str().filter(|text| !text.is_empty());
        let principal = text("iss").zip(text("sub")).map(|(issuer, subject)| format!("{issuer}/{subject}"));
        let is = |pattern: &&str| principal.as_ref().is_some_and(|principal| is_like(pattern, principal));
        let has = |block: &&str| within(block, asked.client);
        let (in_blocks, out) = (texts(source, "ipBlocks"), texts(source, "notRemoteIpBlocks"));
        let (principals, others) = (texts(source, "requestPrincipals"), texts(source, "notRequestPrincipals"));
        (in_blocks.is_empty() || in_blocks.iter().any(has))
            && !out.iter().any(has)
            && (principals.is_empty() || principals.iter().any(is))
            && !others.iter().any(is)
    }

    fn holds(when: &Json, asked: &Asked) -> bool {
        let key = when["key"].as_str().unwrap();
        let name = key.strip_prefix("request.auth.claims[").map_or("aud", |rest| rest.trim_end_matches(']'));
        let is = |value: &&str| asked.token.as_ref().is_some_and(|token| says(&token[name], value));
        let (values, others) = (texts(when, "values"), texts(when, "notValues"));
        (values.is_empty() || values.iter().any(is)) && !others.iter().any(is)
    }
}

mod envoy_gateway {
    use super::*;

    /// The first rule that fits decides (authorization_types.go); a request without a token passes `jwt.optional`.
    pub fn lets_in(policy: &Json, asked: &Asked) -> bool {
        let authorization = &policy["authorization"];
        assert_eq!(policy["jwt"]["optional"], true);
        if authorization.is_null() {
            return true;
        }
        let providers = list(&policy["jwt"], "providers");
        let fits = |rule: &&Json| fits(rule, &providers, asked);
        let found = list(authorization, "rules").into_iter().find(fits);
        found.map_or(&authorization["defaultAction"], |rule| &rule["action"]) == "Allow"
    }

    fn fits(rule: &Json, providers: &[&Json], asked: &Asked) -> bool {
        let principal = &rule["principal"];
        let blocks = texts(principal, "clientCIDRs");
        if !blocks.is_empty() && !blocks.iter().any(|block| within(block, asked.client)) {
            return false;
        }
        if principal["jwt"].is_null() {
            return true;
        }
        let provider = providers.iter().find(|one| one["name"] == principal["jwt"]["provider"]).unwrap();
        let Some(token) = asked.token.as_ref().filter(|token| token["iss"] == provider["issuer"]) else { return false };
        let claims = list(&principal["jwt"], "claims");
        let is = |claim: &&Json| {
            let said = &token[claim["name"].as_str().unwrap()];
            texts(claim, "values").iter().any(|value| match claim["valueType"].as_str().unwrap() {
                "String" => said == value,
                _ => said.is_array() && says(said, value),
            })
        };
        // The only expression that is written: the subject is a text and not empty.
        let subject = rule["cel"].is_null() || token["sub"].as_str().is_some_and(|subject| !subject.is_empty());
        assert!(rule["cel"].is_null() || rule["cel"].as_str().unwrap().contains("['sub'] != ''"));
        claims.iter().all(is) && subject
    }
}

/// The SecurityPolicy of the route's rule that takes a path.
fn policy_of<'o>(objects: &'o [Json], path: &str) -> Option<&'o Json> {
    let route =
        objects.iter().find(|one| one["kind"] == "HTTPRoute" && one["spec"]["hostnames"][0] == "a.com").unwrap();
    let takes = |rule: &&&Json| {
        list(rule, "matches").into_iter().any(|one| {
            let value = one["path"]["value"].as_str().unwrap();
            match one["path"]["type"].as_str().unwrap() {
                "Exact" => value == path,
                _ => value == "/" || path == value || path.starts_with(&format!("{value}/")),
            }
        })
    };
    let rules = list(&route["spec"], "rules");
    let longest = |rule: &&&Json| list(rule, "matches")[0]["path"]["value"].as_str().map(str::len);
    let rule = rules.iter().filter(takes).max_by_key(longest).unwrap();
    if list(rule, "backendRefs").is_empty() {
        return None;
    }
    let of = |section: &Json| {
        let names = |target: &&Json| target["name"] == route["metadata"]["name"] && target["sectionName"] == *section;
        let policies = objects.iter().filter(|one| one["kind"] == "SecurityPolicy");
        policies.into_iter().find(|one| list(&one["spec"], "targetRefs").iter().any(names))
    };
    let own = of(&rule["name"]).filter(|_| !rule["name"].is_null());
    let policy = own.or_else(|| of(&Json::Null)).unwrap_or_else(|| panic!("nothing guards {rule}"));
    Some(&policy["spec"])
}

fn requests() -> Vec<Asked> {
    let login = "https://login.example.com";
    let tokens = [
        None,
        Some(json!({"iss": login})),
        Some(json!({"iss": login, "sub": ""})),
        Some(json!({"iss": login, "sub": "bob"})),
        Some(json!({"iss": login, "sub": "bob", "role": "admin", "aud": "shop"})),
        Some(json!({"iss": "p", "sub": "ann", "aud": ["x", "web"]})),
        Some(json!({"iss": "p", "sub": "eve", "role": ["guest", "admin"]})),
        Some(json!({"iss": "p", "role": "admin", "aud": ["shop"]})),
    ];
    let clients = ["10.1.1.1", "192.0.2.1"];
    let of = |token: &Option<Json>| {
        clients.map(|client| ["/", "/admin", "/admin/x"].map(|path| Asked { client, path, token: token.clone() }))
    };
    tokens.iter().flat_map(of).flatten().collect()
}

#[test]
fn envoy_gateway_lets_in_whom_istio_let_in() {
    let target = Target { name: "envoy-gateway".to_owned(), version: None };
    let options = Options { target, prove: false, ..Options::default() };
    let policies = every_policy();
    let (mut asked, mut let_in, mut withheld) = (0, 0, 0);
    for (index, one) in policies.iter().enumerate() {
        for other in policies.iter().skip(index) {
            let conversion = convert(&read_text("input.yaml", &guarded(&[one, other])), &options);
            let objects: Vec<Json> = conversion.objects.iter().map(|one| serde_json::to_value(one).unwrap()).collect();
            let specs = [one, other].map(|spec| crate::yaml::documents(&format!("{{{spec}}}")).unwrap().remove(0));
            for request in requests() {
                let Some(policy) = policy_of(&objects, request.path) else {
                    withheld += 1;
                    continue;
                };
                let (before, after) = (istio::lets_in(&specs, &request), envoy_gateway::lets_in(policy, &request));
                let Asked { client, path, token } = &request;
                assert_eq!(before, after, "{one} and {other}: {client} {path} {token:?}\n{policy:#}");
                asked += 1;
                let_in += usize::from(after);
            }
        }
    }
    assert!(asked > 4_000 && let_in > 1_000 && withheld > 1_000, "{asked} {let_in} {withheld}");
}
