//! One host on both sides: every class of its requests.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::action::{Effect, Likeness, likeness};
use super::conditions::{Leaf, Split, split, unconditional};
use super::dimensions::HostHeader;
use super::explain::{Differs, Facts, codes, differ, handed_on, lets_in};
use super::policy;
use super::proof::{Difference, Doubt, Family, Limits, Proof, Unproved};
use super::redirect::Place;
use super::region::{Memo, Question, Region, regions};
use super::side::{Interference, Side};
use super::telling;
use super::{Outcome, Request, beyond, client_certificates};
use crate::model::Protocol;
use crate::report::Code;

/// Hosts that meet the same virtual hosts on both sides.
#[derive(Debug, Clone)]
pub(super) struct Pair<'r> {
    pub(super) before: Side<'r>,
    pub(super) after: Side<'r>,
    pub(super) port: u16,
    pub(super) protocol: Protocol,
    /// The first of them.
    pub(super) host: String,
    /// How many were named by the input.
    pub(super) hosts: usize,
    /// There is no other host in the pair.
    pub(super) sole: bool,
    /// The host has more labels than the wildcard before takes and the one after does.
    pub(super) wider: bool,
}

impl Pair<'_> {
    fn place(&self) -> Place<'_> {
        let host = self.sole.then_some(self.host.as_str());
        Place { protocol: self.protocol, port: self.port, host }
    }

    /// The plainest request for a path.
    pub(super) fn request(&self, path: &str) -> Request {
        self.place().request(&self.host, path)
    }
}

/// Compares all requests for the hosts of a pair.
pub(super) fn compare(pair: &Pair<'_>, memo: &Memo, limits: &Limits) -> Proof {
    let (before_shapes, after_shapes) = (pair.before.shapes(), pair.after.shapes());
    let question =
        Question { before: pair.before, after: pair.after, before_shapes: &before_shapes, after_shapes: &after_shapes };
    let mut inquiry = Inquiry { pair, question, found: BTreeMap::new(), proof: Proof::default() };
    match (pair.before.host, pair.after.host) {
        (None, None) => inquiry.unserved(),
        (Some(before), Some(after)) if before.passthrough != after.passthrough => {
            inquiry.whole(Differs::Policies, &[Family::Passthrough]);
        }
        (Some(before), Some(after)) => {
            if policy::certificate_differs(before, after) {
                inquiry.whole(Differs::Policies, &[Family::Certificate]);
            }
            if client_certificates::differ(before, after) {
                inquiry.whole(Differs::Policies, &[Family::ClientCertificates]);
            }
            inquiry.classes(memo, limits);
            inquiry.beyond();
        }
        (Some(_), None) | (None, Some(_)) => inquiry.classes(memo, limits),
    }
    inquiry.finish()
}

struct Inquiry<'q> {
    pair: &'q Pair<'q>,
    question: Question<'q>,
    found: BTreeMap<Reason, Witness>,
    proof: Proof,
}

/// Differences with equal reasons are one; the shortest witness stays.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Reason {
    before: Option<usize>,
    after: Option<usize>,
    codes: Vec<Code>,
    families: Vec<Family>,
}

struct Witness {
    request: Request,
    before: Outcome,
    after: Outcome,
}

impl Witness {
    fn differs(&self) -> bool {
        differ(&self.before, &self.after)
    }

    fn weight(&self) -> (usize, usize, &str) {
        (self.request.path.len(), self.request.headers.len(), &self.request.path)
    }
}

fn add_query(request: &mut Request, query: &str) {
    request.path.push(if request.path.contains('?') { '&' } else { '?' });
    request.path.push_str(query);
}

impl<'q> Inquiry<'q> {
    /// No virtual host on either side: the entry points answer by themselves.
    fn unserved(&mut self) {
        self.proof.classes += 1;
        if differ(&self.pair.before.unserved(), &self.pair.after.unserved()) {
            self.whole(Differs::Action { shadowed: false }, &[]);
        }
    }

    /// Notes a difference that does not depend on the path.
    fn whole(&mut self, differs: Differs, families: &[Family]) {
        let request = self.request("/", None);
        let (before_rule, before) = self.pair.before.outcome_of_any(&request);
        let (after_rule, after) = self.pair.after.outcome_of_any(&request);
        self.note((before_rule, after_rule), differs, families, Witness { request, before, after });
    }

    fn classes(&mut self, memo: &Memo, limits: &Limits) {
        let (regions, doubt) = regions(self.question, memo, limits);
        if let Some(doubt) = doubt {
            self.doubt(doubt, None, (None, None));
        }
        // Regions with the same rules on both sides split alike, whatever their paths.
        let mut splits: BTreeMap<(&[usize], &[usize]), Arc<Split>> = BTreeMap::new();
        let host = format!("{}{}", self.pair.host, self.place().port_in_host());
        let header = HostHeader { text: &host, sole: self.pair.sole };
        for region in &regions {
            let (before, after) = (region.before.as_slice(), region.after.as_slice());
            let ranked = (self.pair.before.ranked(before), self.pair.after.ranked(after));
            if let Some(leaf) = unconditional(ranked.0, ranked.1) {
                self.proof.classes += 1;
                self.judge(region, &leaf);
                continue;
            }
            let split =
                splits.entry((before, after)).or_insert_with(|| Arc::new(split(ranked.0, ranked.1, header, limits)));
            let split = Arc::clone(split);
            if let Some(doubt) = &split.doubt {
                let request = self.request(&region.shortest(), None);
                self.doubt(doubt.clone(), Some(request), (None, None));
            }
            for leaf in &split.leaves {
                self.proof.classes += 1;
                self.judge(region, leaf);
            }
        }
    }

    /// Tries requests for literals that no canonical path starts with: those with spaces, escapes, letters of other
    /// scripts.
    fn beyond(&mut self) {
        for path in beyond::paths(self.pair.before).into_iter().chain(beyond::paths(self.pair.after)) {
            let request = self.request(&path, None);
            let (before_rule, before) = self.pair.before.outcome_of_any(&request);
            let (after_rule, after) = self.pair.after.outcome_of_any(&request);
            let witness = Witness { request, before, after };
            if witness.differs() {
                self.note((before_rule, after_rule), Differs::Action { shadowed: false }, &[], witness);
            }
        }
    }

    /// Compares what both sides do with a class.
    fn judge(&mut self, region: &Region, leaf: &Leaf) {
        let interferences = (self.pair.before.interferes(&leaf.values), self.pair.after.interferes(&leaf.values));
        if interferences == (Some(Interference::Refuses), Some(Interference::Refuses)) {
            return;
        }
        let before = self.question.before.effect(leaf.before, self.question.before_shapes);
        let after = self.question.after.effect(leaf.after, self.question.after_shapes);
        let families = policy::differing(before, after);
        let unclear = likeness(before, after, &region.known, self.place()) == Likeness::Unclear;
        let tried = unclear || interferences.0 != interferences.1;
        let witness = if tried { self.try_members(region, leaf, [before, after]) } else { None };
        match witness {
            Some(witness) => {
                let differs = Differs::Action { shadowed: self.shadowed(region, leaf, before) };
                self.note((leaf.before, leaf.after), differs, &families, witness);
            }
            None => {
                if !families.is_empty() {
                    let witness = self.telling(&families, region, leaf, before, after);
                    self.note((leaf.before, leaf.after), Differs::Policies, &families, witness);
                }
                if unclear {
                    let request = self.request(&region.shortest(), Some(leaf));
                    self.doubt(Doubt::Action, Some(request), (leaf.before, leaf.after));
                }
            }
        }
    }

    /// The first member of a class for which the outcomes differ. A Location can also hold the query, and the host that
    /// a proxy names.
    fn try_members(&self, region: &Region, leaf: &Leaf, effects: [Effect<'_>; 2]) -> Option<Witness> {
        let variants: &[fn(&mut Request)] = &[
            |_| {},
            |request| add_query(request, "x=1"),
            |request| add_query(request, "x=/"),
            |request| request.headers.push(("x-forwarded-host".to_owned(), "proxy.example".to_owned())),
        ];
        let redirects = effects.iter().any(|effect| effect.redirects());
        let members = region.members();
        variants.iter().take(if redirects { variants.len() } else { 1 }).find_map(|vary| {
            members.iter().find_map(|path| {
                let mut request = self.request(path, Some(leaf));
                vary(&mut request);
                // Without a token nothing is seen of what is done.
                let shown = telling::telling(Family::Tokens, &request, effects[0], effects[1], false);
                let mut tried = std::iter::once(request).chain(shown).map(|request| self.run(request, leaf));
                tried.find(Witness::differs)
            })
        })
    }

    /// A request that shows that a policy differs, if one does.
    fn telling(
        &self,
        families: &[Family],
        region: &Region,
        leaf: &Leaf,
        before: Effect<'_>,
        after: Effect<'_>,
    ) -> Witness {
        let plain = self.request(&region.shortest(), Some(leaf));
        let free = !leaf.values.names_method();
        let variants = families.iter().flat_map(|family| telling::telling(*family, &plain, before, after, free));
        let tried: Vec<Witness> =
            std::iter::once(plain.clone()).chain(variants).map(|request| self.run(request, leaf)).collect();
        // What is let in counts more than what is refused.
        let at = tried.iter().position(|witness| lets_in(&witness.before, &witness.after));
        let at = at.or_else(|| tried.iter().position(Witness::differs));
        // A request that gets through has shown all that is asked of it.
        let at = at.or_else(|| tried.iter().position(|witness| handed_on(&witness.after))).unwrap_or_default();
        tried.into_iter().nth(at).unwrap_or_else(|| self.run(plain, leaf))
    }

    fn run(&self, request: Request, leaf: &Leaf) -> Witness {
        let before = self.pair.before.outcome(leaf.before, &request);
        let after = self.pair.after.outcome(leaf.after, &request);
        Witness { request, before, after }
    }

    /// Whether a rule behind the winner does what was done before.
    fn shadowed(&self, region: &Region, leaf: &Leaf, before: Effect<'_>) -> bool {
        leaf.before.is_some()
            && region.after.iter().filter(|&&index| Some(index) != leaf.after).any(|&index| {
                let behind = self.question.after.effect(Some(index), self.question.after_shapes);
                likeness(before, behind, &region.known, self.place()) == Likeness::Same
            })
    }

    fn place(&self) -> Place<'q> {
        self.pair.place()
    }

    fn request(&self, path: &str, leaf: Option<&Leaf>) -> Request {
        let mut request = self.pair.request(path);
        if let Some(leaf) = leaf {
            leaf.values.fill(&mut request);
        }
        request
    }

    fn note(&mut self, rules: (Option<usize>, Option<usize>), differs: Differs, families: &[Family], witness: Witness) {
        let facts = Facts {
            before: self.pair.before,
            after: self.pair.after,
            before_rule: self.pair.before.rule(rules.0),
            after_rule: self.pair.after.rule(rules.1),
            request: &witness.request,
            before_outcome: &witness.before,
            after_outcome: &witness.after,
            differs,
            families,
            wider: self.pair.wider,
        };
        // A host that one side does not serve is one difference, whatever its rules.
        let served = self.pair.before.host.is_some() && self.pair.after.host.is_some();
        let reason = Reason {
            before: rules.0.filter(|_| served),
            after: rules.1.filter(|_| served),
            codes: codes(&facts),
            families: families.to_vec(),
        };
        match self.found.entry(reason) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(witness);
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                if witness.weight() < entry.get().weight() {
                    entry.insert(witness);
                }
            }
        }
    }

    fn doubt(&mut self, doubt: Doubt, request: Option<Request>, rules: (Option<usize>, Option<usize>)) {
        let unproved = Unproved {
            host: self.pair.host.clone(),
            port: self.pair.port,
            doubt,
            request,
            before_rule: self.pair.before.rule(rules.0).map(|rule| rule.origin.clone()),
            after_rule: self.pair.after.rule(rules.1).map(|rule| rule.origin.clone()),
        };
        let same = |other: &Unproved| {
            other.doubt == unproved.doubt
                && other.before_rule == unproved.before_rule
                && other.after_rule == unproved.after_rule
        };
        if !self.proof.unproved.iter().any(same) {
            self.proof.unproved.push(unproved);
        }
    }

    fn finish(mut self) -> Proof {
        for (reason, witness) in self.found {
            let (before_rule, after_rule) = (self.pair.before.rule(reason.before), self.pair.after.rule(reason.after));
            self.proof.differences.push(Difference {
                request: witness.request,
                before: witness.before,
                after: witness.after,
                before_rule: self.pair.before.origin(before_rule),
                after_rule: self.pair.after.origin(after_rule),
                before_cause: before_rule.map(|rule| rule.cause),
                after_cause: after_rule.map(|rule| rule.cause),
                codes: reason.codes,
                families: reason.families,
                port: self.pair.port,
                protocol: self.pair.protocol,
                hosts: self.pair.hosts,
            });
        }
        self.proof
    }
}
