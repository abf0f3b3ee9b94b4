//! Three ways to compile an example, together with others, by itself, and by cargo, say the same.

use serde_json::Value;

use crate::harness::{Project, redacted};

/// What goes together, what has to stay alone, and what is found out only when others are there.
const DOCUMENT: &str = r#"
```rust
pub fn double(x: u32) -> u32 { x * 2 }
```

```rust
pub struct Config { pub name: String }

impl Config {
    pub fn new(name: &str) -> Config { return Config { name: name.to_string() }; }
}
```

```rust
fn main() { println!("hello"); }
```

```rust
fn main() { std::process::exit(7); }
```

```rust
fn main() {
    let values = vec![1, 2, 3];
    let sum: i32 = values.iter().sum();
    assert_eq!(sum, 7, "the sum is off");
}
```

```rust
async fn main() {}
```

```rust
fn main() -> u8 { 3 }
```

```rust
let text: u32 = "one";
```

```rust
use super::*;
pub fn lost() {}
```

```rust
pub fn twice(x: &Config) -> String { format!("{}{}", x.name, x.name) }
```

```rust
pub struct Meters(pub f64);
impl From<Meters> for f64 { fn from(it: Meters) -> f64 { it.0 } }
pub fn sway() -> f64 { let x = 1.5; x.into() }
```

```rust
pub fn half(x: u32) -> u32 { x / 2 }

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn halves() { assert_eq!(half(4), 2); }
    #[test]
    fn halves_badly() { assert_eq!(half(5), 3); }
}
```

```rust
#[test]
fn passes() { assert!(true); }
```

```rust,should_panic
fn main() { panic!("as it should"); }
```

```rust,should_panic
fn main() { std::process::exit(1); }
```

```rust
fn main() { assert!(std::any::type_name::<Here>().ends_with("example::Here")); }
struct Here;
```

```rust
fn main() { let x = [1, 2, 3]; let at = 7; println!("{}", x[at]); }
```

```rust
pub fn zero() -> u32 { const { assert!(1 > 2); 0 } }
```

```rust,compile_fail
pub fn f() -> u32 { "text" }
```

```rust,edition2018
pub fn old(dyn_: u32) -> u32 { dyn_ }
```

```rust
/// ```
/// assert_eq!(example::answer(), 41);
/// ```
pub fn answer() -> u32 { 42 }
```

```rust
pub fn unclosed() { if true {
```

```rust
#[derive(Debug)]
struct Shape { side: f64 }

let shape = Shape { side: 2.0 };
let moved = shape;
println!("{:?} {:?}", shape, moved);
```
"#;

fn judged(arguments: &[&str]) -> Value {
    let project = Project::with_document(DOCUMENT);
    let mut all = vec!["doc.md", "--report", "json=report.json"];
    all.extend_from_slice(arguments);
    let ran = project.verify(&all);
    let text = std::fs::read_to_string(project.path().join("report.json"))
        .unwrap_or_else(|_| panic!("no report: {}{}", ran.stdout, ran.stderr));
    serde_json::from_str(&text).unwrap()
}

#[track_caller]
fn assert_same(one: &Value, other: &Value) {
    let (one, other) = (redacted(one), redacted(other));
    let examples = |report: &Value| report["examples"].as_array().unwrap().clone();
    for (one, other) in examples(&one).iter().zip(&examples(&other)) {
        let print = |it| serde_json::to_string_pretty(it).unwrap();
        assert_eq!(print(one), print(other));
    }
    assert_eq!(one, other);
}

#[test]
fn how_much_work_a_run_took_is_said_on_request() {
    let project = Project::with_document("```rust\npub fn f() {}\n```\n");
    let said = project.verify(&["doc.md", "--verbose"]).stderr;
    assert!(said.contains("2 batches of 2 examples"), "{said}");
    assert!(said.contains("0 outcomes known before"), "{said}");
}

#[test]
fn all_ways_and_any_number_of_jobs_say_the_same() {
    let together = judged(&["--jobs", "4"]);
    let work = |word: &str| together["work"][word].as_u64().unwrap();
    assert!(work("members") > 5 && work("evictions") > 1 && work("alone") > 1);
    assert_same(&together, &judged(&["--jobs", "1"]));
    let by_cargo = judged(&["--via-cargo"]);
    assert_eq!(by_cargo["work"]["compiler_calls"], 0);
    assert_same(&together, &by_cargo);
}
