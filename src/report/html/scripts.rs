//! The scripts of the page, and the policy that admits them and nothing else.

use base64::Engine;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The scripts of the report, in the order in which they run. Each stands in the page as it is, and is admitted by its hash.
///
/// `table-core.js` is TanStack Table 8.21.3 as it is published on npm, without the line that names a source map (MIT, see its
/// LICENSE beside it). It keeps what is sorted, filtered and on which page, touches no element, and needs neither `eval` nor
/// inline styles, so the page's policy stays strict. `page.js` comes after it, so that its `beforeprint` opens what the table
/// has put there.
pub(super) const REPORT: [&str; 4] = [
    concat!(
        "/*\n",
        include_str!("../../../templates/report/table-core.LICENSE"),
        "*/\n",
        include_str!("../../../templates/report/table-core.js")
    ),
    include_str!("../../../templates/report/findings.js"),
    include_str!("../../../templates/report/page.js"),
    include_str!("../../../templates/report/review.js"),
];
/// Runs before anything is drawn, so that a dark page does not begin with a light flash.
const HEAD: &str = include_str!("../../../templates/report/theme.js");
pub(super) const OWN: [&str; 1] = [HEAD];

/// A script as it stands in the page.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub(super) struct Script(pub(super) String);

/// The script in the head of the report.
pub(super) fn of_head() -> Script {
    Script(HEAD.replace('\r', ""))
}

/// The scripts at the end of the report. A checkout with Windows line ends must not change what the browser hashes.
pub(super) fn of_report() -> Vec<Script> {
    REPORT.iter().map(|text| Script(text.replace('\r', ""))).collect()
}

/// Allows the one style and the scripts by their hashes, pictures that stand in the page, and nothing else.
pub(crate) fn policy<'s>(scripts: impl IntoIterator<Item = &'s str>, style: &str) -> String {
    let hash = |text: &str| base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes()));
    let scripts: Vec<String> = scripts.into_iter().map(|script| format!("'sha256-{}'", hash(script))).collect();
    let scripts = if scripts.is_empty() { "'none'".to_owned() } else { scripts.join(" ") };
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        hash(style)
    )
}
