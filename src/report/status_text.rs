//! What the kept runs say, as plain text: how findings stand, what has closed, and how long it took.

use super::text::{self, clip, counted, number};
use crate::model::{FindingState, FindingStatus, RevokeSummary, Share, SourceRole, Status, Story, ToldStory, Verdict};
use std::io::{self, Write};

/// How many open findings the overview names.
const NAMED: usize = 30;

/// How a finding that has not ended stands, with what is said of it beside its state.
const HOW: [(FindingStatus, &str); 3] = [
    (FindingStatus::Open, ""),
    (FindingStatus::NotEvaluable, ", cannot be decided"),
    (FindingStatus::Excepted, ", excepted"),
];

/// Whether a finding stands, cannot be decided or is excepted. How it stood no longer matters of one that has ended.
pub(super) fn holds(told: &ToldStory) -> FindingStatus {
    let newest = told.story.spells.last().filter(|_| told.ended_run.is_none());
    newest.map_or(FindingStatus::Open, |spell| spell.status)
}

/// Writes the overview.
pub fn status<W: Write>(status: &Status, mut to: W) -> io::Result<()> {
    let Some((first, last)) = status.runs.first().zip(status.runs.last()) else {
        return writeln!(to, "No run has been kept yet.");
    };
    if !status.company.is_empty() {
        write!(to, "{}, ", clip(&status.company, 80))?;
    }
    let day = |at: &str| text::moment(at, &status.zone);
    writeln!(to, "as of {} ({})", day(&last.as_of), status.zone_name)?;
    writeln!(to)?;
    writeln!(to, "{} kept since {}", counted(status.runs.len() as u64, "run", "runs"), day(&first.as_of))?;
    let rosters = || status.lists.iter().filter(|l| l.role == SourceRole::Roster);
    let accepted = rosters().filter(|l| l.accepted).count();
    writeln!(
        to,
        "{} of {} in the newest",
        number(accepted as u64),
        counted(rosters().count() as u64, "roster accepted", "rosters accepted")
    )?;
    for list in status.lists.iter().filter(|l| !l.accepted) {
        let why = if list.why.is_empty() { "there is none" } else { &list.why };
        writeln!(to, "  not accepted: {} ({})", clip(&list.id, 40), clip(why, 200))?;
    }
    writeln!(to, "findings")?;
    for state in FindingState::ALL {
        // What cannot be decided is no finding that stands, and no pass.
        for (how, more) in HOW {
            let is_so = |s: &&ToldStory| s.state == *state && holds(s) == how;
            let n = status.stories.iter().filter(is_so).count() as u64;
            if n > 0 {
                writeln!(to, "  {:>7}  {state}{more}", number(n))?;
            }
        }
    }
    let unseen = status.stories.iter().filter(|s| s.unseen.is_some()).count() as u64;
    if unseen > 0 {
        writeln!(to, "  {:>7}  of those that stand could not be looked at in the newest run", number(unseen))?;
    }
    revoke(&status.revoke, &mut to)?;
    let mut open: Vec<&ToldStory> = status.stories.iter().filter(|s| s.ended_run.is_none()).collect();
    open.sort_by(|a, b| {
        let severity = |s: &ToldStory| s.story.spells.last().map(|s| s.severity);
        severity(b)
            .cmp(&severity(a))
            .then_with(|| b.age_days.cmp(&a.age_days))
            .then_with(|| a.story.id.cmp(&b.story.id))
    });
    if !open.is_empty() {
        writeln!(to)?;
        writeln!(to, "Standing, the gravest and oldest first:")?;
    }
    for told in open.iter().take(NAMED) {
        line(told, &mut to)?;
    }
    if open.len() > NAMED {
        writeln!(to, "  and {} more: `coverage history` tells all", number((open.len() - NAMED) as u64))?;
    }
    to.flush()
}

fn line(told: &ToldStory, to: &mut impl Write) -> io::Result<()> {
    let spell = told.story.spells.last();
    let severity = spell.map_or("", |s| s.severity.word());
    write!(to, "  {severity:<8}  {}", subject(&told.story))?;
    let how = holds(told);
    let more = HOW.iter().find(|(one, _)| *one == how).map_or("", |(_, more)| more);
    write!(to, ", {}{more}, {}", told.state, counted(told.age_days.unsigned_abs(), "day", "days"))?;
    if let Some(claim) = told.claims.last() {
        let but = if told.contradicted { ", and it was still there later" } else { "" };
        write!(to, "; {} says it is done ({}){but}", clip(&claim.by, 60), clip(&claim.ticket, 60))?;
    }
    if let Some(why) = &told.unseen {
        write!(to, "; {}", clip(why, 200))?;
    }
    writeln!(to)?;
    writeln!(to, "            {}", told.story.id)
}

/// What a finding is about.
fn subject(story: &Story) -> String {
    let mut text = story.rule.clone();
    if let Some(app) = &story.app {
        text.push_str(&format!(" in {}", clip(app, 40)));
    }
    let account = story.account.as_deref().unwrap_or_default();
    let person =
        if story.person_email.is_empty() { story.person.as_deref().unwrap_or_default() } else { &story.person_email };
    let mut names: Vec<&str> = [account, &story.email, person].into_iter().filter(|t| !t.is_empty()).collect();
    names.dedup();
    if !names.is_empty() {
        let names: Vec<_> = names.iter().map(|n| clip(n, 80)).collect();
        text.push_str(&format!(": {}", names.join(", ")));
    }
    text
}

/// The times to revoke.
pub(super) fn revoke(summaries: &[RevokeSummary], to: &mut impl Write) -> io::Result<()> {
    if summaries.is_empty() {
        return Ok(());
    }
    writeln!(to, "time to revoke (rosters show an interval, so these are bounds)")?;
    for summary in summaries {
        let n = summary.count as u64;
        let (of, n) = match &summary.app {
            Some(app) => (clip(app, 40), counted(n, "leaver", "leavers")),
            None => ("all apps".into(), counted(n, "access of a leaver to an app", "accesses of leavers to apps")),
        };
        write!(to, "  {of}: {n}")?;
        if summary.open > 0 {
            write!(to, ", {} not shown to have ended", number(summary.open as u64))?;
        }
        if let (Some(median), Some(p95)) = (summary.median, summary.p95) {
            write!(to, "; median {}, 95th percentile {}", bounds(median), bounds(p95))?;
        }
        writeln!(to)?;
        match &summary.limit {
            None if summary.app.is_none() && summaries.iter().all(|s| s.limit.is_none()) => {
                writeln!(to, "    no limit declared")?;
            }
            None => {}
            Some(limit) => {
                let counts: Vec<String> = (Verdict::ALL.iter().zip(summary.verdicts).filter(|(_, n)| *n > 0))
                    .map(|(verdict, n)| format!("{} {verdict}", number(n as u64)))
                    .collect();
                writeln!(to, "    limit {limit}: {}", counts.join(", "))?;
            }
        }
    }
    Ok(())
}

/// `between 3 hours and 4.2 days`; the lower end rounded down, the upper one up.
pub(super) fn bounds(share: Share) -> String {
    match share.most {
        None => format!("at least {}", duration(share.least, false)),
        Some(most) if most == share.least => duration(most, false),
        Some(most) => format!("between {} and {}", duration(share.least, false), duration(most, true)),
    }
}

/// Hours below three days, then days with a tenth.
fn duration(seconds: i64, up: bool) -> String {
    let parts = |unit: i64| if up { (seconds + unit - 1) / unit } else { seconds / unit };
    let hours = parts(3600);
    if hours < 72 {
        return counted(hours.unsigned_abs(), "hour", "hours");
    }
    let tenths = parts(8640);
    match (tenths / 10, tenths % 10) {
        (days, 0) => counted(days.unsigned_abs(), "day", "days"),
        (days, tenth) => format!("{}.{tenth} days", number(days.unsigned_abs())),
    }
}

/// Writes the stories of findings, each move with its run.
pub fn history<W: Write>(status: &Status, mut to: W) -> io::Result<()> {
    let as_of = |no: u32| {
        let run = status.runs.iter().find(|run| run.no == no);
        run.map_or_else(String::new, |run| text::moment(&run.as_of, &status.zone))
    };
    for told in &status.stories {
        let story = &told.story;
        writeln!(to, "{}", story.id)?;
        writeln!(to, "  {}", subject(story))?;
        let age = counted(told.age_days.unsigned_abs(), "day", "days");
        writeln!(
            to,
            "  {}; first seen {}, last seen {}; open for {age}",
            told.state,
            as_of(told.first_run),
            as_of(told.last_run)
        )?;
        for (ix, spell) in story.spells.iter().enumerate() {
            let what = match ix {
                0 => "first seen",
                _ if spell.opened_run == spell.from_run => "back",
                _ => "changed",
            };
            let status = HOW.iter().find(|(one, _)| *one == spell.status).map_or("", |(_, more)| more);
            let facts = if spell.facts.is_empty() { String::new() } else { format!(" ({})", clip(&spell.facts, 120)) };
            writeln!(
                to,
                "  run {}, {}: {what}, {}{status}{facts}{}",
                spell.from_run,
                as_of(spell.from_run),
                spell.severity,
                moved(&spell.moved_by)
            )?;
            if let Some(unseen) = spell.unseen_from {
                writeln!(to, "  run {unseen}, {}: could not be looked at", as_of(unseen))?;
            }
            if let (Some(until), Some(how)) = (spell.until_run, spell.ended_how)
                && how != crate::model::HowEnded::Changed
            {
                writeln!(to, "  run {until}, {}: {how}{}", as_of(until), moved(&spell.ended_by))?;
            }
        }
        for claim in &told.claims {
            let note = if claim.note.is_empty() { String::new() } else { format!(": {}", clip(&claim.note, 200)) };
            writeln!(
                to,
                "  {}: {} says that it is done ({}){note}",
                claim.at,
                clip(&claim.by, 80),
                clip(&claim.ticket, 80)
            )?;
        }
        if told.contradicted {
            writeln!(to, "  a later roster still shows it")?;
        }
        if let Some(why) = &told.unseen {
            writeln!(to, "  {}", clip(why, 200))?;
        }
        writeln!(to)?;
    }
    let n = status.stories.len() as u64;
    writeln!(to, "{} in {}", counted(n, "finding", "findings"), counted(status.runs.len() as u64, "run", "runs"))?;
    to.flush()
}

fn moved(by: &[String]) -> String {
    match by {
        [] => String::new(),
        [one] => format!("; moved by {one}"),
        several => format!("; moved by {}", several.join(" or ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_rounded_outwards() {
        let share = |least, most| bounds(Share { least, most });
        assert_eq!(share(3_700, Some(7_300)), "between 1 hour and 3 hours");
        assert_eq!(share(0, None), "at least 0 hours");
        assert_eq!(share(86_400 * 3, Some(86_400 * 3)), "3 days");
        assert_eq!(share(86_400 * 30 + 1, Some(86_400 * 31 + 1)), "between 30 days and 31.1 days");
    }
}
