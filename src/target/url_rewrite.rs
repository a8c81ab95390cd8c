//! Path and host towards backends: the filter URLRewrite.

use super::capability::{Carry, Feature};
use super::class_features::{HOST_REWRITE, PATH_REWRITE};
use super::path_modifier;
use super::rules::{Draft, Pen};
use crate::gateway::{HttpFilter, HttpPathModifier, PrefixReplacement, UrlRewrite};
use crate::model::{Forward, HeaderEdit, PathRewrite, Rule};
use crate::report::{Code, Diagnostic};

impl<'a> Pen<'_, 'a> {
    /// Path and host towards the backend.
    pub(super) fn rewrite(&mut self, rule: &Rule, forward: &Forward, draft: &mut Draft<'a>) -> bool {
        let mut withheld = false;
        let mut path = None;
        if let Some(rewrite) = forward.rewrite.as_ref().map(without_captures).filter(|rewrite| !is_identity(rewrite)) {
            let rewrite = &rewrite;
            let in_front = self.in_front(rewrite, rule);
            let feature = needed(rewrite).filter(|_| in_front.is_none());
            let lacking = self.run.lacks(PATH_REWRITE).map(|why| Err(why.to_owned()));
            let plainly = || path_modifier::write(rewrite, &rule.matcher.path);
            let written = lacking.or(in_front).unwrap_or_else(plainly);
            match (feature.map(|feature| self.carry(feature)), written) {
                (Some(Carry::HandOn), _) => draft.handed_on.extend(feature),
                (None | Some(Carry::Write), Ok(modifier)) => path = Some(modifier),
                (Some(Carry::Lose(why)), _) => withheld = self.lose_rewrite(rewrite, why, rule),
                (None | Some(Carry::Write), Err(why)) => withheld = self.lose_rewrite(rewrite, &why, rule),
            }
        }
        let hostname = self.host(rule, forward);
        if path.is_some() || hostname.is_some() {
            draft.body.filters.push(HttpFilter {
                kind: "URLRewrite".to_owned(),
                url_rewrite: Some(UrlRewrite { hostname, path }.into()),
                ..HttpFilter::default()
            });
        }
        withheld
    }

    /// A text in front of every path, where the target's own rewrite of the root does that.
    fn in_front(&self, rewrite: &PathRewrite, rule: &Rule) -> Option<Result<HttpPathModifier, String>> {
        match self.run.target.profile.prefix_replacement {
            PrefixReplacement::Istio => path_modifier::in_front(rewrite, &rule.matcher.path),
            PrefixReplacement::Elements | PrefixReplacement::Envoy | PrefixReplacement::EnvoyGateway => None,
        }
    }

    fn lose_rewrite(&mut self, rewrite: &PathRewrite, why: &str, rule: &Rule) -> bool {
        let (from, to) = match rewrite {
            PathRewrite::Full(path) => ("every path", path),
            PathRewrite::Prefix { from, to } => (from.as_str(), to),
            PathRewrite::Nginx { pattern, template } => (pattern.as_str(), template),
            PathRewrite::Envoy { pattern, substitution } => (pattern.as_str(), substitution),
        };
        let message = format!("the rewrite of `{from}` to `{to}` has no form on `{}`", self.run.target.name);
        self.findings.withhold(Code::RewriteNotExpressible, message, why, &rule.origin)
    }

    /// The Host header towards the backend. Envoy-based gateways refuse it in a header modifier.
    fn host(&mut self, rule: &Rule, forward: &Forward) -> Option<String> {
        let edited = forward.request_headers.iter().rev().find_map(|edit| match edit {
            HeaderEdit::Set(name, value) if name.eq_ignore_ascii_case("host") => Some(value),
            HeaderEdit::Set(..) | HeaderEdit::Add(..) | HeaderEdit::Remove(_) => None,
        });
        let host = forward.host.as_ref().or(edited)?;
        let lost = |what: &str| Diagnostic::new(Code::SettingNotCarried, format!("the Host header `{host}` {what}"));
        let finding = match self.run.lacks(HOST_REWRITE) {
            Some(why) => lost("is not carried").note(why),
            None if super::hostname::is_precise(host) => return Some(host.clone()),
            None => lost("is no hostname that URLRewrite takes"),
        };
        self.findings.lose(finding, &rule.origin);
        None
    }
}

/// A template without captures is the whole new path: nginx finds the pattern in every path of the rule, because it is
/// the path's own expression (template.go, `rewrite "(?i)<path>" <target> break`).
fn without_captures(rewrite: &PathRewrite) -> PathRewrite {
    match rewrite {
        PathRewrite::Nginx { template, .. } if template.starts_with('/') && !template.contains('$') => {
            PathRewrite::Full(template.clone())
        }
        PathRewrite::Full(_) | PathRewrite::Prefix { .. } | PathRewrite::Nginx { .. } | PathRewrite::Envoy { .. } => {
            rewrite.clone()
        }
    }
}

/// What a rewrite asks of the target beyond URLRewrite.
fn needed(rewrite: &PathRewrite) -> Option<Feature> {
    match rewrite {
        PathRewrite::Full(_) => None,
        PathRewrite::Prefix { from, .. } => Some(Feature::RootPrefixRewrite).filter(|_| from == "/"),
        PathRewrite::Nginx { .. } | PathRewrite::Envoy { .. } => Some(Feature::RegexRewrite),
    }
}

/// `/` for `/`.
fn is_identity(rewrite: &PathRewrite) -> bool {
    match rewrite {
        PathRewrite::Prefix { from, to } => from == to,
        PathRewrite::Full(_) | PathRewrite::Nginx { .. } | PathRewrite::Envoy { .. } => false,
    }
}
