// What went wrong, and what the caller can do about it: one box, the latest problem.
const at = (id) => document.getElementById(id);

// `problems` are the texts by name; `without` offers a call without a microphone.
export function help(problems, reason, without = false) {
  const box = at("help");
  if (box.dataset.reason === reason && !box.hidden) return;
  const problem = problems[reason] ?? problems.failed;
  box.dataset.reason = reason;
  box.querySelector(".call-help-title").textContent = problem.title;
  box.querySelector(".call-help-text").textContent = problem.text;
  box.querySelector("ol").replaceChildren(...problem.steps.map((step) => {
    const item = document.createElement("li");
    item.textContent = step;
    return item;
  }));
  at("without").hidden = !without;
  box.hidden = false;
}

// All of it, or only what is said for this reason.
export function hideHelp(reason) {
  if (!reason || at("help").dataset.reason === reason) at("help").hidden = true;
}
