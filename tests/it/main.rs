//! The one integration test binary. A test file is named after what it checks.

mod architecture;
mod binary;
mod cases;
mod corpus;
mod golden;
mod oracle;
mod oracle_cases;
mod properties;
mod report;
mod rust_source;
mod settings;
mod yaml;
