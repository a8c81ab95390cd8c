//! Same routing, same bytes.

use proptest::prelude::*;

use gatelift::model::VirtualHost;
use gatelift::report::Report;
use gatelift::target::{Context, Options, STANDARD, Topology, write};

use super::build::*;

fn hosts() -> Vec<VirtualHost> {
    let rules = |object: &str| {
        let namespace = object.split('/').next().unwrap();
        let to = format!("{namespace}/web:80");
        vec![
            forward(object, "/api", "shop/api:80"),
            under(object, "/old", &to, |p| p.body_limit = located(object, "limit", 1)),
            forward(object, "/", &to),
        ]
    };
    let names = ["*", "*.example.com", "example.com", "a-b.example.com", "a.b.example.com", "wildcard.example.com"];
    names
        .iter()
        .enumerate()
        .map(|(n, name)| secure(name, &["shop/tls"], rules(["shop/web", "blog/web", "infra/x"][n % 3])))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_hosts_has_no_say(
        http in Just(hosts()).prop_shuffle(),
        https in Just(hosts()).prop_shuffle(),
        turned in any::<bool>(),
        topology in prop_oneof![Just(Topology::Shared), Just(Topology::Namespace), Just(Topology::ListenerSet)],
    ) {
        let options = Options { topology, ..Options::default() };
        let expected = with(&routing(hosts(), hosts()), &options);
        let mut shuffled = routing(http, https);
        if turned {
            shuffled.entry_points.reverse();
        }
        let mut report = Report::default();
        let objects = write(&shuffled, &STANDARD, &options, &Context::default(), &mut report);
        prop_assert_eq!(yaml(&objects), yaml(&expected.objects));
        prop_assert_eq!(&objects, &expected.objects);
        prop_assert_eq!(&report.diagnostics, &expected.report.diagnostics);
    }
}
