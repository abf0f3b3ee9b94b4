//! The function around statements, once the compiler has seen them: what it has to return, and whether
//! there has to be one.

use verify_model::{AidKind, Diagnostic, DiagnosticSpan};

use super::Situation;
use crate::facts::Syntax;
use crate::scaffold::{MACRO_LIBRARY, Plan, Returns, Target, Waits, Wrapper};

/// Puts a function around a text of items and calls of macros, when these stand for something that is
/// no item. Returns whether it did.
pub(super) fn enclose(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    let facts = situation.facts;
    let is_library = plan.wrapper == Wrapper::None && plan.target == Target::Library;
    let may_be_enclosed = is_library
        && facts.syntax == Syntax::File
        && facts.stray_methods.is_empty()
        && !facts.names.words.contains("test")
        && !facts.may_hold_doctests;
    let is_inside = |at: usize| facts.modules.iter().any(|module| module.contains(&at));
    let at_top = |error: &Diagnostic| {
        let places = error.spans.iter().filter_map(|span| span.place.as_ref());
        let mut starts = places.map(|place| place.code.start);
        starts.any(|start| !is_inside(start))
    };
    let mut errors = situation.errors();
    if !may_be_enclosed || !errors.any(|error| is_no_item(error) && at_top(error)) {
        return false;
    }
    let (waits, returns) = (Waits::No, Returns::Unit);
    plan.wrapper = Wrapper::Function { waits, returns };
    plan.target = Target::Program;
    plan.add_aid(
        AidKind::Wrapper,
        waits.wrapper(),
        "a macro stands for statements or a value, outside any function",
    );
    true
}

/// Makes a library of procedural macros of a text in which a macro makes one, whether or not it has a
/// `main` besides. Returns whether it did.
pub(super) fn export(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    const ONLY_THERE: &str = "attribute is only usable with crates of the `proc-macro` crate type";
    let is_whole = plan.wrapper == Wrapper::None && plan.target != Target::ProcMacro;
    let mut errors = situation.errors();
    let exports = is_whole && errors.any(|error| error.message.contains(ONLY_THERE));
    if exports {
        plan.target = Target::ProcMacro;
        // Such a crate has it by itself.
        plan.forget_import(MACRO_LIBRARY);
    }
    exports
}

/// Whether a macro made something else where only items can be.
fn is_no_item(error: &Diagnostic) -> bool {
    let is_invalid = |text: &str| text.contains("is likely invalid in item context");
    let mut notes = error.notes.iter().map(|note| note.message.as_str());
    error.code.is_none()
        && (error
            .message
            .starts_with("non-item macro in item position: ")
            || error.message.starts_with("macro expansion ignores ") && notes.any(is_invalid))
}

/// Changes the return type to what the statements ask for. Returns whether it did.
pub(super) fn fit(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    let Wrapper::Function { waits, returns } = plan.wrapper else {
        return false;
    };
    let returns = match returns {
        Returns::Unit if has_macro_that_returns(situation) => Returns::OwnTypes,
        Returns::BoxedError if asks_for_option(situation) => Returns::Option,
        Returns::BoxedError | Returns::OwnOk | Returns::OwnResult
            if has_error_of_its_own(situation) =>
        {
            Returns::OwnTypes
        }
        Returns::BoxedError | Returns::OwnOk | Returns::OwnResult
            if has_error_of_no_kind(situation) =>
        {
            Returns::AnyError
        }
        _ => return false,
    };
    plan.wrapper = Wrapper::Function { waits, returns };
    true
}

/// `?` on options.
fn asks_for_option(situation: &Situation<'_>) -> bool {
    const ON_OPTION: &str = "the `?` operator can only be used on `Result`s, not `Option`s";
    let mut errors = situation.errors();
    errors.any(|error| error.message.starts_with(ON_OPTION))
}

/// Macros that return an error, such as `bail!`.
fn has_macro_that_returns(situation: &Situation<'_>) -> bool {
    const RETURNED: &str = "expected `()`, found `Result<";
    situation.errors().any(|error| {
        let mut spans = error.spans.iter();
        error.code.as_deref() == Some("E0308")
            && spans.any(|span| {
                let label = span.label.as_deref().unwrap_or_default();
                span.primary && label.starts_with(RETURNED) && is_call(situation, span)
            })
    })
}

/// Whether a place is that of a macro's call.
fn is_call(situation: &Situation<'_>, span: &DiagnosticSpan) -> bool {
    let place = span.place.as_ref();
    let text = place.and_then(|it| situation.code.get(it.code.clone()));
    text.and_then(|it| it.split_once('!'))
        .is_some_and(|(path, _)| {
            path.trim_end()
                .chars()
                .all(|it| it.is_alphanumeric() || matches!(it, '_' | ':'))
        })
}

/// `?` on errors that do not implement `Error`, which only our return type asks for.
fn has_error_of_no_kind(situation: &Situation<'_>) -> bool {
    let mut errors = situation.errors();
    errors.any(|error| {
        let message = error
            .message
            .strip_prefix("`?` couldn't convert the error: `");
        message.is_some_and(|it| it.contains(": std::error::Error` is not satisfied"))
    })
}

/// Errors that are no `Box<dyn Error>`, the type that is only ours.
fn has_error_of_its_own(situation: &Situation<'_>) -> bool {
    const UNLIKE: &str = "`?` couldn't convert the error to `Box<dyn";
    const EXPECTED: [&str; 2] = [
        "expected `Box<dyn Error>`, found",
        "expected `Result<(), Box<dyn Error>>`, found `Result<",
    ];
    let mut errors = situation.errors();
    errors.any(|error| {
        let mut labels = error.spans.iter().filter_map(|span| span.label.as_deref());
        let is_other = |label: &str| EXPECTED.iter().any(|it| label.starts_with(it));
        error.message.starts_with(UNLIKE) || labels.any(is_other)
    })
}
