//! A problem with an input: which file, where in it, what is wrong, and what to do.
//!
//! Everything that can be wrong with a file a person gave us ends as a [`Diagnostic`]; nothing panics over it.

use std::fmt;
use std::io;

/// Whether an input can be used in spite of the problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The input is used; the reader of the report should know.
    Warning,
    /// The input cannot be used.
    Error,
}

/// A problem with an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether the input can be used.
    pub level: Level,
    /// The file as the user named it.
    pub file: String,
    /// 1-based line, if the problem has a place.
    pub line: Option<u64>,
    /// 1-based column (for tables: of the cell), if the problem has one.
    pub column: Option<u64>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error about `file` as a whole.
    pub fn error(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self { level: Level::Error, file: file.into(), line: None, column: None, message: message.into(), help: None }
    }
    /// A warning about `file` as a whole.
    pub fn warning(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(file, message) }
    }
    /// The same, at a line.
    #[must_use]
    pub fn at(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }
    /// The same, at a column of its line.
    #[must_use]
    pub fn column(mut self, column: u64) -> Self {
        self.column = Some(column);
        self
    }
    /// The same, with what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
    /// Whether the input cannot be used.
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }
}

impl fmt::Display for Diagnostic {
    /// `file:line:column: error: message` and, on a line of its own, the help. Control characters are made visible.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", visible(&self.file))?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        let level = match self.level {
            Level::Warning => "warning",
            Level::Error => "error",
        };
        write!(f, ": {level}: {}", visible(&self.message))?;
        if let Some(help) = &self.help {
            write!(f, "\n  help: {}", visible(help))?;
        }
        Ok(())
    }
}

/// Text from a file, fit for a terminal: control and direction-changing characters are escaped, long text is cut.
pub fn visible(text: &str) -> String {
    const LONGEST: usize = 2000;
    let mut out = String::with_capacity(text.len().min(LONGEST));
    for c in text.chars() {
        if out.len() >= LONGEST {
            out.push('…');
            break;
        }
        match c {
            '\n' => out.push_str("\n  "),
            c if c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}') =>
            {
                out.extend(c.escape_unicode());
            }
            c => out.push(c),
        }
    }
    out
}

/// Why the operating system refused, in plain words and without its number.
pub fn cause(e: &io::Error) -> String {
    let text = e.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

/// Whether any of them is an error.
pub fn any_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_what_and_what_to_do() {
        let d = Diagnostic::error("hr.csv", "`03/04/2026` can be two dates").at(7).column(3).help("write `date-order`");
        assert_eq!(d.to_string(), "hr.csv:7:3: error: `03/04/2026` can be two dates\n  help: write `date-order`");
    }

    #[test]
    fn a_hostile_name_cannot_draw_on_the_terminal() {
        assert_eq!(visible("a\u{1b}[2Jb\u{202e}"), "a\\u{1b}[2Jb\\u{202e}");
    }
}
