//! `jwt` of a SecurityPolicy, and the rules of its `authorization` that ask for tokens.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::fields::{Fields, texts};
use crate::model::{
    AccessList, AccessRule, ClaimDemand, ClaimValue, Located, Policies, TokenDemand, TokenIssuer, TokenKeys,
    TokenPlace, Tokens,
};

/// The filter under whose name Envoy keeps what a token says.
const FILTER: &str = "envoy.filters.http.jwt_authn";

/// Reads `jwt`, and `authorization` where that asks for tokens. What says anything else is left.
pub(super) fn read(fields: &mut Fields, policies: &mut Policies) {
    let origin = fields.origin("jwt");
    let Some((mut tokens, names)) = fields.peek("jwt").and_then(jwt) else { return };
    let asks = |rules: &Value| rules.to_string().contains("\"jwt\":") || rules.to_string().contains(FILTER);
    if fields.peek("authorization").is_some_and(asks) {
        let at = fields.origin("authorization");
        // Rules in which nothing is known of the tokens stay as they are, and so do the tokens.
        let Some((list, demands)) = fields.take("authorization", |value| holders(value, &names)) else { return };
        policies.access = list.map(|list| Located::new(list, at));
        tokens.demands = demands;
    }
    fields.ignore("jwt");
    policies.tokens = Some(Located::new(tokens, origin));
}

/// The issuers by the names of their providers.
type Names = BTreeMap<String, String>;

fn jwt(value: &Value) -> Option<(Tokens, Names)> {
    let fields = only(value, &["failOpen", "optional", "providers"])?;
    let flag = |key: &str| fields.get(key).is_some_and(|value| value.as_bool() != Some(false));
    if flag("failOpen") {
        return None;
    }
    let providers = fields.get("providers")?.as_array()?;
    let read: Vec<(String, TokenIssuer)> = providers.iter().map(provider).collect::<Option<_>>()?;
    let names: Names = read.iter().map(|(name, issuer)| (name.clone(), issuer.issuer.clone())).collect();
    let different: BTreeSet<&String> = names.values().collect();
    let issuers: Vec<TokenIssuer> = read.into_iter().map(|(_, issuer)| issuer).collect();
    // Each issuer has one name.
    (different.len() == issuers.len())
        .then(|| (Tokens { issuers, required: !flag("optional"), demands: Vec::new() }, names))
}

fn provider(value: &Value) -> Option<(String, TokenIssuer)> {
    let known =
        ["audiences", "claimToHeaders", "extractFrom", "issuer", "localJWKS", "name", "recomputeRoute", "remoteJWKS"];
    let fields = only(value, &known)?;
    if fields.get("recomputeRoute").is_some_and(|value| value.as_bool() != Some(false)) {
        return None;
    }
    let keys = match (fields.get("remoteJWKS"), fields.get("localJWKS")) {
        (Some(remote), None) => {
            // How often keys are fetched is nothing that a request sees.
            let remote = only(remote, &["cacheDuration", "failedRefetchDuration", "uri"])?;
            TokenKeys::Url(text(remote, "uri")?)
        }
        (None, Some(local)) => TokenKeys::Inline(text(only(local, &["inline", "type"])?, "inline")?),
        (Some(_), Some(_)) | (None, None) => return None,
    };
    let places = fields.get("extractFrom").map_or_else(|| Some(TokenPlace::defaults()), places)?;
    let to_headers = fields.get("claimToHeaders").map_or(Some(&[][..]), |list| list.as_array().map(Vec::as_slice))?;
    let to_header = |value: &Value| {
        let fields = only(value, &["claim", "header"])?;
        Some((text(fields, "claim")?, text(fields, "header")?))
    };
    let issuer = TokenIssuer {
        // Without one, tokens of all issuers are valid.
        issuer: text(fields, "issuer").filter(|issuer| !issuer.is_empty())?,
        audiences: fields.get("audiences").map_or_else(|| Some(Vec::new()), texts)?,
        keys,
        places,
        // internal/xds/translator/jwt.go: `Forward: true`.
        forwarded: true,
        claim_headers: to_headers.iter().map(to_header).collect::<Option<_>>()?,
        payload_header: None,
    };
    Some((text(fields, "name")?, issuer))
}

fn places(value: &Value) -> Option<Vec<TokenPlace>> {
    let fields = only(value, &["cookies", "headers", "params"])?;
    let names = |key: &str| fields.get(key).map_or_else(|| Some(Vec::new()), texts);
    let headers = fields.get("headers").map_or(Some(&[][..]), |list| list.as_array().map(Vec::as_slice))?;
    let header = |value: &Value| {
        let fields = only(value, &["name", "valuePrefix"])?;
        Some(TokenPlace::Header {
            name: text(fields, "name")?,
            prefix: text(fields, "valuePrefix").unwrap_or_default(),
        })
    };
    let mut places: Vec<TokenPlace> = headers.iter().map(header).collect::<Option<_>>()?;
    places.extend(names("params")?.into_iter().map(TokenPlace::Query));
    places.extend(names("cookies")?.into_iter().map(TokenPlace::Cookie));
    Some(if places.is_empty() { TokenPlace::defaults() } else { places })
}

/// Rules of addresses and tokens as an address list and as tokens of which one is needed: every rule that lets in asks for
/// the same tokens, and whoever has none of them is refused in the end.
fn holders(value: &Value, names: &Names) -> Option<(Option<AccessList>, Vec<TokenDemand>)> {
    let fields = only(value, &["defaultAction", "rules"])?;
    if fields.get("defaultAction").and_then(Value::as_str) == Some("Allow") {
        return None;
    }
    let steps: Vec<Step> =
        fields.get("rules")?.as_array()?.iter().map(|rule| step(rule, names)).collect::<Option<_>>()?;
    let mut list = AccessList { rules: Vec::new(), otherwise_refused: true };
    let mut demands: Option<BTreeSet<TokenDemand>> = None;
    let mut rest = steps.as_slice();
    while let Some(first) = rest.first() {
        let Some(_) = &first.holder else {
            // Refused by address alone.
            if first.admit {
                return None;
            }
            list.rules.push(AccessRule { admit: false, blocks: first.blocks.clone()? });
            rest = rest.get(1..)?;
            continue;
        };
        let count =
            rest.iter().take_while(|step| step.admit && step.holder.is_some() && step.blocks == first.blocks).count();
        let (alike, after) = rest.split_at(count);
        let held: BTreeSet<TokenDemand> = alike.iter().filter_map(|step| step.holder.clone()).collect();
        if held.is_empty() || demands.as_ref().is_some_and(|demands| *demands != held) {
            return None;
        }
        demands = Some(held);
        rest = match (&first.blocks, after.first()) {
            (None, None) => {
                list.otherwise_refused = false;
                after
            }
            (Some(blocks), None) => {
                list.rules.push(AccessRule { admit: true, blocks: blocks.clone() });
                after
            }
            (Some(blocks), Some(next)) if !next.admit && next.holder.is_none() && next.blocks == first.blocks => {
                list.rules.push(AccessRule { admit: true, blocks: blocks.clone() });
                after.get(1..)?
            }
            (Some(_) | None, Some(_)) => return None,
        };
    }
    let list = (!list.admits_all()).then_some(list);
    Some((list, demands?.into_iter().collect()))
}

/// A rule of an authorization.
struct Step {
    admit: bool,
    /// None where addresses are not asked for.
    blocks: Option<Vec<String>>,
    holder: Option<TokenDemand>,
}

fn step(rule: &Value, names: &Names) -> Option<Step> {
    let fields = only(rule, &["action", "cel", "name", "principal"])?;
    let principal = only(fields.get("principal")?, &["clientCIDRs", "jwt"])?;
    let blocks = match principal.get("clientCIDRs") {
        None => None,
        Some(blocks) => Some(texts(blocks)?),
    };
    let cel = fields.get("cel").map(|cel| cel.as_str().unwrap_or_default());
    let holder = match (principal.get("jwt"), cel) {
        (Some(jwt), cel) => Some(holder(jwt, cel, names)?),
        (None, None) => None,
        (None, Some(_)) => return None,
    };
    Some(Step { admit: fields.get("action")?.as_str()? == "Allow", blocks, holder })
}

fn holder(jwt: &Value, cel: Option<&str>, names: &Names) -> Option<TokenDemand> {
    let fields = only(jwt, &["claims", "provider", "scopes"])?;
    let provider = text(fields, "provider")?;
    let issuer = names.get(&provider)?;
    let claim = |name: &str, is| ClaimDemand { path: name.split('.').map(str::to_owned).collect(), is };
    let mut demand = TokenDemand::from([claim("iss", ClaimValue::Text(BTreeSet::from([issuer.clone()])))]);
    let claims = fields.get("claims").map_or(Some(&[][..]), |list| list.as_array().map(Vec::as_slice))?;
    for value in claims {
        let fields = only(value, &["name", "valueType", "values"])?;
        let values: BTreeSet<String> = texts(fields.get("values")?)?.into_iter().collect();
        let is = match fields.get("valueType").and_then(Value::as_str) {
            None | Some("String") => ClaimValue::Text(values),
            Some("StringArray") => ClaimValue::InList(values),
            Some(_) => return None,
        };
        demand.insert(claim(&text(fields, "name")?, is));
    }
    for scope in fields.get("scopes").map_or_else(|| Some(Vec::new()), texts)? {
        demand.insert(claim("scope", ClaimValue::InList(BTreeSet::from([scope]))));
    }
    for condition in cel.into_iter().flat_map(present) {
        demand.insert(ClaimDemand { path: condition.path(&provider)?, is: ClaimValue::Present });
    }
    Some(demand)
}

/// A condition of a CEL expression.
struct Present<'c>(Option<&'c str>);

/// Pairs of conditions `VALUE.startsWith('')` and `VALUE != ''`: VALUE is a text and not empty.
fn present(cel: &str) -> Vec<Present<'_>> {
    let parts: Vec<&str> = cel.split(" && ").collect();
    let value = |pair: &[&'_ str]| match pair {
        [text, filled] => {
            let value = text.strip_suffix(".startsWith('')")?;
            (filled.strip_suffix(" != ''") == Some(value)).then_some(value.len())
        }
        _ => None,
    };
    parts.chunks(2).map(|pair| Present(value(pair).and_then(|length| pair.first()?.get(..length)))).collect()
}

impl Present<'_> {
    /// The claim of which it speaks; `None` for anything else.
    fn path(&self, provider: &str) -> Option<Vec<String>> {
        let rest = self.0?.strip_prefix(&format!("metadata.filter_metadata['{FILTER}']['{provider}']['"))?;
        let steps: Vec<String> = rest.strip_suffix("']")?.split("']['").map(str::to_owned).collect();
        steps.iter().all(|step| !step.contains(['\'', '\\', '['])).then_some(steps)
    }
}

/// The fields of an object that has none but these.
fn only<'v>(value: &'v Value, known: &[&str]) -> Option<&'v Map<String, Value>> {
    let fields = value.as_object()?;
    fields.keys().all(|key| known.contains(&key.as_str())).then_some(fields)
}

fn text(fields: &Map<String, Value>, key: &str) -> Option<String> {
    fields.get(key)?.as_str().map(str::to_owned)
}
