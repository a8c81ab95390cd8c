//! Routes as objects.

use std::collections::BTreeSet;

use super::backends::Foreign;
use super::extension::{self, Route};
use super::findings::Findings;
use super::grants::Grants;
use super::listeners::Attachments;
use super::routes::{Kind, Plan, serves_every_port};
use super::rules::Draft;
use super::sites::Site;
use super::{Emitted, Run, grpc, managed, route_names};
use crate::gateway::{
    GROUP, GrpcRouteSpec, HttpRouteSpec, HttpRule, HttpTimeouts, Object, ParentReference, Resource, StreamRouteSpec,
    StreamRule, TlsRouteSpec,
};
use crate::model::Origin;
use crate::report::{Code, Diagnostic};

/// Every part of every route, with what its references need.
pub(super) fn write(
    run: &Run,
    plans: Vec<Plan>,
    sites: &[Site],
    attachments: &Attachments,
    grants: &mut Grants,
    findings: &mut Findings,
) -> Vec<Emitted> {
    let mut emitted = Vec::new();
    for mut plan in plans {
        let Some(site) = sites.get(plan.site) else { continue };
        let parents = parents(run, &plan, site, attachments);
        let kind = plan.content.kind;
        let count = plan.content.parts.len();
        for (index, mut drafts) in std::mem::take(&mut plan.content.parts).into_iter().enumerate() {
            for Foreign { namespace, name, origin } in drafts.iter().flat_map(|draft| &draft.foreign) {
                grants.need((kind.name(), &plan.namespace), ("Service", namespace, name), [origin]);
            }
            if kind == Kind::Http {
                app_protocol(&drafts, findings);
            }
            let name = format!("{}{}", plan.name, route_names::part(index, count));
            if let Some(kinds) = &run.target.kinds {
                for reference in drafts.iter().flat_map(|draft| &draft.extension.references) {
                    let from = (kinds.group, reference.from, plan.namespace.as_str());
                    let to = (reference.kind, reference.namespace.as_str(), reference.name.as_str());
                    grants.need_from(from, to, [&reference.origin]);
                }
                let route = Route { kind: kind.name(), namespace: &plan.namespace, name: &name };
                emitted.extend(extension::attach(kinds, route, &mut drafts));
            }
            let drafts = &drafts;
            emitted.push(Emitted {
                object: object(run, &plan, &name, site, parents.clone(), drafts),
                origins: origins(&plan, drafts),
            });
        }
    }
    emitted
}

pub(super) fn object(
    run: &Run,
    plan: &Plan,
    name: &str,
    site: &Site,
    parent_refs: Vec<ParentReference>,
    drafts: &[Draft],
) -> Object {
    let kind = plan.content.kind;
    let api_version = format!("{GROUP}/v1");
    let metadata = managed(&plan.namespace, name);
    let kind_name = kind.name().to_owned();
    let hostnames: Vec<String> = site.host.iter().cloned().collect();
    match kind {
        Kind::Http => {
            let rules = Some(drafts.iter().map(|draft| http_rule(run, draft)).collect());
            let spec = HttpRouteSpec { hostnames, parent_refs, rules };
            Object::HttpRoute(Resource { api_version, kind: kind_name, metadata, spec: spec.into() })
        }
        Kind::Grpc => {
            let spec = GrpcRouteSpec { hostnames, parent_refs, rules: drafts.iter().filter_map(grpc::rule).collect() };
            Object::GrpcRoute(Resource { api_version, kind: kind_name, metadata, spec: spec.into() })
        }
        Kind::Tls => {
            let spec = TlsRouteSpec { hostnames, parent_refs, rules: stream_rules(drafts) };
            Object::TlsRoute(Resource { api_version, kind: kind_name, metadata, spec: spec.into() })
        }
        Kind::Tcp => {
            let spec = StreamRouteSpec { parent_refs, rules: stream_rules(drafts) };
            Object::TcpRoute(Resource { api_version, kind: kind_name, metadata, spec: spec.into() })
        }
        Kind::Udp => {
            let spec = StreamRouteSpec { parent_refs, rules: stream_rules(drafts) };
            Object::UdpRoute(Resource { api_version, kind: kind_name, metadata, spec: spec.into() })
        }
    }
}

fn http_rule(run: &Run, draft: &Draft) -> HttpRule {
    let mut rule = HttpRule { matches: draft.matches.clone(), ..draft.body.clone() };
    // Where no timeout means a short one (Envoy: 15 s, eg-timeout-default), none has to be said.
    if run.target.profile.default_timeout.is_some() && !rule.backend_refs.is_empty() {
        let timeouts = rule.timeouts.get_or_insert_with(HttpTimeouts::default);
        timeouts.request.get_or_insert_with(|| "0s".to_owned());
    }
    rule
}

fn stream_rules(drafts: &[Draft]) -> Vec<StreamRule> {
    drafts.iter().map(|draft| StreamRule { backend_refs: draft.body.backend_refs.clone(), name: None }).collect()
}

/// References to the listeners: by name, or to a whole Gateway that is not ours.
fn parents(run: &Run, plan: &Plan, site: &Site, attachments: &Attachments) -> Vec<ParentReference> {
    let every_port = !plan.content.kind.is_http() || serves_every_port(run, site, plan);
    let mut parents: Vec<ParentReference> = Vec::new();
    for &listening in &plan.listenings {
        let Some(attachment) = attachments.get(&(plan.site, listening)) else { continue };
        let mut parent = attachment.reference(&plan.namespace);
        if parent.section_name.is_none() && !every_port {
            parent.port = site.listenings.get(listening).map(|l| l.port);
        }
        if !parents.contains(&parent) {
            parents.push(parent);
        }
    }
    parents
}

/// gRPC backends of an HTTPRoute are found out by the Service.
fn app_protocol(drafts: &[Draft], findings: &mut Findings) {
    for draft in drafts {
        if let Some(origin) = &draft.grpc {
            let services: Vec<String> = draft
                .body
                .backend_refs
                .iter()
                .map(|backend| format!("`{}` port {}", backend.name, backend.port.unwrap_or_default()))
                .collect();
            let message = format!("{} needs `appProtocol: kubernetes.io/h2c`", services.join(", "));
            let finding = Diagnostic::new(Code::AppProtocolNeeded, message).note(
                "other rules of the host need an HTTPRoute, and a host of a listener has routes of one kind only",
            );
            findings.say(finding, Some(origin));
        }
    }
}

pub(super) fn origins(plan: &Plan, drafts: &[Draft]) -> Vec<Origin> {
    let mut seen: BTreeSet<&Origin> = BTreeSet::new();
    let all = drafts.iter().flat_map(Draft::origins).chain(plan.origin);
    all.filter(|origin| seen.insert(origin)).cloned().collect()
}
