//! What the formats look like, on reports built by hand.

#[cfg(test)]
mod builder;
#[cfg(test)]
mod json;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod samples;
mod snippet;
#[cfg(test)]
mod text;
