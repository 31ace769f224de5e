//! Which files are one list: parts of it, versions of it, copies of it.

use super::Found;
use super::people::are_others;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Why a file is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// It has the same bytes.
    Copy,
    /// It cannot be used, and the other one of that day can.
    Broken,
    /// The names say that it is older.
    OlderByName,
    /// The files' time stamps say that it is older, or that of one and the name of the other.
    OlderByTime,
}

/// A file that is not read because another is.
#[derive(Debug)]
pub(super) struct Aside<'f> {
    pub(super) file: &'f Found,
    /// The file that is read in its place.
    pub(super) of: &'f Found,
    why: Why,
}

impl Aside<'_> {
    /// What is told of it, in words.
    pub(super) fn text(&self) -> String {
        let of = &self.of.file;
        match self.why {
            Why::Copy => format!("it has the bytes of {of}"),
            Why::Broken => format!("it cannot be used as it is, and {of} is as new"),
            Why::OlderByName => format!("by its name it is an older version of {of}"),
            Why::OlderByTime => format!("as far as time stamps say, it is an older version of {of}"),
        }
    }
}

/// Files that are read together, and those that are not.
#[derive(Debug, Default)]
pub(super) struct Lists<'f> {
    pub(super) read: Vec<&'f Found>,
    pub(super) aside: Vec<Aside<'f>>,
    /// Of what is read, the lists that are older than another of that name, and of other people.
    pub(super) parts: Vec<Part<'f>>,
}

/// A list that is read beside a newer one.
#[derive(Debug)]
pub(super) struct Part<'f> {
    pub(super) file: &'f Found,
    of: &'f Found,
}

impl Part<'_> {
    /// What is told of it, in words.
    pub(super) fn text(&self) -> String {
        format!("read as well as {}: next to nobody of it stands there, so it is no older version of it", self.of.file)
    }
}

/// Of each list the newest version, and each file once.
pub(super) fn newest<'f>(files: &[&'f Found]) -> Lists<'f> {
    let mut lists: BTreeMap<(&str, &str), Vec<&Found>> = BTreeMap::new();
    for file in files {
        lists.entry((&file.export, &file.name.list)).or_default().push(file);
    }
    let mut this = Lists::default();
    for file in files {
        let versions = &lists[&(file.export.as_str(), file.name.list.as_str())];
        let newest = versions.iter().copied().reduce(|a, b| if is_newer(b, a) { b } else { a }).unwrap_or(file);
        let is_other = are_others(file, newest);
        if is_other {
            this.parts.push(Part { file, of: newest });
        }
        if is_other || std::ptr::eq(newest, *file) {
            match this.read.iter().find(|read| read.sha256 == file.sha256) {
                Some(of) => this.aside.push(Aside { file, of, why: Why::Copy }),
                None => this.read.push(file),
            }
            continue;
        }
        let why = match (by_name(file), by_name(newest)) {
            _ if file.sha256 == newest.sha256 => Why::Copy,
            (a, b) if a == b && a.is_some() && file.problem.is_some() && newest.problem.is_none() => Why::Broken,
            (Some(_), Some(_)) => Why::OlderByName,
            _ if file.name.is_past => Why::OlderByName,
            _ => Why::OlderByTime,
        };
        this.aside.push(Aside { file, of: newest, why });
    }
    // What was read may itself be a copy of what came behind it.
    for aside in &mut this.aside {
        if let Some(read) = this.read.iter().find(|read| read.sha256 == aside.file.sha256) {
            (aside.of, aside.why) = (read, Why::Copy);
        }
    }
    this
}

fn by_name(file: &Found) -> Option<Date> {
    file.said.as_ref().map(|said| said.day(&TimeZone::UTC)).or(file.name.day)
}

/// Whether the first is newer: by the day in its name, else by its folder or its time stamp. Of two of one day, that which can
/// be used is.
fn is_newer(a: &Found, b: &Found) -> bool {
    let time = |file: &Found| file.time.map(Timestamp::as_second);
    let day = |file: &Found| {
        let day = by_name(file).and_then(|day| day.to_zoned(TimeZone::UTC).ok());
        let past = file.name.is_past.then_some(i64::MIN);
        day.map(|at| at.timestamp().as_second()).or(past).or_else(|| time(file))
    };
    let said = |file: &Found| file.said.as_ref().map(|said| said.latest(&TimeZone::UTC));
    let key = |file: &Found| (day(file), file.problem.is_none(), said(file), time(file), file.name.copy);
    (key(a), &a.file) > (key(b), &b.file)
}

/// One app, and the files that are taken for its roster.
#[derive(Debug)]
pub(super) struct App<'f> {
    pub(super) id: String,
    /// No name says which app it is.
    pub(super) unnamed: bool,
    /// The product that it may be of.
    pub(super) product: Option<&'f str>,
    pub(super) lists: Lists<'f>,
}

/// The apps, by id.
pub(super) fn apps<'f>(files: impl Iterator<Item = &'f Found>) -> Vec<App<'f>> {
    let mut named: BTreeMap<String, Vec<&Found>> = BTreeMap::new();
    let mut unnamed = Vec::new();
    for file in files {
        match (&file.name.id, file.neutral) {
            (_, false) => named.entry(file.product.clone()).or_default().push(file),
            (Some(id), true) => named.entry(id.clone()).or_default().push(file),
            (None, true) => unnamed.push(file),
        }
    }
    let mut apps: Vec<App<'_>> = named
        .into_iter()
        .map(|(id, files)| {
            let product = files.iter().find_map(|f| f.name.product.as_deref()).filter(|product| *product != id);
            App { unnamed: false, product, lists: newest(&files), id }
        })
        .collect();
    // Two lists of which no name says whose they are may be of two apps.
    apps.extend(unnamed.into_iter().enumerate().map(|(n, file)| App {
        id: if n == 0 { "app".to_owned() } else { format!("app-{}", n + 1) },
        unnamed: true,
        product: None,
        lists: Lists { read: vec![file], ..Lists::default() },
    }));
    apps
}

#[cfg(test)]
mod tests {
    use super::super::naming::name;
    use super::*;
    use crate::diag::Diagnostic;
    use crate::model::Holds;

    fn found(file: &str, export: &str, at: i64) -> Found {
        Found {
            file: file.to_owned(),
            product: export.to_owned(),
            export: export.to_owned(),
            holds: vec![Holds::Accounts],
            neutral: export == "by-hand",
            sha256: format!("{file}{at}"),
            name: name(file, &[]),
            pulled: false,
            about: None,
            time: Timestamp::from_second(at).ok(),
            said: None,
            people: Vec::new(),
            doubts: Vec::new(),
            problem: None,
        }
    }

    /// What is read, and what is set aside and why.
    fn told(lists: &Lists<'_>) -> (Vec<String>, Vec<String>) {
        let aside = lists.aside.iter().map(|a| format!("{}: {}", a.file.file, a.text()));
        (lists.read.iter().map(|f| f.file.clone()).collect(), aside.collect())
    }

    #[test]
    fn of_versions_the_newest_is_read_and_parts_are_read_together() {
        let files = [
            found("zoom-users-2026-09-01.csv", "zoom", 900),
            found("zoom-users-2026-11-19.csv", "zoom", 100),
            found("zoom-1.csv", "zoom", 5),
            found("zoom-2.csv", "zoom", 5),
            found("2026-09/z.csv", "zoom", 5),
            found("2026-11/z.csv", "zoom", 5),
            found("slack.csv", "zoom", 7),
            found("slack (1).csv", "zoom", 9),
            found("box.csv", "zoom", 5),
            found("box.json", "zoom-api", 4),
        ];
        let (read, aside) = told(&newest(&files.iter().collect::<Vec<_>>()));
        let expected = ["zoom-users-2026-11-19.csv", "zoom-1.csv", "zoom-2.csv", "2026-11/z.csv", "slack (1).csv"];
        assert_eq!(read[..5], expected);
        assert_eq!(read[5..], ["box.csv", "box.json"], "two exports of one product complement each other");
        assert_eq!(
            aside,
            [
                "zoom-users-2026-09-01.csv: by its name it is an older version of zoom-users-2026-11-19.csv",
                "2026-09/z.csv: by its name it is an older version of 2026-11/z.csv",
                "slack.csv: as far as time stamps say, it is an older version of slack (1).csv",
            ]
        );
    }

    #[test]
    fn the_leavers_of_two_months_are_read_together_and_versions_of_one_list_are_not() {
        let of = |file: &str, people: &[&str]| Found {
            people: people.iter().map(|person| vec![(*person).to_owned()]).collect(),
            ..found(file, "by-hand", 5)
        };
        let files = [
            of("Leavers September 2026.csv", &["bob"]),
            of("Leavers October 2026.csv", &["cy", "di"]),
            of("Staff 2026-09-30.csv", &["ann", "bob", "cy"]),
            of("Staff 2026-10-31.csv", &["ann", "ed"]),
        ];
        let lists = newest(&files.iter().collect::<Vec<_>>());
        let (read, aside) = told(&lists);
        assert_eq!(read, ["Leavers September 2026.csv", "Leavers October 2026.csv", "Staff 2026-10-31.csv"]);
        assert_eq!(aside, ["Staff 2026-09-30.csv: by its name it is an older version of Staff 2026-10-31.csv"]);
        let part = "read as well as Leavers October 2026.csv: next to nobody of it stands there, so it is no older version of it";
        assert_eq!(lists.parts.iter().map(Part::text).collect::<Vec<_>>(), [part]);
    }

    #[test]
    fn what_lies_among_old_lists_is_older_and_what_is_cut_off_gives_way_to_the_whole_one_of_its_day() {
        let cut = |file| Found { problem: Some(Diagnostic::error(file, "cut off")), ..found(file, "okta", 9) };
        let files = [
            found("old/zoom.csv", "zoom", 900),
            found("zoom.csv", "zoom", 100),
            found("Archiv/slack-2026-09.csv", "zoom", 2_000_000_000),
            found("slack.csv", "zoom", 1_790_000_000),
            cut("okta-20261120 (1).json"),
            found("okta-20261120.json", "okta", 5),
            found("box-20261119.json", "okta", 5),
            cut("box-20261120.json"),
        ];
        let (read, aside) = told(&newest(&files.iter().collect::<Vec<_>>()));
        assert_eq!(read, ["zoom.csv", "slack.csv", "okta-20261120.json", "box-20261120.json"]);
        assert_eq!(
            aside,
            [
                "old/zoom.csv: by its name it is an older version of zoom.csv",
                "Archiv/slack-2026-09.csv: by its name it is an older version of slack.csv",
                "okta-20261120 (1).json: it cannot be used as it is, and okta-20261120.json is as new",
                "box-20261119.json: by its name it is an older version of box-20261120.json",
            ]
        );
    }

    #[test]
    fn what_has_the_same_bytes_is_read_once() {
        let mut files = [found("a/zoom.csv", "zoom", 1), found("b/zoom.csv", "zoom", 1)];
        files[1].sha256 = files[0].sha256.clone();
        let (read, aside) = told(&newest(&files.iter().collect::<Vec<_>>()));
        assert_eq!(read, ["a/zoom.csv"]);
        assert_eq!(aside, ["b/zoom.csv: it has the bytes of a/zoom.csv"]);
    }

    #[test]
    fn lists_without_a_name_are_an_app_each() {
        let files = [
            found("export (1).csv", "by-hand", 1),
            found("export (2).csv", "by-hand", 1),
            found("figma/members.csv", "by-hand", 1),
            found("notion/members.csv", "by-hand", 1),
            found("wiki-page-1.csv", "by-hand", 1),
            found("wiki-page-2.csv", "by-hand", 1),
        ];
        let apps = apps(files.iter());
        let ids: Vec<(&str, usize)> = apps.iter().map(|app| (app.id.as_str(), app.lists.read.len())).collect();
        assert_eq!(ids, [("figma", 1), ("notion", 1), ("wiki", 2), ("app", 1), ("app-2", 1)]);
    }
}
