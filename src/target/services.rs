//! What rules ask of Services, where a policy holds for a Service and with it for every rule that reaches it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::Run;
use crate::model::{Action, Backend, Origin, Rule, ServicePort};

/// A part of a policy: what rules ask for alike or not is told part by part.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Section {
    /// Its name.
    pub name: &'static str,
    /// The part of the spec.
    pub spec: Json,
    /// Rules that ask for nothing cannot live with it.
    pub exclusive: bool,
    /// The field that asks for it.
    pub origin: Origin,
}

/// Whether rules agree about a part of a Service's policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    /// All ask for the same.
    All,
    /// Some ask for nothing, and get it all the same.
    Some,
    /// They ask for different things: there is no policy.
    None,
}

/// What all rules of a routing ask of each port of a Service.
#[derive(Debug, Default)]
pub(super) struct Wants(BTreeMap<ServicePort, OfPort>);

#[derive(Debug, Default)]
struct OfPort {
    rules: usize,
    sections: BTreeMap<&'static str, Vec<Wish>>,
}

/// One of the things that are asked for, and how often.
#[derive(Debug)]
struct Wish {
    spec: Json,
    exclusive: bool,
    rules: usize,
    origins: BTreeSet<Origin>,
}

impl Wants {
    /// Asks every rule that forwards.
    pub(super) fn of(run: &Run) -> Self {
        let mut asked = Self::default();
        let Some(kinds) = run.target.kinds else { return asked };
        for rule in run.routing.entry_points.iter().flat_map(|entry| &entry.hosts).flat_map(|host| &host.rules) {
            let sections = (kinds.of_service)(&rule.policies, run);
            for service in services(rule) {
                asked.0.entry(service.clone()).or_default().add(&sections);
            }
        }
        asked
    }

    /// Whether the rules that reach these backends agree about a part of the policy, as one of them asks for it.
    pub(super) fn agreement(&self, backends: &[Backend], section: &'static str) -> Agreement {
        let of =
            |backend: &Backend| self.0.get(&backend.service).map_or(Agreement::All, |port| port.agreement(section));
        let all: Vec<Agreement> = backends.iter().map(of).collect();
        [Agreement::None, Agreement::Some].into_iter().find(|one| all.contains(one)).unwrap_or(Agreement::All)
    }

    /// The policy of a Service's port with the fields that asked for it; `None` when there is nothing to say.
    pub(super) fn policy(&self, service: &ServicePort) -> Option<(Json, BTreeSet<Origin>)> {
        let port = self.0.get(service)?;
        let mut spec = Json::Object(Map::new());
        let mut origins = BTreeSet::new();
        for (section, wishes) in &port.sections {
            if let ([wish], Agreement::All | Agreement::Some) = (wishes.as_slice(), port.agreement(section)) {
                put(&mut spec, &wish.spec);
                origins.extend(wish.origins.iter().cloned());
            }
        }
        (!origins.is_empty()).then_some((spec, origins))
    }
}

impl OfPort {
    fn add(&mut self, sections: &[Section]) {
        self.rules += 1;
        for Section { name, spec, exclusive, origin } in sections {
            let wishes = self.sections.entry(name).or_default();
            match wishes.iter_mut().find(|wish| wish.spec == *spec) {
                Some(wish) => {
                    wish.rules += 1;
                    wish.origins.insert(origin.clone());
                }
                None => wishes.push(Wish {
                    spec: spec.clone(),
                    exclusive: *exclusive,
                    rules: 1,
                    origins: BTreeSet::from([origin.clone()]),
                }),
            }
        }
    }

    fn agreement(&self, section: &str) -> Agreement {
        match self.sections.get(section).map(Vec::as_slice) {
            Some([wish]) if wish.rules == self.rules => Agreement::All,
            Some([wish]) if !wish.exclusive => Agreement::Some,
            Some(_) => Agreement::None,
            None => Agreement::All,
        }
    }
}

/// The Services of a rule, each once.
pub(super) fn services(rule: &Rule) -> BTreeSet<&ServicePort> {
    match &rule.action {
        Action::Forward(forward) => forward.backends.iter().map(|backend| &backend.service).collect(),
        Action::Redirect(_) | Action::Respond(_) => BTreeSet::new(),
    }
}

/// Puts the fields of one object into another.
pub(super) fn put(into: &mut Json, from: &Json) {
    match (into, from) {
        (Json::Object(into), Json::Object(from)) => {
            for (key, value) in from {
                put(into.entry(key.clone()).or_insert(Json::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}
