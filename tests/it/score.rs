//! How an answer is compared with a measured one.

use serde_json::Value as Json;

/// The comparison of cases/score.py; `None` for what is not scored.
pub fn same(expected: &Json, got: &Json) -> Option<bool> {
    if let Some(want) = expected.get("forward") {
        let (service, path) = match (got.get("forward"), got.get("split").and_then(Json::as_object)) {
            (Some(forward), _) => (forward["service"].as_str(), forward["path"].as_str()),
            (None, Some(split)) => {
                let mut served = split.iter().filter(|(_, share)| share.as_u64() != Some(0)).map(|(to, _)| to.as_str());
                let only = served.next().filter(|_| served.next().is_none());
                (only, got["path"].as_str())
            }
            (None, None) => return Some(false),
        };
        return Some(service == want["service"].as_str() && (want["path"].is_null() || path == want["path"].as_str()));
    }
    if let Some(want) = expected.get("split") {
        return Some(match (got.get("split"), got.get("forward")) {
            (Some(split), _) => close(want, split),
            (None, Some(forward)) => {
                let shares = shares(want);
                let total: f64 = shares.iter().map(|(_, share)| share).sum();
                shares.iter().any(|(to, share)| share / total > 0.97 && forward["service"].as_str() == Some(to))
            }
            (None, None) => false,
        });
    }
    if let Some(want) = expected.get("redirect") {
        let location = |redirect: &Json| without_known_port(redirect["location"].as_str().unwrap_or_default());
        let Some(redirect) = got.get("redirect") else { return Some(false) };
        return Some(redirect["status"] == want["status"] && location(redirect) == location(want));
    }
    if let Some(want) = expected.get("respond") {
        let status = want.get("status")?;
        return Some(got["respond"].get("status") == Some(status));
    }
    expected.get("reject").map(|_| got.get("reject").is_some())
}

fn shares(split: &Json) -> Vec<(&str, f64)> {
    split.as_object().unwrap().iter().map(|(to, share)| (to.as_str(), share.as_f64().unwrap())).collect()
}

/// Shares that differ by at most 12 points.
fn close(want: &Json, got: &Json) -> bool {
    let total = |split: &Json| shares(split).iter().map(|(_, share)| share).sum::<f64>().max(1.0);
    let share = |split: &Json, to: &str| split.get(to).and_then(Json::as_f64).unwrap_or_default() / total(split);
    let near = |to: &str| (share(want, to) - share(got, to)).abs() <= 0.12;
    shares(want).iter().all(|(to, _)| near(to)) && shares(got).iter().all(|(to, _)| near(to))
}

fn without_known_port(location: &str) -> String {
    for (scheme, port) in [("http://", ":80"), ("https://", ":443")] {
        if let Some(rest) = location.strip_prefix(scheme) {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            return format!("{scheme}{}{path}", authority.strip_suffix(port).unwrap_or(authority));
        }
    }
    location.to_owned()
}
