//! Sources that contradict each other about whether somebody works here.

use super::cases::PersonCase;
use super::{Findings, Rule};
use crate::model::{
    AccountStatus, Basis, Controls, Counts, Employment, Identity, Place, RuleMeta, Severity, Standing, When,
    status_words,
};

/// HR contradicts itself, another HR system, or the directories.
pub struct StatusConflict;

static META: RuleMeta = RuleMeta {
    id: "status-conflict",
    title: "Sources contradict each other about a person",
    severity: Severity::Medium,
    means: "HR says two things that cannot both be true, a less trusted source says something else than a more trusted one, \
            one of its lists has the employee id of somebody at work for somebody who has left, and nothing tells whether \
            they are one person, or only that they share a given name, or HR says that somebody works here whose every directory account has ended. The reason names both sides with \
            their lines. Where the order of the sources in coverage.yaml decides, the finding says which one counted.",
    why: "One of the sources is wrong. If it is the one that counted, a leaver passes for somebody at work and their \
          accounts are not looked for, or somebody at work is about to lose theirs.",
    fix: "Ask HR which one is right and correct the other. If the sources stand in the wrong order in coverage.yaml, the \
          most trusted first, put them right.",
    silent: "The person is on leave or in the notice period, where accounts are often closed ahead of the last day. One \
             directory account has ended and another lives, or the ended ones are from before a rehire. HR says that the \
             person has left and the directory account lives, which `idp-active-after-end` says.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.16", "A.5.18"],
        pci: &["8.2.4", "8.2.5"],
        nist: &["AC-2", "PS-4", "PS-5"],
    },
};

impl Rule for StatusConflict {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn person(&self, case: &PersonCase<'_>, findings: &mut Findings) {
        let said = contradictions(case);
        if said.is_empty() {
            return;
        }
        let mut draft = findings.draft(&META).person(case.ix, case.company.directory);
        if said.iter().all(|s| s.may_be_old) {
            draft = draft.not_evaluable();
        }
        for one in said {
            draft = draft.because(format_args!("{}", one.words));
            for place in one.places {
                draft = draft.evidence(place);
            }
        }
        draft.todo(format_args!(
            "Ask HR where {} stands, and correct the source that is wrong",
            if case.person.name.is_empty() { &case.person.key } else { &*case.person.name }
        ));
    }
}

/// One contradiction.
struct Said {
    words: String,
    places: Vec<Place>,
    /// Whether the list that counted is older than what contradicts it.
    may_be_old: bool,
}

fn contradictions(case: &PersonCase<'_>) -> Vec<Said> {
    let mut said = Vec::new();
    let employments = &case.person.employments;
    let counted = |e: &&Employment| e.counts == Counts::Fully;
    if let Standing::Unclear(doubt) = case.person.standing
        && doubt.is_contradiction()
    {
        let places = employments.iter().filter(counted).map(|e| e.place).collect();
        said.push(Said { words: doubt.to_string(), places, may_be_old: false });
    }
    for e in employments.iter().filter(|e| e.counts == Counts::Overruled) {
        let trusted = employments.iter().find(counted);
        let words = format!(
            "{} {}; {} is trusted more and counts: {}",
            source(case, e.place),
            says(e),
            trusted.map_or("another source", |t| source(case, t.place)),
            stands(&case.person.standing),
        );
        let places = [e.place].into_iter().chain(trusted.map(|t| t.place)).collect();
        said.push(Said { words, places, may_be_old: false });
    }
    said.extend(in_words(same_number(case)));
    said.extend(in_words(came_back(case)));
    said.extend(all_ended(case));
    said.extend(other_directory(case));
    said
}

/// In the order of what is said: that of the rows is nobody's choice.
fn in_words(said: impl Iterator<Item = Said>) -> Vec<Said> {
    let mut said: Vec<Said> = said.collect();
    said.sort_by(|a, b| (&a.words, &a.places).cmp(&(&b.words, &b.places)));
    said
}

/// Another list of HR's has the number for somebody who has left, and nothing tells whether that is this person.
fn same_number<'c>(case: &'c PersonCase<'_>) -> impl Iterator<Item = Said> + use<'c> {
    let directory = case.company.directory;
    let left = |ix| directory.person(ix).standing.has_left();
    let theirs = directory.unsure(case.ix).filter(move |(_, other, _)| !left(case.ix) && left(*other));
    theirs.map(move |(own, other, record)| Said {
        words: format!(
            "{} gives the employee id {} to {}, and {} gives it to {}, who {}; nothing tells whether they are one person",
            source(case, own.place),
            own.employee_id,
            named(&own.name),
            source(case, record.place),
            named(&record.name),
            stands(&directory.person(other).standing)
        ),
        places: vec![own.place, record.place],
        may_be_old: false,
    })
}

/// Two rows of one number are taken for one person, who has come back with another family name and another address.
fn came_back<'c>(case: &'c PersonCase<'_>) -> impl Iterator<Item = Said> + use<'c> {
    let directory = case.company.directory;
    let start = |record: &Identity| record.start.map(|day| day.order());
    let theirs = directory.unsure(case.ix).filter(move |(own, other, record)| {
        *other == case.ix && start(record) < start(own) && !case.person.standing.has_left()
    });
    theirs.map(move |(own, _, record)| Said {
        words: format!(
            "{} gives the employee id {} to {}, and gave it to {}{}; they have one given name, another family name and \
             another address, and are taken for one person who has come back",
            source(case, own.place),
            own.employee_id,
            named(&own.name),
            named(&record.name),
            record.end.map_or_else(String::new, |day| format!(", whose last day was {day}")),
        ),
        places: vec![own.place, record.place],
        may_be_old: false,
    })
}

fn named(name: &str) -> &str {
    if name.is_empty() { "somebody without a name" } else { name }
}

/// HR says "works here" and gives no end, and no directory account is left.
fn all_ended(case: &PersonCase<'_>) -> Option<Said> {
    let employment = case.person.employments.iter().rev().find(|e| e.counts == Counts::Fully && e.from_hr)?;
    let accounts: Vec<&Identity> = accounts(case).collect();
    if case.person.standing != Standing::AtWork || accounts.is_empty() {
        return None;
    }
    let zone = &case.company.directory.moment.zone;
    let before_start = |a: &Identity| {
        a.ended.zip(employment.start).is_some_and(|(end, start)| end.latest(zone) < start.earliest(zone))
    };
    if !accounts.iter().all(|a| a.status.is_end_state()) || accounts.iter().all(|a| before_start(a)) {
        return None;
    }
    let hr = case.company.sources.get(employment.place.source as usize);
    let newest = accounts.iter().filter_map(|a| a.ended).max_by_key(When::order);
    let may_be_old = newest.zip(hr).is_some_and(|(ended, hr)| hr.made.earliest < ended.latest(zone));
    let when = newest.map_or_else(String::new, |ended| format!(", the last one on {ended}"));
    let age = if may_be_old { "; HR's list is older than that, and a new one may say otherwise" } else { "" };
    Some(Said {
        words: format!(
            "{} says that the person works here, and every directory account has ended{when}{age}",
            source(case, employment.place)
        ),
        places: [employment.place].into_iter().chain(accounts.iter().map(|a| a.place)).collect(),
        may_be_old,
    })
}

/// Of somebody whom HR does not know, the directory that counts says "ended" and another one lets them in.
fn other_directory(case: &PersonCase<'_>) -> Option<Said> {
    let Standing::Left { basis: Basis::Idp, .. } = case.person.standing else { return None };
    let ended = accounts(case).find(|a| a.status.is_end_state())?;
    let lives = accounts(case).find(|a| {
        matches!(a.status, AccountStatus::Active | AccountStatus::Invited | AccountStatus::Locked)
            && a.place.source != ended.place.source
    })?;
    Some(Said {
        words: format!(
            "HR does not know the person; {} shows the account as {} and {}, which is trusted less, as {}",
            source(case, ended.place),
            status_words(ended.status, &ended.raw_status),
            source(case, lives.place),
            status_words(lives.status, &lives.raw_status)
        ),
        places: vec![ended.place, lives.place],
        may_be_old: false,
    })
}

fn accounts<'c>(case: &'c PersonCase<'_>) -> impl Iterator<Item = &'c Identity> {
    let identities = &case.company.directory.identities;
    case.person.identities.iter().map(|ix| &identities[*ix as usize]).filter(|i| !i.from_hr)
}

fn source<'c>(case: &'c PersonCase<'_>, place: Place) -> &'c str {
    case.company.sources.get(place.source as usize).map_or("a source", |s| &s.called)
}

/// What a record says of an employment.
fn says(e: &Employment) -> String {
    match e.end {
        Some(end) => format!("gives {end} as the last day"),
        None => format!("shows the person as {} and gives no last day", e.status),
    }
}

fn stands(standing: &Standing) -> String {
    match standing {
        Standing::Left { since: Some(since), .. } => format!("left on {since}"),
        Standing::Left { since: None, .. } => "has left".to_owned(),
        Standing::Notice(end) => format!("leaves on {end}"),
        Standing::Unclear(why) => why.to_string(),
        other => other.word().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, hr, idp, left, only, when, working};
    use super::*;
    use crate::model::{AccountStatus, FindingStatus, PersonStatus};

    const ANN: &str = "ann@nordwind.example";

    fn at_work() -> Identity {
        hr(2, "E1", "Ann Berg", ANN, None)
    }

    fn ended(on: Option<&str>) -> Identity {
        let mut account = idp(7, ANN, AccountStatus::Deactivated);
        account.ended = on.map(when);
        account
    }

    #[test]
    fn hr_that_contradicts_itself_is_found_with_its_lines() {
        let mut row = hr(2, "E1", "Ann Berg", ANN, Some("2026-10-31"));
        row.person_status = PersonStatus::Active;
        let found = only(Setup::of(vec![row]).person(&StatusConflict, 0));
        assert_eq!(found.evidence, [Place { source: 0, line: 2 }]);
        assert!(found.reason[0].contains("a day of leaving in the past"), "{:?}", found.reason);
    }

    #[test]
    fn somebody_at_work_without_any_live_directory_account_is_found() {
        let found = only(Setup::of(vec![at_work(), ended(Some("2026-10-01"))]).person(&StatusConflict, 0));
        assert_eq!(found.status, FindingStatus::Open);
        assert_eq!(found.evidence, [Place { source: 0, line: 2 }, Place { source: 1, line: 7 }]);
        assert_eq!(
            &*found.reason[0],
            "hr says that the person works here, and every directory account has ended, the last one on 2026-10-01"
        );
    }

    #[test]
    fn an_older_hr_list_cannot_decide() {
        let mut setup = Setup::of(vec![at_work(), ended(Some("2026-11-10"))]);
        setup.source_made(0, "2026-11-05T06:00:00Z");
        let found = only(setup.person(&StatusConflict, 0));
        assert_eq!(found.status, FindingStatus::NotEvaluable);
    }

    #[test]
    fn a_second_directory_that_lets_in_whom_the_first_has_ended_is_found() {
        let mut other = idp(8, ANN, AccountStatus::Active);
        other.place.source = 2;
        let found = only(Setup::of(vec![ended(Some("2026-10-01")), other]).person(&StatusConflict, 0));
        assert!(found.reason[0].contains("directory shows the account as deactivated and tidepool"), "{found:?}");
    }

    #[test]
    fn leave_notice_rehires_second_accounts_and_leavers_are_left_alone() {
        let silent = |people: Vec<Identity>| assert!(Setup::of(people).person(&StatusConflict, 0).is_empty());
        let mut on_leave = at_work();
        on_leave.person_status = PersonStatus::Leave;
        silent(vec![on_leave, ended(Some("2026-10-01"))]);
        let mut in_notice = at_work();
        in_notice.end = Some(when("2026-12-31"));
        silent(vec![in_notice, ended(Some("2026-10-01"))]);
        // HR knows her since April 2022.
        silent(vec![at_work(), ended(Some("2021-12-31"))]);
        silent(vec![at_work(), ended(Some("2026-10-01")), idp(8, ANN, AccountStatus::Active)]);
        silent(vec![at_work(), idp(8, ANN, AccountStatus::Suspended)]);
        silent(vec![left(2), idp(8, ANN, AccountStatus::Active)]);
        silent(vec![working(3)]);
    }
}
