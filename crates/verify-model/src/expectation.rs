use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the document says about an example, in rustdoc's words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Expectation {
    /// It compiles, and what can be run succeeds.
    #[default]
    Pass,
    /// It compiles; it is not run (`no_run`).
    Compile,
    /// It compiles, and running it panics (`should_panic`).
    Panic,
    /// It does not compile (`compile_fail`), with these error codes if any are named.
    CompileFail {
        /// Error codes such as `E0382`, in the order of the info string; empty when any will do.
        codes: Vec<String>,
    },
}
