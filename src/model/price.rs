//! What plans and add-ons cost, and who says so.

use super::vocabulary::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A product that is bought beside a plan and opens something.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Addon {
    /// Its name as the vendor writes it.
    pub name: String,
    /// The plans it can be bought with; any, if left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plans: Vec<String>,
    /// Ids from `sources`.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
    /// One line in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

words! {
    /// What kind of price it is.
    PriceKind {
        /// The vendor's public price list.
        List = "list",
        /// What customers are said to pay.
        Typical = "typical",
        /// The vendor names none; one has to ask.
        QuoteOnly = "quote-only",
        /// Somebody else says so.
        ThirdPartyReport = "third-party-report",
    }
}

words! {
    /// What a price is for.
    PriceUnit {
        /// One person for a month.
        UserMonth = "user-month",
        /// One person for a year.
        UserYear = "user-year",
        /// The whole tenant for a month.
        TenantMonth = "tenant-month",
        /// The whole tenant for a year.
        TenantYear = "tenant-year",
        /// Paid once.
        Once = "once",
    }
}

/// What a plan or an add-on costs, as one source says.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Price {
    /// The plan, by its name in `plans`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// The add-on, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addon: Option<String>,
    /// What kind of price it is.
    pub kind: PriceKind,
    /// The amount, or the lower end of a range (`12.50`). None for `quote-only`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^\d{1,9}(\.\d{1,2})?$"))]
    pub amount: Option<String>,
    /// The upper end of a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^\d{1,9}(\.\d{1,2})?$"))]
    pub up_to: Option<String>,
    /// The currency's three letters (`USD`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[A-Z]{3}$"))]
    pub currency: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<PriceUnit>,
    /// Ids from `sources`.
    #[schemars(length(min = 1))]
    pub sources: Vec<String>,
    /// One line in our own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
