//! The compiler's arguments. Pure.

use std::ffi::OsString;
use std::path::Path;

use verify_source::scaffold::Edition;

use super::links::Links;

/// The option with which code is made of what nothing calls.
pub(crate) const UNCALLED: &str = "link-dead-code";

/// What is made of a source file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A library.
    Library,
    /// A program.
    Program,
    /// A program that runs the tests.
    Harness,
}

/// How far a compiler goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Makes {
    /// Everything is checked that does not depend on what generic code is used for.
    Metadata,
    /// Generic code is put to its uses, too; nothing is made for the machine, nor linked.
    Instances,
    /// Code for the machine, also of what nothing calls; it is not linked.
    Objects,
    /// Code that can be used, or run.
    Code,
}

/// One call of a compiler.
#[derive(Clone, Debug)]
pub(crate) struct Unit<'a> {
    /// The crate's name in code.
    pub name: &'a str,
    /// Its edition.
    pub edition: Edition,
    /// Its source file, relative to the directory in which the compiler works.
    pub source: &'a str,
    /// What is made of it.
    pub kind: Kind,
    /// Its dependencies.
    pub links: &'a Links,
    /// Where to write what is made.
    pub output: &'a Path,
    /// How far the compiler goes.
    pub makes: Makes,
    /// Lints that are looked at although they are off by default.
    pub lints: &'a [String],
}

impl Unit<'_> {
    /// The arguments, as cargo would have them for a package without features, build script and
    /// profile settings, whose only lint setting is `dead_code = "allow"`.
    pub(crate) fn arguments(&self) -> Vec<OsString> {
        let mut all: Vec<OsString> = Vec::new();
        let mut add = |argument: &str| all.push(argument.into());
        add("--crate-name");
        add(self.name);
        add(&format!("--edition={}", self.edition.as_str()));
        add(self.source);
        add("--error-format=json");
        match self.kind {
            Kind::Library => add("--crate-type=lib"),
            Kind::Program => add("--crate-type=bin"),
            Kind::Harness => add("--test"),
        }
        for option in [
            "embed-bitcode=no",
            "debuginfo=0",
            "strip=debuginfo",
            "codegen-units=1",
        ] {
            add("-C");
            add(option);
        }
        add("--allow=dead_code");
        for expected in ["cfg(docsrs,test)", "cfg(feature, values())"] {
            add("--check-cfg");
            add(expected);
        }
        let emitted = match self.makes {
            Makes::Metadata => "metadata",
            Makes::Instances => "mir",
            Makes::Objects => "obj",
            Makes::Code => "link",
        };
        // Errors that only uses of generic code show, and those of an assembler, would not be looked
        // for in functions that nothing calls.
        let is_library = self.kind == Kind::Library && self.makes != Makes::Metadata;
        if is_library || self.makes == Makes::Objects {
            add("-C");
            add(UNCALLED);
        }
        if self.makes == Makes::Instances {
            all.push("-C".into());
            all.push("no-prepopulate-passes".into());
        }
        all.push(joined(&format!("--emit={emitted}="), self.output));
        // Else what it needs for a moment would be put beside the sources.
        if let Some(folder) = self.output.parent() {
            all.push(joined("--out-dir=", folder));
        }
        for folder in &self.links.folders {
            all.push("-L".into());
            all.push(joined("dependency=", folder));
        }
        for (name, file) in &self.links.externs {
            all.push("--extern".into());
            all.push(joined(&format!("{name}="), file));
        }
        for place in &self.links.native {
            all.push("-L".into());
            all.push(place.into());
        }
        for lint in self.lints {
            all.push("-W".into());
            all.push(lint.into());
        }
        all
    }
}

fn joined(before: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(before);
    argument.push(path);
    argument
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    use super::*;

    fn arguments(change: impl FnOnce(&mut Unit<'_>)) -> String {
        let links = Links {
            externs: vec![("serde".to_owned(), PathBuf::from("/d/libserde-1.rmeta"))],
            folders: BTreeSet::from([PathBuf::from("/d")]),
            native: vec!["native=/n".to_owned()],
        };
        let mut unit = Unit {
            name: "example",
            edition: Edition::E2021,
            source: "src/main.rs",
            kind: Kind::Program,
            links: &links,
            output: Path::new("/o/x"),
            makes: Makes::Metadata,
            lints: &[],
        };
        change(&mut unit);
        let arguments = unit.arguments();
        let words: Vec<&str> = arguments.iter().map(|it| it.to_str().unwrap()).collect();
        words.join(" ")
    }

    #[test]
    fn a_check_is_what_cargo_would_ask_for() {
        assert_eq!(
            arguments(|_| {}),
            "--crate-name example --edition=2021 src/main.rs --error-format=json \
             --crate-type=bin -C embed-bitcode=no -C debuginfo=0 -C strip=debuginfo \
             -C codegen-units=1 --allow=dead_code --check-cfg cfg(docsrs,test) \
             --check-cfg cfg(feature, values()) --emit=metadata=/o/x --out-dir=/o -L dependency=/d \
             --extern serde=/d/libserde-1.rmeta -L native=/n"
        );
    }

    #[test]
    fn a_harness_is_no_crate_type() {
        let text = arguments(|unit| unit.kind = Kind::Harness);
        assert!(text.contains(" --test ") && !text.contains("--crate-type"));
    }

    #[test]
    fn code_is_linked() {
        let text = arguments(|unit| {
            unit.makes = Makes::Code;
            unit.kind = Kind::Library;
        });
        assert!(text.contains("--crate-type=lib") && text.contains("--emit=link=/o/x"));
    }

    #[test]
    fn what_nothing_calls_is_made_into_code_where_it_is_not_linked() {
        for (kind, makes, is_expected) in [
            (Kind::Library, Makes::Metadata, false),
            (Kind::Library, Makes::Instances, true),
            (Kind::Library, Makes::Code, true),
            (Kind::Program, Makes::Instances, false),
            (Kind::Program, Makes::Code, false),
            (Kind::Program, Makes::Objects, true),
            (Kind::Harness, Makes::Code, false),
        ] {
            let text = arguments(|unit| (unit.kind, unit.makes) = (kind, makes));
            let is_found = text.contains("-C link-dead-code");
            assert_eq!(is_found, is_expected, "{kind:?} {makes:?}");
        }
    }

    #[test]
    fn what_is_never_run_is_not_linked() {
        let text = arguments(|unit| unit.makes = Makes::Instances);
        assert!(text.contains("--emit=mir=/o/x") && !text.contains("--emit=link"));
    }
}
