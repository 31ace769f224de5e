//! What stands in the page hundreds of times, as markup: findings, accounts of leavers, rules. The frame around it is a
//! template's; a row that a template fills in takes ten times as long, and a page has hundreds of rows.
//!
//! Every text goes through [`Html::text`] or [`Html::breaks`], which escape it.

use super::action::Action;
use super::hooks::Hook;
use super::people::{Closed, Remnant};
use super::reviews::Decided;
use super::rows::{Account, AppLink, Mark, PersonCell, Row, ShortRow};
use super::{Rule, exceptions::Marked};
use serde::Serialize;

/// Something that is weighed as data before it is known whether it has room, and then stands in the page as markup.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Piece<T> {
    /// As it is weighed.
    Data(T),
    /// As it stands in the page.
    Markup(String),
}

impl<T> Piece<T> {
    /// Writes it, if it is not yet written.
    pub(super) fn write(&mut self, write: impl FnOnce(&T) -> String) {
        if let Self::Data(data) = self {
            *self = Self::Markup(write(data));
        }
    }
}

/// Markup in the making.
#[derive(Default)]
struct Html(String);

impl Html {
    /// Markup of ours.
    fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Anybody's text, escaped as in the templates.
    fn text(&mut self, text: &str) -> &mut Self {
        self.escaped(text, |b| if b == b'/' { "&#x2f;" } else { "" })
    }

    /// Anybody's text, which lines may break after the signs where addresses and paths are read apart.
    fn breaks(&mut self, text: &str) -> &mut Self {
        self.escaped(text, |b| match b {
            b'/' => "/<wbr>",
            b'@' => "@<wbr>",
            b';' => ";<wbr>",
            _ => "",
        })
    }

    fn escaped(&mut self, text: &str, also: impl Fn(u8) -> &'static str) -> &mut Self {
        let mut from = 0;
        for (at, b) in text.bytes().enumerate() {
            let with = match b {
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'&' => "&amp;",
                b'"' => "&quot;",
                b'\'' => "&#x27;",
                b'/' | b'@' | b';' => also(b),
                _ => "",
            };
            if !with.is_empty() {
                self.0.push_str(&text[from..at]);
                self.0.push_str(with);
                from = at + 1;
            }
        }
        self.0.push_str(&text[from..]);
        self
    }

    /// Text that may run in another direction than what stands around it.
    fn bdi(&mut self, text: &str) -> &mut Self {
        self.raw("<bdi>").text(text).raw("</bdi>")
    }

    /// A sentence, in which what stands between backticks is code.
    fn sentence(&mut self, text: &str) -> &mut Self {
        self.raw("<bdi>");
        self.0.push_str(&coded(text));
        self.raw("</bdi>")
    }

    fn bdi_breaks(&mut self, text: &str) -> &mut Self {
        self.raw("<bdi>").breaks(text).raw("</bdi>")
    }

    fn number(&mut self, n: impl ToString) -> &mut Self {
        self.0.push_str(&n.to_string());
        self
    }

    fn mark(&mut self, m: &Mark) -> &mut Self {
        self.raw("<span class=\"mark ").text(m.class).raw("\">").text(m.word).raw("</span>")
    }

    fn hook(&mut self, h: &Hook) -> &mut Self {
        self.raw("data-finding=\"").text(&h.id).raw("\" data-rule=\"").text(h.rule);
        self.raw("\" data-app=\"").text(&h.app).raw("\" data-person=\"").text(&h.person).raw("\"");
        let Some(review) = &h.review else { return self };
        self.raw(" data-seen=\"").text(&review.seen).raw("\" data-severity=\"").text(review.severity).raw("\"");
        if review.status != "open" {
            self.raw(" data-status=\"").text(review.status).raw("\"");
        }
        if review.held {
            self.raw(" data-held");
        }
        if !review.owner.is_empty() {
            self.raw(" data-owner=\"").text(&review.owner).raw("\"");
        }
        if !review.decided.is_empty() {
            self.raw(" data-decided=\"").text(review.decided).raw("\"");
        }
        self
    }

    fn decided(&mut self, decided: Option<&Decided>) -> &mut Self {
        let Some(d) = decided else { return self };
        self.raw("<p class=\"soft decided\"><span class=\"mark decided\">").text(&d.what).raw("</span> ");
        self.bdi(&d.by).raw(", ").text(&d.at);
        if !d.reason.is_empty() {
            self.raw(": ").bdi(&d.reason);
        }
        if d.changed {
            self.raw(" <b>The finding has changed since.</b>");
        }
        self.raw("</p>")
    }

    fn app(&mut self, app: Option<&AppLink>) -> &mut Self {
        let Some(a) = app else { return self };
        self.raw("<a href=\"#").text(&a.anchor).raw("\">").bdi(&a.name).raw("</a>")
    }

    fn excepted(&mut self, exception: Option<&Marked>) -> &mut Self {
        let Some(e) = exception else { return self };
        self.raw("<p class=\"soft\"><a class=\"mark excepted\" href=\"#").text(&e.anchor).raw("\">excepted</a> ");
        self.bdi(&e.id).raw(" until ").text(&e.until).raw("</p>")
    }

    fn places(&mut self, places: &[String]) -> &mut Self {
        self.raw("<ul class=\"places\">");
        for place in places {
            self.raw("<li>").bdi_breaks(place).raw("</li>");
        }
        self.raw("</ul>")
    }

    fn account(&mut self, account: Option<&Account>) -> &mut Self {
        let Some(a) = account else { return self };
        self.bdi_breaks(&a.main).raw("<span class=\"meta\">");
        if !a.name.is_empty() {
            self.bdi(&a.name).raw(" · ");
        }
        self.raw("<b>").text(&a.status).raw("</b>");
        if !a.role.is_empty() {
            // A number alone would be taken for anything.
            let bare = a.role.bytes().all(|b| b.is_ascii_digit());
            self.raw(if bare { " · role " } else { " · " }).bdi(&a.role);
        }
        if !a.id.is_empty() {
            self.raw(" · ").bdi_breaks(&a.id);
        }
        self.raw("</span>")
    }

    fn person(&mut self, person: Option<&PersonCell>) -> &mut Self {
        let Some(p) = person else { return self };
        let name = if p.name.is_empty() { &p.email } else { &p.name };
        if p.linked {
            self.raw("<a href=\"#").text(&p.anchor).raw("\">").bdi(name).raw("</a>");
        } else {
            self.bdi(name);
        }
        self.raw("<span class=\"meta\">").text(&p.standing).raw("</span>")
    }

    fn todo(&mut self, a: &Action) -> &mut Self {
        if !a.gist.is_empty() {
            self.raw("<p class=\"do\">").sentence(&a.gist).raw("</p>");
        }
        if !a.steps.is_empty() {
            self.raw("<details class=\"steps\"><summary>").bdi(&a.how).raw(": ").number(a.count);
            self.raw(" steps</summary>").sentences(&a.steps).raw("</details>");
        }
        if !a.then.is_empty() {
            self.raw("<p class=\"do\">").sentence(&a.then).raw("</p>");
        }
        self
    }

    fn sentences(&mut self, sentences: &[String]) -> &mut Self {
        self.raw("<ol class=\"reason\">");
        for sentence in sentences {
            self.raw("<li>").sentence(sentence).raw("</li>");
        }
        self.raw("</ol>")
    }

    fn finding(&mut self, rule: &str, title: &str) -> &mut Self {
        self.raw("<a href=\"#rule-").text(rule).raw("\">").text(title).raw("</a>")
    }
}

/// A sentence as markup, in which what stands between backticks is code. Of an odd number, none means anything.
pub(super) fn coded(text: &str) -> String {
    let mut h = Html(String::with_capacity(text.len() + 32));
    let ticks = memchr::memchr_iter(b'`', text.as_bytes()).count();
    if ticks == 0 || !ticks.is_multiple_of(2) {
        h.text(text);
        return h.0;
    }
    for (n, piece) in text.split('`').enumerate() {
        if n % 2 == 1 {
            h.raw("<code>").text(piece).raw("</code>");
        } else {
            h.text(piece);
        }
    }
    h.0
}

/// A row of the table of all findings.
pub(super) fn row(r: &Row) -> String {
    let mut h = Html(String::with_capacity(2048));
    h.raw("<tr id=\"finding-").text(&r.hook.id).raw("\" ").hook(&r.hook);
    h.raw(" data-s=\"").text(r.severity).raw("\" data-t=\"").text(r.status).raw("\"");
    if !r.since.is_empty() {
        h.raw(" data-n=\"").text(r.since).raw("\"");
    }
    h.raw("><td>").mark(&r.mark);
    if matches!(r.since, "new" | "back") {
        h.raw(" <span class=\"since ").text(r.since).raw("\">").text(r.since).raw("</span>");
    }
    h.raw("</td><td>").finding(r.rule, r.title).todo(&r.action);
    h.excepted(r.exception.as_ref()).decided(r.decided.as_ref());
    h.raw("<div class=\"decide\" hidden></div><details><summary>Why</summary>")
        .sentences(&r.reason)
        .raw("<p class=\"soft\">");
    if !r.history.is_empty() {
        h.bdi(&r.history).raw(" ");
    }
    if !r.key.is_empty() {
        h.raw("Matched by ").text(r.key).raw(". ");
    }
    h.raw("<code>").text(&r.hook.id).raw("</code></p></details></td><td>");
    h.app(r.app.as_ref()).raw("</td><td>").account(r.account.as_ref()).raw("</td><td>").person(r.person.as_ref());
    h.raw("</td><td class=\"n\" data-v=\"").number(r.days_sort).raw("\">").text(&r.days).raw("</td><td>");
    h.places(&r.evidence).raw("</td></tr>");
    h.0
}

/// A row of the findings below an app.
pub(super) fn short_row(r: &ShortRow) -> String {
    let mut h = Html(String::with_capacity(1024));
    h.raw("<tr ").hook(&r.hook).raw("><td data-v=\"").number(r.mark.sort).raw("\">").mark(&r.mark).raw("</td><td>");
    h.finding(r.rule, r.title).raw("<br><span class=\"do\">").sentence(&r.action).raw("</span>");
    h.excepted(r.exception.as_ref()).raw("</td><td>").account(r.account.as_ref()).raw("</td><td>");
    h.person(r.person.as_ref()).raw("</td><td class=\"n\" data-v=\"").number(r.days_sort).raw("\">").text(&r.days);
    h.raw("</td><td>").places(&r.evidence).raw("</td></tr>");
    h.0
}

/// One of the gravest findings that are not about a leaver's account.
pub(super) fn other(r: &Row) -> String {
    let mut h = Html::default();
    h.raw("<li class=\"hit\"><div class=\"one\" ").hook(&r.hook).raw("><p>");
    h.mark(&r.mark).raw(" ").finding(r.rule, r.title);
    if r.app.is_some() {
        h.raw(" in ").app(r.app.as_ref());
    }
    if let Some(account) = &r.account {
        h.raw(": ").bdi_breaks(&account.main);
        if !account.name.is_empty() {
            h.raw(" (").bdi(&account.name).raw(")");
        }
    } else if let Some(person) = &r.person {
        h.raw(": ").bdi(if person.name.is_empty() { &person.email } else { &person.name });
    }
    h.raw("</p><div class=\"decide\" hidden></div></div>").todo(&r.action).raw("</li>");
    h.0
}

/// An account of a leaver that is left, in the leaver's card.
pub(super) fn remnant(r: &Remnant) -> String {
    let mut h = Html(String::with_capacity(2048));
    h.raw("<li>\n<div class=\"what\">\n<p class=\"in\">").app(r.app.as_ref()).raw("</p>\n").account(Some(&r.account));
    h.raw("\n</div>\n<div class=\"found\">\n");
    for f in &r.found {
        h.raw("<div class=\"one\" ").hook(&f.hook).raw("><p>").mark(&f.mark).raw(" ").finding(f.rule, f.title);
        if let Some(exception) = &f.exception {
            h.raw(" <a class=\"mark excepted\" href=\"#").text(&exception.anchor).raw("\">excepted until ");
            h.text(&exception.until).raw("</a>");
        }
        h.raw("</p>").decided(f.decided.as_ref()).raw("<div class=\"decide\" hidden></div></div>\n");
    }
    for action in &r.actions {
        h.todo(action);
    }
    h.raw("<details><summary>Why</summary>\n");
    for f in &r.found {
        if r.found.len() > 1 {
            h.raw("<p class=\"soft\">").text(f.title).raw("</p>");
        }
        h.sentences(&f.reason).raw("\n");
    }
    if !r.key.is_empty() {
        h.raw("<p class=\"soft\">Matched by ").text(r.key).raw(".</p>");
    }
    h.raw("</details>\n</div>\n<div class=\"proof\">\n");
    if !r.days.is_empty() {
        h.raw("<p class=\"days\"><b>").text(&r.days).raw("</b> since leaving</p>");
    }
    h.places(&r.evidence).raw("\n</div>\n</li>");
    h.0
}

/// A row of the accounts of leavers that have ended.
pub(super) fn closed(c: &Closed) -> String {
    let mut h = Html::default();
    h.raw("<tr class=\"hit\"><td>").bdi(&c.person).raw("</td><td>").text(&c.left).raw("</td><td>");
    h.app(c.app.as_ref()).raw("</td><td>").account(Some(&c.account)).raw("</td><td><code>");
    h.bdi_breaks(&c.evidence).raw("</code></td></tr>");
    h.0
}

/// What there is to say of a rule.
pub(super) fn rule(r: &Rule) -> String {
    let mut h = Html(String::with_capacity(2048));
    h.raw("<article class=\"rule\" id=\"rule-").text(r.id).raw("\">\n<h3>").text(r.title).raw("</h3>\n");
    h.raw("<p class=\"soft\"><code>").text(r.id).raw("</code> ").mark(&r.mark).raw(" ").text(&r.open).raw(" open");
    for (count, word) in [(&r.undecided, " undecided"), (&r.excepted, " excepted")] {
        if count != "0" {
            h.raw(", ").text(count).raw(word);
        }
    }
    h.raw("</p>\n<dl>\n<dt>What it means</dt><dd>").sentence(r.means).raw("</dd>\n<dt>Why it matters</dt><dd>");
    h.sentence(r.why).raw("</dd>\n<dt>What to do</dt><dd>").sentence(r.fix).raw("</dd>\n");
    if !r.silent.is_empty() {
        h.raw("<dt>When it is silent</dt><dd>").sentence(r.silent).raw("</dd>");
    }
    if !r.controls.is_empty() {
        h.raw("<dt>Controls</dt><dd>");
        for (standard, controls) in &r.controls {
            h.raw("<span class=\"control\">").text(standard).raw(": ").text(controls).raw("</span>");
        }
        h.raw("</dd>");
    }
    h.raw("</dl>\n</article>\n");
    h.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_backticks_is_code_and_stays_text() {
        assert_eq!(coded("run `a <b>` and `c`"), "run <code>a &lt;b&gt;</code> and <code>c</code>");
        assert_eq!(coded("a ` b <i>"), "a ` b &lt;i&gt;", "one alone means nothing");
        assert_eq!(coded("`a`"), "<code>a</code>");
    }

    #[test]
    fn texts_are_escaped_as_in_the_templates() {
        let all: String = (0..0x250).filter_map(char::from_u32).chain("</script>&amp;\u{202e}".chars()).collect();
        let mut h = Html::default();
        assert_eq!(h.text(&all).0, minijinja::HtmlEscape(&all).to_string());
        let mut h = Html::default();
        h.breaks(&all);
        assert_eq!(minijinja::Value::from_safe_string(h.0), super::super::breaks(&all));
        assert_eq!(Html::default().number(-7i64).raw(" ").number(usize::MAX).0, format!("-7 {}", usize::MAX));
    }
}
