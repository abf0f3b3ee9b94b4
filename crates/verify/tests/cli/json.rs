//! The shape of `report.json`.

use snapbox::IntoData as _;

use crate::harness::Project;

#[test]
fn the_report_keeps_its_shape() {
    let project = Project::with_document(
        "# A\n\n```rust\nlet a = 1;\nprintln!(\"{a}\");\n```\n\n```rust\npub fn f(x: Order) -> u8 { \"a\" }\n```\n\n```sh\nls\n```\n",
    );
    let (_, mut report) = project.report_with(&["--force-tier", "C", "--allow-unsandboxed"]);
    report["toolchain"]["rustc"] = "[RUSTC]".into();
    report["toolchain"]["cargo"] = "[CARGO]".into();
    report["toolchain"]["clippy"] = "[CLIPPY]".into();
    report["toolchain"]["host"] = "[HOST]".into();
    report["tool"]["version"] = "[VERSION]".into();
    for example in report["examples"].as_array_mut().unwrap() {
        for stage in example["stages"].as_object_mut().unwrap().values_mut() {
            stage["duration_ms"] = 0.into();
        }
    }
    let text = serde_json::to_string_pretty(&report).unwrap() + "\n";
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(
        text.raw(),
        snapbox::file!["snapshots/report.json": Text].raw(),
    );
}
