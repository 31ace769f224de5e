//! How far reviews have come and how carefully they were made, in a few lines for people.

use super::text::{clip, counted, number};
use crate::model::{Report, ReviewReport, ReviewVerdict, Reviewer, Stands};
use std::io::{self, Write};

/// Writes what people have decided about the findings of the report.
///
/// # Errors
/// It cannot be written.
pub fn write<W: Write>(report: &Report, mut to: W) -> io::Result<()> {
    let Some(reviewed) = &report.reviewed else {
        writeln!(to, "No review has been applied.")?;
        return to.flush();
    };
    writeln!(to, "{}", line(report).unwrap_or_default())?;
    for p in &reviewed.progress {
        let excepted = if p.excepted > 0 { format!(", {} more excepted", number(p.excepted)) } else { String::new() };
        let (decided, findings) = (number(p.decided), number(p.findings));
        writeln!(to, "  {:>8}  {decided} of {findings} decided{excepted}", p.severity)?;
    }
    for review in &reviewed.reviews {
        writeln!(to)?;
        one(review, &mut to)?;
    }
    writeln!(to)?;
    writeln!(
        to,
        "Who decided is what each file says; nothing proves it. Times are those of the reviewer's own clock."
    )?;
    to.flush()
}

/// How much of what asks for a decision is decided, in one line; none without a review.
pub fn line(report: &Report) -> Option<String> {
    let reviewed = report.reviewed.as_ref()?;
    let sum = |of: fn(&crate::model::Progress) -> u64| reviewed.progress.iter().map(of).sum::<u64>();
    let findings = counted(sum(|p| p.findings), "finding", "findings");
    let mut line = format!("{} of {findings} decided by review", number(sum(|p| p.decided)));
    if sum(|p| p.excepted) > 0 {
        line.push_str(&format!(", {} more excepted", number(sum(|p| p.excepted))));
    }
    Some(line)
}

fn one(report: &ReviewReport, to: &mut impl Write) -> io::Result<()> {
    let review = &report.review;
    let who = match report.reviewer {
        Reviewer::One(_) => "",
        Reviewer::Nobody => " (whom neither HR nor a directory knows)",
        Reviewer::Several => " (several people are called so)",
    };
    let applied = review.applied.map_or_else(String::new, |at| format!(", applied {at}"));
    let as_of = clip(&review.report.as_of, 60);
    writeln!(to, "{}{who}, on the report as of {as_of}{applied}", clip(&review.reviewer, 80))?;
    for verdict in ReviewVerdict::ALL {
        let of = |stands: Stands| {
            report.decided().filter(|(d, o)| d.verdict == *verdict && !o.replaced && o.stands == stands).count() as u64
        };
        let all = [Stands::AsSeen, Stands::Changed, Stands::Gone, Stands::Lapsed].map(of);
        let [seen, changed, gone, lapsed] = all.map(number);
        if all.iter().sum::<u64>() > 0 {
            let verdict = verdict.word();
            write!(to, "  {verdict:<15}  {seen} stand as decided, {changed} have changed since, {gone} are gone")?;
            writeln!(to, "{}", if all[3] > 0 { format!(", {lapsed} have run out") } else { String::new() })?;
        }
    }
    let replaced = report.outcomes.iter().filter(|o| o.replaced).count() as u64;
    if replaced > 0 {
        writeln!(to, "  {:<15}  {}", "decided anew", number(replaced))?;
    }
    let own = report.outcomes.iter().filter(|o| o.of_self).count() as u64;
    let blank = review.decisions.iter().filter(|d| d.reason.is_empty()).count() as u64;
    let bulk = report.bulk.map_or_else(
        || "no approvals in bulk".to_owned(),
        |b| format!("{} approvals within {} seconds", b.approvals, b.seconds),
    );
    let own = match report.reviewer {
        Reviewer::One(_) => format!("{} about themselves", number(own)),
        _ => "whether about themselves cannot be told".to_owned(),
    };
    writeln!(to, "  {:<15}  {own}; {} without a reason; {bulk}", "care", number(blank))
}
