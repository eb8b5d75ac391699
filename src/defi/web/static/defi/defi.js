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

  // Errors that arrive inside a page take the focus, as they do on a new page.
  document.addEventListener("htmx:afterSettle", function (event) {
    var summary = event.target.querySelector && event.target.querySelector(".error-summary");
    if (summary) summary.focus();
  });
})();
