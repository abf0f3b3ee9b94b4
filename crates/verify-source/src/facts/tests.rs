use super::*;

fn roots(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Facts::of(text)
        .names
        .roots
        .into_iter()
        .map(|root| root.name)
        .collect();
    names.sort();
    names
}

#[test]
fn crate_roots_are_found_wherever_a_path_can_stand() {
    let cases = [
        ("use serde::Deserialize;", vec!["serde"]),
        (
            "use {serde::Deserialize, tokio::{sync::{mpsc, oneshot}, time}};",
            vec!["serde", "tokio"],
        ),
        ("pub use ::anyhow::Result as Outcome;", vec!["anyhow"]),
        ("use rand;", vec!["rand"]),
        ("extern crate regex;", vec!["regex"]),
        ("#[tokio::main] async fn main() {}", vec!["tokio"]),
        (
            "#[derive(Debug, thiserror::Error)] enum E {}",
            vec!["thiserror"],
        ),
        ("fn f() { sqlx::query!(\"x\"); }", vec!["sqlx"]),
        ("fn f() { println!(\"{}\", hex::encode(x)); }", vec!["hex"]),
        (
            "fn f(x: bytes::Bytes) -> Box<dyn futures::Stream> { <u8 as num::Zero>::zero() }",
            vec!["bytes", "futures", "num"],
        ),
        ("let a: Vec<::uuid::Uuid> = b;", vec!["uuid"]),
        (
            "use serde::Deserialize; ... prose, then rayon::join(",
            vec!["rayon", "serde"],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(roots(text), expected, "{text}");
    }
}

#[test]
fn the_types_of_an_impl_are_no_names_of_their_own() {
    let defines = |text: &str| Facts::of(text).names.defined.contains("Kind");
    for text in [
        "impl<T: Fn()> Shelf for [T; 2] where T: Copy { type Kind = u8; }",
        "unsafe impl Shelf for A { fn f() {} type Kind = u8; }",
        "pub trait Shelf { type Kind; }",
        "#[cfg(test)] impl A { fn f() { g(); } type Kind = u8; }",
    ] {
        assert!(!defines(text), "{text}");
    }
    for text in [
        "type Kind = u8;",
        "impl Shelf for A { type Other = u8; } type Kind = u8;",
        "fn f(a: impl Shelf) { type Kind = u8; }",
        "fn f() -> impl Shelf { type Kind = u8; }",
        "impl A { fn f() { struct Kind; } }",
    ] {
        assert!(defines(text), "{text}");
    }
}

#[test]
fn what_the_text_defines_or_imports_is_no_crate() {
    for text in [
        "use std::fmt; fn f(x: fmt::Error) {}",
        "mod shapes { pub struct A; } fn f() { shapes::A; }",
        "use crate::shapes::A; use super::b; use self::c::d;",
        "use std::sync::mpsc; fn f() { mpsc::channel(); }",
        "fn f() { a.collect::<Vec<_>>(); size_of::<u8>(); u32::from_str(\"1\"); f64::consts::PI; }",
        "enum Color { Red } use Color::*; fn f() -> Color { Color::Red }",
        "macro_rules! m { () => { $crate::x::y() } }",
        "// use serde::Deserialize;\n/// serde::Serialize\nfn f() { \"tokio::main\"; }",
        "fn f() -> impl Sized + use<'a, T> {}",
    ] {
        assert_eq!(roots(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn imports_are_read_with_their_paths_and_aliases() {
    let facts =
        Facts::of("use a::{self, b::C as D, e::*};\nuse f as g;\nuse T as _;\nmod m { use h::I; }");
    let imports: Vec<(&str, &str, bool)> = facts
        .names
        .imports
        .iter()
        .map(|import| (import.path.as_str(), import.name.as_str(), import.top_level))
        .collect();
    assert_eq!(
        imports,
        [
            ("a", "a", true),
            ("a::b::C", "D", true),
            ("a::e::*", "", true),
            ("f", "g", true),
            ("T", "", true),
            ("h::I", "I", false),
        ]
    );
}

#[test]
fn bare_macros_derives_and_attributes_are_listed() {
    let facts = Facts::of(
        "#[async_trait] trait T {}\n#[derive(Serialize, serde::Deserialize)] struct S;\nfn f() { json!({}); log::info!(\"x\"); vec![1]; }",
    );
    let names = |list: &[names::Used]| -> Vec<String> {
        list.iter().map(|used| used.name.clone()).collect()
    };
    assert_eq!(names(&facts.names.attributes), ["async_trait"]);
    assert_eq!(names(&facts.names.derives), ["Serialize"]);
    assert_eq!(names(&facts.names.macros), ["json", "vec"]);
}

#[test]
fn texts_are_files_statements_or_tokens() {
    let cases = [
        ("fn main() {}", Syntax::File),
        ("", Syntax::File),
        ("// only a comment", Syntax::File),
        ("let x = 1;", Syntax::Statements),
        ("#![allow(unused)]\nlet x = 1;", Syntax::Statements),
        ("x + 1", Syntax::Statements),
        ("fn f() { ... }", Syntax::Tokens),
        ("let x = 1; let y = ...;", Syntax::TokensOfStatements),
        (
            "user_service.rs // 100 lines\nuser/auth.rs // 80 lines",
            Syntax::TokensOfStatements,
        ),
        ("println!(\"a\");", Syntax::Statements),
        ("use a::b;\nassert_eq!(b(), 1);", Syntax::Statements),
        ("proptest! { #[test] fn f() {} }", Syntax::File),
        ("println!(“a b”);", Syntax::TokensOfStatements),
        ("client.get(“a”).send();", Syntax::TokensOfStatements),
        ("// first\nlet x = 1 – ‘long’;", Syntax::TokensOfStatements),
        ("const A: &str = “a”;", Syntax::Tokens),
    ];
    for (text, expected) in cases {
        assert_eq!(Facts::of(text).syntax, expected, "{text}");
    }
}

#[test]
fn a_main_is_a_function_or_a_macro_that_writes_one() {
    let cases = [
        ("fn main() {}", Some(Main::Function)),
        ("#[tokio::main]\nasync fn main() {}", Some(Main::Function)),
        ("criterion_main!(benches);", Some(Main::Macro)),
        ("#[wasm_bindgen(start)]\npub fn main() {}", None),
        ("mod a { fn main() {} criterion_main!(b); }", None),
        ("fn other() {}", None),
    ];
    for (text, expected) in cases {
        assert_eq!(Facts::of(text).main, expected, "{text}");
    }
}

#[test]
fn statements_tell_whether_they_wait_or_return_early() {
    let cases = [
        ("let a = f().await;", true, false),
        ("let a = f()?;", false, true),
        ("let a = async { f().await? };", false, false),
        ("let a = || f()?;", false, false),
        (
            "fn g() -> Option<u8> { f()? ; None } let a = 1;",
            false,
            false,
        ),
        ("tokio::select! { a = b() => {} }", true, false),
        (
            "select! { recv(r) -> m => drop(m), default => {} }",
            false,
            false,
        ),
        ("println!(\"{}\", f().await?);", true, true),
        ("return Ok(());", false, true),
        ("let a = f().await\nlet b = a;", true, false),
        ("let a = f().await?\nlet b = a;", true, true),
        ("let a = || f()?\nlet b = a;", false, false),
        ("let a = async { f().await }\nlet b = a;", false, false),
    ];
    for (text, awaits, returns_early) in cases {
        let facts = Facts::of(text);
        assert_eq!(
            (facts.awaits, facts.returns_early),
            (awaits, returns_early),
            "{text}"
        );
    }
}

#[test]
fn values_that_statements_return_are_told_from_results() {
    let cases = [
        ("return 1;", false, true),
        ("if a { return b; }", false, true),
        ("return Ok(());", true, false),
        ("return Ok(1);", true, true),
        ("return Err(e);", true, false),
        ("return None;", false, false),
        ("return;", false, false),
        ("let a = || return 1;", false, false),
    ];
    for (text, early, value) in cases {
        let facts = Facts::of(text);
        assert_eq!(
            (facts.returns_early, facts.returns_value),
            (early, value),
            "{text}"
        );
    }
}

#[test]
fn statements_beside_a_main_are_no_statements() {
    for (text, expected) in [
        ("fn main() {}\nfn other() {};", Syntax::Tokens),
        ("let a = 1;\nfn main() {}", Syntax::Tokens),
        ("let a = 'long';\nf();", Syntax::TokensOfStatements),
        ("fn main() {}\nfn other() {}", Syntax::File),
        ("fn other() {};\nother();", Syntax::Statements),
        ("fn f() { fn main() {} }\nf();", Syntax::Statements),
    ] {
        assert_eq!(Facts::of(text).syntax, expected, "{text}");
    }
}

#[test]
fn tails_are_told_from_statements() {
    let kind = |text: &str| Facts::of(text).tail.map(|tail| tail.kind);
    assert_eq!(kind("let a = 1; a"), Some(TailKind::Other));
    assert_eq!(kind("f()?; Ok(())"), Some(TailKind::Ok));
    assert_eq!(kind("f()?; Ok::<(), E>(())"), Some(TailKind::OkWithTypes));
    assert_eq!(kind("f()?; Ok(1)"), Some(TailKind::OkWithValue));
    assert_eq!(kind("f()?; Err(e)"), Some(TailKind::Err));
    assert_eq!(kind("let a = 1;"), None);
}

#[test]
fn bodies_with_a_comment_for_a_value_are_elided() {
    let text = "fn a() -> u8 { /* later */ }\nfn b() -> u8 { 1 }\nfn c() { // nothing\n}\nfn d() -> u8 {\n    f()?;\n    // the rest\n}\nfn e() -> u8 { f(); }\nfn g() -> u8 {\n    f();\n    // ERROR: `()` is no `u8`\n}\nfn h() -> u8 {\n    // Error handling.\n}\n";
    let bodies = Facts::of(text).bodies.unwrap();
    let elided: Vec<bool> = bodies.iter().map(|body| body.elided).collect();
    assert_eq!(elided, [true, false, false, true, false, false, true]);
    assert_eq!(&text[bodies[1].block.clone()], "{ 1 }");
    assert_eq!(&text[bodies[1].signature.clone()], "fn b() -> u8 ");
}

#[test]
fn elisions_are_found_outside_comments_and_strings() {
    let text = "fn a() { ... }\n// ...\nlet s = \"...\"; let r = 1..2; …\nstruct S { a: u8, .... }";
    let found: Vec<&str> = Facts::of(text)
        .elisions
        .into_iter()
        .map(|range| &text[range])
        .collect();
    assert_eq!(found, ["...", "…", "...."]);
}

#[test]
fn offsets_count_bytes_also_behind_wide_characters() {
    let text = "// ❌ schlecht\nfn ä() -> u8 { 1 }";
    let bodies = Facts::of(text).bodies.unwrap();
    assert_eq!(&text[bodies[0].block.clone()], "{ 1 }");
}

#[test]
fn an_attribute_inside_a_body_is_no_part_of_the_signature() {
    let text = "fn a() -> u8 { #![allow(unused)] 1 }";
    let bodies = Facts::of(text).bodies.unwrap();
    assert_eq!(&text[bodies[0].signature.clone()], "fn a() -> u8 ");
}

#[test]
fn names_in_the_place_of_traits_are_listed() {
    let facts = Facts::of("impl a::B for C {} trait D: E {} fn f<T: G>(x: &dyn H) where T: I {}");
    let names: Vec<&str> = facts.trait_names.iter().map(String::as_str).collect();
    assert_eq!(names, ["B", "E", "G", "H", "I", "a"]);
}

#[test]
fn stray_receivers_blank_texts_and_possible_tests_are_noticed() {
    let text = "/// Doc.\npub async fn f(&self) {}\nfn g() {}";
    assert_eq!(Facts::of(text).stray_methods, vec![0..text.len() - 10]);
    assert!(
        Facts::of("impl A { fn f(&self) {} }")
            .stray_methods
            .is_empty()
    );
    assert!(Facts::of("#[proc_macro_derive(A)] pub fn a() {}").is_proc_macro);
    assert!(Facts::of(" // a\n/* b */").is_blank);
    assert!(!Facts::of("fn f() {}").is_blank);
    assert!(Facts::of("#[test] fn f() {}").may_hold_tests);
    assert!(Facts::of("proptest! { }").may_hold_tests);
    assert!(!Facts::of("#[derive(Debug)] struct S; fn f() { println!(); }").may_hold_tests);
    assert!(Facts::of("/// ```\n/// f();\n/// ```\nfn f() {}").may_hold_doctests);
    assert!(Facts::of("///     f();\nfn f() {}").may_hold_doctests);
    assert!(!Facts::of("/// Plain.\nfn f() {}").may_hold_doctests);
}

#[test]
fn top_level_items_are_listed_with_what_they_define() {
    let text = "use a::b;\n/// Doc.\n#[derive(Debug)]\nstruct S;\nimpl<'a> T for &'a S {}\nmacro_rules! m { () => {} }\nm!();\nfn main() {}\nmod inner { fn hidden() {} }\n";
    let facts = Facts::of(text);
    let items: Vec<(&str, ItemKind)> = facts
        .items
        .iter()
        .map(|item| (item.name.as_str(), item.kind))
        .collect();
    assert_eq!(
        items,
        [
            ("", ItemKind::Use),
            ("S", ItemKind::Definition),
            ("S", ItemKind::Impl),
            ("m", ItemKind::Macro),
            ("", ItemKind::Call),
            ("main", ItemKind::Main),
            ("inner", ItemKind::Definition),
        ]
    );
    assert!(text[facts.items[1].range.clone()].starts_with("/// Doc.\n#[derive(Debug)]"));
}

#[test]
fn what_was_only_mistyped_is_no_other_language() {
    let cases = [
        ("println!(“a”);", false),
        ("total(“a”) – rest;", false),
        ("if ready {", false),
        ("while ready() {\n    wait(", false),
        ("dbg!(x", false),
        ("“a” is read – then “b”", true),
        ("serde – for data", true),
        ("server {\n    listen 80;", true),
        ("server {", true),
        ("if ready then {", true),
        ("- println!(“a”)\n+ println!(\"a\")", true),
        ("if (x) { y } else {", false),
    ];
    for (text, expected) in cases {
        assert_eq!(Facts::of(text).is_foreign, expected, "{text}");
    }
    let deep = format!("a(“{}", "–".repeat(100_000));
    assert!(!Facts::of(&deep).parses());
}
