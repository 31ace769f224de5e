//! An export's declaration, bound to the columns of one file.

use super::dates;
use super::rows::Cells;
use super::words::{HeaderName, header, is_nothing};
use crate::model::{
    AccountKind, AccountStatus, Columns, Decide, Export, Field, PersonStatus, Shape, SignIn, WorkerKind,
};
use std::collections::BTreeSet;

/// Which columns of a file feed which field, and how its words are read.
#[derive(Debug, Clone)]
pub struct Plan {
    /// By field; a field without a column has no columns.
    fields: Vec<Bound>,
    /// The account's status.
    pub status: Decision<AccountStatus>,
    /// The person's status.
    pub person_status: Decision<PersonStatus>,
    /// The kind of worker.
    pub worker: Decision<WorkerKind>,
    /// The kind of holder.
    pub kind: Decision<AccountKind>,
    /// The way in.
    pub sign_in: Decision<SignIn>,
    /// An administrator's rights.
    pub privileged: Decision<bool>,
    /// Columns that feed nothing.
    pub unused: Vec<usize>,
}

/// The columns of one field.
#[derive(Debug, Clone, Default)]
pub struct Bound {
    /// Their indices, in the order of the declaration.
    pub columns: Vec<usize>,
    /// How their cells are cut.
    pub cut: Option<crate::model::Cut>,
}

impl Plan {
    /// Binds a declaration to a header. Columns from `seen` on were not seen in the file, only declared: what a blank
    /// cell would say is not concluded from them. `has_word` says whether any row has one of these words in these columns.
    pub fn new(export: &Export, header_row: &[String], seen: usize, has_word: &HasWord<'_>) -> Self {
        let names: Vec<String> = header_row.iter().map(|h| header(h)).collect();
        let find = |columns: &Columns| -> Vec<usize> {
            let mut found = Vec::new();
            for name in columns.names() {
                let name = HeaderName::new(name);
                found.extend((0..names.len()).filter(|i| name.fits(&names[*i])));
            }
            let mut seen = BTreeSet::new();
            found.retain(|i| seen.insert(*i));
            found
        };
        let mut fields = vec![Bound::default(); Field::ALL.len()];
        for (field, columns) in &export.fields {
            fields[*field as usize] = Bound { columns: find(columns), cut: columns.cut().cloned() };
        }
        // In a table, the column that alone holds the address holds no further one.
        if let ([only], Shape::Table) = (&*fields[Field::Email as usize].columns, export.shape) {
            let only = *only;
            fields[Field::Aliases as usize].columns.retain(|column| *column != only);
        }
        let never = export.never.iter().map(|w| w.trim().to_lowercase()).collect();
        let bind = Bind { seen, never, has_word };
        let mut plan = Self {
            status: Decision::new(&export.status, &find, &bind),
            person_status: Decision::new(&export.person_status, &find, &bind),
            worker: Decision::new(&export.worker, &find, &bind),
            kind: Decision::new(&export.kind, &find, &bind),
            sign_in: Decision::new(&export.sign_in, &find, &bind),
            privileged: Decision::new(&export.privileged, &find, &bind),
            unused: Vec::new(),
            fields,
        };
        let used: BTreeSet<usize> = plan
            .fields
            .iter()
            .flat_map(|b| b.columns.iter().copied())
            .chain(plan.status.columns())
            .chain(plan.person_status.columns())
            .chain(plan.worker.columns())
            .chain(plan.kind.columns())
            .chain(plan.sign_in.columns())
            .chain(plan.privileged.columns())
            .collect();
        plan.unused = (0..header_row.len()).filter(|i| !used.contains(i)).collect();
        plan
    }

    /// The columns of a field; none if the file has no such column.
    pub fn field(&self, field: Field) -> &[usize] {
        &self.fields[field as usize].columns
    }
    /// The columns of a field with how they are cut.
    pub fn bound(&self, field: Field) -> &Bound {
        &self.fields[field as usize]
    }
    /// Every field that has a column.
    pub fn fields(&self) -> impl Iterator<Item = (Field, &Bound)> {
        Field::ALL.iter().map(|f| (*f, &self.fields[*f as usize])).filter(|(_, b)| !b.columns.is_empty())
    }
}

/// What a decision says of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said<T> {
    /// This.
    Word(T),
    /// This, by a day: the column.
    Day(T, usize),
    /// A word stands there that nobody has explained: the column.
    Unexplained(usize),
    /// Nothing.
    Nothing,
}

impl<T: Copy> Said<T> {
    /// What is said, by a word or a day.
    pub const fn word(self) -> Option<T> {
        match self {
            Self::Word(word) | Self::Day(word, _) => Some(word),
            Self::Unexplained(_) | Self::Nothing => None,
        }
    }

    /// The same, said in another column.
    const fn of(self, column: usize) -> Self {
        match self {
            Self::Day(word, _) => Self::Day(word, column),
            Self::Unexplained(_) => Self::Unexplained(column),
            said => said,
        }
    }
}

/// Whether any row of a file has one of these words, in lower case, in one of these columns.
pub type HasWord<'f> = dyn Fn(&[usize], &BTreeSet<String>) -> bool + 'f;

/// What all rules of a file have in common.
struct Bind<'b> {
    seen: usize,
    never: Vec<String>,
    has_word: &'b HasWord<'b>,
}

/// A list of rules, bound to columns. Remembers the words it has seen.
#[derive(Debug, Clone)]
pub struct Decision<T> {
    rules: Vec<Rule<T>>,
    /// Columns that are taken for parts of a postal address.
    addresses: Vec<usize>,
}

#[derive(Debug, Clone)]
struct Rule<T> {
    columns: Vec<usize>,
    words: Vec<(String, Option<T>)>,
    prefixes: Vec<(String, Option<T>)>,
    present: Option<T>,
    day: Option<T>,
    blank: Option<T>,
    otherwise: Option<T>,
    never: Vec<String>,
    seen: Vec<Seen<T>>,
    /// Which of them the last row said.
    last: usize,
}

/// A word that was seen, and what it says.
#[derive(Debug, Clone)]
struct Seen<T> {
    word: Box<str>,
    said: Option<Said<T>>,
    count: u64,
    /// The column in which it stood first.
    column: usize,
}

/// Whether a cell holds a day, whichever of its numbers the month is.
fn is_day(cell: &str) -> bool {
    matches!(dates::read(cell, None, &dates::Zone::Unstated), Ok(_) | Err(dates::DateError::Ambiguous))
}

/// The truth values of spreadsheets in other languages.
const BOOLEANS: [(&str, &str); 10] = [
    ("wahr", "true"),
    ("falsch", "false"),
    ("vrai", "true"),
    ("faux", "false"),
    ("verdadero", "true"),
    ("falso", "false"),
    ("vero", "true"),
    ("verdadeiro", "true"),
    ("waar", "true"),
    ("onwaar", "false"),
];

/// How many different words of a column are remembered.
const REMEMBERED: usize = 128;

impl<T: Copy + PartialEq> Decision<T> {
    fn new(rules: &[Decide<T>], find: &dyn Fn(&Columns) -> Vec<usize>, bind: &Bind<'_>) -> Self {
        // A column that is only declared stands beside nothing.
        let beside = |names: Option<&Vec<String>>| {
            names.is_some_and(|names| find(&Columns::Several(names.clone())).iter().any(|c| *c < bind.seen))
        };
        let one = |name: &String| find(&Columns::One(name.clone()));
        let is_address = |rule: &Decide<T>, name: &String| {
            let words = || rule.words.keys().map(|word| word.trim().to_lowercase()).collect();
            let columns = one(name);
            !columns.is_empty() && beside(rule.address_beside.get(name)) && !(bind.has_word)(&columns, &words())
        };
        let mut addresses = Vec::new();
        let mut columns = |rule: &Decide<T>| match rule.unless.is_empty() && rule.address_beside.is_empty() {
            true => find(&rule.column),
            false => {
                let names = rule.column.names().iter().filter(|name| !beside(rule.unless.get(*name)));
                let (of_address, names): (Vec<_>, Vec<_>) = names.cloned().partition(|name| is_address(rule, name));
                addresses.extend(of_address.iter().flat_map(one));
                find(&Columns::Several(names))
            }
        };
        let rules = rules
            .iter()
            .map(|rule| {
                let (mut words, mut prefixes) = (Vec::new(), Vec::new());
                for (word, meaning) in &rule.words {
                    let word = word.trim().to_lowercase();
                    match word.strip_suffix('*') {
                        Some(prefix) => prefixes.push((prefix.to_owned(), *meaning)),
                        None => words.push((word, *meaning)),
                    }
                }
                let columns = columns(rule);
                Rule {
                    blank: rule.blank.filter(|_| columns.iter().any(|c| *c < bind.seen)),
                    columns,
                    words,
                    prefixes,
                    present: rule.present,
                    day: rule.day,
                    never: bind.never.clone(),
                    otherwise: rule.otherwise,
                    seen: Vec::new(),
                    last: 0,
                }
            })
            .filter(|rule: &Rule<T>| !rule.columns.is_empty())
            .collect();
        Self { rules, addresses }
    }

    /// Whether any of its columns is in the file.
    pub const fn is_told(&self) -> bool {
        !self.rules.is_empty()
    }

    /// The columns it looks at.
    pub fn columns(&self) -> impl Iterator<Item = usize> + '_ {
        self.rules.iter().flat_map(|r| r.columns.iter().copied())
    }

    /// The columns that it would look at, were they not taken for parts of a postal address.
    pub fn addresses(&self) -> &[usize] {
        &self.addresses
    }

    /// The columns in which a day decides.
    pub fn day_columns(&self) -> impl Iterator<Item = usize> + '_ {
        self.rules.iter().filter(|r| r.day.is_some()).flat_map(|r| r.columns.iter().copied())
    }

    /// The first of them that holds a day.
    pub fn day(&self, cells: Cells<'_>) -> Option<usize> {
        self.day_columns().find(|column| is_day(cells.text(*column)))
    }

    /// The words seen so far: column, word as written, meaning (none: look on), how often.
    pub fn seen(&self) -> impl Iterator<Item = (usize, &str, Option<Said<T>>, u64)> {
        self.rules.iter().flat_map(|r| r.seen.iter().map(|s| (s.column, &*s.word, s.said, s.count)))
    }

    /// Decides one row; the answer comes with the word that decided.
    pub fn decide<'c>(&mut self, cells: Cells<'c>) -> (Said<T>, &'c str) {
        for rule in &mut self.rules {
            let (column, text) = match rule.columns[..] {
                [one] => (one, cells.text(one)),
                _ => {
                    let filled =
                        rule.columns.iter().map(|i| (*i, cells.text(*i))).find(|(_, text)| rule.is_filled(text));
                    filled.unwrap_or((rule.columns[0], cells.text(rule.columns[0])))
                }
            };
            if let Some(said) = rule.say(text, column) {
                return (said, text);
            }
        }
        (Said::Nothing, "")
    }
}

impl Decision<bool> {
    /// Whether any rule says yes of any of the values in its cells; none if no rule says anything.
    pub fn any(&mut self, cells: Cells<'_>, several: &[char]) -> Option<bool> {
        let mut answer = None;
        for rule in &mut self.rules {
            for n in 0..rule.columns.len() {
                let column = rule.columns[n];
                if let Some(yes) = rule.say_any(cells.text(column), column, several).and_then(Said::word) {
                    answer = Some(answer == Some(true) || yes);
                }
            }
        }
        answer
    }
}

impl Rule<bool> {
    /// What is said of a cell that may hold several values: yes if it is said of one of them.
    fn say_any(&mut self, text: &str, column: usize, several: &[char]) -> Option<Said<bool>> {
        if let Some(said) = self.recall(text) {
            return said;
        }
        if self.word(text).is_some() || !text.contains(several) {
            return self.say(text, column);
        }
        let parts: Vec<Option<Said<bool>>> = text.split(several).map(|part| self.judge(part.trim(), column)).collect();
        let yes = Some(Said::Word(true));
        let said = if parts.contains(&yes) { yes } else { parts.into_iter().flatten().next() };
        self.remember(text, said, column);
        said
    }
}

impl<T: Copy + PartialEq> Rule<T> {
    fn say(&mut self, text: &str, column: usize) -> Option<Said<T>> {
        if let Some(said) = self.recall(text) {
            return said.map(|said| said.of(column));
        }
        let said = self.judge(text, column);
        self.remember(text, said, column);
        said
    }

    /// What was said of the same word before. Rows often repeat the word of the row above.
    fn recall(&mut self, text: &str) -> Option<Option<Said<T>>> {
        if self.seen.get(self.last).is_none_or(|seen| *seen.word != *text) {
            self.last = self.seen.iter().position(|seen| *seen.word == *text)?;
        }
        let seen = &mut self.seen[self.last];
        seen.count += 1;
        Some(seen.said)
    }

    fn remember(&mut self, text: &str, said: Option<Said<T>>, column: usize) {
        // A deletion date is different in every row, and no word.
        let has_words = !(self.words.is_empty() && self.prefixes.is_empty());
        let is_word = text.is_empty() || has_words || matches!(said, Some(Said::Unexplained(_)));
        if is_word && self.seen.len() < REMEMBERED {
            let word = text.chars().take(80).collect::<String>().into();
            self.seen.push(Seen { word, said, count: 1, column });
        }
    }

    fn judge(&self, text: &str, column: usize) -> Option<Said<T>> {
        if let Some(said) = self.word(text) {
            return said.map(Said::Word);
        }
        if text.is_empty() {
            return self.blank.map(Said::Word);
        }
        if (self.present.is_some() || self.day.is_some()) && self.is_never(text) {
            return self.blank.map(Said::Word);
        }
        if let Some(day) = self.day {
            return Some(if is_day(text) { Said::Day(day, column) } else { Said::Unexplained(column) });
        }
        if let Some(present) = self.present {
            return Some(Said::Word(present));
        }
        match self.otherwise {
            Some(otherwise) => Some(Said::Word(otherwise)),
            None if self.words.is_empty() && self.prefixes.is_empty() => None,
            None => Some(Said::Unexplained(column)),
        }
    }

    /// Whether a cell says anything. Of several days, one that says "never" leaves the others to speak.
    fn is_filled(&self, text: &str) -> bool {
        !text.is_empty() && (self.day.is_none() || !self.is_never(text))
    }

    fn is_never(&self, text: &str) -> bool {
        is_nothing(text) || self.never.iter().any(|word| *word == text.trim().to_lowercase())
    }

    /// The declared meaning of a word; the inner none says "look on". A spreadsheet that has saved a list again has put
    /// its truth values into its own language.
    fn word(&self, text: &str) -> Option<Option<T>> {
        let lower = text.trim().to_lowercase();
        self.declared(&lower).or_else(|| {
            let (_, english) = BOOLEANS.iter().find(|(theirs, _)| *theirs == lower)?;
            self.declared(english)
        })
    }

    fn declared(&self, lower: &str) -> Option<Option<T>> {
        self.words
            .iter()
            .find(|(w, _)| w == lower)
            .or_else(|| {
                self.prefixes
                    .iter()
                    .filter(|(p, _)| !lower.is_empty() && lower.starts_with(p))
                    .max_by_key(|(p, _)| p.len())
            })
            .map(|(_, meaning)| *meaning)
    }
}
