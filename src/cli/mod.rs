//! The command line: one file a subcommand. The only place that prints, and that reads the environment.

mod account;
#[cfg(feature = "cluster")]
mod apply;
mod args;
mod check;
#[cfg_attr(not(feature = "cluster"), path = "no_cluster.rs")]
mod cluster;
mod complete;
mod completions;
mod convert;
mod diff;
mod effective;
mod explain;
mod external;
mod list;
mod man;
mod messages;
mod outcome;
mod places;
#[cfg(feature = "cluster")]
mod progress;
mod request;
mod run;
mod settings;
mod sides;
mod suggest;
mod terminal;
mod trace;
mod upgrade;
mod validate;
mod verbosity;
mod verify;

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand};

/// Move ingress traffic to Gateway API, and prove that every request still goes where it went.
#[derive(Debug, Parser)]
#[command(name = "gatelift", version, arg_required_else_help = true, disable_help_subcommand = true)]
#[command(after_long_help = "\
Exit status:
  0  done
  1  findings, differences, or withheld rules
  2  could not do it: usage, unreadable input, failed write")]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When colours are used; auto heeds NO_COLOR and whether the output is a terminal
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: ColorChoice,
}

#[derive(Debug, Subcommand)]
enum Command {
    Convert(Box<convert::Args>),
    Check(Box<check::Args>),
    Validate(Box<validate::Args>),
    Trace(Box<trace::Args>),
    Verify(Box<verify::Args>),
    Diff(Box<diff::Args>),
    #[cfg(feature = "cluster")]
    Apply(Box<apply::Args>),
    Upgrade(upgrade::Args),
    Effective(effective::Args),
    Explain(explain::Args),
    List(list::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// How a command ended; the same numbers in all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Exit {
    /// Done.
    Done = 0,
    /// Findings, differences, or withheld rules.
    Findings = 1,
    /// Could not do it.
    Failed = 2,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The command line as clap sees it, for completions, man pages and the reference.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// The command line as it presents itself: kubectl runs `kubectl-gatelift` for `kubectl gatelift`.
fn command_for(program: Program) -> clap::Command {
    match program {
        Program::Gatelift => command(),
        Program::KubectlPlugin => command()
            .bin_name("kubectl gatelift")
            .display_name("kubectl gatelift")
            .mut_subcommands(|subcommand| match subcommand.get_after_long_help() {
                Some(examples) => {
                    let examples = examples.to_string().replace("gatelift ", "kubectl gatelift ");
                    subcommand.after_long_help(examples)
                }
                None => subcommand,
            }),
    }
}

/// What the program was called as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    Gatelift,
    KubectlPlugin,
}

impl Program {
    fn called(arguments: &[OsString]) -> Self {
        let name = arguments.first().and_then(|path| Path::new(path).file_name()).map(|name| name.to_string_lossy());
        if name.is_some_and(|name| name.starts_with("kubectl-")) { Self::KubectlPlugin } else { Self::Gatelift }
    }

    /// The file name that a shell looks up.
    fn executable(self) -> &'static str {
        match self {
            Self::Gatelift => "gatelift",
            Self::KubectlPlugin => "kubectl-gatelift",
        }
    }
}

/// Runs the program with its arguments, the first of which is what it was called as.
#[must_use]
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    let program = Program::called(&arguments);
    if let Some(words) = asked_by_kubectl(&arguments) {
        // Nobody is left to be told when the shell has gone.
        let _ = terminal::print(&complete::lines(&command(), &words));
        return Exit::Done.into();
    }
    let parsed = command_for(program)
        .try_get_matches_from(verbosity::with_levels(arguments))
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe here is nobody's loss.
            let _ = error.print();
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done.into(),
                _ => Exit::Failed.into(),
            };
        }
    };
    match dispatch(&cli, program) {
        Ok(exit) => exit.into(),
        Err(error) if is_broken_pipe(&error) => Exit::Done.into(),
        Err(error) => {
            terminal::error(cli.color, &error);
            Exit::Failed.into()
        }
    }
}

/// The words to complete, when kubectl asks: `kubectl-gatelift __complete WORD…`, or by the name it looks for.
fn asked_by_kubectl(arguments: &[OsString]) -> Option<Vec<String>> {
    let (called_as, rest) = arguments.split_first()?;
    let name = Path::new(called_as).file_name()?.to_string_lossy();
    let words = match rest.split_first() {
        _ if name.starts_with("kubectl_complete-") => rest,
        Some((first, words)) if first == "__complete" => words,
        Some(_) | None => return None,
    };
    Some(words.iter().map(|word| word.to_string_lossy().into_owned()).collect())
}

fn dispatch(cli: &Cli, program: Program) -> anyhow::Result<Exit> {
    match &cli.command {
        Command::Convert(args) => convert::run(args, cli.color),
        Command::Check(args) => check::run(args, cli.color),
        Command::Validate(args) => validate::run(args, cli.color),
        Command::Trace(args) => trace::run(args, cli.color),
        Command::Verify(args) => verify::run(args, cli.color),
        Command::Diff(args) => diff::run(args, cli.color),
        #[cfg(feature = "cluster")]
        Command::Apply(args) => apply::run(args, cli.color),
        Command::Upgrade(args) => upgrade::run(args, cli.color),
        Command::Effective(args) => effective::run(args, cli.color),
        Command::Explain(args) => explain::run(args),
        Command::List(args) => list::run(args),
        Command::Completions(args) => completions::run(args, program),
        Command::Man(args) => man::run(args),
    }
}

/// Whether the reader of our output has gone (`gatelift … | head`), which is no failure.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
