//! Cells of notebooks: ```` ```{rust} ````, as Quarto and knitr write them. What their first lines say
//! is for whoever runs the notebook, and is no code.

/// What a cell's options say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    /// How many bytes of the code they take.
    pub length: usize,
    /// Whether the notebook shows the code and does not run it: `eval: false`.
    pub is_shown_only: bool,
}

impl Cell {
    /// The options of a block with this info string and code; none when it is no cell.
    pub(crate) fn of(info: &str, code: &str) -> Self {
        let inside = info.strip_prefix('{').filter(|it| !it.starts_with('.'));
        let Some(inside) = inside else {
            return Self::default();
        };
        let mut cell = Self {
            length: 0,
            is_shown_only: inside.trim_end_matches('}').split(',').any(turns_off),
        };
        for line in code.split_inclusive('\n') {
            let Some(option) = option(line) else { break };
            cell.length += line.len();
            cell.is_shown_only |= turns_off(option);
        }
        cell
    }
}

/// The option that a line at the top of a cell holds.
fn option(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("#|").or_else(|| line.strip_prefix("//|"))
}

fn turns_off(option: &str) -> bool {
    let parts = option.split_once([':', '=']);
    parts.is_some_and(|(name, value)| {
        name.trim() == "eval" && value.trim().eq_ignore_ascii_case("false")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_lines_of_a_cell_are_its_options() {
        for (info, code, length, is_shown_only) in [
            ("{rust}", "let a = 1;\n", 0, false),
            ("{rust}", "#| label: fig\nlet a = 1;\n", 14, false),
            ("{rust}", "#| echo: true\n#| eval: false\nf();\n", 29, true),
            ("{rust}", "//| eval: false\nf();\n", 16, true),
            ("{rust}", "f();\n#| eval: false\n", 0, false),
            ("{rust, eval=FALSE}", "f();\n", 0, true),
            ("{rust}", "#| eval: true\nf();\n", 14, false),
            ("{.rust}", "#| eval: false\nf();\n", 0, false),
            ("rust", "#| eval: false\nf();\n", 0, false),
        ] {
            let expected = Cell {
                length,
                is_shown_only,
            };
            assert_eq!(Cell::of(info, code), expected, "{info} {code}");
        }
    }
}
