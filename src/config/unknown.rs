//! Keys that the configuration does not have, and the ones that were probably meant.

use serde_json::Value as Json;

use crate::syntax::{FieldPath, Step};

/// `unknown key …`, with the closest key at its place, by the configuration's own schema.
pub(super) fn message(path: &FieldPath) -> String {
    let schema = schemars::schema_for!(super::Config).to_value();
    let Some(Step::Key(key)) = path.steps().last() else { return format!("unexpected value at `{path}`") };
    let known = path.parent().map(|above| keys(&schema, &schema, above.steps())).unwrap_or_default();
    let similar = known.iter().map(|name| (strsim::jaro_winkler(key, name), name));
    let closest = similar.filter(|(similarity, _)| *similarity > 0.7).max_by(|a, b| a.0.total_cmp(&b.0));
    match closest {
        Some((_, name)) => format!("unknown key `{key}`; did you mean `{name}`?"),
        None => format!("unknown key `{key}`; known here: {}", known.join(", ")),
    }
}

/// The keys that the schema has at a place.
fn keys(root: &Json, schema: &Json, steps: &[Step]) -> Vec<String> {
    let reference = schema["$ref"].as_str().and_then(|name| root.pointer(name.trim_start_matches('#')));
    let schema = reference.unwrap_or(schema);
    match steps {
        [] => schema["properties"].as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect(),
        [Step::Key(key), rest @ ..] => keys(root, &schema["properties"][&**key], rest),
        [Step::Index(_), rest @ ..] => keys(root, &schema["items"], rest),
    }
}
