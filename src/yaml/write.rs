//! Texts as YAML: what a file that people read and change holds of what strangers have written.

use std::fmt::Write as _;

/// A text as a YAML scalar: plain where no reader of YAML could take it for anything else, else in quotes.
pub fn scalar(text: &str) -> String {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '_' | '-' | '+' | '/');
    let spaced = |word: &str| !word.is_empty() && word.chars().all(inner);
    // Words that some reader of YAML takes for a truth value or for nothing.
    const ODD: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"];
    let odd = ODD.iter().any(|word| text.eq_ignore_ascii_case(word));
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) && !odd && text.split(' ').all(spaced) {
        return text.to_owned();
    }
    quoted(text)
}

/// A text in double quotes. Whatever a terminal, an editor or a reader of YAML could trip over is escaped.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if is_unseen(c) => {
                let code = u32::from(c);
                let _ = if code > 0xffff { write!(out, "\\U{code:08x}") } else { write!(out, "\\u{code:04x}") };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Whether a character shows nothing, breaks a line or turns the direction of the text.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}
