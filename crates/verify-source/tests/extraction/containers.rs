//! Every container in every host: the same code comes out, and every word of it has its place.

use verify_source::block::sha256_hex;
use verify_source::book::Chapter;
use verify_source::document::Options;
use verify_source::examine::examine;

const CODE: &str = "fn main() {\n    let ä = \"→\";\n\n    drop(ä); // [end]\n}\n";

/// The words whose places are checked: each stands once in the code.
const WORDS: [&str; 4] = ["main", "let", "\"→", "drop"];

/// A container, and Markdown with a fence in it.
struct Contained {
    container: &'static str,
    markdown: String,
}

fn containers() -> Vec<Contained> {
    let fence = format!("```rust\n{CODE}```\n");
    let tildes = format!("~~~~ Rust title=\"a\"\n{CODE}~~~~~\n");
    let contained = |container, markdown: String| Contained {
        container,
        markdown,
    };
    vec![
        contained("", fence.clone()),
        contained("", tildes),
        contained("", prefixed("  ", "  ", &fence)),
        contained("", format!("Text:\n{fence}Text.\n")),
        contained(
            "",
            format!("| a |\n|---|\n| b |\n\n{fence}\n| c |\n|---|\n"),
        ),
        contained("", format!("<div>\n\n{fence}\n</div>\n")),
        contained("", format!("<!-- ```rust -->\n\n{fence}")),
        contained("list", prefixed("- ", "  ", &fence)),
        contained("list", format!("* a\n\n{}", prefixed("\t", "\t", &fence))),
        contained(
            "list",
            format!("1. lazy\ntext\n\n{}", prefixed("   ", "   ", &fence)),
        ),
        contained("quote", prefixed("> ", "> ", &fence)),
        contained(
            "quote",
            format!("> lazy\ntext\n>\n{}", prefixed("> ", "> ", &fence)),
        ),
        contained(
            "quote",
            format!("> [!NOTE]\n{}", prefixed("> ", "> ", &fence)),
        ),
        contained("list > list", prefixed("- 1) ", "     ", &fence)),
        contained("quote > list", prefixed("> - ", ">   ", &fence)),
        contained("list > quote", prefixed("+ > ", "  > ", &fence)),
        contained("quote > quote > list", prefixed("> > - ", "> >   ", &fence)),
        contained(
            "footnote",
            format!("a[^1]\n\n[^1]: b\n\n{}", prefixed("    ", "    ", &fence)),
        ),
    ]
}

/// The lines behind a prefix, the first behind its own; empty lines behind nothing but quotes.
fn prefixed(first: &str, others: &str, text: &str) -> String {
    let mut lines = String::new();
    for (index, line) in text.lines().enumerate() {
        let prefix = if index == 0 { first } else { others };
        lines.push_str(format!("{prefix}{line}").trim_end());
        lines.push('\n');
    }
    lines
}

/// A document around Markdown: its path, its text, and what its regions are called.
struct Hosted {
    path: &'static str,
    text: String,
    region: &'static str,
}

fn hosted(path: &'static str, region: &'static str, text: String) -> Hosted {
    Hosted { path, text, region }
}

fn hosts(markdown: &str) -> Vec<Hosted> {
    let scalar = format!(
        "a:\n  - b: |\n{}c: 1\n",
        prefixed("      ", "      ", markdown)
    );
    // A folded scalar joins lines unless an empty one stands between them or they are indented.
    let folded = format!("a: >1\n{}c: 1\n", prefixed("  ", "  ", markdown));
    let escaped = markdown.replace('\\', "\\\\").replace('"', "\\\"");
    let on_one_line = escaped.trim_end().replace('\n', "\\n");
    let lines_of_code = prefixed("/// ", "/// ", markdown);
    let attributes: Vec<String> = escaped
        .lines()
        .map(|line| format!("    #[doc = \"{line}\"]\n"))
        .collect();
    let mut hosts = vec![
        hosted("a.md", "", markdown.to_owned()),
        hosted("a.markdown", "", markdown.replace('\n', "\r\n")),
        hosted("a.mdx", "", format!("\u{feff}{markdown}")),
        hosted("a.mdc", "", format!("---\nglobs: a\n---\n{markdown}")),
        hosted("a.txt", "", format!("+++\na = 1\n+++\n\n{markdown}")),
        hosted("a.yaml", "yaml a[0].b", scalar.clone()),
        hosted("a.yml", "yaml a", folded.replace('\n', "\r\n")),
        hosted(
            "a.md",
            "yaml a[0].b",
            format!("---\nname: a\n---\n{scalar}"),
        ),
        hosted(
            "a.md",
            "front matter a[0].b",
            format!("---\n{scalar}---\ntext\n"),
        ),
        hosted(
            "a.rs",
            "doc comment",
            format!("{lines_of_code}fn f() {{}}\n"),
        ),
        hosted(
            "a.rs",
            "doc comment",
            lines_of_code
                .replace("/// ", "    //! ")
                .replace("///", "    //!")
                .replace('\n', "\r\n"),
        ),
        hosted(
            "a.rs",
            "doc comment",
            format!("/**\n{}*/\nfn f() {{}}\n", prefixed(" * ", " * ", markdown)),
        ),
        hosted(
            "a.rs",
            "doc comment",
            format!("/*!\n{}*/\n", prefixed("    ", "    ", markdown)),
        ),
        hosted(
            "a.rs",
            "doc comment",
            format!("#[doc = \"{on_one_line}\"]\nfn f() {{}}\n"),
        ),
        hosted(
            "a.rs",
            "doc comment",
            format!("#![doc = r##\"{markdown}\"##]\n"),
        ),
        hosted(
            "a.rs",
            "doc comment",
            format!("mod m {{\n{}    fn f() {{}}\n}}\n", attributes.concat()),
        ),
    ];
    // A block comment ends at its first `*/`, and a list's star is a star.
    hosts.retain(|host| !(host.text.contains("/**") && markdown.contains("\n*")));
    hosts
}

fn assert_extracted(contained: &Contained, host: &Hosted, options: &Options<'_>) {
    let Hosted { path, text, region } = host;
    let examined = examine(path, text.clone(), options);
    let shown = format!("{path} {:?}:\n{text}", contained.container);
    assert_eq!(examined.examples.len(), 1, "{shown}{:?}", examined.report);
    let example = &examined.examples[0];
    let parts = [*region, contained.container];
    let parts: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
    assert_eq!(example.listed.container, parts.join(" > "), "{shown}");
    assert_eq!(
        example.listed.sha256,
        sha256_hex(CODE),
        "{shown}{}",
        example.code
    );
    let whole = example.document.inclusions.whole_text(text);
    assert!(example.map.check(&example.code, &whole), "{shown}");
    for word in WORDS {
        let at = example.code.find(word).unwrap();
        let expected = place(text, word);
        let position = example.position(at).unwrap();
        assert_eq!(
            (position.line, position.column),
            expected,
            "{word} in {shown}"
        );
    }
    assert!(example.listed.line <= place(text, "main").0, "{shown}");
    assert!(example.listed.end_line >= place(text, "drop").0, "{shown}");
}

/// Line and column of a word in a text; in string literals quotes are escaped.
fn place(text: &str, word: &str) -> (usize, usize) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let escaped = word.replace('"', "\\\"");
    let at = text.find(&escaped).or_else(|| text.find(word));
    let before = &text[..at.unwrap()];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    (line, column)
}

#[test]
fn every_container_in_every_host_gives_the_same_code_with_its_places() {
    for contained in containers() {
        for host in hosts(&contained.markdown) {
            assert_extracted(&contained, &host, &Options::default());
        }
    }
}

#[test]
fn every_container_in_a_chapter_gives_the_same_code_with_its_places() {
    let no_files = |_: &str| Err("no file".to_owned());
    let chapter = Chapter {
        path: "src/a.md",
        edition: None,
        read: &no_files,
    };
    let options = Options {
        chapter: Some(&chapter),
        ..Options::default()
    };
    for contained in containers() {
        let text = format!("{{{{#title A}}}}\n\n{}", contained.markdown);
        let host = hosted("a.md", "", text);
        assert_extracted(&contained, &host, &options);
    }
}

#[test]
fn every_container_in_an_included_file_gives_the_same_code() {
    for contained in containers() {
        let read = |_: &str| Ok(contained.markdown.clone());
        let chapter = Chapter {
            path: "src/a.md",
            edition: None,
            read: &read,
        };
        let options = Options {
            chapter: Some(&chapter),
            ..Options::default()
        };
        let text = "# ä\n\n{{#include b.md}}\n".to_owned();
        let examples = examine("a.md", text, &options).examples;
        let example = &examples[0];
        assert_eq!(example.listed.sha256, sha256_hex(CODE));
        assert_eq!((example.listed.line, example.listed.end_line), (3, 3));
        for word in WORDS {
            let at = example.code.find(word).unwrap();
            assert_eq!(example.position(at).unwrap().line, 3);
            let included = example.included_place(at).unwrap();
            let position = included.position;
            let expected = place(&contained.markdown, word);
            assert_eq!((position.line, position.column), expected, "{word}");
            assert_eq!(included.path, "src/b.md");
        }
    }
}
