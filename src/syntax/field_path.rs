//! Paths to fields inside a document: `spec.rules[0].host`, `metadata.annotations["a/b"]`.

use std::sync::Arc;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A key of a mapping.
    Key(Arc<str>),
    /// An index of a sequence.
    Index(u32),
}

/// A path from the top of an object or document to a field. Copies share their steps: every node of a routing has one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FieldPath(Arc<[Step]>);

impl FieldPath {
    /// The document or object itself.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Goes down to a key.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.then([Step::Key(Arc::from(key))])
    }

    /// Goes down to an item.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.then([Step::Index(u32::try_from(index).unwrap_or(u32::MAX))])
    }

    /// Goes down a dotted path of plain keys: `field("spec.tls")`.
    #[must_use]
    pub fn field(&self, dotted: &str) -> Self {
        self.then(dotted.split('.').map(|key| Step::Key(Arc::from(key))))
    }

    /// `metadata.annotations["key"]`.
    #[must_use]
    pub fn annotation(key: &str) -> Self {
        Self(["metadata", "annotations", key].map(|key| Step::Key(Arc::from(key))).into())
    }

    /// This path followed by another.
    #[must_use]
    pub fn join(&self, rest: &Self) -> Self {
        self.then(rest.0.iter().cloned())
    }

    fn then(&self, steps: impl IntoIterator<Item = Step>) -> Self {
        Self(self.0.iter().cloned().chain(steps).collect())
    }

    /// The field that holds this one; `None` for the document or object itself.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, above) = self.0.split_last()?;
        Some(Self(above.into()))
    }

    /// The steps from the top.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether this path is the other one or leads to it.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }
}

impl std::fmt::Display for FieldPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) if key.contains(['.', '/', '[', ' ']) => write!(f, "[{key:?}]")?,
                Step::Key(key) if position == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}
