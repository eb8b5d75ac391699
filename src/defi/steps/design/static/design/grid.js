// The arrows go from a box of the grid to the next; Tab goes through it in one step, as through any group. On a narrow
// screen the rows are folded and each box is reached by Tab. A folded row says how many boxes are ticked in it.
(function () {
  "use strict";
  var narrow = window.matchMedia("(max-width: 45rem)");
  document.querySelectorAll(".plan-grid").forEach(function (grid) {
    var rows = Array.from(grid.querySelectorAll("tbody tr")).map(function (row) {
      return Array.from(row.querySelectorAll("input[type=checkbox]"));
    }).filter(function (row) { return row.length; });
    if (!rows.length) return;
    var current = rows[0][0];
    function settle() {
      rows.forEach(function (row) {
        row.forEach(function (box) { box.tabIndex = narrow.matches || box === current ? 0 : -1; });
      });
    }
    settle();
    narrow.addEventListener("change", settle);
    var moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    grid.addEventListener("keydown", function (event) {
      var y = rows.findIndex(function (row) { return row.indexOf(event.target) >= 0; });
      if (y < 0 || narrow.matches) return;
      var x = rows[y].indexOf(event.target), move = moves[event.key], to;
      if (event.key === "Home") to = rows[y][0];
      else if (event.key === "End") to = rows[y][rows[y].length - 1];
      else if (move) to = (rows[y + move[0]] || [])[x + move[1]];
      if (!to) return;
      event.preventDefault();
      to.focus();
    });
    grid.addEventListener("focusin", function (event) {
      if (event.target.type !== "checkbox") return;
      current = event.target;
      settle();
    });
    grid.addEventListener("change", function (event) {
      var row = rows.find(function (boxes) { return boxes.indexOf(event.target) >= 0; });
      if (!row) return;
      var count = row.filter(function (box) { return box.checked; }).length, words = grid.dataset;
      var said = count ? (count === 1 ? words.one : words.many.replace("%s", count)) : words.none;
      event.target.closest("tr").querySelector("[data-count]").textContent = said;
    });
  });
})();
