//! What fails a run: from the words of `verify.toml` and the command line to the model's policy.

mod lints;
mod scope;

use std::collections::BTreeSet;

use anyhow::{Context as _, bail};
use verify_model::Verdict;
use verify_model::policy::{Matter, Override, Policy, Rules};

use crate::cli::PolicyArgs;
use crate::config;
use scope::Scope;
pub(crate) use scope::Subjects;

/// Everything that was said about what fails a run; whom the overrides concern is still open.
#[derive(Debug, Default)]
pub(crate) struct Configured {
    /// What the file says in general, then what the command line says.
    layers: Vec<Rules>,
    /// Those for documents first, then those for single examples, which say more.
    overrides: Vec<Scoped>,
}

/// An override, and whom it is for.
#[derive(Debug)]
struct Scoped {
    scope: Scope,
    rules: Rules,
    reason: String,
}

/// Understands what the file says.
pub(crate) fn configure(file: &config::Policy) -> anyhow::Result<Configured> {
    let general = rules(&file.deny, &file.allow, &file.deny_lints, &file.allow_lints)
        .context("[policy] in verify.toml")?;
    let mut overrides = Vec::new();
    for (index, it) in file.overrides.iter().enumerate() {
        let place = || format!("[[policy.override]] number {} in verify.toml", index + 1);
        overrides.push(scoped(it).with_context(place)?);
    }
    // Stable: of equally wide overrides, the one that stands later counts.
    overrides.sort_by_key(|it| it.scope.is_one_example());
    Ok(Configured {
        layers: vec![general],
        overrides,
    })
}

fn scoped(given: &config::Override) -> anyhow::Result<Scoped> {
    let scope = Scope::new(given.path.as_deref(), given.id.as_deref())?;
    let reason = given.reason.trim();
    if reason.is_empty() {
        bail!("`reason` is empty: say why these examples have rules of their own");
    }
    let rules = rules(
        &given.deny,
        &given.allow,
        &given.deny_lints,
        &given.allow_lints,
    )?;
    if rules == Rules::default() {
        bail!("it neither denies nor allows anything");
    }
    Ok(Scoped {
        scope,
        rules,
        reason: reason.to_owned(),
    })
}

impl Configured {
    /// Adds what the command line says.
    pub(crate) fn with(mut self, arguments: &PolicyArgs) -> anyhow::Result<Self> {
        let rules = Rules {
            deny: arguments.deny.iter().copied().collect(),
            allow: arguments.allow.iter().copied().collect(),
            deny_lints: arguments.deny_lint.iter().cloned().collect(),
            allow_lints: arguments.allow_lint.iter().cloned().collect(),
        };
        contradictions(&rules).context("the command line")?;
        self.layers.push(rules);
        Ok(self)
    }

    /// Every set of rules.
    fn rules(&mut self) -> impl Iterator<Item = &mut Rules> {
        let of_overrides = self.overrides.iter_mut().map(|it| &mut it.rules);
        self.layers.iter_mut().chain(of_overrides)
    }

    /// The policy for `subjects`, and a warning for each override that concerns none of them.
    pub(crate) fn policy(self, subjects: &Subjects<'_>) -> (Policy, Vec<String>) {
        let mut policy = Policy::default();
        for layer in &self.layers {
            policy = policy.with(layer);
        }
        let mut warnings = Vec::new();
        for Scoped {
            scope,
            rules,
            reason,
        } in self.overrides
        {
            let examples = subjects.within(&scope);
            if examples.is_empty() && subjects.should_hold(&scope) {
                warnings.push(format!(
                    "verify.toml: the override for `{scope}` concerns no example of this run: \
                     correct it, or remove it"
                ));
            }
            policy.overrides.push(Override {
                scope: scope.to_string(),
                reason,
                rules,
                examples,
            });
        }
        (policy, warnings)
    }
}

fn rules(
    deny: &[String],
    allow: &[String],
    deny_lints: &[String],
    allow_lints: &[String],
) -> anyhow::Result<Rules> {
    let matters = |words: &[String], parse: fn(&str) -> Result<Matter, String>| {
        let matters = words.iter().map(|word| parse(word));
        let matters: Result<BTreeSet<Matter>, String> = matters.collect();
        matters.map_err(anyhow::Error::msg)
    };
    let rules = Rules {
        deny: matters(deny, deniable).context("`deny`")?,
        allow: matters(allow, matter).context("`allow`")?,
        deny_lints: deny_lints.iter().cloned().collect(),
        allow_lints: allow_lints.iter().cloned().collect(),
    };
    contradictions(&rules)?;
    Ok(rules)
}

/// What is denied and allowed in the same place, where neither goes before the other.
fn contradictions(rules: &Rules) -> anyhow::Result<()> {
    let matter = rules.deny.intersection(&rules.allow).next();
    let lint = rules.deny_lints.intersection(&rules.allow_lints).next();
    let word = matter.map(|it| it.as_str()).or(lint.map(String::as_str));
    match word {
        Some(word) => bail!("`{word}` is denied and allowed at once"),
        None => Ok(()),
    }
}

/// A word of `deny`.
pub(crate) fn deniable(word: &str) -> Result<Matter, String> {
    match matter(word)? {
        Matter::Verdict(Verdict::Passes) => {
            Err("`passes` cannot be denied: an example that passes is what is wanted".to_owned())
        }
        matter => Ok(matter),
    }
}

/// A word of `deny` or `allow`.
pub(crate) fn matter(word: &str) -> Result<Matter, String> {
    if let Some(matter) = Matter::parse(word) {
        return Ok(matter);
    }
    let known = || Matter::all().map(Matter::as_str);
    let advice = match nearest(word, known()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if word.contains("::") => "single lints belong in `deny-lints` and `allow-lints`, or \
                                        behind --deny-lint and --allow-lint"
            .to_owned(),
        None => format!("there are {}", known().collect::<Vec<_>>().join(", ")),
    };
    Err(format!("unknown word `{word}`: {advice}"))
}

/// The one of `known` that was probably meant by `word`: a third of its letters may differ.
fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let candidates = known.filter_map(|known| {
        let distance = strsim::damerau_levenshtein(&word, known);
        (distance <= known.chars().count() / 3).then_some((distance, known))
    });
    let (_, meant) = candidates.min()?;
    Some(meant)
}

#[cfg(test)]
mod tests;
