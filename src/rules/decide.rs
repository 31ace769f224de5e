//! The command that turns a finding into a decision, ready to be copied into a shell. Names in it come from strangers.

use crate::identity::Directory;
use crate::model::PersonIx;

/// The command for an account of an app, with a way to name each of those whose it may be.
pub fn command(app: &str, account: &str, people: &[PersonIx], directory: &Directory) -> String {
    let mut command = format!("`coverage link {} --by YOU --because WHY` with", target(app, account));
    for (n, ix) in people.iter().enumerate() {
        let (between, option) = (if n == 0 { " `" } else { " or `" }, option("--to", directory.written(*ix)));
        command.extend([between, &option, "` (", &directory.person(*ix).name, ")"]);
    }
    command
}

/// The command that says something of an account: `--to PERSON`. Words in capital letters are for the reader to replace.
pub fn saying(app: &str, account: &str, what: &str) -> String {
    format!("`coverage link {} {what} --by YOU --because WHY`", target(app, account))
}

/// An account as the command takes it.
pub fn target(app: &str, account: &str) -> String {
    quoted(&[app, "/", account].concat())
}

/// An option with a value.
pub fn option(name: &str, value: &str) -> String {
    let separator = if value.starts_with('-') { "=" } else { " " };
    [name, separator, &quoted(value)].concat()
}

/// A text as one word of a shell, whatever is in it. What cannot be seen is written as an escape, so that what is copied
/// from a screen is what was meant.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '%' | '+' | ':' | ',' | '.' | '/' | '_' | '-');
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    let shown = |c: char| {
        !c.is_control() && c != '`' && (c == ' ' || c.escape_debug().len() == 1 || matches!(c, '\'' | '"' | '\\'))
    };
    if text.chars().all(shown) {
        return format!("'{}'", text.replace('\'', r"'\''"));
    }
    let mut out = String::from("$'");
    for c in text.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            c if shown(c) => out.push(c),
            c => c.encode_utf8(&mut [0; 4]).bytes().for_each(|b| out.push_str(&format!("\\x{b:02x}"))),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, hr, left, working};
    use super::*;
    use proptest::prelude::*;
    use std::process::Command;

    #[test]
    fn plain_words_stay_plain_and_others_are_quoted() {
        assert_eq!(target("slack", "U012"), "slack/U012");
        assert_eq!(target("zoom", "Ann Berg"), "'zoom/Ann Berg'");
        assert_eq!(quoted("it's $(rm -rf ~) `id`"), r"$'it\'s $(rm -rf ~) \x60id\x60'");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quoted("a\nb\u{202e}"), r"$'a\x0ab\xe2\x80\xae'");
        assert_eq!(option("--to", "-x"), "--to=-x");
        assert_eq!(quoted(""), "''");
    }

    #[test]
    fn people_are_named_so_that_nobody_else_is_meant() {
        let same = "a.berg@nordwind.example";
        let setup = Setup::of(vec![
            left(2),
            working(3),
            hr(4, "", "Alf Berg", same, None),
            hr(5, "E9", "Ada Berg", same, None),
        ]);
        let directory = &setup.directory;
        for (n, person) in directory.people.iter().enumerate() {
            let ix = PersonIx(n as u32);
            assert_eq!(directory.named(directory.written(ix)), [ix], "{person:?}");
        }
        let ann = directory.meant("ann BERG")[0];
        let text = command("slack", "U1", &[ann], directory);
        assert_eq!(text, "`coverage link slack/U1 --by YOU --because WHY` with `--to E1` (Ann Berg)");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_shell_reads_back_what_was_meant(text in prop_oneof![any::<String>(), "[ -~]{0,20}"]) {
            let text = text.replace('\0', "");
            let Ok(out) = Command::new("bash").arg("-c").arg(format!("printf %s {}", quoted(&text))).output() else {
                return Ok(()); // no bash on this machine
            };
            prop_assert_eq!(String::from_utf8(out.stdout).unwrap(), text);
        }
    }
}
