//! JSON Web Tokens in requests.

use std::collections::BTreeSet;

/// Who issues tokens, and what they have to say. A request with a token that is not valid gets 401.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// A token that is valid for any of these is valid; they are asked in this order.
    pub issuers: Vec<TokenIssuer>,
    /// A request without a token gets 401.
    pub required: bool,
    /// What a token has to say: one of these; empty where nothing is asked. Other requests get 403, those without a token
    /// among them.
    pub demands: Vec<TokenDemand>,
}

/// Whose tokens are valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenIssuer {
    /// The claim `iss`.
    pub issuer: String,
    /// One of these has to be among the claim `aud`; empty where that is not asked.
    pub audiences: Vec<String>,
    /// The keys of its signatures.
    pub keys: TokenKeys,
    /// Where a token is looked for.
    pub places: Vec<TokenPlace>,
    /// The backend gets the token as well.
    pub forwarded: bool,
    /// Claims and the request headers that tell them to the backend.
    pub claim_headers: Vec<(String, String)>,
    /// The request header that tells the backend all claims.
    pub payload_header: Option<String>,
}

/// The keys of an issuer (RFC 7517).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenKeys {
    /// They are fetched from here.
    Url(String),
    /// These.
    Inline(String),
    /// Wherever the issuer says that they are (OpenID Connect Discovery).
    Discovered,
}

/// Where a token is looked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenPlace {
    /// Behind a prefix of this header.
    Header {
        /// Name.
        name: String,
        /// What stands before the token.
        prefix: String,
    },
    /// In this parameter of the query.
    Query(String),
    /// In this cookie.
    Cookie(String),
}

impl TokenPlace {
    /// Where Envoy looks when nobody says otherwise (jwt_authn/v3/config.proto, `from_headers`).
    #[must_use]
    pub fn defaults() -> Vec<Self> {
        let header = Self::Header { name: "Authorization".to_owned(), prefix: "Bearer ".to_owned() };
        vec![header, Self::Query("access_token".to_owned())]
    }
}

/// What all has to hold of one token.
pub type TokenDemand = BTreeSet<ClaimDemand>;

/// What a claim has to be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClaimDemand {
    /// The claim, by the names that lead to it.
    pub path: Vec<String>,
    /// What it has to be.
    pub is: ClaimValue,
}

/// What a claim has to be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClaimValue {
    /// A text that is not empty.
    Present,
    /// One of these texts.
    Text(BTreeSet<String>),
    /// A list with one of these texts in it.
    InList(BTreeSet<String>),
    /// Either of them.
    TextOrInList(BTreeSet<String>),
}

/// The claim that names the issuer.
const ISSUER: &str = "iss";
/// The claim whose words Envoy is told to take apart, by Istio and Envoy Gateway alike: it is a list when it is asked for.
const SCOPE: &str = "scope";

impl Tokens {
    /// The demands issuer by issuer, without what holds of all its tokens, and a claim that may be a text or a list as two
    /// demands; `None` where nothing is asked.
    #[must_use]
    pub fn demands_of_issuers(&self) -> Option<BTreeSet<(&str, TokenDemand)>> {
        let by_issuer = self.issuers.iter().map(|issuer| issuer.issuer.as_str());
        let all = by_issuer.flat_map(|issuer| self.demands.iter().map(move |demand| (issuer, demand)));
        let of_issuer = |(issuer, demand): (&'_ str, &TokenDemand)| {
            let (named, others): (Vec<&ClaimDemand>, Vec<&ClaimDemand>) =
                demand.iter().partition(|claim| claim.path == [ISSUER]);
            named.iter().all(|claim| claim.is.holds_of_text(issuer)).then(|| alternatives(&others))
        };
        let each = all.filter_map(|pair| Some((pair.0, of_issuer(pair)?)));
        let found = each.flat_map(|(issuer, demands)| demands.into_iter().map(move |demand| (issuer, demand)));
        (!self.demands.is_empty()).then(|| found.collect())
    }
}

impl ClaimValue {
    fn holds_of_text(&self, text: &str) -> bool {
        match self {
            Self::Present => !text.is_empty(),
            Self::Text(values) | Self::TextOrInList(values) => values.contains(text),
            Self::InList(_) => false,
        }
    }
}

/// Every way in which all claims hold, each claim a text or a list.
fn alternatives(claims: &[&ClaimDemand]) -> Vec<TokenDemand> {
    let mut ways = vec![TokenDemand::new()];
    for ClaimDemand { path, is } in claims.iter().copied() {
        let forms = match is {
            ClaimValue::TextOrInList(values) if path == &[SCOPE] => vec![ClaimValue::InList(values.clone())],
            ClaimValue::Text(_) if path == &[SCOPE] => Vec::new(),
            ClaimValue::TextOrInList(values) => {
                vec![ClaimValue::Text(values.clone()), ClaimValue::InList(values.clone())]
            }
            ClaimValue::Present | ClaimValue::Text(_) | ClaimValue::InList(_) => vec![is.clone()],
        };
        let with = |way: &TokenDemand, is: &ClaimValue| {
            let claim = ClaimDemand { path: path.clone(), is: is.clone() };
            way.iter().cloned().chain([claim]).collect()
        };
        ways = ways.iter().flat_map(|way| forms.iter().map(|is| with(way, is)).collect::<Vec<_>>()).collect();
    }
    ways.into_iter().filter_map(without_repetition).collect()
}

/// What is one of some texts is a text; `None` for what would have to be a text and a list.
fn without_repetition(demand: TokenDemand) -> Option<TokenDemand> {
    let has = |path: &[String], form: fn(&ClaimValue) -> bool| {
        demand.iter().any(|claim| claim.path == path && form(&claim.is))
    };
    let is_text = |path: &[String]| has(path, |is| matches!(is, ClaimValue::Text(_)));
    let is_list = |path: &[String]| has(path, |is| matches!(is, ClaimValue::InList(_)));
    let present = |claim: &&ClaimDemand| claim.is == ClaimValue::Present;
    if demand.iter().filter(present).any(|claim| is_list(&claim.path)) {
        return None;
    }
    Some(demand.iter().filter(|claim| !present(claim) || !is_text(&claim.path)).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(name: &str, is: ClaimValue) -> ClaimDemand {
        ClaimDemand { path: vec![name.to_owned()], is }
    }

    fn values(texts: &[&str]) -> BTreeSet<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn issuer(name: &str) -> TokenIssuer {
        TokenIssuer {
            issuer: name.to_owned(),
            audiences: Vec::new(),
            keys: TokenKeys::Discovered,
            places: TokenPlace::defaults(),
            forwarded: false,
            claim_headers: Vec::new(),
            payload_header: None,
        }
    }

    fn tokens(demands: &[&[ClaimDemand]]) -> Tokens {
        let demands = demands.iter().map(|claims| claims.iter().cloned().collect()).collect();
        Tokens { issuers: vec![issuer("a"), issuer("b")], required: false, demands }
    }

    #[test]
    fn demands_are_told_issuer_by_issuer() {
        let present = claim("sub", ClaimValue::Present);
        assert_eq!(tokens(&[]).demands_of_issuers(), None);
        let any = tokens(&[std::slice::from_ref(&present)]);
        let expected =
            BTreeSet::from([("a", TokenDemand::from([present.clone()])), ("b", TokenDemand::from([present.clone()]))]);
        assert_eq!(any.demands_of_issuers(), Some(expected));
        let of_b = tokens(&[&[claim("iss", ClaimValue::Text(values(&["b"]))), present.clone()]]);
        assert_eq!(of_b.demands_of_issuers(), Some(BTreeSet::from([("b", TokenDemand::from([present]))])));
        // Nobody's tokens are asked for: nobody is let in.
        let of_c = tokens(&[&[claim("iss", ClaimValue::Text(values(&["c"])))]]);
        assert_eq!(of_c.demands_of_issuers(), Some(BTreeSet::new()));
    }

    #[test]
    fn a_text_or_a_list_is_two_demands() {
        let group = values(&["admin"]);
        let either = tokens(&[&[
            claim("iss", ClaimValue::Text(values(&["a"]))),
            claim("group", ClaimValue::TextOrInList(group.clone())),
        ]]);
        let expected = BTreeSet::from([
            ("a", TokenDemand::from([claim("group", ClaimValue::Text(group.clone()))])),
            ("a", TokenDemand::from([claim("group", ClaimValue::InList(group))])),
        ]);
        assert_eq!(either.demands_of_issuers(), Some(expected));
    }

    #[test]
    fn what_has_to_be_there_is_a_text() {
        let present = || claim("sub", ClaimValue::Present);
        let of = |claims: &[ClaimDemand]| alternatives(&claims.iter().collect::<Vec<_>>());
        let ann = claim("sub", ClaimValue::Text(values(&["ann"])));
        assert_eq!(of(&[present(), ann.clone()]), [TokenDemand::from([ann.clone()])]);
        assert_eq!(
            of(&[present(), claim("sub", ClaimValue::TextOrInList(values(&["ann"])))]),
            [TokenDemand::from([ann])]
        );
        assert!(of(&[present(), claim("sub", ClaimValue::InList(values(&["ann"])))]).is_empty());
    }
}
