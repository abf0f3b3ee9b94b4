//! Markdown in the documentation of Rust code.

use proptest::prelude::*;

/// How documentation is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    form: Form,
    /// Whether it documents what it stands in.
    is_inner: bool,
    /// Spaces before each comment or attribute.
    indent: usize,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Lines,
    Block,
    BlockWithStars,
    AttributePerLine,
    Attribute,
    RawAttribute,
    /// A comment for every odd line, an attribute for every even one.
    Mixed,
}

pub(super) fn any_style() -> impl Strategy<Value = Style> {
    let forms = vec![
        Form::Lines,
        Form::Block,
        Form::BlockWithStars,
        Form::AttributePerLine,
        Form::Attribute,
        Form::RawAttribute,
        Form::Mixed,
    ];
    let style = (prop::sample::select(forms), any::<bool>(), 0..6usize);
    style.prop_map(|(form, is_inner, indent)| Style {
        form,
        is_inner,
        indent,
    })
}

impl Style {
    /// Rust code that `markdown` documents.
    pub(super) fn wrap(self, markdown: &str) -> String {
        // A line that is not indented: indentation that all lines have is not part of the text.
        let markdown = format!("Text.\n\n{markdown}");
        let margin = " ".repeat(self.indent);
        let mark = if self.is_inner { "!" } else { "" };
        let docs: String = match self.form {
            Form::Lines => {
                let mark = if self.is_inner { "//!" } else { "///" };
                with_lines(&markdown, |_, line| format!("{margin}{mark} {line}\n"))
            }
            Form::Block | Form::BlockWithStars => {
                let is_plain = matches!(self.form, Form::Block);
                let inner = if is_plain {
                    margin.clone()
                } else {
                    format!("{margin} * ")
                };
                let open = if self.is_inner { "/*!" } else { "/**" };
                let lines = with_lines(&markdown, |_, line| format!("{inner}{line}\n"));
                format!("{margin}{open}\n{lines}{margin}*/\n")
            }
            Form::AttributePerLine => with_lines(&markdown, |_, line| {
                format!("{margin}#{mark}[doc = \"{}\"]\n", escaped(line))
            }),
            Form::Attribute => {
                let text = escaped(&markdown).replace('\n', "\\n");
                format!("{margin}#{mark}[doc = \"{text}\"]\n")
            }
            Form::RawAttribute => format!("{margin}#{mark}[doc = r##\"{markdown}\"##]\n"),
            Form::Mixed => with_lines(&markdown, |index, line| {
                if index % 2 == 0 {
                    format!("{margin}#{mark}[doc = \"{}\"]\n", escaped(line))
                } else {
                    let mark = if self.is_inner { "//!" } else { "///" };
                    format!("{margin}{mark} {line}\n")
                }
            }),
        };
        format!("{docs}fn f() {{}}\n")
    }
}

fn with_lines(markdown: &str, wrap: impl Fn(usize, &str) -> String) -> String {
    let lines = markdown.lines().enumerate();
    lines.map(|(index, line)| wrap(index, line)).collect()
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
