//! New entries of `links.yaml`, and their way to the disk.

use super::find::{Account, Found, Named};
use super::{Args, Wish};
use crate::cli::selection::Selection;
use crate::cli::{Failure, Outcome};
use crate::diag::{Diagnostic, visible};
use crate::host::rewrite;
use crate::model::{Decision, PersonIx, Says};
use crate::workspace::{Decides, LINKS, LinkEntry, NewEntry, append, entry_text};
use jiff::civil::Date;
use std::io::{self, Write as _};

/// Who decides, why, and when.
pub struct Said {
    pub by: String,
    pub because: String,
    pub on: Date,
}

/// Writes a decision about the accounts that were found, or prints what would be written.
pub fn run(args: &Args, selection: &Selection, wish: &Wish<'_>, found: &Found, said: &Said) -> Outcome {
    let Some(place) = selection.links_place() else {
        return Err(Diagnostic::error("coverage", "there is no workspace to keep the decision in")
            .help("`coverage init` writes a coverage.yaml; links.yaml stands beside it")
            .into());
    };
    let mut new = Vec::new();
    let mut problems = Vec::new();
    for account in &found.accounts {
        for entry in entries(args, wish, account, found, said)? {
            problems.extend(against(account, &entry, found));
            new.push(entry);
        }
    }
    if !problems.is_empty() {
        return Err(problems.into());
    }
    let shown = place.display().to_string();
    let apps = &selection.workspace.apps;
    let known = selection.links_bytes();
    let mut out = io::stdout().lock();
    if args.dry_run {
        append(&shown, known, &new, apps)?;
        new.iter().try_for_each(|entry| write!(out, "{}", entry_text(entry, 2)))?;
        return Ok(false);
    }
    rewrite(&place, &mut |old| {
        if old != known {
            return Err(vec![
                Diagnostic::error(&shown, "somebody has changed the file in the meantime; nothing was added")
                    .help("run the command again"),
            ]);
        }
        append(&shown, old, &new, apps)
    })?;
    for NewEntry { entry, remark } in &new {
        let (app, account) = (visible(&entry.app), visible(&entry.account));
        let remark = visible(remark);
        match &entry.decides {
            Decides::Person(_) => writeln!(out, "{app}/{account} is {remark}'s")?,
            Decides::Not(_) => writeln!(out, "{app}/{account} is not {remark}'s")?,
            Decides::Is { kind, .. } if remark.is_empty() => writeln!(out, "{app}/{account} is a {}", kind.words())?,
            Decides::Is { kind, .. } => {
                writeln!(out, "{app}/{account} is a {}; {remark} answers for it", kind.words())?;
            }
            Decides::Rotated => {
                let day = entry.rotated.map_or_else(String::new, |day| day.to_string());
                writeln!(out, "{app}/{account} had its password changed on {day}")?;
            }
        }
    }
    writeln!(out, "Written: {shown}")?;
    Ok(false)
}

/// The entries that a decision about one account makes.
fn entries(
    args: &Args,
    wish: &Wish<'_>,
    account: &Account,
    found: &Found,
    said: &Said,
) -> Result<Vec<NewEntry>, Failure> {
    let named = |text: &str| -> Result<Named, Failure> {
        let missing = || Failure::from(Diagnostic::error("coverage", format!("nobody is called `{text}` here")));
        found.people.get(text).cloned().ok_or_else(missing)
    };
    let entry = |decides: Decides, remark: String| NewEntry {
        entry: LinkEntry {
            app: account.app.clone(),
            account: account.account.clone(),
            seen_as: account.seen_as.clone(),
            rotated: match decides {
                Decides::Is { .. } | Decides::Rotated => args.rotated,
                Decides::Person(_) | Decides::Not(_) => None,
            },
            decides,
            by: said.by.clone(),
            on: said.on,
            reason: said.because.clone(),
            line: 0,
        },
        remark,
    };
    let refusal = |text: &String| named(text).map(|n| entry(Decides::Not(n.written), n.shown));
    match wish {
        Wish::To(to, not) => {
            let to = named(to)?;
            let mut all = vec![entry(Decides::Person(to.written), to.shown)];
            for text in *not {
                all.push(refusal(text)?);
            }
            Ok(all)
        }
        Wish::Not(not) => not.iter().map(refusal).collect(),
        Wish::Is(kind) => {
            let owner = args.owner.as_deref().map(named).transpose()?;
            let holders = args.holder.iter().map(|text| named(text).map(|n| n.written)).collect::<Result<_, _>>()?;
            let remark = owner.as_ref().map_or_else(String::new, |owner| owner.shown.clone());
            let decides = Decides::Is { kind: *kind, owner: owner.map(|owner| owner.written), holders };
            let mut all = vec![entry(decides, remark)];
            for text in &args.not {
                all.push(refusal(text)?);
            }
            Ok(all)
        }
        Wish::Rotated => Ok(vec![entry(Decides::Rotated, String::new())]),
    }
}

/// What an earlier entry says against a new one, whatever it calls the account and the person.
fn against(account: &Account, new: &NewEntry, found: &Found) -> Option<Diagnostic> {
    let person = match &new.entry.decides {
        Decides::Person(written) | Decides::Not(written) => found.people.values().find(|n| n.written == *written),
        Decides::Is { .. } | Decides::Rotated => None,
    };
    let first = contradicted(&account.decided, &new.entry.decides, person.map(|n| n.ix)).next()?;
    let message = format!("about `{}` in {} it is decided already: {}", account.account, account.app, first.note);
    Some(
        Diagnostic::error(LINKS, message)
            .at(u64::from(first.place.line))
            .help("remove this entry first, if it no longer holds"),
    )
}

/// The entries about an account that contradict a new one about the same. `person` is who the new one names.
pub fn contradicted<'d>(
    decided: &'d [Decision],
    new: &Decides,
    person: Option<PersonIx>,
) -> impl Iterator<Item = &'d Decision> {
    let contradicts = move |says: &Says| match (new, says) {
        (Decides::Rotated, Says::Holder(_)) => true,
        (Decides::Rotated, _) | (_, Says::Rotated) => false,
        (Decides::Person(_) | Decides::Not(_), Says::NotHolder(n)) | (Decides::Not(_), Says::Holder(n)) => {
            n.person().is_some() && n.person() == person
        }
        (Decides::Not(_), Says::NonHuman { .. }) | (Decides::Is { .. }, Says::NotHolder(_)) => false,
        (Decides::Person(_) | Decides::Is { .. }, Says::Holder(_) | Says::NonHuman { .. }) => true,
    };
    decided.iter().filter(move |decision| is_single(decision) && contradicts(&decision.says))
}

/// Whether it is about one account. A pattern of coverage.yaml speaks of many; what is decided about one goes before it.
pub fn is_single(decision: &Decision) -> bool {
    decision.note.contains(LINKS)
}
