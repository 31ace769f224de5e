//! How the name of a row is put together from what its columns hold.

use super::read::{RowReader, Stands};
use crate::model::Field;
use std::borrow::Cow;

impl RowReader<'_, '_> {
    /// The full name: as it stands there, or from its parts.
    pub(super) fn name<'c>(&self, whole: &'c str, given: &'c str, family: &'c str) -> Cow<'c, str> {
        match (whole.is_empty(), given.is_empty(), family.is_empty()) {
            (false, false, true) if self.is_family(whole, given) => format!("{given} {whole}").into(),
            (false, _, _) => whole.into(),
            (true, false, false) => format!("{given} {family}").into(),
            (true, _, true) => given.into(),
            (true, true, false) => family.into(),
        }
    }

    /// Beside a given name alone, `Name` is the family's in German, Dutch and other lists, unless it has the given one in it.
    fn is_family(&self, name: &str, given: &str) -> bool {
        let words = |text: &str| -> Vec<String> {
            text.to_lowercase().split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect()
        };
        matches!(self.stands[Field::Name as usize], Stands::In(column) if self.names[column] == "name")
            && !name.contains('@')
            && words(given).first().is_some_and(|given| !words(name).contains(given))
    }
}
