//! How an account ends: what each trigger does, how a person does it by hand, and how the member list is had.

use super::vocabulary::words;
use super::{Evidence, Names, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// What sets a deprovisioning off.
    Trigger {
        /// SCIM sets `active` to false.
        ScimActiveFalse = "scim-active-false",
        /// SCIM deletes the user.
        ScimDelete = "scim-delete",
        /// The app is taken from the person in the identity provider.
        IdpUnassign = "idp-unassign",
        /// The person is switched off in the identity provider.
        IdpDeactivate = "idp-deactivate",
        /// The person falls out of what is synchronised.
        SyncScopeChange = "sync-scope-change",
        /// The person has not signed in for a time, where accounts are made at sign-in.
        JitNoLogin = "jit-no-login",
        /// A call of the app's API, or its command line.
        ApiCall = "api-call",
        /// An administrator in the app.
        AdminUi = "admin-ui",
    }
}

words! {
    /// What a deprovisioning does to the account.
    Effect {
        /// Out of the workspace; the account itself lives elsewhere.
        MembershipRemoved = "membership-removed",
        /// Kept, unusable.
        Deactivated = "deactivated",
        /// Kept, unusable for now.
        Suspended = "suspended",
        /// Kept for its data, out of the lists.
        Archived = "archived",
        /// Kept without a licence.
        LicenceRemoved = "licence-removed",
        /// Gone.
        Deleted = "deleted",
        /// Gone after a time.
        DeletedAfterDelay = "deleted-after-delay",
        /// Signed out; can sign in again.
        SessionEndedOnly = "session-ended-only",
        /// Cannot sign in through the identity provider; the account is untouched.
        SignInBlocked = "sign-in-blocked",
        /// Nothing.
        None = "none",
        /// No source says.
        Undocumented = "undocumented",
    }
}

words! {
    /// What can be left behind.
    Remains {
        /// The account's record in the tenant.
        Account = "account",
        /// Its paid seat.
        Seat = "seat",
        /// API tokens and keys.
        Tokens = "tokens",
        /// Open sessions.
        Sessions = "sessions",
        /// A password or social login.
        LocalLogin = "local-login",
        /// Grants to third-party apps.
        OauthGrants = "oauth-grants",
        /// Workspaces outside the tenant.
        OutsideWorkspaces = "outside-workspaces",
        /// Memberships in other parts of the tenant.
        OtherMemberships = "other-memberships",
        /// Access to single items as a guest.
        GuestAccess = "guest-access",
        /// Links that open without an account.
        SharedLinks = "shared-links",
        /// Automations and integrations that run in the person's name.
        Automations = "automations",
        /// Copies on the person's devices.
        Devices = "devices",
        /// What the person made.
        Content = "content",
    }
}

words! {
    /// What makes a removal fail.
    Blocker {
        /// Nobody else would be administrator.
        LastAdmin = "last-admin",
        /// Nobody else would be owner.
        LastOwner = "last-owner",
        /// An owner cannot be removed; ownership moves first.
        Owner = "owner",
        /// The person has a higher role than whoever removes them.
        HigherRole = "higher-role",
        /// The person is an administrator; the role goes first.
        AdminRole = "admin-role",
        /// The person is the tenant's billing or technical contact.
        TenantContact = "tenant-contact",
        /// The directory manages the account; it must be ended there.
        DirectoryManaged = "directory-managed",
        /// The directory has not made the account; it must be ended in the app.
        NotDirectoryManaged = "not-directory-managed",
        /// The person owns content.
        OwnsContent = "owns-content",
        /// Open work hangs on the person (incidents, approvals).
        OpenWork = "open-work",
        /// Something is still attached to the account (keys, policies, forwarding).
        Attachments = "attachments",
        /// Nobody has been named to take over.
        NoSuccessor = "no-successor",
        /// The invitation was never accepted.
        InvitationOpen = "invitation-open",
        /// The account is in a state from which this is not possible; another step comes first.
        WrongState = "wrong-state",
        /// A legal hold.
        LegalHold = "legal-hold",
        /// Whoever removes is the person.
        OwnAccount = "own-account",
    }
}

impl Blocker {
    /// The case in which a removal fails, as it stands in a sentence.
    pub const fn case(self) -> &'static str {
        match self {
            Self::LastAdmin => "the last administrator",
            Self::LastOwner => "the last owner",
            Self::Owner => "an owner",
            Self::HigherRole => "a person with a higher role than whoever removes them",
            Self::AdminRole => "an administrator who still has the role",
            Self::TenantContact => "the billing or technical contact",
            Self::DirectoryManaged => "an account that the directory manages",
            Self::NotDirectoryManaged => "an account that the directory has not made",
            Self::OwnsContent => "a person who owns content",
            Self::OpenWork => "a person with open work",
            Self::Attachments => "an account with something still attached to it",
            Self::NoSuccessor => "an account for which nobody is named to take over",
            Self::InvitationOpen => "an invitation that was never accepted",
            Self::WrongState => "an account in the wrong state for it",
            Self::LegalHold => "a person under legal hold",
            Self::OwnAccount => "one's own account",
        }
    }
}

words! {
    /// What becomes of one thing that belongs to an account.
    Fate {
        /// It stays as it is.
        Kept = "kept",
        /// It ends.
        Ended = "ended",
        /// It ends, but not at once.
        EndedLater = "ended-later",
        /// Somebody else gets it.
        Transferred = "transferred",
        /// Whoever removes the person chooses.
        Chosen = "chosen",
        /// A source was read for it and does not say.
        Undocumented = "undocumented",
    }
}

/// What happens to an account when something ends it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Deprovision {
    /// What sets it off.
    pub trigger: Trigger,
    /// For whom or where it holds; everywhere if left out.
    #[serde(default, skip_serializing_if = "Scope::is_everywhere")]
    pub scope: Scope,
    /// A setting on which it depends, and its position (`Member Deprovisioning: delete`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// What becomes of the account.
    pub effect: Effect,
    /// After how long the account is deleted or cut off, if not at once (`30 days`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[1-9]\d* (minute|hour|day|week|month|year)s?$"))]
    pub delay: Option<String>,
    /// How soon, as the source puts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timing: Option<String>,
    /// Whether it can be undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversible: Option<bool>,
    /// How it can be undone, as the source puts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restore: Option<String>,
    /// What becomes of the paid seat (`ended`: it is free again).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<Fate>,
    /// What becomes of open sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sessions: Option<Fate>,
    /// What becomes of API tokens and keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Fate>,
    /// What becomes of what the person made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Fate>,
    /// What is left behind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remains: Vec<Remains>,
    /// What makes it fail.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocked_by: Vec<Blocker>,
    /// Ids from `sources`.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
    /// Whether the source says so, or it follows from what it says. What is said comes before what follows.
    #[serde(default = "Evidence::stated", skip_serializing_if = "Evidence::is_stated")]
    pub evidence: Evidence,
    /// One line in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Deprovision {
    /// Whether both cannot be true of one account: another effect, or another fate of the same thing.
    pub fn contradicts(&self, other: &Self) -> bool {
        let fates =
            |d: &Self| [d.seat, d.sessions, d.tokens, d.content].map(|fate| fate.filter(|f| *f != Fate::Undocumented));
        let differ = |(a, b): (Option<Fate>, Option<Fate>)| a.is_some() && b.is_some() && a != b;
        self.effect != other.effect || fates(self).into_iter().zip(fates(other)).any(differ)
    }

    /// In what cases it fails, as they stand in a sentence.
    pub fn fails_for(&self) -> Option<String> {
        let cases: Vec<&str> = self.blocked_by.iter().map(|b| b.case()).collect();
        (!cases.is_empty()).then(|| cases.join(", "))
    }
}

/// One step of a runbook: a sentence, or a sentence with sources of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Step {
    /// What to do.
    Plain(String),
    /// What to do, and who says so.
    Sourced(SourcedStep),
}

/// What to do, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SourcedStep {
    /// What to do, in one sentence.
    #[serde(rename = "do")]
    pub text: String,
    /// Ids from `sources`.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
}

impl Step {
    /// What to do.
    pub fn text(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Sourced(step) => &step.text,
        }
    }

    /// Its own sources; those of the runbook, if it has none.
    pub fn sources<'a>(&'a self, of_runbook: &'a [String]) -> &'a [String] {
        match self {
            Self::Plain(_) => of_runbook,
            Self::Sourced(step) => &step.sources,
        }
    }
}

impl From<&str> for Step {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}

/// How a person removes a leaver by hand.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Runbook {
    /// Which role can do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// The steps, one sentence each, in order.
    #[schemars(length(min = 1))]
    pub steps: Vec<Step>,
    /// What looks like enough and is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_enough: Option<String>,
    /// What to do first if the person is the last administrator or an owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_admin: Option<String>,
    /// What is still there afterwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub survives: Vec<Remains>,
    /// How a removal by mistake is undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restore: Option<String>,
    /// What to keep as proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
    /// Other ways to do it (for good, on another plan, with the API).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<OtherWay>,
    /// Ids from `sources`.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
    /// One line in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Another way to remove a person by hand.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OtherWay {
    /// What it is for, in a few words (`for good`, `with the API`).
    pub name: String,
    /// For whom or where it holds; everywhere if left out.
    #[serde(default, skip_serializing_if = "Scope::is_everywhere")]
    pub scope: Scope,
    /// Which role can do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// The steps, one sentence each, in order.
    #[schemars(length(min = 1))]
    pub steps: Vec<Step>,
    /// Ids from `sources`.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
}

words! {
    /// How a member list is had.
    RosterBy {
        /// A download in the app.
        Ui = "ui",
        /// The app's API.
        Api = "api",
        /// The app's command line.
        Cli = "cli",
        /// The vendor's support sends it.
        Support = "support",
        /// It stands on a screen only.
        ScreenOnly = "screen-only",
        /// A source says that there is none.
        None = "none",
        /// Looked for; no source says anything.
        Undocumented = "undocumented",
    }
}

words! {
    /// A kind of file.
    FileFormat {
        /// Comma-separated values, or with another separator.
        Csv = "csv",
        /// A workbook.
        Xlsx = "xlsx",
        /// A workbook of the older kind, or a table that only calls itself one.
        Xls = "xls",
        /// JSON.
        Json = "json",
        /// XML.
        Xml = "xml",
        /// PDF, which no program reads reliably.
        Pdf = "pdf",
    }
}

words! {
    /// A part of a member list: rows or columns.
    RosterPart {
        /// Rows: accounts that have ended.
        Deactivated = "deactivated",
        /// Rows: open invitations.
        Invited = "invited",
        /// Rows: guests.
        Guests = "guests",
        /// Rows: people without a paid licence.
        Unlicensed = "unlicensed",
        /// Rows: people whom the directory or the domain does not manage.
        Unmanaged = "unmanaged",
        /// Rows: people of other workspaces of the tenant.
        OtherWorkspaces = "other-workspaces",
        /// Rows: bots and service accounts.
        Machines = "machines",
        /// Column: the address.
        Email = "email",
        /// Column: the account's id.
        Id = "id",
        /// Column: role.
        Role = "role",
        /// Column: status.
        Status = "status",
        /// Column: last activity.
        LastActivity = "last-activity",
        /// Column: whether a second factor is on.
        SecondFactor = "second-factor",
        /// Column: groups.
        Groups = "groups",
    }
}

/// How a member list is had, as its sources say. How `coverage` reads the file stands in `exports`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RosterExport {
    /// How it is had.
    pub by: RosterBy,
    /// For whom or where it holds; everywhere if left out.
    #[serde(default, skip_serializing_if = "Scope::is_everywhere")]
    pub scope: Scope,
    /// Where to click, or the call to make.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Which role can do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// The smallest plan that has it, a list of the plans that have it, or `every-plan`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Names>,
    /// What kinds of file it makes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<FileFormat>,
    /// The columns that the sources name, in the file's own words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// What it is said to hold beside live accounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<RosterPart>,
    /// What it is said to leave out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaves_out: Vec<RosterPart>,
    /// How the file arrives, where it is no download (`e-mail with a link`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<String>,
    /// For how long the link in that message works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[1-9]\d* (minute|hour|day|week|month|year)s?$"))]
    pub link_lifetime: Option<String>,
    /// The id under `exports` that reads it; several, where the file comes in several forms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_by: Option<Names>,
    /// Ids from `sources`.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
    /// One line in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
