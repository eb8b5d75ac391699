// A button beside each value to copy elsewhere. Without a clipboard the buttons stay hidden: the values are read and typed.
(function () {
  "use strict";
  if (!navigator.clipboard) return;
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    var label = button.firstChild.textContent;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.dataset.copy).then(function () {
        button.firstChild.textContent = button.dataset.done;
        setTimeout(function () { button.firstChild.textContent = label; }, 2000);
      });
    });
  });
})();
