//! The table of Gateway API limits and rules against the CRDs, and its verdicts against measured ones.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gatelift::validate::gateway_api::{
    Channel, Field, Map, Object, Rule, Shape, Unique, check, schema, unknown_fields,
};
use serde_json::Value as Json;

pub fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    println!("NOT RUN: {} is not beside the project, so nothing was compared", path.display());
    None
}

pub const CHANNELS: [(Channel, &str); 2] = [(Channel::Standard, "standard"), (Channel::Experimental, "experimental")];

/// Rules of the CRDs that need more than the object: the one it replaces.
pub const NOT_OFFLINE: &[&str] = &["Value is immutable"];

/// Rules of the table that the CRDs do not spell as rules.
pub const OWN: &[&str] = &["value must be an IPv4 or IPv6 address for type IPAddress"];

#[test]
fn the_table_says_what_the_crds_say() {
    for (channel, name) in CHANNELS {
        let Some(directory) = shared(&format!("crds/gateway-api-v1.6.1-{name}")) else { return };
        let mut versions = 0;
        let mut differences = Vec::new();
        for file in std::fs::read_dir(directory).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let crd: Json = serde_saphyr::from_multiple::<Json>(&text).unwrap().remove(0);
            let kind = crd["spec"]["names"]["kind"].as_str().unwrap_or_default();
            for version in crd["spec"]["versions"].as_array().into_iter().flatten() {
                let version_name = version["name"].as_str().unwrap();
                let Some(table) = schema(kind, version_name) else { continue };
                versions += 1;
                let spec = &version["schema"]["openAPIV3Schema"]["properties"]["spec"];
                let mut compare = Comparison { channel, at: format!("{kind} {version_name}"), out: &mut differences };
                compare.object(table, spec);
            }
        }
        assert!(versions >= 16, "{versions} versions found in the {name} channel");
        assert!(differences.is_empty(), "{name}: {} differences\n{}", differences.len(), differences.join("\n"));
    }
}

struct Comparison<'d> {
    channel: Channel,
    at: String,
    out: &'d mut Vec<String>,
}

impl Comparison<'_> {
    fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, table: T, crd: T) {
        if table != crd {
            self.out.push(format!("{}: {what}: table {table:?}, CRD {crd:?}", self.at));
        }
    }

    fn below(&mut self, step: &str, shape: Shape, crd: &Json) {
        let at = format!("{}.{step}", self.at);
        Comparison { channel: self.channel, at, out: self.out }.shape(shape, crd);
    }

    fn shape(&mut self, shape: Shape, crd: &Json) {
        let number = |key: &str| crd[key].as_u64().map(|n| usize::try_from(n).unwrap());
        let kind = crd["type"].as_str().unwrap_or_default();
        match shape {
            Shape::Text(text) => {
                self.same("type", "string", kind);
                self.same("minLength", text.min, number("minLength").unwrap_or(0));
                self.same("maxLength", text.max, number("maxLength").unwrap_or(usize::MAX));
                self.same("pattern", text.pattern.map(|p| p.text), crd["pattern"].as_str());
                let values = strings(&crd["enum"]);
                self.same("enum", text.one_of.iter().copied().collect::<BTreeSet<_>>(), values);
            }
            Shape::Integer(integer) => {
                self.same("type", "integer", kind);
                let int32 = crd["format"] == "int32";
                let default = |limit: i64, wide: i64| if int32 { limit } else { wide };
                if integer.one_of.is_empty() {
                    let minimum = crd["minimum"].as_i64().unwrap_or(default(i64::from(i32::MIN), i64::MIN));
                    let maximum = crd["maximum"].as_i64().unwrap_or(default(i64::from(i32::MAX), i64::MAX));
                    self.same("range", (integer.min, integer.max), (minimum, maximum));
                }
                let values = crd["enum"].as_array().into_iter().flatten().filter_map(Json::as_i64).collect();
                self.same("enum", integer.one_of.to_vec(), values);
            }
            Shape::Boolean => self.same("type", "boolean", kind),
            Shape::List(list) => {
                self.same("type", "array", kind);
                self.same("minItems", list.items.min, number("minItems").unwrap_or(0));
                self.same("maxItems", list.items.max, number("maxItems").unwrap_or(usize::MAX));
                let unique = match crd["x-kubernetes-list-type"].as_str() {
                    Some("set") => Unique::Item,
                    Some("map") => match crd["x-kubernetes-list-map-keys"][0].as_str() {
                        Some("port") => Unique::Field("port"),
                        Some("name") => Unique::Field("name"),
                        key => panic!("key {key:?}"),
                    },
                    _ => Unique::No,
                };
                self.same("unique", list.unique, unique);
                self.rules(list.rules, crd);
                self.below("[]", list.item, &crd["items"]);
            }
            Shape::Object(object) => self.object(object, crd),
            Shape::Map(map) => self.map(map, crd),
        }
    }

    fn object(&mut self, object: &Object, crd: &Json) {
        self.same("type", Some("object"), crd["type"].as_str());
        let fields: Vec<&Field> = object.fields.iter().filter(|f| f.scope.holds_in(self.channel)).collect();
        let properties = crd["properties"].as_object().unwrap();
        let names: BTreeSet<&str> = fields.iter().map(|field| field.name).collect();
        self.same("fields", names, properties.keys().map(String::as_str).collect());
        let required = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
        self.same("required", required, strings(&crd["required"]));
        self.rules(object.rules, crd);
        for field in fields {
            let Some(property) = properties.get(field.name) else { continue };
            let default = field.default.map(|json| serde_json::from_str::<Json>(json).unwrap());
            self.same(&format!("default of {}", field.name), default.as_ref(), property.get("default"));
            self.below(field.name, field.shape, property);
        }
    }

    fn map(&mut self, map: &Map, crd: &Json) {
        let most = crd["maxProperties"].as_u64().map(|n| usize::try_from(n).unwrap());
        self.same("maxProperties", map.max, most.unwrap_or(usize::MAX));
        self.rules(map.rules, crd);
        self.below("{}", Shape::Text(map.value), &crd["additionalProperties"]);
    }

    fn rules(&mut self, rules: &[Rule], crd: &Json) {
        let held = rules.iter().filter(|rule| rule.scope.holds_in(self.channel)).map(|rule| rule.message);
        let table: BTreeSet<&str> = held.filter(|message| !OWN.contains(message)).collect();
        let validations = crd["x-kubernetes-validations"].as_array().into_iter().flatten();
        let messages = validations.filter_map(|rule| rule["message"].as_str());
        let crd: BTreeSet<&str> = messages.filter(|message| !NOT_OFFLINE.contains(message)).collect();
        self.same("rules", table, crd);
    }
}

fn strings(list: &Json) -> BTreeSet<&str> {
    list.as_array().into_iter().flatten().filter_map(Json::as_str).collect()
}

/// A hostname that is an IP address, which the specification forbids and the pattern takes (neg-30).
const TAKEN_AFTER_ALL: &str = "neg-30-hostname-ip?";

/// Verdicts are in the names: `pos-…` is accepted, `neg-…` refused, `(std:accept,exp:reject)` says it by channel. Fields
/// of the experimental channel count as refused by the standard one, as by strict decoding.
#[test]
fn objects_are_accepted_and_refused_as_by_the_api_server() {
    let Some(file) = shared("cases/gateway-api-objects/objects.yaml") else { return };
    let objects: Vec<Json> = serde_saphyr::from_multiple(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut judged = 0;
    let mut wrong = Vec::new();
    for object in &objects {
        let name = object["metadata"]["name"].as_str().unwrap();
        if object["apiVersion"].as_str().unwrap().starts_with("gateway.networking.x-k8s.io") {
            continue;
        }
        for (channel, short) in [(Channel::Standard, "std"), (Channel::Experimental, "exp")] {
            let says = |verdict: &str| name.contains(&format!("{short}:{verdict}"));
            let accepted = says("accept") || name == TAKEN_AFTER_ALL || name.starts_with("pos-") && !says("reject");
            judged += 1;
            let found = check(object, channel);
            if (found.is_empty() && unknown_fields(object, channel).is_empty()) != accepted {
                wrong.push(format!("{name} in {channel:?}: {}", join(&found)));
            }
        }
    }
    println!("{} of {judged} verdicts agree", judged - wrong.len());
    assert!(judged > 90, "{judged} verdicts");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn join(found: &[gatelift::validate::gateway_api::Violation]) -> String {
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
