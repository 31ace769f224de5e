//! One product of the catalog as it is shown: every statement with who says it, when, and who says otherwise.

use serde::Serialize;

/// A product with everything that is said of it, ready to be shown. All texts are as written in the entry.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ProductPage {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who makes it.
    pub vendor: Option<String>,
    /// What it is to a company, in words.
    pub roles: Vec<&'static str>,
    /// Former names and names of products that share its accounts.
    pub also_called: Vec<String>,
    /// Its domains.
    pub domains: Vec<String>,
    /// Other products that are taken for it: domain and difference.
    pub look_alikes: Vec<(String, String)>,
    /// Its plans, from the smallest, with their other names.
    pub plans: Vec<String>,
    /// Its levels of tenancy, from the smallest.
    pub tenancy: Vec<String>,
    /// Variants, regions and add-ons: what, id and meaning.
    pub parts: Vec<(&'static str, String, String)>,
    /// What is claimed, by topic.
    pub topics: Vec<Topic>,
    /// What nobody has looked up.
    pub not_researched: Vec<&'static str>,
    /// What plans and add-ons cost.
    pub prices: Vec<Said>,
    /// What happens to an account when something ends it.
    pub endings: Vec<Said>,
    /// How a person removes a leaver by hand: the usual way first, then others.
    pub runbooks: Vec<RunbookPage>,
    /// How a member list is had.
    pub rosters: Vec<Said>,
    /// The exports that the program reads: id and name, and whether it only recognises and refuses the file.
    pub exports: Vec<(String, String, bool)>,
    /// The lists that `coverage pull` can fetch.
    pub fetched: Vec<Fetched>,
    /// Where sources contradict each other or themselves.
    pub disagreements: Vec<Disagreement>,
    /// What rests on sources that nobody has looked at for too long, in words.
    pub stale: Vec<String>,
    /// The sources.
    pub sources: Vec<Citation>,
    /// Remarks.
    pub notes: Vec<String>,
}

/// A list that can be fetched.
#[derive(Debug, Clone, Serialize)]
pub struct Fetched {
    /// Its id: `list` in pull.yaml.
    pub id: String,
    /// What it holds.
    pub name: String,
    /// Where, if that is the same for everybody.
    pub host: Option<String>,
    /// How the token is made, with which rights.
    pub access: String,
    /// What it leaves out.
    pub leaves_out: Option<String>,
    /// Why the product has it, where it is no list of its own.
    pub because: Option<String>,
}

/// Statements about one thing.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Topic {
    /// `Single sign-on`.
    pub name: &'static str,
    /// Its statements, in the order of the fields.
    pub statements: Vec<Statement>,
}

/// What counts about one field for one scope, and what is said against it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Statement {
    /// The field (`scim.status`).
    pub field: &'static str,
    /// For whom or where it holds, in words; empty if everywhere.
    pub scope: String,
    /// What counts.
    pub counts: Said,
    /// What others say.
    pub against: Vec<Said>,
    /// Why it counts.
    pub rule: String,
    /// That it rests on old sources, in words.
    pub stale: Option<String>,
}

/// What somebody says.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Said {
    /// What is said, short.
    pub what: String,
    /// For whom or where; empty if everywhere.
    pub scope: String,
    /// More about it, a line each.
    pub details: Vec<String>,
    /// Who says it.
    pub by: Vec<Citation>,
}

/// A source as it is cited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Citation {
    /// Its id within the entry.
    pub id: String,
    /// Who publishes it.
    pub publisher: String,
    /// What kind of publisher that is.
    pub kind: &'static str,
    /// Where it can be read.
    pub url: String,
    /// The date it gives for itself.
    pub stated_on: Option<String>,
    /// The day somebody read it.
    pub seen_on: String,
    /// What is odd about it, a line each.
    pub remarks: Vec<String>,
}

impl Citation {
    /// Its date as it is written beside a value.
    pub fn dated(&self) -> String {
        match &self.stated_on {
            Some(day) => format!("of {day}, read {}", self.seen_on),
            None => format!("read {}", self.seen_on),
        }
    }
}

/// One way to remove a person by hand.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RunbookPage {
    /// What the way is for; empty for the usual one.
    pub name: String,
    /// For whom or where it holds; empty if everywhere.
    pub scope: String,
    /// Who may do it.
    pub who: Option<String>,
    /// The steps, each with its own sources, if it has any.
    pub steps: Vec<(String, Vec<Citation>)>,
    /// What to know beside the steps: what about, and the text.
    pub remarks: Vec<(&'static str, String)>,
    /// Who says so.
    pub by: Vec<Citation>,
}

/// A contradiction.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Disagreement {
    /// What it is about (`scim.status`, `deprovision: admin-ui`), and for whom or where.
    pub about: String,
    /// The side that counts.
    pub counts: Said,
    /// The other sides.
    pub against: Vec<Said>,
    /// Why the side counts that does.
    pub rule: String,
}

/// One thing that a company's own catalog changes.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct OverlayChange {
    /// The product's id.
    pub product: String,
    /// What kind of change it is (`claim added`, `verdict turned`).
    pub what: &'static str,
    /// What it is about.
    pub about: String,
    /// What the built-in catalog says.
    pub before: Option<Said>,
    /// What holds with the company's own.
    pub after: Option<Said>,
    /// Why it holds.
    pub rule: Option<String>,
}

/// A table of products and what they can do.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Matrix {
    /// The heads of the columns behind id and name.
    pub columns: Vec<&'static str>,
    /// The products.
    pub rows: Vec<MatrixRow>,
}

/// One product.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct MatrixRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// One cell a column.
    pub cells: Vec<Cell>,
}

/// What a product has of one thing.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Cell {
    /// The word that counts (`available`, `not-researched`), or what does an operation (`scim, api`).
    pub word: String,
    /// The condition (`Enterprise`), if one is known.
    pub from: String,
    /// Whether sources disagree.
    pub disputed: bool,
}

impl Cell {
    /// All of it on one line: `available (Enterprise) !`.
    pub fn line(&self) -> String {
        let from = if self.from.is_empty() { String::new() } else { format!(" ({})", self.from) };
        format!("{}{from}{}", self.word, if self.disputed { " !" } else { "" })
    }
}
