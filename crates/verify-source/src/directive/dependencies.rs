//! Dependencies in a directive: `axum 0.8, tokio 1 features rt macros`.

use crate::manifest::{Origin, StatedDependency};

/// Reads dependencies, separated by commas: each a name, then a version requirement of one word if
/// one is stated, then `no-default-features` and `features` with their names.
pub(super) fn parse(text: &str) -> Result<Vec<StatedDependency>, String> {
    let parts = text.split(',').map(str::trim);
    let stated = parts.filter(|part| !part.is_empty()).map(dependency);
    stated.collect()
}

fn dependency(text: &str) -> Result<StatedDependency, String> {
    let mut words = text.split_whitespace().peekable();
    let name = words.next().unwrap_or_default();
    if !is_name(name) {
        return Err(format!(
            "`{name}` is no package: write `deps=\"axum 0.8, tokio 1 features rt\"`"
        ));
    }
    let requirement = words.next_if(|word| is_requirement(word));
    let default_features = words.next_if_eq(&"no-default-features").is_none();
    let features: Vec<String> = match words.next() {
        None => Vec::new(),
        Some("features") => words.map(str::to_owned).collect(),
        Some(word) => {
            return Err(format!(
                "`{word}` behind `{name}` is neither a version nor `features`"
            ));
        }
    };
    if let Some(wrong) = features.iter().find(|it| !is_feature(it)) {
        return Err(format!("`{wrong}` is no feature's name"));
    }
    Ok(StatedDependency {
        key: name.to_owned(),
        package: name.to_owned(),
        requirement: requirement.map(str::to_owned),
        features,
        default_features,
        origin: Origin::Registry,
        place: 0..0,
    })
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// Whether cargo may take `word` for a requirement; whether it does is cargo's to say.
fn is_requirement(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit() || "=^~<>*".contains(c))
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "=^~<>*.-+".contains(c))
}

fn is_feature(word: &str) -> bool {
    word.chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_+./?".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_have_a_version_and_features() {
        let stated =
            parse("axum 0.8, tokio =1.2 no-default-features features rt macros, rand,").unwrap();
        let found: Vec<_> = stated
            .iter()
            .map(|it| {
                let features = it.features.join(" ");
                (it.package.as_str(), it.requirement.as_deref(), features)
            })
            .collect();
        let expected = [
            ("axum", Some("0.8"), String::new()),
            ("tokio", Some("=1.2"), "rt macros".to_owned()),
            ("rand", None, String::new()),
        ];
        assert_eq!(found, expected);
        let defaults: Vec<bool> = stated.iter().map(|it| it.default_features).collect();
        assert_eq!(defaults, [true, false, true]);
    }

    #[test]
    fn what_cannot_be_understood_is_said() {
        for text in [
            "1",
            "axum 0.8 ws",
            "axum latest",
            "a b c",
            "axum features [ws]",
            "a/b",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
