//! Where a person stands on a day. Employments come from all sources; the order of the sources is their precedence.
//!
//! Dates speak of any day. A status word speaks of the day on which its file was made: for an earlier day only dates
//! count, and a date that had not passed then contradicts no word.

use super::people::Moment;
use crate::model::{
    AccountStatus, Basis, Counts, Doubt, Employment, Identity, PersonStatus, Place, Standing, When, WorkerKind, Written,
};
use jiff::civil::Time;
use jiff::tz::TimeZone;

/// With how many employments of more trusted sources one is compared: nobody has more.
const MOST: usize = 200;

/// The day that is asked about, and when the sources were made.
struct Times<'t> {
    now: i64,
    zone: &'t TimeZone,
    made: &'t [i64],
}

impl Times<'_> {
    /// The first second at which the file of a place can have been made; that of the report where nothing says it.
    fn made(&self, place: Place) -> i64 {
        self.made.get(place.source as usize).copied().unwrap_or(self.now)
    }
    /// Whether the words of a file are about the day that is asked about, or an earlier one.
    fn is_said(&self, place: Place) -> bool {
        self.now >= self.made(place)
    }
    fn passed(&self, day: Option<When>) -> bool {
        day.is_some_and(|day| day.passed(self.now, self.zone))
    }
}

/// An employment, whether its status is a word that nobody has explained, and whether its row could not be read.
struct Row {
    employment: Employment,
    unexplained: bool,
    unread: bool,
}

/// The employments of a person, those of the most trusted source first, and where the person stands. `members` are the
/// records of the person in the order of their sources; `made` tells for each source when it was made.
pub fn of(members: &[u32], identities: &[Identity], moment: &Moment, made: &[i64]) -> (Vec<Employment>, Standing) {
    let times = Times { now: moment.now, zone: &moment.zone, made };
    let records = members.iter().map(|i| &identities[*i as usize]);
    let mut rows: Vec<Row> = Vec::with_capacity(records.clone().filter(|record| is_employment(record)).count());
    rows.extend(records.filter(|record| is_employment(record)).map(|record| row(record, times.zone)));
    if rows.len() > 1 {
        rows.sort_by_key(order);
        // A row that stands there twice is one employment.
        rows.dedup_by_key(|row| order(row).0);
        settle(&mut rows, &times);
    }
    let from_hr = rows.first().is_some_and(|row| row.employment.from_hr);
    let standing = if from_hr { by_hr(&rows, &times) } else { by_directory(members, identities, &rows, &times) };
    // Into a list of its own, which is as long as it is: a million people keep theirs for the whole run.
    let mut employments = Vec::with_capacity(rows.len());
    employments.extend(rows.into_iter().map(|row| row.employment));
    (employments, standing)
}

/// HR's rows are employments; a directory's record is one if it holds a last day.
const fn is_employment(record: &Identity) -> bool {
    record.from_hr || record.end.is_some()
}

fn row(record: &Identity, zone: &TimeZone) -> Row {
    let end = if record.from_hr { record.end.or(ended_word(record)) } else { record.end };
    Row {
        employment: Employment {
            start: record.start.map(|start| whole_day(start, zone)),
            end: end.map(|end| whole_day(end, zone)),
            status: if record.from_hr { record.person_status } else { PersonStatus::Unknown },
            worker: record.worker,
            place: record.place,
            from_hr: record.from_hr,
            counts: Counts::Fully,
        },
        unexplained: record.from_hr && !record.raw_status.is_empty(),
        unread: record.is_unread,
    }
}

/// HR says "terminated" and gives the day only as the day the status changed.
fn ended_word(r: &Identity) -> Option<When> {
    if r.person_status == PersonStatus::Terminated { r.ended } else { None }
}

/// The company's midnight is how a system writes a day.
fn whole_day(when: When, zone: &TimeZone) -> When {
    match when.written() {
        Written::At(at) => {
            let local = zone.to_datetime(at);
            if local.time() == Time::midnight() { When::on(local.date()) } else { when }
        }
        Written::Day(_) | Written::Local(_) => when,
    }
}

type Order = (bool, u32, Option<(i64, u8)>, bool, Option<(i64, u8)>, PersonStatus, WorkerKind, (bool, bool));

/// By source, then by time. The line comes last: the order of rows decides nothing.
fn order(row: &Row) -> (Order, u32) {
    let e = &row.employment;
    let (start, end) = (e.start.map(|s| s.order()), e.end.map(|s| s.order()));
    (
        (!e.from_hr, e.place.source, start, e.end.is_none(), end, e.status, e.worker, (row.unexplained, row.unread)),
        e.place.line,
    )
}

/// Compares the records of less trusted sources with those of more trusted ones.
fn settle(rows: &mut [Row], times: &Times<'_>) {
    let knows_hr = rows.first().is_some_and(|row| row.employment.from_hr);
    if rows.first().map(|row| row.employment.place.source) == rows.last().map(|row| row.employment.place.source) {
        return;
    }
    for i in 1..rows.len() {
        let e = &rows[i].employment;
        let others = rows[..i].iter().map(|row| &row.employment).enumerate();
        let trusted = others
            .filter(|(_, o)| o.counts == Counts::Fully && o.place.source != e.place.source)
            .take(MOST)
            .filter(|(_, o)| same_employment(o, e, times.zone))
            .max_by_key(|(_, o)| (o.start.is_some() && o.start == e.start, o.start.map(|s| s.order())));
        let trusted = trusted.map(|(at, trusted)| (at, contract(trusted, e, rows, times.zone)));
        let (before, rest) = rows.split_at_mut(i);
        let e = &mut rest[0].employment;
        match trusted {
            Some((at, contract)) => e.counts = beside(&mut before[at].employment, e, contract, times),
            // HR says who is employed; a directory's last day can only be that of an employment which HR knows.
            None if knows_hr && !e.from_hr => e.counts = Counts::Overruled,
            None => {}
        }
    }
}

/// What a row of a less trusted list of HR's is of the employment that a more trusted one has.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Contract {
    /// The whole or the end of it.
    Last,
    /// An earlier part of it, or another employment from before it.
    Earlier,
    /// It began later: a second contract beside the one that goes on, or the end of both. Nothing tells.
    Beside,
    /// It began before all that the more trusted list has, of which one has ended: the same the other way round.
    Around,
}

/// Days of one beginning differ by so many seconds between lists: of the contract, of the first day at work, of the entry.
const ONE_BEGINNING: i64 = 31 * 86_400;

fn contract(trusted: &Employment, e: &Employment, rows: &[Row], zone: &TimeZone) -> Contract {
    let apart = |trusted: &Employment, o: &Employment| Some(trusted.start?.order().0 - o.start?.order().0);
    if e.from_hr && trusted.end.is_some() && trusted.status == PersonStatus::Unknown {
        let all = rows.iter().map(|row| &row.employment).filter(|o| o.place.source == trusted.place.source);
        let mut alike = all.take(MOST).filter(|o| same_employment(o, e, zone));
        let is_around = alike.all(|o| apart(o, e).is_some_and(|apart| apart > ONE_BEGINNING));
        return if is_around { Contract::Around } else { Contract::Last };
    }
    // Of who has left all the same only the day is wanted.
    if !e.from_hr || trusted.end.is_some() || e.end.is_none() || trusted.status == PersonStatus::Terminated {
        return Contract::Last;
    }
    let order = |day: Option<When>| day.map(|day| day.order());
    let of_list = || {
        let all = rows.iter().map(|row| &row.employment).filter(|o| o.place.source == e.place.source);
        all.take(MOST).filter(|o| same_employment(trusted, o, zone))
    };
    // One contract follows another, and the last of them says when somebody left.
    if of_list().any(|o| o.end.is_none() || order(o.end) > order(e.end)) {
        return Contract::Earlier;
    }
    if of_list().any(|o| apart(trusted, o).is_none_or(|apart| apart.abs() <= ONE_BEGINNING)) {
        return Contract::Last;
    }
    if apart(trusted, e).is_some_and(|apart| apart > 0) { Contract::Earlier } else { Contract::Beside }
}

/// Whether two sources speak of one employment: it begins on one day, or the times overlap and the kinds do not differ.
fn same_employment(a: &Employment, b: &Employment, zone: &TimeZone) -> bool {
    let kinds = a.worker == b.worker || a.worker == WorkerKind::Unknown || b.worker == WorkerKind::Unknown;
    let begins = |e: &Employment| e.start.map_or(i64::MIN, |s| s.earliest(zone));
    let ends = |e: &Employment| e.end.map_or(i64::MAX, |s| s.latest(zone));
    let overlap = begins(a) <= ends(b) && begins(b) <= ends(a);
    (a.start.is_some() && a.start == b.start) || (kinds && overlap)
}

/// What a record is worth beside a more trusted one of the same employment, which takes over days that it lacks.
fn beside(trusted: &mut Employment, e: &Employment, contract: Contract, times: &Times<'_>) -> Counts {
    if contract == Contract::Earlier {
        return Counts::Agrees;
    }
    if trusted.start.is_none() {
        trusted.start = e.start;
    }
    let works = !matches!(trusted.status, PersonStatus::Terminated);
    let contradicts = works && e.end.is_some_and(|end| end.passed(times.made(trusted.place), times.zone));
    let told = trusted.status != PersonStatus::Unknown;
    if trusted.end.is_none() && e.end.is_some() && !(told && contradicts) {
        if contract == Contract::Beside {
            return if times.passed(e.end) { Counts::Fully } else { Counts::Agrees };
        }
        trusted.end = e.end;
        return Counts::LastDay;
    }
    let over = |e: &Employment| {
        times.passed(e.end) || (e.end.is_none() && e.status == PersonStatus::Terminated && times.is_said(e.place))
    };
    // It may have come after the other, of which nobody says when it ended.
    let is_undated = trusted.status == PersonStatus::Terminated && trusted.end.is_none();
    let begins_later = trusted.start.zip(e.start).is_some_and(|(first, later)| first.order() < later.order());
    match over(trusted) == over(e) {
        true => Counts::Agrees,
        false if e.from_hr && is_undated && begins_later => Counts::Fully,
        false if contract == Contract::Around && over(trusted) => Counts::Fully,
        false => Counts::Overruled,
    }
}

fn by_hr(rows: &[Row], times: &Times<'_>) -> Standing {
    let zone = times.zone;
    let mut current: Vec<&Employment> = Vec::new();
    let mut past: Vec<&Employment> = Vec::new();
    let mut future = false;
    let mut never_began = false;
    let mut doubt: Option<Doubt> = None;
    for row in rows.iter().filter(|row| row.employment.counts == Counts::Fully) {
        let e = &row.employment;
        let over = times.passed(e.end);
        let said = times.is_said(e.place);
        let mut doubted = |why: Doubt| doubt = Some(doubt.map_or(why, |first| first.min(why)));
        let in_order = |start: When, end: When| start.earliest(zone) <= end.latest(zone);
        match e.status {
            // Taken back, or somebody for whom a flag says that they are not here yet.
            PersonStatus::Terminated
                if e.end.is_none() && e.start.is_some_and(|s| s.earliest(zone) > times.made(e.place)) =>
            {
                never_began = true;
            }
            PersonStatus::Terminated if over || (e.end.is_none() && said) => past.push(e),
            PersonStatus::Terminated if e.end.is_none() => doubted(Doubt::LeftOnUnknownDay),
            _ if row.unread => doubted(Doubt::UnreadRow),
            _ if !e.start.zip(e.end).is_none_or(|(start, end)| in_order(start, end)) => {
                doubted(Doubt::EndBeforeStart);
            }
            _ if e.start.is_some_and(|s| s.earliest(zone) > times.now) => future = true,
            PersonStatus::Active
            | PersonStatus::Leave
            | PersonStatus::Notice
            | PersonStatus::Rehired
            | PersonStatus::PreHire
                if over && e.end.is_some_and(|end| end.passed(times.made(e.place), zone)) =>
            {
                doubted(Doubt::DateAgainstWord);
            }
            _ if over => past.push(e),
            PersonStatus::PreHire if e.start.is_none() && said => future = true,
            PersonStatus::Unknown if row.unexplained && e.end.is_none() => doubted(Doubt::UnknownWord),
            _ => current.push(e),
        }
    }
    if current.iter().any(|c| is_contradicted(c, &past, zone)) {
        return Standing::Unclear(Doubt::RowsContradict);
    }
    if !current.is_empty() {
        if current.iter().all(|c| c.end.is_some())
            && let Some(last) = current.iter().filter_map(|c| c.end).max_by_key(|end| end.latest(zone))
        {
            return Standing::Notice(last);
        }
        let on_leave = |c: &&Employment| c.status == PersonStatus::Leave && times.is_said(c.place);
        return if current.iter().any(on_leave) { Standing::OnLeave } else { Standing::AtWork };
    }
    if let Some(doubt) = doubt {
        return Standing::Unclear(doubt);
    }
    if past.is_empty() {
        return match (future, never_began) {
            (true, _) => Standing::PreHire,
            (false, true) => Standing::Unclear(Doubt::LeftBeforeStart),
            (false, false) => Standing::Unclear(Doubt::NothingSaid),
        };
    }
    let undated = past.iter().any(|p| p.end.is_none());
    let since = if undated { None } else { past.iter().filter_map(|p| p.end).max_by_key(|e| e.latest(zone)) };
    let by_directory = |row: &Row| {
        let e = &row.employment;
        e.counts == Counts::LastDay && !e.from_hr && e.end == since && since.is_some()
    };
    let basis = if rows.iter().any(by_directory) { Basis::IdpLastDay } else { Basis::Hr };
    Standing::Left { since, basis }
}

/// Whether a row says that an employment is over which is shown as going on. In the same source a later first day makes it
/// another employment; without one, nothing tells them apart. Nor does it where a more trusted source does not say when it
/// was over, or where a less trusted one has an end of what began later. `past` is sorted by source and first day.
fn is_contradicted(current: &Employment, past: &[&Employment], zone: &TimeZone) -> bool {
    let source = current.place.source;
    let from = past.partition_point(|p| p.place.source < source);
    let began_later = |p: &Employment| p.start.zip(current.start).is_some_and(|(p, c)| p.order() > c.order());
    let mut trusted = past[..from].iter().filter(|p| p.end.is_none() || began_later(p)).take(MOST);
    if trusted.any(|p| same_employment(p, current, zone)) {
        return true;
    }
    let mut beside =
        past[from..].iter().filter(|p| p.from_hr && p.place.source != source).take(MOST).filter(|p| began_later(p));
    if current.end.is_none() && beside.any(|p| same_employment(p, current, zone)) {
        return true;
    }
    let of_source = past[from..].iter().take_while(|p| p.place.source == source);
    match current.start {
        None => of_source.count() > 0,
        Some(start) => of_source.map(|p| p.start).any(|other| other == Some(start)),
    }
}

/// What the accounts of one directory say of their holder.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Says {
    Lives,
    Suspended,
    Ended(Option<When>),
    EndedUnknown,
    Nothing,
    Odd,
}

/// Of somebody whom HR does not know: the most trusted directory that says anything decides.
fn by_directory(members: &[u32], identities: &[Identity], rows: &[Row], times: &Times<'_>) -> Standing {
    let mut accounts: Vec<&Identity> = members.iter().map(|i| &identities[*i as usize]).collect();
    // A machine that has somebody's number lives on when its holder has left.
    let is_machine = |a: &Identity| a.says_worker() == WorkerKind::NonHuman;
    if !accounts.iter().all(|a| is_machine(a)) {
        accounts.retain(|a| !is_machine(a));
    }
    let trusted = rows.first().map(|row| row.employment.place.source);
    let days = rows.iter().map(|row| &row.employment).filter(|e| Some(e.place.source) == trusted);
    let last_day = days.max_by_key(|e| e.end.map(|end| end.latest(times.zone)));
    if let Some(e) = last_day
        && times.passed(e.end)
    {
        return Standing::Left { since: e.end, basis: Basis::IdpLastDay };
    }
    let begins = |a: &&Identity| a.start.or(a.created).is_some_and(|start| start.earliest(times.zone) > times.now);
    if accounts.iter().all(begins) {
        return Standing::PreHire;
    }
    let mut all_silent = true;
    for directory in accounts.chunk_by(|a, b| a.place.source == b.place.source) {
        match says(directory, times) {
            Says::Lives => return last_day.and_then(|e| e.end).map_or(Standing::AtWork, Standing::Notice),
            Says::Ended(since) => return Standing::Left { since, basis: Basis::Idp },
            Says::Suspended => return Standing::Unclear(Doubt::OnlySuspended),
            Says::EndedUnknown => return Standing::Unclear(Doubt::EndedOnUnknownDay),
            Says::Nothing => {}
            Says::Odd => all_silent = false,
        }
    }
    if accounts.iter().any(|a| a.is_unread) {
        return Standing::Unclear(Doubt::UnreadRow);
    }
    if all_silent { Standing::AtWork } else { Standing::Unclear(Doubt::UnknownDirectoryWord) }
}

fn says(directory: &[&Identity], times: &Times<'_>) -> Says {
    let each = directory.iter().map(|a| match a.status {
        _ if a.is_unread => Says::Odd,
        AccountStatus::Active | AccountStatus::Invited | AccountStatus::Locked => Says::Lives,
        AccountStatus::Suspended => Says::Suspended,
        AccountStatus::Unknown if a.raw_status.is_empty() => Says::Nothing,
        AccountStatus::Unknown => Says::Odd,
        AccountStatus::Deactivated | AccountStatus::Archived | AccountStatus::SoftDeleted => match a.ended {
            // On an earlier day it still lived.
            Some(ended) if ended.earliest(times.zone) > times.now => Says::Lives,
            None if !times.is_said(a.place) => Says::EndedUnknown,
            ended => Says::Ended(ended),
        },
    });
    let mut all: Option<Says> = None;
    for one in each {
        all = Some(match (all, one) {
            (None, one) => one,
            (Some(Says::Lives), _) | (_, Says::Lives) => Says::Lives,
            (Some(Says::Suspended), _) | (_, Says::Suspended) => Says::Suspended,
            (Some(Says::EndedUnknown), _) | (_, Says::EndedUnknown) => Says::EndedUnknown,
            (Some(Says::Ended(a)), Says::Ended(b)) => {
                let rank = |w: &When| (w.latest(times.zone), w.order());
                Says::Ended(a.zip(b).map(|(a, b)| if rank(&a) < rank(&b) { b } else { a }))
            }
            (Some(Says::Nothing), Says::Nothing) => Says::Nothing,
            _ => Says::Odd,
        });
    }
    all.unwrap_or(Says::Nothing)
}
