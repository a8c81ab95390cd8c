//! The table of Gateway API limits and rules against a JSON Schema and a CEL engine on the CRDs themselves.

use std::collections::BTreeSet;

use gatelift::validate::gateway_api::{Channel, Constraint, check, schema};
use serde_json::Value as Json;

use crate::gateway_api_schema::{CHANNELS, NOT_OFFLINE, OWN, shared};

/// Changes objects at random and compares the verdicts with those of a JSON Schema and a CEL engine on the CRDs.
#[test]
fn verdicts_agree_with_the_crds_own_engines() {
    for (channel, name) in CHANNELS {
        let Some(Engines(oracles)) = Engines::load(name) else { return };
        let Some(seeds) = seeds() else { return };
        let mut random = Random(7);
        let mut verdicts = (0, 0);
        let mut wrong = Vec::new();
        for round in 0..2_500 {
            let mut object = seeds[round % seeds.len()].clone();
            for _ in 0..random.below(4) {
                change(&mut object["spec"], &mut random);
            }
            let Some(oracle) = oracles.iter().find(|oracle| oracle.takes(&object)) else { continue };
            let (table, engines) = (verdict(&object, channel), oracle.verdict(&object, channel));
            *(if engines == Verdict::default() { &mut verdicts.0 } else { &mut verdicts.1 }) += 1;
            if table != engines {
                wrong.push(format!("{}\n  table {table:?}\n  CRD   {engines:?}", object));
            }
        }
        println!("{name}: {} accepted, {} refused", verdicts.0, verdicts.1);
        assert!(verdicts.0 > 300 && verdicts.1 > 300, "the objects are too much alike: {verdicts:?}");
        assert!(
            wrong.is_empty(),
            "{} differ, first:\n{}",
            wrong.len(),
            wrong.iter().take(3).cloned().collect::<String>()
        );
    }
}

/// Whether the limits hold, and where they do, which rules are broken.
#[derive(Debug, Default, PartialEq)]
pub struct Verdict {
    pub limits_broken: bool,
    pub rules: BTreeSet<String>,
}

pub fn verdict(object: &Json, channel: Channel) -> Verdict {
    let found = check(object, channel);
    let rules: BTreeSet<String> = found
        .iter()
        .filter_map(|violation| match violation.constraint {
            Constraint::Rule(message) => Some(message.to_owned()),
            _ => None,
        })
        .collect();
    let format = rules.iter().any(|message| OWN.contains(&message.as_str()));
    Verdict {
        limits_broken: found.len() > rules.len() && rules.is_empty() || format,
        rules: if format { BTreeSet::new() } else { rules },
    }
}

/// The engines of every kind and version of a channel.
pub struct Engines(Vec<Oracle>);

impl Engines {
    /// `None` without the CRDs, which is said loudly.
    pub fn load(channel: &str) -> Option<Self> {
        let mut oracles = Vec::new();
        for file in std::fs::read_dir(shared(&format!("crds/gateway-api-v1.6.1-{channel}"))?).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            oracles.extend(Oracle::of(&serde_saphyr::from_multiple::<Json>(&text).unwrap().remove(0)));
        }
        Some(Self(oracles))
    }

    /// `None` for kinds that the table does not have.
    pub fn verdict(&self, object: &Json, channel: Channel) -> Option<Verdict> {
        self.0.iter().find(|oracle| oracle.takes(object)).map(|oracle| oracle.verdict(object, channel))
    }
}

struct Oracle {
    kind: String,
    version: String,
    limits: jsonschema::Validator,
    schema: Json,
    rules: kube_cel::CompiledSchema,
}

impl Oracle {
    fn of(crd: &Json) -> Vec<Self> {
        let kind = crd["spec"]["names"]["kind"].as_str().unwrap_or_default();
        let versions = crd["spec"]["versions"].as_array().into_iter().flatten();
        versions
            .filter(|version| schema(kind, version["name"].as_str().unwrap()).is_some())
            .map(|version| {
                let schema = version["schema"]["openAPIV3Schema"]["properties"]["spec"].clone();
                let limits = jsonschema::options()
                    .with_draft(jsonschema::Draft::Draft4)
                    .should_validate_formats(true)
                    .should_ignore_unknown_formats(true)
                    .build(&schema)
                    .unwrap();
                let rules = kube_cel::compile_schema(&schema);
                assert!(!rules.has_errors(), "{kind}");
                Self {
                    kind: kind.to_owned(),
                    version: version["name"].as_str().unwrap().to_owned(),
                    limits,
                    schema,
                    rules,
                }
            })
            .collect()
    }

    fn takes(&self, object: &Json) -> bool {
        object["kind"] == self.kind && object["apiVersion"] == format!("gateway.networking.k8s.io/{}", self.version)
    }

    fn verdict(&self, object: &Json, channel: Channel) -> Verdict {
        let mut spec = object["spec"].clone();
        prune(&mut spec, &self.schema);
        let spec = kube_cel::apply_defaults(&self.schema, &spec);
        let repeated = check(object, channel).iter().any(|violation| violation.constraint == Constraint::Unique);
        // JSON Schema knows neither list types nor int32.
        if !self.limits.is_valid(&spec) || repeated || int32_exceeded(&spec) {
            return Verdict { limits_broken: true, rules: BTreeSet::new() };
        }
        let errors = kube_cel::Validator::new().validate_compiled(&self.rules, &spec, None);
        let messages = errors.err().map(kube_cel::ValidationErrors::into_vec).unwrap_or_default();
        // A rule that cannot be evaluated (`size` of an absent field) refuses the object under its own message.
        let message = |error: kube_cel::ValidationError| match error.message.starts_with("rule evaluation error") {
            true => message_of(&self.schema, &error.rule).unwrap(),
            false => error.message,
        };
        let rules = messages.into_iter().map(message).filter(|m| !NOT_OFFLINE.contains(&m.as_str()));
        Verdict { limits_broken: false, rules: rules.collect() }
    }
}

fn message_of(schema: &Json, rule: &str) -> Option<String> {
    match schema {
        Json::Object(entries) if entries.get("rule").is_some_and(|text| *text == rule) => {
            entries["message"].as_str().map(str::to_owned)
        }
        Json::Object(entries) => entries.values().find_map(|value| message_of(value, rule)),
        Json::Array(items) => items.iter().find_map(|value| message_of(value, rule)),
        _ => None,
    }
}

fn prune(value: &mut Json, schema: &Json) {
    match value {
        Json::Object(entries) => {
            if let Some(properties) = schema["properties"].as_object() {
                entries.retain(|key, _| properties.contains_key(key));
                for (key, value) in entries {
                    prune(value, &properties[key]);
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| prune(item, &schema["items"])),
        _ => {}
    }
}

fn int32_exceeded(value: &Json) -> bool {
    match value {
        Json::Number(number) => number.as_i64().is_none_or(|n| i32::try_from(n).is_err()),
        Json::Array(items) => items.iter().any(int32_exceeded),
        Json::Object(entries) => entries.values().any(int32_exceeded),
        _ => false,
    }
}

/// Objects to start from: the judged ones and those of the measured cases.
fn seeds() -> Option<Vec<Json>> {
    let judged = shared("cases/gateway-api-objects/objects.yaml")?;
    let mut seeds: Vec<Json> = serde_saphyr::from_multiple(&std::fs::read_to_string(judged).unwrap()).unwrap();
    let mut files: Vec<_> =
        std::fs::read_dir(shared("cases/envoy-gateway")?).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|e| e == "json")) {
        let case: Json = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        seeds.extend(case["objects"].as_array().unwrap().iter().filter(|object| object["spec"].is_object()).cloned());
    }
    seeds.retain(|object| object["apiVersion"].as_str().is_some_and(|v| v.starts_with("gateway.networking.k8s.io/")));
    Some(seeds)
}

/// A linear congruential generator: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn pick<'p>(&mut self, pool: &[&'p str]) -> &'p str {
        pool[self.below(pool.len())]
    }
}

const WORDS: &[&str] = &[
    "",
    "a",
    "/",
    "/a//b",
    "/a/./b",
    "/x/..",
    "/%2F",
    "a#b",
    "/a b",
    "*",
    "*.a.com",
    "a.*.com",
    "10.0.0.1",
    "A.com",
    "Exact",
    "PathPrefix",
    "RegularExpression",
    "HTTP",
    "HTTPS",
    "TLS",
    "TCP",
    "UDP",
    "Terminate",
    "Passthrough",
    "RequestRedirect",
    "URLRewrite",
    "CORS",
    "RequestMirror",
    "RequestHeaderModifier",
    "ExtensionRef",
    "ReplaceFullPath",
    "ReplacePrefixMatch",
    "Service",
    "Secret",
    "1s",
    "0s",
    "2h",
    "1.5s",
    "Hostname",
    "URI",
    "IPAddress",
    "Selector",
    "System",
    "GET",
    "_x",
    ".pkg.Svc",
    "Permanent",
    "Header",
    "Cookie",
    "https://a.com",
    "System/x",
];

const FILTERS: &[&str] = &[
    r#"{"type":"URLRewrite","urlRewrite":{"path":{"type":"ReplacePrefixMatch","replacePrefixMatch":"/x"}}}"#,
    r#"{"type":"RequestRedirect","requestRedirect":{"path":{"type":"ReplacePrefixMatch","replacePrefixMatch":"/x"}}}"#,
    r#"{"type":"RequestRedirect","requestRedirect":{"scheme":"https","statusCode":308}}"#,
    r#"{"type":"CORS","cors":{"allowOrigins":["*","https://a.com"],"allowMethods":["*"],"allowHeaders":["x","*"]}}"#,
    r#"{"type":"RequestMirror","requestMirror":{"backendRef":{"name":"m"},"percent":5,"fraction":{"numerator":200}}}"#,
    r#"{"type":"RequestHeaderModifier","requestHeaderModifier":{"set":[{"name":"a","value":"b"},{"name":"a","value":"c"}]}}"#,
    r#"{"type":"ExternalAuth","externalAuth":{"protocol":"HTTP","grpc":{},"backendRef":{"name":"a","port":1}}}"#,
];

/// Changes one place below a value.
fn change(value: &mut Json, random: &mut Random) {
    match value {
        Json::Object(entries) if !entries.is_empty() => {
            let keys: Vec<String> = entries.keys().cloned().collect();
            let key = &keys[random.below(keys.len())];
            match random.below(12) {
                0 => {
                    entries.remove(key);
                }
                1 => {
                    let field = random.pick(&["sectionName", "hostname", "namespace", "method", "uri", "service"]);
                    entries.insert(field.to_owned(), random.pick(WORDS).into());
                }
                2 => {
                    let filters: Json = serde_json::from_str(&format!("[{}]", random.pick(FILTERS))).unwrap();
                    entries.insert("filters".to_owned(), filters);
                }
                3 => {
                    let timeouts = serde_json::json!({"request": random.pick(WORDS), "backendRequest": "1s"});
                    let session = serde_json::json!({"type": random.pick(&["Cookie", "Header"]),
                        "cookieConfig": {"lifetimeType": random.pick(&["Permanent", "Session"])}});
                    entries.insert("timeouts".to_owned(), timeouts);
                    entries.insert("sessionPersistence".to_owned(), session);
                }
                _ => change(entries.get_mut(key).unwrap(), random),
            }
        }
        Json::Array(items) if !items.is_empty() => {
            let index = random.below(items.len());
            match random.below(6) {
                0 => items.push(items[index].clone()),
                1 => items.push(serde_json::from_str(random.pick(FILTERS)).unwrap()),
                _ => change(&mut items[index], random),
            }
        }
        Json::Number(_) => {
            *value = [0, 1, 80, 302, 304, 101, 65536, 1_000_001, 3_000_000_000_u64][random.below(9)].into();
        }
        _ => *value = random.pick(WORDS).into(),
    }
}
