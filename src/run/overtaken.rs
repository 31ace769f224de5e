//! Whether a list was made before the one that an earlier run has accepted. Who is missing from such a list has been seen
//! since, and who has left since is not in it yet.

use super::guard::{Facts, Saw, names};
use crate::model::{Previous, PreviousPopulation};
use jiff::tz::TimeZone;

/// The list in the last accepted snapshot; that snapshot, if it does not have the list.
pub(super) type Before<'a> = Option<Result<&'a PreviousPopulation, &'a Previous>>;

/// The list as it was, or why there is nothing to compare with.
pub(super) const fn known(before: Before<'_>) -> Result<&PreviousPopulation, Saw> {
    match before {
        None => Err(Saw::Nothing("there is no earlier accepted snapshot")),
        Some(Err(_)) => Err(Saw::Nothing("the last accepted snapshot does not have this list")),
        Some(Ok(before)) => Ok(before),
    }
}

/// Looks whether it was.
pub(super) fn look(facts: &Facts<'_>, before: Before<'_>, zone: &TimeZone) -> Saw {
    let before = match known(before) {
        Ok(before) => before,
        Err(nothing) => return nothing,
    };
    let last = &before.extracted_at;
    let newest = facts.files.iter().map(|f| f.made).max_by_key(|made| made.latest(zone));
    match newest.zip(before.made_from) {
        None => Saw::Nothing("nobody can tell when one of the two was made"),
        Some((made, accepted)) if made.latest(zone) < accepted => Saw::Odd(format!(
            "{} ({made}) {} made before the list of {last}, which an earlier run has accepted",
            names(facts.files),
            if facts.files.len() == 1 { "was" } else { "were" },
        )),
        Some(_) => Saw::Fine(format!("it was not made before the accepted list of {last}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::guard::{Listed, guard};
    use super::*;
    use crate::model::{Check, Previous, PreviousPopulation, SourceRole, When};
    use crate::workspace::GuardPolicy;
    use jiff::civil::date;
    use std::collections::BTreeMap;

    /// What a roster of these days is, after one of 6 October 2026.
    fn after(days: &[i8], made_from: Option<i64>) -> Option<String> {
        let file = |day: &i8| Listed::of(format!("{day}.csv"), 7, When::on(date(2026, 10, *day)));
        let files: Vec<Listed> = days.iter().map(file).collect();
        let id = "tidepool";
        let facts =
            Facts { role: SourceRole::Roster, id, files: &files, read: 7, live: 7, roster: None, accept: Vec::new() };
        let extracted_at = "2026-10-06".to_owned();
        let accepted =
            PreviousPopulation { records: 7, live: 7, extracted_at, made_from, ..PreviousPopulation::default() };
        let populations = BTreeMap::from([((SourceRole::Roster, id.to_owned()), accepted)]);
        let previous = Previous { as_of: "2026-10-06".to_owned(), populations };
        let guard = guard(&GuardPolicy::default(), &facts, Some(&previous), &TimeZone::UTC);
        assert!(!guard.flags(Check::OlderThanAccepted) || !guard.is_whole(), "nobody is gone because of such a list");
        guard.not_evaluable()
    }

    #[test]
    fn a_list_from_before_the_accepted_one_is_not_evaluable() {
        let sixth = date(2026, 10, 6).to_zoned(TimeZone::UTC).unwrap().timestamp().as_second();
        let why = "5.csv (2026-10-05) was made before the list of 2026-10-06, which an earlier run has accepted";
        assert_eq!(after(&[5], Some(sixth)).as_deref(), Some(why));
        assert!(after(&[3, 4], Some(sixth)).unwrap().starts_with("3.csv, 4.csv (2026-10-04) were made before"));
        for fine in [&[6][..], &[7], &[3, 6]] {
            assert_eq!(after(fine, Some(sixth)), None, "{fine:?}");
        }
        assert_eq!(after(&[5], None), None, "nobody knows when the other was made");
    }
}
