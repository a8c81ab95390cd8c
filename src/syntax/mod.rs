//! Text to nodes: YAML and JSON with byte spans of keys and values. Knows nothing of Kubernetes' kinds.

mod field_path;
mod node;
mod text;

pub use field_path::{FieldPath, Step};
pub use node::{Entry, Node, Span, Value};
pub use text::{Sources, TextPosition};

/// Names one document of the input: the n-th in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct DocumentId(pub u32);
