//! From diagnostics to root causes.

use std::collections::BTreeSet;

use crate::{Body, Cause, CauseKind, Diagnostic, Level, LinkedCrate, Position, Scaffold, Span};

use super::environment::{is_of_assembler, lacks_at_compile_time, unlinked};
use super::names::{self, MissingName, NameKind};
use super::{
    api, deriving, elsewhere, environment_cause, explain, follow_ons, fragments, impls,
    is_left_open, left_out, orphans, typography, unseen,
};

/// Errors that the compiler also raises when something that it needs to know is missing: types
/// that it cannot infer, methods and traits that a missing import or derive would have brought.
const FOLLOW_ON_OF_ANY_MISSING_NAME: [&str; 3] = ["E0282", "E0283", "E0284"];

/// The same for a missing import, macro, derive or trait.
const FOLLOW_ON_OF_MISSING_CODE: [&str; 10] = [
    "E0277", "E0599", "E0407", "E0437", "E0438", "E0576", "E0220", "E0223", "E0405", "E0369",
];

/// Errors about the files that a crate was built to: of another version, compiler or target.
const UNUSABLE_ARTEFACT: [&str; 5] = ["E0460", "E0461", "E0462", "E0514", "E0786"];

/// Reduces the errors of a failed compilation to their root causes, and adds these to those that
/// are `known`.
pub(super) fn of_compilation(
    scaffold: &Scaffold,
    diagnostics: &[Diagnostic],
    known: Vec<Cause>,
) -> Vec<Cause> {
    let mut causes = known;
    if let Some(place) = &scaffold.foreign {
        let message = "this is no Rust: give the block the language that it is in";
        causes.push(Cause::new(CauseKind::NotRust, message).at(Some(place)));
        return causes;
    }
    let mut errors: Vec<&Diagnostic> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.level >= Level::Error)
        .filter(|diagnostic| !is_summary(diagnostic))
        .collect();
    // The first place of a missing name is the one to tell, whenever the compiler came to it.
    errors.sort_by_key(|error| in_order(error));
    let context = Context::of(scaffold, &errors);
    let is_spoilt = |error: &&&Diagnostic| typography::explains(error).is_some();
    let spoilt = errors.iter().filter(is_spoilt);
    let spoilt: Vec<usize> = spoilt
        .filter_map(|it| Some(it.place()?.start.line))
        .collect();
    // A word in quotes that are none is no crate.
    causes.retain(|it| {
        it.kind != CauseKind::MissingCrate || it.line.is_none_or(|line| !spoilt.contains(&line))
    });
    let mut followers = Vec::new();
    for error in &errors {
        let is_told = |cause: &Cause| {
            causes.iter().any(|it| {
                let at_one_place = (it.line, it.column) == (cause.line, cause.column);
                it.says_the_same_as(cause)
                    || it.kind == CauseKind::ElidedBody && it.kind == cause.kind && at_one_place
            })
        };
        // A name that is missing is missing once, however often it is used.
        let is_same_name = |cause: &Cause| {
            cause.kind == CauseKind::MissingName
                && causes
                    .iter()
                    .any(|it| it.kind == cause.kind && it.name == cause.name)
        };
        if typography::follows(&causes, &spoilt, error) {
            followers.push(*error);
            continue;
        }
        match context.cause(error) {
            Some(cause) if is_same_name(&cause) => followers.push(*error),
            Some(cause) if !is_told(&cause) => causes.push(cause),
            Some(_) => {}
            None => followers.push(*error),
        }
    }
    follow_ons::hang(scaffold, &followers, &mut causes);
    causes.iter_mut().for_each(unseen::call_by_name);
    causes
}

/// By place, those without one last; then by what they say.
fn in_order(error: &Diagnostic) -> (bool, Option<[Position; 2]>, Option<&str>, &str) {
    let place = error.place().map(|span| [span.start, span.end]);
    let code = error.code.as_deref();
    (place.is_none(), place, code, &error.message)
}

/// Whether `error` is about something that a `use` should have brought.
fn is_of_import(scaffold: &Scaffold, error: &Diagnostic) -> bool {
    let start = error.place().map(|place| place.code.start);
    names::missing(error).is_some()
        && start.is_some_and(|start| scaffold.uses.iter().any(|it| it.contains(&start)))
}

/// The functions below attributes that were not found.
fn rewritten<'a>(scaffold: &'a Scaffold, errors: &[&Diagnostic]) -> Vec<&'a Body> {
    let places = errors.iter().filter_map(|error| {
        let start = error.place()?.code.start;
        let mut attributes = scaffold.attributes.iter();
        let is_in_attribute = attributes.any(|it| it.contains(&start));
        (is_in_attribute && names::missing(error).is_some()).then_some(start)
    });
    let of = |start: usize| {
        let mut bodies = scaffold.bodies.iter().flatten();
        bodies.find(|body| body.signature.contains(&start))
    };
    places.filter_map(of).collect()
}

/// Whether a message only says that there were others.
fn is_summary(diagnostic: &Diagnostic) -> bool {
    diagnostic.spans.is_empty()
        && (diagnostic.message.starts_with("aborting due to")
            || diagnostic.message.starts_with("could not compile"))
}

/// What is known about all errors of an example while one of them is looked at.
pub(super) struct Context<'a> {
    pub(super) scaffold: &'a Scaffold,
    /// All that is missing.
    pub(super) missing: Vec<MissingName>,
    pub(super) code_missing: bool,
    pub(super) environment_missing: bool,
    /// Types that lack a trait, since its derive macro was not found.
    bare_types: BTreeSet<&'a str>,
    /// Functions below an attribute that was not found, which may make anything of them.
    rewritten: Vec<&'a Body>,
    /// Bodies in which something outside the document is read.
    unread: Vec<&'a Body>,
    /// Types of the example that the compiler took for the standard library's.
    own_types: BTreeSet<&'a str>,
    /// All errors.
    errors: &'a [&'a Diagnostic],
}

impl<'a> Context<'a> {
    fn of(scaffold: &'a Scaffold, errors: &'a [&'a Diagnostic]) -> Self {
        let missing: Vec<MissingName> = errors.iter().filter_map(|e| names::missing(e)).collect();
        let lacking: Vec<&&Diagnostic> = errors
            .iter()
            .filter(|error| lacks_at_compile_time(error))
            .collect();
        let body_of = |error: &Diagnostic| {
            let start = error.place()?.code.start;
            let mut bodies = scaffold.bodies.iter().flatten();
            bodies.find(|body| body.block.contains(&start))
        };
        let unread: Vec<&Body> = lacking.iter().filter_map(|error| body_of(error)).collect();
        Self {
            scaffold,
            // What is read among items defines items; what is read in a body is a value there.
            code_missing: unread.len() < lacking.len()
                || !scaffold.unresolved.is_empty()
                || missing.iter().any(|name| name.kind != NameKind::Item)
                || errors.iter().any(|error| is_of_import(scaffold, error))
                || errors.iter().any(|e| e.code.as_deref() == Some("E0405")),
            environment_missing: !lacking.is_empty(),
            bare_types: deriving::bare_types(scaffold, errors),
            missing,
            rewritten: rewritten(scaffold, errors),
            unread,
            own_types: orphans::own_types(scaffold, errors),
            errors,
        }
    }

    fn any_missing(&self) -> bool {
        !self.missing.is_empty() || !self.scaffold.unresolved.is_empty()
    }

    /// What the machine lacks, or a word processor has spoilt: nothing that the code itself says.
    fn of_machine(&self, error: &Diagnostic) -> Option<Cause> {
        if error.level == Level::Crash {
            return Some(environment_cause(&error.message, error.place()));
        }
        if let Some(message) = typography::explains(error) {
            return Some(at(CauseKind::CompileError, error, None, message));
        }
        if lacks_at_compile_time(error) {
            let message = unlinked(error).unwrap_or_else(|| error.message.clone());
            return Some(environment_cause(&message, error.place()));
        }
        if is_of_assembler(error) {
            let message = format!("{}: it may be for another processor", error.message);
            return Some(at(CauseKind::Environment, error, None, message));
        }
        if let Some(who) = elsewhere::who_has(self.scaffold, error) {
            let message = format!("{}: {who}", error.message);
            return Some(at(CauseKind::Environment, error, None, message));
        }
        if let Some(message) = elsewhere::stable_by_now(error) {
            return Some(at(CauseKind::CompileError, error, None, message));
        }
        None
    }

    /// The root cause that `error` stands for; `None` when it merely follows from another.
    fn cause(&self, error: &Diagnostic) -> Option<Cause> {
        if let Some(cause) = self.of_machine(error) {
            return Some(cause);
        }
        let missing = names::missing(error);
        if self.is_about_artefact(error, missing.as_ref()) {
            let message = format!(
                "a crate that was built cannot be used, run verify again: {}",
                error.message
            );
            return Some(environment_cause(&message, error.place()));
        }
        if fragments::excuses(self.scaffold, error) {
            return None;
        }
        if let Some(unseen) = unseen::missing(self.scaffold, error) {
            let message = format!("{}: the code around is not shown", error.message);
            let name = Some(unseen.name);
            return Some(at(CauseKind::MissingName, error, name, message));
        }
        if let Some(missing) = missing {
            return self.missing(error, missing);
        }
        if let Some(place) = error.place() {
            if self.is_filled(error, place) {
                // Said once, for the line.
                return None;
            }
            if self.is_elided(error, place) {
                let message = "code is left out here".to_owned();
                return Some(at(CauseKind::ElidedBody, error, None, message));
            }
        }
        if let Some(message) = left_out::explains(&self.scaffold.left_out, error) {
            return Some(at(CauseKind::ElidedBody, error, None, message));
        }
        let owner = orphans::owner(self.scaffold, error);
        if let Some(name) = owner.filter(|it| self.own_types.contains(it)) {
            let message =
                format!("this is another `{name}` than the standard library's, and is not shown");
            let name = Some(name.to_owned());
            return Some(at(CauseKind::MissingName, error, name, message));
        }
        if orphans::follows(self.scaffold, &self.own_types, self.errors, error) {
            return None;
        }
        if let Some(message) = fragments::of_associated(self.scaffold, error) {
            return Some(at(CauseKind::ElidedBody, error, None, message.to_owned()));
        }
        if self.follows(error) || self.is_rewritten(error) || is_about_wrapper(error) {
            return None;
        }
        if self.is_left_open(error) {
            let message = format!("code that is not shown decides this: {}", error.message);
            return Some(at(CauseKind::ElidedBody, error, None, message));
        }
        if let Some(member) = names::missing_member(self.scaffold, error) {
            let message = error.message.clone();
            return Some(at(CauseKind::MissingName, error, Some(member), message));
        }
        if let Some(name) = impls::missing_impl(self.scaffold, error) {
            let message = format!("{}; an `impl` that is not shown may do so", error.message);
            return Some(at(CauseKind::MissingName, error, Some(name), message));
        }
        if error.is_outside_document() {
            // Code that we wrote is at fault; blaming the document would be a guess.
            let message = format!(
                "the compiler rejects code around the example: {}",
                error.message
            );
            return Some(environment_cause(&message, None));
        }
        if let Some((method, traits)) = names::unimported_trait(error) {
            let traits = traits.join(", ");
            let message = format!("{}; `use {traits};` would bring it", error.message);
            return Some(at(CauseKind::MissingName, error, Some(method), message));
        }
        if let Some(linked) = api::lacking(self.scaffold, error) {
            let message = of_crate(&full_message(error), linked);
            return Some(at(CauseKind::WrongApi, error, None, message));
        }
        if let Some((method, traits)) = names::missing_trait(self.scaffold, error) {
            let message = format!(
                "{}; it may be a method of a trait that is not imported: {}",
                error.message,
                traits.join(", ")
            );
            return Some(at(CauseKind::MissingName, error, Some(method), message));
        }
        if let Some(method) = names::missing_of_future(error) {
            let message = format!(
                "{}; it may be a method of a trait for futures that is not shown",
                error.message
            );
            return Some(at(CauseKind::MissingName, error, Some(method), message));
        }
        let kind = match error.code.as_deref() {
            Some("E0428" | "E0201" | "E0592" | "E0119" | "E0124" | "E0255") => {
                CauseKind::DuplicateDefinition
            }
            _ => CauseKind::CompileError,
        };
        Some(at(kind, error, None, full_message(error)))
    }

    /// Whether the compiler cannot read what was built of a crate: that is nobody's code.
    fn is_about_artefact(&self, error: &Diagnostic, missing: Option<&MissingName>) -> bool {
        match error.code.as_deref() {
            Some("E0463") => missing.is_some_and(|it| self.scaffold.libraries.contains(&it.name)),
            Some(code) => UNUSABLE_ARTEFACT.contains(&code),
            None => error.message.starts_with("extern location for "),
        }
    }

    fn follows(&self, error: &Diagnostic) -> bool {
        if self.any_missing() && error.speaks_of_unknown_types()
            || deriving::follows(&self.bare_types, error)
            || elsewhere::follows(self.errors, error)
            || self.builds_unknown(error)
        {
            return true;
        }
        let Some(code) = error.code.as_deref() else {
            return false;
        };
        let is_unread = || {
            let place = error.place();
            place.is_some_and(|place| {
                let mut unread = self.unread.iter();
                unread.any(|body| body.contains(place.code.start))
            })
        };
        let is_of_any = FOLLOW_ON_OF_ANY_MISSING_NAME.contains(&code);
        let is_of_code = FOLLOW_ON_OF_MISSING_CODE.contains(&code);
        (self.any_missing() && is_of_any)
            || (self.code_missing && is_of_code)
            || ((is_of_any || is_of_code) && is_unread())
    }

    /// Whether `error` is about the way to build a type that is not there.
    fn builds_unknown(&self, error: &Diagnostic) -> bool {
        let is_of_self = error
            .message
            .starts_with("the `Self` constructor can only be used with ");
        let start = error.place().map(|it| it.code.start);
        let is_unknown = |owner: &std::ops::Range<usize>| {
            let mut missing = self.errors.iter().filter(|it| names::missing(it).is_some());
            missing.any(|it| it.place().is_some_and(|it| owner.contains(&it.code.start)))
        };
        let mut impls = self.scaffold.impls.iter();
        is_of_self
            && impls.any(|it| {
                start.is_some_and(|it_start| it.inside.contains(&it_start)) && is_unknown(&it.owner)
            })
    }

    /// Whether `error` lies in a function that an unknown attribute may make something else of.
    fn is_rewritten(&self, error: &Diagnostic) -> bool {
        let start = error.place().map(|place| place.code.start);
        let mut rewritten = self.rewritten.iter();
        start.is_some_and(|start| rewritten.any(|body| body.contains(start)))
    }

    /// Whether `error` is about a type that code below would decide.
    fn is_left_open(&self, error: &Diagnostic) -> bool {
        let bodies = self.scaffold.bodies.as_deref().unwrap_or_default();
        is_left_open(bodies, &self.scaffold.operands, error)
    }

    /// Whether `error` comes of a stand-in: it lies on a line that holds one, or is about a value
    /// that one stood for.
    fn is_filled(&self, error: &Diagnostic, place: &Span) -> bool {
        const ABOUT_VALUES: [&str; 7] = [
            "E0277", "E0282", "E0283", "E0284", "E0599", "E0609", "E0614",
        ];
        let is_on_line =
            |line: &Span| line.code.start <= place.code.start && place.code.start <= line.code.end;
        let is_about_value = || {
            error
                .code
                .as_deref()
                .is_some_and(|code| ABOUT_VALUES.contains(&code))
                && ["annotations needed", "type `!`", "`!: ", "`()`"]
                    .iter()
                    .any(|words| error.message.contains(words))
        };
        let filled = &self.scaffold.filled;
        let is_near = || filled.iter().any(is_on_line) && !is_about_head(error);
        !filled.is_empty() && (is_near() || is_about_value())
    }

    /// Whether `error` only says that code is left out: an ellipsis, or a comment for a value.
    fn is_elided(&self, error: &Diagnostic, place: &Span) -> bool {
        let at_ellipsis = self
            .scaffold
            .elisions
            .iter()
            .any(|elision| place.code.start <= elision.end && elision.start <= place.code.end);
        if at_ellipsis || is_signature(error) {
            return true;
        }
        let is_about_the_value = matches!(error.code.as_deref(), Some("E0271" | "E0277" | "E0308"));
        is_about_the_value
            && self
                .scaffold
                .bodies
                .iter()
                .flatten()
                .any(|body| body.elided && body.signature.contains(&place.code.start))
    }
}

/// Whether `error` is about what stands in the head of an item, and would be there whatever is left out
/// behind that.
fn is_about_head(error: &Diagnostic) -> bool {
    const CODES: [&str; 14] = [
        "E0050", "E0053", "E0116", "E0117", "E0119", "E0120", "E0185", "E0186", "E0195", "E0201",
        "E0404", "E0407", "E0437", "E0438",
    ];
    match error.code.as_deref() {
        Some("E0107") => error.message.starts_with("missing generics for "),
        Some(code) => CODES.contains(&code),
        None => false,
    }
}

/// Whether `error` only says that a function has no body: documents show signatures that way.
fn is_signature(error: &Diagnostic) -> bool {
    let messages = [
        "free function without a body",
        "associated function in `impl` without body",
    ];
    error.code.is_none() && messages.contains(&error.message.as_str())
}

/// Whether `error` is about what the function around statements returns, which is our guess.
fn is_about_wrapper(error: &Diagnostic) -> bool {
    const RETURNED: &str = "expected `Result<(), Box<dyn Error>>`";
    let label = |label: &str| label.starts_with(RETURNED);
    error.code.as_deref() == Some("E0308")
        && error
            .spans
            .iter()
            .any(|span| span.label.as_deref().is_some_and(label))
}

pub(super) fn full_message(error: &Diagnostic) -> String {
    let label = error
        .spans
        .iter()
        .find(|span| span.primary)
        .and_then(|span| span.label.as_deref());
    match label {
        Some(label) if !error.message.contains(label) => format!("{}: {label}", error.message),
        _ => error.message.clone(),
    }
}

/// A message about what `linked` does not have, with the version that has it not.
pub(super) fn of_crate(message: &str, linked: &LinkedCrate) -> String {
    format!("{message} ({} {})", linked.package, linked.version)
}

pub(super) fn at(
    kind: CauseKind,
    error: &Diagnostic,
    name: Option<String>,
    message: String,
) -> Cause {
    Cause {
        code: error.code.clone(),
        name,
        explanation: explain::explanation(error),
        ..Cause::new(kind, message).at(error.place())
    }
}
