//! Conditions on methods, headers, queries and cookies: which hold together, which follow from others.

use super::known::Languages;
use super::language::{Language, TooLarge, Universe};
use super::paths::{self, Meet};
use crate::model::{Anchoring, FieldMatch, Matcher, PathMatcher, PathRegex, ValueMatcher};

/// Whether every request that `inner` takes is taken by `outer`; false also when that could not be found out.
pub(super) fn covers(outer: &Matcher, inner: &Matcher, languages: &Languages) -> bool {
    (outer.method.is_none() || outer.method == inner.method)
        && families(outer, inner).all(|(outer, inner)| implied(outer, &[inner], languages))
        && paths::within(&inner.path, &outer.path, languages)
}

/// Whether no request is taken by both; false also when that could not be found out.
pub(super) fn disjoint(a: &Matcher, b: &Matcher, languages: &Languages) -> bool {
    let methods = matches!((&a.method, &b.method), (Some(a), Some(b)) if a != b);
    methods
        || families(a, b).any(|(a, b)| {
            a.iter().any(|a| b.iter().any(|b| a.name == b.name && excludes(&a.value, &b.value, languages)))
        })
        || paths::disjoint(&a.path, &b.path, languages)
}

/// Whether `cover` takes every request that both `a` and `b` take; false also when that could not be found out.
pub(super) fn covers_both(cover: &Matcher, a: &Matcher, b: &Matcher, languages: &Languages) -> bool {
    let path = &cover.path;
    (cover.method.is_none() || cover.method == a.method || cover.method == b.method)
        && families(cover, a).zip(families(cover, b)).all(|((cover, a), (_, b))| implied(cover, &[a, b], languages))
        && (paths::within(&a.path, path, languages)
            || paths::within(&b.path, path, languages)
            || matches!(paths::meet(&a.path, &b.path, languages), Meet::Is(both) if paths::within(&both, path, languages)))
}

/// The conditions of two matchers together, on a given path.
pub(super) fn meet(a: &Matcher, b: &Matcher, path: PathMatcher, languages: &Languages) -> Meet<Matcher> {
    let method = match (&a.method, &b.method) {
        (Some(own), Some(other)) if own != other => return Meet::Empty,
        (Some(method), _) | (None, Some(method)) => Some(method.clone()),
        (None, None) => None,
    };
    let mut matcher = Matcher { path, method, headers: Vec::new(), queries: Vec::new(), cookies: Vec::new() };
    let places = [&mut matcher.headers, &mut matcher.queries, &mut matcher.cookies];
    for (place, (a, b)) in places.into_iter().zip(families(a, b)) {
        match folded(a.iter().chain(b), languages) {
            Folded::One(fields) => *place = fields,
            Folded::Several(_) => return Meet::Unknown,
            Folded::Contradiction => return Meet::Empty,
        }
    }
    Meet::Is(matcher)
}

/// Headers with headers, queries with queries, cookies with cookies.
fn families<'a>(a: &'a Matcher, b: &'a Matcher) -> impl Iterator<Item = (&'a [FieldMatch], &'a [FieldMatch])> {
    [(&a.headers, &b.headers), (&a.queries, &b.queries), (&a.cookies, &b.cookies)]
        .into_iter()
        .map(|(a, b)| (a.as_slice(), b.as_slice()))
}

/// Whether every condition of `fields` follows from one among `given`.
fn implied(fields: &[FieldMatch], given: &[&[FieldMatch]], languages: &Languages) -> bool {
    fields.iter().all(|field| {
        let mut candidates = given.iter().flat_map(|given| given.iter());
        candidates.any(|given| given.name == field.name && implies(&given.value, &field.value, languages))
    })
}

/// The conditions on one list of fields, each name once.
pub(super) enum Folded {
    /// One condition a name.
    One(Vec<FieldMatch>),
    /// Some name needs more than one condition.
    Several(Vec<FieldMatch>),
    /// Nothing satisfies them.
    Contradiction,
}

/// Folds conditions on one name into one, in the order in which the names appear.
pub(super) fn folded<'a>(fields: impl Iterator<Item = &'a FieldMatch>, languages: &Languages) -> Folded {
    let mut kept: Vec<FieldMatch> = Vec::new();
    let mut several = false;
    for field in fields {
        let mut value = plain(&field.value);
        let mut place = None;
        let mut at = 0;
        while let Some(other) = kept.get(at) {
            let met = if other.name == field.name { both(&other.value, &value, languages) } else { Meet::Unknown };
            match met {
                Meet::Empty => return Folded::Contradiction,
                Meet::Is(met) => {
                    value = met;
                    place.get_or_insert(at);
                    kept.remove(at);
                }
                Meet::Unknown => at += 1,
            }
        }
        let field = FieldMatch { name: field.name.clone(), value };
        kept.insert(place.unwrap_or(kept.len()).min(kept.len()), field);
    }
    for (index, field) in kept.iter().enumerate() {
        several |= kept.iter().take(index).any(|other| other.name == field.name);
    }
    if several { Folded::Several(kept) } else { Folded::One(kept) }
}

/// The condition without doubled negations.
pub(super) fn plain(value: &ValueMatcher) -> ValueMatcher {
    match value {
        ValueMatcher::Not(inner) => match plain(inner) {
            ValueMatcher::Present => ValueMatcher::Absent,
            ValueMatcher::Absent => ValueMatcher::Present,
            ValueMatcher::Not(value) => *value,
            inner @ (ValueMatcher::Exact(_) | ValueMatcher::Regex(_) | ValueMatcher::Search(_)) => {
                ValueMatcher::Not(Box::new(inner))
            }
        },
        ValueMatcher::Exact(_)
        | ValueMatcher::Regex(_)
        | ValueMatcher::Search(_)
        | ValueMatcher::Present
        | ValueMatcher::Absent => value.clone(),
    }
}

/// What a condition excludes, when it is one that Gateway API cannot say: a rule matches only what is there.
pub(super) fn excluded(value: &ValueMatcher) -> Option<ValueMatcher> {
    match value {
        ValueMatcher::Absent => Some(ValueMatcher::Present),
        ValueMatcher::Not(inner) => Some((**inner).clone()),
        ValueMatcher::Exact(_) | ValueMatcher::Regex(_) | ValueMatcher::Search(_) | ValueMatcher::Present => None,
    }
}

/// Two conditions on one value as one. Both are [`plain`].
fn both(a: &ValueMatcher, b: &ValueMatcher, languages: &Languages) -> Meet<ValueMatcher> {
    if excludes(a, b, languages) {
        Meet::Empty
    } else if implies(a, b, languages) {
        Meet::Is(a.clone())
    } else if implies(b, a, languages) {
        Meet::Is(b.clone())
    } else {
        Meet::Unknown
    }
}

/// Whether every value (or its absence) that satisfies `a` satisfies `b`; false also when that could not be found out.
fn implies(a: &ValueMatcher, b: &ValueMatcher, languages: &Languages) -> bool {
    use ValueMatcher::{Absent, Exact, Not, Present, Regex, Search};
    if a == b {
        return true;
    }
    match (a, b) {
        (Exact(text), _) => b.matches(Some(text)),
        (Absent, _) => b.matches(None),
        (Regex(_) | Search(_), Present) => true,
        (Present | Regex(_) | Search(_), Regex(_) | Search(_)) => {
            compare(a, b, languages, |a, b| a.within(b, Universe::Values))
        }
        (Not(a), Not(b)) => implies(b, a, languages),
        (Present | Regex(_) | Search(_), Not(b)) => excludes(a, b, languages),
        (Present | Regex(_) | Search(_), Absent | Exact(_))
        | (Present, Present)
        | (Not(_), Exact(_) | Regex(_) | Search(_) | Present | Absent) => false,
    }
}

/// Whether no value satisfies both; false also when that could not be found out.
fn excludes(a: &ValueMatcher, b: &ValueMatcher, languages: &Languages) -> bool {
    use ValueMatcher::{Absent, Exact, Not, Present, Regex, Search};
    match (a, b) {
        (Exact(text), other) | (other, Exact(text)) => !other.matches(Some(text)),
        (Absent, other) | (other, Absent) => !other.matches(None),
        (Not(inner), other) | (other, Not(inner)) => implies(other, inner, languages),
        (Regex(_) | Search(_), Regex(_) | Search(_)) => {
            compare(a, b, languages, |a, b| Ok(a.meet(b, Universe::Values)?.is_none()))
        }
        (Present, Present | Regex(_) | Search(_)) | (Regex(_) | Search(_), Present) => false,
    }
}

/// A value that satisfies both conditions; `None` when both hold without one, or none is known.
pub(super) fn example(a: &ValueMatcher, b: &ValueMatcher, languages: &Languages) -> Option<String> {
    let candidates = [a, b].into_iter().filter_map(|value| match value {
        ValueMatcher::Exact(text) => Some(text.clone()),
        ValueMatcher::Regex(_) | ValueMatcher::Search(_) => {
            let own = expression(value)?;
            let known = languages.expression(&own);
            let language = known.language().ok()?;
            let other = [a, b].into_iter().filter(|other| *other != value).find_map(expression).unwrap_or(own);
            language.meet(languages.expression(&other).language().ok()?, Universe::Values).ok()?
        }
        ValueMatcher::Present => Some("1".to_owned()),
        ValueMatcher::Absent | ValueMatcher::Not(_) => None,
    });
    let mut fitting = candidates.filter(|text| a.matches(Some(text)) && b.matches(Some(text)));
    fitting.next()
}

fn compare(
    a: &ValueMatcher,
    b: &ValueMatcher,
    languages: &Languages,
    question: impl Fn(&Language, &Language) -> Result<bool, TooLarge>,
) -> bool {
    let (Some(a), Some(b)) = (expression(a), expression(b)) else { return false };
    let (a, b) = (languages.expression(&a), languages.expression(&b));
    a.language().and_then(|a| question(a, b.language()?)) == Ok(true)
}

fn expression(value: &ValueMatcher) -> Option<PathRegex> {
    let (pattern, anchoring) = match value {
        ValueMatcher::Regex(pattern) => (pattern.as_str(), Anchoring::Full),
        ValueMatcher::Search(pattern) => (pattern.as_str(), Anchoring::Search),
        ValueMatcher::Present => (".*", Anchoring::Full),
        ValueMatcher::Exact(_) | ValueMatcher::Absent | ValueMatcher::Not(_) => return None,
    };
    Some(PathRegex { pattern: pattern.to_owned(), case_insensitive: false, anchoring })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ValueMatcher::{Absent, Exact, Not, Present, Regex, Search};

    fn exact(text: &str) -> ValueMatcher {
        Exact(text.into())
    }

    fn not(value: ValueMatcher) -> ValueMatcher {
        Not(Box::new(value))
    }

    /// The laws hold on every pair, judged by the values themselves.
    #[test]
    fn implication_and_exclusion_agree_with_the_values() {
        let languages = Languages::default();
        let atoms =
            [exact("1"), exact(""), Regex("1|2".into()), Regex(".*".into()), Search("1".into()), Present, Absent];
        let all: Vec<ValueMatcher> =
            atoms.iter().cloned().chain(atoms.iter().map(|atom| plain(&not(atom.clone())))).collect();
        let values = [None, Some(""), Some("1"), Some("2"), Some("12"), Some("x")];
        for a in &all {
            for b in &all {
                let holds = |value: &Option<&str>| a.matches(*value) && b.matches(*value);
                if implies(a, b, &languages) {
                    assert!(values.iter().all(|value| !a.matches(*value) || b.matches(*value)), "{a:?} implies {b:?}");
                }
                if excludes(a, b, &languages) {
                    assert!(!values.iter().any(holds), "{a:?} excludes {b:?}");
                }
                if let Meet::Is(met) = both(a, b, &languages) {
                    assert!(values.iter().all(|value| met.matches(*value) == holds(value)), "{a:?} and {b:?}: {met:?}");
                }
                if let Some(example) = example(a, b, &languages) {
                    assert!(holds(&Some(&example)));
                }
            }
        }
    }

    #[test]
    fn what_matters_is_found_out() {
        let languages = Languages::default();
        assert!(implies(&exact("1"), &Present, &languages));
        assert!(implies(&Absent, &not(exact("1")), &languages));
        assert!(implies(&Regex("a+".into()), &Search("a".into()), &languages));
        assert!(excludes(&exact("1"), &exact("2"), &languages));
        assert!(excludes(&Present, &Absent, &languages));
        assert!(excludes(&exact("1"), &not(Regex("[0-9]".into())), &languages));
        assert!(excludes(&Regex("a+".into()), &Regex("b+".into()), &languages));
        let user = Regex(".*user=dev.*".into());
        assert_eq!(both(&user, &Regex(".*grp=x.*".into()), &languages), Meet::Unknown);
        assert_eq!(plain(&not(not(user.clone()))), user);
    }

    #[test]
    fn conditions_on_one_name_are_folded() {
        let languages = Languages::default();
        let field = |name: &str, value: ValueMatcher| FieldMatch { name: name.into(), value };
        let fields = [field("a", Present), field("b", exact("1")), field("a", exact("2"))];
        let Folded::One(fields) = folded(fields.iter(), &languages) else { panic!("one condition a name") };
        assert_eq!(fields, [field("a", exact("2")), field("b", exact("1"))]);
        let fields = [field("a", exact("1")), field("a", exact("2"))];
        assert!(matches!(folded(fields.iter(), &languages), Folded::Contradiction));
    }
}
