//! What AuthorizationPolicies come to, summed up: a list of addresses, and tokens of which one is needed.

use super::authorization::{Client, Clients, LetThrough, Meant};
use super::claims::{self, Ways};
use crate::model::AccessList;

/// What policies come to.
#[derive(Debug, Default)]
pub(super) struct Sums {
    refused: Vec<String>,
    /// A client has to be in each of these lists.
    only: Vec<Vec<String>>,
    nobody: bool,
    /// A token has to be one of these.
    tokens: Ways,
}

impl Sums {
    /// Whoever lacks a token that is asked for is refused; whoever has one that is named is not read.
    pub(super) fn refuse_client(&mut self, Client { from, tokens: asked }: &Client) -> Option<()> {
        let claims::Asked { held, not_held } = asked;
        if !held.is_empty() {
            return None;
        }
        match (not_held.as_slice(), from) {
            ([], from) => self.refuse(from),
            // Of several lists of tokens one is enough: refused is who has none of them.
            (lists, Meant::All) => self.need(&lists.concat()),
            (_, Meant::In(_) | Meant::NotIn(_) | Meant::Between(..)) => None,
        }
    }

    fn need(&mut self, tokens: &Ways) -> Option<()> {
        self.tokens = claims::both(&self.tokens, tokens)?;
        Some(())
    }

    /// One of these has to fit, by address and by token.
    pub(super) fn allow_clients(&mut self, allowed: &[&Client]) -> Option<()> {
        if allowed.iter().any(|client| !client.tokens.not_held.is_empty()) {
            return None;
        }
        if allowed.iter().any(|client| client.from == Meant::All && client.tokens.held.is_empty()) {
            return Some(());
        }
        let mut froms: Vec<&Meant> = Vec::new();
        for client in allowed {
            if !froms.contains(&&client.from) {
                froms.push(&client.from);
            }
        }
        let ways: Vec<&Ways> = allowed.iter().map(|client| &client.tokens.held).collect();
        self.allow_only(&froms)?;
        match ways.first() {
            None => Some(()),
            Some(first) if ways.iter().all(|other| other == first) => self.need(first),
            // Different tokens from the same addresses; without one, too.
            Some(_) if froms.len() == 1 && ways.iter().any(|ways| ways.is_empty()) => Some(()),
            Some(_) if froms.len() == 1 => self.need(&ways.into_iter().flatten().cloned().collect()),
            Some(_) => None,
        }
    }

    pub(super) fn let_through(self) -> Option<LetThrough> {
        let tokens = self.tokens.clone();
        Some(LetThrough { clients: self.clients()?, tokens })
    }

    fn refuse(&mut self, clients: &Meant) -> Option<()> {
        match clients {
            Meant::All => self.nobody = true,
            Meant::In(blocks) => self.refused.extend_from_slice(blocks),
            Meant::NotIn(blocks) => self.only.push(blocks.clone()),
            Meant::Between(..) => return None,
        }
        Some(())
    }

    /// One of these has to fit.
    fn allow_only(&mut self, allowed: &[&Meant]) -> Option<()> {
        match allowed {
            [] => self.nobody = true,
            _ if allowed.contains(&&Meant::All) => {}
            [Meant::NotIn(blocks)] => self.refused.extend_from_slice(blocks),
            [Meant::Between(inside, outside)] => {
                self.refused.extend_from_slice(outside);
                self.only.push(inside.clone());
            }
            several => {
                let blocks = several.iter().map(|clients| match clients {
                    Meant::In(blocks) => Some(blocks.as_slice()),
                    Meant::All | Meant::NotIn(_) | Meant::Between(..) => None,
                });
                self.only.push(blocks.collect::<Option<Vec<_>>>()?.concat());
            }
        }
        Some(())
    }

    /// `None` when a client has to be in several lists.
    fn clients(self) -> Option<Clients> {
        let Self { refused, mut only, nobody, tokens: _ } = self;
        if nobody {
            return Some(Clients::Listed(AccessList { rules: Vec::new(), otherwise_refused: true }));
        }
        let list = only.pop().unwrap_or_default();
        if !only.is_empty() {
            return None;
        }
        let list = AccessList::deny_then_allow(refused, list);
        Some(if list.admits_all() { Clients::Everyone } else { Clients::Listed(list) })
    }
}
