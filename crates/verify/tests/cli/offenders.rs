//! Examples that do not compile are told together what each would be told alone.

use serde_json::Value;

use crate::harness::{Project, redacted};

/// Errors of all phases, in library code: of names, types, traits, constants, lifetimes and borrows;
/// some bodies have several, and some stop the compiler for everybody.
const BROKEN: [&str; 44] = [
    "pub fn area(side: f64) -> f64 { square(side) }",
    "pub fn start(engine: Engine) {}",
    "pub struct Garage { pub cars: Vec<Car>, pub size: u8 }",
    "pub fn build() { let plan = Planner::default(); }",
    "use blueprints::Plan; pub fn read(plan: Plan) -> u8 { plan.height }",
    "pub struct Door; impl Openable for Door {} pub fn count() -> u8 { \"two\" }",
    "pub fn paint<T: Colour>(it: T) {}",
    "pub struct Roof; impl Roof for u8 {}",
    "pub trait Lock { fn close(&self); } pub struct Bolt; impl Lock for Bolt { fn open(&self) {} }",
    "pub struct Wall { bricks: [u8], height: u8 }",
    "pub fn add() -> i32 { 1 + \"one\" }",
    "pub fn walk() { 7_u8.stroll(); }",
    "#[derive(Clone, Copy)] pub struct Label(String);",
    "#[derive(Clone)] pub struct Key; impl Clone for Key { fn clone(&self) -> Key { Key } }",
    "pub struct Chain { next: Option<Chain> }",
    "pub struct View { text: &str }",
    "pub fn first(text: &'a str) -> &'a str { text }",
    "pub fn twice() {} pub fn twice() {}",
    "pub const SHARE: usize = 1 / 0;",
    "pub fn shout() { holler!(\"hey\"); }",
    "pub fn pick(it: Option<u8>) -> u8 { match it { None => 0 } }",
    "pub trait Deep {} pub struct Nest<T>(T); impl<T> Deep for T where Nest<T>: Deep {}",
    "pub fn say() { println!(\"{} and {}\", 1); }",
    "pub const NAME: String = String::from(\"x\");",
    "pub fn list() -> Vec<u8, u8, u8> { Vec::new() }",
    "pub struct Point; impl Default for Point {}",
    "pub type Left = Right; pub type Right = Left; pub fn go(it: Left) {}",
    "unsafe fn poke() {} pub fn peek() { poke(); }",
    "pub fn leave() { break; }",
    "pub fn tight() -> u8 { let wide: u8 = 256; wide }",
    "pub fn lone(self) {}",
    "mod safe { pub struct Coin { worth: u8 } } pub fn look(it: safe::Coin) -> u8 { it.worth }",
    "pub struct Sheep; impl Clone for Sheep { fn clone(&self) -> u8 { 1 } }",
    "pub fn items<T: Iterator>(it: T::Thing) {}",
    "pub fn any(it: Box<dyn Clone>) {}",
    "pub fn parse() { let number = \"1\".parse().unwrap(); }",
    "pub fn empty() { let all = Vec::new(); }",
    "pub fn lend() -> &'static str { let text = String::new(); &text }",
    "pub fn both() { let mut all = vec![1]; let one = &mut all; let two = &mut all; one.push(*two.first().unwrap()); }",
    "use std::fmt; pub struct Name(String); pub fn show(it: Name) -> String { format!(\"{it}\") }",
    "use std::fmt; pub struct Shown; impl fmt::Display for Shown { fn fmt(&self, f: &mut fmt::Formatter) -> u8 { 1 } }",
    "use std::collections::HashMap; pub fn map() -> HashMap<u8, u8> { HashMap::from(3) }",
    "pub enum Option { None } pub fn none() -> std::option::Option<u8> { Option::None }",
    "mod deep { pub struct Item; } pub fn item() -> deep::Item { 1 } pub fn number() -> u8 { deep::Item }",
];

/// The same, in programs and statements.
const BROKEN_PROGRAMS: [&str; 16] = [
    "let number: u32 = \"one\";",
    "let text = String::new();\ndrop(text);\nprintln!(\"{text}\");",
    "fn main() { let item = Item { size: 1 }; }",
    "struct Item { size: u8 }\nfn main() { let item = Item { size: \"big\", weight: 2 }; }",
    "struct Item { size: u8 }\nfn main() { let item = Item { size: 1 }; item.grow(); println!(\"{item}\"); }",
    "fn main() -> Result<(), u8> { Err(\"no\") }",
    "fn main() -> u8 { \"no\" }",
    "fn main(count: u8) { let text: u8 = count + \"\"; }",
    "async fn main() { let text: u8 = \"\"; }",
    "let all = vec![1, 2, 3];\nfor one in all { println!(\"{one}\"); }\nprintln!(\"{:?}\", all);",
    "#[derive(Debug)]\nstruct Shape { side: f64 }\nlet shape = Shape { side: 2.0 };\nlet moved = shape;\nprintln!(\"{:?} {:?}\", shape, moved);",
    "let one = |x: u8| x + 1;\nlet two: fn(u16) -> u16 = one;",
    "use std::collections::Hashmap;\nlet map: Hashmap<u8, u8> = Hashmap::new();",
    "let sum: u64 = [1u8, 2].iter().sum::<u32>();",
    "let x = 5;\nx = 6;\nlet y: &mut i32 = &x;",
    "let text: std::option::Option<u8> = Some(\"\").map(|it| it.len());",
];

fn document() -> String {
    let all = BROKEN.iter().chain(&BROKEN_PROGRAMS);
    let fences = all.map(|code| format!("```rust\n{code}\n```\n\n"));
    fences.collect()
}

fn judged(document: &str, arguments: &[&str]) -> Value {
    let project = Project::with_document(document);
    let mut all = vec!["doc.md", "--no-cache", "--report", "json=report.json"];
    all.extend_from_slice(arguments);
    let ran = project.verify(&all);
    let text = std::fs::read_to_string(project.path().join("report.json"))
        .unwrap_or_else(|_| panic!("no report: {}{}", ran.stdout, ran.stderr));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn offenders_are_told_together_what_each_is_told_alone() {
    let document = document();
    let by_cargo = redacted(&judged(&document, &["--via-cargo"]));
    for jobs in ["1", "2", "7"] {
        let together = judged(&document, &["--jobs", jobs]);
        let confirmed = together["work"]["confirmed"].as_u64().unwrap();
        assert!(confirmed >= 10, "{}", together["work"]);
        let together = redacted(&together);
        let examples = |report: &Value| report["examples"].as_array().unwrap().clone();
        for (one, other) in examples(&together).iter().zip(&examples(&by_cargo)) {
            let print = |it| serde_json::to_string_pretty(it).unwrap();
            assert_eq!(print(one), print(other), "{jobs} jobs");
        }
    }
}

/// An error that only a use of generic code shows.
const MISUSED: &str = "fn grow<T>(depth: u32, value: T) {\n    if depth > 0 {\n        \
grow(depth - 1, (value, depth));\n    }\n}\nfn main() { grow(3, 1); }";

#[test]
fn what_is_never_run_is_put_to_its_uses_all_the_same() {
    let good = (0..9).map(|it| format!("fn main() {{ let it: u8 = {it}; drop(vec![it]); }}"));
    let codes = good.chain([MISUSED.to_owned(), "pub fn f() {}".to_owned()]);
    let fences = codes.map(|code| format!("```rust,no_run\n{code}\n```\n\n"));
    let document: String = fences.collect();
    let together = judged(&document, &["--jobs", "1"]);
    let verdicts: Vec<&str> = together["examples"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["verdict"].as_str().unwrap())
        .collect();
    let expected = [&["passes"; 9][..], &["broken", "passes"]].concat();
    assert_eq!(verdicts, expected, "{}", together["examples"][9]);
    assert!(together["work"]["evictions"].as_u64().unwrap() >= 1);
    let by_cargo = judged(&document, &["--via-cargo"]);
    let (together, by_cargo) = (redacted(&together), redacted(&by_cargo));
    assert_eq!(together["examples"], by_cargo["examples"]);
}
