// The arrows go from a box of the grid to the next; Tab goes through it in one step, as through any group.
(function () {
  "use strict";
  document.querySelectorAll(".plan-grid").forEach(function (grid) {
    var rows = Array.from(grid.querySelectorAll("tbody tr")).map(function (row) {
      return Array.from(row.querySelectorAll("input[type=checkbox]"));
    }).filter(function (row) { return row.length; });
    if (!rows.length) return;
    rows.forEach(function (row) { row.forEach(function (box) { box.tabIndex = -1; }); });
    rows[0][0].tabIndex = 0;
    var moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    grid.addEventListener("keydown", function (event) {
      var y = rows.findIndex(function (row) { return row.indexOf(event.target) >= 0; });
      if (y < 0) return;
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
      rows.forEach(function (row) { row.forEach(function (box) { box.tabIndex = box === event.target ? 0 : -1; }); });
    });
  });
})();
