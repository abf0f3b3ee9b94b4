//! Which outcomes may be kept: those that would come out the same again.

use verify_model::judge::lacks_something;
use verify_model::{Diagnostic, Exit, Level, Outcome, Status};
use verify_source::scaffold::Plan;

/// Words of code that read files or ask services while it is compiled. What they find is not in the
/// key.
const READS_AT_COMPILE_TIME: [&str; 14] = [
    // include!, include_str!, include_bytes!, include_dir!, include_proto!
    "include",
    "#[path",
    "# [path",
    // sqlx
    "query!",
    "query_as!",
    "query_scalar!",
    "query_file",
    "migrat",
    "refinery",
    // askama, rust-embed, graphql_client, dotenv
    "#[template(path",
    "RustEmbed",
    "Embed)]",
    "schema_path",
    "dotenv!",
];

/// Whether what comes out of `source` can depend only on what its key tells.
pub(super) fn is_sealed(plan: &Plan, source: &str) -> bool {
    // The content of a package on this machine is not in the key.
    plan.dependencies.values().all(|it| it.path.is_none())
        && !READS_AT_COMPILE_TIME
            .iter()
            .any(|word| source.contains(word))
        && !reads_variables(source)
}

/// Whether `env!` or `option_env!` asks for a variable that cargo does not set itself.
fn reads_variables(source: &str) -> bool {
    source.match_indices("env!").any(|(at, word)| {
        let argument = source[at + word.len()..]
            .trim_start_matches(|c: char| c.is_whitespace() || "([{".contains(c));
        !argument.starts_with("\"CARGO_PKG_") && !argument.starts_with("\"CARGO_CRATE_NAME\"")
    })
}

/// Whether every stage ended by itself, and none of them speaks of something that the machine
/// lacks: timeouts, signals and faults of the environment say nothing about the next run.
pub(super) fn is_lasting(outcomes: &[&Outcome]) -> bool {
    !outcomes.is_empty()
        && outcomes.iter().all(|outcome| {
            let report = &outcome.report;
            let is_decided = matches!(report.status, Status::Passed | Status::Failed);
            let ended_by_itself = matches!(report.exit, Some(Exit::Code(_)));
            let has_crashed = outcome
                .diagnostics
                .iter()
                .any(|it| it.level == Level::Crash || is_about_artefact(it));
            is_decided && ended_by_itself && !has_crashed && !lacks_something(outcome)
        })
}

/// Whether the compiler could not read what was built of a crate, which says nothing about the code.
fn is_about_artefact(diagnostic: &Diagnostic) -> bool {
    const CODES: [&str; 6] = ["E0460", "E0461", "E0462", "E0463", "E0514", "E0786"];
    let code = diagnostic.code.as_deref();
    code.is_some_and(|code| CODES.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cargos_own_variables_are_known_beforehand() {
        assert!(!reads_variables("env!(\"CARGO_PKG_NAME\")"));
        assert!(!reads_variables("let a = env! [ \"CARGO_PKG_VERSION\" ];"));
        assert!(reads_variables("option_env!(\"HOME\")"));
        assert!(reads_variables("env!(\"CARGO_MANIFEST_DIR\")"));
        assert!(reads_variables("env!(NAME)"));
    }
}
