//! The examples of the CommonMark specification, as they come with pulldown-cmark's source.
//!
//! The specification's text has a licence of its own, so it is read from the dependency's
//! published source and is no part of this repository. Our own table of fences stands in
//! `fences.rs`.

use std::path::PathBuf;

use verify_source::block::FenceKind;
use verify_source::document::{Options, extract};

/// An example: Markdown, and the HTML that it is to become.
struct Example {
    markdown: String,
    html: String,
}

/// The file with the examples, if it comes with the dependency's source.
fn file() -> Option<PathBuf> {
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .other_options(["--offline".to_owned()])
        .exec()
        .ok()?;
    let parser = metadata
        .packages
        .iter()
        .find(|package| package.name.as_str() == "pulldown-cmark")?;
    let file = parser.manifest_path.parent()?.join("tests/suite/spec.rs");
    file.exists().then(|| file.into_std_path_buf())
}

/// The examples, which the file holds in raw strings.
fn examples(file: &str) -> Vec<Example> {
    let mut strings = file
        .split("= r##\"")
        .skip(1)
        .map(|rest| rest.split("\"##").next().unwrap().to_owned());
    let mut found = Vec::new();
    while let (Some(markdown), Some(html)) = (strings.next(), strings.next()) {
        found.push(Example { markdown, html });
    }
    found
}

/// Language and code of every code block in HTML that was made from Markdown.
fn blocks(html: &str) -> Vec<(String, String)> {
    let blocks = html.split("<pre><code").skip(1);
    blocks
        .map(|block| {
            let (attributes, rest) = block.split_once('>').unwrap();
            let language = attributes.trim().strip_prefix("class=\"language-");
            let language = language.unwrap_or_default().trim_end_matches('"');
            let (code, _) = rest.split_once("</code></pre>").unwrap();
            (unescaped(language), unescaped(code))
        })
        .collect()
}

fn unescaped(html: &str) -> String {
    let text = html.replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&quot;", "\"").replace("&amp;", "&")
}

/// Language and code of every code block that is extracted. Fences inside HTML are told, too, but
/// they are no code.
fn extracted(markdown: &str) -> Vec<(String, String)> {
    let fences = extract("example.md", markdown, &Options::default()).fences;
    let is_code = |kind: &FenceKind| match kind {
        FenceKind::Example => true,
        FenceKind::Other { reason } => !reason.starts_with("inside an HTML"),
    };
    let fences = fences.into_iter().filter(|fence| is_code(&fence.kind));
    fences
        .map(|fence| {
            assert!(fence.map.check(&fence.code, markdown), "{markdown}");
            let language = fence.info.split([' ', '\t']).next().unwrap();
            (language.to_owned(), fence.code)
        })
        .collect()
}

/// Whether the language is written with references or escapes, which we show as they are.
fn is_escaped(language: &str) -> bool {
    language.contains(['&', '\\'])
}

#[test]
fn code_blocks_are_those_of_the_specification_s_examples() {
    let Some(file) = file() else {
        // Nothing to compare with: the dependency is vendored without its tests.
        return;
    };
    let examples = examples(&std::fs::read_to_string(file).unwrap());
    assert!(examples.len() > 600, "{}", examples.len());
    let mut compared = 0;
    for Example { markdown, html } in examples {
        let expected = blocks(&html);
        let mut found = extracted(&markdown);
        for ((language, _), (expected, _)) in found.iter_mut().zip(&expected) {
            if is_escaped(language) {
                language.clone_from(expected);
            }
        }
        assert_eq!(found, expected, "{markdown:?}\n{html}");
        compared += expected.len();
    }
    assert!(compared > 80, "{compared}");
}
