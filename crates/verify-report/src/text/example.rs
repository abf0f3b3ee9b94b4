use std::io::{self, Write};

use verify_model::{Aid, Example, LintCount, Run, Stage, Status, Verdict};

use super::style::{QUIET, Styled, counted, of_verdict};
use super::{INDENT, cause, policy, stage};
use crate::Sources;
use crate::terminal_safe::{one_line, shortened};

/// At most this many aids are named on an example's line.
const AIDS: usize = 4;
/// Characters of an aid or of a reason on an example's line.
const SHORT: usize = 48;

/// Writes the examples of the document at `path`, in columns.
pub(super) fn write_all(
    path: &str,
    examples: &[&Example],
    sources: &Sources,
    out: &mut dyn Write,
) -> io::Result<()> {
    let heads: Vec<(String, String)> = examples
        .iter()
        .map(|example| {
            let place = format!("{path}:{}", example.listed.line);
            let fragment = format!("#{}", one_line(example.listed.id.fragment()));
            (place, fragment)
        })
        .collect();
    let width = |text: fn(&(String, String)) -> &String| {
        let lengths = heads.iter().map(|head| text(head).chars().count());
        lengths.max().unwrap_or_default()
    };
    let place_width = width(|(place, _)| place);
    let fragment_width = width(|(_, fragment)| fragment);
    for (example, (place, fragment)) in examples.iter().zip(&heads) {
        let verdict = example.run.verdict;
        writeln!(
            out,
            "  {place:place_width$}  {fragment:fragment_width$}  {}  {}",
            Styled(of_verdict(verdict), format!("{verdict:10}")),
            Styled(QUIET, remark(example))
        )?;
        if !matches!(verdict, Verdict::Passes | Verdict::Skipped) {
            write_details(path, example, sources, out)?;
        }
        policy::write(example, out)?;
    }
    Ok(())
}

fn write_details(
    path: &str,
    example: &Example,
    sources: &Sources,
    out: &mut dyn Write,
) -> io::Result<()> {
    let causes = cause::write(path, example, sources, out)?;
    let stages = stage::write(&example.run, out)?;
    if !causes && !stages {
        writeln!(
            out,
            "{INDENT}no cause was recorded (see the JSON report and `verify show`)"
        )?;
    }
    Ok(())
}

/// What stands behind the verdict: the help that it took, and what a reader should know of it.
fn remark(example: &Example) -> String {
    let run = &example.run;
    if run.verdict == Verdict::Skipped {
        let reasons: Vec<String> = run
            .causes
            .iter()
            .map(|cause| one_line(&cause.message))
            .collect();
        return match reasons.len() {
            0 => "no reason was recorded".to_owned(),
            _ => reasons.join("; "),
        };
    }
    let mut parts = vec![help(run)];
    parts.extend(example.labelled.map(|it| it.as_str().to_owned()));
    if let Some(reason) = &example.ignored {
        parts.push(format!("judged although {}", one_line(reason)));
    }
    if let Some(bodies) = run.bodies
        && (bodies.checked < bodies.total || run.verdict == Verdict::Incomplete)
    {
        parts.push(format!(
            "{} of {} bodies fully checked",
            bodies.checked, bodies.total
        ));
    }
    parts.extend(lints(&run.lints));
    if run.verdict == Verdict::Passes {
        parts.extend(not_executed(run));
    }
    parts.join("; ")
}

fn help(run: &Run) -> String {
    let rung = run.rung.as_str();
    if run.aids.is_empty() {
        return rung.to_owned();
    }
    let shown = run.aids.iter().take(AIDS);
    let mut names: Vec<String> = shown
        .map(|Aid { what, .. }| shortened(what, SHORT))
        .collect();
    if let Some(more) = run.aids.len().checked_sub(AIDS).filter(|more| *more > 0) {
        names.push(format!("{more} more"));
    }
    format!("{rung} ({})", names.join(", "))
}

fn lints(lints: &LintCount) -> Option<String> {
    let counts = [
        (lints.errors, "lint error", "lint errors"),
        (lints.warnings, "lint warning", "lint warnings"),
    ];
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| counted(count, one, many))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Why a pass says less than it could: stages that run code and that were not run to their end.
fn not_executed(run: &Run) -> impl Iterator<Item = String> {
    run.stages.iter().filter_map(|(stage, report)| {
        let runs_code = matches!(stage, Stage::Test | Stage::Doctest | Stage::Run);
        let stage = stage.as_str();
        match (report.status, &report.reason) {
            (Status::Unfinished, _) => Some(format!("{stage} unfinished")),
            (Status::Skipped, Some(reason)) if runs_code => {
                Some(format!("{stage} skipped: {}", shortened(reason, SHORT)))
            }
            (Status::Skipped, None) if runs_code => Some(format!("{stage} skipped")),
            _ => None,
        }
    })
}
