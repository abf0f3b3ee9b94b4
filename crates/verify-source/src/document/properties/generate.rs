//! Random documents of nested containers, and what must be found in them.

mod doc_comments;

use proptest::prelude::*;

use doc_comments::Style;

/// A document, and the info string, container and code of each of its fences.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub path: &'static str,
    pub text: String,
    pub expected: Vec<(String, String, String)>,
}

#[derive(Clone, Debug)]
enum Block {
    Text,
    Heading,
    Fence(Fence),
    Quote(Vec<Block>),
    /// The marker with the spaces after it, and the item's blocks.
    List(&'static str, Vec<Block>),
}

#[derive(Clone, Debug)]
struct Fence {
    char: char,
    indent: usize,
    info: &'static str,
    code: Vec<&'static str>,
}

/// Where the Markdown stands.
#[derive(Clone, Debug)]
enum Host {
    Plain,
    AfterFrontMatter,
    /// In a scalar: the mapping keys above it with their indentation, and how it is written.
    Scalar(Vec<usize>, Scalar, Place),
    /// In the documentation of Rust code.
    Documentation(Style),
}

#[derive(Clone, Copy, Debug)]
enum Place {
    YamlFile,
    FrontMatter,
    Body,
}

#[derive(Clone, Debug)]
struct Scalar {
    indent: usize,
    is_folded: bool,
    has_indicator: bool,
    chomping: &'static str,
}

/// A line of Markdown, and how many of its leading spaces belong to containers.
struct Line {
    text: String,
    structure: usize,
}

fn any_fence() -> impl Strategy<Value = Fence> {
    const CODE: [&str; 16] = [
        "fn main() {}",
        "    let x = 1;",
        "",
        "\tlet y = 2;",
        "        deep();",
        "// ä → 𝄞",
        "> a",
        "- b",
        "# c",
        "``",
        "~~",
        "```",
        "---",
        "a: |",
        "   ",
        "  \t x",
    ];
    (
        prop::sample::select(vec!['`', '~']),
        0..4usize,
        prop::sample::select(vec!["", "rust", "rust,no_run", "toml", "Rust title=\"é\""]),
        prop::collection::vec(prop::sample::select(&CODE[..]), 0..6),
    )
        .prop_map(|(char, indent, info, code)| Fence {
            char,
            indent,
            info,
            code,
        })
}

fn any_blocks() -> impl Strategy<Value = Vec<Block>> {
    let leaf = prop_oneof![
        1 => Just(Block::Text),
        1 => Just(Block::Heading),
        4 => any_fence().prop_map(Block::Fence),
    ];
    let block = leaf.prop_recursive(4, 24, 4, |inner| {
        let blocks = prop::collection::vec(inner, 1..4);
        let marker = prop::sample::select(vec!["- ", "*   ", "+  ", "1. ", "10) "]);
        prop_oneof![
            blocks.clone().prop_map(Block::Quote),
            (marker, blocks).prop_map(|(marker, blocks)| Block::List(marker, blocks)),
        ]
    });
    prop::collection::vec(block, 1..5)
}

fn any_host() -> impl Strategy<Value = Host> {
    let scalar = (1..5usize, any::<bool>(), any::<bool>(), 0..3usize).prop_map(
        |(indent, is_folded, has_indicator, chomping)| Scalar {
            indent,
            is_folded,
            has_indicator,
            chomping: ["", "-", "+"][chomping],
        },
    );
    let place = prop::sample::select(vec![Place::YamlFile, Place::FrontMatter, Place::Body]);
    let indents = prop::collection::vec(1..5usize, 0..4);
    prop_oneof![
        2 => Just(Host::Plain),
        1 => Just(Host::AfterFrontMatter),
        3 => (indents, scalar, place).prop_map(|(above, scalar, place)| {
            Host::Scalar(above, scalar, place)
        }),
        3 => doc_comments::any_style().prop_map(Host::Documentation),
    ]
}

/// Documents with one fence or more.
pub(super) fn any_document() -> impl Strategy<Value = Made> {
    documents(any_host())
}

/// Markdown documents with one fence or more, without front matter.
pub(super) fn any_markdown() -> impl Strategy<Value = Made> {
    documents(Just(Host::Plain))
}

fn documents(host: impl Strategy<Value = Host>) -> impl Strategy<Value = Made> {
    let details = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (any_blocks(), host, details).prop_filter_map("no fence", |(blocks, host, details)| {
        let (has_tabs, has_returns, has_mark, ends_with_line) = details;
        let mut lines = Vec::new();
        let mut expected = Vec::new();
        render(&blocks, &mut Vec::new(), &mut lines, &mut expected);
        if expected.is_empty() {
            return None;
        }
        let lines: Vec<String> = lines
            .into_iter()
            .map(|line| {
                if has_tabs {
                    with_tabs(&line)
                } else {
                    line.text
                }
            })
            .collect();
        let (path, mut text, prefix) = host.wrap(&lines);
        for (_, container, _) in &mut expected {
            let parts = [prefix.as_str(), container.as_str()];
            let parts: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
            *container = parts.join(" > ");
        }
        if !ends_with_line {
            text.truncate(text.trim_end_matches('\n').len());
        }
        if has_returns {
            text = text.replace('\n', "\r\n");
        }
        if has_mark {
            text.insert(0, '\u{feff}');
        }
        Some(Made {
            path,
            text,
            expected,
        })
    })
}

fn render(
    blocks: &[Block],
    containers: &mut Vec<&'static str>,
    lines: &mut Vec<Line>,
    expected: &mut Vec<(String, String, String)>,
) {
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 {
            lines.push(line(0, ""));
        }
        let mut inner = Vec::new();
        match block {
            Block::Text => lines.push(line(0, "Some text, ä.")),
            Block::Heading => lines.push(line(0, "## A heading")),
            Block::Fence(fence) => {
                // An indented fence would continue a list, or move the text of an item.
                let after = index.checked_sub(1).map(|before| &blocks[before]);
                let is_free = matches!(after, Some(Block::Text | Block::Heading));
                fence.render(if is_free { fence.indent } else { 0 }, lines);
                let code: String = fence.code.iter().flat_map(|it| [it, "\n"]).collect();
                expected.push((fence.info.to_owned(), containers.join(" > "), code));
            }
            Block::Quote(blocks) => {
                containers.push("quote");
                render(blocks, containers, &mut inner, expected);
                containers.pop();
                lines.extend(inner.into_iter().map(|it| quoted(&it)));
            }
            Block::List(marker, blocks) => {
                containers.push("list");
                render(blocks, containers, &mut inner, expected);
                containers.pop();
                let items = inner.into_iter().enumerate();
                lines.extend(items.map(|(index, it)| in_item(marker, index == 0, &it)));
            }
        }
    }
}

impl Fence {
    fn render(&self, indent: usize, lines: &mut Vec<Line>) {
        let is_run = |line: &&&str| line.contains("```") || line.contains("~~~");
        let len = if self.code.iter().any(|line| is_run(&line)) {
            4
        } else {
            3
        };
        let run = self.char.to_string().repeat(len);
        lines.push(line(indent, &format!("{run}{}", self.info)));
        lines.extend(self.code.iter().map(|code| line(indent, code)));
        lines.push(line(indent, &run));
    }
}

/// A line that is indented by containers; an empty one is not.
fn line(structure: usize, text: &str) -> Line {
    let structure = if text.is_empty() { 0 } else { structure };
    Line {
        text: format!("{}{text}", " ".repeat(structure)),
        structure,
    }
}

fn quoted(line: &Line) -> Line {
    let space = if line.text.is_empty() { "" } else { " " };
    Line {
        text: format!(">{space}{}", line.text),
        structure: 0,
    }
}

fn in_item(marker: &str, is_first: bool, inner: &Line) -> Line {
    if is_first {
        line(0, &format!("{marker}{}", inner.text))
    } else {
        let mut outer = line(marker.len(), &inner.text);
        if !inner.text.is_empty() {
            outer.structure += inner.structure;
        }
        outer
    }
}

/// The line with tabs for the spaces that containers take, also where a tab reaches into the code.
fn with_tabs(line: &Line) -> String {
    let spaces = line.text.len() - line.text.trim_start_matches(' ').len();
    let tabs = line.structure.div_ceil(4).min(spaces / 4);
    format!("{}{}", "\t".repeat(tabs), &line.text[tabs * 4..])
}

impl Host {
    /// The path, the text, and what stands before the containers of its fences.
    fn wrap(&self, lines: &[String]) -> (&'static str, String, String) {
        let markdown: String = lines.iter().flat_map(|it| [it, "\n"]).collect();
        match self {
            Self::Plain => ("a.md", markdown, String::new()),
            Self::AfterFrontMatter => {
                let text = format!("---\nname: a\n---\n\n{markdown}");
                ("a.md", text, String::new())
            }
            Self::Documentation(style) => ("a.rs", style.wrap(&markdown), "doc comment".to_owned()),
            Self::Scalar(above, scalar, place) => {
                let (yaml, key) = scalar.wrap(above, lines);
                match place {
                    Place::YamlFile => ("a.yaml", yaml, format!("yaml {key}")),
                    Place::Body => {
                        let text = format!("---\nname: a\n---\n\n{yaml}");
                        ("a.md", text, format!("yaml {key}"))
                    }
                    Place::FrontMatter => {
                        let text = format!("---\n{yaml}---\nSome text.\n");
                        ("a.md", text, format!("front matter {key}"))
                    }
                }
            }
        }
    }
}

impl Scalar {
    /// A mapping of mappings with the lines in a scalar of the innermost; and the scalar's path.
    fn wrap(&self, above: &[usize], lines: &[String]) -> (String, String) {
        let mut yaml = vec!["# ä".to_owned()];
        let mut indent = 0;
        for step in above {
            yaml.push(format!("{}k:", " ".repeat(indent)));
            indent += step;
        }
        let style = if self.is_folded { ">" } else { "|" };
        let indicator = if self.has_indicator || lines[0].starts_with(' ') {
            self.indent.to_string()
        } else {
            String::new()
        };
        let margin = " ".repeat(indent);
        yaml.push(format!("{margin}a: {style}{indicator}{}", self.chomping));
        let inner = " ".repeat(indent + self.indent);
        for (index, line) in lines.iter().enumerate() {
            let margin = if line.is_empty() { "" } else { inner.as_str() };
            yaml.push(format!("{margin}{line}"));
            if self.is_folded && is_joined(&lines[index..]) {
                yaml.push(String::new());
            }
        }
        yaml.push(format!("{margin}z: 1\n"));
        (yaml.join("\n"), "k.".repeat(above.len()) + "a")
    }
}

/// Whether YAML folds the first line's end: then the document needs an empty line more.
fn is_joined(lines: &[String]) -> bool {
    let is_indented = |line: &String| line.starts_with([' ', '\t']);
    let Some(next) = lines.iter().skip(1).find(|line| !line.is_empty()) else {
        return false;
    };
    !lines[0].is_empty() && !is_indented(&lines[0]) && !is_indented(next)
}
