//! When a list was made, and what it can know: nothing of what came later.

use super::cases::Company;
use crate::identity::Moment;
use crate::model::{AccountStatus, Basis, Counts, Employment, Person, PersonStatus, Record, Standing, When};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::borrow::Cow;

const DAY: i64 = 86_400;

/// When a list was made.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    /// The first second at which it can have been made.
    pub earliest: i64,
    /// The last one.
    pub latest: i64,
    /// The day, as written.
    pub day: Date,
    /// Whether nothing but a time stamp says so.
    pub guessed: bool,
}

impl Made {
    /// By what is said of one file.
    pub fn of(when: When, guessed: bool, zone: &TimeZone) -> Self {
        Self { earliest: when.earliest(zone), latest: when.latest(zone), day: when.day(zone), guessed }
    }

    /// Of a list in several files: from the making of the first to that of the last.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            earliest: self.earliest.min(other.earliest),
            latest: self.latest.max(other.latest),
            day: self.day.min(other.day),
            guessed: self.guessed || other.guessed,
        }
    }

    /// Whether it may have been made later than the report's moment, and speak of what had not happened by then.
    pub const fn is_later(&self, moment: &Moment) -> bool {
        self.latest > moment.now
    }

    /// Why something that the list says to have happened then is no evidence at the report's moment; none if it is.
    /// Clocks and zones differ by a day at most: what is dated later than that after the list itself is a wrong date.
    pub fn cannot_know(&self, event: &When, moment: &Moment) -> Option<&'static str> {
        let event = event.earliest(&moment.zone);
        if self.latest > moment.now.saturating_add(DAY) && event > moment.now {
            return Some("later than the report's moment");
        }
        // How old a list is of which only a time stamp is known, nobody can tell.
        let latest = if self.guessed { self.latest.max(moment.now) } else { self.latest };
        (event > latest.saturating_add(DAY)).then_some("later than the roster itself, so the date is wrong")
    }

    /// Whether an account that was made then did not exist yet at the report's moment, although the list has it.
    pub fn is_not_yet(&self, created: &When, moment: &Moment) -> bool {
        if !self.is_later(moment) {
            return false;
        }
        let created = created.earliest(&moment.zone);
        created > moment.now && created <= self.latest
    }

    /// An account of the list as everything is to take it: whether it lives is settled here, once, before anything is judged,
    /// counted or kept. An account that stops working by itself (`expires`) has ended once its day has passed. One that the
    /// list shows as ended on a day to come is in no state that anybody can tell.
    pub fn settle<'r>(&self, record: &'r Record<'r>, expires: bool, moment: &Moment) -> Cow<'r, Record<'r>> {
        let mut record = Cow::Borrowed(record);
        if expires && record.ended.is_some() {
            record.to_mut().expire(moment.now, &moment.zone);
        }
        if record.status.is_end_state() && self.has_yet_to_end(record.ended, moment).is_some() {
            record.to_mut().status = AccountStatus::Unknown;
        }
        record
    }

    /// Why an account whose end the list dates may live on; none if the day is no later than the list.
    pub fn has_yet_to_end(&self, ended: Option<When>, moment: &Moment) -> Option<String> {
        let latest = if self.guessed { self.latest.max(moment.now) } else { self.latest };
        ended
            .filter(|day| day.earliest(&moment.zone) > latest.saturating_add(DAY))
            .map(|day| format!("the account ends on {day} by the list, which is later than the list itself"))
    }

    /// Why an account that the list shows as ended may have lived at the report's moment; none if it had ended. A status
    /// speaks of the time at which the list was made, and only a date of an earlier one.
    pub fn may_have_lived(&self, ended: Option<When>, moment: &Moment) -> Option<String> {
        if self.guessed || self.earliest <= moment.now.saturating_add(DAY) {
            return None;
        }
        match ended {
            Some(ended) if ended.latest(&moment.zone) <= moment.now => None,
            Some(ended) => Some(format!("the account ended on {ended}, which is no earlier than the report's moment")),
            None => Some(
                "the list is later than the report's moment, and does not say since when the account has ended".into(),
            ),
        }
    }
}

/// The leaving of which a list cannot know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// It had not passed.
    Leaving(When),
    /// No source gives its day, and only a later list says that the person has left.
    Word,
}

impl std::fmt::Display for Before {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Leaving(since) => write!(f, "before the leaving ({since}) had passed"),
            Self::Word => f.write_str("before the list that says that the person has left, and not when"),
        }
    }
}

impl Company<'_> {
    /// Why a list cannot know that a person has left; none if it can, or the person has not.
    pub fn too_old_for(&self, person: &Person, made: &Made) -> Option<Before> {
        match &person.standing {
            Standing::Left { since: Some(since), .. } => {
                let leaving = Before::Leaving(*since);
                (made.earliest <= since.latest(&self.directory.moment.zone)).then_some(leaving)
            }
            Standing::Left { since: None, basis } => {
                self.said_on(person, *basis).filter(|day| made.day < *day).map(|_| Before::Word)
            }
            _ => None,
        }
    }

    /// The day of the list whose word alone says that a person has left. A time stamp is no ground for a doubt.
    fn said_on(&self, person: &Person, basis: Basis) -> Option<Date> {
        let day = |source: u32| {
            let said = self.sources.get(source as usize)?;
            (!said.made.guessed).then_some(said.made.day)
        };
        if basis == Basis::Hr {
            let undated =
                |e: &&Employment| e.counts == Counts::Fully && e.end.is_none() && e.status == PersonStatus::Terminated;
            return person.employments.iter().filter(undated).filter_map(|e| day(e.place.source)).max();
        }
        let mut records = self.directory.identities_of(person);
        let ended = records.find(|i| !i.from_hr && i.status.is_end_state())?;
        day(ended.place.source)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::when;
    use super::*;

    fn moment(now: &str) -> Moment {
        Moment { now: when(now).latest(&TimeZone::UTC), zone: TimeZone::UTC }
    }

    fn made(at: &str) -> Made {
        Made::of(when(at), false, &TimeZone::UTC)
    }

    #[test]
    fn what_is_later_than_the_moment_or_the_list_is_no_evidence() {
        let why = |made: &Made, event: &str, now: &str| made.cannot_know(&when(event), &moment(now));
        let list = made("2026-11-20T09:00:00Z");
        assert_eq!(why(&list, "2026-11-20T09:00:00Z", "2026-11-20T12:00:00Z"), None);
        assert_eq!(why(&list, "2026-11-21T08:00:00Z", "2026-11-20T12:00:00Z"), None, "clocks and zones differ");
        assert!(why(&list, "2027-09-01", "2026-11-20T12:00:00Z").unwrap().contains("date is wrong"));
        assert!(why(&list, "2026-11-22", "2026-12-31").unwrap().contains("date is wrong"));
        assert_eq!(why(&list, "2026-07-05T23:00:00Z", "2026-07-05"), None, "on the day that is asked about");
        assert_eq!(why(&list, "2026-07-06", "2026-07-05"), Some("later than the report's moment"));
        let guessed = Made { guessed: true, ..made("2026-01-02") };
        assert_eq!(why(&guessed, "2026-11-19", "2026-11-20T12:00:00Z"), None, "a time stamp is no ground for a doubt");
    }

    #[test]
    fn a_list_in_several_files_is_as_sure_as_the_least_sure_of_them() {
        let (sure, guessed) = (made("2026-11-19"), Made { guessed: true, ..made("2026-11-20") });
        for both in [sure.and(guessed), guessed.and(sure)] {
            assert_eq!((both.earliest, both.latest, both.day), (sure.earliest, guessed.latest, sure.day));
            assert!(both.guessed);
        }
        assert!(!sure.and(sure).guessed);
    }

    #[test]
    fn an_account_of_later_did_not_exist_if_the_list_can_have_it() {
        let list = made("2026-11-20T09:00:00Z");
        assert!(list.is_not_yet(&when("2026-09-01"), &moment("2026-07-05")));
        assert!(!list.is_not_yet(&when("2026-07-05"), &moment("2026-07-05")));
        assert!(!list.is_not_yet(&when("2027-09-01"), &moment("2026-07-05")), "a wrong date says nothing");
        assert!(!list.is_not_yet(&when("2026-11-21"), &moment("2026-11-20T12:00:00Z")));
    }

    #[test]
    fn what_a_later_list_shows_as_ended_may_have_lived_unless_a_date_says_otherwise() {
        let list = made("2026-11-20T09:00:00Z");
        let why = |list: &Made, ended: Option<&str>, now| list.may_have_lived(ended.map(when), &moment(now));
        assert!(why(&list, None, "2026-07-05").unwrap().contains("since when"));
        assert!(why(&list, Some("2026-07-06"), "2026-07-05").unwrap().contains("2026-07-06"));
        assert_eq!(why(&list, Some("2026-07-05"), "2026-07-05"), None);
        assert_eq!(why(&list, None, "2026-11-20T08:00:00Z"), None, "of one day");
        assert_eq!(
            why(&Made { guessed: true, ..list }, None, "2026-07-05"),
            None,
            "a time stamp is no ground for a doubt"
        );
    }

    #[test]
    fn a_list_in_two_files_is_as_old_as_the_first_and_knows_what_the_last_does() {
        let both = made("2026-11-02").and(made("2026-10-02"));
        assert_eq!((both.earliest, both.day), (made("2026-10-02").earliest, made("2026-10-02").day));
        assert_eq!(both.latest, made("2026-11-02").latest);
    }
}
