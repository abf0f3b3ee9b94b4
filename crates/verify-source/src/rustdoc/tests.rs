use super::*;

/// The documentation of every item; checks every map on the way.
fn texts(document: &str) -> Vec<String> {
    let reading = read(document, 0);
    for doc in &reading.texts {
        assert!(doc.map.check(&doc.text, document), "{document}");
        let mut covered = 0;
        for segment in doc.map.segments() {
            assert_eq!(segment.code.start, covered, "{document}");
            covered = segment.code.end;
        }
        assert_eq!(covered, doc.text.len(), "{document}");
    }
    reading.texts.into_iter().map(|doc| doc.text).collect()
}

#[test]
fn comments_of_an_item_are_one_text_without_their_marks() {
    for (document, expected) in [
        ("/// a\n///  b\n///\n/// c\nfn f() {}\n", "a\n b\n\nc\n"),
        ("///a\n///b\nfn f() {}\n", "a\nb\n"),
        ("    /// a\r\n    /// b\r\n    fn f() {}\n", "a\nb\n"),
        ("//! a\n//! b\n", "a\nb\n"),
        ("/// a", "a\n"),
        ("/// a\n// remark\n#[inline]\n/// b\nfn f() {}\n", "a\nb\n"),
        ("/** a */\nfn f() {}\n", "a \n"),
        ("/*! a\n    b\n*/\n", "a\n   b\n\n"),
        ("/**\n * a\n *\n *  b\n */\nfn f() {}\n", "\na\n\n b\n"),
        ("/**\n *a\n *b\n */\nfn f() {}\n", "\na\nb\n"),
        ("/**********\n * a\n **********/\nfn f() {}\n", ""),
        ("/**\n  a\n    b\n  */\nfn f() {}\n", "\na\n  b\n"),
        ("/**\n * a\n b\n */\nfn f() {}\n", "\n* a\nb\n"),
        ("///\t\ta\n///\tb\nfn f() {}\n", "\ta\nb\n"),
    ] {
        let expected: Vec<&str> = Some(expected)
            .filter(|it| !it.is_empty())
            .into_iter()
            .collect();
        assert_eq!(texts(document), expected, "{document:?}");
    }
}

#[test]
fn every_item_has_its_own_text() {
    let document = "//! a\n\n/// b\nmod m {\n    //! c\n    /// d\n    fn f() {}\n}\n/// e\nstruct S {\n/// f\nx: u8 }\n";
    assert_eq!(texts(document), ["a\n", "b\n", "c\n", "d\n", "e\n", "f\n"]);
}

#[test]
fn comments_that_are_no_doc_comments_are_left_out() {
    let document = "// a\n//// b\n/* c */\n/*** d */\n/**/\n/***/\nfn f() {}\nlet s = \"/// e\";\nlet r = r#\"\n/// f\n\"#;\n";
    assert_eq!(texts(document), [""; 0]);
}

#[test]
fn attributes_are_documentation() {
    for (document, expected) in [
        (
            "#[doc = \"a\"]\n#[doc = \" b\\n c\"]\nfn f() {}\n",
            "a\n b\n c\n",
        ),
        ("#![doc = r#\"a\"b\"#]\n", "a\"b\n"),
        ("#[cfg_attr(docs, doc = \"a\")]\nfn f() {}\n", "a\n"),
        (
            "#[cfg_attr(all(a, b), inline, doc = \"a\")]\nfn f() {}\n",
            "a\n",
        ),
        (
            "/// a\n#[doc = \"b\"]\n#[doc = \" c\"]\nfn f() {}\n",
            "a\nb\n c\n",
        ),
        ("///   a\n#[doc = \"b\"]\nfn f() {}\n", "  a\nb\n"),
        ("#[doc /* x */ = \"a\"]\nfn f() {}\n", "a\n"),
    ] {
        assert_eq!(texts(document), [expected], "{document}");
    }
}

#[test]
fn other_attributes_are_no_documentation() {
    let document = "#[doc(hidden)]\n#[doc(alias = \"a\")]\n#[deprecated(note = \"b\")]\n#[path = \"c\"]\n#[derive(A)]\n#[x(doc = \"d\")]\n#[doc = 1]\nfn f() {}\n#[";
    assert_eq!(texts(document), [""; 0]);
}

#[test]
fn a_file_that_is_documentation_is_named() {
    let document = "#![doc = include_str!(\"../README.md\")]\n#[cfg_attr(doctest, doc = include_str!(\"B.md\"))]\nstruct S;\n";
    let faults = read(document, 0).faults;
    let found: Vec<_> = faults
        .iter()
        .map(|it| (it.severity, &document[it.offset..it.offset + 11]))
        .collect();
    let note = verify_model::Severity::Note;
    assert_eq!(found, [(note, "include_str"), (note, "include_str")]);
    assert!(faults[0].message.contains("../README.md"));
}

#[test]
fn documentation_that_a_macro_makes_is_told_when_it_holds_code() {
    let document = "#[doc = concat!(\"```\", \"a\", \"```\")]\nfn f() {}\n";
    let faults = read(document, 0).faults;
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].severity, verify_model::Severity::Warning);
    assert!(
        read("#[doc = concat!(\"a\", \"b\")]\nfn f() {}\n", 0)
            .faults
            .is_empty()
    );
}

#[test]
fn text_that_is_not_rust_is_read_without_a_fault_of_ours() {
    for document in [
        "",
        "/**",
        "/** a",
        "/**/",
        "///",
        "#[doc = \"",
        "#[doc = \"a",
        "#[cfg_attr(((",
        "#![doc = include_str!(",
        "'a \" /// x\n",
        "\u{0}/// ä\n",
    ] {
        texts(document);
    }
}
