//! Progress on stderr, when a person looks at it.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::time::Duration;

/// A progress line on stderr. Silent when stderr is no terminal.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Begins to count files.
    pub fn start() -> Self {
        Self::counting("files")
    }
    /// Begins to count something else.
    pub fn counting(what: &str) -> Self {
        let target =
            if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template(&format!("{{spinner}} {{msg}}  {{pos}} {what}")) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar }
    }
    /// Says what is being done.
    pub fn say(&self, what: &str) {
        self.bar.set_message(crate::diag::visible(what));
        self.bar.inc(1);
    }
    /// Says why nothing is being done.
    pub fn wait(&self, why: &str) {
        self.bar.set_message(crate::diag::visible(why));
    }
    /// Takes the line away while something else is printed.
    pub fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }
    /// Ends and clears the line.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}
