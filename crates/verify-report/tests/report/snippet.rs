use verify_model::{Cause, Label, Remark, RemarkLevel, Replacement, Stretch};
use verify_report::{Sources, snippet};

use crate::builder::error;

fn sources(text: &str) -> Sources {
    let document = ("a.md".to_owned(), text.to_owned());
    [document].into_iter().collect()
}

fn stretch(line: usize, column: usize, end_column: usize) -> Stretch {
    Stretch {
        line,
        column,
        end_line: line,
        end_column,
        included: None,
    }
}

fn label(stretch: Stretch, text: &str, primary: bool) -> Label {
    Label {
        stretch,
        primary,
        text: Some(text.to_owned()),
    }
}

fn help(message: &str, replacements: Vec<Replacement>) -> Remark {
    Remark {
        level: RemarkLevel::Help,
        message: message.to_owned(),
        labels: Vec::new(),
        replacements,
    }
}

#[test]
fn a_cause_is_shown_as_the_compiler_would_show_it() {
    let mut cause = error("E0308", "mismatched types: expected `u8`", 2, 15);
    cause.explanation.labels = vec![
        label(stretch(2, 15, 18), "expected `u8`", true),
        label(stretch(2, 10, 12), "expected due to this", false),
    ];
    let written = Replacement {
        text: "b".to_owned(),
        stretch: Some(stretch(2, 15, 15)),
    };
    let import = Replacement {
        text: "use a::B;\n".to_owned(),
        stretch: None,
    };
    cause.explanation.notes = vec![
        help("a byte begins with b", vec![written]),
        help("consider importing this", vec![import]),
    ];
    let rendered = snippet::render(&cause, "a.md", &sources("one\n> let a: u8 = \"a\";\n"));
    let expected = r#"error[E0308]: mismatched types
 --> a.md:2:15
  |
2 | > let a: u8 = "a";
  |          --   ^^^ expected `u8`
  |          |
  |          expected due to this
  |
  = help: consider importing this: `use a::B;`
help: a byte begins with b
  |
2 | > let a: u8 = b"a";
  |               +
"#;
    assert_eq!(rendered, expected);
}

#[test]
fn what_strangers_wrote_neither_commands_a_terminal_nor_grows_without_end() {
    let hostile = format!("\u{1b}[2J\u{202e}##[error]{}", "x".repeat(50_000));
    let mut cause = error("E0308", &hostile, 1, 3);
    cause.explanation.labels = (0..40)
        .map(|n| label(stretch(1, n + 1, n + 900), &hostile, n == 0))
        .collect();
    cause.explanation.notes = vec![help(&hostile, Vec::new()); 40];
    let rendered = snippet::render(&cause, "a.md", &sources(&format!("{hostile}\n")));
    assert!(rendered.len() < 10_000, "{}", rendered.len());
    assert!(!rendered.contains(['\u{1b}', '\u{202e}']));
    assert!(!rendered.contains("##["));
}

#[test]
fn places_that_no_document_has_do_no_harm() {
    for (line, column) in [(0, 0), (1, 900), (900, 1), (usize::MAX, usize::MAX)] {
        let mut cause = error("E0308", "wrong", line, column);
        let without = snippet::render(&cause, "a.md", &sources("one\n"));
        assert!(without.starts_with("error[E0308]: wrong"));
        let stretch = Stretch {
            end_line: 0,
            end_column: 0,
            ..stretch(line, column, 0)
        };
        let replacement = Replacement {
            text: "b".to_owned(),
            stretch: Some(stretch.clone()),
        };
        cause.explanation.labels = vec![label(stretch, "here", true)];
        cause.explanation.notes = vec![help("write", vec![replacement])];
        for text in ["", "one\n", "\u{feff}ä\r\n\tb\n"] {
            let rendered = snippet::render(&cause, "a.md", &sources(text));
            assert!(rendered.starts_with("error[E0308]: wrong"));
        }
    }
}

#[test]
fn without_a_document_the_place_is_told() {
    let cause: Cause = error("E0308", "wrong", 3, 4);
    let rendered = snippet::render(&cause, "a.md", &Sources::default());
    assert_eq!(rendered, "error[E0308]: wrong\n--> a.md:3:4\n");
}
