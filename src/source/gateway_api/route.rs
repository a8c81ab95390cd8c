//! What lowering a route needs to know: the objects, the profile, and where findings go.

use std::sync::Arc;

use super::objects::{Object, Objects};
use super::rank::Candidate;
use crate::gateway::{ParentReference, Profile};
use crate::model::{HostPattern, ObjectRef, Origin, Refusal};
use crate::report::{Code, Diagnostic, Report};
use crate::syntax::FieldPath;

/// A route whose rules are matchers and actions of the model, not yet bound to listeners.
#[derive(Debug)]
pub(super) struct Route<'o> {
    pub at: Place<'o>,
    pub parents: &'o [ParentReference],
    /// Empty for every host of the listener.
    pub hostnames: Vec<HostPattern>,
    /// In the order of the route.
    pub candidates: Vec<Candidate>,
    /// The data plane refuses the whole configuration because of this route.
    pub refused: Option<Refusal>,
    /// The implementation leaves the route out as a whole.
    pub dropped: bool,
}

impl Route<'_> {
    /// One rule that Istio cannot translate takes all rules of its route with it (istio/istio
    /// pilot/pkg/config/kube/gateway/route_collections.go, computeRoute; measured: eg-unknown-extref).
    pub(super) fn leave_out_if_dropped(&mut self) {
        if self.dropped {
            self.candidates.clear();
        }
    }
}

/// The object that is lowered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'o> {
    pub kind: &'static str,
    pub namespace: &'o str,
    pub source: &'o Arc<ObjectRef>,
}

impl<'o> Place<'o> {
    /// An object of a kind.
    pub(super) fn of<S>(kind: &'static str, object: &'o Object<S>) -> Self {
        Self { kind, namespace: &object.namespace, source: &object.source }
    }

    /// A field of the object.
    pub(super) fn field(&self, path: &FieldPath) -> Origin {
        Origin::field(self.source, path.clone())
    }
}

/// Lowers routes under a profile.
pub(super) struct Lowering<'a> {
    pub objects: &'a Objects,
    pub profile: &'a Profile,
    pub report: &'a mut Report,
    /// The route is one of a mesh, whose backends need no grant (GEP-1294).
    pub mesh: bool,
}

impl Lowering<'_> {
    /// Writes a finding down.
    pub(super) fn find(&mut self, code: Code, origin: &Origin, message: String) {
        self.report.push(Diagnostic::new(code, message).at(origin, ""));
    }
}
