//! The objects of several routings as one output.

use gatelift::gateway::Object;
use gatelift::model::{AccessList, Routing};
use gatelift::target::{ENVOY_GATEWAY, Emitted, Options, arranged, joined, pairing};

use super::build::*;
use super::invariants;

fn class(name: &str, object: &str, hostname: &str, to: &str) -> Routing {
    let rules = vec![forward(object, "/", to)];
    Routing { name: name.into(), ..routing(vec![host(hostname, rules)], vec![]) }
}

fn together(routings: &[Routing]) -> Vec<Emitted> {
    let objects = arranged(routings.iter().flat_map(|routing| written(routing).objects).collect());
    invariants::check(&objects, false);
    objects
}

fn names(objects: &[Emitted], kind: &str) -> Vec<String> {
    let of_kind = objects.iter().filter(|one| one.object.kind() == kind);
    of_kind.map(|one| one.object.metadata().name.clone()).collect()
}

#[test]
fn a_grant_that_two_classes_need_is_written_once() {
    let routings = [class("a", "shop/a", "a.com", "blog/web:80"), class("b", "shop/b", "b.com", "blog/web:80")];
    let objects = together(&routings);
    assert_eq!(names(&objects, "Gateway"), ["a", "b"]);
    let grants: Vec<&Emitted> = objects.iter().filter(|o| matches!(o.object, Object::ReferenceGrant(_))).collect();
    assert_eq!(grants.len(), 1);
    assert_eq!(grants[0].origins.len(), 2);
}

#[test]
fn routes_of_two_classes_that_want_one_name_both_stay() {
    let routings = [class("a", "shop/web", "x-com", "shop/a:80"), class("b", "shop/web-x", "com", "shop/b:80")];
    let objects = together(&routings);
    let names = names(&objects, "HTTPRoute");
    assert_eq!(names.len(), 2);
    assert_eq!(names[0], "web-x-com");
    assert!(names[1].starts_with("web-x-com-"));
}

/// A policy that stayed with the name would protect the other class's route, and leave its own open.
#[test]
fn policies_follow_a_route_that_is_renamed() {
    let guarded = |class: &str, object: &str, hostname: &str, block: &str| {
        let list = AccessList::deny_then_allow(vec![], vec![block.to_owned()]);
        let rule = under(object, "/", "shop/a:80", |p| p.access = located(object, "allowlist", list));
        let routing = Routing { name: class.into(), ..routing(vec![host(hostname, vec![rule])], vec![]) };
        for_target(&ENVOY_GATEWAY, &routing, &Options::default()).objects
    };
    let outputs =
        vec![guarded("a", "shop/web", "x-com", "10.0.0.0/8"), guarded("b", "shop/web-x", "com", "192.0.2.0/24")];
    let objects = joined(outputs);
    let routes = names(&objects, "HTTPRoute");
    assert_eq!(routes.len(), 2);
    for (hostname, block) in [("x-com", "10.0.0.0/8"), ("com", "192.0.2.0/24")] {
        let route = objects.iter().find_map(|one| match &one.object {
            Object::HttpRoute(route) if route.spec.hostnames == [hostname] => Some(&route.metadata.name),
            _ => None,
        });
        let policy = objects.iter().find_map(|one| match &one.object {
            Object::Policy(policy) if policy.spec["targetRefs"][0]["name"].as_str() == route.map(String::as_str) => {
                Some(&policy.spec)
            }
            _ => None,
        });
        assert_eq!(policy.unwrap()["authorization"]["rules"][0]["principal"]["clientCIDRs"][0], block);
    }
    let policies = names(&objects, "SecurityPolicy");
    assert!(policies.len() == 2 && policies[0] != policies[1]);
}

#[test]
fn classes_are_paired_with_their_only_gateway() {
    let gateway = |name: &str| Routing { name: name.into(), ..routing(vec![], vec![]) };
    let before = [gateway("internal"), gateway("internal-2x"), gateway("public")];
    let after = [gateway("shop/internal"), gateway("shop/public"), gateway("shop/public-2")];
    let pairs = pairing(&before, &after, &Options::default());
    assert_eq!(pairs.into_iter().collect::<Vec<_>>(), [("internal".to_owned(), "shop/internal".to_owned())]);
    let existing = Options { gateway: Some(("infra".into(), "edge".into())), ..Options::default() };
    assert!(pairing(&before, &after, &existing).is_empty(), "classes share that Gateway");
}
