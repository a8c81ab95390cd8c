//! How much is told.

use std::ffi::OsString;

use clap::Args;

use crate::report::render::Infos;

/// From this level on kubectl logs requests (k8s.io/client-go `transport/round_trippers.go`).
const REQUESTS: u8 = 6;

/// How much is told.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = "Diagnostics")]
pub(super) struct Verbosity {
    /// Show every info with its place; without it those of one code are one line
    #[arg(long)]
    verbose: bool,
    /// As --verbose, and log the requests to the API server; below -v=6 they are not logged, as for kubectl
    #[arg(short = 'v', long = "v", value_name = "LEVEL", num_args = 0..=1, require_equals = true, default_missing_value = "6", alias = "log-requests")]
    level: Option<u8>,
}

impl Verbosity {
    /// How infos are shown.
    pub(super) fn infos(self) -> Infos {
        if self.verbose || self.level.is_some_and(|level| level > 0) { Infos::Each } else { Infos::Counted }
    }

    /// Whether requests to the API server are logged.
    #[cfg_attr(not(feature = "cluster"), expect(dead_code, reason = "a build without clusters sends none"))]
    pub(super) fn logs_requests(self) -> bool {
        self.level.is_some_and(|level| level >= REQUESTS)
    }
}

/// `-v 6` and `-v6` as kubectl takes them. Only digits are a level: `-v` alone may stand before a request of `trace`.
pub(super) fn with_levels(arguments: Vec<OsString>) -> Vec<OsString> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut joined: Vec<OsString> = Vec::with_capacity(arguments.len());
    for argument in arguments {
        let text = argument.to_str().unwrap_or_default();
        let after_flag = joined.last().is_some_and(|last| last == "-v" || last == "--v");
        match (text.strip_prefix("-v").filter(|level| is_number(level)), joined.last_mut()) {
            (Some(level), _) => joined.push(format!("-v={level}").into()),
            (None, Some(flag)) if after_flag && is_number(text) => {
                flag.push("=");
                flag.push(text);
            }
            (None, Some(_) | None) => joined.push(argument),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_as_kubectl_takes_them() {
        let joined = |arguments: &[&str]| {
            let arguments = arguments.iter().map(OsString::from).collect();
            with_levels(arguments).into_iter().map(|text| text.into_string().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(joined(&["convert", "-v", "6", "-n", "7"]), ["convert", "-v=6", "-n", "7"]);
        assert_eq!(joined(&["convert", "-v8", "--v", "9"]), ["convert", "-v=8", "--v=9"]);
        assert_eq!(joined(&["trace", "-v", "shop.example.com"]), ["trace", "-v", "shop.example.com"]);
        assert_eq!(joined(&["trace", "--verbose", "6"]), ["trace", "--verbose", "6"]);
    }
}
