//! The closed word lists of the field: what an account, a person, a worker or a way in can be.
//!
//! Every list has a word for "the data does not say". It is never read as yes or as no.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Gives a fieldless enum its written form, in both directions and for both schema and output.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant,)+ }
        impl $name {
            /// Every word of the list, in the order of their declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];
            /// The word as it is written in files.
            pub const fn word(self) -> &'static str { match self { $($name::$variant => $word,)+ } }
            /// The value that `word` stands for, if any.
            pub fn from_word(word: &str) -> Option<Self> { match word { $($word => Some($name::$variant),)+ _ => None } }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.pad(self.word()) }
        }
    };
}
pub(crate) use words;

words! {
    /// What an app says of an account, in one vocabulary for all apps. The raw word stays beside it.
    AccountStatus {
        /// Usable.
        Active = "active",
        /// An invitation that nobody has accepted yet.
        Invited = "invited",
        /// Switched off for now; an administrator can switch it on again.
        Suspended = "suspended",
        /// Locked after failed sign-ins; often opens again by itself.
        Locked = "locked",
        /// Ended: nobody can use it until it is made anew or restored.
        Deactivated = "deactivated",
        /// Ended, kept for its data.
        Archived = "archived",
        /// Deleted, and restorable for a time.
        SoftDeleted = "soft-deleted",
        /// The roster does not say, or says it in a word nobody has explained yet.
        Unknown = "unknown",
    }
}

impl AccountStatus {
    /// Whether access has ended. Suspended and locked accounts have not ended: they come back.
    pub const fn is_end_state(self) -> bool {
        matches!(self, Self::Deactivated | Self::Archived | Self::SoftDeleted)
    }
}

words! {
    /// What an HR system or an identity provider says of a person at one moment.
    PersonStatus {
        /// Hired, not started.
        PreHire = "pre-hire",
        /// At work.
        Active = "active",
        /// On leave; still employed.
        Leave = "leave",
        /// Has an end date in the future.
        Notice = "notice",
        /// Has left.
        Terminated = "terminated",
        /// Left once and works here again.
        Rehired = "rehired",
        /// The sources do not say, or contradict each other.
        Unknown = "unknown",
    }
}

words! {
    /// In what relation a person stands to the company.
    WorkerKind {
        /// On the payroll.
        Employee = "employee",
        /// Works under a contract, often absent from HR.
        Contractor = "contractor",
        /// Intern, trainee, working student.
        Intern = "intern",
        /// Employed by a supplier.
        Vendor = "vendor",
        /// A guest of the directory.
        Guest = "guest",
        /// A service account, room, shared mailbox or bot that stands in the directory.
        NonHuman = "non-human",
        /// The sources do not say.
        Unknown = "unknown",
    }
}

words! {
    /// What kind of holder an account has, as far as the roster says.
    AccountKind {
        /// A person's account.
        Human = "human",
        /// A guest or an outside collaborator.
        Guest = "guest",
        /// A bot or an integration.
        Bot = "bot",
        /// A service account or a root account.
        Service = "service",
        /// The roster does not say.
        Unknown = "unknown",
    }
}

impl AccountKind {
    /// Whether the roster itself says that no person holds the account.
    pub const fn is_non_human(self) -> bool {
        matches!(self, Self::Bot | Self::Service)
    }
}

words! {
    /// How an account can sign in, as far as the roster says it of this one account.
    SignIn {
        /// Only through the identity provider.
        SsoOnly = "sso-only",
        /// With a password or a social login of the app's own.
        Local = "local",
        /// The roster does not say.
        Unknown = "unknown",
    }
}

words! {
    /// How well a product supports something, and how well that is known.
    Support {
        /// There for everyone (who is on the plan).
        Available = "available",
        /// Part of it is there.
        Partial = "partial",
        /// For selected customers.
        Pilot = "pilot",
        /// Public, not finished.
        Beta = "beta",
        /// Only for some customers, regions or tenants.
        Limited = "limited",
        /// After asking the vendor.
        OnRequest = "on-request",
        /// Still works, will end.
        Deprecated = "deprecated",
        /// Was there and has ended.
        Withdrawn = "withdrawn",
        /// A source says that it does not exist.
        None = "none",
        /// Looked for; no source says anything.
        Undocumented = "undocumented",
        /// Nobody has looked yet.
        NotResearched = "not-researched",
    }
}

impl Support {
    /// Whether a customer who meets its conditions can use it today.
    pub const fn usable(self) -> bool {
        matches!(
            self,
            Self::Available
                | Self::Partial
                | Self::Pilot
                | Self::Beta
                | Self::Limited
                | Self::OnRequest
                | Self::Deprecated
        )
    }
    /// Whether it is known to be absent (unlike merely not documented).
    pub const fn absent(self) -> bool {
        matches!(self, Self::None | Self::Withdrawn)
    }
}

words! {
    /// How grave a finding is. Ordered from the lightest to the gravest.
    Severity {
        /// Good to know.
        Info = "info",
        /// Tidy up.
        Low = "low",
        /// Fix in the normal course of work.
        Medium = "medium",
        /// Fix this week.
        High = "high",
        /// Fix now.
        Critical = "critical",
    }
}

words! {
    /// Whether a finding stands, or the data cannot decide.
    FindingStatus {
        /// The data shows it.
        Open = "open",
        /// The data cannot decide. Never a pass.
        NotEvaluable = "not-evaluable",
        /// The data shows it, and somebody has approved to live with it for a time.
        Excepted = "excepted",
    }
}

words! {
    /// The key that linked an account to a person, strongest first.
    Key {
        /// A link that a person declared in the workspace.
        Manual = "manual",
        /// The app's native id, linked in an earlier accepted run.
        NativeId = "native-id",
        /// SCIM externalId or the identity provider's object id.
        ExternalId = "external-id",
        /// The employee id of HR.
        EmployeeId = "employee-id",
        /// The address, equal after normalisation.
        Email = "email",
        /// A secondary or former address, or a declared domain alias.
        Alias = "alias",
        /// The directory login, where the app's export is known to carry it.
        Username = "username",
        /// Full name and a second independent attribute.
        Composite = "composite",
    }
}

words! {
    /// Where one account stands after matching. Each account has exactly one.
    Situation {
        /// Belongs to one person.
        Linked = "linked",
        /// No key fits, but there are candidates worth a human's look.
        Review = "review",
        /// Nobody, and no candidate.
        Unmatched = "unmatched",
        /// One key fits several people; nobody guesses.
        Disputed = "disputed",
        /// Different keys of the account point to different people.
        Collision = "collision",
        /// A bot, service or shared account.
        NonHuman = "non-human",
        /// A guest, or an address of another organisation.
        External = "external",
        /// Out of scope, with a reason.
        Excluded = "excluded",
        /// An unreadable row.
        Rejected = "rejected",
    }
}

words! {
    /// One step of an account's life that a company wants to control.
    Operation {
        /// See who has an account.
        List = "list",
        /// Make an account.
        Create = "create",
        /// Change name, address or attributes.
        Update = "update",
        /// End the use of an account.
        Deactivate = "deactivate",
        /// Take the account out of the app.
        Remove = "remove",
        /// Set groups or roles.
        Groups = "groups",
        /// Learn of changes as they happen.
        Events = "events",
    }
}

words! {
    /// How an operation is done for this tenant.
    Level {
        /// The identity provider does it.
        Automated = "automated",
        /// The app has an API for it; someone has to call it.
        Scriptable = "scriptable",
        /// Sign-in ends with the identity provider; the account stays.
        SsoOnly = "sso-only",
        /// A person does it in the app.
        Manual = "manual",
        /// The claims or the workspace do not say.
        Unknown = "unknown",
    }
}

words! {
    /// How an app's roster differs from the identity provider, row by row.
    Difference {
        /// A live account of a person who has left.
        LeaverActive = "leaver-active",
        /// An account that nobody of the company's people holds.
        OnlyInApp = "only-in-app",
        /// A person at work who has no account.
        OnlyInIdp = "only-in-idp",
        /// One side says that it has ended, the other does not, and the person has not left.
        StatusDiffers = "status-differs",
        /// Nobody fits, but there are candidates.
        Review = "review",
        /// Several people fit.
        Disputed = "disputed",
        /// A guest or another organisation's address.
        External = "external",
        /// A bot, service or shared account.
        NonHuman = "non-human",
        /// An unreadable row.
        Rejected = "rejected",
        /// No difference (`--all`).
        Matched = "matched",
    }
}
