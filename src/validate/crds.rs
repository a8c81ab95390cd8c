//! Objects against CustomResourceDefinitions that the user gives, in the order in which the API server goes: unknown fields
//! are pruned, nulls go, defaults are filled in, then the schema, then list types, then CEL rules.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Map, Value as Json};

use crate::syntax::FieldPath;

/// What is wrong with an object: the field and the reason.
pub type Found = Vec<(FieldPath, String)>;

/// CustomResourceDefinitions.
#[derive(Debug, Default)]
pub struct Crds {
    /// By apiVersion and kind.
    kinds: BTreeMap<(String, String), Kind>,
}

/// One served version of a definition, compiled when it is first needed.
#[derive(Debug)]
struct Kind {
    schema: Json,
    compiled: OnceLock<Result<Compiled, String>>,
}

#[derive(Debug)]
struct Compiled {
    structure: jsonschema::Validator,
    rules: kube_cel::CompiledSchema,
}

/// The verdict on an object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// What the API server refuses.
    pub refused: Found,
    /// Fields that it drops.
    pub dropped: Vec<FieldPath>,
}

impl Crds {
    /// Takes definitions; other objects pass by.
    #[must_use]
    pub fn new(objects: &[Json]) -> Self {
        let definitions = objects.iter().filter(|object| object["kind"] == "CustomResourceDefinition");
        Self { kinds: definitions.flat_map(served).collect() }
    }

    /// How many kinds and versions are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether no definition was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Whether a definition has a kind, in any version.
    #[must_use]
    pub fn know(&self, group: &str, kind: &str) -> bool {
        let group_of = |api_version: &str| api_version.split_once('/').map(|(group, _)| group.to_owned());
        self.kinds.keys().any(|(api_version, known)| known == kind && group_of(api_version).as_deref() == Some(group))
    }

    /// The verdict on an object; `None` when no definition serves its version and kind.
    ///
    /// # Errors
    /// A definition that cannot be used.
    pub fn judge(&self, object: &Json) -> Option<Result<Verdict, String>> {
        let text = |key: &str| object[key].as_str().unwrap_or_default().to_owned();
        let kind = self.kinds.get(&(text("apiVersion"), text("kind")))?;
        let compiled = kind.compiled.get_or_init(|| compile(&kind.schema));
        Some(compiled.as_ref().map_err(Clone::clone).map(|compiled| judge(&kind.schema, compiled, object)))
    }
}

fn served(definition: &Json) -> Vec<((String, String), Kind)> {
    let spec = &definition["spec"];
    let group = spec["group"].as_str().unwrap_or_default();
    let kind = spec["names"]["kind"].as_str().unwrap_or_default();
    let versions = spec["versions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let served = versions.iter().filter(|version| version["served"] == true);
    served
        .map(|version| {
            let name = version["name"].as_str().unwrap_or_default();
            let schema = version["schema"]["openAPIV3Schema"].clone();
            ((format!("{group}/{name}"), kind.to_owned()), Kind { schema, compiled: OnceLock::new() })
        })
        .collect()
}

fn compile(schema: &Json) -> Result<Compiled, String> {
    let structure = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft4)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .build(schema)
        .map_err(|error| error.to_string())?;
    Ok(Compiled { structure, rules: kube_cel::compile_schema(schema) })
}

fn judge(schema: &Json, compiled: &Compiled, object: &Json) -> Verdict {
    let mut verdict = Verdict::default();
    let mut pruned = prune(schema, object, &FieldPath::root(), &mut verdict.dropped);
    // ObjectMeta is `type: object` in a definition; the API server keeps and checks it by itself.
    if let (Some(fields), Some(metadata)) = (pruned.as_object_mut(), object.get("metadata")) {
        fields.insert("metadata".to_owned(), metadata.clone());
    }
    let filled = kube_cel::apply_defaults(schema, &pruned);
    let errors = compiled.structure.iter_errors(&filled);
    verdict.refused.extend(errors.map(|error| (from_pointer(&error.instance_path().to_string()), error.to_string())));
    repeated(schema, &filled, &FieldPath::root(), &mut verdict.refused);
    // The API server asks the rules only of objects that fit the schema.
    if verdict.refused.is_empty()
        && let Err(errors) = kube_cel::Validator::new().validate_compiled(&compiled.rules, &filled, None)
    {
        let errors = errors.into_vec().into_iter();
        let told = errors.filter(|error| error.kind != kube_cel::ErrorKind::CompilationFailure);
        verdict.refused.extend(told.map(|error| {
            // A rule that cannot be evaluated (`size` of an absent field) refuses the object under its own message.
            let own = message_of(schema, &error.rule).filter(|_| error.message.starts_with("rule evaluation error"));
            (from_dotted(&error.field_path), own.map_or(error.message, str::to_owned))
        }));
    }
    verdict
}

/// The message of a rule, found by its text.
fn message_of<'s>(schema: &'s Json, rule: &str) -> Option<&'s str> {
    match schema {
        Json::Object(entries) if entries.get("rule").is_some_and(|text| *text == rule) => {
            entries.get("message").and_then(Json::as_str)
        }
        Json::Object(entries) => entries.values().find_map(|value| message_of(value, rule)),
        Json::Array(items) => items.iter().find_map(|value| message_of(value, rule)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => None,
    }
}

/// The object without unknown fields and without nulls.
fn prune(schema: &Json, value: &Json, at: &FieldPath, dropped: &mut Vec<FieldPath>) -> Json {
    match value {
        Json::Object(fields) => Json::Object(prune_fields(schema, fields, at, dropped)),
        Json::Array(items) => {
            let items = items.iter().enumerate();
            items.map(|(index, item)| prune(&schema["items"], item, &at.index(index), dropped)).collect()
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => value.clone(),
    }
}

fn prune_fields(
    schema: &Json,
    fields: &Map<String, Json>,
    at: &FieldPath,
    dropped: &mut Vec<FieldPath>,
) -> Map<String, Json> {
    let keeps_unknown = schema["x-kubernetes-preserve-unknown-fields"] == true;
    let mut kept = Map::new();
    for (key, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
        let is_head = at.steps().is_empty() && matches!(key.as_str(), "apiVersion" | "kind" | "metadata");
        let declared = schema["properties"].get(key).or_else(|| match &schema["additionalProperties"] {
            Json::Null | Json::Bool(false) => None,
            of_all => Some(of_all),
        });
        match declared.filter(|_| !is_head) {
            Some(declared) => drop(kept.insert(key.clone(), prune(declared, value, &at.key(key), dropped))),
            None if keeps_unknown || is_head => drop(kept.insert(key.clone(), value.clone())),
            None => dropped.push(at.key(key)),
        }
    }
    kept
}

/// Items of a list that may not stand in it twice: equal keys in a `map`, equal items in a `set`.
fn repeated(schema: &Json, value: &Json, at: &FieldPath, found: &mut Found) {
    match value {
        Json::Object(fields) => {
            for (key, value) in fields {
                let declared = schema["properties"].get(key).unwrap_or(&schema["additionalProperties"]);
                repeated(declared, value, &at.key(key), found);
            }
        }
        Json::Array(items) => {
            if matches!(schema["x-kubernetes-list-type"].as_str(), Some("map" | "set")) {
                let mut seen = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    let key = list_key(schema, item);
                    if seen.contains(&key) {
                        found.push((at.index(index), format!("Duplicate value: {key}")));
                    }
                    seen.push(key);
                }
            }
            for (index, item) in items.iter().enumerate() {
                repeated(&schema["items"], item, &at.index(index), found);
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// What has to differ between items: the values of the map's keys, or the item itself in a set.
fn list_key(schema: &Json, item: &Json) -> Json {
    match schema["x-kubernetes-list-map-keys"].as_array() {
        Some(keys) => keys.iter().map(|key| key.as_str().map_or(Json::Null, |key| item[key].clone())).collect(),
        None => item.clone(),
    }
}

/// `/spec/rules/0` as a path.
fn from_pointer(pointer: &str) -> FieldPath {
    let steps = pointer.split('/').skip(1);
    steps.fold(FieldPath::root(), |path, step| match step.parse() {
        Ok(index) => path.index(index),
        Err(_) => path.key(&step.replace("~1", "/").replace("~0", "~")),
    })
}

/// `spec.rules[0]` as a path.
fn from_dotted(text: &str) -> FieldPath {
    let steps = text.split(['.', '[']).map(|step| step.trim_end_matches(']')).filter(|step| !step.is_empty());
    steps.fold(FieldPath::root(), |path, step| match step.parse() {
        Ok(index) => path.index(index),
        Err(_) => path.key(step),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn crds() -> Crds {
        let schema = json!({
            "type": "object",
            "properties": { "spec": {
                "type": "object",
                "properties": {
                    "size": { "type": "integer", "minimum": 1, "default": 2 },
                    "ports": {
                        "type": "array", "x-kubernetes-list-type": "set", "items": { "type": "integer" },
                    },
                },
                "x-kubernetes-validations": [{ "rule": "self.size < 5", "message": "too large" }],
            } },
        });
        Crds::new(&[json!({
            "kind": "CustomResourceDefinition",
            "spec": {
                "group": "a.com",
                "names": { "kind": "X" },
                "versions": [{ "name": "v1", "served": true, "schema": { "openAPIV3Schema": schema } }],
            },
        })])
    }

    fn judged(spec: Json) -> (Vec<String>, Vec<String>) {
        let object = json!({ "apiVersion": "a.com/v1", "kind": "X", "metadata": { "name": "a" }, "spec": spec });
        let verdict = crds().judge(&object).unwrap().unwrap();
        let refused = verdict.refused.iter().map(|(path, reason)| format!("{path}: {reason}")).collect();
        (refused, verdict.dropped.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn schema_lists_and_rules() {
        assert_eq!(judged(json!({})), (vec![], vec![]));
        assert_eq!(judged(json!({ "size": 9 })).0, ["spec: too large"]);
        assert_eq!(judged(json!({ "ports": [1, 2, 1] })).0, ["spec.ports[2]: Duplicate value: 1"]);
        assert_eq!(judged(json!({ "siz": 1, "ports": null })), (vec![], vec!["spec.siz".to_owned()]));
        let (refused, _) = judged(json!({ "size": 0 }));
        assert!(refused.len() == 1 && refused[0].starts_with("spec.size: "), "{refused:?}");
        assert!(crds().judge(&json!({ "apiVersion": "a.com/v2", "kind": "X" })).is_none());
        assert!(crds().know("a.com", "X") && !crds().know("b.com", "X"));
    }
}
