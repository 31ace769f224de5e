//! New entries at the end of a `links.yaml`. What a person wrote there, comments too, stays as it is byte for byte.

use super::App;
use super::appended::{self, File, remark_of};
use super::links::{Decides, LinkEntry, load_links};
use crate::diag::Diagnostic;
use crate::yaml::{quoted, scalar};
use std::fmt::Write as _;

/// How a new file begins.
const HEAD: &str = "# What people have decided about single accounts: whose they are, whose they are not, what no person holds.\n\
                    # `coverage link` adds entries at the end; change and remove them by hand.\n";

/// An entry that is to be added, and for people who read the file, who is meant by the number in it.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// The entry; its line is not known yet.
    pub entry: LinkEntry,
    /// The name behind the person or owner; empty if there is nothing to say.
    pub remark: String,
}

/// A `links.yaml` with new entries at its end. `old` is the file as it is, if there is one.
///
/// What comes out has been read again: it holds the old entries and the new ones, and nothing else.
///
/// # Errors
/// The file is faulty, a new entry contradicts another, or nothing can be added at the end of the file.
pub fn append(file: &str, old: Option<&[u8]>, new: &[NewEntry], apps: &[App]) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let before = old.map_or(Ok(Vec::new()), |bytes| load_links(file, bytes, apps))?;
    let contradicted: Vec<Diagnostic> = new.iter().filter_map(|n| contradiction(file, &n.entry, &before)).collect();
    if !contradicted.is_empty() {
        return Err(contradicted);
    }
    let load = |bytes: &[u8]| {
        let entries = load_links(file, bytes, apps)?;
        Ok(entries.into_iter().map(|entry| NewEntry { entry, remark: String::new() }).collect())
    };
    let file = File {
        name: file,
        key: "links",
        head: HEAD,
        help: "write the entries under `links:` as items on lines of their own, `- app: …`, with nothing after the list; \
               or add this one by hand, as --dry-run prints it",
        load: &load,
        line: |new: &NewEntry| new.entry.line,
        text: &entry_text,
        same: |a, b| LinkEntry { line: 0, ..a.entry.clone() } == LinkEntry { line: 0, ..b.entry.clone() },
    };
    let before: Vec<NewEntry> = before.into_iter().map(|entry| NewEntry { entry, remark: String::new() }).collect();
    appended::append(&file, old, &before, new)
}

/// The entry of the file that a new one contradicts or repeats.
fn contradiction(file: &str, new: &LinkEntry, before: &[LinkEntry]) -> Option<Diagnostic> {
    let first = before.iter().find(|first| first.is_about_the_same(new) && first.excludes(new))?;
    let (app, account) = (&new.app, &new.account);
    let message = format!(
        "`{account}` in {app} {}, says {} here on {}; now it {}",
        first.says(),
        first.by,
        first.on,
        if first.decides == new.decides { "is said again".to_owned() } else { new.says() }
    );
    Some(Diagnostic::error(file, message).at(first.line).help("remove this entry first, if it no longer holds"))
}

/// An entry as YAML, so far indented.
pub fn entry_text(new: &NewEntry, indent: usize) -> String {
    let NewEntry { entry, remark } = new;
    let mut text = String::new();
    let mut lead = format!("{}- ", " ".repeat(indent));
    let mut line = |key: &str, value: &str, remark: &str| {
        let remark = if remark.is_empty() { String::new() } else { format!("  # {remark}") };
        let _ = writeln!(text, "{lead}{key}: {value}{remark}");
        lead = " ".repeat(indent + 2);
    };
    line("app", &scalar(&entry.app), "");
    line("account", &scalar(&entry.account), "");
    if !entry.seen_as.is_empty() {
        line("seen-as", &scalar(&entry.seen_as), "");
    }
    let remark = remark_of(remark);
    match &entry.decides {
        Decides::Person(person) => line("person", &scalar(person), &remark),
        Decides::Not(person) => line("not", &scalar(person), &remark),
        Decides::Is { kind, owner, holders } => {
            line("is", kind.word(), "");
            if let Some(owner) = owner {
                line("owner", &scalar(owner), &remark);
            }
            if !holders.is_empty() {
                let holders: Vec<String> = holders.iter().map(|holder| in_list(holder)).collect();
                line("holders", &format!("[{}]", holders.join(", ")), "");
            }
        }
        Decides::Rotated => {}
    }
    if let Some(rotated) = entry.rotated {
        line("rotated", &rotated.to_string(), "");
    }
    line("by", &scalar(&entry.by), "");
    line("on", &entry.on.to_string(), "");
    line("reason", &scalar(&entry.reason), "");
    text
}

/// A scalar inside `[…]`.
fn in_list(text: &str) -> String {
    let plain = scalar(text);
    if plain.contains(' ') { quoted(text) } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NonHumanKind;
    use proptest::prelude::*;

    fn apps() -> Vec<App> {
        vec![App::named("slack", "Slack", None)]
    }

    fn entry(account: &str, decides: Decides) -> NewEntry {
        let entry = LinkEntry {
            app: "slack".to_owned(),
            account: account.to_owned(),
            seen_as: String::new(),
            decides,
            rotated: None,
            by: "it@acme.example".to_owned(),
            on: jiff::civil::date(2026, 11, 2),
            reason: "asked her".to_owned(),
            line: 0,
        };
        NewEntry { entry, remark: "Ann Berg\n<ann@acme.example>".to_owned() }
    }

    fn person(account: &str) -> NewEntry {
        entry(account, Decides::Person("1010".to_owned()))
    }

    fn added(old: Option<&str>, new: &[NewEntry]) -> Result<String, String> {
        append("links.yaml", old.map(str::as_bytes), new, &apps())
            .map(|bytes| String::from_utf8(bytes).unwrap())
            .map_err(|all| all.iter().map(|d| format!("{d}\n")).collect())
    }

    #[test]
    fn a_new_file_begins_with_what_it_is() {
        let text = added(None, &[person("U1")]).unwrap();
        let wanted = "links:\n  - app: slack\n    account: U1\n    person: \"1010\"  # Ann Berg <ann@acme.example>\n    \
                      by: it@acme.example\n    on: 2026-11-02\n    reason: asked her\n";
        assert_eq!(text, format!("{HEAD}{wanted}"));
    }

    #[test]
    fn what_stands_there_stays_byte_for_byte() {
        let item = "- {app: slack, account: U7, not: E1,   by: b, on: 2026-11-01, reason: r} # why not";
        for old in [
            format!("# mine\nlinks:\n\n{item}\n"),
            format!("links:\n      {item}\n      # more to come"),
            format!("\u{feff}links:\r\n  {item}\r\n\r\n"),
            "links:\n  - app: slack\n    account: U7\n    not: E1\n    by: b\n    on: 2026-11-01\n    reason: |\n      one\n      two\n".to_owned(),
            "links:   # nothing yet\n".to_owned(),
            "# nothing yet".to_owned(),
        ] {
            let text = added(Some(&old), &[person("U1"), person("U2")]).unwrap();
            assert!(text.starts_with(&old), "{text}");
            assert_eq!(text.contains("\r\n    account: U2\r\n"), old.contains('\r'), "{text:?}");
            let read = load_links("links.yaml", text.as_bytes(), &apps()).unwrap();
            assert_eq!(read.iter().filter(|e| e.decides == Decides::Person("1010".into())).count(), 2);
        }
    }

    #[test]
    fn where_nothing_can_be_added_nothing_is() {
        for old in [
            "links: []\n",
            "links: [\n  {app: slack, account: U7, not: E1, by: b, on: 2026-11-01, reason: r}\n]\n",
            "links:\n...\n",
        ] {
            let told = added(Some(old), &[person("U1")]).unwrap_err();
            assert!(told.contains("would not be read as one of its list") && told.contains("--dry-run"), "{told}");
        }
        let told = added(Some("links: {}\n"), &[person("U1")]).unwrap_err();
        assert!(told.starts_with("links.yaml:1:"), "{told}");
    }

    #[test]
    fn a_decision_against_another_is_refused_with_its_place() {
        let old = added(None, &[person("U1")]).unwrap();
        let not = entry("U1", Decides::Not("1010".to_owned()));
        let told = added(Some(&old), &[not]).unwrap_err();
        let wanted = "links.yaml:4: error: `U1` in slack is `1010`'s, says it@acme.example here on 2026-11-02; now it is not `1010`'s\n";
        assert!(told.starts_with(wanted), "{told}");
        assert!(added(Some(&old), &[person("U1")]).unwrap_err().contains("now it is said again"));
        added(Some(&old), &[person("u1")]).unwrap();
    }

    /// Texts as hostile exports hold them.
    fn text() -> impl Strategy<Value = String> {
        let odd = prop::sample::select(vec![
            "true",
            "null",
            "~",
            "1e3",
            "0x1f",
            "2026-11-02",
            "- a",
            "a: b",
            "#x",
            "a #b",
            "[",
            "{",
            "&a",
            "*a",
            "!t",
            "|",
            ">",
            "'",
            "\"",
            "\\",
            "%",
            "@",
            "`",
            "=1+1",
            "\u{85}",
            "\u{2028}",
            "\u{202e}",
            "\u{feff}x",
            "\u{1f600}",
            "a\tb",
            "a\nb",
            "a\r\nb",
            "\u{7f}",
            "\u{9b}",
            "...",
            "---",
            "yes",
            "ann@acme.example",
            "no",
            "Ann Berg",
            "x  y",
            "a,b",
            "\u{e0001}",
            "\u{ffff}",
        ]);
        prop_oneof![1 => odd.prop_map(str::to_owned), 1 => any::<String>(), 1 => "[ -~]{1,12}"]
            .prop_map(|t| t.trim().to_owned())
            .prop_filter("an empty text is refused", |t| !t.is_empty())
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_it_was_meant(
            texts in prop::collection::vec(text(), 8), kind in 0..4, rotated in any::<bool>(),
        ) {
            let [account, seen_as, one, two, three, by, reason, remark] = texts.try_into().unwrap();
            let decides = match kind {
                0 => Decides::Person(one),
                1 => Decides::Not(one),
                2 => Decides::Is { kind: NonHumanKind::ServiceAccount, owner: Some(one), holders: vec![two, three] },
                _ => Decides::Rotated,
            };
            let rotated = (kind == 3 || (kind == 2 && rotated)).then(|| jiff::civil::date(2026, 11, 1));
            let mut new = entry(&account, decides);
            (new.entry.seen_as, new.entry.by, new.entry.reason, new.entry.rotated) = (seen_as, by, reason, rotated);
            new.remark = remark;
            let text = added(None, std::slice::from_ref(&new)).unwrap();
            let read = load_links("links.yaml", text.as_bytes(), &apps()).unwrap();
            prop_assert_eq!(read, [LinkEntry { line: 4, ..new.entry }]);
        }
    }
}
