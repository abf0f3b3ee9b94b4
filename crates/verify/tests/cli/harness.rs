//! A folder with documents, and the binary run in it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The binary, built once by cargo.
static BINARY: LazyLock<escargot::CargoRun> = LazyLock::new(|| {
    escargot::CargoBuild::new()
        .package("verify")
        .bin("verify")
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .run()
        .expect("the binary builds")
});

/// A temporary folder to run in.
pub(crate) struct Project {
    folder: tempfile::TempDir,
    cargo: Option<PathBuf>,
}

/// What a run did.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    /// An empty folder; its cache lies inside.
    pub(crate) fn new() -> Self {
        let project = Self {
            folder: tempfile::tempdir().unwrap(),
            cargo: None,
        };
        project.file("verify.toml", "cache-dir = \"cache\"\n")
    }

    /// A folder with one document, `doc.md`.
    pub(crate) fn with_document(text: &str) -> Self {
        Self::new().file("doc.md", text)
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    /// Puts a shell script in front of cargo. It may end with `exec "$REAL" "$@"`.
    pub(crate) fn with_cargo(mut self, script: &str) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let real = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let path = self.path().join("fake-cargo");
        let text = format!("#!/bin/sh\nREAL='{real}'\n{script}\n");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        self.cargo = Some(path);
        self
    }

    /// The command, ready to run in the folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = BINARY.command();
        command.current_dir(self.path()).args(arguments);
        if let Some(cargo) = &self.cargo {
            command.env("CARGO", cargo);
            if arguments.first().is_some_and(|it| it.contains('.')) {
                // Only then is cargo asked about every example, and can its stand-in write down
                // what it sees.
                command.args(["--via-cargo", "--force-tier", "C", "--allow-unsandboxed"]);
            }
        }
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn verify(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().unwrap();
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs the binary on `doc.md` and reads its JSON report.
    pub(crate) fn report(&self) -> (Ran, serde_json::Value) {
        self.report_with(&[])
    }

    /// The same, with further arguments.
    pub(crate) fn report_with(&self, arguments: &[&str]) -> (Ran, serde_json::Value) {
        let all = [&["doc.md", "--report", "json=report.json"], arguments].concat();
        let ran = self.verify(&all);
        let text = std::fs::read_to_string(self.path().join("report.json"))
            .unwrap_or_else(|_| panic!("no report: {}{}", ran.stdout, ran.stderr));
        (ran, serde_json::from_str(&text).unwrap())
    }

    /// The verdicts of `doc.md`'s examples, in order.
    pub(crate) fn verdicts(&self) -> Vec<String> {
        let (_, report) = self.report();
        words(&report["examples"], "verdict")
    }
}

/// One field of every element.
pub(crate) fn words(list: &serde_json::Value, field: &str) -> Vec<String> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|element| element[field].as_str().unwrap().to_owned())
        .collect()
}

/// The report without what differs from run to run.
pub(crate) fn redacted(report: &serde_json::Value) -> serde_json::Value {
    let mut report = report.clone();
    report["work"] = serde_json::Value::Null;
    for example in report["examples"].as_array_mut().unwrap() {
        for stage in example["stages"].as_object_mut().unwrap().values_mut() {
            stage["duration_ms"] = 0.into();
            stage["cached"] = false.into();
        }
    }
    report
}
