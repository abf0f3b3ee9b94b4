//! What macOS is told of a policy: a profile for `sandbox-exec`, and the command line that it gets.
//! Pure, so that it can be tried where there is no such system.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::policy::{Policy, Resources};

/// What sets limits before that program takes its place.
const SHELL: &str = "/bin/sh";

/// Folders of the system that programs and compilers read, links resolved.
const SYSTEM: [&str; 14] = [
    "/Applications/Xcode.app",
    "/Library/Apple",
    "/Library/Developer",
    "/System",
    "/bin",
    "/opt/homebrew",
    "/private/etc/ssl",
    "/private/preboot/Cryptexes",
    "/private/var/db/dyld",
    "/private/var/db/timezone",
    "/private/var/select",
    "/sbin",
    "/usr",
    "/private/var/db/xcode_select_link",
];
/// Files of the system that they read.
const SYSTEM_FILES: [&str; 6] = [
    "/",
    "/dev/random",
    "/dev/urandom",
    "/dev/zero",
    "/private/etc/hosts",
    "/private/etc/localtime",
];
/// Files that they read and write, and that are no way to anything.
const SINKS: [&str; 1] = ["/dev/null"];
/// Services that names of users and time zones come from.
const SERVICES: [&str; 2] = [
    "com.apple.system.notification_center",
    "com.apple.system.opendirectoryd.libinfo",
];

/// What a contained process is given, every path without any link in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Grants {
    /// What it may read, and start programs of.
    pub read: Vec<PathBuf>,
    /// Folders in which it may change everything.
    pub change: Vec<PathBuf>,
    /// Files that it must not read wherever they lie.
    pub hidden: Vec<PathBuf>,
}

/// The profile. What is not allowed is denied, and later rules go before earlier ones. `None` when a
/// path is not Unicode, which a profile has to be.
pub(super) fn profile(grants: &Grants) -> Option<String> {
    let mut text = String::from(
        "(version 1)\n(deny default)\n(allow process-fork)\n(allow process-exec)\n\
         (allow process-info* (target same-sandbox))\n(allow signal (target same-sandbox))\n\
         (allow sysctl-read)\n(allow file-read-metadata)\n",
    );
    rule(&mut text, "allow mach-lookup", "global-name", &SERVICES)?;
    rule(&mut text, "allow file-read*", "subpath", &SYSTEM)?;
    rule(&mut text, "allow file-read*", "literal", &SYSTEM_FILES)?;
    rule(&mut text, "allow file-read* file-write*", "literal", &SINKS)?;
    rule(&mut text, "allow file-read*", "subpath", &grants.read)?;
    let change = "allow file-read* file-write*";
    rule(&mut text, change, "subpath", &grants.change)?;
    rule(&mut text, "deny file-read*", "literal", &grants.hidden)?;
    text.push_str("(deny network*)\n");
    Some(text)
}

/// One rule for all of `values`; none when there are none.
fn rule(text: &mut String, what: &str, filter: &str, values: &[impl AsRef<Path>]) -> Option<()> {
    if values.is_empty() {
        return Some(());
    }
    // Writing to a string cannot fail.
    let _ = write!(text, "({what}");
    for value in values {
        let value = value.as_ref().to_str()?;
        let _ = write!(text, "\n    ({filter} {})", quoted(value)?);
    }
    text.push_str(")\n");
    Some(())
}

/// `value` as a string of the profile's language. `None` for what could not be told from the
/// language's own signs.
fn quoted(value: &str) -> Option<String> {
    if value.contains(char::is_control) {
        return None;
    }
    let escaped = value.replace('\\', "\\\\").replace('"', "\\\"");
    Some(format!("\"{escaped}\""))
}

/// The arguments of `sandbox-exec`: `program` with its arguments, under `profile` and the limits of
/// `policy` that a shell can set. Memory and the number of processes are not among them.
pub(super) fn arguments(
    profile: &str,
    policy: &Policy,
    program: &Path,
    arguments: impl IntoIterator<Item = OsString>,
) -> Vec<OsString> {
    let Resources { cpu, scratch, .. } = policy.resources;
    // In blocks of 512 bytes.
    let (seconds, blocks) = (cpu.as_secs().max(1), scratch.div_ceil(512));
    let script = format!("ulimit -c 0 -t {seconds} -f {blocks} && exec \"$@\"");
    let fixed = ["-p", profile, SHELL, "-c", &script, "sh"].map(OsString::from);
    let program = OsString::from(program);
    fixed
        .into_iter()
        .chain([program])
        .chain(arguments)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(read: &[&str], change: &[&str], hidden: &[&str]) -> Grants {
        let paths = |list: &[&str]| list.iter().map(PathBuf::from).collect();
        Grants {
            read: paths(read),
            change: paths(change),
            hidden: paths(hidden),
        }
    }

    #[test]
    fn a_profile_grants_what_is_asked_for_and_nothing_else() {
        let build = grants(
            &["/u/toolchain", "/u/cargo/registry"],
            &["/u/target", "/private/run/tmp"],
            &["/u/cargo/credentials.toml"],
        );
        let run = grants(&["/u/toolchain/lib", "/u/program"], &["/private/run"], &[]);
        for (grants, holds, lacks) in [
            (
                &build,
                vec![
                    "(allow file-read*\n    (subpath \"/u/toolchain\")\n    (subpath \"/u/cargo/registry\"))",
                    "(allow file-read* file-write*\n    (subpath \"/u/target\")",
                    "(deny file-read*\n    (literal \"/u/cargo/credentials.toml\"))",
                ],
                vec!["\"/u\"", "(allow default)", "(allow network"],
            ),
            (
                &run,
                vec!["(subpath \"/u/program\")", "(subpath \"/private/run\")"],
                vec!["registry", "(deny file-read*", "\"/u/toolchain\"", "mach*"],
            ),
        ] {
            let text = profile(grants).unwrap();
            assert!(text.starts_with("(version 1)\n(deny default)\n"), "{text}");
            assert!(text.ends_with("(deny network*)\n"), "{text}");
            for part in holds {
                assert!(text.contains(part), "{part} in {text}");
            }
            for part in lacks {
                assert!(!text.contains(part), "{part} in {text}");
            }
            let count = |sign| text.chars().filter(|&it| it == sign).count();
            assert_eq!(count('('), count(')'));
        }
    }

    #[test]
    fn what_is_hidden_is_denied_after_the_folder_that_holds_it_is_granted() {
        let text = profile(&grants(&["/u"], &[], &["/u/secret"])).unwrap();
        let granted = text.find("(subpath \"/u\")").unwrap();
        assert!(text.find("(literal \"/u/secret\")").unwrap() > granted);
    }

    #[test]
    fn a_path_stays_a_path() {
        for (path, expected) in [
            ("/a b", Some(r#""/a b""#)),
            ("/a\") (allow default", Some(r#""/a\") (allow default""#)),
            ("/a\\", Some(r#""/a\\""#)),
            ("/a\nb", None),
            ("/a\u{1b}b", None),
        ] {
            assert_eq!(quoted(path).as_deref(), expected, "{path:?}");
        }
    }

    #[test]
    fn both_policies_come_with_limits_of_their_own() {
        for (policy, script) in [
            (
                Policy::build(Resources::for_building(2)),
                "ulimit -c 0 -t 1800 -f 8388608 && exec \"$@\"",
            ),
            (
                Policy::run(Resources::for_running()),
                "ulimit -c 0 -t 60 -f 131072 && exec \"$@\"",
            ),
        ] {
            let given = ["one", "$(two)", "-p"].map(OsString::from);
            let all = arguments("PROFILE", &policy, Path::new("/u/program"), given);
            let expected = [
                "-p",
                "PROFILE",
                "/bin/sh",
                "-c",
                script,
                "sh",
                "/u/program",
                "one",
                "$(two)",
                "-p",
            ];
            assert_eq!(all, expected);
        }
    }
}
