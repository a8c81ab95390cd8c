//! The one integration test binary. A test file is named after what it checks.

mod oracle;
mod oracle_cases;
mod yaml;
