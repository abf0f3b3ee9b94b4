//! The target that this program was built for, and on which it judges.

/// The target triple, as `ignore-TARGET` in an info string is compared with it. Known without
/// asking a compiler, since listing examples needs none.
pub(crate) fn triple() -> String {
    let architecture = match std::env::consts::ARCH {
        "x86" => "i686",
        other => other,
    };
    let environment = if cfg!(target_env = "musl") {
        "-musl"
    } else if cfg!(target_env = "msvc") {
        "-msvc"
    } else if cfg!(target_env = "gnu") {
        "-gnu"
    } else {
        ""
    };
    match std::env::consts::OS {
        "macos" => format!("{architecture}-apple-darwin"),
        "windows" => format!("{architecture}-pc-windows{environment}"),
        system => format!("{architecture}-unknown-{system}{environment}"),
    }
}
