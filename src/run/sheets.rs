//! Whether a workbook has a list in a sheet that is not read. Who stands in it is missing from the list that is.

use super::guard::{Listed, Saw};

/// Looks whether one has.
pub(super) fn look(files: &[Listed]) -> Saw {
    let mut workbooks = files.iter().filter_map(|f| Some((&f.name, f.unread.as_deref()?))).peekable();
    if workbooks.peek().is_none() {
        return Saw::Nothing("no file is a workbook");
    }
    let odd: Vec<String> = workbooks
        .filter(|(_, unread)| !unread.is_empty())
        .map(|(name, unread)| match unread {
            [one] => format!("{name} has one more sheet that is a list, which is not read: {one}"),
            more => {
                format!("{name} has {} more sheets that are lists, which are not read: {}", more.len(), more.join(", "))
            }
        })
        .collect();
    if odd.is_empty() {
        return Saw::Fine("no other sheet of the workbook is a list as well".to_owned());
    }
    Saw::Odd(odd.join("; "))
}

#[cfg(test)]
impl Listed {
    /// A file with so many records, of which nothing more is known.
    pub(super) fn of(name: String, records: u64, made: crate::model::When) -> Self {
        Self {
            name,
            rows: records,
            rejected: 0,
            records,
            total: None,
            breaks_off: false,
            declared: None,
            declared_by: super::pulled::DeclaredBy::Workspace,
            answer: false,
            unread: None,
            made,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::When;
    use jiff::civil::date;

    fn told(files: &[Option<&[&str]>]) -> String {
        let file = |unread: &Option<&[&str]>| Listed {
            unread: unread.map(|sheets| sheets.iter().map(ToString::to_string).collect()),
            ..Listed::of("HR.xlsx".to_owned(), 7, When::on(date(2026, 11, 20)))
        };
        match look(&files.iter().map(file).collect::<Vec<_>>()) {
            Saw::Fine(saw) => format!("fine: {saw}"),
            Saw::Odd(saw) => format!("odd: {saw}"),
            Saw::Nothing(why) => format!("nothing: {why}"),
        }
    }

    #[test]
    fn a_list_in_another_sheet_is_a_part_that_is_missing() {
        assert_eq!(told(&[None]), "nothing: no file is a workbook");
        assert_eq!(told(&[None, Some(&[])]), "fine: no other sheet of the workbook is a list as well");
        let one = "odd: HR.xlsx has one more sheet that is a list, which is not read: `Leavers` (3 rows)";
        assert_eq!(told(&[Some(&["`Leavers` (3 rows)"])]), one);
        let two = "odd: HR.xlsx has 2 more sheets that are lists, which are not read: `US` (3 rows), `UK` (9 rows)";
        assert_eq!(told(&[Some(&["`US` (3 rows)", "`UK` (9 rows)"])]), two);
    }
}
