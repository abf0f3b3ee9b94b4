//! How long extraction takes, compared with nothing but parsing the same bytes as Markdown.
//!
//! `write DIR` writes the corpora to files, and `parse PATH…` does nothing but read and parse files
//! as Markdown: whole programs can be compared as well. Otherwise:
//!
//! Prints a line of JSON for each corpus: its size, the shortest times of several runs in
//! milliseconds, and their ratio. With `--check LIMIT`, a greater ratio is a failure; with the
//! name of a corpus, nothing else is measured.

#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{fs, io};

use pulldown_cmark::Parser;
use verify_source::document::{Options, extract};
use verify_source::examine::survey;

/// Runs of which the shortest counts: the machine has other work, too.
const RUNS: usize = 7;

/// Documents to read.
struct Corpus {
    name: &'static str,
    path: &'static str,
    documents: Vec<String>,
}

fn corpora() -> Vec<Corpus> {
    let chapter = chapter();
    let of_size = |part: &str, bytes: usize| part.repeat(bytes.div_ceil(part.len()));
    let corpus = |name, path, documents| Corpus {
        name,
        path,
        documents,
    };
    let tiny = "```rust\nlet a = 1;\n```\n\n";
    let comment = format!("/// {}\nfn f() {{}}\n\n", chapter.replace('\n', "\n/// "));
    vec![
        corpus("one of 10 MB", "a.md", vec![of_size(&chapter, 10 << 20)]),
        corpus("5000 tiny blocks", "a.md", vec![tiny.repeat(5000)]),
        corpus("2000 files", "a.md", vec![of_size(&chapter, 5 << 10); 2000]),
        corpus("prose", "a.md", vec![of_size(PROSE, 10 << 20)]),
        corpus("yaml", "a.yaml", vec![yaml(&chapter, 4 << 20)]),
        corpus(
            "markdown that is yaml",
            "a.md",
            vec![yaml(&chapter, 4 << 20)],
        ),
        corpus("doc comments", "a.rs", vec![of_size(&comment, 4 << 20)]),
    ]
}

const PROSE: &str = "A paragraph of *some* words, a [link](https://example.org) and `code`, which \
is long enough\nto be wrapped, and which says nothing at all about anything.\n\n";

/// A piece of a document as people write them.
fn chapter() -> String {
    let code = "use std::collections::HashMap;\n\nfn main() {\n    let mut map = HashMap::new();\n    map.insert(\"key\", 1);\n    println!(\"{map:?}\");\n}\n";
    let indented = code.replace('\n', "\n  ");
    format!(
        "## A heading\n\n{PROSE}{PROSE}```rust\n{code}```\n\n{PROSE}- An item\n- Another one:\n\n  \
         ```rust,no_run\n  {indented}```\n\n> {PROSE}\n```toml\n[dependencies]\nserde = \"1\"\n```\n\n\
         | a | b |\n|---|---|\n| 1 | 2 |\n\n"
    )
}

fn yaml(chapter: &str, bytes: usize) -> String {
    let scalar = format!(
        "  - content: |\n      {}\n",
        chapter.replace('\n', "\n      ")
    );
    format!("examples:\n{}", scalar.repeat(bytes.div_ceil(scalar.len())))
}

/// The shortest time that `work` takes.
fn shortest(mut work: impl FnMut()) -> Duration {
    let times = (0..RUNS).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

/// The ratio of the time for listing to the time for parsing.
fn measure(corpus: &Corpus) -> f64 {
    let options = Options::default();
    let parse = shortest(|| {
        for text in &corpus.documents {
            black_box(Parser::new(text).count());
        }
    });
    let extraction = shortest(|| {
        for text in &corpus.documents {
            black_box(extract(corpus.path, text, &options));
        }
    });
    let listing = shortest(|| {
        for text in &corpus.documents {
            black_box(survey(corpus.path, text.clone(), &options));
        }
    });
    let bytes: usize = corpus.documents.iter().map(String::len).sum();
    let ratio = listing.as_secs_f64() / parse.as_secs_f64();
    println!(
        "{{\"corpus\": {:?}, \"bytes\": {bytes}, \"parse_ms\": {:.1}, \"extract_ms\": {:.1}, \
         \"list_ms\": {:.1}, \"ratio\": {ratio:.2}}}",
        corpus.name,
        parse.as_secs_f64() * 1e3,
        extraction.as_secs_f64() * 1e3,
        listing.as_secs_f64() * 1e3,
    );
    ratio
}

/// Writes every corpus to a folder of its own below `folder`.
fn write(folder: &Path) -> io::Result<()> {
    for corpus in corpora() {
        let (_, extension) = corpus.path.rsplit_once('.').unwrap_or_default();
        let folder = folder.join(corpus.name.replace(' ', "-"));
        fs::create_dir_all(&folder)?;
        for (number, text) in corpus.documents.iter().enumerate() {
            fs::write(folder.join(format!("{number}.{extension}")), text)?;
        }
    }
    Ok(())
}

/// Reads and parses files, and those in folders.
fn parse(paths: impl Iterator<Item = PathBuf>) -> io::Result<()> {
    for path in paths {
        if path.is_dir() {
            let entries = fs::read_dir(&path)?.map(|entry| Ok(entry?.path()));
            let entries = entries.collect::<io::Result<Vec<PathBuf>>>()?;
            parse(entries.into_iter())?;
        } else {
            black_box(Parser::new(&fs::read_to_string(path)?).count());
        }
    }
    Ok(())
}

/// Measures the corpora, or the one of this name, in this process.
fn measure_all(mut arguments: impl Iterator<Item = String>) -> ExitCode {
    let mut limit = f64::INFINITY;
    let mut name = None;
    while let Some(argument) = arguments.next() {
        if argument != "--check" {
            name = Some(argument);
        } else if let Some(Ok(given)) = arguments.next().map(|it| it.parse()) {
            limit = given;
        } else {
            println!("usage: extraction_speed [--check LIMIT] [CORPUS]");
            return ExitCode::from(2);
        }
    }
    let is_wanted = |corpus: &&Corpus| name.as_ref().is_none_or(|name| name == corpus.name);
    let corpora = corpora();
    let ratios: Vec<f64> = corpora.iter().filter(is_wanted).map(measure).collect();
    if ratios.iter().all(|ratio| *ratio <= limit) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).peekable();
    let paths = |arguments: std::iter::Skip<std::env::Args>| arguments.map(PathBuf::from);
    let done = match arguments.peek().map(String::as_str) {
        Some("write") => paths(std::env::args().skip(2)).try_for_each(|it| write(&it)),
        Some("parse") => parse(paths(std::env::args().skip(2))),
        _ => return measure_all(arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}
