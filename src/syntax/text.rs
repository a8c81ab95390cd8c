//! The input's text, kept for messages, and the way from a field back to its place in the text.

use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::yaml::{Comment, comments, parse};
use super::{DocumentId, FieldPath, Node, Span, Step};

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextPosition {
    /// Index of the file in [`Sources`].
    pub file: usize,
    /// Where in it.
    pub span: (u32, u32),
}

impl TextPosition {
    /// A place in a file.
    #[must_use]
    pub fn new(file: usize, span: Span) -> Self {
        Self { file, span: (span.start, span.end) }
    }
}

/// Where a field stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location<'a> {
    /// The name of the file.
    pub name: &'a str,
    /// Index of the file in [`Sources`].
    pub file: usize,
    /// The line on which the value starts, from 1.
    pub line: usize,
    /// The column at which it starts, in characters, from 1.
    pub column: usize,
    /// The value, in bytes of the file.
    pub value: Span,
    /// The key before it; none for items of lists and for whole documents.
    pub key: Option<Span>,
}

/// Every file of the input with its text, and the documents in them.
///
/// Trees are not kept: [`locate`](Self::locate) reads the one document again, and remembers it for a while, since
/// messages about one document come together.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<File>,
    documents: Vec<Document>,
    recent: Mutex<Recent>,
}

/// Trees read again for messages: the longest document (often one list of everything) and some short ones.
#[derive(Debug, Default)]
struct Recent(Vec<(DocumentId, usize, Arc<Node>)>);

/// Bytes of text whose trees are remembered; a longer document is remembered alone.
const REMEMBERED: usize = 1 << 20;

#[derive(Debug, Clone)]
struct File {
    name: Box<str>,
    text: Box<str>,
    /// Offsets at which lines start, from the second line on.
    lines: OnceLock<Box<[u32]>>,
}

#[derive(Debug, Clone)]
struct Document {
    file: u32,
    start: u32,
    end: u32,
}

impl Clone for Sources {
    fn clone(&self) -> Self {
        Self { files: self.files.clone(), documents: self.documents.clone(), recent: Mutex::default() }
    }
}

impl Sources {
    /// Takes a file and the documents in it; gives its index. Offsets are 32 bits: `text` is under 4 GiB.
    pub fn add(&mut self, name: &str, text: String, documents: &[Range<usize>]) -> usize {
        let file = self.files.len();
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.documents.extend(documents.iter().map(|range| Document {
            file: narrow(file),
            start: narrow(range.start),
            end: narrow(range.end),
        }));
        self.files.push(File { name: name.into(), text: text.into_boxed_str(), lines: OnceLock::new() });
        file
    }

    /// Every document, in reading order.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = DocumentId> + use<> {
        (0..u32::try_from(self.documents.len()).unwrap_or(u32::MAX)).map(DocumentId)
    }

    /// The file that holds a document, and where in its text the document stands.
    #[must_use]
    pub fn range(&self, document: DocumentId) -> Option<(usize, Range<usize>)> {
        let document = self.documents.get(document.0 as usize)?;
        Some((document.file as usize, document.start as usize..document.end as usize))
    }

    /// The name of a file; empty for a file that is not there.
    #[must_use]
    pub fn name(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |file| &file.name)
    }

    /// The text of a file, without a byte order mark; empty for a file that is not there.
    #[must_use]
    pub fn text(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |file| &file.text)
    }

    /// Line and column of a byte of a file, both from 1, the column in characters.
    #[must_use]
    pub fn line_column(&self, file: usize, offset: u32) -> (usize, usize) {
        let Some(file) = self.files.get(file) else { return (1, 1) };
        let starts = file.lines.get_or_init(|| line_starts(&file.text));
        let line = starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|before| starts.get(before)).copied().unwrap_or(0);
        let before = file.text.as_bytes().get(start as usize..offset as usize).unwrap_or_default();
        // Bytes that continue a character (10xxxxxx) are no column of their own.
        (line + 1, 1 + before.iter().filter(|byte| **byte & 0xC0 != 0x80).count())
    }

    /// Where a place in the text is, for messages that name no field.
    #[must_use]
    pub fn position(&self, position: &TextPosition) -> Location<'_> {
        let (start, end) = position.span;
        self.location(position.file, Span { start, end }, None)
    }

    /// Where a field stands; a field that the text leaves out (defaulted, missing) is said to stand where the nearest
    /// one above it does. `None` for documents without text or that cannot be read.
    #[must_use]
    pub fn locate(&self, document: DocumentId, path: &FieldPath) -> Option<Location<'_>> {
        let (file, _) = self.range(document)?;
        let root = self.tree(document)?;
        let (mut node, mut key) = (&*root, None);
        for step in path.steps() {
            let below = match step {
                Step::Key(name) => node.entry(name).map(|entry| (&entry.node, Some(entry.key_span))),
                Step::Index(index) => node.items().get(*index as usize).map(|item| (item, None)),
            };
            let Some(below) = below else { break };
            (node, key) = below;
        }
        Some(self.location(file, node.span, key))
    }

    /// The outermost field (key or item) that begins on a line, from 1; the document itself where its first field does.
    #[must_use]
    pub fn starting_on(&self, document: DocumentId, line: usize) -> Option<FieldPath> {
        let (file, _) = self.range(document)?;
        let root = self.tree(document)?;
        let mut open = vec![(FieldPath::root(), &*root, root.span.start)];
        while let Some((path, node, start)) = open.pop() {
            if self.line_column(file, start).0 == line {
                return Some(path);
            }
            // Fields follow each other in the text: the one to look into is the last that begins before the line.
            let entries = node.entries().iter().map(|entry| (path.key(&entry.key), &entry.node, entry.key_span.start));
            let items = node.items().iter().enumerate().map(|(index, item)| (path.index(index), item, item.span.start));
            let mut below: Vec<_> = entries.chain(items).collect();
            below.reverse();
            let passed = below.iter().position(|(.., start)| self.line_column(file, *start).0 < line);
            let exact = below.iter().rposition(|(.., start)| self.line_column(file, *start).0 == line);
            open = match (exact, passed) {
                (Some(found), _) | (None, Some(found)) => vec![below.swap_remove(found)],
                (None, None) => Vec::new(),
            };
        }
        None
    }

    /// The comments of a document, for directives inside them.
    #[must_use]
    pub fn comments(&self, document: DocumentId) -> Vec<Comment> {
        self.range(document).map(|(file, range)| comments(self.text(file), range)).unwrap_or_default()
    }

    fn location(&self, file: usize, value: Span, key: Option<Span>) -> Location<'_> {
        let (line, column) = self.line_column(file, value.start);
        Location { name: self.name(file), file, line, column, value, key }
    }

    fn tree(&self, document: DocumentId) -> Option<Arc<Node>> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = recent.get(document) {
            return Some(tree);
        }
        let (file, range) = self.range(document)?;
        recent.make_room(range.len());
        let length = range.len();
        let tree = Arc::new(parse(self.text(file), range).ok()??);
        recent.0.push((document, length, Arc::clone(&tree)));
        Some(tree)
    }
}

impl Recent {
    fn get(&self, document: DocumentId) -> Option<Arc<Node>> {
        self.0.iter().find(|(id, ..)| *id == document).map(|(.., tree)| Arc::clone(tree))
    }

    fn make_room(&mut self, length: usize) {
        let longest = self.0.iter().map(|(_, length, _)| *length).max().unwrap_or(0);
        let short: usize = self.0.iter().map(|(_, length, _)| *length).sum::<usize>() - longest;
        if length > REMEMBERED.max(longest) {
            self.0.clear();
        } else if short + length > REMEMBERED {
            self.0.retain(|(_, length, _)| *length == longest);
            self.0.truncate(1);
        }
    }
}

fn line_starts(text: &str) -> Box<[u32]> {
    let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    ends.filter_map(|(at, _)| u32::try_from(at + 1).ok()).collect()
}
