//! Files that this program has written. A diff has columns of a member list, and is none.

use crate::evidence::STATEMENT;
use crate::host::DiskFile;
use crate::ingest::Input as _;
use crate::report::{accounts_csv, batch, coverage_csv, diff_csv, findings_csv, ipe_csv};
use std::io::Read as _;

/// So much of a file is looked at.
const HEAD: u64 = 4096;
/// So many columns say whose a table is: later versions may have others behind them.
const TELLING: usize = 5;

/// What a file is, if this program has written it.
pub(super) fn ours(file: &DiskFile) -> Option<&'static str> {
    let mut head = Vec::new();
    file.open().ok()?.take(HEAD).read_to_end(&mut head).ok()?;
    if is_pack(&head) {
        return Some("a pack of evidence");
    }
    kind(&String::from_utf8_lossy(&head))
}

/// Whether an archive begins with the statement, as ours do.
fn is_pack(head: &[u8]) -> bool {
    // The name of an archive's first file stands behind thirty bytes about it.
    head.starts_with(b"PK\x03\x04") && head.get(30..).is_some_and(|name| name.starts_with(STATEMENT.as_bytes()))
}

fn kind(head: &str) -> Option<&'static str> {
    let head = head.trim_start_matches('\u{feff}').trim_start();
    if head.starts_with('{') {
        let plain: String = head.chars().filter(|c| !c.is_whitespace()).collect();
        if plain.starts_with("{\"entry\":{\"kind\":\"coveragesign-off") {
            return Some("the sign-offs of a pack");
        }
        return plain.contains("\"tool\":{\"name\":\"coverage\",").then_some("a part of a report");
    }
    let tables: [(&[&str], &str); 6] = [
        (&diff_csv::COLUMNS, "a diff"),
        (&findings_csv::COLUMNS, "the findings of a report"),
        (&accounts_csv::COLUMNS, "the accounts of a report"),
        (&coverage_csv::COLUMNS, "a part of a report"),
        (&ipe_csv::COLUMNS, "a part of a report"),
        (&batch::COLUMNS, "the sum of many reports"),
    ];
    let header: Vec<&str> = head.lines().next()?.split(',').take(TELLING).collect();
    tables.iter().find(|(columns, _)| columns[..TELLING] == header[..]).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_program_has_written_is_known_and_nothing_else() {
        assert_eq!(kind(&format!("{}\nmatched,…", diff_csv::COLUMNS.join(","))), Some("a diff"));
        assert_eq!(kind(&findings_csv::COLUMNS.join(",")), Some("the findings of a report"));
        assert_eq!(kind("\u{feff}app,name,operation,level,reason,later\r\n"), Some("a part of a report"));
        let report =
            "{\n  \"schema_version\": \"1\",\n  \"tool\": {\n    \"name\": \"coverage\",\n    \"version\": \"0\"";
        assert_eq!(kind(report), Some("a part of a report"));
        let signoff = "{\"entry\":{\"kind\":\"coverage sign-off v1\",\"number\":1,";
        assert_eq!(kind(signoff), Some("the sign-offs of a pack"));
        for (name, is) in [("statement.json", true), ("users.csv", false)] {
            let head = [b"PK\x03\x04", &[0; 26][..], name.as_bytes(), b"..."].concat();
            assert_eq!(is_pack(&head), is, "{name}");
        }
        for other in ["", "account,account_email\n", "difference\n", "Email,Name\nann@x.example,Ann\n", "{\"tool\": 1}"]
        {
            assert_eq!(kind(other), None, "{other}");
        }
    }
}
