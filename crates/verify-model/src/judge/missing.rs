//! Names that are not found: which of them the document leaves out, and which are not there to be
//! found.

use super::causes::{Context, at, full_message, of_crate};
use super::names::{self, MissingName, NameKind};
use super::{api, inside};
use crate::{Cause, CauseKind, Diagnostic, RemarkLevel};

/// Roots that every crate has.
const STANDARD_LIBRARIES: [&str; 5] = ["std", "core", "alloc", "proc_macro", "test"];

impl Context<'_> {
    /// A name that was not found: in the document, or in a crate that is there.
    pub(super) fn missing(&self, error: &Diagnostic, missing: MissingName) -> Option<Cause> {
        let root = missing.root();
        let is_inside = missing.container.is_some();
        let home = self.home(root);
        let is_linked = STANDARD_LIBRARIES.contains(&home)
            || self
                .scaffold
                .libraries
                .iter()
                .any(|library| library == home);
        if is_linked && is_inside {
            return Some(self.absent(error, home, &missing));
        }
        if self.scaffold.unresolved.iter().any(|it| it.name == root) {
            // Said once, for the crate.
            return None;
        }
        let is_shown = is_inside
            && missing.kind == NameKind::Item
            && self.scaffold.modules.iter().any(|it| it == root)
            && !self.environment_missing
            && !self.code_missing;
        let is_shown = is_shown || self.is_closed(&missing);
        // It is defined, only out of sight.
        let is_hidden = !is_inside && self.scaffold.types.contains(&missing.name);
        if is_hidden && self.writes_unseen() {
            // What defines it may be the macro that is missing itself.
            return None;
        }
        if is_shown
            || is_hidden
            || names::is_typo(self.scaffold, error, &missing.name)
            || inside::is_inside(self.scaffold, error, &missing)
        {
            let message = full_message(error);
            return Some(at(
                CauseKind::CompileError,
                error,
                Some(missing.name),
                message,
            ));
        }
        if self.environment_missing && is_inside && missing.kind == NameKind::Item {
            // A module whose contents a macro should have read from outside.
            return None;
        }
        let shown = self
            .scaffold
            .shown
            .get(missing.name.trim_end_matches("<T>"));
        if let Some(examples) = shown.filter(|_| !is_inside) {
            let name = missing.name;
            let message = format!(
                "what {} shows as `{name}` does not fit here",
                all_of(examples)
            );
            let mut cause = at(CauseKind::MissingName, error, Some(name), message);
            cause.explanation.defined_in.clone_from(examples);
            return Some(cause);
        }
        let message = if missing.name == "Result<T>" {
            "`Result` with fewer than two arguments is an alias that the document does not define"
                .to_owned()
        } else {
            error.message.clone()
        };
        Some(at(
            CauseKind::MissingName,
            error,
            Some(missing.name),
            message,
        ))
    }

    /// Whether an import leads into a module that the example shows as a whole.
    fn is_closed(&self, missing: &MissingName) -> bool {
        let path = missing.name.strip_prefix("crate::");
        let root = path.unwrap_or(&missing.name).split("::").next();
        missing.kind == NameKind::Import
            && root.is_some_and(|root| self.scaffold.modules.iter().any(|it| it == root))
            && !self.environment_missing
            && !self.writes_unseen()
    }

    /// The crate that a path beginning with `root` leads into: an imported module is its crate's.
    fn home<'n>(&'n self, root: &'n str) -> &'n str {
        let is_own = self.scaffold.modules.iter().any(|it| it == root);
        let imported = self.scaffold.imported.get(root).filter(|_| !is_own);
        imported.map_or(root, String::as_str)
    }

    /// Something that the crate `home`, or the standard library, does not have under this path.
    fn absent(&self, error: &Diagnostic, home: &str, missing: &MissingName) -> Cause {
        let linked = api::linked(self.scaffold, home);
        let message = full_message(error);
        if let Some(why) = linked.and_then(|it| api::elsewhere(it, error)) {
            let message = format!("{message}: {why}");
            return at(CauseKind::Environment, error, None, message);
        }
        let (kind, message) = match (linked, api::gate(error)) {
            (Some(linked), Some(feature)) => (
                CauseKind::MissingFeature,
                format!(
                    "{message}; `{}` has it with its feature `{}`",
                    linked.package,
                    linked.features.get(feature).map_or(feature, String::as_str)
                ),
            ),
            (Some(linked), None) => (CauseKind::WrongApi, of_crate(&message, linked)),
            (None, _) => (CauseKind::CompileError, message),
        };
        let mut cause = at(kind, error, Some(missing.name.clone()), message);
        if kind == CauseKind::MissingFeature {
            // What else has that name is no help: the item is there.
            let notes = &mut cause.explanation.notes;
            notes.retain(|note| note.level == RemarkLevel::Note);
        }
        cause
    }

    /// Whether something is missing that could define anything: a macro, a file, a crate.
    fn writes_unseen(&self) -> bool {
        let mut missing = self.missing.iter();
        !self.scaffold.unresolved.is_empty()
            || missing.any(|it| matches!(it.kind, NameKind::Macro | NameKind::File))
    }
}

/// `a`, `a and b`, `a, b and c`.
fn all_of(all: &[String]) -> String {
    match all.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
