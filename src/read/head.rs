//! The kind of a document, seen without parsing it.

/// Group and kind of a document in block style whose first level says them plainly, each once; `None` where only
/// parsing can tell. Lists tell nothing here: what matters is in them.
///
/// Most of what people pass (Deployments, ConfigMaps, dashboards) is of no interest, and is not parsed for that.
/// Keys of the first level are the only text at the start of a line that reads `kind:`, short of a quoted scalar
/// that runs over lines without indentation, which is why both keys must be there exactly once.
pub(super) fn group_and_kind(text: &str) -> Option<(&str, &str)> {
    let mut api_version = None;
    let mut kind = None;
    for line in text.lines() {
        let (slot, rest) = if let Some(rest) = line.strip_prefix("kind:") {
            (&mut kind, rest)
        } else if let Some(rest) = line.strip_prefix("apiVersion:") {
            (&mut api_version, rest)
        } else {
            continue;
        };
        if slot.replace(plain(rest)?).is_some() {
            return None;
        }
    }
    let (api_version, kind) = (api_version?, kind?);
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    (!kind.ends_with("List")).then_some((group, kind))
}

/// Whether texts hold objects that ask under which service accounts pods run.
pub(super) fn asks_for_accounts(text: &str) -> bool {
    text.contains("access.smi-spec.io/")
}

/// Whether a workload runs anything but ingress-nginx, as nearly all do: only a controller's command line is of interest,
/// so that the others need not be parsed, nor be free of placeholders.
pub(super) fn is_other_workload(group: &str, kind: &str, text: &str) -> bool {
    match (group, kind) {
        ("apps", "Deployment" | "DaemonSet") => {
            !["ingress-nginx", "nginx-ingress-controller"].iter().any(|name| text.contains(name))
        }
        ("apps" | "batch", _) | ("", "Pod") => true,
        _ => false,
    }
}

/// A value that means just what it says: ` networking.k8s.io/v1`, without quotes, anchors or placeholders.
fn plain(rest: &str) -> Option<&str> {
    let value = rest.strip_prefix([' ', '\t'])?;
    let value = value.split_once(" #").map_or(value, |(value, _)| value).trim_ascii();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/' | b'-');
    (value.starts_with(|first: char| first.is_ascii_alphabetic()) && value.bytes().all(is_plain)).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::group_and_kind;

    #[test]
    fn plain_heads_are_seen() {
        assert_eq!(group_and_kind("apiVersion: v1\nkind: Service\n"), Some(("", "Service")));
        let text = "# x\r\n---\r\nkind:  Ingress # web\r\napiVersion: networking.k8s.io/v1\r\nspec: {}\r\n";
        assert_eq!(group_and_kind(text), Some(("networking.k8s.io", "Ingress")));
    }

    #[test]
    fn everything_else_is_left_to_the_parser() {
        for text in [
            "kind: Service\n",
            "apiVersion: v1\n  kind: Service\n",
            "apiVersion: v1\nkind: List\n",
            "apiVersion: v1\nkind: Service\nkind: Ingress\n",
            "apiVersion: {{ .Values.v }}\nkind: Ingress\n",
            "apiVersion: v1\nkind: \"Service\"\n",
            "apiVersion: v1\nkind: &k Service\n",
            "apiVersion: v1\nkind:\n  Service\n",
            "{apiVersion: v1, kind: Service}",
        ] {
            assert_eq!(group_and_kind(text), None, "{text}");
        }
    }
}
