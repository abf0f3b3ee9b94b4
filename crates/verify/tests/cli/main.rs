//! The program, by running its binary on small documents.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod cache;
mod commands;
mod extraction;
mod fake_cargo;
mod harness;
mod interrupt;
mod json;
mod offenders;
mod policy;
mod untrusted;
mod verdicts;
mod ways;
