//! The command line program.

use std::process::ExitCode;

fn main() -> ExitCode {
    gatelift::cli::run(std::env::args_os().collect())
}
