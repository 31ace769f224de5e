//! A new review at the end of a `reviews.yaml`.

use super::appended::{self, File};
use super::decisions::load_reviews;
use crate::diag::Diagnostic;
use crate::model::Review;
use crate::yaml::quoted;
use std::fmt::Write as _;

/// How a new file begins.
const HEAD: &str =
    "# What people have decided about findings, review by review. `coverage review apply` adds one at the end.\n";

/// A `reviews.yaml` with a review at its end. `old` is the file as it is, if there is one.
///
/// # Errors
/// The file is faulty, or nothing can be added at its end.
pub fn append_review(file: &str, old: Option<&[u8]>, new: &Review) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let load = |bytes: &[u8]| load_reviews(file, bytes);
    let before = old.map_or(Ok(Vec::new()), load)?;
    let file = File {
        name: file,
        key: "reviews",
        head: HEAD,
        help: "let the file end with the list under `reviews:`, each review an item on lines of its own",
        load: &load,
        line: |review: &Review| review.line,
        text: &review_text,
        same: |a, b| without_lines(a) == without_lines(b),
    };
    appended::append(&file, old, &before, std::slice::from_ref(new))
}

fn without_lines(review: &Review) -> Review {
    let mut review = Review { line: 0, ..review.clone() };
    review.decisions.iter_mut().for_each(|decision| decision.line = 0);
    review
}

/// A review as YAML, so far indented. Whatever people wrote stands in quotes.
pub fn review_text(review: &Review, indent: usize) -> String {
    let mut text = String::new();
    let blank = " ".repeat(indent);
    let _ = writeln!(text, "{blank}- reviewer: {}", quoted(&review.reviewer));
    if let Some(applied) = review.applied {
        let _ = writeln!(text, "{blank}  applied: {}", quoted(&applied.to_string()));
    }
    let r = &review.report;
    let [company, as_of, tool, inputs] = [&r.company, &r.as_of, &r.tool, &r.inputs].map(|t| quoted(t));
    let _ = writeln!(text, "{blank}  report: {{company: {company}, as-of: {as_of}, tool: {tool}, inputs: {inputs}}}");
    let _ = writeln!(text, "{blank}  decisions:");
    for d in &review.decisions {
        let _ = writeln!(text, "{blank}    - finding: {}", quoted(&d.finding.to_string()));
        let _ = writeln!(text, "{blank}      decision: {}", d.verdict);
        if !d.reason.is_empty() {
            let _ = writeln!(text, "{blank}      reason: {}", quoted(&d.reason));
        }
        if let Some(until) = d.until {
            let _ = writeln!(text, "{blank}      until: {}", quoted(&until.to_string()));
        }
        if let Some(person) = &d.person {
            let _ = writeln!(text, "{blank}      person: {}", quoted(person));
        }
        let _ = writeln!(text, "{blank}      at: {}", quoted(&d.at.to_string()));
        let _ = writeln!(text, "{blank}      seen: {}", quoted(&d.seen));
    }
    text
}
