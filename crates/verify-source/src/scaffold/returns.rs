//! What the function around statements returns, so that theirs fit.

use verify_model::judge::ANY_ERROR;

use super::Returns;
use crate::facts::{Facts, TailKind};

/// An error that any other becomes, whose own type is no part of what is judged. That it is not `Debug`
/// itself lets it be made of what is.
pub(super) fn any_error() -> String {
    format!(
        "
struct {ANY_ERROR}(::std::string::String);
impl<E: ::std::fmt::Debug> ::std::convert::From<E> for {ANY_ERROR} {{
    fn from(error: E) -> Self {{
        Self(::std::format!(\"{{error:?}}\"))
    }}
}}
"
    )
}

impl Returns {
    /// The function's return type, as it is written.
    pub(super) fn rendered(self, facts: &Facts) -> String {
        let ok = if knows_value(facts) {
            "impl ::std::marker::Sized"
        } else {
            "()"
        };
        match self {
            Self::Unit => String::new(),
            Self::BoxedError | Self::OwnOk | Self::OwnResult => format!(
                " -> ::std::result::Result<{ok}, ::std::boxed::Box<dyn ::std::error::Error>>"
            ),
            Self::AnyError => format!(" -> ::std::result::Result<{ok}, {ANY_ERROR}>"),
            Self::OwnTypes => format!(" -> ::std::result::Result<{ok}, impl ::std::fmt::Debug>"),
            Self::Option => " -> ::std::option::Option<()>".to_owned(),
            Self::OptionOfValue => {
                " -> ::std::option::Option<impl ::std::marker::Sized>".to_owned()
            }
            Self::Value => " -> impl ::std::marker::Sized".to_owned(),
        }
    }

    /// What stands before and behind the call of an inner function with that return type; `None`
    /// when `main` may have it itself. To return early, or to end in an error, is no failure.
    pub(super) fn use_of_inner(self, facts: &Facts) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Unit | Self::BoxedError | Self::OwnOk => None,
            Self::OwnTypes if has_tail(facts, TailKind::Err) => Some(("let _ = ", "")),
            Self::AnyError => Some(("", ".map_err(|it| it.0).unwrap()")),
            Self::OwnResult | Self::OwnTypes | Self::Option => Some(("", ".unwrap()")),
            Self::OptionOfValue | Self::Value => Some(("let _ = ", "")),
        }
    }

    /// Whether the value that the statements end in is the function's.
    pub(super) fn takes_tail(self, facts: &Facts) -> bool {
        const RESULTS: [TailKind; 3] = [TailKind::Ok, TailKind::OkWithValue, TailKind::OkWithTypes];
        match self {
            Self::OwnOk | Self::OwnResult | Self::OwnTypes | Self::Value => true,
            Self::AnyError => RESULTS.into_iter().any(|kind| has_tail(facts, kind)),
            _ => false,
        }
    }

    /// What the function ends in, where the statements have no value for it.
    pub(super) fn end(self, facts: &Facts) -> &'static str {
        /// The value that is due is not shown. What comes behind the statements is none of theirs.
        const REST: &str = "::std::process::exit(0)\n";
        match self {
            Self::Unit => "",
            Self::Value => REST,
            Self::OwnResult | Self::OwnTypes | Self::AnyError if knows_value(facts) => REST,
            Self::BoxedError | Self::OwnOk | Self::OwnResult | Self::OwnTypes | Self::AnyError => {
                "Ok(())\n"
            }
            Self::Option => "Some(())\n",
            Self::OptionOfValue => "None\n",
        }
    }
}

/// Whether the statements themselves say of which value their result is.
fn knows_value(facts: &Facts) -> bool {
    facts.returns_value
        || has_tail(facts, TailKind::OkWithValue)
        || has_tail(facts, TailKind::OkWithTypes)
}

fn has_tail(facts: &Facts, kind: TailKind) -> bool {
    facts.tail.as_ref().is_some_and(|tail| tail.kind == kind)
}
