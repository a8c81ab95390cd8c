//! Says whether the API server would take an object: the CRDs' OpenAPI schemas, their CEL rules, list uniqueness,
//! unknown fields and `ObjectMeta`. The CRDs are data files beside the repository (`../shared/crds`); they are not part
//! of it.
//!
//! Order as in the API server: unknown fields are found and pruned, nulls go, defaults are filled in, then the schema,
//! then list uniqueness, then CEL. Rules such as `self.matches.size()` only work after defaulting.

mod metadata;
mod service;
mod structure;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;

use crate::yaml;

/// Which install of the Gateway API's CRDs is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    Standard,
    Experimental,
}

/// One reason for which the API server would refuse the object, or a field that it would drop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// `spec.rules[0].matches`, or empty for the whole object.
    pub field: String,
    pub reason: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", if self.field.is_empty() { "object" } else { &self.field }, self.reason)
    }
}

/// What is known about an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Taken when empty.
    Checked(Vec<Violation>),
    /// No CRD that was loaded serves this apiVersion and kind.
    UnknownKind,
}

/// One served version of a CRD. Compiled on first use: most runs ask for few kinds.
struct Kind {
    schema: Value,
    namespaced: bool,
    compiled: OnceLock<Compiled>,
}

struct Compiled {
    structure: jsonschema::Validator,
    rules: kube_cel::CompiledSchema,
}

/// The CRDs of one channel, with those of further folders.
pub struct Oracle {
    kinds: BTreeMap<(String, String), Kind>,
    cel: kube_cel::Validator,
}

impl Oracle {
    /// Reads the Gateway API's CRDs of a channel and every folder of `vendors` below `../shared/crds`.
    ///
    /// `None` when `../shared` is not there, which is said loudly: a caller can only skip its test then.
    pub fn load(channel: Channel, vendors: &[&str]) -> Option<Self> {
        let root = shared("crds")?;
        let gateway_api = match channel {
            Channel::Standard => "gateway-api-v1.6.1-standard",
            Channel::Experimental => "gateway-api-v1.6.1-experimental",
        };
        let mut kinds = BTreeMap::new();
        for folder in std::iter::once(&gateway_api).chain(vendors) {
            for file in files_of(&root.join(folder)) {
                let text = std::fs::read_to_string(&file).unwrap();
                let documents = yaml::documents(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
                for document in &documents {
                    kinds.extend(served_versions(document));
                }
            }
        }
        Some(Self { kinds, cel: kube_cel::Validator::new() })
    }

    /// The verdict on one object.
    pub fn judge(&self, object: &Value) -> Verdict {
        let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        match self.kinds.get(&(text("apiVersion"), text("kind"))) {
            Some(kind) => Verdict::Checked(self.violations(kind, object)),
            // The one kind of the API itself that is written; it has no CRD.
            None if text("apiVersion") == "v1" && text("kind") == "Service" => {
                Verdict::Checked(service::violations(object))
            }
            None => Verdict::UnknownKind,
        }
    }

    /// Every kind with rules that cannot be read. They are left out of verdicts.
    pub fn unreadable_rules(&self) -> BTreeMap<String, Vec<String>> {
        let rules = self.kinds.iter().map(|((api_version, name), kind)| {
            let compiled = kind.compiled.get_or_init(|| compile(&kind.schema));
            (format!("{api_version} {name}"), unreadable_rules(&compiled.rules))
        });
        rules.filter(|(_, rules)| !rules.is_empty()).collect()
    }

    fn violations(&self, kind: &Kind, object: &Value) -> Vec<Violation> {
        let compiled = kind.compiled.get_or_init(|| compile(&kind.schema));
        let mut found = metadata::violations(object, kind.namespaced);
        let pruned = structure::prune(&kind.schema, object, &mut found);
        let defaulted = kube_cel::apply_defaults(&kind.schema, &pruned);
        found.extend(compiled.structure.iter_errors(&defaulted).map(|error| Violation {
            field: structure::dotted(&error.instance_path().to_string()),
            reason: error.to_string(),
        }));
        structure::list_uniqueness(&kind.schema, &defaulted, "", &mut found);
        if let Err(errors) = self.cel.validate_compiled(&compiled.rules, &defaulted, None) {
            found.extend(
                errors
                    .into_vec()
                    .into_iter()
                    .filter(|error| error.kind != kube_cel::ErrorKind::CompilationFailure)
                    .map(|error| Violation { field: error.field_path, reason: error.message }),
            );
        }
        found
    }
}

/// A path below `../shared`, or `None` with a loud note when it is not there.
pub fn shared(path: &str) -> Option<PathBuf> {
    let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if whole.exists() {
        return Some(whole);
    }
    eprintln!("SKIPPED, NOTHING WAS CHECKED: {} does not exist", whole.display());
    None
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml"))
        .collect();
    files.sort();
    files
}

fn served_versions(crd: &Value) -> Vec<((String, String), Kind)> {
    if crd["kind"] != "CustomResourceDefinition" {
        return Vec::new();
    }
    let group = crd["spec"]["group"].as_str().unwrap();
    let kind = crd["spec"]["names"]["kind"].as_str().unwrap();
    let namespaced = crd["spec"]["scope"] == "Namespaced";
    let versions = crd["spec"]["versions"].as_array().unwrap().iter();
    versions
        .filter(|version| version["served"] == true)
        .map(|version| {
            let name = version["name"].as_str().unwrap();
            let schema = version["schema"]["openAPIV3Schema"].clone();
            ((format!("{group}/{name}"), kind.to_owned()), Kind { schema, namespaced, compiled: OnceLock::new() })
        })
        .collect()
}

fn compile(schema: &Value) -> Compiled {
    let structure = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft4)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .build(schema)
        .unwrap_or_else(|error| panic!("schema: {error}"));
    let rules = kube_cel::compile_schema(schema);
    Compiled { structure, rules }
}

/// The rules at and below a node that the CEL library cannot read, by their message.
fn unreadable_rules(node: &kube_cel::CompiledSchema) -> Vec<String> {
    let own = node.compilation_errors().into_iter().map(ToString::to_string);
    let children = node.properties.values().chain(node.items.as_deref()).chain(node.additional_properties.as_deref());
    let below = children.chain(&node.all_of).chain(&node.one_of).chain(&node.any_of).flat_map(unreadable_rules);
    own.chain(below).collect()
}
