//! Places of fields in the files that were read.

use std::collections::BTreeSet;
use std::path::Path;

use crate::model::Origin;
use crate::report::render::{Place, Places};
use crate::syntax::{DocumentId, Location, Sources, TextPosition};

impl Places for Sources {
    fn locate(&self, origin: &Origin) -> Option<Place<'_>> {
        let location = Self::locate(self, origin.object.document, &origin.document_path())?;
        Some(place(self, location))
    }

    fn document(&self, document: DocumentId) -> Option<(&str, usize)> {
        let (file, range) = self.range(document)?;
        Some((self.name(file), range.start))
    }

    fn position(&self, position: &TextPosition) -> Option<Place<'_>> {
        Some(place(self, Self::position(self, position)))
    }
}

fn place<'s>(sources: &'s Sources, location: Location<'s>) -> Place<'s> {
    let start = location.key.unwrap_or(location.value).start;
    let (line, column) = sources.line_column(location.file, start);
    let span = start as usize..location.value.end.max(start) as usize;
    Place { file: location.name, line, column, text: sources.text(location.file), span }
}

/// Comments that name the fields an object came from, each once, in the order of the files.
pub(super) fn provenance(origins: &[Origin], places: &dyn Places) -> Vec<String> {
    let lines: BTreeSet<_> = origins
        .iter()
        .map(|origin| match places.locate(origin) {
            Some(place) => (place.file, place.line, origin),
            None => ("", 0, origin),
        })
        .collect();
    lines
        .into_iter()
        .map(|(file, line, origin)| {
            let place = if file.is_empty() { String::new() } else { format!("{file}:{line}: ") };
            let field = if origin.path.steps().is_empty() { String::new() } else { format!(", {}", origin.path) };
            format!("from {place}{}{field}", origin.object.label())
        })
        .collect()
}

/// The file that all origins are in, seen from the file or directory that `-f` named; `None` when there are several.
pub(super) fn source_file(origins: &[Origin], places: &dyn Places, named: &[String]) -> Option<String> {
    let files: BTreeSet<_> =
        origins.iter().filter_map(|origin| places.document(origin.object.document)).map(|(file, _)| file).collect();
    let file = files.first().filter(|_| files.len() == 1)?;
    Some(named.iter().find_map(|root| below(file, root)).unwrap_or_else(|| (*file).to_owned()))
}

fn below(file: &str, root: &str) -> Option<String> {
    let rest = Path::new(file).strip_prefix(root).ok()?;
    let name = if rest.as_os_str().is_empty() { Path::new(Path::new(file).file_name()?) } else { rest };
    Some(name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::ObjectRef;
    use crate::syntax::FieldPath;

    /// Every field of document n stands in line n of `in/n.yaml`; document 9 has no text.
    struct Numbered;

    impl Places for Numbered {
        fn locate(&self, origin: &Origin) -> Option<Place<'_>> {
            let line = origin.object.document.0 as usize;
            let file = *["in/0.yaml", "in/1.yaml"].get(line)?;
            Some(Place { file, line, column: 1, text: "", span: 0..0 })
        }

        fn document(&self, document: DocumentId) -> Option<(&str, usize)> {
            Some((["in/0.yaml", "in/1.yaml"].get(document.0 as usize)?, 0))
        }

        fn position(&self, _: &TextPosition) -> Option<Place<'_>> {
            None
        }
    }

    fn origin(document: u32, field: &str) -> Origin {
        let object = Arc::new(ObjectRef {
            kind: "Ingress".to_owned(),
            namespace: "shop".to_owned(),
            name: format!("web-{document}"),
            document: DocumentId(document),
            within: FieldPath::root(),
        });
        if field.is_empty() { Origin::object(&object) } else { Origin::field(&object, FieldPath::root().field(field)) }
    }

    #[test]
    fn provenance_is_sorted_and_said_once() {
        let origins = [origin(1, "spec.rules"), origin(0, ""), origin(9, "spec"), origin(1, "spec.rules")];
        assert_eq!(
            provenance(&origins, &Numbered),
            [
                "from Ingress shop/web-9, spec",
                "from in/0.yaml:0: Ingress shop/web-0",
                "from in/1.yaml:1: Ingress shop/web-1, spec.rules",
            ]
        );
    }

    #[test]
    fn one_source_or_none() {
        let named = ["in".to_owned()];
        let one = [origin(1, "spec"), origin(1, "metadata")];
        assert_eq!(source_file(&one, &Numbered, &named), Some("1.yaml".to_owned()));
        assert_eq!(source_file(&[origin(0, "spec"), origin(1, "spec")], &Numbered, &named), None);
        assert_eq!(source_file(&[], &Numbered, &named), None);
    }

    #[test]
    fn files_below_what_was_named() {
        assert_eq!(below("deploy/shop/web.yaml", "deploy/"), Some("shop/web.yaml".to_owned()));
        assert_eq!(below("deploy/shop/web.yaml", "deploy/shop/web.yaml"), Some("web.yaml".to_owned()));
        assert_eq!(below("deploy/shop/web.yaml", "other"), None);
    }
}
