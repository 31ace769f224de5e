//! What the path of a file says: which app it is of, which list, and of when.

use super::dated::{Dated, dated};
use crate::ingest::hex;
use crate::workspace::{Called, Product, called};
use deunicode::deunicode_char;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;

/// Words that every list of accounts may have in its name.
const OF_LISTS: [&str; 38] = [
    "account",
    "accounts",
    "all",
    "api",
    "benutzer",
    "benutzerliste",
    "csv",
    "current",
    "download",
    "export",
    "exported",
    "exports",
    "json",
    "list",
    "liste",
    "lists",
    "member",
    "members",
    "membres",
    "mitglied",
    "mitglieder",
    "mitgliederliste",
    "nutzer",
    "nutzerliste",
    "page",
    "part",
    "people",
    "report",
    "roster",
    "rosters",
    "scim",
    "seite",
    "teil",
    "user",
    "users",
    "usuarios",
    "utilisateurs",
    "xlsx",
];
/// Words that say nothing alone, and may be a part of a name: `active users`, and Active Campaign.
const ALONE: [&str; 8] = ["active", "app", "apps", "data", "directory", "full", "person", "team"];
/// Words of folders that hold lists of many apps.
const OF_FOLDERS: [&str; 21] = [
    "archive",
    "coverage",
    "desktop",
    "documents",
    "downloads",
    "file",
    "files",
    "hr",
    "idp",
    "input",
    "inputs",
    "it",
    "offboarding",
    "old",
    "pulled",
    "raw",
    "saas",
    "software",
    "temp",
    "tmp",
    "tools",
];

/// What folders are called that hold what was a list once.
const OF_THE_PAST: [&str; 9] =
    ["alt", "ancien", "anterior", "archiv", "archive", "archived", "archives", "backup", "old"];

/// What the path of a file says.
#[derive(Debug)]
pub(super) struct Name {
    /// The id of an app that is called so, if anything is.
    pub(super) id: Option<String>,
    /// The product that it may be of, which only a part of the name says.
    pub(super) product: Option<String>,
    /// The path without what says of when it is: that of two versions of one list is the same.
    pub(super) list: String,
    /// The day in it, the file's before the folders'.
    pub(super) day: Option<Date>,
    /// Whether it is that day, and not only its month or its year.
    pub(super) is_exact: bool,
    /// Which of several downloads it is.
    pub(super) copy: u32,
    /// It lies in a folder of old lists.
    pub(super) is_past: bool,
}

/// Reads a path, which is relative to the workspace: what the workspace's own folder is called says nothing of an app.
pub(super) fn name(file: &str, products: &[Product]) -> Name {
    // A letter and its accent may be one sign or two.
    let file: String = file.nfc().collect();
    let (folders, file) = file.rsplit_once('/').unwrap_or(("", &file));
    let own = dated(file.rsplit_once('.').map_or(file, |(stem, _)| stem));
    let around: Vec<Dated> = folders.split('/').filter(|f| !f.is_empty()).map(dated).collect();
    let past = |folder: &&Dated| matches!(&*folder.words, [word] if OF_THE_PAST.contains(&word.as_str()));
    let is_past = around.iter().any(|folder| past(&folder));
    let mut list: Vec<String> = around.iter().filter(|f| !past(f)).map(|folder| folder.words.join(" ")).collect();
    list.push(own.words.join(" "));
    let dated = std::iter::once(&own).chain(around.iter().rev()).find(|part| part.day.is_some());
    let (day, is_exact) = dated.map_or((None, false), |part| (part.day, part.is_exact));
    let copy = own.copy;
    // A number is a part of some names (Microsoft 365), and of an id only there.
    let telling = |words: &[String], general: &[&str]| -> Vec<String> {
        words.iter().filter(|w| !OF_LISTS.contains(&w.as_str()) && !general.contains(&w.as_str())).cloned().collect()
    };
    let unnumbered = |words: &[String]| -> Vec<String> {
        let plain = words.iter().map(|w| w.chars().map(latin).collect::<String>());
        let ascii: Vec<String> = plain.flat_map(|w| w.split(' ').map(str::to_owned).collect::<Vec<_>>()).collect();
        ascii.into_iter().filter(|w| !w.is_empty() && !w.bytes().all(|b| b.is_ascii_digit())).collect()
    };
    let mut this = Name { id: None, product: None, list: list.join("/"), day, is_exact, copy, is_past };
    let places = std::iter::once(telling(&own.words, &[]))
        .chain(around.iter().rev().map(|folder| telling(&folder.words, &OF_FOLDERS)));
    for words in places {
        let alone: Vec<String> = words.iter().filter(|w| !ALONE.contains(&w.as_str())).cloned().collect();
        let plain = if unnumbered(&alone).is_empty() { Vec::new() } else { unnumbered(&words) };
        let said = [&words, &alone, &plain].map(|words| called(words, products));
        let is = said.iter().flatten().find(|said| matches!(said, Called::Is(_)));
        match is.or(said.iter().flatten().next()) {
            Some(&Called::Is(id)) if this.id.is_none() => {
                this.id = Some(id.to_owned());
                break;
            }
            // The file's own name says more than its folder's: that of a team, say.
            Some(&(Called::Is(id) | Called::Has(id))) if this.product.is_none() => {
                this.product = Some(id.to_owned());
            }
            _ => {}
        }
        if this.id.is_none() && !plain.is_empty() {
            this.id = Some(short(plain.join("-")));
        }
    }
    this
}

/// A letter without what stands above and below it (`u` of `ü`); of other scripts, a gap.
fn latin(c: char) -> String {
    const LATIN: char = '\u{24f}';
    let plain = if c <= LATIN { deunicode_char(c).unwrap_or_default().to_lowercase() } else { String::new() };
    if !plain.is_empty() && plain.bytes().all(|b| b.is_ascii_alphanumeric()) { plain } else { " ".to_owned() }
}

/// An id that coverage.yaml takes: of a longer one its beginning, with what tells it from others that begin so.
fn short(id: String) -> String {
    const LONGEST: usize = 64;
    const TELLING: usize = 8;
    if id.len() <= LONGEST {
        return id;
    }
    let hash = hex(&Sha256::digest(&id));
    format!("{}-{}", id[..LONGEST - TELLING - 1].trim_end_matches('-'), &hash[..TELLING])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    fn read(file: &str) -> (String, String) {
        let products: Vec<Product> = Catalog::embedded_slim().entries.iter().map(Product::from).collect();
        let name = name(file, &products);
        (name.id.unwrap_or_default(), name.product.unwrap_or_default())
    }

    #[test]
    fn an_app_is_known_by_the_name_of_its_file_or_of_its_folder() {
        for (file, id, product) in [
            ("figma/members.csv", "figma", ""),
            ("notion/2026-11/members.csv", "notion", ""),
            ("Acme Desk/users.csv", "acme-desk", ""),
            ("wiki/User list.csv", "wiki", ""),
            ("rosters/users.csv", "", ""),
            ("export (1).csv", "", ""),
            ("t1/Team members export 2026-11-01.csv", "t1", ""),
            ("rosters/figma-scim-users.json", "figma", ""),
            ("rosters/webflow-mitglieder.csv", "webflow", ""),
            ("kalibrio-users-2026-11-19.csv", "kalibrio", ""),
            ("Box Office users.csv", "box-office", "box"),
            ("figma/Design Berlin.csv", "design-berlin", "figma"),
            ("Jira users.csv", "jira", "atlassian"),
            ("monday-com users.csv", "monday", ""),
            ("Dropbox Business users.csv", "dropbox", ""),
            ("Microsoft 365 users.csv", "microsoft-365", ""),
            ("wiki-users-page-2.csv", "wiki", ""),
            ("app-2/users.csv", "", ""),
            ("active users.csv", "", ""),
            ("Active Campaign users.csv", "active-campaign", ""),
            ("all-figma-users.csv", "figma", ""),
            ("New Relic/members.csv", "newrelic", ""),
            ("1password.csv", "1password", ""),
            ("Drive/App-Übersicht - Figma.csv", "app-ubersicht-figma", "figma"),
            ("Straße U\u{308}bung.csv", "strasse-ubung", ""),
            ("dropbox_メンバー.csv", "dropbox", ""),
            ("社員.csv", "", ""),
        ] {
            assert_eq!(read(file), (id.to_owned(), product.to_owned()), "{file}");
        }
    }

    #[test]
    fn a_long_name_makes_an_id_that_can_be_read() {
        let (one, other) = ("members ".repeat(3) + &"x".repeat(200), "x".repeat(201));
        let ids = [&one, &other].map(|name| read(&format!("{name}.csv")).0);
        assert!(ids.iter().all(|id| crate::workspace::is_id(id)), "{ids:?}");
        assert_ne!(ids[0], ids[1]);
    }

    #[test]
    fn every_product_is_known_by_its_id_and_by_its_name() {
        let catalog = Catalog::embedded_slim();
        // What belongs to no product: lists by hand, LDIF, SCIM.
        for entry in catalog.entries.iter().filter(|e| !e.domains.is_empty()) {
            for name in [&entry.id, &entry.name] {
                for file in
                    [format!("{name} users.csv"), format!("{}.csv", name.to_lowercase().replace([' ', '.'], "-"))]
                {
                    assert_eq!(read(&file).0, entry.id, "{file}");
                }
            }
        }
    }

    #[test]
    fn versions_of_one_list_have_one_name() {
        let list = |file: &str| name(file, &[]).list;
        let same = [
            "zoom/zoom-users.csv",
            "zoom/zoom-users-2026-11-19.csv",
            "zoom/Zoom users 19.11.2026.csv",
            "zoom/zoom-users (2).csv",
            "zoom/zoom_users_20261119T0730Z.xlsx",
        ];
        assert!(same.iter().all(|file| list(file) == list(same[0])));
        assert_eq!(list("2026-09/zoom.csv"), list("2026-11/zoom.csv"));
        assert_eq!(list("old/zoom.csv"), list("zoom.csv"));
        assert_eq!(list("zoom/Archiv 2025/Übung.csv"), list("zoom/U\u{308}bung.csv"));
        assert_ne!(list("zoom-page-1.csv"), list("zoom-page-2.csv"));
        assert_ne!(list("zoom-1.csv"), list("zoom-2.csv"), "a number may be that of a page");
        assert_ne!(list("emea/zoom.csv"), list("us/zoom.csv"));
    }
}
