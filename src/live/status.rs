//! What controllers say of objects, and waiting for them to say it.

use std::time::Duration;

use serde_json::Value as Json;

use super::{Cluster, Failure, Served, apply};

/// How long between two looks.
const LOOK: Duration = Duration::from_millis(500);
/// Looks at a condition that stays False before it counts: controllers say False first and True a moment later.
const SETTLED: usize = 4;

/// What the controllers say of one object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// Conditions that are False for the object as it is now.
    pub problems: Vec<Problem>,
    /// Conditions that nobody has set yet.
    pub missing: Vec<String>,
}

/// A condition that is False.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problem {
    /// `ResolvedRefs`.
    pub condition: String,
    /// `BackendNotFound`.
    pub reason: String,
    /// In the controller's words.
    pub message: String,
    /// `listener http`, `parent nginx`; empty for the object itself.
    pub part: String,
}

/// What came of waiting.
#[derive(Debug, Clone, Default)]
pub struct Waited {
    /// One status an object, in their order.
    pub statuses: Vec<Status>,
    /// Not all was said in time.
    pub timed_out: bool,
}

impl Status {
    /// Whether everything is as it should be.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.problems.is_empty() && self.missing.is_empty()
    }

    /// Reads the status of an object. Objects that nobody gives a status are ready.
    #[must_use]
    pub fn read(object: &Json) -> Self {
        let mut status = Self::default();
        let generation = object.pointer("/metadata/generation").and_then(Json::as_i64).unwrap_or_default();
        let of =
            |pointer: &str| object.pointer(pointer).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let name = |part: &Json| {
            let name = part.get("name").or_else(|| part.pointer("/parentRef/name"));
            name.or_else(|| part.pointer("/ancestorRef/name")).and_then(Json::as_str).unwrap_or_default().to_owned()
        };
        let (_, kind, ..) = apply::identity(object);
        match kind.as_str() {
            "Gateway" | "ListenerSet" => {
                status.conditions(of("/status/conditions"), &["Accepted", "Programmed"], generation, "");
                for listener in of("/status/listeners") {
                    let part = format!("listener {}", name(listener));
                    let conditions = listener.get("conditions").and_then(Json::as_array).map(Vec::as_slice);
                    status.conditions(conditions.unwrap_or_default(), &[], generation, &part);
                }
            }
            kind if kind.ends_with("Route") => {
                let parents = of("/status/parents");
                if parents.is_empty() && !of("/spec/parentRefs").is_empty() {
                    status.missing.push("Accepted".to_owned());
                }
                status.parts(parents, &["Accepted", "ResolvedRefs"], generation, &|part| {
                    format!("parent {}", name(part))
                });
            }
            kind if kind.ends_with("Policy") => {
                let ancestors = of("/status/ancestors");
                if ancestors.is_empty() {
                    status.missing.push("Accepted".to_owned());
                }
                status.parts(ancestors, &["Accepted"], generation, &|part| format!("ancestor {}", name(part)));
            }
            _ => {}
        }
        status
    }

    fn parts(&mut self, parts: &[Json], wanted: &[&str], generation: i64, name: &dyn Fn(&Json) -> String) {
        for part in parts {
            let conditions = part.get("conditions").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
            self.conditions(conditions, wanted, generation, &name(part));
        }
    }

    /// Conditions of an earlier generation say nothing about the object as it is now.
    fn conditions(&mut self, conditions: &[Json], wanted: &[&str], generation: i64, part: &str) {
        let text =
            |condition: &Json, key: &str| condition.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
        let current: Vec<&Json> = conditions
            .iter()
            .filter(|condition| condition.get("observedGeneration").and_then(Json::as_i64).unwrap_or(0) >= generation)
            .collect();
        for condition in &current {
            let kind = text(condition, "type");
            let is_judged = ["Accepted", "Programmed", "ResolvedRefs"].contains(&kind.as_str());
            if is_judged && text(condition, "status") == "False" && text(condition, "reason") != "Pending" {
                let (reason, message) = (text(condition, "reason"), text(condition, "message"));
                self.problems.push(Problem { condition: kind, reason, message, part: part.to_owned() });
            }
        }
        for kind in wanted {
            let is_said = current
                .iter()
                .any(|condition| text(condition, "type") == *kind && text(condition, "reason") != "Pending");
            if !is_said && !self.missing.iter().any(|missing| missing == kind) {
                self.missing.push((*kind).to_owned());
            }
        }
    }
}

impl Cluster {
    /// Waits until the controllers have said of every object that it is ready, or that it is not and stays so. `look` is
    /// told after each round how many are ready.
    ///
    /// # Errors
    /// When the API server does not answer, or on Ctrl-C.
    pub fn wait_for(
        &self,
        served: &[Served],
        objects: &[Json],
        limit: Option<Duration>,
        look: &mut dyn FnMut(usize, &[Status]),
    ) -> Result<Waited, Failure> {
        let mut statuses = vec![Status::default(); objects.len()];
        let mut settled = vec![0_usize; objects.len()];
        let mut waited = Duration::ZERO;
        loop {
            for ((object, status), settled) in objects.iter().zip(&mut statuses).zip(&mut settled) {
                if *settled >= SETTLED {
                    continue;
                }
                let Some(kind) = apply::find(served, object) else { continue };
                let now = match self.stored(kind, object)? {
                    Some(stored) => Status::read(&stored),
                    None => Status { missing: vec!["the object".to_owned()], ..Status::default() },
                };
                *settled = match (now.is_ready(), now.missing.is_empty() && now == *status) {
                    (true, _) => SETTLED,
                    (false, true) => *settled + 1,
                    (false, false) => 0,
                };
                *status = now;
            }
            let ready = statuses.iter().filter(|status| status.is_ready()).count();
            look(ready, &statuses);
            let is_done = settled.iter().all(|looks| *looks >= SETTLED);
            if is_done || limit.is_some_and(|limit| waited >= limit) {
                return Ok(Waited { statuses, timed_out: !is_done });
            }
            self.sleep(LOOK)?;
            waited += LOOK;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn condition(kind: &str, status: &str, generation: i64) -> Json {
        json!({ "type": kind, "status": status, "reason": "R", "message": "m", "observedGeneration": generation })
    }

    fn route(conditions: Json) -> Status {
        Status::read(&json!({ "apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute",
            "metadata": { "name": "a", "generation": 2 }, "spec": { "parentRefs": [{ "name": "gw" }] },
            "status": { "parents": [{ "parentRef": { "name": "gw" }, "conditions": conditions }] } }))
    }

    #[test]
    fn a_route_is_ready_when_it_is_accepted_and_resolved() {
        assert!(route(json!([condition("Accepted", "True", 2), condition("ResolvedRefs", "True", 2)])).is_ready());
        let old = route(json!([condition("Accepted", "True", 1), condition("ResolvedRefs", "False", 1)]));
        assert_eq!((old.missing.len(), old.problems.len()), (2, 0));
        let wrong = route(json!([condition("Accepted", "True", 2), condition("ResolvedRefs", "False", 2)]));
        assert_eq!(
            wrong.problems.first().map(|p| (p.condition.as_str(), p.part.as_str())),
            Some(("ResolvedRefs", "parent gw"))
        );
    }

    #[test]
    fn a_gateway_is_ready_when_it_is_programmed_and_no_listener_is_wrong() {
        let gateway = |conditions: Json, listeners: Json| {
            Status::read(&json!({ "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway",
                "metadata": { "generation": 1 }, "status": { "conditions": conditions, "listeners": listeners } }))
        };
        let good = json!([condition("Accepted", "True", 1), condition("Programmed", "True", 1)]);
        assert!(gateway(good.clone(), json!([])).is_ready());
        let listener = json!([{ "name": "https", "conditions": [condition("ResolvedRefs", "False", 1)] }]);
        assert_eq!(gateway(good, listener).problems.first().map(|p| p.part.as_str()), Some("listener https"));
        assert_eq!(gateway(json!([]), json!([])).missing, ["Accepted", "Programmed"]);
        let grant = json!({ "apiVersion": "gateway.networking.k8s.io/v1beta1", "kind": "ReferenceGrant" });
        assert!(Status::read(&grant).is_ready());
    }
}
