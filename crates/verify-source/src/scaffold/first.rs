//! The first scaffold, from the text alone.

use std::ops::Range;

use verify_model::{AidKind, ManifestFault, Position, UnresolvedCrate};

use super::crates::{Allowed, library_name};
use super::shape::shape;
use super::usual::infer;
use super::{Dependency, Edition, Plan, Stated};
use crate::facts::{Facts, Names, RootKind};
use crate::manifest::{Origin, StatedDependency, StatedManifest};
use crate::shown_manifest::ShownDependency;
use crate::surroundings::{Member, Surroundings};

/// Everything that the first scaffold is made from.
pub struct Given<'a> {
    /// Facts of the text.
    pub facts: &'a Facts,
    /// The manifest that the text states.
    pub manifest: Option<&'a StatedManifest>,
    /// Dependencies that the document shows in blocks of their own, nearest first.
    pub shown: &'a [ShownDependency],
    /// The cargo workspace that the document lives in.
    pub surroundings: Option<&'a Surroundings>,
    /// The edition that the info string or the book states.
    pub edition: Option<Edition>,
    /// Whether it is to be compiled as it stands, for its tests.
    pub test_harness: bool,
    /// Whether the example is expected not to compile. Then nothing is spared: an error that comes
    /// from what we left out would prove nothing.
    pub expects_failure: bool,
    /// Crates that may be used.
    pub allowed: &'a Allowed,
    /// Where an offset in the example's text lies in the document.
    pub position: &'a dyn Fn(usize) -> Option<Position>,
}

/// The first scaffold of an example.
#[must_use]
pub fn first(given: &Given<'_>) -> Plan {
    let stated_edition = given
        .manifest
        .and_then(|manifest| manifest.edition.as_deref())
        .and_then(Edition::parse);
    let mut plan = Plan {
        edition: given
            .edition
            .or(stated_edition)
            .or(given.surroundings.and_then(|it| it.edition))
            .unwrap_or_default(),
        freestanding: given.facts.is_freestanding,
        has_all_usual: given.expects_failure,
        ..Plan::bare(package_name(given))
    };
    if let Some(manifest) = given.manifest {
        stated(given, manifest, &mut plan);
    }
    named(given, &mut plan);
    by_doctests(given, &mut plan);
    shape(given.facts, given.test_harness, &mut plan);
    plan
}

/// The stated name when cargo takes it, since the example's own paths may use it. That of the code comes
/// first: the compiler takes no other.
fn package_name(given: &Given<'_>) -> String {
    let stated = given.manifest.and_then(|it| it.package.as_deref());
    let own = given.facts.crate_name.as_deref();
    own.or(stated)
        .filter(|name| is_package_name(name))
        .unwrap_or(super::PACKAGE)
        .to_owned()
}

/// Whether cargo takes a name for a package, and the compiler for a crate.
fn is_package_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        && !matches!(
            name,
            "test" | "core" | "std" | "alloc" | "proc-macro" | "proc_macro"
        )
}

/// Takes over the dependencies of a stated manifest.
fn stated(given: &Given<'_>, manifest: &StatedManifest, plan: &mut Plan) {
    for (message, place) in &manifest.faults {
        plan.manifest_faults.push(ManifestFault {
            message: message.clone(),
            place: (given.position)(place.start),
        });
    }
    for dependency in &manifest.dependencies {
        let library = library_of(given, dependency);
        if let Some(offer) = from_member(given, &library, Some((dependency, Stated::Exactly))) {
            offer.take(plan);
            continue;
        }
        if let Some(reason) = refusal(given.allowed, dependency) {
            plan.unresolved.push(UnresolvedCrate {
                name: library,
                reason,
                place: (given.position)(dependency.place.start),
            });
            continue;
        }
        plan.dependencies
            .insert(dependency.key.clone(), as_stated(dependency));
        let version = dependency.requirement.as_deref().unwrap_or("*");
        plan.add_aid(
            AidKind::Dependency,
            format!("{} {version}", dependency.package),
            "the example's own manifest states it",
        );
    }
}

fn refusal(allowed: &Allowed, dependency: &StatedDependency) -> Option<String> {
    let package = &dependency.package;
    let from = match dependency.origin {
        Origin::Registry if allowed.allows(package) => return None,
        Origin::Registry => return Some(allowed.advice(package)),
        Origin::Git => "a git repository",
        Origin::Path => "a folder",
        Origin::OtherRegistry => "another registry",
        Origin::Workspace => "a workspace that the document does not show",
    };
    Some(format!(
        "the stated manifest takes `{package}` from {from}, which is never fetched for a document"
    ))
}

/// Adds the crates that the code names.
fn named(given: &Given<'_>, plan: &mut Plan) {
    let own = library_name(&plan.package);
    for root in &given.facts.names.roots {
        let member = given.surroundings.and_then(|it| it.member(&root.name));
        let is_stated = plan.dependencies.iter().any(|(key, it)| {
            given.allowed.brings(key, it) == root.name
                || member.is_some_and(|member| it.path.as_ref() == Some(&member.directory))
        });
        let is_refused = plan.unresolved.iter().any(|it| it.name == root.name);
        if is_stated || is_refused || root.name == own {
            continue;
        }
        if let Some(offer) = offer(given, &root.name) {
            offer.take(plan);
            continue;
        }
        let known = given.allowed.known.by_library(&root.name);
        if root.kind == RootKind::Path && known.is_some_and(|known| known.common_word) {
            // More likely a module of the project than the crate of that name.
            continue;
        }
        let place = (given.position)(root.place.start);
        let reason = named_by(&root.name, root.kind, place);
        let names = &given.facts.names;
        let is_known = infer(plan, given.allowed, names, &root.name, reason);
        // A path may as well begin with a module of the project, but not with such a name.
        let is_crate = root.kind != RootKind::Path || given.allowed.renamed(&root.name).is_some();
        if !is_known && is_crate {
            let advice = || given.allowed.advice(&root.name);
            let otherwise = generated(names, &root.name);
            let otherwise = otherwise.or_else(|| called_otherwise(given, &root.name));
            plan.unresolved.push(UnresolvedCrate {
                name: root.name.clone(),
                reason: otherwise.unwrap_or_else(advice),
                place,
            });
        }
    }
}

/// Adds the crates that only code in doc comments names, and gives the example the name by which
/// that code calls it.
fn by_doctests(given: &Given<'_>, plan: &mut Plan) {
    let doctests = &given.facts.doctests;
    let is_there = |plan: &Plan, library: &str| {
        let mut all = plan.dependencies.iter();
        library == library_name(&plan.package)
            || all.any(|(key, it)| given.allowed.brings(key, it) == library)
            || plan.unresolved.iter().any(|it| it.name == library)
            || given.facts.names.begins_paths(library)
    };
    for root in &doctests.names.roots {
        if is_there(plan, &root.name) {
            continue;
        }
        if let Some(offer) = offer(given, &root.name) {
            offer.take(plan);
            continue;
        }
        let known = given.allowed.known.by_library(&root.name);
        if root.kind != RootKind::Path || !known.is_some_and(|known| known.common_word) {
            let reason = format!("code in a doc comment uses `{}`", root.name);
            infer(plan, given.allowed, &doctests.names, &root.name, reason);
        }
    }
    let is_stated =
        given.manifest.is_some_and(|it| it.package.is_some()) || given.facts.crate_name.is_some();
    if let Some(own) = &doctests.own
        && !is_stated
        && !is_there(plan, own)
        && is_package_name(own)
    {
        plan.package.clone_from(own);
        let reason = "code in a doc comment calls the example's own crate by that name";
        plan.add_aid(AidKind::Wrapper, format!("crate {own}"), reason);
    }
}

/// What to do about a name that is no crate but a module of generated code, as the code beside it
/// says: tonic calls its modules after the services.
fn generated(names: &Names, root: &str) -> Option<String> {
    const GENERATORS: [&str; 3] = ["tonic", "prost", "tonic_prost"];
    let uses_generator = names
        .roots
        .iter()
        .any(|it| GENERATORS.contains(&it.name.as_str()));
    let imported = names.imports.iter().map(|it| it.path.as_str());
    let paths = imported.chain(names.beginnings.iter().map(String::as_str));
    let mut below = paths.filter_map(|path| path.strip_prefix(root)?.strip_prefix("::"));
    let has_service = below.any(|rest| {
        let module = rest.split("::").next().unwrap_or_default();
        module.ends_with("_server") || module.ends_with("_client")
    });
    (uses_generator && has_service).then(|| {
        format!(
            "`{root}` looks like code that a build script generates from a `.proto` file, not like \
             a crate: show the module with what it includes, such as `mod {root} {{ \
             tonic::include_proto!(\"…\"); }}`, and use it by `{root}::` from there"
        )
    })
}

/// What to do about the name of a package whose library is called something else.
fn called_otherwise(given: &Given<'_>, root: &str) -> Option<String> {
    let members = &given.surroundings?.members;
    let member = members
        .iter()
        .find(|it| library_name(&it.package) == root)?;
    let Member {
        package, library, ..
    } = member;
    Some(format!(
        "the library of the package `{package}`, which is beside this document, is called \
         `{library}`: use it by that name"
    ))
}

/// A dependency that the document, or the workspace that it lives in, has for a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The key under which a manifest lists it.
    pub key: String,
    /// What it is.
    pub dependency: Dependency,
    /// The aid that it makes.
    what: String,
    reason: String,
}

impl Offer {
    /// Makes it a dependency of `plan`.
    pub(crate) fn take(self, plan: &mut Plan) {
        plan.add_aid(AidKind::Dependency, self.what, self.reason);
        plan.dependencies.insert(self.key, self.dependency);
    }
}

/// What the document or its workspace has for the library `library`. The code beside the document
/// goes before anything that is published under its name.
pub(crate) fn offer(given: &Given<'_>, library: &str) -> Option<Offer> {
    let shown = shown_for(given, library).next();
    // The line that every README begins with names the package, and says nothing of its features.
    let chosen = shown.filter(|it| !it.stated.features.is_empty() || !it.stated.default_features);
    from_member(given, library, chosen.map(|it| (&it.stated, it.holds)))
        .or_else(|| from_document(given, library))
        .or_else(|| from_surroundings(given, library))
}

/// The dependency that the document shows in a block of its own.
fn from_document(given: &Given<'_>, library: &str) -> Option<Offer> {
    let mut stated = shown_for(given, library);
    let shown = stated.find(|it| refusal(given.allowed, &it.stated).is_none())?;
    let ShownDependency { line, stated, .. } = shown;
    let version = stated.requirement.as_deref().unwrap_or("*");
    Some(Offer {
        key: stated.key.clone(),
        dependency: Dependency {
            stated: shown.holds,
            ..as_stated(stated)
        },
        what: format!("{} {version}", stated.package),
        reason: format!("the manifest on line {line} of the document states it"),
    })
}

/// What blocks of the document's own show for a library, nearest first.
fn shown_for<'a>(given: &Given<'a>, library: &str) -> impl Iterator<Item = &'a ShownDependency> {
    let shown = given.shown.iter();
    shown.filter(move |it| library_of(given, &it.stated) == library)
}

/// What the library of a stated dependency is called in code. Packages beside the document know it.
fn library_of(given: &Given<'_>, stated: &StatedDependency) -> String {
    let members = given.surroundings.into_iter().flat_map(|it| &it.members);
    let mut members = members.filter(|it| it.package == stated.package);
    match members.next() {
        Some(member) => member.library.clone(),
        None => given.allowed.brings(&stated.key, &as_stated(stated)),
    }
}

/// A package of the workspace that the document lives in. The code is the workspace's; how it is
/// used, features and all, is what the document says in `stated`.
fn from_member(
    given: &Given<'_>,
    library: &str,
    stated: Option<(&StatedDependency, Stated)>,
) -> Option<Offer> {
    let member = given.surroundings?.member(library)?;
    let holds = stated.map_or(Stated::Nowhere, |(_, holds)| holds);
    let stated = stated.map(|(stated, _)| stated);
    let features = stated.map(|it| it.features.iter().cloned().collect());
    Some(Offer {
        key: member.package.clone(),
        dependency: Dependency {
            package: member.package.clone(),
            requirement: None,
            features: features.unwrap_or_default(),
            default_features: stated.is_none_or(|it| it.default_features),
            path: Some(member.directory.clone()),
            stated: holds,
            falls_back: false,
        },
        what: member.package.clone(),
        reason: "the document lives in its workspace".to_owned(),
    })
}

/// What the package that the document lives in depends on.
fn from_surroundings(given: &Given<'_>, library: &str) -> Option<Offer> {
    let stated = given
        .surroundings?
        .dependency(library)
        .filter(|it| it.origin == Origin::Registry)?;
    let version = stated.requirement.as_deref().unwrap_or("*");
    Some(Offer {
        key: stated.key.clone(),
        dependency: as_stated(stated),
        what: format!("{} {version}", stated.package),
        reason: "the package that the document lives in depends on it".to_owned(),
    })
}

/// A dependency exactly as the document states it.
fn as_stated(stated: &StatedDependency) -> Dependency {
    Dependency {
        package: stated.package.clone(),
        requirement: stated.requirement.clone(),
        features: stated.features.iter().cloned().collect(),
        default_features: stated.default_features,
        stated: Stated::Exactly,
        path: None,
        falls_back: false,
    }
}

fn named_by(name: &str, kind: RootKind, place: Option<Position>) -> String {
    let line = place.map_or(String::new(), |place| format!(" on line {}", place.line));
    match kind {
        RootKind::ExternCrate => format!("`extern crate {name}`{line}"),
        RootKind::Use => format!("`use {name}::…`{line}"),
        RootKind::Path => format!("the path `{name}::…`{line}"),
    }
}

/// Blanks out everything outside `rust`, so that offsets stay and a manifest is no code.
#[must_use]
pub fn blank_outside(text: &str, rust: &Range<usize>) -> String {
    text.char_indices()
        .flat_map(|(offset, character)| {
            let (kept, width) = if rust.contains(&offset) || character == '\n' {
                (character, 1)
            } else {
                (' ', character.len_utf8())
            };
            std::iter::repeat_n(kept, width)
        })
        .collect()
}
