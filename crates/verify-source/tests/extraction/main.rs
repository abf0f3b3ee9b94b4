//! Extraction by its public interface: what holds of every document.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod containers;
mod fences;
mod pathological;
mod specification;
