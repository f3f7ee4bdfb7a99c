// Shows a question only when it is asked. Without this script every question is shown with the
// words that say when to ask it; the server drops the answers to questions that are not asked.
"use strict";
(() => {
  const form = document.querySelector("form.interview");
  if (!form) return;
  form.classList.add("has-script");
  const questions = Array.from(form.querySelectorAll(".question"));

  const given = (question) =>
    Array.from(question.querySelectorAll("input:checked, input:not([type]), textarea"))
      .map((control) => [control.name, control.value]);

  const holds = (condition, answers) => {
    if (condition.item) return condition.isIn.some((value) => (answers.get(condition.item) || []).includes(value));
    if (condition.allOf) return condition.allOf.every((part) => holds(part, answers));
    return condition.anyOf.some((part) => holds(part, answers));
  };

  const route = () => {
    const answers = new Map();
    for (const question of questions) {
      const condition = question.dataset.relevant;
      question.hidden = Boolean(condition) && !holds(JSON.parse(condition), answers);
      if (question.hidden) continue;
      for (const [name, value] of given(question)) {
        answers.set(name, [...(answers.get(name) || []), value]);
      }
    }
  };

  form.addEventListener("change", route);
  route();
})();
