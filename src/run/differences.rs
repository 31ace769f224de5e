//! How an app's roster differs from the identity provider, account by account, and the remarks beside it.

use crate::model::{Difference, Situation};
use crate::rules::cases::{AccountCase, Lives};
use crate::rules::residual::Tier;

/// How IdP and app differ on one account; none for what is out of scope.
pub fn difference(case: &AccountCase<'_>) -> Option<Difference> {
    Some(match case.placed.situation {
        Situation::Review => Difference::Review,
        Situation::Unmatched => Difference::OnlyInApp,
        Situation::Disputed | Situation::Collision => Difference::Disputed,
        Situation::NonHuman => Difference::NonHuman,
        Situation::External => Difference::External,
        Situation::Rejected => Difference::Rejected,
        Situation::Excluded => return None,
        Situation::Linked => {
            let person = case.company.directory.glance(case.placed.person?);
            match case.lives {
                Lives::Yes | Lives::Assumed if person.left => Difference::LeaverActive,
                Lives::Unknown if person.left => Difference::StatusDiffers,
                Lives::No if person.left || person.unclear => Difference::Matched,
                _ if person.unclear => Difference::StatusDiffers,
                // The person works here: a difference if the directory and the app disagree on whether the account lives.
                Lives::No if person.lives_in_directory || !person.in_directory => Difference::StatusDiffers,
                Lives::Yes | Lives::Assumed if person.in_directory && !person.lives_in_directory => {
                    Difference::StatusDiffers
                }
                _ => Difference::Matched,
            }
        }
    })
}

/// Rivals, candidates and reasons in words.
pub fn note(case: &AccountCase<'_>) -> String {
    let directory = case.company.directory;
    let mut parts: Vec<String> = Vec::new();
    if !case.placed.note.is_empty() {
        parts.push(case.placed.note.to_owned());
    }
    if let Some(decided) = &case.placed.decided {
        parts.extend(decided.refusals.iter().map(|refusal| refusal.note.clone()));
    }
    match case.placed.situation {
        Situation::Disputed | Situation::Collision => {
            parts.extend(
                case.placed.rivals.iter().map(|r| format!("{} by {}", named(directory.person(r.person)), r.key)),
            );
        }
        Situation::NonHuman if case.placed.key.is_none() => {
            parts.extend(
                case.placed.rivals.iter().map(|r| format!("has the address of {}", named(directory.person(r.person)))),
            );
        }
        _ => parts.extend(case.placed.rivals.iter().map(|r| {
            if case.placed.situation == Situation::NonHuman && case.placed.identity == Some(r.identity) {
                return format!("its record has the number or an address of {}", named(directory.person(r.person)));
            }
            let late = if case.placed.key.is_some_and(|key| r.key <= key) { ", at another time" } else { "" };
            format!("not {} (by {}{late})", named(directory.person(r.person)), r.key)
        })),
    }
    let perhaps = if case.placed.situation == Situation::Linked { "compared with" } else { "perhaps" };
    parts.extend(
        case.placed
            .candidates
            .iter()
            .map(|c| format!("{perhaps} {} ({}: {})", named(directory.person(c.person)), c.score, c.why)),
    );
    match &case.tier {
        Some(Tier::Undecidable(why)) => parts.push(why.clone()),
        Some(Tier::ActiveAfter) => parts.push("used after the leaving".into()),
        _ => {}
    }
    parts.join("; ")
}

fn named(person: &crate::model::Person) -> String {
    if person.email.is_empty() { person.name.to_string() } else { format!("{} <{}>", person.name, person.email) }
}
