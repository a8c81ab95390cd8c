//! Differences of many hosts that have one reason, told as one.

use std::collections::BTreeMap;

use super::proof::{Difference, Family};
use crate::model::Cause;
use crate::report::Code;

/// Differences with the same codes, policies and causes.
#[derive(Debug, Clone, PartialEq)]
pub struct Group<'d> {
    /// The one with the shortest witness.
    pub example: &'d Difference,
    /// All of them, in the order of the proof.
    pub members: Vec<&'d Difference>,
}

impl Group<'_> {
    /// How many hosts show it, over all ports.
    #[must_use]
    pub fn hosts(&self) -> usize {
        let mut hosts: BTreeMap<&str, usize> = BTreeMap::new();
        for member in &self.members {
            let seen = hosts.entry(member.request.host.as_deref().unwrap_or_default()).or_default();
            *seen = member.hosts.max(*seen);
        }
        hosts.values().sum()
    }

    /// The first hosts that show it, at most `most`.
    #[must_use]
    pub fn host_names(&self, most: usize) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for name in self.members.iter().filter_map(|member| member.request.host.as_deref()) {
            if names.len() == most {
                break;
            }
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

/// Groups differences; the groups come by their codes' numbers.
#[must_use]
pub fn group(differences: &[Difference]) -> Vec<Group<'_>> {
    type Key<'d> = (&'d [Code], &'d [Family], Option<Cause>, Option<Cause>);
    let mut groups: BTreeMap<Key<'_>, Group<'_>> = BTreeMap::new();
    for difference in differences {
        let key = (
            difference.codes.as_slice(),
            difference.families.as_slice(),
            difference.before_cause,
            difference.after_cause,
        );
        let group = groups.entry(key).or_insert_with(|| Group { example: difference, members: Vec::new() });
        if weight(difference) < weight(group.example) {
            group.example = difference;
        }
        group.members.push(difference);
    }
    groups.into_values().collect()
}

fn weight(difference: &Difference) -> (usize, usize) {
    (difference.request.path.len(), difference.request.headers.len())
}
