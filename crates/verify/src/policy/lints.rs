//! Lints that a policy names: checked against those that the toolchain has.

use std::collections::BTreeSet;

use anyhow::bail;
use verify_engine::LintNames;
use verify_model::judge::is_counted;

use super::{Configured, nearest};

impl Configured {
    /// Whether some rule names a lint, so that the toolchain has to be asked about them.
    pub(crate) fn names_lints(&mut self) -> bool {
        let mut rules = self.rules();
        rules.any(|it| !it.deny_lints.is_empty() || !it.allow_lints.is_empty())
    }

    /// Puts the lints of a group into its place, and returns what has to be switched on, since a
    /// lint that nobody looks at denies nothing.
    pub(crate) fn expand_lints(&mut self, known: &LintNames) -> anyhow::Result<Vec<String>> {
        let mut to_switch_on = BTreeSet::new();
        for rules in self.rules() {
            for name in &rules.deny_lints {
                to_switch_on.extend(known.to_switch_on(name));
            }
            let denied = Named::of(&rules.deny_lints, known)?;
            let allowed = Named::of(&rules.allow_lints, known)?;
            let deny = &denied.singly | &(&denied.in_groups - &allowed.singly);
            rules.allow_lints = &(&allowed.singly | &allowed.in_groups) - &deny;
            rules.deny_lints = deny;
        }
        Ok(to_switch_on.into_iter().collect())
    }
}

/// What the compiler calls everything that it warns about.
const ALL: &str = "warnings";

/// Lints by how they are named: a lint's own name goes before the group that it belongs to.
#[derive(Default)]
struct Named {
    singly: BTreeSet<String>,
    in_groups: BTreeSet<String>,
}

impl Named {
    fn of(names: &BTreeSet<String>, known: &LintNames) -> anyhow::Result<Self> {
        let mut found = Self::default();
        for name in names {
            // The toolchain lists it among the lints, and reports none under this name.
            let expanded = known.expand(name).filter(|_| name != ALL);
            let Some(lints) = expanded else {
                bail!("{}", unknown(name, known));
            };
            if lints.iter().all(|lint| !is_counted(lint)) {
                bail!(
                    "the lint `{name}` is never counted: it speaks of what verify made around the \
                     code, or of what every fragment has, such as items that nobody uses"
                );
            }
            let is_group = !lints.contains(&name.replace('-', "_"));
            let kind = if is_group {
                &mut found.in_groups
            } else {
                &mut found.singly
            };
            kind.extend(lints);
        }
        Ok(found)
    }
}

fn unknown(name: &str, known: &LintNames) -> String {
    if name == ALL {
        return "`warnings` is no lint of its own: `lints` in `deny` or `allow` stands for all of them"
            .to_owned();
    }
    let plain = name.replace('-', "_");
    let with_tool = format!("clippy::{plain}");
    let advice = if known.expand(&with_tool).is_some() {
        format!(": did you mean `{with_tool}`?")
    } else {
        match nearest(&plain, known.all()) {
            Some(meant) => format!(": did you mean `{meant}`?"),
            None => String::new(),
        }
    };
    format!("the toolchain has neither a lint nor a group of lints called `{name}`{advice}")
}
