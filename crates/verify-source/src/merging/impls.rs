//! Trait implementations: one for a type of somebody else's would be seen by every other module.

use std::collections::BTreeSet;

use super::File;
use crate::facts::Names;
use crate::lex::Kind;

/// Whether every `impl` of a trait is about a type or a trait that the file defines itself.
pub(super) fn are_of_own_types(file: &File<'_>, names: &Names) -> bool {
    (0..file.code.len())
        .filter(|&index| file.ident(index) == Some("impl"))
        .all(|index| is_of_own_type(file, names, index))
}

/// The names of all traits that are implemented, without their paths; `None` when one has no name.
pub(super) fn of_traits(file: &File<'_>) -> Option<BTreeSet<String>> {
    let impls = (0..file.code.len()).filter(|&index| file.ident(index) == Some("impl"));
    let headers = impls.filter_map(|index| header(file, index));
    headers
        .map(|header| of_trait(file, header.of_trait))
        .collect()
}

/// The last segment of the path at `index`.
fn of_trait(file: &File<'_>, index: usize) -> Option<String> {
    let is_colon = |index| file.is(index, Kind::Punct(':'));
    let mut next = index + usize::from(file.is(index, Kind::Punct('!')));
    next += if is_colon(next) { 2 } else { 0 };
    while is_colon(next + 1) && is_colon(next + 2) && file.ident(next + 3).is_some() {
        next += 3;
    }
    let name = file.ident(next)?;
    Some(name.trim_start_matches("r#").to_owned())
}

fn is_of_own_type(file: &File<'_>, names: &Names, index: usize) -> bool {
    let Some(header) = header(file, index) else {
        return true;
    };
    let is_own = |start: usize| {
        let start = start + usize::from(file.is(start, Kind::Punct('!')));
        // A path of several segments leads elsewhere, or to a module whose names are not known here.
        file.ident(start).is_some_and(|it| names.types.contains(it))
            && !file.is(start + 1, Kind::Punct(':'))
    };
    is_own(header.of_trait) || is_own(header.of_type)
}

/// Where the trait and the type of an `impl` begin, as indices of tokens.
struct Header {
    of_trait: usize,
    of_type: usize,
}

/// The header of the `impl` at `index`; `None` when it is of no trait, or is no item but a type.
fn header(file: &File<'_>, index: usize) -> Option<Header> {
    let mut next = index + 1;
    if file.is(next, Kind::Punct('<')) {
        next = behind_generics(file, next)?;
    }
    let of_trait = next;
    let mut depth = 0_usize;
    while let Some(token) = file.code.get(next) {
        match token.kind {
            Kind::Punct('<') | Kind::Open('(' | '[') => depth += 1,
            Kind::Punct('>') if is_arrow(file, next) => {}
            // The end of what an `impl` in the place of a type stands in.
            Kind::Punct('>') | Kind::Close(')' | ']') => depth = depth.checked_sub(1)?,
            Kind::Open('{') | Kind::Close('}') | Kind::Punct(';' | ',' | '=') if depth == 0 => {
                return None;
            }
            // Not the `for<'a>` of a bound.
            Kind::Ident
                if depth == 0
                    && file.ident(next) == Some("for")
                    && !file.is(next + 1, Kind::Punct('<')) =>
            {
                let of_type = next + 1;
                return Some(Header { of_trait, of_type });
            }
            _ => {}
        }
        next += 1;
    }
    None
}

/// The index behind the generics that begin at `index`.
fn behind_generics(file: &File<'_>, index: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut next = index;
    while let Some(token) = file.code.get(next) {
        match token.kind {
            Kind::Punct('<') => depth += 1,
            Kind::Punct('>') if !is_arrow(file, next) => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(next + 1);
                }
            }
            _ => {}
        }
        next += 1;
    }
    None
}

/// Whether the `>` at `index` is the end of `->` or `=>`.
fn is_arrow(file: &File<'_>, index: usize) -> bool {
    let before = index.wrapping_sub(1);
    file.is(before, Kind::Punct('-')) || file.is(before, Kind::Punct('='))
}
