use schemars::generate::SchemaSettings;
use verify_model::Report;

/// The JSON Schema (2020-12) of the JSON report, as this version writes it.
#[must_use]
pub fn schema() -> serde_json::Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Report>()
        .to_value()
}
