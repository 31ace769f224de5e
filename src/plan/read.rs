//! Reads a plan that people have had in their hands, and sees whether it still fits together.

use super::{Plan, Step, VERSION};
use crate::chain::sha256;
use crate::diag::Diagnostic;
use crate::yaml;
use std::collections::BTreeMap;

/// The JSON Schema of a plan.
pub fn schema() -> serde_json::Value {
    yaml::schema::<Plan>()
}

/// What the hashes of the steps rest on: everything of the plan that stands above them.
fn head(plan: &Plan) -> String {
    let head = Plan { steps: Vec::new(), people: plan.people.clone(), left_out: plan.left_out.clone(), ..bare(plan) };
    serde_json::to_string(&head).unwrap_or_default()
}

fn bare(plan: &Plan) -> Plan {
    Plan {
        plan: plan.plan,
        tool: plan.tool.clone(),
        catalog: plan.catalog.clone(),
        company: plan.company.clone(),
        as_of: plan.as_of.clone(),
        people: Vec::new(),
        left_out: Vec::new(),
        steps: Vec::new(),
    }
}

/// The hash of a step under the head of its plan.
fn hash(head: &str, step: &Step) -> String {
    let bare = Step { approved: String::new(), hash: String::new(), ..step.clone() };
    sha256(format!("{head}\n{}", serde_json::to_string(&bare).unwrap_or_default()).as_bytes())
}

/// The hashes of all steps of a plan, in their order.
pub fn hash_of(plan: &Plan) -> Vec<String> {
    let head = head(plan);
    plan.steps.iter().map(|step| hash(&head, step)).collect()
}

/// Reads a plan.
///
/// # Errors
/// Every step that is not as it was made, each at its line; or the file is no plan.
pub fn read(file: &str, bytes: &[u8]) -> Result<Plan, Vec<Diagnostic>> {
    let read = yaml::load_long::<Plan>(file, bytes)?;
    let plan = &read.value;
    let mut problems = Vec::new();
    if plan.plan != VERSION {
        let message = format!("this is a plan of version {}, and this program knows version {VERSION}", plan.plan);
        return Err(vec![read.error("/plan", message).help("make the plan anew with `coverage plan`")]);
    }
    let mut ids: BTreeMap<&str, usize> = BTreeMap::new();
    let mut accounts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (n, (step, hash)) in plan.steps.iter().zip(hash_of(plan)).enumerate() {
        let pointer = format!("/steps/{n}");
        if !matches!(step.approved.as_str(), "yes" | "no" | "true" | "false") {
            let message = format!("`{}` is neither `yes` nor `no`", step.approved);
            problems.push(read.error(&format!("{pointer}/approved"), message));
        }
        if step.hash != hash {
            let message = "this step, or what stands above the steps, is not as `coverage plan` wrote it";
            problems.push(read.error(&format!("{pointer}/hash"), message).help(
                "only `approved` may be changed, and steps removed; make the plan anew with `coverage plan`, and find out who \
                 changed this one",
            ));
        }
        if step.request.is_some() == step.by_hand.is_some() {
            let message = "a step has either a `request` or is done `by-hand`";
            problems.push(read.error(&pointer, message));
        }
        // Two steps of other ids may send nothing to one account; a directory and an app of one name may both have it.
        let sent = step.request.as_ref().and_then(|_| accounts.insert((&step.app, &step.account.id), n));
        let twice = [ids.insert(&step.step, n), sent];
        if let Some(first) = twice.into_iter().flatten().next() {
            let message = format!("the step stands here a second time; first as number {}", first + 1);
            problems.push(read.error(&format!("{pointer}/step"), message).help("remove one of them"));
        }
    }
    if problems.is_empty() { Ok(read.value) } else { Err(problems) }
}
