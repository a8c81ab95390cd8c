//! Integration tests, one binary.

mod command_line;
mod emit;
mod generated;
mod messages;
