//! How a product's export is read: which columns feed which field, and what its words mean.
//!
//! Nothing about a product is coded in the program itself; these declarations stand in `catalog/*.yaml`.

use super::vocabulary::{AccountKind, AccountStatus, PersonStatus, SignIn, WorkerKind, words};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// What the rows of a file are.
    Holds {
        /// Employment records of an HR system.
        Employees = "employees",
        /// Records of an identity provider.
        Identities = "identities",
        /// Accounts in an app.
        Accounts = "accounts",
        /// Whom an identity provider has given an app.
        Assignments = "assignments",
    }
}

words! {
    /// How a file is built.
    Shape {
        /// Rows and columns: CSV, TSV, semicolons, XLSX.
        Table = "table",
        /// JSON: an array, lines, or an object that holds the list. Nested keys are written with dots (`profile.email`).
        Json = "json",
        /// LDAP Data Interchange Format. Attribute names are the columns.
        Ldif = "ldif",
    }
}

words! {
    /// What one row stands for.
    Grain {
        /// One account or person a row.
        Account = "account",
        /// One membership, group or device a row: rows of the same id (else address) are one account.
        Membership = "membership",
    }
}

/// A file that a product writes, and how to read it. Nothing about a product is coded in the program itself.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Export {
    /// Unique over the whole catalog; starts with the entry's id.
    pub id: String,
    /// What a person calls this file, and where in the product it is made.
    pub name: String,
    /// Another export, by its id: what is not given here (fields, status, worker, dates …) is read as there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
    /// What its rows are. A directory's user list is both `identities` and `accounts`.
    pub holds: Vec<Holds>,
    /// How it is built.
    #[serde(default = "table")]
    pub shape: Shape,
    /// JSON only: where the list stands in the document (`Resources`, `data.users`); `""` for the document itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<String>,
    /// Columns that, all present, say that a file is this one; a list of names is one column that may have any of them.
    /// Compared without case, spaces, punctuation and `[…]`; `*` stands for any run of characters. `[READ ONLY]` alone:
    /// behind some column's name stands that.
    pub recognise: Vec<AnyOf>,
    /// Columns that say that it is another one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlike: Vec<String>,
    /// Only a file of which somebody says what it holds is this one (`hr:`, `--hr`): its columns may as well be another list's.
    #[serde(default, skip_serializing_if = "is_false")]
    pub only_if_said: bool,
    /// This file looks like an export and is none (an upload template): what to tell the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refuse: Option<String>,
    /// What one row stands for.
    #[serde(default = "account")]
    pub grain: Grain,
    /// Which column feeds which field of a record.
    #[serde(default)]
    #[schemars(extend("propertyNames" = {"enum": Field::ALL}))]
    pub fields: BTreeMap<Field, Columns>,
    /// How the account's status is decided: the first rule that says something wins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<Decide<AccountStatus>>,
    /// HR files: how the person's status is decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub person_status: Vec<Decide<PersonStatus>>,
    /// What kind of worker the person is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub worker: Vec<Decide<WorkerKind>>,
    /// Whether a person, a guest or a machine holds the account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kind: Vec<Decide<AccountKind>>,
    /// How this one account can sign in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sign_in: Vec<Decide<SignIn>>,
    /// Whether the account has an administrator's rights.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub privileged: Vec<Decide<bool>>,
    /// What the `username` field is good for in matching.
    #[serde(default = "handle", skip_serializing_if = "is_handle")]
    pub username_is: UsernameIs,
    /// Fields before whose value stands the row's own id, a GUID without its hyphens, once the account is deleted: it is taken off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own_id_before: Vec<Field>,
    /// The day in `ended` is set ahead, and from then on the account works no more, whatever its status says.
    #[serde(default, skip_serializing_if = "is_false")]
    pub expires: bool,
    /// Words that mean "never" or "nothing" in date columns of this file, beside the usual ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub never: Vec<String>,
    /// How dates are written.
    #[serde(default)]
    pub dates: Dates,
    /// A file name that tells the time of the export, with `%Y %m %d %H %M %S %p` (`User_Download_%d%m%Y_%H%M%S`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// What this list leaves out even when it is complete (`deactivated members`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves_out: Option<String>,
    /// Ids from `sources`: where the header and the words were seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}

impl Export {
    /// Takes over what is not given here from the export that it is like.
    pub fn inherit(&mut self, base: &Self) {
        fn fill<T: Clone>(mine: &mut Vec<T>, base: &[T]) {
            if mine.is_empty() {
                mine.extend_from_slice(base);
            }
        }
        if self.fields.is_empty() {
            self.fields.clone_from(&base.fields);
        }
        fill(&mut self.list, &base.list);
        fill(&mut self.status, &base.status);
        fill(&mut self.person_status, &base.person_status);
        fill(&mut self.worker, &base.worker);
        fill(&mut self.kind, &base.kind);
        fill(&mut self.sign_in, &base.sign_in);
        fill(&mut self.privileged, &base.privileged);
        fill(&mut self.never, &base.never);
        fill(&mut self.own_id_before, &base.own_id_before);
        if self.username_is == UsernameIs::Handle {
            self.username_is = base.username_is;
        }
        self.expires |= base.expires;
        if self.dates == Dates::default() {
            self.dates = base.dates.clone();
        }
    }
}

fn table() -> Shape {
    Shape::Table
}
fn account() -> Grain {
    Grain::Account
}
fn handle() -> UsernameIs {
    UsernameIs::Handle
}
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_false(flag: &bool) -> bool {
    !flag
}
fn is_handle(u: &UsernameIs) -> bool {
    *u == UsernameIs::Handle
}

words! {
    /// What an export's `username` is.
    UsernameIs {
        /// An address.
        Address = "address",
        /// The login of the directory.
        DirectoryLogin = "directory-login",
        /// A name within the app. No key.
        Handle = "handle",
    }
}

words! {
    /// The fields of a record that a column can feed.
    Field {
        /// The product's own unchanging id.
        Id = "id",
        /// SCIM externalId or the identity provider's object id.
        ExternalId = "external-id",
        /// The main address.
        Email = "email",
        /// More addresses of the same holder at the company. All columns are used.
        Aliases = "aliases",
        /// A private address.
        HomeEmail = "home-email",
        /// The sign-in name.
        Username = "username",
        /// The full name.
        Name = "name",
        /// The given name.
        FirstName = "first-name",
        /// The family name.
        LastName = "last-name",
        /// HR's number of the person.
        EmployeeId = "employee-id",
        /// Roles. All columns are used.
        Role = "role",
        /// When the account was made.
        Created = "created",
        /// When it was last used. All columns are used; the latest counts.
        LastActive = "last-active",
        /// When it was switched off or deleted, or its status last changed.
        Ended = "ended",
        /// First day of the employment.
        Start = "start",
        /// Last day of the employment.
        End = "end",
        /// The manager: id, address or name.
        Manager = "manager",
        /// The department.
        Department = "department",
        /// The job title.
        Title = "title",
        /// The day of birth. This and the fields below tell people of one name apart.
        BirthDate = "birth-date",
        /// A phone number.
        Phone = "phone",
        /// Another number of the person: of a badge, the payroll, a state.
        PersonId = "person-id",
        /// The postal code of the home or the office.
        Postcode = "postcode",
        /// The town or the office.
        Location = "location",
    }
}

/// One column, by its name or by any of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum AnyOf {
    /// It has one name.
    One(String),
    /// It may have any of these.
    Several(Vec<String>),
}

impl AnyOf {
    /// The names as written.
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }
}

/// The columns that feed a field.
///
/// For fields with one value the first column with something in it counts, so synonyms and fallbacks are the same thing.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Columns {
    /// One column.
    One(String),
    /// Several columns.
    Several(Vec<String>),
    /// Columns whose cells hold several values.
    Cut(Cut),
}

impl Columns {
    /// The column names as written.
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
            Self::Cut(cut) => &cut.columns,
        }
    }
    /// How cells are cut, if they hold several values.
    pub fn cut(&self) -> Option<&Cut> {
        match self {
            Self::Cut(cut) => Some(cut),
            _ => None,
        }
    }
}

/// How cells that hold several values are cut.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cut {
    /// The columns.
    pub columns: Vec<String>,
    /// The text between two values.
    pub split: String,
    /// Taken off the front of each value, without regard to case (`smtp:`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strip_prefix: Option<String>,
    /// Values with another prefix are left out (an `x500:` among the proxy addresses). One without any stands as it is.
    #[serde(default)]
    pub only_prefixed: bool,
}

/// One rule of a decision: looks at one column.
///
/// A rule whose column is not in the file, or whose cell is blank while `blank` is not given, says nothing. A cell that
/// is in none of `words` decides `otherwise`; without `otherwise` the answer is "unknown" and the word is reported.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", bound(deserialize = "T: Deserialize<'de>"))]
pub struct Decide<T> {
    /// The column; synonyms as a list (the first one present).
    pub column: Columns,
    /// Names of `column` that mean something else where any of these columns stands beside them (`State` beside `City`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unless: BTreeMap<String, Vec<String>>,
    /// Names of `column` that are part of a postal address where any of these columns stands beside them, and where no row has
    /// one of `words` there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub address_beside: BTreeMap<String, Vec<String>>,
    /// What each word means, without regard to case and outer spaces; a trailing `*` stands for anything. `null`: look on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, Option<T>>,
    /// What it means that the cell has anything in it, where a product writes nothing else there than what is meant (a login).
    /// Never-words count as nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub present: Option<T>,
    /// What it means that the cell holds a day, where people write lists (`Removed on`). Never-words count as nothing; what is no
    /// day is a word that nobody has explained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<T>,
    /// What a blank cell means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blank: Option<T>,
    /// What any other word means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<T>,
}

/// How dates are written in an export.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Dates {
    /// The order in dates such as `3/4/2026`. Left out: the data must settle it, or the user says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<DateOrder>,
    /// The zone of times that carry none: `utc`, `company`, `unstated` (the default) or an IANA name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

words! {
    /// The order of day and month in a date with slashes.
    DateOrder {
        /// 31/12/2026.
        DayFirst = "day-first",
        /// 12/31/2026.
        MonthFirst = "month-first",
    }
}
