//! The controls that rules serve, by standard, as the exchange formats name them.

use crate::model::{Controls, RuleMeta};

/// One standard.
pub(super) struct Standard {
    /// What its controls' ids begin with where ids of several standards stand side by side; empty for NIST SP 800-53,
    /// whose ids are those of NIST's own OSCAL catalog.
    pub(super) prefix: &'static str,
    /// Its name.
    pub(super) name: &'static str,
    /// Its controls among those of a rule.
    pub(super) of: fn(&Controls) -> &'static [&'static str],
}

/// All of them.
pub(super) const ALL: [Standard; 4] = [
    Standard { prefix: "soc2-", name: "SOC 2 (Trust Services Criteria)", of: |c| c.soc2 },
    Standard { prefix: "iso27001-", name: "ISO/IEC 27001:2022 Annex A", of: |c| c.iso27001 },
    Standard { prefix: "pci-", name: "PCI DSS 4.0", of: |c| c.pci },
    Standard { prefix: "", name: "NIST SP 800-53 Rev. 5", of: |c| c.nist },
];

/// `PCI DSS 4.0: 8.2.5`, for every control of a rule.
pub(super) fn requirements(rule: &RuleMeta) -> impl Iterator<Item = (&'static Standard, &'static str)> {
    ALL.iter().flat_map(|standard| (standard.of)(&rule.controls).iter().map(move |control| (standard, *control)))
}

/// A control's id as an OSCAL token: `ac-2.3` for NIST's AC-2(3), `soc2-cc6.2` for SOC 2's CC6.2.
pub(super) fn token(standard: &Standard, control: &str) -> String {
    let mut out = standard.prefix.to_owned();
    for c in control.chars() {
        match c {
            '(' => out.push('.'),
            c if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') => out.push(c.to_ascii_lowercase()),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_of_nist_have_the_ids_of_its_own_catalog() {
        assert_eq!(token(&ALL[3], "AC-2(3)"), "ac-2.3");
        assert_eq!(token(&ALL[0], "CC6.2"), "soc2-cc6.2");
        assert_eq!(token(&ALL[1], "A.5.18"), "iso27001-a.5.18");
        assert_eq!(token(&ALL[2], "8.2.5"), "pci-8.2.5");
    }
}
