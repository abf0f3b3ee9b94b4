//! Which file a command means.

use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The file that `command` means: the one at its path, or the first of its name on its own `PATH`.
pub(super) fn find(command: &Command) -> Option<PathBuf> {
    let name = Path::new(command.get_program());
    if name.as_os_str().as_bytes().contains(&b'/') {
        let path = if name.is_absolute() {
            name.to_owned()
        } else {
            command.get_current_dir()?.join(name)
        };
        return path.is_file().then_some(path);
    }
    let (_, path) = command.get_envs().find(|(name, _)| *name == "PATH")?;
    std::env::split_paths(path?)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_folders_of_its_own_path_are_searched() {
        let folder = tempfile::tempdir().unwrap();
        let tool = folder.path().join("tool");
        fs_err::write(&tool, "").unwrap();
        let find_in = |path: &str| find(Command::new("tool").env("PATH", path));
        assert_eq!(
            find_in(&format!(".:/:{}", folder.path().display())),
            Some(tool.clone())
        );
        assert_eq!(find_in(".:/"), None);
        assert_eq!(find(&Command::new("tool")), None);
        assert_eq!(find(&Command::new(&tool)), Some(tool));
        let beside = find(Command::new("./tool").current_dir(folder.path()));
        assert!(beside.is_some());
    }
}
