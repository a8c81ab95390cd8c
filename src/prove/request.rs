//! A concrete request.

use serde::{Deserialize, Serialize};

/// A request as `trace` takes it (docs: `gatelift trace --help`). Unknown fields are left out on reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// Method.
    #[serde(default = "get")]
    pub method: String,
    /// `http` or `https`.
    #[serde(default = "http")]
    pub scheme: String,
    /// Host header; `None` for a request without one.
    pub host: Option<String>,
    /// Path and query.
    pub path: String,
    /// Headers; a value may be a list.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "headers")]
    pub headers: Vec<(String, String)>,
    /// Address of the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Port, when it is not 80 or 443.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// SNI, when it is not the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sni: Option<String>,
    /// Length of the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_bytes: Option<u64>,
    /// How often it is sent; the answer then gives shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<u64>,
    /// The Gateway (`ns/name`) that is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
}

fn get() -> String {
    "GET".to_owned()
}

fn http() -> String {
    "http".to_owned()
}

impl Request {
    /// The port the request arrives on.
    #[must_use]
    pub fn listener_port(&self) -> u16 {
        self.port.unwrap_or(if self.scheme == "https" { 443 } else { 80 })
    }

    /// The first value of a header, whatever the case of its name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

mod headers {
    //! Headers as a JSON object whose values may be lists.
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::collections::BTreeMap;

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Values {
        One(String),
        Many(Vec<String>),
    }

    pub(super) fn serialize<S: Serializer>(headers: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
        let mut map: BTreeMap<&str, Values> = BTreeMap::new();
        for (name, value) in headers {
            match map.remove(name.as_str()) {
                None => map.insert(name, Values::One(value.clone())),
                Some(Values::One(first)) => map.insert(name, Values::Many(vec![first, value.clone()])),
                Some(Values::Many(mut values)) => {
                    values.push(value.clone());
                    map.insert(name, Values::Many(values))
                }
            };
        }
        map.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, String)>, D::Error> {
        let map = Option::<BTreeMap<String, Values>>::deserialize(deserializer)?.unwrap_or_default();
        Ok(map
            .into_iter()
            .flat_map(|(name, values)| match values {
                Values::One(value) => vec![(name, value)],
                Values::Many(values) => values.into_iter().map(|value| (name.clone(), value)).collect(),
            })
            .collect())
    }
}
