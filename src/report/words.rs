//! Phrases that several formats share: places, steps, names of apps.

use crate::model::{Finding, Place, Report, ReviewDecision, SourceReport, Stands};
use std::borrow::Borrow;
use std::fmt::{Display, Write};

/// The id of an app of the report; empty if the index is none or out of range.
pub(super) fn app_id(report: &Report, app: Option<u32>) -> &str {
    app.and_then(|ix| report.apps.get(ix as usize)).map_or("", |a| &a.id)
}

/// The id of the exception that marks a finding; empty if none does.
pub(super) fn exception_id<'r>(report: &'r Report, finding: &Finding) -> &'r str {
    let ix = finding.exception.map(|ix| usize::from(ix.0));
    ix.and_then(|ix| report.exceptions.get(ix)).map_or("", |e| &e.exception.id)
}

/// The name of a source's file; empty if there is no such source.
pub(super) fn file(sources: &[SourceReport], source: u32) -> &str {
    sources.get(source as usize).map_or("", |s| &s.file)
}

/// Who decided about a finding, when and why, and whether that still holds.
pub(super) struct Decided<'r>(pub (&'r ReviewDecision, &'r str, Stands));

impl Display for Decided<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self((decision, by, stands)) = self;
        write!(f, "{by} on {}", decision.at)?;
        if let Some(person) = &decision.person {
            write!(f, "; {person}")?;
        }
        if let Some(until) = decision.until {
            write!(f, "; until {until}")?;
        }
        if !decision.reason.is_empty() {
            write!(f, ": {}", decision.reason)?;
        }
        match stands {
            Stands::Changed => f.write_str(" (the finding has changed since)"),
            Stands::Lapsed => f.write_str(" (that day has passed)"),
            Stands::AsSeen | Stands::Gone => Ok(()),
        }
    }
}

/// One buffer for the phrases of one cell after another, so that a row costs no allocation.
#[derive(Default)]
pub(super) struct Words(String);

impl Words {
    /// Any value, as it displays itself.
    pub(super) fn put(&mut self, value: impl Display) -> &str {
        self.0.clear();
        let _ = write!(self.0, "{value}"); // writing to a String cannot fail
        &self.0
    }

    /// The same; nothing for none.
    pub(super) fn put_or_blank(&mut self, value: Option<impl Display>) -> &str {
        match value {
            Some(value) => self.put(value),
            None => "",
        }
    }

    /// `file:line; file:line`; a place without a line is the file as a whole.
    pub(super) fn places(&mut self, places: &[Place], sources: &[SourceReport]) -> &str {
        self.0.clear();
        for (ix, place) in places.iter().enumerate() {
            if ix > 0 {
                self.0.push_str("; ");
            }
            self.0.push_str(file(sources, place.source));
            if place.line > 0 {
                let _ = write!(self.0, ":{}", place.line);
            }
        }
        &self.0
    }

    /// `first → second → third`.
    pub(super) fn steps<S: Borrow<str>>(&mut self, steps: &[S]) -> &str {
        self.0.clear();
        for (ix, step) in steps.iter().enumerate() {
            if ix > 0 {
                self.0.push_str(" → ");
            }
            self.0.push_str(step.borrow());
        }
        &self.0
    }
}
