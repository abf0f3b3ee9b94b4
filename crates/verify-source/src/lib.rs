//! From text to examples: extraction, facts and scaffolds, without any I/O.
//!
//! A document is text; [`document::extract`] finds its fenced code blocks, whatever they stand in,
//! with a [`source_map::SourceMap`] for each that leads every byte of code back to the document.
//! Nothing here fails: what cannot be understood becomes a finding beside the result.

pub mod block;
pub mod book;
mod cell;
pub mod directive;
pub mod document;
pub mod elision;
pub mod examine;
pub mod example;
pub mod facts;
mod fault;
mod fragment;
mod front_matter;
mod hidden;
pub mod inclusion;
mod indented;
pub mod info_string;
pub mod known_crates;
mod labels;
pub mod ladder;
pub mod lex;
pub mod line_index;
pub mod manifest;
mod markdown;
pub mod merging;
pub mod neighbours;
mod prose;
mod region;
mod rustdoc;
pub mod scaffold;
pub mod shown_manifest;
pub mod source_map;
pub mod surroundings;
pub mod uncalled;
mod yaml;
