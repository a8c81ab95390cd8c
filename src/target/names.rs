//! Names of objects and listeners: readable, at most 63 characters, never the same twice, the same on every run.

use std::collections::BTreeMap;

/// What a DNS label may hold (RFC 1123). Object names may be longer, but implementations put them into labels.
pub(super) const LABEL: usize = 63;

/// A name that is wanted for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// What is named, told apart from everything else in the scope: decides the suffix where one is needed.
    pub key: String,
    /// The name it has when it fits and nobody else wants it.
    pub name: String,
    /// Longest length.
    pub limit: usize,
}

/// One name for each, in order. Where several want one name, or it had to be cut, all of them end in a hash of their
/// key, so that no name depends on the order of the input.
pub(super) fn unique(wanted: &[Wanted]) -> Vec<String> {
    let mut names: Vec<String> = wanted.iter().map(|one| fit(&one.name, &one.key, one.limit)).collect();
    for round in 0..wanted.len() {
        let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
        for name in &names {
            *uses.entry(name).or_default() += 1;
        }
        let clashes: Vec<bool> = names.iter().map(|name| uses.get(name.as_str()).is_some_and(|n| *n > 1)).collect();
        if !clashes.contains(&true) {
            break;
        }
        for (position, one) in wanted.iter().enumerate() {
            if clashes.get(position) == Some(&true)
                && let Some(name) = names.get_mut(position)
            {
                // The first round is enough unless two hashes are the same.
                let salt = if round == 0 { String::new() } else { format!("#{round}#{position}") };
                *name = suffixed(&label(&one.name), &format!("{}{salt}", one.key), one.limit);
            }
        }
    }
    names
}

/// A name of its own: cut and marked with a hash of `key` when it is too long.
pub(super) fn fit(name: &str, key: &str, limit: usize) -> String {
    let name = label(name);
    if name.len() <= limit { name } else { suffixed(&name, key, limit) }
}

/// A name for exactly these words: marked with their hash when they had to be changed or cut, so that the same words
/// have the same name in every run and other words have another.
pub(super) fn of_words(words: &str, limit: usize) -> String {
    let name = label(words);
    if name == words && name.len() <= limit { name } else { suffixed(&name, words, limit) }
}

/// A name marked with the hash of a key.
pub(super) fn marked(name: &str, key: &str, limit: usize) -> String {
    suffixed(&label(name), key, limit)
}

/// `*.example.com` as part of a name; never that of `example.com`.
pub(super) fn host_part(host: &str) -> String {
    match host.strip_prefix("*.") {
        Some(suffix) => format!("wildcard-{suffix}"),
        None => host.to_owned(),
    }
}

/// Lower-case letters, digits and inner `-`.
fn label(text: &str) -> String {
    let cleaned: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let trimmed = cleaned.trim_matches('-');
    if trimmed.is_empty() { "default".to_owned() } else { trimmed.to_owned() }
}

fn suffixed(name: &str, key: &str, limit: usize) -> String {
    let hash = format!("{:08x}", hash(key));
    let room = limit.saturating_sub(hash.len() + 1);
    let head: String = name.chars().take(room).collect();
    format!("{}-{hash}", head.trim_end_matches('-'))
}

/// FNV-1a folded to 32 bits: the same on every platform and in every release, which std's hashers do not promise.
fn hash(text: &str) -> u32 {
    let long = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    ((long >> 32) ^ (long & 0xffff_ffff)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(names: &[&str]) -> Vec<Wanted> {
        names.iter().map(|n| Wanted { key: (*n).to_owned(), name: host_part(n), limit: LABEL }).collect()
    }

    #[test]
    fn dots_and_dashes_do_not_meet() {
        let names = unique(&wanted(&["a-b.com", "a.b.com", "c.com"]));
        assert_eq!(names[2], "c-com");
        assert!(names[0].starts_with("a-b-com-") && names[1].starts_with("a-b-com-"));
        assert_ne!(names[0], names[1]);
        let mut turned = unique(&wanted(&["a.b.com", "c.com", "a-b.com"]));
        turned.rotate_right(1);
        assert_eq!(turned[0], names[0], "the order of the input has no say");
    }

    #[test]
    fn a_wildcard_is_not_its_parent() {
        assert_eq!(unique(&wanted(&["*.example.com", "example.com"])), ["wildcard-example-com", "example-com"]);
    }

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let (a, b) = (format!("{}1.com", "x".repeat(70)), format!("{}2.com", "x".repeat(70)));
        let names = unique(&wanted(&[&a, &b]));
        assert!(names.iter().all(|n| n.len() == LABEL));
        assert_ne!(names[0], names[1]);
    }

    #[test]
    fn the_same_key_twice_still_gets_two_names() {
        let names = unique(&wanted(&["a.com", "a.com"]));
        assert_ne!(names[0], names[1]);
    }
}
