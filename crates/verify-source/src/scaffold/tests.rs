use verify_model::{AidKind, Position, Rung};

use super::*;
use crate::facts::Facts;
use crate::known_crates::KnownCrates;
use crate::manifest;

fn allowed(configured: &[(&str, Option<&str>)]) -> Allowed {
    Allowed {
        known: KnownCrates::builtin(),
        libraries: BTreeMap::new(),
        configured: configured
            .iter()
            .map(|(name, requirement)| ((*name).to_owned(), requirement.map(str::to_owned)))
            .collect(),
    }
}

struct Made {
    plan: Plan,
    file: Rendered,
}

fn made(text: &str) -> Made {
    with(text, &allowed(&[]))
}

fn with(text: &str, allowed: &Allowed) -> Made {
    let split = manifest::split(text);
    let facts = Facts::of(&blank_outside(text, &split.rust));
    let plan = first(&Given {
        facts: &facts,
        manifest: split.manifest.as_ref(),
        shown: &[],
        surroundings: None,
        edition: None,
        expects_failure: false,
        test_harness: false,
        allowed,
        position: &|offset| {
            Some(Position {
                line: 1,
                column: offset + 1,
            })
        },
    });
    let file = render(&plan, &facts, text, &split.rust);
    assert!(file.map.check(&file.text, text), "{}", file.text);
    Made { plan, file }
}

fn packages(plan: &Plan) -> Vec<&str> {
    plan.dependencies
        .values()
        .map(|dependency| dependency.package.as_str())
        .collect()
}

#[test]
fn items_stay_as_they_are_and_main_makes_a_program() {
    let library = made("pub fn f() {}\n");
    assert_eq!(library.plan.target, Target::Library);
    assert_eq!(library.file.text, "pub fn f() {}\n");
    assert_eq!(Rung::of(&library.plan.aids), Rung::Verbatim);
    assert_eq!(made("fn main() {}").plan.target, Target::Program);
    let macros = made("#[proc_macro_derive(A)]\npub fn a(_: proc_macro::TokenStream) {}\n");
    assert_eq!(macros.plan.target, Target::ProcMacro);
}

#[test]
fn statements_are_put_into_a_function_that_fits_them() {
    let cases = [
        ("let a = 1;\n", "fn main() {\n"),
        ("let a = f()?;\n", "fn main() -> ::std::result::Result<"),
        ("let a = f().await;\n", "pub async fn example() {\n"),
        (
            "let a = tokio::time::sleep(d).await;\n",
            "#[::tokio::main]\nasync fn main() {\n",
        ),
        (
            "let a = tokio::spawn(f()).await?;\n",
            "#[::tokio::main]\nasync fn main() -> ::std::result::Result<",
        ),
        (
            "f()?;\nOk::<(), std::io::Error>(())\n",
            "Result<impl ::std::marker::Sized, impl ::std::fmt::Debug> {\nf()?;",
        ),
        (
            "let a = f()?;\nOk(a)\n",
            "Result<impl ::std::marker::Sized, ::std::boxed::Box<dyn",
        ),
        (
            "if a {\n    return b;\n}\n",
            "fn statements() -> impl ::std::marker::Sized {\n",
        ),
        ("Err(a)\n", "let _ = statements();\n"),
    ];
    for (text, expected) in cases {
        let made = made(text);
        assert!(made.file.text.contains(expected), "{}", made.file.text);
        assert!(
            syn::parse_file(&made.file.text).is_ok(),
            "{}",
            made.file.text
        );
        assert_eq!(Rung::of(&made.plan.aids), Rung::Wrapped, "{text}");
    }
}

#[test]
fn a_tail_expression_is_not_the_functions_value() {
    let value = made("let a = 1;\na + 1 // the sum");
    assert!(
        value.file.text.contains("// the sum\n;\n}"),
        "{}",
        value.file.text
    );
    let own = made("f()?;\nOk(())");
    assert!(own.file.text.ends_with("Ok(())\n}\n"), "{}", own.file.text);
    let added = made("f()?;");
    assert!(
        added.file.text.ends_with("f()?;\nOk(())\n}\n"),
        "{}",
        added.file.text
    );
}

#[test]
fn inner_attributes_stay_in_front_of_the_function() {
    let text = "#![allow(unused)]\nlet a = 1;\n";
    let made = made(text);
    assert!(
        made.file.text.starts_with("#![allow(unused)]\nfn main() {"),
        "{}",
        made.file.text
    );
}

#[test]
fn a_lone_method_gets_an_impl_around_it() {
    let made = made("use std::fmt;\n/// Doc.\npub fn f(&self) -> u8 { 1 }\npub fn g() {}\n");
    let expected = "impl VerifySelf {\n/// Doc.\npub fn f(&self) -> u8 { 1 }\n}\n\npub fn g() {}";
    assert!(made.file.text.contains(expected), "{}", made.file.text);
    assert_eq!(Rung::of(&made.plan.aids), Rung::Wrapped);
}

#[test]
fn crates_that_the_code_names_become_dependencies_with_their_usual_features() {
    let made = made("use serde::Deserialize;\nfn f() { hex::encode(1); anyhow::bail!(\"x\"); }\n");
    assert_eq!(packages(&made.plan), ["anyhow", "hex", "serde"]);
    let serde = &made.plan.dependencies["serde"];
    assert!(serde.features.contains("derive") && serde.stated == Stated::Nowhere);
    let aid = made
        .plan
        .aids
        .iter()
        .find(|aid| aid.what == "serde")
        .unwrap();
    assert_eq!(aid.kind, AidKind::Dependency);
    assert_eq!(aid.reason, "`use serde::…` on line 1");
    assert_eq!(Rung::of(&made.plan.aids), Rung::Dependencies);
}

#[test]
fn crates_that_nobody_knows_are_never_dependencies() {
    let made = made("use totally_invented_crate::Thing;\nfn f() { handlers::create(); }\n");
    assert!(made.plan.dependencies.is_empty());
    let names: Vec<&str> = made
        .plan
        .unresolved
        .iter()
        .map(|unresolved| unresolved.name.as_str())
        .collect();
    // A path alone may lead to a module of the project.
    assert_eq!(names, ["totally_invented_crate"]);
    assert!(made.plan.unresolved[0].reason.contains("[crates.allow]"));
}

#[test]
fn a_near_miss_of_a_known_name_is_pointed_out() {
    let made = made("use serde_jsn::Value;\n");
    assert!(
        made.plan.unresolved[0]
            .reason
            .contains("Did you mean `serde_json`?")
    );
}

#[test]
fn configured_crates_may_be_used() {
    let allowed = allowed(&[("my-crate", Some("2"))]);
    let made = with("use my_crate::Thing;\n", &allowed);
    assert_eq!(
        made.plan.dependencies["my-crate"].requirement.as_deref(),
        Some("2")
    );
    assert!(made.plan.unresolved.is_empty());
}

#[test]
fn a_path_that_starts_like_a_common_word_does_not_speak_for_a_crate() {
    assert!(
        made("fn f() { config::load(); }")
            .plan
            .dependencies
            .is_empty()
    );
    assert_eq!(packages(&made("use config::Config;").plan), ["config"]);
}

#[test]
fn a_stated_manifest_is_respected_exactly() {
    let text = "[package]\nname = \"mine\"\nedition = \"2021\"\n\n[dependencies]\nserde = { version = \"1.0\", default-features = false }\nlocal = { path = \"../local\" }\ngone = \"1\"\n\nuse serde::Serialize;\nuse local::X;\nuse mine::Y;\nuse rand::Rng;\n";
    let made = made(text);
    assert_eq!(made.plan.package, "mine");
    assert_eq!(made.plan.edition, Edition::E2021);
    let serde = &made.plan.dependencies["serde"];
    assert!(
        serde.stated == Stated::Exactly && serde.features.is_empty() && !serde.default_features
    );
    // What the code names besides is inferred.
    assert_eq!(packages(&made.plan), ["rand", "serde"]);
    let refused: Vec<&str> = made
        .plan
        .unresolved
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(refused, ["gone", "local"]);
    assert!(!made.file.text.contains("[package]"), "{}", made.file.text);
}

#[test]
fn a_renamed_dependency_is_found_by_its_key() {
    let text = "[dependencies]\nmy-rand = { package = \"rand\", version = \"0.9\" }\n\nuse my_rand::Rng;\n";
    let made = made(text);
    assert_eq!(made.plan.dependencies["my-rand"].package, "rand");
    assert!(made.plan.unresolved.is_empty());
}

#[test]
fn a_program_named_like_a_keyword_of_cargo_keeps_the_usual_name() {
    let made = made("[package]\nname = \"1 bad name\"\n\nfn main() {}\n");
    assert_eq!(made.plan.package, "example");
}

#[test]
fn imports_stand_behind_inner_attributes_and_before_the_code() {
    let text = "//! About.\n\npub fn f() -> HashMap<u8, u8> { HashMap::new() }\n";
    let facts = Facts::of(text);
    let mut plan = made(text).plan;
    plan.imports.push("std::collections::HashMap".to_owned());
    let file = render(&plan, &facts, text, &(0..text.len()));
    assert!(
        file.text
            .starts_with("//! About.\nuse std::collections::HashMap;\n\n\npub fn f()"),
        "{}",
        file.text
    );
    assert!(file.map.check(&file.text, text));
}

#[test]
fn blanking_keeps_every_offset() {
    let text = "[a]\nx = \"ä\"\nfn f() {}";
    let rust = text.find("fn").unwrap()..text.len();
    let blank = blank_outside(text, &rust);
    assert_eq!(blank.len(), text.len());
    assert_eq!(blank.find("fn"), text.find("fn"));
    assert_eq!(blank.lines().count(), text.lines().count());
}

#[test]
fn alternatives_are_moved_into_modules_with_their_impls_and_the_last_one_stays() {
    let text = "use std::fmt;\n// BAD\nstruct A(u8);\nimpl A { fn x() {} }\nfn f(_: A) {}\n// GOOD\nstruct A(u16);\nimpl A { fn x() {} }\nfn f(_: A) {}\nfn once() {}\n";
    let facts = Facts::of(text);
    let mut plan = made(text).plan;
    plan.split = ["A".to_owned(), "f".to_owned()].into();
    let file = render(&plan, &facts, text, &(0..text.len()));
    assert!(file.map.check(&file.text, text));
    let (root, module) = file.text.split_once("mod alternative_1 {").unwrap();
    assert!(
        module.contains("struct A(u8);\nimpl A { fn x() {} }\nfn f(_: A) {}"),
        "{module}"
    );
    assert!(
        !root.contains("u8") && root.contains("u16") && root.contains("fn once"),
        "{root}"
    );
    assert!(syn::parse_file(&file.text).is_ok());
    let at = file.text.find("u8").unwrap();
    assert_eq!(file.map.to_source(at), text.find("u8"));
}

#[test]
fn imports_inside_modules_stand_behind_the_opening_brace() {
    let text = "pub fn f() {}\nmod tests {\n    fn t() { f(); }\n}\n";
    let facts = Facts::of(text);
    let mut plan = made(text).plan;
    let inside = facts.modules[0].start;
    plan.inner_imports
        .insert(inside, ["crate::f".to_owned()].into());
    let file = render(&plan, &facts, text, &(0..text.len()));
    assert!(
        file.text.contains("mod tests { use crate::f;\n    fn t()"),
        "{}",
        file.text
    );
    assert!(file.map.check(&file.text, text));
}
