//! How a person ends an account here, and what is left afterwards, as far as it is about this tenant.

use super::tenant::Tenant;
use crate::model::{Deprovision, Effect, HandStep, HandWay, Handwork, Step, Trigger};

/// How a person ends an account by hand. None if the catalog says nothing about it at all.
pub(super) fn handwork(tenant: &Tenant<'_>) -> Option<Handwork> {
    let entry = tenant.entry;
    let by_hand = || entry.deprovision.iter().filter(|d| d.trigger == Trigger::AdminUi && tenant.fits(&d.scope));
    let steps = |steps: &[Step], of_all: &[String]| {
        let step = |step: &Step| HandStep { text: step.text().to_owned(), cites: tenant.cites(step.sources(of_all)) };
        steps.iter().map(step).collect()
    };
    let mut hand = Handwork::default();
    for effect in by_hand() {
        if let (Some(cases), Some(cite)) = (effect.fails_for(), tenant.cites(&effect.sources).into_iter().next()) {
            hand.fails_for.push((cases, cite));
        }
        hand.survives.extend(&effect.remains);
        hand.restore = hand.restore.take().or_else(|| effect.restore.clone());
    }
    if let Some(runbook) = &entry.runbook {
        let fitting = runbook.alternatives.iter().filter(|way| tenant.fits(&way.scope));
        hand.way =
            HandWay { name: String::new(), who: runbook.who.clone(), steps: steps(&runbook.steps, &runbook.sources) };
        hand.others = fitting
            .map(|way| HandWay { name: way.name.clone(), who: way.who.clone(), steps: steps(&way.steps, &way.sources) })
            .collect();
        hand.not_enough.clone_from(&runbook.not_enough);
        hand.last_admin.clone_from(&runbook.last_admin);
        hand.proof.clone_from(&runbook.proof);
        hand.note.clone_from(&runbook.note);
        hand.restore = runbook.restore.clone().or(hand.restore);
        hand.survives.extend(&runbook.survives);
    }
    hand.survives.sort_unstable();
    hand.survives.dedup();
    (hand != Handwork::default()).then_some(hand)
}

/// What deprovisioning does and leaves, one line a trigger, with the source's address.
pub(super) fn after_words(tenant: &Tenant<'_>) -> Vec<(String, String)> {
    let fitting = tenant.entry.deprovision.iter().filter(|d| tenant.fits(&d.scope));
    fitting
        .map(|d| {
            let source = tenant.cites(&d.sources).into_iter().next().map_or(String::new(), |cite| cite.url);
            (after(d), source)
        })
        .collect()
}

fn after(d: &Deprovision) -> String {
    let trigger = d.trigger.word().replace('-', " ");
    let mut text = match d.effect {
        Effect::Undocumented => format!("{trigger}: no source says what happens"),
        Effect::None => format!("{trigger}: nothing happens to the account"),
        effect => format!("{trigger}: {}", effect.word().replace('-', " ")),
    };
    if let Some(setting) = &d.setting {
        text.push_str(&format!(" (with the setting {setting})"));
    }
    if let Some(timing) = d.timing.as_ref().or(d.delay.as_ref()) {
        text.push_str(&format!(" ({timing})"));
    }
    if !d.remains.is_empty() {
        let remains: Vec<String> = d.remains.iter().map(|r| r.word().replace('-', " ")).collect();
        text.push_str(&format!("; what remains: {}", remains.join(", ")));
    }
    if let Some(cases) = d.fails_for() {
        text.push_str(&format!("; fails for: {cases}"));
    }
    if let Some(restore) = &d.restore {
        text.push_str(&format!("; can be undone: {restore}"));
    }
    if let Some(note) = &d.note {
        text.push_str(&format!(". {note}"));
    }
    text
}
