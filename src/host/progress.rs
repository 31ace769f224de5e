//! Progress on stderr, when a person looks at it.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A progress line on stderr. Silent when stderr is no terminal.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    /// What is counted, one of it and many; nothing where steps are told and not counted.
    of: Option<(String, String)>,
    count: AtomicU64,
}

impl Progress {
    /// Begins to tell steps. They are not counted: a file is opened in one and read in another.
    pub fn start() -> Self {
        Self::of(None)
    }
    /// Begins to count something: `page`, `pages`.
    pub fn counting(one: &str, many: &str) -> Self {
        Self::of(Some((one.to_owned(), many.to_owned())))
    }
    fn of(of: Option<(String, String)>) -> Self {
        let target =
            if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}  {prefix}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar, of, count: AtomicU64::new(0) }
    }
    /// Says what is being done.
    pub fn say(&self, what: &str) {
        self.bar.set_message(crate::diag::visible(what));
        let n = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some((one, many)) = &self.of {
            self.bar.set_prefix(format!("{n} {}", if n == 1 { one } else { many }));
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_told_and_what_is_counted_has_its_number() {
        let steps = Progress::start();
        steps.say("opening files");
        assert_eq!((steps.bar.message().as_str(), steps.bar.prefix().as_str()), ("opening files", ""));
        let pages = Progress::counting("page", "pages");
        pages.say("okta");
        assert_eq!(pages.bar.prefix(), "1 page");
        pages.say("okta");
        assert_eq!(pages.bar.prefix(), "2 pages");
    }
}
