//! What the function around statements has to return, once the compiler has seen them.

use super::Situation;
use crate::scaffold::{Plan, Returns, Wrapper};

/// Changes the return type to what the statements ask for. Returns whether it did.
pub(super) fn fit(situation: &Situation<'_>, plan: &mut Plan) -> bool {
    let Wrapper::Function { waits, returns } = plan.wrapper else {
        return false;
    };
    let returns = match returns {
        Returns::BoxedError if asks_for_option(situation) => Returns::Option,
        Returns::BoxedError | Returns::OwnOk | Returns::OwnResult
            if has_error_of_its_own(situation) =>
        {
            Returns::OwnTypes
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

/// Errors that are no `Box<dyn Error>`, the type that is only ours.
fn has_error_of_its_own(situation: &Situation<'_>) -> bool {
    const UNLIKE: &str = "`?` couldn't convert the error to `Box<dyn";
    const EXPECTED: &str = "expected `Box<dyn Error>`, found";
    let mut errors = situation.errors();
    errors.any(|error| {
        let mut labels = error.spans.iter().filter_map(|span| span.label.as_deref());
        error.message.starts_with(UNLIKE) || labels.any(|label| label.starts_with(EXPECTED))
    })
}
