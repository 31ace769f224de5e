//! What is said where no task is among the wanted ones: there may well be others.

use super::super::access;
use super::super::marked::escaped;
use super::Wanted;
use crate::model::Report;

/// How many apps are named.
const APPS: usize = 20;
/// The most characters of a name.
const NAME: usize = 60;

impl Wanted {
    /// Whether not all tasks are wanted.
    pub(super) const fn is_a_part(&self) -> bool {
        self.owner.is_some() || self.known.is_some()
    }

    /// That there is none among those that are wanted, and of which apps nobody can tell.
    pub(super) fn nothing(&self, report: &Report) -> String {
        let owner = if self.owner.is_some() { " for this owner" } else { "" };
        let known = if self.known.is_some() { " that a kept run does not have already" } else { "" };
        let wanted = self.owner.as_ref().map(|owner| owner.trim().to_lowercase());
        let mine = |owner: &Option<String>| {
            let owner = owner.as_deref().map(|owner| owner.trim().to_lowercase()).unwrap_or_default();
            wanted.as_ref().is_none_or(|wanted| *wanted == owner)
        };
        let dark = report.apps.iter().filter(|app| app.not_evaluable.is_some() && mine(&app.owner));
        let names: Vec<String> = dark.map(|app| escaped(&app.name, NAME)).collect();
        let unknown = match names.len() {
            0 => String::new(),
            n if n > APPS => format!(" Could not be judged: {} and {} more.", names[..APPS].join(", "), n - APPS),
            _ => format!(" Could not be judged: {}.", names.join(", ")),
        };
        let as_far = match access::unread_of_leavers(report) {
            0 => "as far as the lists show",
            _ => "as far as rows could be read",
        };
        format!("There is nothing to do{owner}{known} about accounts of people who have left, {as_far}.{unknown}")
    }
}
