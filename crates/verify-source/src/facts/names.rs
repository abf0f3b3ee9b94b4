//! Names, told from tokens alone, so that they are found in macros, in attributes, and in text
//! that does not parse.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::lex::{Kind, Token};

/// The names that a text uses and defines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// First segments of paths that could be crates: not defined or imported in the text itself.
    /// One entry per name and kind, at its first place.
    pub roots: Vec<Root>,
    /// The first two segments of paths outside `use`, `::`-separated: `md5::compute`.
    pub beginnings: BTreeSet<String>,
    /// Leaves of `use` trees.
    pub imports: Vec<Imported>,
    /// Function-like macros called by their bare name.
    pub macros: Vec<Used>,
    /// Derive macros called by their bare name.
    pub derives: Vec<Used>,
    /// Attributes used by their bare name.
    pub attributes: Vec<Used>,
    /// Names of items that the text defines, at any depth.
    pub defined: BTreeSet<String>,
    /// Those of them that are types or traits.
    pub types: BTreeSet<String>,
    /// Those of them that are modules.
    pub modules: BTreeSet<String>,
    /// Names of variables that `let` binds, at any depth.
    pub variables: BTreeSet<String>,
    /// Every identifier, whatever it is.
    pub words: BTreeSet<String>,
}

/// A name that is used, and where first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// The name.
    pub name: String,
    /// Byte range of its first use.
    pub place: Range<usize>,
}

/// The first segment of a path that could be a crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// The segment.
    pub name: String,
    /// What sort of path it begins.
    pub kind: RootKind,
    /// Byte range of its first place.
    pub place: Range<usize>,
}

/// What sort of path a root begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RootKind {
    /// `extern crate name;`
    ExternCrate,
    /// `use name::…;`
    Use,
    /// `name::…` anywhere else.
    Path,
}

/// A leaf of a `use` tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The full path, `::`-separated, without a leading `::`; a glob ends in `*`.
    pub path: String,
    /// The name that it brings into scope; empty for globs and for `as _`.
    pub name: String,
    /// Whether it stands outside every bracket.
    pub top_level: bool,
}

/// Path roots that are never crates.
const NOT_CRATES: [&str; 30] = [
    "self",
    "Self",
    "super",
    "crate",
    "std",
    "core",
    "alloc",
    "proc_macro",
    "test",
    "bool",
    "char",
    "str",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "f16",
    "f32",
    "f64",
    "f128",
    "dyn",
    "impl",
];

/// Keywords behind which an item's name stands.
const ITEM_KEYWORDS: [&str; 10] = [
    "mod",
    "fn",
    "struct",
    "enum",
    "union",
    "trait",
    "type",
    "const",
    "static",
    "macro_rules",
];

impl Names {
    /// Reads the names off the tokens of `text`.
    #[must_use]
    pub fn of(text: &str, tokens: &[Token]) -> Self {
        let code: Vec<&Token> = tokens
            .iter()
            .filter(|token| !matches!(token.kind, Kind::Comment | Kind::DocComment))
            .collect();
        let mut reader = Reader {
            text,
            code: &code,
            names: Self::default(),
            in_use: vec![false; code.len()],
        };
        let words = code.iter().filter(|token| token.kind == Kind::Ident);
        reader.names.words = words
            .map(|token| text[token.range.clone()].to_owned())
            .collect();
        reader.read_uses();
        reader.read_definitions();
        reader.read_paths();
        reader.read_macros();
        reader.read_attributes();
        reader.finish()
    }

    /// Whether the text names `item` directly below the crate or module `root`.
    #[must_use]
    pub fn uses_below(&self, root: &str, item: &str) -> bool {
        let path = format!("{root}::{item}");
        let is_below = |import: &Imported| {
            let rest = import.path.strip_prefix(&path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        self.beginnings.contains(&path) || self.imports.iter().any(is_below)
    }

    /// Whether the text defines a module or type `name`, which a path may begin with.
    #[must_use]
    pub fn begins_paths(&self, name: &str) -> bool {
        self.modules.contains(name) || self.types.contains(name)
    }

    /// Whether the text itself defines or imports `name`.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        self.defined.contains(name) || self.imports.iter().any(|import| import.name == name)
    }
}

struct Reader<'a> {
    text: &'a str,
    code: &'a [&'a Token],
    names: Names,
    /// Which tokens belong to a `use` declaration, where paths have another grammar.
    in_use: Vec<bool>,
}

impl<'a> Reader<'a> {
    fn word(&self, index: usize) -> &'a str {
        self.code
            .get(index)
            .map_or("", |token| &self.text[token.range.clone()])
    }

    fn kind(&self, index: usize) -> Option<Kind> {
        self.code.get(index).map(|token| token.kind)
    }

    fn is_ident(&self, index: usize) -> bool {
        self.kind(index) == Some(Kind::Ident)
    }

    /// Whether `::` stands at `index`.
    fn is_path_separator(&self, index: usize) -> bool {
        self.kind(index) == Some(Kind::Punct(':'))
            && self.kind(index + 1) == Some(Kind::Punct(':'))
            && self.code[index].range.end == self.code[index + 1].range.start
    }

    fn name(&self, index: usize) -> String {
        self.word(index).trim_start_matches("r#").to_owned()
    }

    fn add_root(&mut self, index: usize, kind: RootKind) {
        let name = self.name(index);
        let place = self.code[index].range.clone();
        self.names.roots.push(Root { name, kind, place });
    }

    fn read_uses(&mut self) {
        let mut index = 0;
        let mut depth = 0_i64;
        while index < self.code.len() {
            match self.kind(index) {
                Some(Kind::Open(_)) => depth += 1,
                Some(Kind::Close(_)) => depth -= 1,
                Some(Kind::Ident) if self.begins_use(index) => {
                    let start = index;
                    index = self.use_tree(index + 1, "", depth == 0);
                    for flag in &mut self.in_use[start..index.min(self.code.len())] {
                        *flag = true;
                    }
                    continue;
                }
                Some(Kind::Ident)
                    if self.word(index) == "extern"
                        && self.word(index + 1) == "crate"
                        && self.is_ident(index + 2) =>
                {
                    self.add_root(index + 2, RootKind::ExternCrate);
                }
                _ => {}
            }
            index += 1;
        }
    }

    /// `use` at a place where a declaration can begin; in `impl Trait + use<'a>` it does not.
    fn begins_use(&self, index: usize) -> bool {
        self.word(index) == "use"
            && (self.is_ident(index + 1)
                || self.kind(index + 1) == Some(Kind::Open('{'))
                || self.is_path_separator(index + 1))
    }

    /// Reads one `use` tree at `index` and returns the index behind it.
    fn use_tree(&mut self, mut index: usize, prefix: &str, top_level: bool) -> usize {
        if self.is_path_separator(index) {
            index += 2;
        }
        if self.kind(index) == Some(Kind::Open('{')) {
            index += 1;
            while index < self.code.len() && self.kind(index) != Some(Kind::Close('}')) {
                if self.kind(index) == Some(Kind::Punct(',')) {
                    index += 1;
                } else {
                    let next = self.use_tree(index, prefix, top_level);
                    if next == index {
                        return index;
                    }
                    index = next;
                }
            }
            return index + 1;
        }
        if self.kind(index) == Some(Kind::Punct('*')) {
            let path = format!("{prefix}*");
            self.names.imports.push(Imported {
                path,
                name: String::new(),
                top_level,
            });
            return index + 1;
        }
        if !self.is_ident(index) {
            return index;
        }
        if prefix.is_empty() {
            self.add_root(index, RootKind::Use);
        }
        let segment = self.name(index);
        if self.is_path_separator(index + 1) {
            return self.use_tree(index + 3, &format!("{prefix}{segment}::"), top_level);
        }
        let (name, next) = if self.word(index + 1) == "as" {
            (self.name(index + 2), index + 3)
        } else {
            (segment.clone(), index + 1)
        };
        let path = if segment == "self" {
            prefix.trim_end_matches(':').to_owned()
        } else {
            format!("{prefix}{segment}")
        };
        let name = match name.as_str() {
            "_" => String::new(),
            "self" => path.rsplit("::").next().unwrap_or_default().to_owned(),
            _ => name,
        };
        self.names.imports.push(Imported {
            path,
            name,
            top_level,
        });
        next
    }

    fn read_definitions(&mut self) {
        let mut members_until = 0;
        for index in 0..self.code.len() {
            if let Some(end) = self.end_of_members(index) {
                members_until = members_until.max(end);
            }
            if self.word(index) == "let" {
                let bound = index + 1 + usize::from(self.word(index + 1) == "mut");
                if self.is_ident(bound) {
                    self.names.variables.insert(self.name(bound));
                }
            }
            // A type of an `impl` is called `Self::Context`.
            let is_associated = index < members_until && self.word(index) == "type";
            let is_item = self.is_ident(index) && ITEM_KEYWORDS.contains(&self.word(index));
            if !is_item || is_associated {
                continue;
            }
            let mut name = index + 1;
            while matches!(
                self.word(name),
                "!" | "mut" | "unsafe" | "fn" | "async" | "extern"
            ) {
                name += 1;
            }
            if self.is_ident(name) {
                self.names.defined.insert(self.name(name));
                match self.word(index) {
                    "mod" => {
                        self.names.modules.insert(self.name(name));
                    }
                    "struct" | "enum" | "union" | "trait" => {
                        self.names.types.insert(self.name(name));
                    }
                    _ => {}
                }
            }
        }
    }

    /// Where the braces of the `impl` block or trait end whose keyword is at `index`.
    fn end_of_members(&self, index: usize) -> Option<usize> {
        if !matches!(self.word(index), "impl" | "trait") {
            return None;
        }
        let before = index.checked_sub(1);
        let begins_item = before.is_none_or(|before| {
            matches!(
                self.kind(before),
                Some(Kind::Open('{') | Kind::Close('}' | ']'))
            ) || matches!(self.word(before), ";" | "unsafe")
        });
        let has_members = begins_item || self.word(index) == "trait";
        let mut at = index + 1;
        loop {
            match self.kind(at)? {
                Kind::Open('{') => return has_members.then(|| self.closing(at)),
                Kind::Open(_) => at = self.closing(at) + 1,
                Kind::Punct(';') | Kind::Close(_) => return None,
                _ => at += 1,
            }
        }
    }

    fn read_paths(&mut self) {
        for index in 0..self.code.len() {
            let begins_path = self.is_ident(index)
                && !self.in_use[index]
                && self.is_path_separator(index + 1)
                && (self.is_ident(index + 3) || self.kind(index + 3) == Some(Kind::Punct('*')));
            if !begins_path {
                continue;
            }
            let follows_separator = index >= 2 && self.is_path_separator(index - 2);
            let is_global = follows_separator
                && (index < 3
                    || !(self.is_ident(index - 3)
                        || self.kind(index - 3) == Some(Kind::Punct('>'))));
            let follows_dot =
                index >= 1 && matches!(self.kind(index - 1), Some(Kind::Punct('.' | '$')));
            if (!follows_separator || is_global) && !follows_dot {
                self.add_root(index, RootKind::Path);
                let beginning = format!("{}::{}", self.name(index), self.name(index + 3));
                self.names.beginnings.insert(beginning);
            }
        }
    }

    fn read_macros(&mut self) {
        for index in 0..self.code.len() {
            let is_call = self.is_ident(index)
                && self.kind(index + 1) == Some(Kind::Punct('!'))
                && matches!(self.kind(index + 2), Some(Kind::Open(_)));
            let is_qualified = index >= 2 && self.is_path_separator(index - 2);
            if is_call && !is_qualified {
                let used = self.used(index);
                self.names.macros.push(used);
            }
        }
    }

    fn read_attributes(&mut self) {
        for index in 0..self.code.len() {
            if self.kind(index) != Some(Kind::Punct('#')) {
                continue;
            }
            let open = index + 1 + usize::from(self.kind(index + 1) == Some(Kind::Punct('!')));
            let first = open + 1;
            if self.kind(open) != Some(Kind::Open('[')) || !self.is_ident(first) {
                continue;
            }
            let close = self.closing(open);
            match self.word(first) {
                "derive" => self.derives(first, close),
                "cfg_attr" => {
                    // `cfg_attr(condition, derive(…), attribute)`
                    for inner in first + 1..close {
                        if self.word(inner) == "derive" {
                            self.derives(inner, self.closing(inner + 1));
                        }
                    }
                }
                _ if !self.is_path_separator(first + 1) => {
                    let used = self.used(first);
                    self.names.attributes.push(used);
                }
                _ => {}
            }
        }
    }

    fn derives(&mut self, derive: usize, close: usize) {
        for index in derive + 1..close {
            let is_bare = self.is_ident(index)
                && !self.is_path_separator(index + 1)
                && !(index >= 2 && self.is_path_separator(index - 2));
            if is_bare {
                let used = self.used(index);
                self.names.derives.push(used);
            }
        }
    }

    /// The index of the bracket that closes the one at `open`, or the end.
    fn closing(&self, open: usize) -> usize {
        let mut depth = 0_i64;
        for index in open..self.code.len() {
            match self.kind(index) {
                Some(Kind::Open(_)) => depth += 1,
                Some(Kind::Close(_)) => depth -= 1,
                _ => {}
            }
            if depth <= 0 {
                return index;
            }
        }
        self.code.len()
    }

    fn used(&self, index: usize) -> Used {
        Used {
            name: self.name(index),
            place: self.code[index].range.clone(),
        }
    }

    /// Keeps one entry per name, and of the roots those that could be crates.
    fn finish(self) -> Names {
        let mut names = self.names;
        for list in [&mut names.macros, &mut names.derives, &mut names.attributes] {
            let mut seen = BTreeSet::new();
            list.retain(|used| seen.insert(used.name.clone()));
        }
        let imported: BTreeSet<String> = names
            .imports
            .iter()
            // `use tokio;` names the crate itself.
            .filter(|import| import.path != import.name)
            .map(|import| import.name.clone())
            .collect();
        let mut roots = std::mem::take(&mut names.roots);
        roots.sort_by_key(|root| (root.kind, root.place.start));
        let mut seen = BTreeSet::new();
        roots.retain(|root| {
            let first = root.name.chars().next().unwrap_or('_');
            !NOT_CRATES.contains(&root.name.as_str())
                && !first.is_uppercase()
                // A function may well be called as a crate is.
                && !names.begins_paths(&root.name)
                && (root.kind != RootKind::Path || !imported.contains(&root.name))
                && seen.insert(root.name.clone())
        });
        names.roots = roots;
        names
    }
}
