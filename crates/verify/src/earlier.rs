//! Reads the JSON reports of earlier runs.

use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use serde_json::Value;
use verify_model::{Report, SCHEMA_VERSION};

/// Reads the report in `path`.
///
/// An error says what is wrong with the file: it is not there, no JSON, no report of a run, or one
/// in a shape that this version does not read.
pub(crate) fn report(path: &Path) -> anyhow::Result<Report> {
    let text = fs_err::read_to_string(path)?;
    parse(&text).with_context(|| format!("{} is no report that can be used", path.display()))
}

fn parse(text: &str) -> anyhow::Result<Report> {
    let value: Value = serde_json::from_str(text).context("it is no JSON")?;
    let version = value
        .get("schema_version")
        .ok_or_else(|| anyhow!("it has no `schema_version`"))?;
    if version.as_u64() != Some(SCHEMA_VERSION.into()) {
        bail!(
            "it has schema version {version}, and this verify reads {SCHEMA_VERSION}: make it anew \
             with `verify --report json=FILE`"
        );
    }
    serde_json::from_value(value).context("it is not what `verify --report json=FILE` writes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_report_is_named_for_what_it_is() {
        for (text, expected) in [
            ("# a", "no JSON"),
            ("{}", "no `schema_version`"),
            ("[]", "no `schema_version`"),
            ("{\"schema_version\": 99}", "schema version 99"),
            ("{\"schema_version\": \"1\"}", "schema version \"1\""),
            ("{\"schema_version\": 1}", "missing field"),
        ] {
            let error = format!("{:#}", parse(text).unwrap_err());
            assert!(error.contains(expected), "{error}");
        }
    }
}
