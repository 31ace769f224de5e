//! The rules that the sample report speaks about.

use crate::model::{Controls, RuleMeta, Severity};

const ACCESS_REMOVED: Controls = Controls {
    soc2: &["CC6.2", "CC6.3"],
    iso27001: &["A.5.16", "A.5.18"],
    pci: &["8.2.5"],
    nist: &["AC-2(3)", "PS-4"],
};

macro_rules! rule {
    ($name:ident, $id:literal, $severity:ident, $title:literal) => {
        pub(super) static $name: RuleMeta = RuleMeta {
            id: $id,
            title: $title,
            severity: Severity::$severity,
            means: "The roster shows an account that is not at an end although the person it belongs to has left.",
            why: "Whoever still knows the password, or finds an open session or a token, works on in the company's name. Auditors sample exactly this.",
            fix: "Deactivate the account in the app, end its sessions and tokens, and export the roster again as proof.",
            silent: "The account is deactivated, archived or deleted, or the roster was made before the person left.",
            controls: ACCESS_REMOVED,
        };
    };
}

rule!(ACTIVITY, "activity-after-leaving", Critical, "Account used after its holder left");
rule!(LOGIN, "residual-login-capable", High, "Leaver can still sign in");
rule!(DIRECTORY, "idp-active-after-end", High, "Directory account lives on after the leaving");
rule!(BLOCKED, "residual-sso-blocked", Medium, "Leaver's account lives behind closed sign-in");
rule!(INVITE, "pending-invite-leaver", Medium, "Invitation of a leaver is still open");
rule!(UNDECIDABLE, "residual-undecidable", High, "Roster cannot say whether a leaver's access has ended");
rule!(ORPHAN, "orphan-account", Medium, "Account that nobody holds");
rule!(CANDIDATES, "owner-unconfirmed", Medium, "Account whose holder is only a guess");
rule!(LAST_ADMIN, "last-admin-leaver", Critical, "The only administrator has left");
rule!(MANUAL, "manual-only-app", Low, "Leavers are removed by hand only");
rule!(MISSING, "roster-missing", Medium, "App without a roster");
rule!(REJECTED, "rows-rejected", Low, "Rows that could not be read");

pub(super) static ALL: [&RuleMeta; 12] = [
    &ACTIVITY,
    &LAST_ADMIN,
    &UNDECIDABLE,
    &LOGIN,
    &DIRECTORY,
    &BLOCKED,
    &CANDIDATES,
    &INVITE,
    &ORPHAN,
    &MISSING,
    &MANUAL,
    &REJECTED,
];
