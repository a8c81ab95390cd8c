//! Files that are no manifests yet: Helm's and Jinja's `{{ … }}`, and `${VAR}` for envsubst or Flux.

use crate::report::{Code, Diagnostic};
use crate::syntax::{Node, Sources, Span, SyntaxError, TextPosition, Value};

/// Fields whose text is a name: no name holds a placeholder, so one anywhere in it gives the template away.
const NAMES: [&str; 14] = [
    "backend",
    "gateways",
    "group",
    "host",
    "hostname",
    "hostnames",
    "hosts",
    "ingressClassName",
    "kind",
    "name",
    "namespace",
    "secretName",
    "service",
    "serviceName",
];

/// What gives a template away.
#[derive(Debug, Clone)]
pub(super) struct Placeholder {
    pub at: Span,
    /// Why the document does not parse, if it does not.
    pub error: Option<SyntaxError>,
}

/// The message for a file.
pub(super) fn diagnostic(sources: &Sources, file: usize, placeholder: Placeholder) -> Diagnostic {
    let message = "the file is a template, not a manifest";
    let render = if sources.text(file).contains("{{") {
        "render it first: `helm template … | gatelift … -f -`"
    } else {
        "render it first: `envsubst < FILE | gatelift … -f -`"
    };
    let diagnostic = super::at(Code::Template, file, placeholder.at, message).help(render);
    match placeholder.error {
        None => diagnostic,
        Some(error) => {
            let place = sources.position(&TextPosition::new(file, error.span));
            diagnostic.note(format!("as YAML: {} at {}:{}", error.message, place.line, place.column))
        }
    }
}

/// Where a placeholder stands in a document that does not parse: outside comments, as far as lines can tell.
/// `start` is the offset of `document` in its file.
pub(super) fn in_broken(document: &str, start: usize) -> Option<Span> {
    let mut offset = start;
    for line in document.split_inclusive('\n') {
        let code = match line.trim_ascii_start() {
            comment if comment.starts_with('#') => "",
            _ => line.split(" #").next().unwrap_or_default(),
        };
        let substitution = || code.find("${").filter(|at| is_variable(code.get(*at..).unwrap_or_default(), false));
        if let Some(at) = code.find("{{").or_else(substitution) {
            let length =
                code.get(at..).map_or(0, |rest| rest.find('}').map_or(rest.trim_ascii_end().len(), |end| end + 1));
            let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            return Some(Span { start: narrow(offset + at), end: narrow(offset + at + length) });
        }
        offset += line.len();
    }
    None
}

/// Where a placeholder stands in for a value of an object: in a name or host, or as the whole of another value.
///
/// Other values may hold `${…}` for good (nginx snippets, rewrite targets), so there it proves nothing.
pub(super) fn in_object(object: &Node) -> Option<Span> {
    let metadata = object.get("metadata")?;
    let in_metadata = metadata.entries().iter().find_map(|entry| match &*entry.key {
        "name" | "namespace" => in_value(&entry.node, true),
        "annotations" | "labels" => in_value(&entry.node, false),
        _ => None,
    });
    in_metadata.or_else(|| object.get("spec").and_then(|spec| in_value(spec, false)))
}

fn in_value(node: &Node, is_name: bool) -> Option<Span> {
    match &node.value {
        Value::String(text) => holds_placeholder(text, is_name).then_some(node.span),
        Value::Sequence(items) => items.iter().find_map(|item| in_value(item, is_name)),
        Value::Mapping(entries) => entries.iter().find_map(|entry| in_value(&entry.node, NAMES.contains(&&*entry.key))),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => None,
    }
}

fn holds_placeholder(text: &str, is_name: bool) -> bool {
    if is_name {
        let braces = text.find("{{").is_some_and(|at| text.get(at..).is_some_and(|rest| rest.contains("}}")));
        return braces
            || text.match_indices("${").any(|(at, _)| is_variable(text.get(at..).unwrap_or_default(), false));
    }
    let text = text.trim_ascii();
    (text.starts_with("{{") && text.ends_with("}}"))
        || (is_variable(text, true) && text.find('}') == Some(text.len() - 1))
}

/// `${NAME}`, `${NAME:-default}`. nginx writes its own variables small, as `${host}`: where those may stand, only
/// `capitals` count.
fn is_variable(text: &str, capitals: bool) -> bool {
    let Some(rest) = text.strip_prefix("${") else { return false };
    let name_end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    let (name, after) = rest.split_at(name_end);
    let is_name = match name.bytes().next() {
        None | Some(b'0'..=b'9') => false,
        Some(_) => !capitals || !name.bytes().any(|byte| byte.is_ascii_lowercase()),
    };
    is_name && after.starts_with(['}', ':', '-', '=']) && after.contains('}')
}

#[cfg(test)]
mod tests {
    use super::{holds_placeholder, in_broken};

    #[test]
    fn names_hold_no_placeholder_at_all() {
        for text in ["{{ .Values.host }}", "a-{{ x }}-b", "app.${DOMAIN}", "${domain}", "${A:-b}", "${A:=b}.c"] {
            assert!(holds_placeholder(text, true), "{text}");
        }
        for text in ["a.b", "${1}", "$host", "${", "${a b}", "{{", "}}{{"] {
            assert!(!holds_placeholder(text, true), "{text}");
        }
    }

    #[test]
    fn other_values_may_hold_one() {
        for text in ["{{ .Values.port }}", "${PORT}", " ${TARGET:-x} "] {
            assert!(holds_placeholder(text, false), "{text}");
        }
        for text in ["return 301 ${SCHEME}://x", "${host}", "/$1", "${A}/${B}", "x {{ y }}"] {
            assert!(!holds_placeholder(text, false), "{text}");
        }
    }

    #[test]
    fn broken_documents_are_searched_outside_comments() {
        let at = |text| in_broken(text, 10).map(|span| (span.start, span.end));
        assert_eq!(at("a: b\nc: {{ x }}-y\n"), Some((18, 24)));
        assert_eq!(at("# {{ x }}\na: [ # {{ y }}\n"), None);
        assert_eq!(at("a:\n  ${MORE}\nb: [\n"), Some((15, 22)));
        assert_eq!(at("a: [\n"), None);
    }
}
