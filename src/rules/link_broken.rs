//! A decision in `links.yaml` that no longer fits.

use super::cases::{AccountCase, AppCase, SeenAs};
use super::{Findings, Rule};
use crate::identity::{CARRIED, address};
use crate::model::{Controls, Decision, Key, Named, Place, RuleMeta, Says, Severity, Situation, Who};
use std::sync::Arc;

/// The account, the person or the address that a decision was about is not what it was.
pub struct LinkBroken;

static META: RuleMeta = RuleMeta {
    id: "link-broken",
    title: "Decision about an account that no longer fits",
    severity: Severity::Low,
    means: "An entry of links.yaml names an account that is gone, several accounts, or a person whom nobody knows, or another \
            entry overrules it. It is medium if the account's address is now another person's, or if a strong key names the \
            person whose account it is said not to be.",
    why: "A decision outranks every key. One that has become wrong hides a leaver's account behind somebody else, or keeps an \
          account from its holder.",
    fix: "Look at the account and decide again. Correct or remove the entry by hand; `coverage link` adds a new one.",
    silent: "The account was renamed and its native id is the same: then the entry still fits. A roster that is missing or \
             holds only a part cannot show that an account is gone, which is then not evaluable.",
    controls: Controls {
        soc2: &["CC6.2", "CC6.3"],
        iso27001: &["A.5.16", "A.5.18"],
        pci: &["7.2.4", "8.2.1"],
        nist: &["AC-2", "IA-4"],
    },
};

/// How many entries are shown as evidence that they could not be checked.
const SHOWN: usize = 20;

impl Rule for LinkBroken {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
    fn looks_at_work(&self) -> bool {
        true
    }
    fn is_silent(&self, _: &super::Company<'_>, _: &super::Made, _: &dyn Fn() -> Option<crate::model::When>) -> bool {
        // Accounts about which anything is decided are not asked for here.
        true
    }

    fn account(&self, case: &AccountCase<'_>, findings: &mut Findings) {
        let Some(decided) = &case.placed.decided else { return };
        if let Some(by) = decided.by {
            address_of_another(case, by, findings);
        }
        if let (Some(ix), Some(key), Situation::Linked) = (case.placed.person, case.placed.key, case.placed.situation)
            && let Some(refusal) = decided.refusal(ix).filter(|_| CARRIED.contains(&key))
        {
            let name = &case.company.directory.person(ix).name;
            findings
                .draft(&META)
                .severity(Severity::Medium)
                .case(case)
                .about("refusal")
                .evidence(refusal.place)
                .because_at_present(format_args!("{}", refusal.note))
                .because(format_args!("but its `{key}` names {name}, and nobody else is named as surely"))
                .todo(format_args!(
                    "Find out whose it is. Correct the wrong key in {} or in HR, or remove the entry from links.yaml",
                    case.app.name
                ));
        }
        for overruled in &decided.overruled {
            let Some(by) = decided.by else { break };
            findings
                .draft(&META)
                .case(case)
                .about("overruled")
                .about(&overruled.account)
                .evidence(overruled.place)
                .evidence(by.place)
                .because_at_present(format_args!("{}", overruled.note))
                .because_at_present(format_args!(
                    "but another entry names the account more surely (`{}`): {}",
                    by.account, by.note
                ))
                .todo(format_args!("Remove the entry that is wrong from links.yaml"));
        }
        if let Some(rotation) = decided.rotated.filter(|_| case.placed.situation != Situation::NonHuman) {
            findings
                .draft(&META)
                .case(case)
                .about("rotation")
                .evidence(rotation.place)
                .because_at_present(format_args!("{}", rotation.note))
                .because(format_args!("but nothing says that no person holds the account"))
                .todo(format_args!(
                    "Declare what the account is with `coverage link`, or remove the entry from links.yaml"
                ));
        }
    }

    fn app(&self, case: &AppCase<'_>, findings: &mut Findings) {
        let mut unchecked: Vec<&Decision> = Vec::new();
        let gap = case.not_evaluable();
        for (n, decision) in case.decisions.iter().enumerate() {
            unknown_people(case, decision, findings);
            match (case.seen.get(n), &gap) {
                (Some(SeenAs::One(..)), _) => {}
                (Some(SeenAs::Several(first, second)), _) => several(case, decision, [*first, *second], findings),
                // What is said of the account beside it is told of the entry that says what it is.
                _ if decision.says == Says::Rotated => {}
                (_, Some(_)) => unchecked.push(decision),
                (_, None) => gone(case, decision, findings),
            }
        }
        if let (Some(gap), false) = (gap, unchecked.is_empty()) {
            let mut places: Vec<Place> = unchecked.iter().map(|d| d.place).collect();
            places.sort_unstable();
            let mut draft = findings.draft(&META).app(case.app.ix, &case.app.id).about("unchecked").not_evaluable();
            for place in places.into_iter().take(SHOWN) {
                draft = draft.evidence(place);
            }
            draft
                .because(format_args!("{gap}"))
                .because(format_args!(
                    "so nobody can tell whether {} of links.yaml still fit",
                    counted(unchecked.len())
                ))
                .todo(format_args!("Export the whole member list of {}, and run the report again", case.app.name));
        }
    }
}

fn counted(n: usize) -> String {
    if n == 1 { "an entry".to_owned() } else { format!("{n} entries") }
}

/// A draft about an entry; the account is named as the entry names it.
fn about<'f>(case: &AppCase<'_>, decision: &Decision, findings: &'f mut Findings) -> super::Draft<'f> {
    let row = crate::model::Record { id: &decision.account, ..crate::model::Record::at(decision.place.line) };
    let facts = super::cases::account_facts(&row, decision.place);
    findings
        .draft(&META)
        .app(case.app.ix, &case.app.id)
        .account(Arc::new(facts), &format!("entry:{}", decision.account))
        .evidence(decision.place)
        .because_at_present(format_args!("{}", decision.note))
}

/// The account has its native id still, but an address that is another person's.
fn address_of_another(case: &AccountCase<'_>, by: &Decision, findings: &mut Findings) {
    let directory = case.company.directory;
    // Whoever decided knew the address that the entry names the account by.
    let mut then = String::new();
    let unchanged = [&by.seen_as, &by.account].into_iter().any(|text| address(text, &mut then) && then == case.email);
    let Says::Holder(_) = by.says else { return };
    let Some(holder) = case.placed.rivals.iter().find(|rival| rival.key == Key::Email).filter(|_| !unchanged) else {
        return;
    };
    let changed = if by.seen_as.is_empty() {
        "the entry does not say which address the account had then".to_owned()
    } else {
        format!("it had the address {} then", by.seen_as)
    };
    findings
        .draft(&META)
        .severity(Severity::Medium)
        .case(case)
        .about("address")
        .evidence(by.place)
        .evidence(directory.identities[holder.identity as usize].place)
        .because(format_args!("its address is now {}, which is {}'s", case.email, directory.person(holder.person).name))
        .because(format_args!("{changed}"))
        .todo(format_args!(
            "Find out who uses it now, then correct the entry in links.yaml or the address in {}",
            case.app.name
        ));
}

/// Somebody whom the entry names, and who is not known or not one person. An owner is told of by the account's own rule.
fn unknown_people(case: &AppCase<'_>, decision: &Decision, findings: &mut Findings) {
    let people: Vec<&Named> = match &decision.says {
        Says::NonHuman { holders, .. } => holders.iter().collect(),
        says => says.named().collect(),
    };
    for named in people {
        let what = match named.who {
            Who::One(_) => continue,
            Who::Nobody => "whom neither HR nor a directory knows",
            Who::Several => "which several people share",
        };
        let refusal = matches!(decision.says, Says::NotHolder(_));
        about(case, decision, findings)
            .severity(if refusal { Severity::Info } else { META.severity })
            .about(&named.written)
            .because(format_args!("it names `{}`, {what}", named.written))
            .todo(format_args!("Name the person in links.yaml by work address or employee id, or remove the entry"));
    }
}

fn several(case: &AppCase<'_>, decision: &Decision, places: [Place; 2], findings: &mut Findings) {
    about(case, decision, findings)
        .about("several")
        .severity(Severity::Medium)
        .evidence(places[0])
        .evidence(places[1])
        .because(format_args!("`{}` fits several accounts of the roster", decision.account))
        .todo(format_args!("Name the one account that is meant by its native id or its address"));
}

fn gone(case: &AppCase<'_>, decision: &Decision, findings: &mut Findings) {
    let directory = case.company.directory;
    let holder = match &decision.says {
        Says::Holder(named) => named.person(),
        _ => None,
    };
    let left = holder.is_some_and(|ix| directory.person(ix).standing.has_left());
    let mut draft = about(case, decision, findings).about("gone");
    if let Some(roster) = case.roster {
        draft = draft.evidence(roster.place);
    }
    draft = draft.because(format_args!("the roster has no account `{}` any more", decision.account));
    if left {
        // As it should be; only the entry is left to be tidied away.
        draft = draft.severity(Severity::Info).because(format_args!("the person it was linked to has left"));
    } else {
        draft = draft.because(format_args!("if it was renamed, what was decided about it is lost"));
    }
    draft.todo(format_args!(
        "Remove the entry from links.yaml, or name the account as the roster of {} does now",
        case.app.name
    ));
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Setup, decided, decision, flagged, left, named, non_human, only, record, working};
    use super::*;
    use crate::identity::Declared;
    use crate::model::{AccountStatus, Check, Decided, FindingStatus, Record};

    fn setup() -> Setup {
        Setup::of(vec![left(2), working(3)])
    }

    fn row(email: &'static str) -> Record<'static> {
        Record { id: "U1", ..record(email, AccountStatus::Active) }
    }

    fn entries(decisions: Vec<Decision>, seen: Vec<SeenAs>) -> Setup {
        Setup { decisions, seen, ..setup() }
    }

    fn here() -> Place {
        Place { source: 3, line: 4 }
    }

    #[test]
    fn an_account_whose_address_is_now_anothers_is_found_unless_it_was_so_then() {
        let mut setup = setup();
        let link = |seen_as: &str| Decision { seen_as: seen_as.to_owned(), ..decision(Says::Holder(named(0)), None) };
        for seen_as in ["ann@nordwind.example", ""] {
            setup.declared = Some(decided(link(seen_as)));
            let found = only(setup.account(&LinkBroken, &row("bo@nordwind.example")));
            assert_eq!((found.severity, found.person), (Severity::Medium, Some(crate::model::PersonIx(0))));
            assert_eq!(&*found.reason[1], "its address is now bo@nordwind.example, which is Bo Lund's");
            assert!(found.evidence.contains(&here()) && found.evidence.contains(&Place { source: 0, line: 3 }));
        }
        setup.declared = Some(decided(link(" Bo@nordwind.example")));
        assert!(setup.account(&LinkBroken, &row("bo@nordwind.example")).is_empty(), "whoever decided saw that address");
        setup.declared = Some(decided(link("ann@nordwind.example")));
        assert!(
            setup.account(&LinkBroken, &row("ann.new@nordwind.example")).is_empty(),
            "a rename to nobody's address"
        );
    }

    #[test]
    fn a_strong_key_against_a_refusal_is_found_and_a_weaker_key_gives_way() {
        let mut setup = setup();
        let refusal: &'static Decision = Box::leak(Box::new(decision(Says::NotHolder(named(1)), None)));
        setup.declared = Some(Declared::Decided(Decided { refusals: vec![refusal], ..Decided::default() }));
        let strong = Record { employee_id: "E2", ..row("") };
        let found = only(setup.account(&LinkBroken, &strong));
        assert_eq!((found.severity, found.key), (Severity::Medium, Some(Key::EmployeeId)));
        assert_eq!(&*found.reason[1], "but its `employee-id` names Bo Lund, and nobody else is named as surely");
        assert!(found.evidence.contains(&here()));
        let weak = Record { aliases: vec!["bo@nordwind.example"], ..row("") };
        assert!(setup.account(&LinkBroken, &weak).is_empty(), "an alias does not link against a refusal");
        let other = Record { employee_id: "E2", ..row("ann@nordwind.example") };
        assert!(setup.account(&LinkBroken, &other).is_empty(), "another strong key names somebody who is not refused");
    }

    #[test]
    fn an_entry_that_another_overrules_is_found() {
        let mut setup = setup();
        let by: &'static Decision = Box::leak(Box::new(decision(Says::Holder(named(0)), None)));
        let other = Decision { account: "it@x.example".to_owned(), ..decision(Says::Holder(named(1)), None) };
        let other: &'static Decision = Box::leak(Box::new(Decision { place: Place { source: 3, line: 7 }, ..other }));
        let both = Decided { by: Some(by), overruled: vec![other], ..Decided::default() };
        setup.declared = Some(Declared::Decided(both));
        let found = only(setup.account(&LinkBroken, &row("it@x.example")));
        assert!(found.evidence.contains(&here()) && found.evidence.contains(&Place { source: 3, line: 7 }));
    }

    #[test]
    fn a_changed_password_of_a_persons_account_is_found() {
        let mut setup = setup();
        let rotation: &'static Decision = Box::leak(Box::new(decision(Says::Rotated, Some("2026-11-01"))));
        setup.declared = Some(Declared::Decided(Decided { rotated: Some(rotation), ..Decided::default() }));
        assert_eq!(only(setup.account(&LinkBroken, &row("bo@nordwind.example"))).severity, Severity::Low);
        setup.declared = Some(decided(non_human(None, Vec::new(), Some("2026-11-01"))));
        assert!(setup.account(&LinkBroken, &row("bo@nordwind.example")).is_empty());
    }

    #[test]
    fn an_account_that_is_gone_is_found_and_weighs_less_if_its_holder_has_left() {
        let of = |says| entries(vec![decision(says, None)], vec![SeenAs::Nothing]);
        let found = only(of(Says::Holder(named(1))).app(&LinkBroken, 3));
        assert_eq!((found.severity, found.status), (Severity::Low, FindingStatus::Open));
        assert_eq!(found.account.as_ref().unwrap().account(), "U1");
        assert_eq!(found.evidence, [here(), Place { source: 2, line: 0 }]);
        assert_eq!(only(of(Says::Holder(named(0))).app(&LinkBroken, 3)).severity, Severity::Info);
        assert!(of(Says::Rotated).app(&LinkBroken, 3).is_empty());
        let there = SeenAs::One("id:U1".to_owned(), Place { source: 2, line: 9 });
        assert!(entries(vec![decision(Says::Holder(named(1)), None)], vec![there]).app(&LinkBroken, 3).is_empty());
    }

    #[test]
    fn without_the_whole_roster_nobody_can_tell() {
        let two = || vec![decision(Says::Holder(named(1)), None), decision(Says::NotHolder(named(0)), None)];
        let mut part = entries(two(), vec![SeenAs::Nothing, SeenAs::Nothing]);
        part.guard = flagged(Check::DeclaredTotal, "zoom.csv holds 3 of 9 records");
        let found = only(part.app(&LinkBroken, 3));
        assert_eq!((found.status, found.evidence.as_slice()), (FindingStatus::NotEvaluable, &[here()][..]));
        assert_eq!(&*found.reason[1], "so nobody can tell whether 2 entries of links.yaml still fit");
        let mut none = entries(two(), Vec::new());
        none.without_roster = true;
        assert_eq!(only(none.app(&LinkBroken, 0)).status, FindingStatus::NotEvaluable);
        assert!(setup().app(&LinkBroken, 0).is_empty());
    }

    #[test]
    fn people_who_are_unknown_or_several_and_accounts_that_are_several_are_found() {
        let who = |who| Named { written: "zed@nordwind.example".to_owned(), who };
        let there = || vec![SeenAs::One("id:U1".to_owned(), Place { source: 2, line: 9 })];
        let of = |says| entries(vec![decision(says, None)], there());
        let nobody = only(of(Says::Holder(who(Who::Nobody))).app(&LinkBroken, 3));
        assert_eq!(&*nobody.reason[1], "it names `zed@nordwind.example`, whom neither HR nor a directory knows");
        assert_eq!(only(of(Says::NotHolder(who(Who::Several))).app(&LinkBroken, 3)).severity, Severity::Info);
        let holders = Says::NonHuman { owner: Some(who(Who::Nobody)), holders: vec![who(Who::Several), named(1)] };
        let found = only(of(holders).app(&LinkBroken, 3));
        assert!(found.reason[1].ends_with("which several people share"), "{:?}", found.reason);
        let places = [Place { source: 2, line: 9 }, Place { source: 2, line: 12 }];
        let several = SeenAs::Several(places[0], places[1]);
        let found = only(entries(vec![decision(Says::Holder(named(1)), None)], vec![several]).app(&LinkBroken, 3));
        assert_eq!(found.evidence, [here(), places[0], places[1]]);
    }

    #[test]
    fn which_accounts_are_shown_of_several_does_not_hang_on_the_order_of_rows() {
        let rows = [("id:1", 9), ("id:2", 4), ("id:3", 7)];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let mut seen = SeenAs::Nothing;
            for n in order {
                let (account, line) = rows[n];
                seen.see(account.to_owned(), Place { source: 2, line });
            }
            assert_eq!(seen, SeenAs::Several(Place { source: 2, line: 4 }, Place { source: 2, line: 7 }));
        }
    }
}
