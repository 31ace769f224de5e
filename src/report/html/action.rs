//! What to do, cut into pieces that can be read: the gist, the steps, what comes after.

use super::rows::SENTENCE;
use crate::report::text::clip;
use serde::Serialize;

/// The most steps.
const STEPS: usize = 16;

/// What to do.
#[derive(Serialize, PartialEq, Eq)]
pub(super) struct Action {
    /// What to do in short.
    pub(super) gist: String,
    /// What the steps are called (`By hand in Slack`).
    how: String,
    steps: Vec<String>,
    /// How many steps there are.
    count: usize,
    /// What comes after the steps.
    pub(super) then: String,
}

/// Steps are written as `How: first; second; third. What comes after`. A text that is not so stays in one piece.
pub(super) fn action(text: &str) -> Action {
    let show = |text: &str| clip(text, SENTENCE).into_owned();
    let steps = text.find("; ").and_then(|list| {
        let colon = text[..list].rfind(": ")?;
        let how = text[..colon].rfind(". ").map_or(0, |end| end + 2);
        Some((how, colon))
    });
    let Some((how, colon)) = steps else {
        return Action { gist: show(text), how: String::new(), steps: Vec::new(), count: 0, then: String::new() };
    };
    let mut steps: Vec<&str> = text[colon + 2..].split("; ").collect();
    let mut then = "";
    if let Some((last, rest)) = steps.last().and_then(|last| last.split_once(". ")) {
        then = rest;
        steps.pop();
        steps.push(last);
    }
    Action {
        gist: show(text[..how].trim_end()),
        how: show(&text[how..colon]),
        count: steps.len(),
        steps: steps.into_iter().take(STEPS).map(show).collect(),
        then: show(then),
    }
}

impl Action {
    /// Without the steps, where they stand below.
    pub(super) fn in_short(self) -> String {
        match (self.gist.is_empty(), self.then.is_empty()) {
            (false, false) => format!("{} {}", self.gist, self.then),
            (false, true) => self.gist,
            (true, false) => format!("{}, as below. {}", self.how, self.then),
            (true, true) if self.steps.is_empty() => String::new(),
            (true, true) => format!("{}, as below.", self.how),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_found_and_nothing_is_lost() {
        let a = action("Ask IT. If not: By hand in X: open it; find the person; choose End. Then keep the proof");
        assert_eq!(
            (a.gist.as_str(), a.how.as_str(), a.then.as_str()),
            ("Ask IT.", "If not: By hand in X", "Then keep the proof")
        );
        assert_eq!(a.steps, ["open it", "find the person", "choose End"]);
        let plain = "Note it: decide. Revoke tokens, end sessions; keep the proof";
        assert_eq!(action("Export the list again").in_short(), "Export the list again");
        assert_eq!(action("").in_short(), "");
        let a = action(plain);
        assert_eq!(format!("{}: {}", a.how, a.steps.join("; ")), plain);
    }
}
