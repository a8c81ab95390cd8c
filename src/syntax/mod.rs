//! Text to nodes: YAML and JSON with byte spans of keys and values. Knows nothing of Kubernetes' kinds.

mod base64;
mod build;
mod de;
mod field_path;
mod mapping;
mod node;
mod scalar;
mod split;
mod text;
mod toml;
mod wildcard;
mod wrong_value;
mod yaml;

pub use base64::decode_base64;
pub use field_path::{FieldPath, Step};
pub use node::{Entry, Node, Span, Value};
pub use split::documents;
pub use text::{Location, Sources, TextPosition};
pub use toml::parse_toml;
pub use wildcard::wildcard;
pub use wrong_value::WrongValue;
pub use yaml::{Comment, MAX_DEPTH, SyntaxError, SyntaxErrorKind, comments, parse};

/// Names one document of the input: the n-th in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct DocumentId(pub u32);
