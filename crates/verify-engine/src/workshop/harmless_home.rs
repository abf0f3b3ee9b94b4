//! A cargo home without secrets and without programs to start, whose packages are the user's.

use std::path::{Path, PathBuf};

use crate::error::EngineError;
use crate::layout::Layout;

/// What of a cargo home builds read; everything in it was fetched.
const FETCHED: [&str; 2] = ["registry", "git"];
/// Words in the names of settings that hold secrets, or that name programs which know them.
const SECRET: [&str; 6] = ["token", "secret", "password", "credential", "proxy", "key"];

/// Tables of a cargo configuration that say where packages come from, and how to link.
const KEPT: [&str; 4] = ["source", "registries", "registry", "target"];

/// Makes `made` such a home after the user's own, `home`. What builds have to be able to read of it
/// is added to `readable`.
pub(super) fn furnish(
    layout: &Layout,
    home: &Path,
    made: &Path,
    readable: &mut Vec<PathBuf>,
) -> Result<(), EngineError> {
    fs_err::create_dir_all(made).map_err(EngineError::cache(made))?;
    let config = harmless_config(home);
    layout.write(&made.join("config.toml"), config.as_bytes())?;
    for folder in FETCHED {
        readable.push(home.join(folder));
        link(&home.join(folder), &made.join(folder)).map_err(EngineError::cache(made))?;
    }
    Ok(())
}

/// The settings of a cargo home without those that hold secrets or start programs. Where packages
/// come from has to stay, or what was fetched is not found.
fn harmless_config(home: &Path) -> String {
    let text = ["config.toml", "config"]
        .iter()
        .find_map(|name| fs_err::read_to_string(home.join(name)).ok());
    let mut table: toml::Table = text.and_then(|text| text.parse().ok()).unwrap_or_default();
    table.retain(|name, _| KEPT.contains(&name));
    strip(&mut table);
    toml::to_string(&table).unwrap_or_default()
}

fn strip(table: &mut toml::Table) {
    table.retain(|name, _| {
        let name = name.to_ascii_lowercase();
        !SECRET.iter().any(|word| name.contains(word)) && name != "runner"
    });
    for (_, value) in table.iter_mut() {
        if let toml::Value::Table(inner) = value {
            strip(inner);
        }
    }
}

/// Has `at` lead to `to`.
fn link(to: &Path, at: &Path) -> std::io::Result<()> {
    if fs_err::read_link(at).is_ok_and(|present| present == to) {
        return Ok(());
    }
    if std::fs::symlink_metadata(at).is_ok() {
        fs_err::remove_file(at)?;
    }
    std::os::unix::fs::symlink(to, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_keeps_where_packages_come_from_and_loses_secrets() {
        let home = tempfile::tempdir().unwrap();
        let text = "[source.crates-io]\nreplace-with = \"mirror\"\n\
                    [source.mirror]\nregistry = \"sparse+https://example.invalid/\"\n\
                    [registries.own]\nindex = \"x\"\ntoken = \"s3cr3t\"\n\
                    [registry]\ncredential-provider = \"thief\"\n\
                    [build]\nrustc-wrapper = \"thief\"\n\
                    [target.x]\nrunner = \"thief\"\nlinker = \"clang\"\n";
        fs_err::write(home.path().join("config.toml"), text).unwrap();
        let kept = harmless_config(home.path());
        assert!(kept.contains("replace-with") && kept.contains("example.invalid"));
        assert!(kept.contains("clang") && kept.contains("index"));
        for word in ["s3cr3t", "thief"] {
            assert!(!kept.contains(word), "{kept}");
        }
    }

    #[test]
    fn a_link_is_moved_to_where_it_has_to_lead() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("at");
        for to in ["one", "two", "two"] {
            link(Path::new(to), &at).unwrap();
            assert_eq!(fs_err::read_link(&at).unwrap(), Path::new(to));
        }
    }
}
