//! Unified differences, as `diff -u -N` writes them.

use colored::{Color, ColoredString, Colorize};
use similar::{ChangeTag, TextDiff};

use super::Change;

/// The difference as text; empty when there is none. `before` and `after` name the sides.
#[must_use]
pub fn unified(change: &Change, before: &str, after: &str, is_colored: bool) -> String {
    let (old, new) = (change.before.as_deref().unwrap_or_default(), change.after.as_deref().unwrap_or_default());
    let diff = TextDiff::from_lines(old, new);
    let paint = |line: &str, color: Color| if is_colored { painted(line, color) } else { line.to_owned() };
    let mut text = String::new();
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        if text.is_empty() {
            text += &paint(&format!("--- {before}/{}", change.name), Color::Red);
            text.push('\n');
            text += &paint(&format!("+++ {after}/{}", change.name), Color::Green);
            text.push('\n');
        }
        text += &paint(&hunk.header().to_string(), Color::Cyan);
        text.push('\n');
        for line in hunk.iter_changes() {
            let shown = line.value().trim_end_matches('\n');
            text += &match line.tag() {
                ChangeTag::Equal => format!(" {shown}"),
                ChangeTag::Delete => paint(&format!("-{shown}"), Color::Red),
                ChangeTag::Insert => paint(&format!("+{shown}"), Color::Green),
            };
            text.push('\n');
        }
    }
    text
}

/// The colour whatever the crate thinks of the terminal: the command line has decided.
fn painted(line: &str, color: Color) -> String {
    let line: ColoredString = line.color(color);
    let code = line.fgcolor.map(|color| color.to_fg_str().into_owned()).unwrap_or_default();
    format!("\x1b[{code}m{}\x1b[0m", line.input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(before: &str, after: &str) -> Change {
        Change { name: "v1.X.ns.a".to_owned(), before: Some(before.to_owned()), after: Some(after.to_owned()) }
    }

    #[test]
    fn as_diff_writes_it() {
        assert_eq!(
            unified(&change("a\nb\nc\n", "a\nx\nc\n"), "LIVE", "MERGED", false),
            "--- LIVE/v1.X.ns.a\n+++ MERGED/v1.X.ns.a\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"
        );
        assert_eq!(unified(&change("a\n", "a\n"), "LIVE", "MERGED", false), "");
        let made = Change { before: None, ..change("", "a\n") };
        assert!(unified(&made, "LIVE", "MERGED", false).ends_with("@@ -0,0 +1 @@\n+a\n"));
    }

    #[test]
    fn colours_when_asked() {
        let text = unified(&change("a\n", "b\n"), "LIVE", "MERGED", true);
        assert!(text.contains("\x1b[31m-a\x1b[0m\n\x1b[32m+b\x1b[0m\n"), "{text:?}");
    }
}
