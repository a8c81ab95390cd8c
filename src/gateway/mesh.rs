//! What meshes make of routes that belong to a Service (GAMMA, GEP-1294): facts as data, each with its source.

/// How one mesh reads routes with a Service as their parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mesh {
    /// `istio`, …
    pub name: &'static str,
    /// A route of another namespace than the Service's holds for clients of that namespace.
    pub consumer_routes: bool,
    /// Parents beside Service: group and kind.
    pub parents: &'static [(&'static str, &'static str)],
    /// Types of filters that make it refuse the route.
    pub refused_filters: &'static [&'static str],
    /// Parts of a rule that it passes over.
    pub ignored: &'static [RulePart],
    /// Names the sources of these facts.
    pub evidence: &'static str,
}

/// A part of a rule that a mesh may not act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RulePart {
    /// `timeouts`.
    Timeouts,
    /// The CORS filter.
    Cors,
    /// Filters of a backendRef.
    BackendFilters,
}

impl RulePart {
    /// In words: `timeouts`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Timeouts => "timeouts",
            Self::Cors => "CORS",
            Self::BackendFilters => "filters of backends",
        }
    }
}

/// Every mesh that is known.
pub const MESHES: &[Mesh] = &[
    Mesh {
        name: "istio",
        consumer_routes: true,
        parents: &[("networking.istio.io", "ServiceEntry")],
        refused_filters: &[],
        ignored: &[],
        evidence: "conformance report of 1.28 (all mesh features but MeshClusterIPMatching); \
                   pilot/pkg/model/push_context.go (consumer override)",
    },
    Mesh {
        name: "linkerd",
        consumer_routes: true,
        parents: &[],
        refused_filters: &["URLRewrite", "RequestMirror", "ExtensionRef", "CORS"],
        ignored: &[],
        evidence: "linkerd2 policy-controller/k8s/index/src/outbound/index/http.rs (filters that are not supported make \
                   the route invalid); conformance report of 2.18",
    },
    Mesh {
        name: "cilium",
        consumer_routes: false,
        parents: &[],
        refused_filters: &[],
        ignored: &[],
        evidence: "conformance report of 1.19 (MESH-HTTP without MeshConsumerRoute)",
    },
    Mesh {
        name: "kuma",
        consumer_routes: true,
        parents: &[],
        refused_filters: &[],
        ignored: &[RulePart::Timeouts, RulePart::Cors, RulePart::BackendFilters],
        evidence: "kumahq/kuma pkg/plugins/runtime/k8s/controllers/gatewayapi (MeshHTTPRoute from HTTPRoute)",
    },
];

impl Mesh {
    /// The mesh of a name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        MESHES.iter().find(|mesh| mesh.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mesh_names_its_sources() {
        for (index, mesh) in MESHES.iter().enumerate() {
            assert!(!mesh.evidence.is_empty(), "{}", mesh.name);
            assert!(MESHES[..index].iter().all(|other| other.name != mesh.name));
        }
        assert!(Mesh::find("cilium").is_some_and(|mesh| !mesh.consumer_routes));
        assert!(Mesh::find("nginx").is_none());
    }
}
