//! Whatever a stranger's document says, it is only text to terminals and logs.

use crate::harness::Project;

/// What terminals obey, what turns text around, and what readers of CI logs obey.
const HOSTILE: [&str; 14] = [
    "\u{1b}[31;7mred",
    "\u{1b}[2J\u{1b}[1;1H",
    "\u{1b}]0;title\u{7}",
    "\u{1b}]8;;http://a.invalid\u{1b}\\link",
    "\u{1b}P1$qm\u{1b}\\",
    "\u{9b}2Jc1",
    "\u{9d}0;c1\u{9c}",
    "\u{202e}desrever\u{2066}",
    "real\rforged",
    "::error file=a,line=1::forged",
    "::set-output name=a::forged",
    "##[error]forged",
    "##vso[task.setvariable variable=a]forged",
    "<script>&\"}],'forged'",
];

/// A document with the words of `HOSTILE` wherever a document can hold them. Where a line break may
/// stand, each begins a line.
fn document() -> String {
    let words = HOSTILE.join(" ");
    let lines = HOSTILE.join("\n");
    // In a literal of Rust, and in a comment.
    let literal = format!("{lines:?}");
    let comment = words.replace('\r', "");
    format!(
        "# Heading {words}\n\n\
         ```rust\nfn main() {{ let x: u8 = \"a\"; }} // {comment}\n```\n\n\
         ```rust,{words}\nfn main() {{}}\n```\n\n\
         <!-- verify: {words} -->\n```rust\nfn main() {{}}\n```\n\n\
         <!-- verify: name={words} -->\n```rust\nfn main() {{}}\n```\n\n\
         ```rust\ncompile_error!({literal});\n```\n\n\
         ```rust\n#[deprecated(note = {literal})]\nfn old() {{}}\nfn main() {{ old() }}\n```\n\n\
         ```rust\nfn main() {{ println!(\"{{}}\", {literal}); eprintln!(\"{{}}\", {literal}); \
         panic!(\"{{}}\", {literal}); }}\n```\n\n\
         ```rust\n#[test]\nfn fails() {{ assert_eq!({literal}, \"\"); }}\n\
         #[test]\nfn forges() {{ println!(\"\\ntest {{}} ... FAILED\", {literal}); \
         std::process::exit(1); }}\n```\n\n\
         ```rust\nfn main() -> Result<(), String> {{ Err({literal}.to_owned()) }}\n```\n\n\
         ```rust\nuse r#{words};\nfn main() {{}}\n```\n\n\
         ```toml\n[dependencies]\n{literal} = \"1\"\n```\n\n\
         ```{words}\ntext\n```\n"
    )
}

/// `text` without colours, which are the only escapes that verify itself writes.
fn without_styles(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let mut plain = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let rest = piece.trim_start_matches(|it: char| it.is_ascii_digit() || it == ';');
        match rest.strip_prefix('m') {
            Some(rest) => plain.push_str(rest),
            None => plain.extend(["\u{1b}[", piece]),
        }
    }
    plain
}

/// What is wrong with text that a person's terminal or a CI service reads.
fn fault(text: &str) -> Option<String> {
    let is_bad = |it: char| {
        let is_control = it.is_control() && !matches!(it, '\n' | '\t');
        is_control || matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.lines().find_map(|line| {
        let obeys = line.trim_start().starts_with("::")
            || line.contains("##[")
            || line.to_lowercase().contains("##vso[");
        (obeys || line.contains(is_bad)).then(|| format!("{line:?}"))
    })
}

#[test]
fn hostile_text_is_only_text_wherever_it_goes() {
    let words = HOSTILE.join(" ").replace('/', "|");
    let names = [
        format!("a {words}.md"),
        "::warning file=a::b.md".to_owned(),
        "line\n::error::break.md".to_owned(),
    ];
    let mut project = Project::new().file("doc.md", document());
    for name in &names {
        project = project.file(name, "```rust\nfn main() { let x: u8 = 'a'; }\n```\n");
    }
    let bad_config = format!("paths = [1, {:?}]\n", HOSTILE.join("\n"));
    let project = project.file("bad.toml", bad_config).file(
        "policy.toml",
        format!(
            "cache-dir = \"cache\"\n[policy]\ndeny = [{:?}]\n",
            HOSTILE.join(" ")
        ),
    );
    let file = ["doc.md", "--report", "json=report.json", "--verbose"];
    let documents: Vec<&str> = ["doc.md"]
        .into_iter()
        .chain(names.iter().map(String::as_str))
        .collect();
    let missing = format!("none {}.md", words.replace('\u{0}', ""));
    let calls: Vec<Vec<&str>> = vec![
        [&documents[..], &["--verbose"]].concat(),
        file.to_vec(),
        ["doc.md", "--via-cargo", "--no-cache"].to_vec(),
        ["doc.md", "--report", "json=-"].to_vec(),
        [&["list", "--all"][..], &documents].concat(),
        [&["list", "--all", "--format", "json"][..], &documents].concat(),
        vec!["diff", "report.json", "report.json"],
        vec!["diff", "report.json", "report.json", "--format", "json"],
        vec!["show", "doc.md#1"],
        vec!["show", "doc.md#5"],
        vec!["doc.md", "--config", "bad.toml"],
        vec!["doc.md", "--config", "policy.toml"],
        vec![&missing],
        vec!["doc.md", "--only", &words],
        vec!["doc.md", "--baseline", "doc.md"],
    ];
    let mut said = String::new();
    for arguments in &calls {
        // As on a terminal, where colours are shown.
        let mut command = project.command(arguments);
        let ran = command.env("CLICOLOR_FORCE", "1").output().unwrap();
        for text in [ran.stdout, ran.stderr] {
            let text = String::from_utf8(text).unwrap();
            assert!(!text.contains("\u{1b}[31;7m"), "{arguments:?}: {text:?}");
            let text = without_styles(&text);
            assert_eq!(fault(&text), None, "{arguments:?}");
            said.push_str(&text);
        }
    }
    let report = std::fs::read_to_string(project.path().join("report.json")).unwrap();
    assert_eq!(fault(&report), None, "the report");
    // The words did come by, and the verdicts are those of the code.
    assert!(said.contains("forged"), "{said}");
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["examples"][0]["verdict"], "broken");
}
