//! Renders a finished report, one module per format.
//!
//! This crate is pure: it knows only the model, writes only to the writer that it is given, and
//! neither reads files nor starts processes. Documents' texts come in as [`Sources`].
//!
//! Whatever a document, a compiler or a program said is untrusted. Formats that reach a terminal
//! or a log pass it through [`terminal_safe()`].

pub mod json;
mod safe_json;
mod schema;
pub mod snippet;
mod sources;
mod terminal_safe;
pub mod text;

pub use schema::schema;
pub use sources::Sources;
pub use terminal_safe::terminal_safe;
