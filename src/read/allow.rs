//! Comments that accept findings: `# gatelift: allow(G2L203, rule-withheld)`, on the line of a field or above it.

use std::collections::BTreeSet;

use super::at;
use crate::report::{Allow, Code, Diagnostic};
use crate::syntax::{Comment, DocumentId, FieldPath, Sources, TextPosition};

/// What a comment begins with that is meant for us.
const MARK: &str = "gatelift:";

/// The comments of all documents, and what is wrong with some.
pub(super) fn allows(sources: &Sources) -> (Vec<Allow>, Vec<Diagnostic>) {
    let mut allows = Vec::new();
    let mut wrong = Vec::new();
    for document in sources.documents() {
        let Some((file, range)) = sources.range(document) else { continue };
        // Comments cost a parse; nearly no document has one of ours.
        if !sources.text(file).get(range).is_some_and(|text| text.contains(MARK)) {
            continue;
        }
        for comment in sources.comments(document) {
            let Some(directive) = comment.text.trim().strip_prefix(MARK) else { continue };
            let place = Place { sources, document, file, comment: &comment };
            match place.read(directive.trim()) {
                Ok(allow) => allows.push(allow),
                Err(message) => {
                    let help = Code::UnreadableAllow.entry().fix;
                    wrong.push(at(Code::UnreadableAllow, file, comment.span, message).help(help));
                }
            }
        }
    }
    (allows, wrong)
}

/// A comment of ours.
struct Place<'a> {
    sources: &'a Sources,
    document: DocumentId,
    file: usize,
    comment: &'a Comment,
}

impl Place<'_> {
    fn read(&self, directive: &str) -> Result<Allow, String> {
        let codes = codes(directive)?;
        let field = self.field().ok_or("the comment stands neither on the line of a field nor above one")?;
        let comment = TextPosition::new(self.file, self.comment.span);
        Ok(Allow { codes, document: self.document, field, comment })
    }

    /// The field on the comment's line; for a comment on a line of its own, the one on the next line with anything else.
    fn field(&self) -> Option<FieldPath> {
        let (_, range) = self.sources.range(self.document)?;
        let text = self.sources.text(self.file).get(range.clone())?;
        let (line, column) = self.sources.line_column(self.file, self.comment.span.start);
        let (first, _) = self.sources.line_column(self.file, u32::try_from(range.start).ok()?);
        let lines = || text.lines().enumerate().map(|(index, text)| (first + index, text));
        let own = lines().find(|(number, _)| *number == line)?.1;
        let alone = own.chars().take(column - 1).all(char::is_whitespace);
        let is_content = |text: &str| !matches!(text.trim_start().chars().next(), None | Some('#'));
        let (line, text) =
            if alone { lines().find(|(number, text)| *number > line && is_content(text))? } else { (line, own) };
        match text.starts_with("---") {
            true => Some(FieldPath::root()),
            false => self.sources.starting_on(self.document, line),
        }
    }
}

/// `allow(CODE, …)`; a reason may follow.
fn codes(directive: &str) -> Result<BTreeSet<Code>, String> {
    let list = directive.strip_prefix("allow").map(str::trim_start).and_then(|rest| rest.strip_prefix('('));
    let Some((list, _)) = list.and_then(|list| list.split_once(')')) else {
        return Err("expected `gatelift: allow(CODE)`".to_owned());
    };
    let names: Vec<&str> = list.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return Err("no code is named".to_owned());
    }
    names.into_iter().map(code).collect()
}

fn code(name: &str) -> Result<Code, String> {
    Code::find(name).ok_or_else(|| match Code::similar(name) {
        Some(similar) => format!("no such diagnostic `{name}`; did you mean `{similar}`?"),
        None => format!("no such diagnostic `{name}`"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::documents;

    fn read(text: &str) -> (Vec<String>, Vec<String>) {
        let mut sources = Sources::default();
        sources.add("f", text.to_owned(), &documents(text));
        let (allows, wrong) = allows(&sources);
        let allows = allows.iter().map(|allow| format!("{}:{} {:?}", allow.document.0, allow.field, allow.codes));
        (allows.collect(), wrong.into_iter().map(|diagnostic| diagnostic.message).collect())
    }

    #[test]
    fn beside_and_above_a_field() {
        let text = "# gatelift: allow(103)\n---\na:\n  b: 1 # gatelift: allow(G2L203, rule-withheld): reason\n  \
                    # gatelift: allow(209)\n\n  # more\n  c:\n  - d: 1 # gatelift: allow(210)\n    e: 2\n\
                    ---\n# gatelift: allow(211)\na: 1\n--- # gatelift: allow(212)\na: '# gatelift: allow(1)'\n";
        let (allows, wrong) = read(text);
        assert_eq!(wrong, Vec::<String>::new());
        assert_eq!(
            allows,
            [
                "0: {UnknownAnnotation}",
                "0:a.b {WildcardWider, RuleWithheld}",
                "0:a.c {OrderDiffers}",
                "0:a.c[0] {BackendDiffers}",
                "1: {PolicyDiffers}",
                "2: {HostDiffers}",
            ]
        );
    }

    #[test]
    fn what_is_not_understood_is_told() {
        let (allows, wrong) = read(
            "a: 1 # gatelift: alow(203)\nb: 1 # gatelift: allow(rule-witheld)\nc: 1 # gatelift: allow()\n\
             d: 1 # about gatelift: allow(203)\n# gatelift: allow(203)\n",
        );
        assert!(allows.is_empty());
        assert_eq!(
            wrong,
            [
                "expected `gatelift: allow(CODE)`",
                "no such diagnostic `rule-witheld`; did you mean `rule-withheld`?",
                "no code is named",
                "the comment stands neither on the line of a field nor above one",
            ]
        );
    }
}
