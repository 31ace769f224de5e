//! What to do, cut into pieces that can be read: the gist, the steps, what comes after.

use super::rows::SENTENCE;
use crate::model::AppReport;
use crate::report::text::{clip, counted};
use serde::Serialize;

/// The most steps.
const STEPS: usize = 16;

/// What to do.
#[derive(Serialize, PartialEq, Eq)]
pub(super) struct Action {
    /// What to do in short.
    pub(super) gist: String,
    /// What the steps are called (`By hand in Slack`).
    pub(super) how: String,
    pub(super) steps: Vec<String>,
    /// How many steps there are.
    pub(super) count: usize,
    /// What comes after the steps.
    pub(super) then: String,
    /// Whether the steps are all there is to do, and the gist is made of them.
    #[serde(skip)]
    by_hand: bool,
}

/// What to do in an app. If the app's runbook stands in the text, its steps become a list; names that a stranger wrote are
/// never taken for steps, whatever they hold.
pub(super) fn action(text: &str, app: Option<&AppReport>) -> Action {
    let show = |text: &str| clip(text, SENTENCE).into_owned();
    let steps = app.and_then(|app| {
        let hand = app.handwork.as_ref().filter(|hand| hand.way.steps.len() > 1)?;
        let written = hand.by_hand(&app.name)?;
        let at = text.find(&written)?;
        // Steps are shown as the catalog has them, and so is not the colon before them.
        Some((hand, at, at + "By hand in ".len() + app.name.len(), at + written.len()))
    });
    let Some((hand, at, colon, end)) = steps else {
        return Action {
            gist: show(text),
            how: String::new(),
            steps: Vec::new(),
            count: 0,
            then: String::new(),
            by_hand: false,
        };
    };
    let (how, count) = (text[..at].rfind(". ").map_or(0, |end| end + 2), hand.way.steps.len());
    let name = app.map_or("", |app| &app.name);
    Action {
        // The steps are folded away; what they are for is not.
        gist: match at {
            0 => show(&format!("End it by hand in {name} ({}).", counted(count as u64, "step", "steps"))),
            _ => show(text[..how].trim_end()),
        },
        by_hand: at == 0,
        how: show(&text[how..colon]),
        count,
        steps: hand.way.steps.iter().take(STEPS).map(|s| show(s.text.trim().trim_end_matches('.'))).collect(),
        then: show(text[end..].trim_start_matches(". ")),
    }
}

impl Action {
    /// Without the steps, where they stand below.
    pub(super) fn in_short(self) -> String {
        match (self.gist.is_empty() || self.by_hand, self.then.is_empty()) {
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
    use crate::model::HandStep;

    fn app(name: &str, steps: &[&str]) -> AppReport {
        let mut app = crate::report::sample::report().apps.swap_remove(0);
        app.name = name.to_owned();
        if let Some(hand) = &mut app.handwork {
            let step = |&text: &&str| HandStep { text: text.to_owned(), cites: Vec::new() };
            hand.way.steps = steps.iter().map(step).collect();
        }
        app
    }

    #[test]
    fn steps_are_found_and_nothing_is_lost() {
        let x = app("X", &["open it.", "find the person; wait.", "choose End"]);
        let by_hand = x.handwork.as_ref().unwrap().by_hand("X").unwrap();
        let a = action(&format!("Ask IT. If not: {by_hand}. Then keep the proof"), Some(&x));
        assert_eq!(
            (a.gist.as_str(), a.how.as_str(), a.then.as_str()),
            ("Ask IT.", "If not: By hand in X", "Then keep the proof")
        );
        assert_eq!(a.steps, ["open it", "find the person; wait", "choose End"]);
        let a = action(&by_hand, Some(&x));
        assert_eq!(format!("{}: {}", a.how, a.steps.join("; ")), by_hand);
        assert_eq!(a.gist, "End it by hand in X (3 steps).", "what is folded away is told");
        assert_eq!(a.in_short(), "By hand in X, as below.");
        assert_eq!(action("Export the list again", Some(&x)).in_short(), "Export the list again");
        assert_eq!(action("", None).in_short(), "");
    }

    #[test]
    fn names_are_never_cut_into_steps() {
        let name = "Ann; Bob. By hand: eat; sleep";
        let x = app(name, &["open it", "choose End"]);
        let plain = format!("Export the members of {name}: all; and run the report again");
        for of in [None, Some(&x)] {
            let a = action(&plain, of);
            assert_eq!((a.gist.as_str(), a.steps.len(), a.then.as_str()), (plain.as_str(), 0, ""));
        }
        let a = action(&format!("{}. Keep; the proof", x.handwork.as_ref().unwrap().by_hand(name).unwrap()), Some(&x));
        assert_eq!((a.how, a.then.as_str()), (format!("By hand in {name}"), "Keep; the proof"));
        assert_eq!(a.steps, ["open it", "choose End"]);
    }
}
