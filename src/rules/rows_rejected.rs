//! Rows of an input that could not be read.

use super::cases::SourceCase;
use super::{Findings, Rule};
use crate::model::{Controls, Place, RowAccounting, RuleMeta, Severity, Situation};

/// A file has rows about which nothing could be said.
pub struct RowsRejected;

static META: RuleMeta = RuleMeta {
    id: "rows-rejected",
    title: "Rows that could not be read",
    severity: Severity::Medium,
    means: "Some rows of an input file could not be read. They are counted and the first of them are named with line and \
            reason; none was dropped in silence, and all other rows of the file were used. If a row of a roster has the address \
            of somebody who has left and no other address, it is high. Whom an unreadable row of HR or a directory is about is \
            known by what can be read of it, and whether that person has left is then unclear.",
    why: "Each of these rows may be a leaver or a leaver's account. An auditor asks whether the lists are complete, and a \
          list with holes is not.",
    fix: "Go to the named line and repair the export at its source, or make it anew. A row that was cut in two by a line \
          break inside a cell comes from an export without quotes.",
    silent: "Every row of the file was read, also those that were set aside as out of scope. Blank lines and totals at the \
             end are no rows.",
    controls: Controls { soc2: &["CC2.1", "CC6.2"], iso27001: &["A.5.18"], pci: &["7.2.4"], nist: &["AC-2"] },
};

impl Rule for RowsRejected {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn source(&self, case: &SourceCase<'_>, findings: &mut Findings) {
        let source = case.source;
        let rejected = source.rows.of(Situation::Rejected);
        if rejected == 0 {
            return;
        }
        let first = source.first_of_leavers.as_ref().or(source.rejected.first());
        let line = first.map_or(0, |r| r.line);
        let mut draft = findings.draft(&META).about(&source.file).evidence(Place { source: case.ix, line });
        if let Some(app) = case.app {
            draft = draft.app(app.ix, &app.id);
        }
        draft = draft.because(format_args!("rows that could not be read: {rejected}"));
        if source.of_leavers > 0 {
            let of = source.of_leavers;
            draft = draft.severity(Severity::High);
            draft = draft.because(format_args!("with the address of somebody who has left: {of}"));
        }
        if let Some(first) = first {
            let column = first.column.map_or_else(String::new, |c| format!(", column {c}"));
            let which = if source.of_leavers > 0 { "the first of these" } else { "the first" };
            draft = draft.because_at_present(format_args!("{which} is at line {line}{column}: {}", first.reason));
        }
        let repair = if line > 0 {
            format!("Look at line {line} of {}", source.file)
        } else {
            format!("Look at {}", source.file)
        };
        draft
            .because_in_passing(format_args!("{}", equation(&source.rows)))
            .todo(format_args!("{repair}, repair the export or make it anew, and run the report again"));
    }
}

/// Rows read = the sum of the outcomes that occur.
fn equation(rows: &RowAccounting) -> String {
    let parts: Vec<String> =
        Situation::ALL.iter().filter(|s| rows.of(**s) > 0).map(|s| format!("{} {s}", rows.of(*s))).collect();
    format!("{} {} read = {}", rows.read, if rows.read == 1 { "row" } else { "rows" }, parts.join(" + "))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{only, source_report, source_rule};
    use super::*;
    use crate::model::Rejected;

    #[test]
    fn the_first_unreadable_row_and_the_sum_are_named() {
        let mut source = source_report("exports/tidepool.csv");
        source.rows.count(Situation::Linked, 40);
        source.rows.count(Situation::Rejected, 2);
        source.rejected = vec![Rejected { line: 12, column: Some(3), reason: "a quote is never closed".to_owned() }];
        let found = only(source_rule(&RowsRejected, &source));
        assert_eq!(found.evidence, [Place { source: 2, line: 12 }]);
        assert_eq!(&*found.reason[1], "the first is at line 12, column 3: a quote is never closed");
        assert_eq!(&*found.reason[2], "42 rows read = 40 linked + 2 rejected");
        assert!(found.action.starts_with("Look at line 12 of exports/tidepool.csv"), "{}", found.action);
    }

    #[test]
    fn rows_out_of_scope_are_not_unreadable() {
        let mut source = source_report("exports/tidepool.csv");
        source.rows.count(Situation::Linked, 40);
        source.rows.count(Situation::Excluded, 2);
        assert!(source_rule(&RowsRejected, &source).is_empty());
    }
}
