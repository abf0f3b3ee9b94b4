use verify_model::Fragment;

use super::*;
use crate::elision;
use crate::facts::{Facts, reached, unread};

/// What a text is taken for: the first completion that parses.
fn kind(text: &str) -> Option<Fragment> {
    kind_beside(text, Brackets::default())
}

fn kind_beside(text: &str, elsewhere: Brackets) -> Option<Fragment> {
    if Facts::of(text).parses() {
        return None;
    }
    let completions = completions(text, elsewhere);
    for completed in &completions {
        assert!(completed.map.check(&completed.text, text), "{text}");
        let own = completed.map.to_source(completed.start);
        let tokens = lex::tokens(text);
        let code = tokens.iter().find(|it| it.kind != Kind::Comment);
        let first = code.map_or(0, |it| it.range.start);
        let is_last = completed.kind == Fragment::Announced;
        assert!(is_last && own > Some(first) || own == Some(first), "{text}");
    }
    let mut completions = completions.into_iter();
    let parses = |text: &str| {
        let filled = elision::fill(text, &unread(text), reached);
        Facts::of(text).parses() || filled.is_some()
    };
    let found = completions.find(|it| parses(&it.text));
    found.map(|it| it.kind)
}

#[test]
fn names_stand_for_bounds() {
    for text in [
        "type Item<Params> where Bounds;\ntype Item = Type where Bounds;",
        "impl<Params> Trait for Type where Bounds { }",
    ] {
        assert_eq!(kind(text), Some(Fragment::Notation), "{text}");
    }
    // What is bound is said, and where.
    assert_eq!(kind("type Item<Params> where Params: Copy;"), None);
}

#[test]
fn fragments_are_told_apart() {
    let cases = [
        (".map(|it| it.len())\n.sum::<usize>();", Fragment::Chain),
        ("  .await?\n  .text()", Fragment::Chain),
        ("Some(it) => use_it(it),\nNone => {}", Fragment::Arms),
        ("1 | 2 => \"few\",\n_ => \"many\",", Fragment::Arms),
        ("Shape::Circle { radius } => radius * 2.0,", Fragment::Arms),
        (
            "pub name: String,\n/// Years.\npub age: u8",
            Fragment::Fields,
        ),
        ("names: Vec<&'a str>,", Fragment::Fields),
        ("limit: Some(3),\n..Default::default()", Fragment::Values),
        ("name: String::new(), age: 3", Fragment::Values),
        ("Quit,\nMove { x: i32, y: i32 },", Fragment::Variants),
        ("where\n    T: Clone + 'static,", Fragment::Bounds),
        (
            "HasUrl: EndpointState,\nHasToken: EndpointState<Open>,",
            Fragment::Bounds,
        ),
        (
            "impl<T> Iterator for Counter<T>\nwhere\n    T: Copy",
            Fragment::Head,
        ),
        (
            "pub(crate) trait Shape: Clone\nwhere\n    Self: Sized,",
            Fragment::Head,
        ),
        (
            "#[derive(Debug, Clone)]\n#[serde(rename_all = \"camelCase\")]",
            Fragment::Attributes,
        ),
        (
            "fn new() -> Self\nfn len(&self) -> usize",
            Fragment::Signatures,
        ),
        (
            "pub async fn load(\n    path: &str,\n) -> Result<String, Error>",
            Fragment::Signatures,
        ),
        (
            "/// One.\nfn one() -> u8\n\n/// Two.\nfn two() -> u8;",
            Fragment::Signatures,
        ),
        ("} else {", Fragment::Torn),
        ("  } else if left > 3 {\n", Fragment::Torn),
        ("} else {\n    5\n};", Fragment::Torn),
        ("} else { 5 }", Fragment::Torn),
        ("} else if a { 1 } else { 2 }\nrun();", Fragment::Torn),
        ("else {\n    run();\n}", Fragment::Torn),
        ("else if a {\n    run();\n} else {", Fragment::Torn),
        ("    }\n}\n", Fragment::Torn),
        ("});", Fragment::Torn),
        ("}\nprintln!(\"behind\");", Fragment::Torn),
        ("    go();\n} else {\n    stop();\n}", Fragment::Torn),
        ("} else {\n    7\n}\n}\nfn two() {}", Fragment::Torn),
        ("    } else { a.b() }\n}).unwrap();", Fragment::Torn),
        ("    });\n    handle.join().unwrap();\n}", Fragment::Torn),
        (
            "    Some(user) => user,\n    None => return,\n};\nsend(user);\n});",
            Fragment::Torn,
        ),
        ("} // done\nlet a = [1, 2];", Fragment::Torn),
        ("name: \"Ada\".to_string(),\nborn: 1815,", Fragment::Values),
        ("name,\nborn: 1815,\n..someone", Fragment::Values),
        ("/// Says what it is.\n/// And more.", Fragment::Attributes),
        ("/// Of it.\n#[test]", Fragment::Attributes),
        (
            "struct A;\n#[derive(Debug)]\n#[serde(default)]",
            Fragment::Announced,
        ),
        ("let a = 1;\n#[allow(unused)]", Fragment::Announced),
        ("fn a() {}\n\n/// Of b.", Fragment::Announced),
        ("HashMap<String, Vec<u32>>", Fragment::Type),
        ("Box<dyn Fn(&str) -> u8 + Send>", Fragment::Type),
        ("&'a mut [u8]", Fragment::Type),
        ("impl<T> Stack<T> {", Fragment::Torn),
        ("fn one(a: u8) -> u8 {\n", Fragment::Torn),
        (
            "pub fn one<T>(a: T) -> T\nwhere\n    T: Clone,\n{",
            Fragment::Torn,
        ),
        ("fn one() -> u8 { // the whole", Fragment::Torn),
        (
            "let a = 1;\nif a > 0 {\n    go();\n} else {",
            Fragment::Torn,
        ),
        ("fn one() {\n    let a = 1;\n    // ...\n", Fragment::Torn),
        ("let later = async move {\n    // ...\n", Fragment::Torn),
        (
            "loop {\n    // --snip--\n    if a {\n        go();\n    }",
            Fragment::Torn,
        ),
        (
            "// --snip--\n    let a = 1;\n    go(a);\n  }\n}",
            Fragment::Torn,
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(kind(text), Some(expected), "{text}");
    }
}

#[test]
fn what_is_wrong_or_no_rust_is_no_fragment() {
    let texts = [
        // Slips.
        "let a = 1\nlet b = 2;",
        "fn one() -> u8 {\n    1\n",
        "fn one() -> u8\nlet x = 1;",
        "fn one() -> u8\nfn two() -> u8 { 2 }",
        "pub struct Unit",
        "Some(it) => use_it(it)\nNone => {}",
        "Some(it) -> use_it(it),\nNone -> {}",
        "pub name: String\npub age: u8",
        "match it { Some(a) => a",
        "impl Shape for Circle\nfn area(&self) -> f64 { 0.0 }",
        ".map(|it| it.len()))",
        ".5 + 1..",
        "#[derive(Debug)",
        "where T: Clone {",
        "let a = 1;\nif a > 0 {\n    go();\n}\n}",
        "let a = 1;\nif a > 0 {\n    go();\n} else {\n    stop();",
        "// First of all:\nlet a = 1;\n}",
        "// ...\nlet a = (1;\n}",
        "} else { go( }",
        "} else go();",
        // Other languages.
        "} catch (error) {",
        "} finally {",
        "} else {\n    console.log(\"no\");\n}",
        "}\nvar a = 1;",
        "} elif a {",
        "}, \"a\": 1 }",
        "host: localhost",
        "Host: Localhost",
        "Host: Localhost, port: Number",
        "name: string, age: number",
        "x => x + 1",
        "(a, b) => a + b,",
        "\"name\" => \"Ada\", \"born\" => 1815,",
        "name: \"Ada\", born: 1815",
        "Circle(radius), Square(side)",
        "src/main.rs\nsrc/lib.rs",
        "const square = (x) => x * x;",
        ".card { color: red; }",
        ".hidden\n.visible",
        "SELECT name FROM people WHERE age > 3",
        "name: \"Ada\", ...someone",
        "Vec of all the words",
        "let a = 1; /// one",
        "fn a() {\n#[derive(Debug)]",
        "let a = 1\n#[allow(unused)]",
        "fn one() -> u8 { 1 }\n}",
        "fn one() -> u8 {\n    let a = 1;\n    // the last one\n",
        "// ...\nfn one() -> u8 {\n    1\n",
        "function one() {",
    ];
    for text in texts {
        assert_eq!(kind(text), None, "{text}");
    }
}

#[test]
fn nothing_is_made_of_texts_that_use_our_names() {
    let completions = |text| completions(text, Brackets::default());
    assert_eq!(completions("Some(verify_unknown) => (),"), Vec::new());
    assert_eq!(completions("// nothing but words"), Vec::new());
}

#[test]
fn what_one_block_opens_another_closes() {
    let (first, second) = (
        Brackets {
            opened: true,
            closed: false,
        },
        Brackets {
            opened: false,
            closed: true,
        },
    );
    for text in [
        "impl<T> Stack<T> {\n    fn a() {}",
        "struct A {\n    a: u8,",
        "fn a() -> u8 {\n    let b = 1;\n    if b > 0 {\n        go();\n",
        "spawn(move || {\n    go();",
    ] {
        assert_eq!(Brackets::of(text), first, "{text}");
        assert_eq!(kind_beside(text, second), Some(Fragment::Torn), "{text}");
        assert_eq!(kind_beside(text, first), None, "{text}");
    }
    for text in [
        "fn one(&self) -> u8 { 1 }\n}",
        "    /// One.\n    pub const ONE: u8 = 1;\n}\n\nfn two() {}",
        "    let a = 1;\n    go(a);\n}",
    ] {
        assert_eq!(Brackets::of(text), second, "{text}");
        assert_eq!(kind_beside(text, first), Some(Fragment::Torn), "{text}");
        assert_eq!(kind_beside(text, second), None, "{text}");
    }
    assert_eq!(Brackets::of("fn a() { b[1) }"), Brackets::default());
    let texts = [
        "fn slip() { go()",
        "impl A {",
        "let a = 1;",
        "}",
        "} else {",
    ];
    let others = Brackets::elsewhere(texts.into_iter());
    let none = Brackets::default();
    assert_eq!(others, [none, second, none, first, none]);
    let slip = "fn a() -> u8 {\n    let b = ;";
    assert_eq!(kind_beside(slip, second), None);
}
