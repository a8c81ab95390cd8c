//! Values that many nodes have in common.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, LazyLock};

use super::Policies;

/// A value behind a pointer: copies share it until one of them changes.
///
/// The policies of an Ingress hold for all its rules on every port, and passes copy routings of which they change a few
/// hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared<T>(Arc<T>);

impl<T> Default for Shared<Vec<T>> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// Most rules have no policies: all of them share this value.
impl Default for Shared<Policies> {
    fn default() -> Self {
        static NONE: LazyLock<Shared<Policies>> = LazyLock::new(|| Policies::default().into());
        NONE.clone()
    }
}

impl<T: Clone> Shared<T> {
    /// The value alone: a copy, unless nobody shares it.
    #[must_use]
    pub fn into_inner(self) -> T {
        Arc::unwrap_or_clone(self.0)
    }
}

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

impl<T> FromIterator<T> for Shared<Vec<T>> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Vec::from_iter(items).into()
    }
}

impl<'s, T> IntoIterator for &'s Shared<Vec<T>> {
    type Item = &'s T;
    type IntoIter = std::slice::Iter<'s, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
