//! From routing to routing, so that an implementation's ranking gives every request to the rule that took it.
//!
//! Sources write lists in which the first match wins. Gateway API implementations rank rules instead: by the kind and
//! length of the path, then by the number of conditions, each in its own way ([`Profile`]). After [`prepare`], the
//! rules of a virtual host written in list order, with ties broken by that order, rank so that each request gets the
//! treatment that the first match gave it; and every path and condition is one that Gateway API can say.
//!
//! The means, cheapest first: nothing, for most hosts; dropping rules that never get a request; a rule for the
//! intersection of two rules that rank the wrong way round; a rule in front of another one for what that one must not
//! take; regular expressions for the paths in question, whose text is padded to the length they need. What is left is
//! reported with a request that shows it.

mod beyond;
mod carve;
mod closed;
mod conditions;
mod dialect;
mod draft;
mod expressions;
mod holes;
mod known;
mod language;
mod normal;
mod order;
mod padding;
mod paths;
mod portable;
mod rank;
mod regex_rewrites;
mod spelled_out;
mod text_prefix;
mod token;
mod treatment;
mod unreachable;
mod whole;
mod witness;

pub use beyond::within_requests;
pub use draft::Draft;
pub use portable::portable;
pub use regex_rewrites::regex_rewrites;
pub use spelled_out::spelled_out;

use std::collections::BTreeSet;

use crate::gateway::Profile;
use crate::model::{Protocol, Routing};
use crate::report::Report;
use known::Languages;

/// One step.
#[derive(Debug)]
pub struct Pass {
    /// Kebab name.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub docs: &'static str,
    /// Does it to one virtual host.
    pub run: fn(&mut Draft<'_>),
}

/// Every pass, in the order in which they run. Each one keeps what the first match does, except that a rule whose
/// expression the implementation cannot run is replaced by one that answers 500.
pub const PASSES: &[Pass] = &[
    Pass {
        name: "normal-form",
        docs: "Conditions on one name become one condition, paths their plainest form; rules that contradict themselves go.",
        run: normal::run,
    },
    Pass { name: "unreachable", docs: "Rules behind a rule that takes all their requests go.", run: unreachable::run },
    Pass {
        name: "expressions",
        docs: "Path expressions become core paths where all of a host's can, else expressions that the implementation runs.",
        run: expressions::run,
    },
    Pass {
        name: "holes",
        docs: "What a rule must not take is taken by rules in front of it: absent headers, the bare `/foo` of `/foo/`.",
        run: holes::run,
    },
    Pass {
        name: "order",
        docs: "Intersections are carved and expressions padded until the ranking agrees with the list.",
        run: order::run,
    },
    Pass {
        name: "closed-paths",
        docs: "Where the path alone chooses, every path answers for itself: rules of wider paths are repeated for it.",
        run: closed::run,
    },
];

/// Makes the ranking of an implementation agree with the lists of a routing. What cannot be kept is reported, once for
/// the same fields of the input however many hosts and ports share them.
#[must_use]
pub fn prepare(routing: &Routing, profile: &Profile, report: &mut Report) -> Routing {
    let mut found = Report::default();
    let prepared = each_host(routing, profile, &mut found, |draft| {
        if !draft.is_prepared() {
            for pass in PASSES {
                (pass.run)(draft);
            }
        }
    });
    let mut seen = BTreeSet::new();
    found.diagnostics.retain(|found| {
        seen.insert((found.code, found.labels.iter().map(|label| label.origin.clone()).collect::<Vec<_>>()))
    });
    report.merge(found);
    prepared
}

impl Pass {
    /// Runs this pass alone on every virtual host.
    #[must_use]
    pub fn apply(&self, routing: &Routing, profile: &Profile, report: &mut Report) -> Routing {
        each_host(routing, profile, report, self.run)
    }
}

/// A copy of the routing with other rules in each host that has HTTP rules.
fn each_host(routing: &Routing, profile: &Profile, report: &mut Report, change: impl Fn(&mut Draft<'_>)) -> Routing {
    let mut routing = routing.clone();
    for entry in &mut routing.entry_points {
        let scheme = match entry.protocol {
            Protocol::Http => "http",
            Protocol::Https => "https",
            Protocol::Tcp | Protocol::Udp => continue,
        };
        for host in entry.hosts.iter_mut().filter(|host| !host.passthrough) {
            let rules = std::mem::take(&mut host.rules);
            let languages = Languages::default();
            let mut draft = Draft { host, scheme, profile, report, languages, translated: false, rules };
            change(&mut draft);
            let rules = draft.rules;
            host.rules = rules;
        }
    }
    routing
}
