//! LDIF as `ldapsearch` writes it and editors leave it.

use super::super::testing::{Told, told};
use super::columns;
use crate::model::Holds;

fn entry(uid: &str, name: &str) -> String {
    let (_, last) = name.split_once(' ').unwrap();
    format!(
        "dn: uid={uid},dc=x,dc=example\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {name}\nsn: {last}\nmail: {uid}@x.example\n"
    )
}

fn directory(text: &str) -> Told {
    told(Holds::Identities, text.as_bytes())
}

#[test]
fn an_answer_that_breaks_off_is_told() {
    for result in ["search: 2\nresult: 4 Size limit exceeded\n", "# result: 11 Administrative limit exceeded\n"] {
        let told = directory(&format!(
            "version: 1\n\n{}\n# search result\n{result}\n# numEntries: 1\n",
            entry("ann", "Ann Ray")
        ));
        assert_eq!((told.rows.len(), told.warnings.len()), (1, 1), "{told:?}");
        let limit = &result[result.find("result: ").unwrap()..].trim_end();
        let message = format!("warning: the directory itself says that its answer is not whole: `{limit}`");
        assert!(told.warnings[0].contains(&message), "{}", told.warnings[0]);
    }
    let whole = "# search result\nsearch: 2\nresult: 0 Success\ncontrol: 1.2.840.113556.1.4.319 false MAUCAQAEAA==\npagedresults: cookie=\n";
    let told = directory(&format!("{}\nref: ldap://dns.x.example/dc=dns\n\n{whole}", entry("ann", "Ann Ray")));
    assert_eq!((told.rows.len(), told.warnings, told.problem), (1, Vec::new(), None));
}

#[test]
fn nobody_is_lost_where_a_line_is_not_quite_blank() {
    for between in [" \n", ""] {
        let told = directory(&format!("{}{between}{}", entry("ann", "Ann Ray"), entry("bob", "Bob Lee")));
        assert_eq!(told.rows.len(), 2, "{told:?}");
        assert!(told.rows[0].contains("ann@x.example, Ann Ray") && told.rows[1].contains("bob@x.example, Bob Lee"));
        let line = if between.is_empty() { 7 } else { 8 };
        let message = format!("f:{line}: warning: 1 entry begins without a blank line before it; it is read as one");
        assert!(told.warnings[0].starts_with(&message), "{}", told.warnings[0]);
    }
}

#[test]
fn the_case_of_attributes_says_nothing() {
    let text =
        entry("ann", "Ann Ray") + "\n" + &entry("bob", "Bob Lee").replace("uid: ", "UID: ").replace("mail:", "Mail:");
    assert_eq!(columns(&text), ["Mail", "UID", "cn", "dn", "objectClass", "sn"]);
    let told = directory(&text);
    assert!(told.rows[0].contains("ann@x.example") && told.rows[1].contains("bob@x.example"), "{told:?}");
    assert_eq!(told.warnings, Vec::<String>::new());
}

#[test]
fn a_name_may_follow_its_colon_at_once() {
    let told = directory(&entry("ann", "Ann Ray").replace(": ", ":"));
    assert_eq!(told.rows.len(), 1, "{told:?}");
    assert!(told.rows[0].contains("ann@x.example, Ann Ray"));
}
