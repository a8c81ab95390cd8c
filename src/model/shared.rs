//! Values that many nodes have in common.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A value behind a pointer: copies share it until one of them changes.
///
/// The policies of an Ingress hold for all its rules on every port, and passes copy rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shared<T>(Arc<T>);

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

impl<T> From<T> for Shared<T> {
    fn from(value: T) -> Self {
        Self(Arc::new(value))
    }
}
