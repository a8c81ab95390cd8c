//! HTTPRouteFilter: rewrites with captures, answers without a backend.

use serde::Serialize;

use crate::model::{Action, PathRewrite, Rule};

/// Kind.
pub(super) const KIND: &str = "HTTPRouteFilter";

/// `spec`.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Spec {
    #[serde(skip_serializing_if = "Option::is_none")]
    direct_response: Option<DirectResponse>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url_rewrite: Option<UrlRewrite>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DirectResponse {
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Body>,
    status_code: u16,
}

#[derive(Debug, Serialize)]
struct Body {
    inline: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Debug, Serialize)]
struct UrlRewrite {
    path: PathModifier,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PathModifier {
    replace_regex_match: RegexMatch,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Debug, Serialize)]
struct RegexMatch {
    pattern: String,
    substitution: String,
}

/// The filter for a rule's rewrite.
pub(super) fn rewrite(rule: &Rule) -> Result<Spec, String> {
    let Action::Forward(forward) = &rule.action else { return Err("only requests for a backend are rewritten".into()) };
    match &forward.rewrite {
        Some(PathRewrite::Envoy { pattern, substitution }) => {
            let replace_regex_match = RegexMatch { pattern: pattern.clone(), substitution: substitution.clone() };
            let path = PathModifier { replace_regex_match, kind: "ReplaceRegexMatch" };
            Ok(Spec { url_rewrite: Some(UrlRewrite { path }), ..Spec::default() })
        }
        Some(PathRewrite::Nginx { .. }) => {
            Err("the expression or its replacement has a form that Envoy (RE2) does not have".into())
        }
        Some(PathRewrite::Full(_) | PathRewrite::Prefix { .. }) | None => Ok(Spec::default()),
    }
}

/// The filter for a rule that answers by itself; `None` for a status that Envoy does not answer with.
pub(super) fn answer(rule: &Rule) -> Option<Spec> {
    let Action::Respond(answer) = &rule.action else { return None };
    let body = answer.body.as_ref().map(|body| Body { inline: body.clone(), kind: "Inline" });
    let direct_response = DirectResponse { body, status_code: answer.status };
    (200..600).contains(&answer.status).then(|| Spec { direct_response: Some(direct_response), ..Spec::default() })
}
