use super::{has_unusual_main, is_mergeable, may_differ_under_test};

#[test]
fn ordinary_code_may_stand_among_others() {
    for text in [
        "",
        "#![allow(unused)]\n//! A module.\npub(crate) fn f() {}",
        "pub struct S; impl S { pub fn new() -> Self { S } }",
        "struct S; impl Default for S { fn default() -> Self { S } }",
        "struct S<T>(T); impl<T: Fn(u8) -> u8> Iterator for S<T> { type Item = T; }",
        "trait T {} impl T for String {} impl<X> T for Vec<X> {}",
        "fn f() -> impl Fn(u8) -> u8 { |x| x }",
        "fn f(g: impl for<'a> Fn(&'a u8)) { for x in 0..1 {} }",
        "fn f<A>(a: Vec<impl Into<u8>>, b: A) { for x in b {} }",
        "mod tests { use super::*; mod deep { use super::super::x; } }",
        "#[allow(clippy::all)] fn f() {}",
        "fn main() { let link_local = 1; let line = 2; }",
        "// crate::x, extern \"C\", #[macro_export]\nfn f() { let s = \"crate::\"; }",
    ] {
        assert!(is_mergeable(text), "{text}");
    }
}

#[test]
fn what_belongs_to_a_crate_stays_alone() {
    for text in [
        "use crate::x;",
        "pub(in crate::x) struct S;",
        "macro_rules! m { () => { $crate::x } }",
        "#[macro_export] macro_rules! m { () => {} }",
        "extern crate alloc;",
        "extern \"C\" fn f() {}",
        "#[unsafe(no_mangle)] fn f() {}",
        "#![feature(x)]",
        "#![deny(warnings)]",
        "#[deny(unused)] fn f() {}",
        "#[warn(clippy::pedantic)] fn f() {}",
        "#[cfg(clippy)] fn f() {}",
        "mod other;",
        "#[path = \"x.rs\"] mod other {}",
        "fn f() { println!(\"{}\", module_path!()); }",
        "fn f() { println!(\"{}\", line!()); }",
        "const S: &str = include_str!(\"x\");",
        "const S: &str = env!(\"CARGO_PKG_NAME\");",
        "fn verify_member_1() {}",
    ] {
        assert!(!is_mergeable(text), "{text}");
    }
}

#[test]
fn a_parent_outside_the_file_stays_outside() {
    for text in [
        "use super::*;",
        "pub(super) fn f() {}",
        "mod m { use super::super::x; }",
        "mod m { } use super::x;",
        "fn f() { { super::g() } }",
    ] {
        assert!(!is_mergeable(text), "{text}");
    }
}

#[test]
fn implementations_that_others_could_see_stay_alone() {
    for text in [
        "struct S; impl From<S> for String { }",
        "struct S; impl PartialEq<S> for str { }",
        "struct S; impl From<S> for Vec<S> { }",
        "struct S; impl<'a> From<&'a S> for Box<S> { }",
        "struct S; impl Default for other::S { }",
        "impl<T> std::fmt::Display for T { }",
        "macro_rules! m { ($t:ty) => { impl Default for $t { } } }",
        "fn f() { impl std::ops::Add<u8> for String { } }",
    ] {
        assert!(!is_mergeable(text), "{text}");
    }
}

#[test]
fn only_the_word_test_tells_the_harness_from_the_program() {
    assert!(may_differ_under_test("#[cfg(not(test))] fn f() {}"));
    assert!(may_differ_under_test("#[tokio::test] async fn f() {}"));
    assert!(!may_differ_under_test("fn tests() { \"test\"; } // test"));
}

#[test]
fn a_main_that_can_be_called_may_still_be_no_beginning() {
    for (text, is_unusual) in [
        ("fn main() {}", false),
        (
            "fn main() -> Result<(), String> { fn f<T>() where T: Copy {} Ok(()) }",
            false,
        ),
        ("#[inline] async fn main() {}", false),
        ("fn main() where u8: Copy {}", true),
        ("#[track_caller] fn main() {}", true),
        (
            "const main: fn() = f; fn f() {} mod m { fn main() {} }",
            true,
        ),
    ] {
        assert_eq!(has_unusual_main(text), is_unusual, "{text}");
    }
}
