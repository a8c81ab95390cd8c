//! SecurityPolicy: who is let in.

use serde_json::Value;

use super::fields::{Fields, texts};
use super::{Settings, tokens};
use crate::model::{
    AccessList, AccessRule, ApiKeys, AuthPath, AuthService, BasicAuth, Cors, ExternalAuth, KeyPlace, Located,
    PasswordScheme, Policies, Preflight, ServicePort, User, UserList,
};
use crate::source::context::World;
use crate::source::gateway_api::grants::Reference;
use crate::source::gateway_api::objects::{Key, Objects};

/// Reads a policy into settings. What Envoy Gateway cannot translate makes it refuse the policy: its routes answer 500
/// (measured: eg-p-sp-basic-missing-secret).
pub(super) fn read(mut fields: Fields, objects: &Objects, settings: &mut Settings) {
    let result = (|| {
        basic_auth(&mut fields, objects, &mut settings.policies)?;
        api_keys(&mut fields, objects, &mut settings.policies)?;
        external_auth(&mut fields, objects, &mut settings.policies)
    })();
    settings.refused = settings.refused.take().or(result.err());
    cors(&mut fields, &mut settings.policies);
    tokens::read(&mut fields, &mut settings.policies);
    authorization(&mut fields, &mut settings.policies);
    settings.policies.foreign.extend(fields.foreign("SecurityPolicy", |_| true));
}

fn cors(fields: &mut Fields, policies: &mut Policies) {
    if fields.peek("cors").is_none() {
        return;
    }
    let list = |fields: &mut Fields, path: &str| fields.texts(path).unwrap_or_default();
    let cors = Cors {
        allow_origins: list(fields, "cors.allowOrigins"),
        allow_methods: list(fields, "cors.allowMethods"),
        allow_headers: list(fields, "cors.allowHeaders"),
        expose_headers: list(fields, "cors.exposeHeaders"),
        allow_credentials: fields.flag("cors.allowCredentials").unwrap_or_default(),
        // 0 for no Access-Control-Max-Age.
        max_age: fields.duration("cors.maxAge").and_then(|ms| u32::try_from(ms / 1000).ok()).unwrap_or_default(),
        preflight: Preflight::Fetch,
    };
    let located = fields.located("cors", cors);
    // An empty object is left where all is taken.
    fields.take("cors", |value| value.as_object().is_some_and(serde_json::Map::is_empty).then_some(()));
    // A CORS filter of the route goes before the policy (measured: eg-p-sp-cors-vs-filter).
    policies.cors.get_or_insert(located);
}

fn authorization(fields: &mut Fields, policies: &mut Policies) {
    let origin = fields.origin("authorization");
    if let Some(list) = fields.take("authorization", access_list) {
        policies.access = Some(Located::new(list, origin));
    }
}

/// Rules that look at addresses alone. The default is to refuse (authorization_types.go, defaultAction).
fn access_list(value: &Value) -> Option<AccessList> {
    let fields = value.as_object()?;
    if fields.keys().any(|key| !matches!(key.as_str(), "defaultAction" | "rules")) {
        return None;
    }
    let rules = fields.get("rules").map_or(Some(&[][..]), |rules| rules.as_array().map(Vec::as_slice))?;
    Some(AccessList {
        rules: rules.iter().map(access_rule).collect::<Option<_>>()?,
        otherwise_refused: fields.get("defaultAction").and_then(Value::as_str) != Some("Allow"),
    })
}

fn access_rule(rule: &Value) -> Option<AccessRule> {
    let fields = rule.as_object()?;
    let principal = fields.get("principal")?.as_object()?;
    if fields.keys().any(|key| !matches!(key.as_str(), "name" | "action" | "principal")) || principal.len() != 1 {
        return None;
    }
    Some(AccessRule {
        admit: fields.get("action")?.as_str()? == "Allow",
        blocks: texts(principal.get("clientCIDRs")?)?,
    })
}

fn basic_auth(fields: &mut Fields, objects: &Objects, policies: &mut Policies) -> Result<(), String> {
    let Some(secret) = secret_ref(fields, "basicAuth.users") else { return Ok(()) };
    fields.take("basicAuth.users", |_| Some(()));
    let users = match data(objects, &secret, fields.namespace("basicAuth"), "BasicAuth")? {
        None => None,
        Some(data) => {
            let file = data.get(".htpasswd").filter(|file| !file.is_empty());
            let named = format!("BasicAuth: secret {}/{}", secret.0, secret.1);
            let file = file.ok_or_else(|| format!("{named} must contain a non-empty \".htpasswd\" key"))?;
            Some(users(file)?)
        }
    };
    let auth = BasicAuth {
        scheme: PasswordScheme::Basic,
        realm: String::new(),
        secret,
        format: UserList::File(".htpasswd"),
        users,
    };
    policies.basic_auth = Some(fields.located("basicAuth", auth));
    Ok(())
}

/// The users of an htpasswd file; Envoy knows `{SHA}` alone.
fn users(file: &str) -> Result<Vec<User>, String> {
    let lines = file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let read = lines.map(|line| {
        let (name, hash) = line.split_once(':').ok_or("BasicAuth: invalid htpasswd format")?;
        if !hash.starts_with("{SHA}") {
            return Err("BasicAuth: unsupported htpasswd format: please use {SHA}".to_owned());
        }
        Ok(User { name: name.to_owned(), hash: hash.to_owned() })
    });
    read.collect()
}

fn api_keys(fields: &mut Fields, objects: &Objects, policies: &mut Policies) -> Result<(), String> {
    if fields.peek("apiKeyAuth").is_none() {
        return Ok(());
    }
    let own = fields.namespace("apiKeyAuth").to_owned();
    let references = fields.take("apiKeyAuth.credentialRefs", |value| value.as_array().cloned()).unwrap_or_default();
    let secrets: Vec<Key> = references.iter().filter_map(|reference| secret(reference, &own)).collect();
    let mut keys = Some(Vec::new());
    for secret in &secrets {
        match (data(objects, secret, &own, "APIKeyAuth")?, &mut keys) {
            (Some(data), Some(keys)) => keys.extend(data.values().cloned()),
            (None, _) | (_, None) => keys = None,
        }
    }
    let sources = fields.take("apiKeyAuth.extractFrom", |value| value.as_array().cloned()).unwrap_or_default();
    let mut places = Vec::new();
    for source in &sources {
        let names = |key: &str| source.get(key).and_then(texts).unwrap_or_default();
        places.extend(names("headers").into_iter().map(KeyPlace::Header));
        places.extend(names("params").into_iter().map(KeyPlace::Query));
        places.extend(names("cookies").into_iter().map(KeyPlace::Cookie));
    }
    policies.api_keys = Some(fields.located("apiKeyAuth", ApiKeys { secrets, places, keys }));
    Ok(())
}

fn external_auth(fields: &mut Fields, objects: &Objects, policies: &mut Policies) -> Result<(), String> {
    if fields.peek("extAuth.http").is_none() {
        return Ok(());
    }
    let own = fields.namespace("extAuth").to_owned();
    let backends = fields.take("extAuth.http.backendRefs", |value| match value.as_array()?.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    });
    let backend = fields.take("extAuth.http.backendRef", |value| Some(value.clone())).or(backends);
    let Some(service) = backend.as_ref().and_then(|backend| service(backend, &own)) else { return Ok(()) };
    let exists = objects.services.contains_key(&(service.namespace.clone(), service.name.clone()));
    if objects.world == World::Closed && !objects.services.is_empty() && is_service(backend.as_ref()) && !exists {
        return Err(format!("ExtAuth: Service {}/{} not found", service.namespace, service.name));
    }
    let before = AuthPath::Before(fields.text("extAuth.http.path").unwrap_or_default());
    let auth = ExternalAuth {
        to: AuthService::Service(service),
        path: fields.text("extAuth.http.pathOverride").map_or(before, AuthPath::Fixed),
        request_headers: Some(fields.texts("extAuth.headersToExtAuth").unwrap_or_default()),
        response_headers: fields.texts("extAuth.http.headersToBackend").unwrap_or_default(),
        fail_open: fields.flag("extAuth.failOpen").unwrap_or_default(),
        ..ExternalAuth::default()
    };
    policies.external_auth = Some(fields.located("extAuth", auth));
    Ok(())
}

fn is_service(backend: Option<&Value>) -> bool {
    backend.and_then(|backend| backend.get("kind")).and_then(Value::as_str).unwrap_or("Service") == "Service"
}

/// A backendRef as a Service port.
pub(super) fn service(reference: &Value, own: &str) -> Option<ServicePort> {
    let text = |key: &str| reference.get(key).and_then(Value::as_str).map(str::to_owned);
    let port = reference.get("port").and_then(Value::as_u64).and_then(|port| u16::try_from(port).ok());
    Some(ServicePort {
        namespace: text("namespace").unwrap_or_else(|| own.to_owned()),
        name: text("name")?,
        port: port.unwrap_or_default(),
        port_name: None,
    })
}

fn secret_ref(fields: &Fields, path: &str) -> Option<Key> {
    secret(fields.peek(path)?, fields.namespace(path))
}

/// Namespace and name of a Secret.
pub(super) fn secret(reference: &Value, own: &str) -> Option<Key> {
    let text = |key: &str| reference.get(key).and_then(Value::as_str).map(str::to_owned);
    Some((text("namespace").unwrap_or_else(|| own.to_owned()), text("name")?))
}

type Data = std::collections::BTreeMap<String, String>;

/// What a Secret holds; `None` where the input does not tell.
fn data<'o>(objects: &'o Objects, secret: &Key, own: &str, what: &str) -> Result<Option<&'o Data>, String> {
    let granted = objects.granted(&Reference {
        from_group: super::GROUP,
        from_kind: "SecurityPolicy",
        from_namespace: own,
        to_group: "",
        to_kind: "Secret",
        to_namespace: &secret.0,
        to_name: &secret.1,
    });
    if !granted {
        return Err(format!(
            "{what}: certificate ref to secret {}/{} not permitted by any ReferenceGrant",
            secret.0, secret.1
        ));
    }
    match objects.secret_data.get(secret) {
        // The names of Secrets' keys may stand in the input without their values.
        Some(data) => Ok(Some(data)),
        None if objects.world == World::Closed && !objects.secrets.contains_key(secret) => {
            Err(format!("{what}: secret {}/{} does not exist", secret.0, secret.1))
        }
        None => Ok(None),
    }
}
