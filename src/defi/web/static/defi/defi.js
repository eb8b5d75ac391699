// What HTML alone does not do. Every page works without it.
(function () {
  "use strict";

  // A menu closes when one leaves it.
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details[data-menu][open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // A button that prints: <button data-print hidden>. It only shows where it can work.
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  // Paper shows what is folded.
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details:not([open]):not([data-menu])").forEach(function (fold) {
      fold.open = true;
      fold.dataset.unfolded = "";
    });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-unfolded]").forEach(function (fold) {
      fold.open = false;
      delete fold.dataset.unfolded;
    });
  });

  // A text in the making: a name is put where the cursor is, a fault leads to its line.
  document.documentElement.classList.add("has-script");
  document.addEventListener("click", function (event) {
    var source = document.querySelector("[data-source]");
    var asked = source && event.target.closest && event.target.closest("[data-insert], [data-line]");
    if (!asked) return;
    source.focus();
    if (asked.dataset.insert) {
      source.setRangeText(asked.dataset.insert, source.selectionStart, source.selectionEnd, "end");
      source.dispatchEvent(new Event("input", { bubbles: true }));
      return;
    }
    event.preventDefault();
    var lines = source.value.split("\n"), number = Number(asked.dataset.line) - 1;
    var start = lines.slice(0, number).join("\n").length + (number ? 1 : 0);
    source.setSelectionRange(start, start + lines[number].length);
    source.scrollTop = Math.max(0, source.scrollHeight * number / lines.length - source.clientHeight / 3);
  });

  // Errors that arrive inside a page take the focus, as they do on a new page.
  document.addEventListener("htmx:afterSettle", function (event) {
    var summary = event.target.querySelector && event.target.querySelector(".error-summary");
    if (summary) summary.focus();
  });
})();
