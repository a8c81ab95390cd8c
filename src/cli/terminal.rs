//! Standard output and standard error, and whether they show colours.

use std::env;
use std::io::{self, IsTerminal, Write};

use clap::ColorChoice;
use clap::builder::styling::{AnsiColor, Effects, Style};

/// Whether a stream shows colours: the flag, else NO_COLOR (no-color.org), else CLICOLOR_FORCE, else a terminal that
/// is not dumb.
#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
pub(super) fn color(choice: ColorChoice, stream: &impl IsTerminal) -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if set("NO_COLOR") => false,
        ColorChoice::Auto if env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        ColorChoice::Auto => stream.is_terminal() && env::var_os("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// The columns of standard output: COLUMNS, else the terminal's; `None` for a file or a pipe.
#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
pub(super) fn width() -> Option<usize> {
    let said = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    said.or_else(|| terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0)))
}

/// Writes to standard output.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Writes to standard error.
pub(super) fn say(text: &str) -> io::Result<()> {
    io::stderr().lock().write_all(text.as_bytes())
}

/// Says why nothing could be done.
pub(super) fn error(choice: ColorChoice, error: &anyhow::Error) {
    let red = Style::new().fg_color(Some(AnsiColor::BrightRed.into())).effects(Effects::BOLD);
    let text = match color(choice, &io::stderr()) {
        true => format!("{red}error{red:#}: {error:#}\n"),
        false => format!("error: {error:#}\n"),
    };
    // Nobody is left to be told when standard error is closed.
    let _ = say(&text);
}
