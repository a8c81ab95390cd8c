//! Completions for kubectl, which runs `kubectl_complete-gatelift WORD…` and reads one candidate a line (kubectl
//! `pkg/cmd/plugin_completion.go`): the words after the plugin's name, the last of them the one to complete.

use clap::{Arg, Command, ValueHint};

/// What is offered.
#[derive(Debug, PartialEq, Eq, Default)]
struct Offer {
    /// Candidates with what they mean.
    candidates: Vec<(String, String)>,
    /// Whether files fit too.
    files: bool,
}

/// The lines for kubectl; the last one says whether the shell completes files as well (cobra's directives: 0 yes, 4 no).
pub(super) fn lines(command: &Command, words: &[String]) -> String {
    let Offer { candidates, files } = offer(command, words);
    let mut text = String::new();
    for (candidate, meaning) in candidates {
        text += &if meaning.is_empty() { format!("{candidate}\n") } else { format!("{candidate}\t{meaning}\n") };
    }
    text + if files { ":0\n" } else { ":4\n" }
}

fn offer(root: &Command, words: &[String]) -> Offer {
    let Some((word, before)) = words.split_last() else { return Offer::default() };
    let mut root = root.clone();
    // Gives subcommands the global flags and --help.
    root.build();
    let mut command = &root;
    let mut waiting: Option<&Arg> = None;
    let mut positionals = 0;
    for word in before {
        if waiting.take().is_some() {
            continue;
        }
        if word.starts_with('-') {
            waiting = flag(command, word).filter(|arg| takes_value(arg) && !word.contains('='));
        } else if let Some(subcommand) = command.find_subcommand(word) {
            command = subcommand;
        } else {
            positionals += 1;
        }
    }
    if let Some(arg) = waiting {
        return values(arg, word, "");
    }
    if let Some((name, value)) = word.split_once('=').filter(|_| word.starts_with("--")) {
        return flag(command, name).map(|arg| values(arg, value, &format!("{name}="))).unwrap_or_default();
    }
    if word.starts_with('-') {
        return flags(command, word);
    }
    if command.has_subcommands() {
        return subcommands(command, word);
    }
    let positional = command.get_positionals().nth(positionals).or_else(|| command.get_positionals().last());
    positional.map(|arg| values(arg, word, "")).unwrap_or_default()
}

fn takes_value(arg: &Arg) -> bool {
    arg.get_action().takes_values()
}

/// The flag that a word names: `--name`, `--name=value`, `-n`, or the last of `-Rn`.
fn flag<'a>(command: &'a Command, word: &str) -> Option<&'a Arg> {
    let mut arguments = command.get_arguments();
    match word.strip_prefix("--") {
        Some(name) => {
            let name = name.split_once('=').map_or(name, |(name, _)| name);
            arguments.find(|arg| arg.get_long() == Some(name))
        }
        None => {
            let last = word.chars().last()?;
            arguments.find(|arg| arg.get_short() == Some(last))
        }
    }
}

/// The first line of a help text.
fn meaning(help: Option<&clap::builder::StyledStr>) -> String {
    help.map(ToString::to_string).unwrap_or_default().lines().next().unwrap_or_default().to_owned()
}

fn flags(command: &Command, word: &str) -> Offer {
    let longs = command.get_arguments().filter(|arg| !arg.is_hide_set()).filter_map(|arg| {
        let long = format!("--{}", arg.get_long()?);
        long.starts_with(word).then(|| (long, meaning(arg.get_help())))
    });
    Offer { candidates: longs.collect(), files: false }
}

fn subcommands(command: &Command, word: &str) -> Offer {
    let shown = command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set());
    let named = shown.filter(|subcommand| subcommand.get_name().starts_with(word));
    let candidates = named.map(|subcommand| (subcommand.get_name().to_owned(), meaning(subcommand.get_about())));
    Offer { candidates: candidates.collect(), files: false }
}

/// Values of a flag; in a comma list the last one is completed.
fn values(arg: &Arg, word: &str, prefix: &str) -> Offer {
    let (list, word) = match word.rsplit_once(',').filter(|_| arg.get_value_delimiter() == Some(',')) {
        Some((list, word)) => (format!("{list},"), word),
        None => (String::new(), word),
    };
    let possible = arg.get_possible_values();
    let shown = possible.iter().filter(|value| !value.is_hide_set() && value.get_name().starts_with(word));
    let candidates: Vec<_> =
        shown.map(|value| (format!("{prefix}{list}{}", value.get_name()), meaning(value.get_help()))).collect();
    let files = matches!(arg.get_value_hint(), ValueHint::AnyPath | ValueHint::FilePath | ValueHint::DirPath);
    Offer { candidates, files }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(words: &[&str]) -> (Vec<String>, bool) {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let Offer { candidates, files } = offer(&super::super::command(), &words);
        (candidates.into_iter().map(|(candidate, _)| candidate).collect(), files)
    }

    #[test]
    fn subcommands_flags_and_values() {
        assert_eq!(offered(&["conv"]), (vec!["convert".to_owned()], false));
        assert!(offered(&["convert", "--ta"]).0.contains(&"--target".to_owned()));
        assert_eq!(offered(&["convert", "--target", "env"]), (vec!["envoy-gateway".to_owned()], false));
        assert_eq!(offered(&["convert", "--target=env"]).0, ["--target=envoy-gateway"]);
        assert_eq!(offered(&["convert", "-f", "dep"]), (vec![], true));
        assert_eq!(offered(&["convert", "-R", "--topology", "listener"]).0, ["listener-set"]);
        assert_eq!(offered(&["list", "tar"]).0, ["targets"]);
        assert!(offered(&[]).0.is_empty());
    }

    #[test]
    fn lists_go_on_after_the_comma() {
        let (offered, _) = offered(&["convert", "--allow", "G2L101,wildcard-matches-more-l"]);
        assert_eq!(offered, ["G2L101,wildcard-matches-more-labels"]);
    }

    #[test]
    fn lines_as_cobra_reads_them() {
        let text = lines(&super::super::command(), &["verif".to_owned()]);
        assert!(text.starts_with("verify\tProve that") && text.ends_with("\n:4\n"), "{text:?}");
    }
}
