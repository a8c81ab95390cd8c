//! Merging and splitting rules within the limits of a route, without changing their order.

use super::rules::Draft;

/// HTTPRoute and GRPCRoute: rules of a route.
pub(super) const MOST_RULES: usize = 16;
/// Matches of a rule.
pub(super) const MOST_MATCHES: usize = 64;
/// Matches of all rules of a route together.
pub(super) const MOST_MATCHES_OF_ROUTE: usize = 128;

/// Neighbours that do the same become one rule.
pub(super) fn merge(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut merged: Vec<Draft> = Vec::new();
    for draft in drafts {
        match merged.last_mut().filter(|last| last.does_as(&draft) && !replaces_prefix(&draft)) {
            Some(last) => {
                let new = draft.matches.into_iter().filter(|one| !last.matches.contains(one)).collect::<Vec<_>>();
                last.matches.extend(new);
                last.foreign.extend(draft.foreign);
                last.rules.extend(draft.rules);
            }
            None => merged.push(draft),
        }
    }
    merged
}

/// The rules of one route after the other.
pub(super) fn chunks(drafts: Vec<Draft>) -> Vec<Vec<Draft>> {
    let mut chunks: Vec<Vec<Draft>> = Vec::new();
    let mut matches = 0;
    for draft in drafts.into_iter().flat_map(pieces) {
        let fits = matches + draft.matches.len() <= MOST_MATCHES_OF_ROUTE;
        match chunks.last_mut().filter(|chunk| fits && chunk.len() < MOST_RULES) {
            Some(chunk) => {
                matches += draft.matches.len();
                chunk.push(draft);
            }
            None => {
                matches = draft.matches.len();
                chunks.push(vec![draft]);
            }
        }
    }
    chunks
}

/// A rule with too many matches as several rules.
fn pieces(draft: Draft) -> Vec<Draft> {
    if draft.matches.len() <= MOST_MATCHES {
        return vec![draft];
    }
    draft.matches.chunks(MOST_MATCHES).map(|matches| Draft { matches: matches.to_vec(), ..draft.clone() }).collect()
}

/// ReplacePrefixMatch is allowed with exactly one match.
fn replaces_prefix(draft: &Draft) -> bool {
    draft.body.filters.iter().any(|filter| {
        let redirect = filter.request_redirect.as_ref().and_then(|redirect| redirect.path.as_ref());
        let rewrite = filter.url_rewrite.as_ref().and_then(|rewrite| rewrite.path.as_ref());
        redirect.or(rewrite).is_some_and(|path| path.replace_prefix_match.is_some())
    })
}
