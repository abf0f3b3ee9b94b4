//! The list's form, and what can be asked of it.

use std::collections::HashSet;

use super::{DATA, KnownCrate, KnownCrates, last_segment, normalized};

fn builtin() -> &'static KnownCrates {
    KnownCrates::builtin()
}

fn list(text: &str) -> KnownCrates {
    KnownCrates::parse(text).unwrap()
}

fn name_of(known: Option<&KnownCrate>) -> Option<&str> {
    known.map(|known| known.name.as_str())
}

fn is_identifier(text: &str) -> bool {
    !text.starts_with(|first: char| first.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !text.is_empty()
}

fn is_path(text: &str) -> bool {
    text.split("::").all(is_identifier)
}

fn is_package(text: &str) -> bool {
    is_identifier(&normalized(text)) && text.chars().all(|c| !c.is_ascii_uppercase())
}

fn is_feature(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_+.".contains(c))
}

/// The elements that a list has more than once.
fn repeated<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    names
        .into_iter()
        .filter(|name| !seen.insert(*name))
        .collect()
}

#[test]
fn the_embedded_list_parses() {
    let parsed = KnownCrates::parse(DATA);
    assert_eq!(parsed.map_err(|error| error.to_string()).err(), None);
}

#[test]
fn the_list_has_no_fewer_crates_than_the_collected_names() {
    assert!(builtin().iter().count() >= 740);
}

/// The collected names are not part of the repository: the test does its work only where they lie
/// beside it.
#[test]
fn every_collected_name_is_in_the_list() {
    let names = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/crate-names.tsv"
    );
    let Ok(text) = std::fs::read_to_string(names) else {
        return;
    };
    let missing: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| line.split('\t').next())
        .filter(|name| builtin().by_package(name).is_none())
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn the_list_is_sorted_by_package_name() {
    let names: Vec<&str> = builtin().iter().map(|known| known.name.as_str()).collect();
    assert!(
        names.is_sorted(),
        "{:?}",
        names.windows(2).find(|pair| pair[0] > pair[1])
    );
}

#[test]
fn crates_that_are_heavy_imply_something() {
    let heavy: Vec<&KnownCrate> = builtin().iter().filter(|known| known.heavy).collect();
    assert!(heavy.iter().any(|known| known.name == "bevy"));
    for known in heavy {
        let implied = [
            &known.macros,
            &known.derives,
            &known.attributes,
            &known.exports,
        ];
        let is_idle = implied.iter().all(|names| names.is_empty());
        assert!(!is_idle, "{}: the mark would do nothing", known.name);
    }
}

#[test]
fn no_package_is_listed_twice_under_either_spelling() {
    let names: Vec<String> = builtin()
        .iter()
        .map(|known| normalized(&known.name))
        .collect();
    assert_eq!(
        repeated(names.iter().map(String::as_str)),
        Vec::<&str>::new()
    );
}

#[test]
fn packages_that_share_a_library_name_have_items_that_tell_them_apart() {
    let libraries = builtin().iter().map(|known| known.lib.as_str());
    for library in repeated(libraries) {
        let sharing = || builtin().iter().filter(move |known| known.lib == library);
        assert!(sharing().all(|known| !known.items.is_empty()), "{library}");
        let items = sharing().flat_map(|known| known.items.iter().map(String::as_str));
        assert_eq!(repeated(items), Vec::<&str>::new(), "{library}");
    }
    let of_md5 =
        |item: &'static str| name_of(builtin().by_library_and_use("md5", |used| used == item));
    assert_eq!(of_md5("Md5"), Some("md-5"));
    assert_eq!(of_md5("compute"), Some("md5"));
    assert_eq!(of_md5("Digest"), None);
}

#[test]
fn methods_that_tell_a_crate_are_methods_of_it_alone() {
    for known in builtin().iter() {
        for method in &known.telling {
            let found = builtin().extension_trait(method);
            let of = found.map(|(it, _)| it.name.as_str());
            assert_eq!(of, Some(known.name.as_str()), "{method}");
        }
    }
}

#[test]
fn a_library_name_is_stated_only_where_it_differs_from_the_package() {
    let stated = |name: &str| {
        let known = builtin().by_package(name).unwrap();
        DATA.contains(&format!("name = \"{name}\"\nlib = \"{}\"\n", known.lib))
    };
    for known in builtin().iter() {
        assert_eq!(
            stated(&known.name),
            known.lib != normalized(&known.name),
            "{}",
            known.name
        );
    }
}

#[test]
fn every_name_is_well_formed() {
    for known in builtin().iter() {
        let crate_name = &known.name;
        assert!(
            is_package(&known.name) && is_identifier(&known.lib),
            "{crate_name}"
        );
        let macros = [&known.macros, &known.derives, &known.attributes];
        for name in macros.into_iter().flatten() {
            assert!(is_identifier(name), "{crate_name}: {name}");
        }
        for path in &known.exports {
            assert!(is_path(path), "{crate_name}: {path}");
        }
        for feature in &known.features {
            assert!(is_feature(feature), "{crate_name}: {feature}");
        }
        for text in known.system.iter().chain(&known.note) {
            assert!(!text.trim().is_empty(), "{crate_name}");
        }
    }
}

#[test]
fn a_crate_lists_nothing_twice() {
    for known in builtin().iter() {
        let lists = [
            &known.features,
            &known.macros,
            &known.derives,
            &known.attributes,
        ];
        for names in lists {
            let twice = repeated(names.iter().map(String::as_str));
            assert_eq!(twice, Vec::<&str>::new(), "{}", known.name);
        }
        let exports = repeated(known.exports.iter().map(|path| last_segment(path)));
        assert_eq!(exports, Vec::<&str>::new(), "{}", known.name);
    }
}

#[test]
fn names_that_need_a_feature_are_names_and_the_feature_a_usual_one() {
    for known in builtin().iter() {
        for (feature, words) in &known.when {
            assert!(known.features.contains(feature), "{}/{feature}", known.name);
            assert!(!words.is_empty(), "{}/{feature}", known.name);
            assert!(words.iter().all(|word| is_identifier(word)), "{words:?}");
            let words = words.iter().map(String::as_str);
            assert_eq!(repeated(words), Vec::<&str>::new(), "{}", known.name);
        }
    }
}

#[test]
fn no_macro_shadows_one_of_the_prelude() {
    let prelude = "assert assert_eq assert_ne cfg column compile_error concat dbg debug_assert \
         debug_assert_eq debug_assert_ne env eprint eprintln file format format_args \
         include include_bytes include_str line matches module_path option_env panic \
         print println stringify thread_local todo unimplemented unreachable vec write \
         writeln";
    for name in prelude.split_whitespace() {
        assert_eq!(name_of(builtin().implying_macro(name)), None, "{name}");
    }
}

#[test]
fn a_crate_without_its_own_library_name_gets_the_package_name_with_underscores() {
    assert_eq!(
        name_of(builtin().by_library("tokio_util")),
        Some("tokio-util")
    );
    assert_eq!(
        builtin().by_package("tokio-util").unwrap().lib,
        "tokio_util"
    );
}

#[test]
fn a_library_name_that_differs_from_the_package_is_found_by_that_name_only() {
    assert_eq!(name_of(builtin().by_library("ini")), Some("rust-ini"));
    assert_eq!(name_of(builtin().by_library("rust_ini")), None);
    assert_eq!(name_of(builtin().by_package("ini")), None);
}

#[test]
fn packages_are_found_under_either_spelling() {
    assert_eq!(
        name_of(builtin().by_package("serde-json")),
        Some("serde_json")
    );
    assert_eq!(
        name_of(builtin().by_package("async_trait")),
        Some("async-trait")
    );
}

#[test]
fn an_unknown_crate_is_not_found() {
    assert_eq!(name_of(builtin().by_package("no-such-crate-at-all")), None);
    assert_eq!(name_of(builtin().by_library("std")), None);
}

#[test]
fn usual_names_imply_the_usual_crates() {
    let macros = [
        ("json", "serde_json"),
        ("bail", "anyhow"),
        ("info", "tracing"),
        ("select", "tokio"),
        ("lazy_static", "lazy_static"),
        ("query_as", "sqlx"),
        ("quote", "quote"),
        ("criterion_group", "criterion"),
        ("prop_assert", "proptest"),
        ("params", "rusqlite"),
    ];
    for (name, expected) in macros {
        assert_eq!(
            name_of(builtin().implying_macro(name)),
            Some(expected),
            "{name}"
        );
    }
    let derives = [
        ("Serialize", "serde"),
        ("Error", "thiserror"),
        ("Parser", "clap"),
        ("FromRow", "sqlx"),
        ("Validate", "validator"),
        ("Archive", "rkyv"),
        ("EnumString", "strum"),
    ];
    for (name, expected) in derives {
        assert_eq!(
            name_of(builtin().implying_derive(name)),
            Some(expected),
            "{name}"
        );
    }
    let attributes = [
        ("async_trait", "async-trait"),
        ("instrument", "tracing"),
        ("rstest", "rstest"),
        ("automock", "mockall"),
        ("pin_project", "pin-project"),
        ("test_case", "test-case"),
        ("wasm_bindgen", "wasm-bindgen"),
        ("pyfunction", "pyo3"),
    ];
    for (name, expected) in attributes {
        assert_eq!(
            name_of(builtin().implying_attribute(name)),
            Some(expected),
            "{name}"
        );
    }
}

#[test]
fn names_that_several_crates_imply_equally_imply_none() {
    assert_eq!(name_of(builtin().implying_derive("Builder")), None);
    assert_eq!(name_of(builtin().implying_derive("Encode")), None);
    assert_eq!(name_of(builtin().implying_attribute("get")), None);
    assert_eq!(name_of(builtin().implying_macro("html")), None);
}

#[test]
fn the_higher_rank_wins_and_equal_best_ranks_do_not() {
    let text = |rank: i32| {
        format!(
            "[[crate]]\nname = \"a\"\nmacros = [\"m\"]\n\
             [[crate]]\nname = \"b\"\nmacros = [\"m\"]\nrank = {rank}\n\
             [[crate]]\nname = \"c\"\nmacros = [\"m\"]\nrank = 1\n"
        )
    };
    assert_eq!(name_of(list(&text(2)).implying_macro("m")), Some("b"));
    assert_eq!(name_of(list(&text(1)).implying_macro("m")), None);
    assert_eq!(name_of(list(&text(-1)).implying_macro("m")), Some("c"));
}

#[test]
fn exporters_come_with_full_paths_and_the_best_rank_first() {
    let found = builtin().exporters("StreamExt");
    let paths: Vec<&str> = found.iter().map(|(_, path)| path.as_str()).collect();
    assert_eq!(paths.first(), Some(&"futures::StreamExt"));
    assert!(paths.contains(&"tokio_stream::StreamExt"), "{paths:?}");
    assert!(found.is_sorted_by(|one, next| one.0.rank >= next.0.rank));
}

#[test]
fn an_export_is_found_by_its_last_segment_only() {
    let paths = |name: &str| -> Vec<String> {
        builtin()
            .exporters(name)
            .into_iter()
            .map(|(_, path)| path)
            .collect()
    };
    assert_eq!(paths("Uuid"), ["uuid::Uuid"]);
    assert!(paths("mpsc").contains(&"tokio::sync::mpsc".to_owned()));
    assert_eq!(paths("sync::mpsc"), Vec::<String>::new());
    assert_eq!(paths("NoSuchNameAnywhere"), Vec::<String>::new());
}

#[test]
fn a_macro_that_is_not_at_the_root_has_its_real_path() {
    let path = |package: &str, name: &str| builtin().by_package(package).unwrap().path_of(name);
    assert_eq!(path("time", "datetime"), "time::macros::datetime");
    assert_eq!(path("serde_json", "json"), "serde_json::json");
    assert_eq!(
        path("async-trait", "async_trait"),
        "async_trait::async_trait"
    );
}

#[test]
fn a_near_miss_names_the_crate_that_was_meant() {
    assert_eq!(builtin().similar("tokoi"), Some("tokio"));
    assert_eq!(builtin().similar("serd_json"), Some("serde_json"));
    assert_eq!(builtin().similar("thiserorr"), Some("thiserror"));
    assert_eq!(builtin().similar("sha22"), Some("sha2"));
}

#[test]
fn a_known_or_a_distant_name_is_near_nothing() {
    assert_eq!(builtin().similar("tokio"), None);
    assert_eq!(builtin().similar("serde-json"), None);
    assert_eq!(builtin().similar("completely_unheard_of"), None);
    assert_eq!(builtin().similar(""), None);
    // What authors call their own.
    for own in ["mylib", "my_core", "mycrate", "your_crate", "example"] {
        assert_eq!(builtin().similar(own), None, "{own}");
    }
}

#[test]
fn a_name_too_short_for_two_edits_may_differ_by_one() {
    let crates = list("[[crate]]\nname = \"nom\"\n");
    assert_eq!(crates.similar("nam"), Some("nom"));
    assert_eq!(crates.similar("nab"), None);
}

#[test]
fn a_list_with_a_misspelled_field_is_refused() {
    assert!(KnownCrates::parse("[[crate]]\nname = \"a\"\nfeature = [\"b\"]\n").is_err());
    assert!(KnownCrates::parse("[[crate]]\nlib = \"a\"\n").is_err());
}

#[test]
fn traits_that_bring_a_method_are_known_by_it() {
    let paths = |method: &str| -> Vec<String> {
        let found = builtin().bringers(method).into_iter();
        found.map(|(_, it)| it.path).collect()
    };
    assert_eq!(
        paths("context"),
        ["anyhow::Context", "snafu::OptionExt", "snafu::ResultExt"]
    );
    assert_eq!(paths("sorted"), ["itertools::Itertools"]);
    assert_eq!(paths("shuffle"), ["rand::seq::SliceRandom"]);
    assert_eq!(paths("push"), [""; 0]);
    // What every iterator has says nothing of a crate.
    assert_eq!(paths("next"), [""; 0]);
}
