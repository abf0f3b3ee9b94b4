//! Causes as the compiler would print them, with the lines of the document.

mod excerpt;

use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin, Patch, Renderer, Snippet,
};
use verify_model::{Cause, Explanation, Label, Remark, RemarkLevel, Report, Stretch};

use crate::Sources;
use crate::terminal_safe::{cut, safe_path, terminal_safe};
use excerpt::Excerpt;

/// Bytes of a rendered cause.
const BYTES: usize = 6_000;
/// Characters of a message, a label or a note.
const CHARACTERS: usize = 600;
/// Columns that a rendered line may take before its middle is left out.
const WIDTH: usize = 140;
/// At most this many follow-on errors are told one by one.
const FOLLOW_ONS: usize = 3;

/// Fills in [`Explanation::rendered`] for every cause of `report`: plain text.
pub fn explain(report: &mut Report, sources: &Sources) {
    for example in &mut report.examples {
        let path = example.listed.path.as_str();
        for cause in &mut example.run.causes {
            let text = render(cause, path, sources);
            cause.explanation.rendered = Some(text);
        }
    }
}

/// All that is known of `cause`, which is one of the document at `path`: a title, the lines that it
/// is about, and notes. Plain text, bounded in size.
#[must_use]
pub fn render(cause: &Cause, path: &str, sources: &Sources) -> String {
    let code = cause.code.as_deref().map(safe);
    let mut title = Level::ERROR
        .with_name(cause.kind.as_str())
        .primary_title(safe(title(cause)));
    if let Some(code) = &code {
        title = title.id(code.as_str());
    }
    let page = Page {
        path,
        sources,
        is_named: false,
    };
    let groups = page.groups(cause, Group::with_title(title));
    print(&Renderer::plain(), &groups)
}

/// What [`render`] says below the title, with styles for terminals; empty when there is nothing to
/// say.
pub(crate) fn body(cause: &Cause, path: &str, sources: &Sources) -> String {
    let page = Page {
        path,
        sources,
        is_named: true,
    };
    let groups = page.groups(cause, Group::with_level(Level::ERROR));
    print(&Renderer::styled(), &groups)
}

/// The message without what its primary label says again.
pub(crate) fn title(cause: &Cause) -> String {
    let labels = cause.explanation.labels.iter();
    let mut primary = labels.filter(|label| label.primary);
    match primary.find_map(|label| label.text.as_deref()) {
        Some(label) => cause.message.replacen(&format!(": {label}"), "", 1),
        None => cause.message.clone(),
    }
}

fn print(renderer: &Renderer, groups: &[Group<'_>]) -> String {
    let groups: Vec<Group<'_>> = groups.iter().filter(|it| !it.is_empty()).cloned().collect();
    if groups.is_empty() {
        return String::new();
    }
    let text = renderer.clone().term_width(WIDTH).render(&groups);
    let mut lines = String::new();
    for line in text.lines() {
        if lines.len() + line.len() > BYTES {
            lines.push_str("…\n");
            break;
        }
        lines.push_str(line.trim_end());
        lines.push('\n');
    }
    lines
}

/// Untrusted text within bounds.
fn safe(text: impl AsRef<str>) -> String {
    cut(terminal_safe(text.as_ref()).trim(), CHARACTERS)
}

/// The document that a cause is shown in.
struct Page<'a> {
    path: &'a str,
    sources: &'a Sources,
    /// Whether it was said before where the cause lies.
    is_named: bool,
}

impl Page<'_> {
    /// The lines that `cause` is about and what is said below them, added to `first`, and what is
    /// said of other lines.
    fn groups<'g>(&self, cause: &Cause, first: Group<'g>) -> Vec<Group<'g>> {
        let explanation = &cause.explanation;
        let whole = whole(cause);
        let labels = match explanation.labels.as_slice() {
            [] => whole.as_slice(),
            labels => labels,
        };
        let mut first = self.with_labels(first, labels, self.is_named);
        let mut others = Vec::new();
        for note in &explanation.notes {
            if let Some(group) = self.with_patches(note).or_else(|| self.with_places(note)) {
                others.push(group);
            } else {
                let level = level(note.level);
                first = first.element(level.message(safe(listed(note))));
            }
        }
        if let Some(message) = follow_ons(explanation) {
            first = first.element(Level::NOTE.message(message));
        }
        let mut groups = vec![first];
        groups.extend(others);
        groups
    }

    /// Adds the excerpts that `labels` lie in: that of the document, then those of included files.
    fn with_labels<'g>(&self, mut group: Group<'g>, labels: &[Label], is_named: bool) -> Group<'g> {
        let mut files: Vec<Option<&str>> = Vec::new();
        for label in labels {
            let file = included(&label.stretch);
            if !files.contains(&file) {
                files.push(file);
            }
        }
        for file in files {
            let here: Vec<&Label> = labels
                .iter()
                .filter(|label| included(&label.stretch) == file)
                .collect();
            group = group.elements(self.excerpt(file, &here, is_named && file.is_none()));
        }
        group
    }

    /// The lines of one file with `labels`. Of an included file it is said what includes it.
    fn excerpt<'g>(
        &self,
        file: Option<&str>,
        labels: &[&Label],
        is_named: bool,
    ) -> Vec<Element<'g>> {
        let stretches: Vec<&Stretch> = labels.iter().map(|label| &label.stretch).collect();
        let Some((excerpt, name)) = self.read(file, &stretches) else {
            return labels
                .first()
                .filter(|_| !is_named)
                .map(|label| self.origin(&label.stretch))
                .into_iter()
                .collect();
        };
        let annotations = labels.iter().filter_map(|label| {
            let kind = if label.primary {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            let range = excerpt.range(&label.stretch)?;
            let text = label.text.as_ref().map(safe);
            let annotation: Annotation<'g> = kind.span(range).label(text);
            Some(annotation)
        });
        let annotations: Vec<Annotation<'g>> = annotations.collect();
        let mut elements = vec![
            Snippet::source(excerpt.text)
                .line_start(excerpt.first_line)
                .path((!is_named).then_some(name))
                .annotations(annotations)
                .into(),
        ];
        if let (Some(_), Some(label)) = (file, labels.first()) {
            let Stretch { line, .. } = label.stretch;
            let message = format!("included at {}:{line}", safe_path(self.path));
            elements.push(Level::NOTE.message(message).into());
        }
        elements
    }

    /// A note that points at places, as a group of its own.
    fn with_places<'g>(&self, note: &Remark) -> Option<Group<'g>> {
        let is_known = |label: &Label| {
            let file = included(&label.stretch);
            self.read(file, &[&label.stretch]).is_some()
        };
        let is_shown = !note.labels.is_empty() && note.labels.iter().all(is_known);
        is_shown.then(|| {
            let title = level(note.level).secondary_title(safe(listed(note)));
            let mut labels = note.labels.clone();
            if labels.iter().all(|label| !label.primary) {
                for label in &mut labels {
                    label.primary = true;
                }
            }
            self.with_labels(Group::with_title(title), &labels, false)
        })
    }

    /// A proposal whose places are known, as the document's lines with it.
    fn with_patches<'g>(&self, note: &Remark) -> Option<Group<'g>> {
        let mut stretches: Vec<&Stretch> = Vec::new();
        for replacement in &note.replacements {
            let stretch = replacement.stretch.as_ref()?;
            let is_simple = stretch.included.is_none()
                && stretch.line == stretch.end_line
                && !replacement.text.contains('\n');
            let is_apart = stretches.iter().all(|it| {
                it.line != stretch.line
                    || it.end_column < stretch.column
                    || stretch.end_column < it.column
            });
            if !is_simple || !is_apart {
                return None;
            }
            stretches.push(stretch);
        }
        let (excerpt, name) = self.read(None, &stretches)?;
        let patches = note
            .replacements
            .iter()
            .zip(stretches)
            .map(|(replacement, stretch)| {
                let range = excerpt.range(stretch)?;
                Some(Patch::new(range, safe_part(&replacement.text)))
            });
        let patches = patches.collect::<Option<Vec<Patch<'g>>>>()?;
        let title = level(note.level).secondary_title(safe(&note.message));
        let snippet = Snippet::source(excerpt.text)
            .line_start(excerpt.first_line)
            .path(name)
            .patches(patches);
        Some(title.element(snippet))
    }

    /// The lines around `stretches`, and what their file is called.
    fn read(&self, file: Option<&str>, stretches: &[&Stretch]) -> Option<(Excerpt, String)> {
        let (text, name) = match file {
            Some(file) => (self.sources.included(self.path, file)?, file),
            None => (self.sources.document(self.path)?, self.path),
        };
        Some((Excerpt::of(text, stretches)?, safe_path(name)))
    }

    fn origin<'g>(&self, stretch: &Stretch) -> Element<'g> {
        Origin::path(safe_path(self.path))
            .line(stretch.line)
            .char_column(stretch.column)
            .into()
    }
}

/// The place of a cause that the compiler did not explain.
fn whole(cause: &Cause) -> Vec<Label> {
    let Some(line) = cause.line else {
        return Vec::new();
    };
    let column = cause.column.unwrap_or(1);
    vec![Label {
        stretch: Stretch {
            line,
            column,
            end_line: line,
            end_column: column,
            included: cause.included.clone(),
        },
        primary: true,
        text: None,
    }]
}

fn included(stretch: &Stretch) -> Option<&str> {
    stretch.included.as_ref().map(|it| it.path.as_str())
}

const fn level(level: RemarkLevel) -> Level<'static> {
    match level {
        RemarkLevel::Note => Level::NOTE,
        RemarkLevel::Help => Level::HELP,
    }
}

/// A note with its proposals behind it.
fn listed(note: &Remark) -> String {
    let texts = note.replacements.iter().map(|it| it.text.trim());
    let texts: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
    match texts.as_slice() {
        [] => note.message.clone(),
        [one] => format!("{}: `{one}`", note.message),
        many => format!("{}:\n{}", note.message, many.join("\n")),
    }
}

fn follow_ons(explanation: &Explanation) -> Option<String> {
    let all = &explanation.follow_ons;
    let mut shown: Vec<String> = all
        .iter()
        .take(FOLLOW_ONS)
        .map(|error| {
            let code = error.code.as_deref().map(|code| format!("[{code}]"));
            let at = error.line.map(|line| format!(" (line {line})"));
            format!(
                "error{}: {}{}",
                code.unwrap_or_default(),
                cut(error.message.lines().next().unwrap_or_default(), 160),
                at.unwrap_or_default()
            )
        })
        .collect();
    if all.len() > FOLLOW_ONS {
        shown.push(format!("and {} more", all.len() - FOLLOW_ONS));
    }
    (!shown.is_empty()).then(|| safe(format!("this leads to\n{}", shown.join("\n"))))
}

/// [`safe`] without trimming: what is put into code keeps its blanks.
fn safe_part(text: &str) -> String {
    cut(&terminal_safe(text), CHARACTERS)
}
