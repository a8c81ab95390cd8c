//! Annotations as a table: one row an annotation. A dialect writes its rows with [`annotations!`] and gets the typed
//! settings, the reader, and the rows themselves for `explain`, the reference and completions.

use crate::model::Origin;

/// A row of a dialect's table.
#[derive(Debug)]
pub struct AnnotationEntry {
    /// The name after the prefix and its `/`.
    pub key: &'static str,
    /// Other names of the same setting, used when `key` is absent or empty.
    pub aliases: &'static [&'static str],
    /// Which values are accepted, for people.
    pub syntax: &'static str,
    /// What the setting does.
    pub meaning: &'static str,
    /// Annotations that the controller reads together.
    pub family: &'static str,
    /// What holds without the annotation.
    pub default: &'static str,
    /// How far the controller distrusts it.
    pub risk: Risk,
    /// What kind of effect it has on traffic.
    pub category: Category,
    /// What the controller does when its validator refuses the value.
    pub refused: Refusal,
    /// What the controller does when the value is there but empty.
    pub empty: Refusal,
    /// Other annotations on which this one depends.
    pub needs: &'static [Need],
}

/// How dangerous a controller holds an annotation to be (ingress-nginx `annotations-risk-level`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Risk {
    /// A fixed set of values.
    #[default]
    Low,
    /// Free text of few characters.
    Medium,
    /// Regular expressions or the controller's variables.
    High,
    /// Configuration text that is not checked.
    Critical,
}

/// What kind of effect an annotation has: decides what its loss means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Where requests go, or where clients are sent.
    Routing,
    /// Who is let through. Losing it opens the backend.
    Protection,
    /// How requests are treated on their way: limits, timeouts, affinity, CORS, TLS.
    Policy,
    /// What headers the backend or the client sees.
    Header,
    /// Nothing that a client or a backend could tell apart.
    DropSafe,
}

/// What a controller does with a value that it refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// It goes on as if the annotation were absent.
    Default,
    /// It goes on without the whole family.
    Lost,
    /// It closes the paths of the object (503).
    Denied,
    /// It closes the hosts of the object (403).
    Forbidden,
    /// It leaves out the whole object.
    Skipped,
}

/// How an annotation depends on others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It is not even read unless one of these is in force.
    ToBeRead(&'static [&'static str]),
    /// It is read and checked, but does nothing unless one of these is in force.
    ToAct(&'static [&'static str]),
    /// It is not read when one of these is in force.
    Unless(&'static [&'static str]),
}

/// A value's syntax: the controller's validator, and what it makes of a valid text.
#[derive(Debug)]
pub struct Syntax<T> {
    /// Which values are accepted, for people.
    pub accepts: &'static str,
    /// The validator, given the text as written. Not asked about empty texts.
    pub valid: fn(&str) -> bool,
    /// The conversion.
    pub convert: fn(&str) -> Result<T, Problem>,
}

/// Why a text is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The validator refuses it.
    Invalid,
    /// It is empty, or (with validators switched off) not of the right type.
    Unreadable,
    /// It passed the validator and failed later on, with an outcome of its own.
    Later(Refusal, &'static str),
}

impl<T> Syntax<T> {
    /// Reads a text; `validate` switches the validator on (`--enable-annotation-validation`).
    ///
    /// # Errors
    /// The step that refused the text.
    pub fn read(&self, text: &str, validate: bool) -> Result<T, Problem> {
        if validate && !text.is_empty() && !(self.valid)(text) {
            return Err(Problem::Invalid);
        }
        (self.convert)(text)
    }
}

/// Whether a value switches something on: what other annotations mean by "in force".
pub trait Switch {
    /// `false` and `0` are off, every other value is on.
    fn is_on(&self) -> bool {
        true
    }
}

impl Switch for bool {
    fn is_on(&self) -> bool {
        *self
    }
}

impl Switch for i64 {
    fn is_on(&self) -> bool {
        *self != 0
    }
}

impl Switch for u64 {}
impl Switch for u16 {}
impl Switch for String {}
impl<T> Switch for Vec<T> {}

/// The known name that is most like an unknown one, if any is like it at all.
#[must_use]
pub fn suggestion<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|name| (strsim::normalized_damerau_levenshtein(unknown, name), name))
        .filter(|(likeness, _)| *likeness >= 0.7)
        .max_by(|(a, left), (b, right)| a.total_cmp(b).then(right.cmp(left)))
        .map(|(_, name)| name)
}

/// The annotations that are set, with their rows.
pub type Each<'a> = std::vec::IntoIter<(&'static AnnotationEntry, &'a Origin)>;

/// Writes a dialect's table. A row reads
/// `field: Type = "key" [SYNTAX] Risk Category, default "…"` and then, where they differ from "the default is used",
/// `, refused Outcome`, `, empty Outcome`, `, needs Need ["other"]` and `, aliases ["other"]`. Rows stand in the order
/// in which the controller reads them, because it stops at the first one that it refuses.
macro_rules! annotations {
    (
        $(#[$attribute:meta])*
        pub struct $settings:ident { $($(#[$extra_attribute:meta])* pub $extra:ident: $extra_type:ty,)* }
        $(family $family:literal {
            $(
                $(#[doc = $meaning:literal])+
                $field:ident: $type:ty = $key:literal [$syntax:expr] $risk:ident $category:ident, default $default:literal
                    $(, refused $refused:ident)?
                    $(, empty $empty:ident)?
                    $(, needs $need:ident $others:tt)*
                    $(, aliases $aliases:tt)?;
            )+
        })+
    ) => {
        $(#[$attribute])*
        pub struct $settings {
            $($($(#[doc = $meaning])+ pub $field: Option<$crate::model::Located<$type>>,)+)+
            $($(#[$extra_attribute])* pub $extra: $extra_type,)*
        }

        /// Every annotation of the dialect, in the order in which the controller reads them.
        pub const ANNOTATIONS: &[$crate::source::annotation::AnnotationEntry] = &[
            $($($crate::source::annotation::AnnotationEntry {
                key: $key,
                aliases: annotations!(@slice $($aliases)?),
                syntax: $syntax.accepts,
                meaning: concat!($($meaning),+).trim_ascii(),
                family: $family,
                default: $default,
                risk: $crate::source::annotation::Risk::$risk,
                category: $crate::source::annotation::Category::$category,
                refused: annotations!(@refusal $($refused)?),
                empty: annotations!(@refusal $($empty)?),
                needs: &[$($crate::source::annotation::Need::$need(&$others)),*],
            },)+)+
        ];

        impl $settings {
            /// The annotations that are set, with their rows, in the order of the table.
            #[must_use]
            pub fn each(&self) -> $crate::source::annotation::Each<'_> {
                let origins = [$($(self.$field.as_ref().map(|value| &value.origin),)+)+];
                let set: Vec<_> =
                    ANNOTATIONS.iter().zip(origins).filter_map(|(entry, origin)| Some((entry, origin?))).collect();
                set.into_iter()
            }

            /// Reads one annotation's text into its field.
            pub(super) fn accept(
                &mut self,
                key: &str,
                text: &str,
                validate: bool,
                origin: &$crate::model::Origin,
            ) -> Result<(), $crate::source::annotation::Problem> {
                match key {
                    $($($key => {
                        let value = $syntax.read(text, validate)?;
                        self.$field = Some($crate::model::Located::new(value, origin.clone()));
                    })+)+
                    _ => {}
                }
                Ok(())
            }

            /// Takes a field back.
            pub(super) fn withdraw(&mut self, key: &str) {
                match key {
                    $($($key => self.$field = None,)+)+
                    _ => {}
                }
            }

            /// Whether an annotation is set and not off.
            pub(super) fn in_force(&self, key: &str) -> bool {
                use $crate::source::annotation::Switch as _;
                match key {
                    $($($key => self.$field.as_ref().is_some_and(|value| value.value.is_on()),)+)+
                    _ => false,
                }
            }
        }
    };
    (@slice) => { &[] };
    (@slice $list:tt) => { &$list };
    (@refusal) => { $crate::source::annotation::Refusal::Default };
    (@refusal $refusal:ident) => { $crate::source::annotation::Refusal::$refusal };
}
pub(crate) use annotations;

#[cfg(test)]
mod tests {
    use super::suggestion;

    #[test]
    fn suggests_only_what_is_alike() {
        let known = ["rewrite-target", "proxy-body-size", "use-regex"];
        assert_eq!(suggestion("rewrite-traget", known.into_iter()), Some("rewrite-target"));
        assert_eq!(suggestion("proxy_body_size", known.into_iter()), Some("proxy-body-size"));
        assert_eq!(suggestion("something-else", known.into_iter()), None);
    }
}
