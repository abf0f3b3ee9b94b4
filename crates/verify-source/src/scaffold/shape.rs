//! The shape of an example: library or program, and the function around statements.

use verify_model::AidKind;

use super::{Plan, Returns, STAND_IN, Target, Waits, Wrapper};
use crate::facts::{EarlyOption, Facts, TailKind};

/// Decides between library and program, and wraps statements.
pub(super) fn shape(facts: &Facts, test_harness: bool, plan: &mut Plan) {
    if facts.is_proc_macro {
        plan.target = Target::ProcMacro;
        return;
    }
    if test_harness {
        return;
    }
    if !facts.is_statements() {
        if facts.main.is_some() && !facts.is_freestanding {
            plan.target = Target::Program;
        }
        if !facts.stray_methods.is_empty() {
            plan.add_aid(
                AidKind::Wrapper,
                format!("impl {STAND_IN}"),
                "a method stands outside any `impl`",
            );
        }
        return;
    }
    let (waits, mut reason) = waits(facts, plan);
    let returns = returns(facts);
    plan.target = if waits == Waits::Unrun {
        Target::Library
    } else {
        Target::Program
    };
    plan.wrapper = Wrapper::Function { waits, returns };
    reason.push_str(match returns {
        Returns::Unit => "",
        Returns::Option | Returns::OptionOfValue => "; they return early, so it returns an Option",
        Returns::BoxedError
        | Returns::OwnOk
        | Returns::OwnResult
        | Returns::OwnTypes
        | Returns::AnyError => "; they return early, so it returns a Result",
        Returns::Value => "; they return a value, and so does it",
    });
    plan.add_aid(AidKind::Wrapper, waits.wrapper(), reason);
}

/// How the function around statements waits, and why.
fn waits(facts: &Facts, plan: &Plan) -> (Waits, String) {
    let uses = |package: &str| plan.dependencies.contains_key(package);
    let of_actors = ["actix", "actix-rt", "actix-web"].into_iter().any(uses);
    let (waits, reason) = match (facts.awaits, facts.starts_tasks) {
        (true, _) if of_actors => (
            Waits::Unrun,
            "statements wait for futures outside any function, and show no system to run them on",
        ),
        (true, _) if uses("tokio") => (
            Waits::OnTokio,
            "statements wait for futures outside any function, and the example uses tokio",
        ),
        (true, _) => (
            Waits::Unrun,
            "statements wait for futures outside any function, and name no runtime to run them on",
        ),
        (false, true) if of_actors => (
            Waits::Unrun,
            "statements start tasks outside any function, and show no system to run them on",
        ),
        (false, true) if uses("tokio") => (
            Waits::OnTokio,
            "statements start tasks outside any function, and the example uses tokio",
        ),
        (false, _) => (Waits::No, "statements stand outside any function"),
    };
    (waits, reason.to_owned())
}

fn returns(facts: &Facts) -> Returns {
    match facts.tail.as_ref().map(|tail| tail.kind) {
        Some(TailKind::Ok) if !facts.returns_value => Returns::OwnOk,
        Some(TailKind::Ok | TailKind::OkWithValue) => Returns::OwnResult,
        Some(TailKind::OkWithTypes | TailKind::Err) => Returns::OwnTypes,
        _ if facts.returns_option == EarlyOption::OfValue => Returns::OptionOfValue,
        _ if facts.returns_option == EarlyOption::Empty => Returns::Option,
        _ if facts.returns_early && facts.returns_value => Returns::OwnResult,
        _ if facts.returns_early => Returns::BoxedError,
        _ if facts.returns_value => Returns::Value,
        _ => Returns::Unit,
    }
}
