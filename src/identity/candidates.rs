//! People who might hold an account that no key matched. Candidates are for a human's eyes: nothing is linked here.
//!
//! A search goes outwards. First come those who have the whole name, the mailbox's name or an attribute in common; only if
//! nobody is among them, those with the family name and the initial; then those with the given name and something like the
//! family name, or the department. Every step looks at blocks of people of limited size (`names.rs`), so that a search
//! costs the same in a company of any size.

use super::names::{BlockKey, Common, DAY, GoesBy, Names, STARTED, bare, family_names, spelt, stretch};
use super::nearness::{Near, fold, near, parts};
use super::{nicknames, normalise};
use crate::model::{Attribute, Identity, Person, PersonIx, Record};
use jiff::tz::TimeZone;
use rapidfuzz::distance::{jaro_winkler, osa};
use std::fmt;

/// How many candidates are shown.
pub const MOST: usize = 5;
/// So near a name has to come that nobody farther away is looked for.
const NEAR_ENOUGH: i32 = 85;
const NOT_FAR: i32 = 66;
/// Below this weight nobody is proposed.
const LEAST: i32 = 30;
/// Below this weight it may as well be nobody.
const WEAK: u8 = 50;
/// When more people than this are equally likely, and not by their whole name, none of them is proposed.
const TOO_MANY: usize = 20;
/// So many are looked at more closely; of those who share a whole name, as many as a block holds.
const LOOKED_AT: usize = 48;
/// A local part shorter than this is no sign.
const SHORTEST_LOCAL: usize = 4;
/// A user name shorter than this is not cut into an initial and a name.
const SHORTEST_WORD: usize = 3;
/// A run of figures shorter than this is no employee number.
const SHORTEST_NUMBER: usize = 4;

/// A person who might hold an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The person.
    pub person: PersonIx,
    /// 1 to 99; for ranking only, it is no probability.
    pub score: u8,
    /// What speaks for it, in words when displayed.
    pub why: Why,
    /// The score before it is cut to two figures.
    pub(super) weight: i32,
}

/// Where a name was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Written,
    Address,
    Username,
}

/// What speaks for a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Why {
    name: Option<(Source, Near)>,
    /// Bits of [`SIGNS`].
    signs: u16,
    /// How many others are as likely.
    others: u16,
}

/// Signs beside the name: their bit, their words, and what they weigh.
const SIGNS: [(&str, i32); 11] = [
    ("the same name before the @ at another domain", 6),
    ("the employee number in the user name", 10),
    ("the same department", 5),
    ("the same job title", 4),
    ("made when the person started", 5),
    ("the same day of birth", 12),
    ("the same phone number", 15),
    ("the same personal number", 18),
    ("the same postal code", 6),
    ("the same place", 2),
    ("a day of birth or a number that differs by a slip", 5),
];
const LOCAL: usize = 0;
const NUMBER: usize = 1;
const DEPARTMENT: usize = 2;
const TITLE: usize = 3;
const BEGUN: usize = 4;
const ATTRIBUTES: usize = 5;
const SLIP: usize = 10;
/// What somebody weighs who has no name in common with the account.
const NAMELESS: i32 = 10;
/// What it weighs against a candidate that an attribute is another one, in the order of [`Attribute::ALL`].
const CONTRADICTS: [i32; 5] = [12, 2, 8, 2, 0];

/// The sign of an attribute.
const fn sign_of(attribute: Attribute) -> usize {
    ATTRIBUTES + attribute as usize
}

impl Candidate {
    /// Whether so little speaks for it that the account may as well be nobody's.
    pub const fn is_weak(&self) -> bool {
        self.score < WEAK
    }
}

impl Why {
    /// How many independent things account and person have in common; the name, or something like it, is one of them.
    pub(super) fn agreements(self) -> u32 {
        // A place is too large to tell people apart.
        let personal = [Attribute::BirthDate, Attribute::Phone, Attribute::PersonId, Attribute::Postcode];
        let independent = personal.iter().fold(1 << DEPARTMENT | 1 << TITLE, |bits, a| bits | 1 << sign_of(*a));
        (self.signs & independent).count_ones() + u32::from(self.name.is_some_and(|(_, near)| !near.needs_more()))
    }

    /// Whether so many people are as likely that not all of them are shown.
    pub const fn is_common(self) -> bool {
        self.others as usize >= MOST
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        if let Some((source, near)) = self.name {
            match source {
                Source::Written => write!(f, "the same {}", near.word())?,
                Source::Address => write!(f, "the address spells the {}", near.word())?,
                Source::Username => write!(f, "the user name spells the {}", near.word())?,
            }
            between = ", ";
        }
        for (_, (words, _)) in SIGNS.iter().enumerate().filter(|(i, _)| self.signs >> i & 1 == 1) {
            write!(f, "{between}{words}")?;
            between = ", ";
        }
        if self.is_common() {
            write!(f, "; {} others are as likely", self.others)?;
        }
        Ok(())
    }
}

/// The people and their records, for a look at who somebody is.
#[derive(Debug, Clone, Copy)]
pub(super) struct People<'d> {
    /// The people.
    pub(super) people: &'d [Person],
    /// The records they were made from.
    pub(super) identities: &'d [Identity],
    /// The company's zone.
    pub(super) zone: &'d TimeZone,
}

impl<'d> People<'d> {
    pub(super) fn records(self, ix: PersonIx) -> impl Iterator<Item = &'d Identity> + Clone {
        self.people[ix.0 as usize].identities.iter().map(move |i| &self.identities[*i as usize])
    }
}

/// Whether two words that a person typed are the same one.
pub(super) fn same(a: &str, b: &str) -> bool {
    if a.is_empty() {
        return false;
    }
    let (a, b) = (a.trim(), b.trim());
    !a.is_empty() && (a.eq_ignore_ascii_case(b) || !a.is_ascii() && a.to_lowercase() == b.to_lowercase())
}

/// Whether two figures differ by one wrong, missing or swapped character.
fn slip(a: &str, b: &str) -> bool {
    a.len().min(b.len()) >= 6 && osa::distance(a.bytes(), b.bytes()) == 1
}

/// What an account shows of its holder.
struct Shown<'r> {
    record: &'r Record<'r>,
    /// The names that can be read from it, folded.
    readings: Vec<(Source, String)>,
    /// The comparable form of the written name.
    written: String,
    /// The part of its address before the @; empty if that is too short.
    local: &'r str,
    outside: bool,
    attributes: Vec<(Attribute, String)>,
    numbers: Vec<&'r str>,
    /// Whether it shows something that only a person's records can be compared with.
    has_more: bool,
}

impl<'r> Shown<'r> {
    fn of(record: &'r Record<'r>, email: &'r str, outside: bool) -> Self {
        let written = if record.name.contains('@') { String::new() } else { normalise::name(&record.name) };
        let mut readings: Vec<(Source, String)> = Vec::with_capacity(3);
        let mut read = |source, name: String| {
            if !name.is_empty() && !readings.iter().any(|(_, n)| *n == name) {
                readings.push((source, name));
            }
        };
        read(Source::Written, fold(&written));
        let local = normalise::local(email);
        read(Source::Address, spelt(local));
        let username = normalise::local(record.username.trim());
        if !outside {
            read(Source::Username, spelt(username));
        }
        let mut numbers: Vec<&str> = [local, username]
            .into_iter()
            .flat_map(|text| text.split(|c: char| !c.is_ascii_digit()))
            .map(|run| run.trim_start_matches('0'))
            .filter(|run| run.len() >= SHORTEST_NUMBER)
            .collect();
        numbers.dedup();
        let attributes = record.attributes.iter().map(|(a, text)| (*a, a.comparable(text)));
        let attributes: Vec<_> = attributes.filter(|(_, value)| !value.is_empty()).collect();
        let told = !record.department.is_empty() || !record.title.is_empty();
        Self {
            record,
            readings,
            written,
            local: if local.len() >= SHORTEST_LOCAL { local } else { "" },
            outside,
            has_more: told || !attributes.is_empty() || !numbers.is_empty(),
            attributes,
            numbers,
        }
    }

    /// The blocks of one step outwards.
    fn blocks(&self, step: u8, add: &mut dyn FnMut(BlockKey<'_>)) {
        if step == 0 {
            for (attribute, value) in &self.attributes {
                add((Common::Attribute, attribute.word(), value));
            }
            if !self.outside && !self.local.is_empty() {
                add((Common::LocalPart, self.local, ""));
            }
        }
        let spaced = self.readings.iter().any(|(source, n)| *source == Source::Written && n.contains(' '));
        for (_, name) in &self.readings {
            let (given, rest) = parts(name);
            match (step, rest.is_empty()) {
                (0, false) => {
                    add((Common::Name, name, ""));
                    if !rest.contains(' ') {
                        add((Common::Name, &format!("{rest} {given}"), ""));
                    }
                }
                // A user name in one word, if there is nothing better: where it might be cut in two is tried.
                (0, true) if !spaced => {
                    for cut in 2..name.len().saturating_sub(1) {
                        let (head, tail) = name.split_at(cut);
                        add((Common::Name, &format!("{head} {tail}"), ""));
                        add((Common::Name, &format!("{tail} {head}"), ""));
                    }
                }
                (1, false) => {
                    for family in family_names(rest) {
                        add((Common::Family, family, &given[..1]));
                        for initial in nicknames::initials(given).filter(|initial| **initial != given[..1]) {
                            add((Common::Family, family, initial));
                        }
                    }
                }
                (1, true) if name.len() >= SHORTEST_WORD => {
                    let end = name.len() - 1;
                    add((Common::Family, &name[1..], &name[..1]));
                    add((Common::Family, &name[..end], &name[end..]));
                }
                (2, false) => {
                    for family in rest.split(' ') {
                        add((Common::Given, given, family));
                    }
                    // Who has an address here under another family name may have married, if the given name is rare.
                    if !self.local.is_empty() {
                        add((Common::Department, given, ""));
                    }
                }
                (2, true) if name.len() >= SHORTEST_WORD => {
                    let end = name.len() - 1;
                    add((Common::Given, &name[..end], &name[end..]));
                }
                _ => {}
            }
        }
        if step == 0
            && !self.outside
            && let Some((Source::Written, name)) = self.readings.first()
        {
            let given = parts(name).0;
            if !self.record.department.is_empty() {
                add((Common::Department, given, &bare(self.record.department)));
            }
            if let Some(made) = self.record.created.map(|c| c.earliest(&TimeZone::UTC)) {
                let (first, last) = (stretch(made - (STARTED.1 + 1) * DAY), stretch(made + (STARTED.0 + 1) * DAY));
                for when in first..=last {
                    add((Common::Started, given, &when.to_string()));
                }
            }
        }
    }

    /// How near the account comes to a person by name.
    fn name(&self, person: GoesBy<'_>) -> Option<(i32, Source, Near)> {
        let mut best: Option<(i32, Source, Near)> = None;
        for theirs in person.names() {
            for (source, name) in &self.readings {
                let Some(how) = near(name, theirs) else { continue };
                if *source != Source::Written && how.needs_more() {
                    continue;
                }
                let weight = how.weight() - i32::from(*source != Source::Written) * 10;
                if best.is_none_or(|(most, _, _)| weight > most) {
                    best = Some((weight, *source, how));
                }
            }
        }
        best
    }
}

/// A person on the way to becoming a candidate.
#[derive(Debug, Clone, Copy)]
struct Look<'n> {
    person: u32,
    goes_by: GoesBy<'n>,
    weight: i32,
    /// Between people of one weight.
    nearer: u32,
    name: Option<(Source, Near)>,
    signs: u16,
}

impl Names {
    /// The likeliest people for an account, and how many people it was compared with. Somebody from outside is one of ours
    /// only by a whole name. `refused` are people whose it is not, as somebody has decided: they make room for others.
    pub(super) fn candidates(
        &self,
        record: &Record<'_>,
        email: &str,
        outside: bool,
        refused: &[PersonIx],
        all: People<'_>,
    ) -> (Vec<Candidate>, u64) {
        let shown = Shown::of(record, email, outside);
        let mut seen: Vec<u32> = Vec::new();
        let mut looks: Vec<Look<'_>> = Vec::new();
        let mut fresh: Vec<u32> = Vec::new();
        for (step, enough) in [(0, NEAR_ENOUGH), (1, NOT_FAR), (2, i32::MAX)] {
            fresh.clear();
            shown.blocks(step, &mut |key| fresh.extend(self.block(key)));
            fresh.sort_unstable();
            fresh.dedup();
            fresh.retain(|p| seen.binary_search(p).is_err() && !refused.contains(&PersonIx(*p)));
            for (&person, goes_by) in fresh.iter().zip(self.of(&fresh)) {
                let name = shown.name(goes_by);
                let (weight, name) = name.map_or((0, None), |(weight, source, how)| (weight, Some((source, how))));
                looks.push(Look { person, goes_by, weight, nearer: 0, name, signs: 0 });
            }
            seen.extend_from_slice(&fresh);
            seen.sort_unstable();
            let best = looks.iter().filter(|l| !l.name.is_some_and(|(_, n)| n.needs_more())).map(|l| l.weight).max();
            if outside || best.is_some_and(|best| best >= enough) {
                break;
            }
        }
        (rank(looks, &shown, all), seen.len() as u64)
    }
}

/// Looks more closely at the nearest, and puts them in order.
fn rank(mut looks: Vec<Look<'_>>, shown: &Shown<'_>, all: People<'_>) -> Vec<Candidate> {
    looks.sort_unstable_by_key(|l| (-l.weight, l.person));
    let whole = looks.iter().take_while(|l| l.weight >= NEAR_ENOUGH).count();
    looks.truncate(whole.max(LOOKED_AT));
    fetch(&looks, shown, all);
    looks.iter_mut().for_each(|look| look.closer(shown, all));
    looks.retain(|l| l.weight >= LEAST && (!shown.outside || l.name.is_some_and(|(_, n)| n <= Near::Reversed)));
    looks.sort_unstable_by_key(|l| (-l.weight, l.person));
    // Whoever weighs less than the last one shown is not shown, however near.
    let least = looks.get(MOST - 1).map_or(i32::MIN, |last| last.weight);
    let shown_or_even = looks.partition_point(|l| l.weight >= least);
    let alike = |weight: i32| looks.iter().filter(|l| l.weight == weight).count();
    let alike: Vec<usize> = looks.iter().take(MOST).map(|look| alike(look.weight)).collect();
    looks.truncate(shown_or_even);
    looks.iter_mut().for_each(|look| look.compare_addresses(shown));
    looks.sort_unstable_by_key(|l| (-l.weight, u32::MAX - l.nearer, l.person));
    looks
        .iter()
        .zip(alike)
        .filter(|(look, alike)| *alike <= TOO_MANY || look.weight >= NEAR_ENOUGH)
        .map(|(look, alike)| Candidate {
            person: PersonIx(look.person),
            score: look.weight.clamp(1, 99) as u8,
            weight: look.weight,
            why: Why { name: look.name, signs: look.signs, others: alike.saturating_sub(1) as u16 },
        })
        .collect()
}

/// Reaches for the records that are about to be opened. Opened one after the other, each would wait for memory four times.
fn fetch(looks: &[Look<'_>], shown: &Shown<'_>, all: People<'_>) {
    let opened = || looks.iter().filter(|look| look.opens_records(shown)).map(|look| PersonIx(look.person));
    if shown.record.created.is_some() {
        let employed =
            looks.iter().map(|look| all.people[look.person as usize].employments.first().and_then(|e| e.start));
        employed.for_each(|start| _ = std::hint::black_box(start));
    }
    let records: Vec<&Identity> = opened().flat_map(|person| all.records(person)).collect();
    records.iter().for_each(|record| _ = std::hint::black_box(record.name.as_bytes().first()));
}

impl Look<'_> {
    /// Whether the name could be the same letter for letter.
    fn is_spelt(&self, shown: &Shown<'_>) -> bool {
        !shown.written.is_empty() && self.name.is_some_and(|(_, n)| n == Near::Spelt)
    }

    /// Whether the person's records can say more. Most accounts show no more than a name and an address.
    fn opens_records(&self, shown: &Shown<'_>) -> bool {
        shown.has_more || self.is_spelt(shown)
    }

    /// How near the addresses come, between people of one weight.
    fn compare_addresses(&mut self, shown: &Shown<'_>) {
        let mut nearer = 0.0f64;
        if !shown.local.is_empty() {
            for local in self.goes_by.local_parts() {
                nearer = nearer.max(jaro_winkler::similarity(local.bytes(), shown.local.bytes()));
            }
        }
        self.nearer = (nearer * 1000.0) as u32;
    }

    /// Weighs what else account and person have in common.
    fn closer(&mut self, shown: &Shown<'_>, all: People<'_>) {
        let ix = PersonIx(self.person);
        let mut signs = [false; SIGNS.len()];
        let mut letter_for_letter = false;
        let mut against = 0;
        let mut known: [Option<&str>; Attribute::ALL.len()] = [None; Attribute::ALL.len()];
        if !shown.local.is_empty() && !shown.outside {
            signs[LOCAL] = self.goes_by.local_parts().any(|local| local == shown.local);
        }
        let spelt = self.is_spelt(shown);
        let records = self.opens_records(shown).then(|| all.records(ix));
        for record in records.into_iter().flatten() {
            signs[NUMBER] |=
                !shown.numbers.is_empty() && shown.numbers.contains(&record.employee_id.trim().trim_start_matches('0'));
            signs[DEPARTMENT] |= same(shown.record.department, &record.department);
            signs[TITLE] |= same(shown.record.title, &record.title);
            letter_for_letter |= spelt && normalise::name(&record.name) == shown.written;
            for (attribute, value) in &record.attributes {
                known[*attribute as usize] = Some(value);
                signs[sign_of(*attribute)] |= shown.attributes.iter().any(|(a, v)| a == attribute && **v == **value);
            }
        }
        for (attribute, value) in &shown.attributes {
            let known = known[*attribute as usize].filter(|_| !signs[sign_of(*attribute)]);
            if let Some(theirs) = known {
                let slip = matches!(attribute, Attribute::BirthDate | Attribute::PersonId) && slip(value, theirs);
                signs[SLIP] |= slip;
                against += if slip { 0 } else { CONTRADICTS[*attribute as usize] };
            }
        }
        if let Some((Source::Written, name @ Near::Spelt)) = self.name
            && letter_for_letter
        {
            self.weight += Near::Full.weight() - name.weight();
            self.name = Some((Source::Written, Near::Full));
        }
        // An address of two words that spells the whole name says so in its own words.
        if let Some((source @ (Source::Address | Source::Username), Near::Spelt)) = self.name {
            self.name = Some((source, Near::Full));
            self.weight += Near::Full.weight() - Near::Spelt.weight();
        }
        if let Some(made) = shown.record.created.map(|c| c.earliest(all.zone)) {
            let starts =
                all.people[ix.0 as usize].employments.iter().filter_map(|e| e.start.map(|s| s.earliest(all.zone)));
            if let Some(first) = starts.clone().min() {
                signs[BEGUN] = starts.into_iter().any(|s| s - STARTED.0 * DAY <= made && made <= s + STARTED.1 * DAY);
                // Nobody has an account long before the first day.
                against += i32::from(made < first - 60 * DAY) * 8;
            }
        }
        // Where the name says little, the other signs have to say more.
        let needs_more = self.name.is_none_or(|(_, n)| n.needs_more());
        if self.name.is_none() {
            self.weight = if signs[LOCAL] { 70 - 2 * SIGNS[LOCAL].1 } else { NAMELESS };
        }
        for (sign, (_, weight)) in SIGNS.iter().enumerate().filter(|(sign, _)| signs[*sign]) {
            self.weight += weight * if needs_more { 2 } else { 1 };
            self.signs |= 1 << sign;
        }
        self.weight -= if needs_more { against / 2 } else { against };
    }
}

#[cfg(test)]
mod tests;
