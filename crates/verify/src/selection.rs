//! Which examples a run is to judge: `--only`.

use anyhow::{Context as _, bail};
use globset::Glob;
use verify_model::ExampleId;
use verify_source::example::Example;

/// What `--only` asks for.
enum Wanted {
    /// The example with this id.
    Id(String),
    /// The examples of documents whose path this matches.
    Documents(globset::GlobMatcher),
}

impl Wanted {
    fn parse(text: &str) -> anyhow::Result<Self> {
        if text.contains('#') {
            return Ok(Self::Id(text.to_owned()));
        }
        let glob = Glob::new(text).with_context(|| format!("`{text}` is neither an id nor a glob"));
        Ok(Self::Documents(glob?.compile_matcher()))
    }

    fn is(&self, id: &ExampleId) -> bool {
        match self {
            Self::Id(wanted) => wanted == id.as_str(),
            Self::Documents(glob) => glob.is_match(id.path()),
        }
    }
}

/// Has all `examples` skipped that none of `only` asks for. One that asks for nothing that is there
/// is an error: it may be misspelt, and judging nothing proves nothing.
pub(crate) fn select(examples: &mut [Example], only: &[String]) -> anyhow::Result<()> {
    let mut wanted = Vec::new();
    for text in only {
        let one = Wanted::parse(text)?;
        if !examples.iter().any(|it| one.is(&it.listed.id)) {
            bail!("--only {text}: there is no such example. See `verify list`");
        }
        wanted.push(one);
    }
    if wanted.is_empty() {
        return Ok(());
    }
    for example in examples {
        if !wanted.iter().any(|it| it.is(&example.listed.id)) {
            let reason = format!("it is not among --only {}", only.join(" --only "));
            example.skip.get_or_insert(reason);
        }
    }
    Ok(())
}
