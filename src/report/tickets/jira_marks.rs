//! Strangers' words in Jira's wiki markup: as text in which nothing is a mark, a link, a mention or a macro.

use crate::report::text::clip;

/// One line of text with every sign escaped that Jira could take for a mark.
pub(super) fn escaped(text: &str, longest: usize) -> String {
    let text = clip(text, longest);
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for c in text.trim().chars() {
        match c {
            '\\' | '{' | '}' | '[' | ']' | '*' | '_' | '^' | '~' | '?' | '!' | '|' | '#' | '(' | ')' | '<' | '>'
            | '&' => {
                out.extend(['\\', c]);
            }
            // Struck through and underlined text begins at a blank, an address of the web at its colon.
            '-' | '+' if !before.is_alphanumeric() => out.extend(['\\', c]),
            ':' if out.ends_with("http") || out.ends_with("https") || out.ends_with("mailto") => out.push_str("\\:"),
            c => out.push(c),
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_a_mark_a_mention_or_a_macro() {
        assert_eq!(escaped("{color:red}x{color}", 99), "\\{color:red\\}x\\{color\\}");
        assert_eq!(
            escaped("[~admin] !x.png! |a| *b* -c- h-d", 99),
            "\\[\\~admin\\] \\!x.png\\! \\|a\\| \\*b\\* \\-c- h-d"
        );
        assert_eq!(escaped("a\n# b", 99), "a \\# b");
        assert_eq!(escaped("https://x.example", 99), "https\\://x.example");
    }
}
