//! `verify merge`: joins the reports of runs over different documents.

use verify_report::Sources;

use crate::cli::MergeArgs;
use crate::exit_code::{self, Code, Failure};
use crate::{earlier, output};

/// Joins reports, and reports on the whole as a run would. The documents' lines are not shown: their
/// texts are not in reports.
pub(crate) fn merge(arguments: &MergeArgs) -> Result<Code, Failure> {
    let reports = arguments.inputs.iter().map(|path| earlier::report(path));
    let reports: Vec<_> = reports
        .collect::<anyhow::Result<_>>()
        .map_err(Failure::usage)?;
    let report = verify_model::merge(reports).map_err(Failure::usage)?;
    output::reports(&report, &Sources::default(), &arguments.reports)
        .map_err(Failure::environment)?;
    Ok(exit_code::of_report(&report, 0))
}
