//! The guide shows parts of accepted outputs.

use std::path::Path;

/// A fenced block of a language, line by line.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let opening = format!("```{language}\n");
    text.split(&opening).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn what_the_guide_shows_is_in_the_accepted_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let guide = read("docs/guide/ingress-nginx-to-envoy-gateway.md");
    let objects = read("snapshots/guide/production/envoy-gateway.snap");
    let report = read("snapshots/guide/production/report.snap");
    let shown = blocks(&guide, "yaml");
    assert!(shown.len() >= 4, "only {} parts", shown.len());
    for part in shown {
        assert!(objects.contains(part), "not in the output:\n{part}");
    }
    let codes = guide.split('`').filter(|word| word.starts_with("G2L"));
    for code in codes {
        assert!(report.contains(code), "{code} is not in the report");
    }
}
