//! How a person ends an account by hand, with who says so: what a worksheet is made of.

use super::Remains;

/// A page that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cite {
    /// Who publishes it.
    pub publisher: String,
    /// Where it can be read.
    pub url: String,
    /// The day somebody read it.
    pub seen_on: String,
}

impl std::fmt::Display for Cite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {}", self.publisher, self.url)
    }
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandStep {
    /// What to do, in one sentence.
    pub text: String,
    /// Who says so.
    pub cites: Vec<Cite>,
}

/// The steps of one way to do it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HandWay {
    /// What it is for; empty for the usual way.
    pub name: String,
    /// Which role can do it.
    pub who: Option<String>,
    /// What to do, in order.
    pub steps: Vec<HandStep>,
}

/// How a person ends an account in one app by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Handwork {
    /// The usual way. Without steps if nobody has written them down.
    pub way: HandWay,
    /// Other ways that fit this tenant.
    pub others: Vec<HandWay>,
    /// What looks like enough and is not.
    pub not_enough: Option<String>,
    /// What to do first if the person is the last administrator or an owner.
    pub last_admin: Option<String>,
    /// In what cases it fails, as they stand in a sentence, and who says so.
    pub fails_for: Vec<(String, Cite)>,
    /// What is still there afterwards.
    pub survives: Vec<Remains>,
    /// How a removal by mistake is undone.
    pub restore: Option<String>,
    /// What to keep as proof.
    pub proof: Option<String>,
    /// One line more.
    pub note: Option<String>,
}

impl Handwork {
    /// The steps as they stand in the action of a finding: `By hand in Slack: first; second; third`. None if nobody has
    /// written any down.
    pub fn by_hand(&self, app: &str) -> Option<String> {
        let steps: Vec<&str> = self.way.steps.iter().map(|s| s.text.trim().trim_end_matches('.')).collect();
        (!steps.is_empty()).then(|| format!("By hand in {app}: {}", steps.join("; ")))
    }
}
