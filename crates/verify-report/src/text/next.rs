use std::collections::BTreeSet;
use std::io::{self, Write};

use verify_model::{Example, Verdict};

use super::style::{HEADING, Styled, of_verdict};
use crate::terminal_safe::safe_path;

/// Writes what a person can do, once for each verdict that asks for something.
pub(super) fn write(examples: &[Example], out: &mut dyn Write) -> io::Result<()> {
    let verdicts: BTreeSet<Verdict> = examples.iter().map(|e| e.run.verdict).collect();
    let steps: Vec<(Verdict, &str)> = Verdict::ALL
        .into_iter()
        .filter(|verdict| verdicts.contains(verdict))
        .filter_map(|verdict| Some((verdict, step(verdict)?)))
        .collect();
    if steps.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", Styled(HEADING, "What next"))?;
    for (verdict, step) in steps {
        let word = format!("{verdict:10}");
        writeln!(out, "  {}  {step}", Styled(of_verdict(verdict), word))?;
    }
    if let Some(id) = examples.iter().find_map(id_to_show) {
        writeln!(
            out,
            "  To see the crate that was made for an example: verify show {id}"
        )?;
    }
    writeln!(out)
}

/// The example's id in a form that a shell takes as one word. `None` when there is nothing to do
/// about the example, or when its id holds what may not be shown: altered, it would name nothing.
fn id_to_show(example: &Example) -> Option<String> {
    step(example.run.verdict)?;
    let id = example.listed.id.as_str();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-#".contains(c);
    if id.chars().all(is_plain) {
        Some(id.to_owned())
    } else {
        (safe_path(id) == id).then(|| format!("'{}'", id.replace('\'', r"'\''")))
    }
}

/// What to do about a verdict; `None` when there is nothing to do.
const fn step(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Passes | Verdict::Skipped => None,
        Verdict::Broken => {
            Some("mend the code; if it is meant not to compile, add `compile_fail` to the fence")
        }
        Verdict::Outdated => {
            Some("bring the code up to the newest version, or state the version that it is for")
        }
        Verdict::Incomplete => {
            Some("define what is listed as missing, or leave the example as the fragment it is")
        }
        Verdict::Fails => Some(
            "mend the code or its tests; add `should_panic` to the fence if the program is meant \
             to panic, `no_run` if it cannot run here",
        ),
        Verdict::Unexpected => {
            Some("make the code fail as its fence promises, or correct the fence")
        }
        Verdict::Unresolved => Some("add what is named above to verify.toml"),
        Verdict::Error => {
            Some("mend what this machine lacks, then run again; no verdict was reached")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_verdicts_without_blame_ask_for_nothing() {
        for verdict in Verdict::ALL {
            let blameless = verdict.blame() == verify_model::Blame::None;
            assert_eq!(step(verdict).is_none(), blameless, "{verdict}");
        }
    }
}
