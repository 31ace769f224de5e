//! Strangers' words in Markdown: as text that marks nothing up, or as a code span in which nothing is a link, a mention or
//! the number of an issue.

use super::text::clip;
use std::fmt::Write as _;

/// One line of text, with everything escaped that Markdown or HTML could take for a mark.
pub(super) fn escaped(text: &str, longest: usize) -> String {
    let text = clip(text, longest);
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.trim().chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' | '$' => {
                out.extend(['\\', c]);
            }
            c => out.push(c),
        }
    }
    // What begins a list, a heading or a table begins it only at the beginning of a line.
    let listed = out.starts_with(['-', '+', ':']) || out.split_once(['.', ' ']).is_some_and(|(n, _)| is_number(n));
    if listed { format!("&#8203;{out}") } else { out }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// One line of text as a code span; fit for a cell of a table.
pub(super) fn code(text: &str, longest: usize) -> String {
    let text = clip(text, longest);
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let room = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    // Within a table a bar ends the cell, even in code.
    let mut out = String::new();
    let _ = write!(out, "{fence}{room}{}{room}{fence}", text.replace('|', "\\|"));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_marked_up() {
        assert_eq!(
            escaped("<img src=x> [a](b) *c* | @team #12\n# d", 99),
            "&lt;img src=x&gt; \\[a\\](b) \\*c\\* \\| @team \\#12 \\# d"
        );
        assert_eq!(escaped("- a", 9), "&#8203;- a");
        assert_eq!(escaped("1. a", 9), "&#8203;1. a");
    }

    #[test]
    fn a_code_span_cannot_be_left() {
        assert_eq!(code("a`b``c", 99), "```a`b``c```");
        assert_eq!(code("`", 99), "`` ` ``");
        assert_eq!(code("a|b\nc", 99), "`a\\|b c`");
        assert_eq!(code(" ", 9), "");
    }
}
